package office

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"slices"

	"permanence/clients"
	"permanence/store/shared"
)

// cursor is from where on a desk reads: after the row of this number, kind and ID. They
// are empty when all rows before the number were read; within the rows of one number a
// page may end, since a single mutation may write more than a page holds.
type cursor struct {
	Incarnation string      `json:"i"`
	Rights      string      `json:"r"`
	Seq         int64       `json:"s"`
	Kind        shared.Kind `json:"k,omitempty"`
	ID          clients.ID  `json:"d,omitempty"`
}

// String is the cursor as a desk keeps it.
func (c cursor) String() string {
	b, _ := json.Marshal(c) // strings and a number can be written
	return base64.RawURLEncoding.EncodeToString(b)
}

// parseCursor reads what String wrote. What is no cursor of ours is of another life.
func parseCursor(s string) cursor {
	var c cursor
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || json.Unmarshal(b, &c) != nil {
		return cursor{}
	}
	return c
}

// rights is a fingerprint of what an operator may read: when it changes, the desk
// takes everything anew.
func (v viewer) rights() string {
	if v.everything() {
		return "all"
	}
	ids := slices.Sorted(slices.Values(v.card.Clients))
	b, _ := json.Marshal(slices.Compact(ids)) // strings can be written
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

// head is where a bureau stands.
type head struct {
	seq         int64
	incarnation string
}

func (r *rows) head(ctx context.Context) (head, error) {
	var h head
	var same bool
	err := r.tx.QueryRowContext(ctx, `SELECT seq, incarnation, life = `+r.db.engine.life()+` FROM head WHERE bureau = $1`, r.bureau).
		Scan(&h.seq, &h.incarnation, &same)
	if err == nil && !same {
		err = errReborn
	}
	return h, err
}

// state is where the bureau stands now.
func (o *Office) state(ctx context.Context) (h head, err error) {
	err = o.db.read(ctx, func(tx *sql.Tx) error {
		h, err = o.rows(tx).head(ctx)
		return err
	})
	return h, err
}

// resume decides where a page begins. A cursor of another incarnation, or beyond the
// head (a standby took over that had not received everything), is of data that are
// gone: the desk begins anew, and brings again what it had brought.
func (h head) resume(said, rights string) (from cursor, reset, again bool) {
	begin := cursor{Incarnation: h.incarnation, Rights: rights}
	if said == "" {
		return begin, false, false
	}
	c := parseCursor(said)
	switch {
	case c.Incarnation != h.incarnation || c.Seq > h.seq+1 || c.Seq < 0:
		return begin, true, true
	case c.Rights != rights:
		return begin, true, false
	}
	return c, false, false
}
