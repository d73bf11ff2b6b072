package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"permanence/clients"
	"permanence/phone"
)

// unusedAfter is how long a sound may be of no use before it is deleted: a file
// that nobody has listed, a greeting that no card refers to. Until then the card
// may still be in the making.
const unusedAfter = 24 * time.Hour

// ExpireSounds deletes the sounds whose date has come, however long ago, and those
// of clients' cards that no card has referred to for a day. It returns both. Files
// of the folder that are not listed after a day are deleted as well.
//
// What cannot be deleted stays listed and is tried again the next time; the error
// then tells of it beside the list of those that are gone.
func (s *Store) ExpireSounds(ctx context.Context, now time.Time) ([]clients.Sound, error) {
	var x expiry
	err := s.write(ctx, "deleting sounds", func(tx *sql.Tx) error {
		x = expiry{ctx: ctx, tx: tx, store: s, now: now}
		return x.run()
	})
	if err != nil {
		return nil, err // the rows are there still
	}
	return x.gone, failed("deleting sounds", errors.Join(x.errs...))
}

// expiry is one round of deletions. It holds the database's only writer, so that
// no card begins to use what is being deleted.
type expiry struct {
	ctx   context.Context
	tx    *sql.Tx
	store *Store
	now   time.Time
	gone  []clients.Sound
	errs  []error // of files
}

func (x *expiry) run() error {
	due, err := x.due()
	if err != nil {
		return err
	}
	unused, err := x.unused()
	if err != nil {
		return err
	}
	for _, sound := range append(due, unused...) {
		if err := x.drop(sound); err != nil {
			return err
		}
	}
	return x.sweep()
}

func (x *expiry) due() ([]clients.Sound, error) {
	rows, err := x.tx.QueryContext(x.ctx, `SELECT body FROM sound
		WHERE delete_on <> 0 AND delete_on <= ? ORDER BY delete_on, id`, micros(x.now))
	return collect(rows, err, scanJSON[clients.Sound])
}

// unused lists the sounds of cards that no card refers to. Archived cards count:
// they come back whole.
func (x *expiry) unused() ([]clients.Sound, error) {
	rows, err := x.tx.QueryContext(x.ctx, `SELECT body FROM sound
		WHERE `+spoken+` AND made <= ?1 AND (delete_on = 0 OR delete_on > ?2) ORDER BY made, id`,
		micros(x.now.Add(-unusedAfter)), micros(x.now))
	old, err := collect(rows, err, scanJSON[clients.Sound])
	if err != nil || len(old) == 0 {
		return nil, err
	}
	cards, err := loadClients(x.ctx, x.tx)
	used := map[phone.SoundID]bool{}
	for i := range cards {
		for _, id := range cards[i].Voice.Sounds() {
			used[id] = true
		}
	}
	var unused []clients.Sound
	for _, sound := range old {
		if !used[sound.ID] {
			unused = append(unused, sound)
		}
	}
	return unused, err
}

// drop deletes one sound. The trouble of its file is not that of the others.
func (x *expiry) drop(sound clients.Sound) error {
	if err := x.store.unlinkSound(sound.ID); err != nil {
		x.errs = append(x.errs, err)
		return nil
	}
	x.gone = append(x.gone, sound)
	_, err := x.tx.ExecContext(x.ctx, `DELETE FROM sound WHERE id = ?`, sound.ID)
	return err
}

// sweep deletes the files of sounds that were never listed: the program died, or
// the disk was full, before they were.
func (x *expiry) sweep() error {
	dir := filepath.Join(x.store.dir, soundDir)
	files, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		x.errs = append(x.errs, err)
	}
	wanted, err := x.wanted()
	if err != nil {
		return err
	}
	for _, f := range files {
		if x.stray(f, wanted) {
			x.errs = append(x.errs, unlink(filepath.Join(dir, f.Name())))
		}
	}
	return syncDir(dir)
}

// wanted are the sounds that a row speaks of, or a message in hand.
func (x *expiry) wanted() (map[phone.SoundID]bool, error) {
	rows, err := x.tx.QueryContext(x.ctx, `SELECT id FROM sound
		UNION SELECT body ->> '$.Message.sound' FROM draft WHERE body ->> '$.Message.sound' IS NOT NULL`)
	wanted := map[phone.SoundID]bool{}
	_, err = collect(rows, err, func(r *sql.Rows) (struct{}, error) {
		var id phone.SoundID
		err := r.Scan(&id)
		wanted[id] = true
		return struct{}{}, err
	})
	return wanted, err
}

// stray reports whether a file is one of ours, old, and wanted by nobody. Of a
// recording that is wanted, what a crash has left is wanted too.
func (x *expiry) stray(f fs.DirEntry, wanted map[phone.SoundID]bool) bool {
	id, ours := soundOfFile(f.Name())
	if !ours || wanted[id] {
		return false
	}
	info, err := f.Info() // an error when it is gone meanwhile
	return err == nil && x.now.Sub(info.ModTime()) >= unusedAfter
}
