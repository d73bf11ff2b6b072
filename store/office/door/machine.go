package door

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"database/sql"
	"errors"

	"permanence/clients"
	"permanence/store/office"
)

// ErrNoDesk says that there is no such desk, or more than one that is meant.
var ErrNoDesk = errors.New("door: no such desk")

// admitDesk writes a desk's certificate down in the list that is asked on every request.
func (d *Door) admitDesk(ctx context.Context, tx *sql.Tx, desk clients.ID, name string, certificate []byte) error {
	print := sha256.Sum256(certificate)
	_, err := tx.ExecContext(ctx, `INSERT INTO machine (bureau, desk, name, certificate, revoked) VALUES ($1, $2, $3, $4, 0)`,
		d.bureau(), desk, name, print[:])
	return err
}

// known tells whose a certificate is, and whether the desk is one no more.
func (d *Door) known(ctx context.Context, tx *sql.Tx, cert *x509.Certificate) (office.Identity, error) {
	id := office.Identity{Desk: clients.ID(cert.Subject.CommonName)}
	var at int64
	print := sha256.Sum256(cert.Raw)
	err := tx.QueryRowContext(ctx, `SELECT name, revoked FROM machine WHERE bureau = $1 AND desk = $2 AND certificate = $3`,
		d.bureau(), id.Desk, print[:]).Scan(&id.DeskName, &at)
	// A desk that was paired after the backup that this database came from is in no
	// list: it is taken for revoked, so that what it brings is kept.
	id.Revoked = at != 0 || errors.Is(err, sql.ErrNoRows)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return id, err
}

// Revoke ends a desk: it reads nothing more, from its next request on, and what it
// still brings is held.
func (d *Door) Revoke(ctx context.Context, desk clients.ID) error {
	card, found, err := d.Office.Desk(ctx, desk)
	if err != nil {
		return err
	}
	if !found {
		return ErrNoDesk
	}
	if card.Revoked.IsZero() {
		card.Revoked = d.Now()
	}
	err = d.Office.SaveDesk(ctx, card, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE machine SET revoked = $3 WHERE bureau = $1 AND desk = $2`,
			d.bureau(), desk, card.Revoked.UnixMicro())
		if err != nil {
			return err
		}
		return d.endSessions(ctx, tx, desk, "")
	})
	if err != nil {
		return err
	}
	return d.Office.Revoke(ctx, desk)
}
