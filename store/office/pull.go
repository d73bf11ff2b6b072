package office

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"permanence/clients"
	"permanence/store/shared"
	"permanence/store/shared/planted"
	"permanence/store/wire"
)

// pageBytes is about how much the rows of one page hold. A single row may hold more.
const pageBytes = wire.MaxBody / 4

// maxPending is how many mutations one pull may ask about.
const maxPending = 50000

// pull gives the next page.
func (o *Office) pull(w http.ResponseWriter, r *http.Request, v viewer) error {
	var q wire.PullRequest
	if err := read(r, w, wire.MaxBody, &q); err != nil {
		return err
	}
	if len(q.Pending) > maxPending {
		return refuse(http.StatusRequestEntityTooLarge, "too-large", "more than %d mutations asked about", maxPending)
	}
	answer, err := o.page(r.Context(), v, q)
	if err != nil {
		return err
	}
	return writePacked(w, r, answer)
}

// page reads a page and writes down that it was given. A slot that was taken back
// between the two is not given after all: the page is read again.
func (o *Office) page(ctx context.Context, v viewer, q wire.PullRequest) (wire.PullAnswer, error) {
	for {
		var answer wire.PullAnswer
		err := o.db.read(ctx, func(tx *sql.Tx) (err error) {
			answer, err = o.rows(tx).page(ctx, v, q)
			return err
		})
		if err != nil {
			return answer, err
		}
		if err = o.given(ctx, v, q, answer); !errors.Is(err, errTakenBack) {
			return answer, err
		}
	}
}

func (r *rows) page(ctx context.Context, v viewer, q wire.PullRequest) (wire.PullAnswer, error) {
	var a wire.PullAnswer
	h, err := r.head(ctx)
	if err != nil {
		return a, err
	}
	f := feed{viewer: v}
	f.from, a.Reset, a.Again = h.resume(q.Cursor, v.rights())
	a.Head = h.seq
	if a.Rows, a.More, err = r.feed(ctx, f, limitOf(q)); err != nil {
		return a, err
	}
	if !a.More {
		f.from.Seq, f.from.Kind, f.from.ID = h.seq+1, "", ""
		a.Cursor = f.from.String()
		a.Acked, err = r.known(ctx, q.Pending)
		return a, err
	}
	last := a.Rows[len(a.Rows)-1]
	f.from.Seq, f.from.Kind, f.from.ID = last.Seq, last.Kind, last.ID
	a.Cursor = f.from.String()
	a.Left, err = r.left(ctx, f)
	return a, err
}

func limitOf(q wire.PullRequest) int {
	if q.Limit <= 0 || q.Limit > wire.MaxPage {
		return wire.MaxPage
	}
	return q.Limit
}

// feed is what one viewer may read after a place.
type feed struct {
	viewer
	from cursor
}

// condition and its arguments; the rows that concern a desk alone are that desk's.
func (f feed) condition(bureau string) (string, []any) {
	args := []any{bureau, f.from.Seq, f.from.Kind, f.from.ID, f.Desk}
	where := `bureau = $1 AND (seq, kind, id) > ($2, $3, $4) AND (desk = '' OR desk = $5)`
	if planted.Is(planted.BureausMixed) {
		where = `$1 <> '' AND (seq, kind, id) > ($2, $3, $4) AND (desk = '' OR desk = $5)`
	}
	if f.everything() || planted.Is(planted.RightsIgnored) {
		return where, args
	}
	mine := marks(len(args)+1, 1+len(f.card.Clients))
	args = append(args, "")
	for _, c := range f.card.Clients {
		args = append(args, c)
	}
	// What was erased every desk is told: another operator may have left it there.
	return where + ` AND (gone OR client IN (` + mine + `))`, args
}

// feed reads the rows of a page, and whether more follow.
func (r *rows) feed(ctx context.Context, f feed, limit int) (list []shared.Row, more bool, err error) {
	where, args := f.condition(r.bureau)
	found, err := r.tx.QueryContext(ctx, `SELECT `+columns+` FROM shared_row WHERE `+where+
		fmt.Sprintf(` ORDER BY seq, kind, id LIMIT %d`, limit+1), args...)
	if err != nil {
		return nil, false, err
	}
	defer found.Close()
	bytes := 0
	for found.Next() {
		row, err := scanRow(found)
		if err != nil {
			return nil, false, err
		}
		bytes += len(row.Body)
		if len(list) == limit || len(list) > 0 && bytes > pageBytes {
			return list, true, nil
		}
		list = append(list, row)
	}
	return list, false, found.Err()
}

func (r *rows) left(ctx context.Context, f feed) (n int, err error) {
	where, args := f.condition(r.bureau)
	err = r.tx.QueryRowContext(ctx, `SELECT count(*) FROM shared_row WHERE `+where, args...).Scan(&n)
	return n, err
}

// known lists those mutations that the office has, whatever became of them.
func (r *rows) known(ctx context.Context, pending []clients.ID) ([]clients.ID, error) {
	var acked []clients.ID
	if planted.Is(planted.AckUnseen) {
		return pending, nil
	}
	for some := range slices.Chunk(pending, 500) {
		args := []any{r.bureau}
		for _, id := range some {
			args = append(args, id)
		}
		found, err := r.tx.QueryContext(ctx, `SELECT uuid FROM mutation WHERE bureau = $1 AND uuid IN (`+marks(2, len(some))+`)`, args...)
		list, err := collect(found, err, func(r *sql.Rows) (id clients.ID, err error) { return id, r.Scan(&id) })
		if err != nil {
			return nil, err
		}
		acked = append(acked, list...)
	}
	return acked, nil
}

// marks writes n places for arguments, from the given one on.
func marks(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", from+i)
	}
	return b.String()
}
