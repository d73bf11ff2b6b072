package officesim

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"

	"permanence/store/shared"
)

// ritual is a kind of rows that this program does not know: a newer office wrote them
// before an older one was put in its place.
const ritual shared.Kind = "ritual"

// writeRitual has the office keep, and every desk receive, a row that nobody here knows.
func (s *scene) writeRitual(b *bureau) {
	if !s.office.running() || s.office.disk.refuse != nil {
		return
	}
	r := shared.Row{Kind: ritual, ID: s.id(), Client: pick(s.world, b.clients)}
	r.Body = fmt.Appendf(nil, `{"at":"five","id":%q,"mood":{"now":[1,2.50,null]}}`, r.ID)
	err := s.office.put(s.ctx, b.name, r)
	if s.office.disk.dead {
		s.office.fell() // nobody was promised anything
		return
	}
	if err != nil {
		s.violated("writing a row of a newer program: %v", err)
		return
	}
	s.injected("row of a newer program")
	b.ledger.rituals[r.ID] = string(r.Body)
}

// put writes a row beside the office's own program.
func (p *premises) put(ctx context.Context, bureau string, r shared.Row) error {
	db, err := sql.Open(driverName, "file:"+filepath.Join(p.dir, officeFile)+"?_txlock=immediate")
	if err != nil {
		return err
	}
	defer db.Close() // what it wrote is committed
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE head SET seq = seq + 1 WHERE bureau = ?`, bureau)
	if err == nil {
		_, err = tx.ExecContext(ctx, `INSERT INTO shared_row (bureau, kind, id, seq, client, desk, ref, start, stop, body, gone)
			SELECT bureau, ?, ?, seq, ?, '', '', 0, 0, ?, 0 FROM head WHERE bureau = ?`, r.Kind, r.ID, r.Client, string(r.Body), bureau)
	}
	if err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// rituals: what nobody here knows is as it was written, unless a backup took it away. On
// each desk it is too, since that has what the office has.
func (j *judgement) rituals() {
	if len(j.b.ledger.restored) > 0 {
		return
	}
	for id, body := range j.b.ledger.rituals {
		if r := j.rows[rowKey{ritual, id}]; string(r.Body) != body {
			j.violated("the row %s of a newer program is %s; want %s", id, r.Body, body)
		}
	}
}
