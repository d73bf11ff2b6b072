package office

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"io/fs"
	"maps"
	"sync"
	"time"

	"permanence/clients"
	"permanence/clients/dispatch"
	"permanence/phone"
	"permanence/store/shared"
)

// voiceWait is how long a mail waits for the voice that it is to carry: a desk brings up
// what was written first, and then, on a thin line, what was spoken.
const voiceWait = 15 * time.Minute

// awaitedKept is how long a delivery is remembered that another process may have sent.
const awaitedKept = 24 * time.Hour

// errOnItsWay is a voice that no desk has brought up yet.
var errOnItsWay = errors.New("office: the voice is still on a desk")

// OpenMessage opens what a caller left on an answering machine, for the mail that
// carries it. A sound that no message names is fs.ErrNotExist: recorded conversations go
// nowhere.
func (o *Office) OpenMessage(ctx context.Context, id phone.SoundID) (io.ReadCloser, error) {
	var upload string
	var size int64
	err := o.db.read(ctx, func(tx *sql.Tx) error {
		named, err := exists(ctx, tx, `SELECT 1 FROM shared_row WHERE bureau = $1 AND kind = $2 AND ref = $3 AND NOT gone`,
			o.Bureau, shared.Message, id)
		if err != nil {
			return err
		}
		if !named {
			return fs.ErrNotExist
		}
		return tx.QueryRowContext(ctx, `SELECT upload, size FROM sound WHERE bureau = $1 AND id = $2`, o.Bureau, id).
			Scan(&upload, &size)
	})
	if errors.Is(err, sql.ErrNoRows) {
		err = errOnItsWay
	}
	if err != nil {
		return nil, err
	}
	r, w := io.Pipe()
	go func() { w.CloseWithError(o.giveParts(ctx, w, upload, size)) }()
	return r, nil
}

// awaited are deliveries whose voice has not come, and since when this process knows.
type awaited struct {
	mu    sync.Mutex
	since map[clients.ID]time.Time
}

// passed is how many deliveries may have to be passed over to find others: in tens, so
// that the database does not see a new question each time.
func (a *awaited) passed() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return (len(a.since) + 9) / 10 * 10
}

// still reports whether a delivery is to wait on.
func (a *awaited) still(delivery clients.ID, now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.since == nil {
		a.since = map[clients.ID]time.Time{}
	}
	since, known := a.since[delivery]
	if !known {
		maps.DeleteFunc(a.since, func(_ clients.ID, at time.Time) bool { return now.Sub(at) > awaitedKept })
		a.since[delivery] = now
	}
	return !known || now.Sub(since) < voiceWait
}

// over forgets a delivery.
func (a *awaited) over(delivery clients.ID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.since, delivery)
}

// awaits reports whether a mail is to wait for its voice.
func (q Queue) awaits(ctx context.Context, tx *sql.Tx, j dispatch.Job, now time.Time) (bool, error) {
	if j.Message.Sound == "" {
		return false, nil
	}
	there, err := exists(ctx, tx, `SELECT 1 FROM sound WHERE bureau = $1 AND id = $2`, q.o.Bureau, j.Message.Sound)
	if err != nil || there {
		return false, err
	}
	return q.o.awaited.still(j.Delivery.ID, now), nil
}
