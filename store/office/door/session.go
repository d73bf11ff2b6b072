package door

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"time"

	"permanence/clients"
	"permanence/store/wire"
)

// sessionHolds is how long after its last use a session ends.
const sessionHolds = wire.SessionDays * 24 * time.Hour

// noteUse is how exactly a session's last use is written down: not on every request.
const noteUse = time.Hour

// tokenBytes is how much chance is in a session's token.
const tokenBytes = 32

// openSession gives an operator a session on a desk, in place of whoever had one there.
// Of the token only a hash is kept: it is random enough to need no salt.
func (d *Door) openSession(ctx context.Context, tx *sql.Tx, desk, operator clients.ID) (token string, err error) {
	token = base64.RawURLEncoding.EncodeToString(random(tokenBytes))
	if err := d.endSessions(ctx, tx, desk, ""); err != nil {
		return "", err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO session (bureau, token, desk, operator, used) VALUES ($1, $2, $3, $4, $5)`,
		d.bureau(), hashToken(token), desk, operator, d.Now().UnixMicro())
	return token, err
}

func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// sessionOf tells who has the session that a request names, "" when nobody has: it is
// of another desk, was ended, or was not used for long. stale says that its use is to
// be written down again.
func (d *Door) sessionOf(ctx context.Context, tx *sql.Tx, token string, desk clients.ID) (operator clients.ID, stale bool, err error) {
	if token == "" {
		return "", false, nil
	}
	var us int64
	err = tx.QueryRowContext(ctx, `SELECT operator, used FROM session WHERE bureau = $1 AND token = $2 AND desk = $3`,
		d.bureau(), hashToken(token), desk).Scan(&operator, &us)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	unused := d.Now().Sub(time.UnixMicro(us))
	if err != nil || unused >= sessionHolds {
		return "", false, err
	}
	return operator, unused >= noteUse, nil
}

func (d *Door) noteSession(ctx context.Context, token string) error {
	return d.Database.Write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE session SET used = $3 WHERE bureau = $1 AND token = $2`,
			d.bureau(), hashToken(token), d.Now().UnixMicro())
		return err
	})
}

// endSessions ends those of a desk and those of an operator, and clears away what was
// not used for long.
func (d *Door) endSessions(ctx context.Context, tx *sql.Tx, desk, operator clients.ID) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM session WHERE bureau = $1 AND (desk = $2 OR operator = $3 OR used < $4)`,
		d.bureau(), desk, operator, d.Now().Add(-sessionHolds).UnixMicro())
	return err
}

// bearer is the token in a request (RFC 6750 §2.1).
func bearer(r *http.Request) string {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return ""
	}
	return token
}

func (d *Door) logout(_ http.ResponseWriter, r *http.Request) (any, error) {
	token := bearer(r)
	return struct{}{}, d.Database.Write(r.Context(), func(tx *sql.Tx) error {
		_, err := tx.ExecContext(r.Context(), `DELETE FROM session WHERE bureau = $1 AND token = $2`, d.bureau(), hashToken(token))
		return err
	})
}
