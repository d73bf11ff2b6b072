package door

import (
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/x509"
	"database/sql"
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode"

	"permanence/clients"
	"permanence/store/office"
	"permanence/store/wire"
	"permanence/store/wire/pairing"
)

// An invitation holds for so long, and bears so many wrong proofs.
const (
	InvitationHolds = 10 * time.Minute
	wrongProofs     = 5
)

// maxName is how long a machine's name may be, in signs.
const maxName = 60

// invited is a code that is open, or was a moment ago: what was made of it.
type invited struct {
	nonce, salt []byte
	key         pairing.Key
	name        string // for the machine, when the office gives one
	until       time.Time
	wrong       int
	desk        clients.ID // who has used it
	certificate []byte     // what it was given
}

var errUsed = refuse(http.StatusConflict, "code-used", "no code is open")

// Invite opens a code, in place of one that was open. The machine that brings it gets
// this name, or keeps its own when it is empty.
func (d *Door) Invite(ctx context.Context, name string) (pairing.Code, time.Time, error) {
	code, err := pairing.NewCode(rand.Reader)
	if err != nil {
		return "", time.Time{}, err
	}
	in := invited{
		nonce: random(pairing.NonceSize), salt: random(pairing.SaltSize), name: strings.TrimSpace(name),
		until: d.Now().Add(InvitationHolds),
	}
	in.key = pairing.DeriveKey(code, in.salt)
	return code, in.until, d.Database.Write(ctx, func(tx *sql.Tx) error { return d.putInvitation(ctx, tx, in) })
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}

// invitation shows what a machine needs to make its proof.
func (d *Door) invitation(_ http.ResponseWriter, r *http.Request) (any, error) {
	var in invited
	err := d.Database.Read(r.Context(), func(tx *sql.Tx) (err error) {
		in, err = d.openInvitation(r.Context(), tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	return wire.Invitation{CA: d.face.vouchedBy().Raw, Salt: in.salt, Nonce: in.nonce}, nil
}

// openInvitation reads the invitation that holds.
func (d *Door) openInvitation(ctx context.Context, tx *sql.Tx) (invited, error) {
	var in invited
	var until int64
	var key []byte
	err := tx.QueryRowContext(ctx, `SELECT nonce, salt, derived, name, until, wrong, desk, certificate
		FROM invitation WHERE bureau = $1`, d.bureau()).
		Scan(&in.nonce, &in.salt, &key, &in.name, &until, &in.wrong, &in.desk, &in.certificate)
	if errors.Is(err, sql.ErrNoRows) {
		return in, errUsed
	}
	if err != nil {
		return in, err
	}
	in.key, in.until = key, time.UnixMicro(until)
	if !d.Now().Before(in.until) || in.wrong >= wrongProofs {
		return in, errUsed
	}
	return in, nil
}

func (d *Door) putInvitation(ctx context.Context, tx *sql.Tx, in invited) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO invitation (bureau, nonce, salt, derived, name, until, wrong, desk, certificate)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (bureau) DO UPDATE SET nonce = excluded.nonce, salt = excluded.salt, derived = excluded.derived,
			name = excluded.name, until = excluded.until, wrong = excluded.wrong, desk = excluded.desk,
			certificate = excluded.certificate`,
		d.bureau(), in.nonce, in.salt, []byte(in.key), in.name, in.until.UnixMicro(), in.wrong, in.desk, orEmpty(in.certificate))
	return err
}

func orEmpty(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// pair makes a machine a desk. When its answer gets lost it may ask again, with the
// same key, and is given the same certificate.
func (d *Door) pair(w http.ResponseWriter, r *http.Request) (any, error) {
	var q wire.PairRequest
	if err := receive(w, r, &q); err != nil {
		return nil, err
	}
	from := "pair from " + source(r.RemoteAddr).String()
	if wait := d.guesses.charge(tried{from, freeFromOne}); wait > 0 {
		return nil, slowDown(wait)
	}
	in, public, err := d.prove(r.Context(), q)
	if err != nil {
		return nil, err
	}
	d.guesses.refund(from)
	if in.desk == "" {
		if in, err = d.enrol(r.Context(), in, public); err != nil {
			return nil, err
		}
	}
	return d.welcome(in, public)
}

// prove looks at a request's proof, and counts wrong ones.
func (d *Door) prove(ctx context.Context, q wire.PairRequest) (in invited, public *ecdsa.PublicKey, err error) {
	var wrong error
	err = d.Database.Write(ctx, func(tx *sql.Tx) error {
		wrong = nil
		var err error
		if in, err = d.openInvitation(ctx, tx); err != nil {
			return err
		}
		if !pairing.Equal(q.Nonce, in.nonce) {
			return errUsed
		}
		if public, err = pairing.Check(q, in.key, d.face.vouchedBy().Raw); err == nil {
			return nil
		}
		wrong = refuse(http.StatusForbidden, "forbidden", "%v", err)
		_, err = tx.ExecContext(ctx, `UPDATE invitation SET wrong = wrong + 1 WHERE bureau = $1`, d.bureau())
		return err
	})
	if in.name == "" {
		in.name = tidyName(q.Name)
	}
	return in, public, errors.Join(err, wrong)
}

// tidyName keeps of a machine's name what can be shown.
func tidyName(name string) string {
	name = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(name, ""), func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r)
	}), " ")
	if signs := []rune(name); len(signs) > maxName {
		name = string(signs[:maxName])
	}
	if name == "" {
		return "Poste"
	}
	return name
}

// enrol writes a desk down: in the list that is asked on every request, and as a row
// that all desks see. The invitation is used by the same transaction.
func (d *Door) enrol(ctx context.Context, in invited, public *ecdsa.PublicKey) (invited, error) {
	in.desk = d.Office.NewID()
	var err error
	if in.certificate, err = d.Authority.certifyDesk(in.desk, public, d.Now()); err != nil {
		return in, err
	}
	card := office.DeskCard{ID: in.desk, Name: in.name, Paired: d.Now()}
	return in, d.Office.SaveDesk(ctx, card, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `UPDATE invitation SET desk = $3, certificate = $4
			WHERE bureau = $1 AND nonce = $2 AND desk = ''`, d.bureau(), in.nonce, in.desk, in.certificate)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, errUsed)
		}
		return d.admitDesk(ctx, tx, in.desk, in.name, in.certificate)
	})
}

// welcome answers with the certificate of an invitation that was used, to the machine
// that used it.
func (d *Door) welcome(in invited, public *ecdsa.PublicKey) (any, error) {
	cert, err := x509.ParseCertificate(in.certificate)
	if err != nil {
		return nil, err
	}
	if !public.Equal(cert.PublicKey) {
		return nil, errUsed
	}
	return wire.PairAnswer{
		Bureau: d.bureau(), BureauName: d.Office.BureauName, Desk: in.desk, Certificate: in.certificate,
		Proof: in.key.OfficeProof(d.face.vouchedBy().Raw, in.certificate),
	}, nil
}
