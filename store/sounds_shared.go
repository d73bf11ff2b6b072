package store

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"time"

	"permanence/clients"
	"permanence/phone"
	"permanence/store/link"
)

// SharedSounds is the store's sounds as they travel between a desk and its office:
// those of clients' cards, and what callers left on an answering machine. Recorded
// conversations stay where they were recorded.
type SharedSounds struct{ s *Store }

var _ link.Sounds = SharedSounds{}

// SharedSounds gives the sounds to the link.
func (s *Store) SharedSounds() SharedSounds { return SharedSounds{s} }

// Lacking lists sounds that cards or recent messages name and that are not here: those
// of cards first, since callers are to hear them; then the newest messages. What a
// caller said and somebody has deleted here does not come back.
func (x SharedSounds) Lacking(ctx context.Context, limit int) ([]phone.SoundID, error) {
	var list []phone.SoundID
	err := x.s.read(ctx, "looking for sounds that are not here", func(tx *sql.Tx) error {
		named, err := namedSounds(ctx, tx)
		if err != nil {
			return err
		}
		for _, sound := range named {
			list = append(list, sound.ID)
		}
		rows, err := tx.QueryContext(ctx, `SELECT body ->> 'sound' AS sound FROM message
			WHERE at > ? AND body ->> 'sound' <> '' AND sound NOT IN (SELECT sound FROM given) ORDER BY at DESC`,
			micros(x.recent()))
		left, err := collect(rows, err, func(r *sql.Rows) (id phone.SoundID, err error) { return id, r.Scan(&id) })
		list = append(list, left...)
		return err
	})
	var lacking []phone.SoundID
	for _, id := range list {
		if len(lacking) < limit && isSoundID(id) && errors.Is(x.s.hasSound(id), ErrNoSound) {
			lacking = append(lacking, id)
		}
	}
	return lacking, err
}

// recent is from when on callers' voices are still kept anywhere.
func (x SharedSounds) recent() time.Time { return x.s.now().AddDate(0, 0, -clients.MaxRecordingDays) }

// namedSounds lists the sounds of all cards, with whose they are.
func namedSounds(ctx context.Context, tx *sql.Tx) ([]clients.Sound, error) {
	cards, err := loadClients(ctx, tx)
	var list []clients.Sound
	for _, c := range cards {
		if c.Archived {
			continue
		}
		for _, sound := range c.Voice.Named() {
			sound.Client = c.ID
			list = append(list, sound)
		}
	}
	return list, err
}

// Unshared lists sounds that are whole and that the office has not been given, the
// newest first.
func (x SharedSounds) Unshared(ctx context.Context, limit int) ([]link.SharedSound, error) {
	rows, err := x.s.reader.QueryContext(ctx, `SELECT body FROM sound
		WHERE kind <> 'call' AND body ->> 'length' > 0 AND id NOT IN (SELECT sound FROM given) ORDER BY made DESC`)
	all, err := collect(rows, err, scanJSON[clients.Sound])
	var list []link.SharedSound
	for _, sound := range all {
		if len(list) < limit && x.s.hasSound(sound.ID) == nil {
			list = append(list, link.SharedSound{ID: sound.ID, Client: sound.Client})
		}
	}
	return list, failed("looking for sounds to share", err)
}

// Open reads a sound.
func (x SharedSounds) Open(id phone.SoundID) (io.ReadCloser, error) { return x.s.OpenSound(id) }

// Shared writes down that the office has a sound.
func (x SharedSounds) Shared(ctx context.Context, id phone.SoundID) error {
	return x.s.write(ctx, "sharing a sound", func(tx *sql.Tx) error { return give(ctx, tx, id) })
}

func give(ctx context.Context, tx *sql.Tx, id phone.SoundID) error {
	_, err := tx.ExecContext(ctx, `INSERT OR IGNORE INTO given (sound) VALUES (?)`, id)
	return err
}

// Take stores a sound that the office has. It is listed as what names it says; nobody's
// sound is swept away with the next ones.
func (x SharedSounds) Take(ctx context.Context, id phone.SoundID, from io.Reader) (listed clients.Sound, err error) {
	if err := x.s.writeSound(id, from); err != nil && !hasCode(err, codeExists) {
		return listed, err
	}
	length, err := x.s.recordedLength(id)
	if err != nil {
		return listed, failed("looking at a sound", err)
	}
	if length == 0 {
		return listed, errors.Join(refuse(codeBadChange, "sound %s is no recording", id), x.s.dropSoundFile(id))
	}
	err = x.s.change(ctx, "listing a sound", func(r *rows) error {
		if listed, err = x.list(ctx, r, id, length); err != nil {
			return err
		}
		return give(ctx, r.tx, id)
	})
	return listed, err
}

// writeSound writes the file of a sound, whole or not at all.
func (s *Store) writeSound(id phone.SoundID, from io.Reader) error {
	file, err := s.CreateSound(id)
	if err != nil {
		return err
	}
	w := file.(*SoundWriter)
	if _, err := io.Copy(w, from); err != nil {
		return errors.Join(err, w.Abort())
	}
	return w.Close()
}

// list lists a sound that has come, under the card or the message that names it.
func (x SharedSounds) list(ctx context.Context, r *rows, id phone.SoundID, length time.Duration) (clients.Sound, error) {
	named, err := namedSounds(ctx, r.tx)
	if err != nil {
		return clients.Sound{}, err
	}
	for _, sound := range named {
		if sound.ID == id {
			sound.Made, sound.Length = x.s.now(), length
			return sound, putSound(ctx, r.tx, sound, `ON CONFLICT (id) DO NOTHING`)
		}
	}
	found, err := r.query(ctx, `SELECT seq, body FROM message
		WHERE at > ? AND body ->> 'sound' <> '' AND body ->> 'sound' = ? LIMIT 1`, micros(x.recent()), id)
	list, err := collect(found, err, scanMessage)
	if err != nil || len(list) == 0 {
		return clients.Sound{}, err
	}
	spoken := spokenIn(list[0])
	return spoken, r.listSpoken(ctx, list[0])
}

// forgetGiven has all sounds be given to the office again: it is another one, or comes
// from a backup.
func (r *rows) forgetGiven(ctx context.Context) error { return r.exec(ctx, `DELETE FROM given`) }
