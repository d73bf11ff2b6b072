package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"time"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
)

// Recordings that the end of the program cut off. The row of a recording is written
// when it begins, without a length: one that has none at the next start was not
// ended.

// unended is the condition for recordings of which nobody has told the length.
const unended = `sound.kind IN ('message', 'call') AND sound.body ->> 'length' = 0`

// completeCutOff makes the files of recordings whole that an earlier run was still
// writing, and forgets those of which there is nothing. What cannot be done now is
// left to the next start: it may not keep the desk from opening.
func (s *Store) completeCutOff(ctx context.Context) error {
	rows, err := s.reader.QueryContext(ctx, `SELECT body FROM sound WHERE `+unended)
	list, err := collect(rows, err, scanJSON[clients.Sound])
	if err != nil {
		return failed("looking for recordings that were cut off", err)
	}
	for _, sound := range list {
		path := s.soundPath(sound.ID)
		_ = os.Rename(path+partialExt, path) // or it is whole already, or gone
		if s.wordless(sound.ID) {
			_ = s.DropSound(ctx, sound.ID)
		}
	}
	return nil
}

// wordless reports whether there is nothing to hear in what was left of a sound.
func (s *Store) wordless(id phone.SoundID) bool {
	length, err := s.recordedLength(id)
	return errors.Is(err, fs.ErrNotExist) && !s.beingWritten(id) || err == nil && length == 0
}

// loadCutOff lists the recordings that were cut off, each with its call as the
// journal has it, the oldest first.
func (s *Store) loadCutOff(ctx context.Context, tx *sql.Tx) ([]desk.CutOff, error) {
	rows, err := tx.QueryContext(ctx, `SELECT body FROM sound WHERE `+unended+` ORDER BY made, id`)
	sounds, err := collect(rows, err, scanJSON[clients.Sound])
	if err != nil {
		return nil, err
	}
	var list []desk.CutOff
	for _, sound := range sounds {
		length, err := s.recordedLength(sound.ID)
		if err != nil || length == 0 {
			continue // it is being written, or the disk does not show it today
		}
		sound.Length = length
		c, err := loadCall(ctx, tx, sound.Call)
		if err != nil {
			return nil, err
		}
		list = append(list, desk.CutOff{Sound: sound, Entry: c.entry})
	}
	return list, nil
}

// oggTail is where the last whole page is looked for: some minutes, of which a power
// cut may have left the last half minute blank.
const oggTail = 1 << 20

// recordedLength tells how long a recording is from the last whole page of its file.
func (s *Store) recordedLength(id phone.SoundID) (time.Duration, error) {
	f, err := os.Open(s.soundPath(id))
	if err != nil {
		return 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	tail, err := io.ReadAll(io.NewSectionReader(f, max(0, info.Size()-oggTail), oggTail))
	return lengthByOgg(tail), err
}

// lengthByOgg reads the position of the last page that is there whole: samples of
// 48 kHz since the beginning, of which the encoder's own delay, some milliseconds,
// is not taken off (RFC 7845 §4).
func lengthByOgg(tail []byte) time.Duration {
	for end := len(tail); ; {
		at := bytes.LastIndex(tail[:end], []byte("OggS"))
		if at < 0 {
			return 0
		}
		if granule, whole := oggPage(tail[at:]); whole {
			return time.Duration(granule) * time.Second / 48000
		}
		end = at
	}
}

// longestGranule is a day: more is no recording of ours.
const longestGranule = 24 * 60 * 60 * 48000

// oggPage reads the header of a page and reports whether all of it is there.
func oggPage(b []byte) (granule int64, whole bool) {
	const header = 27
	if len(b) < header || len(b) < header+int(b[header-1]) {
		return 0, false
	}
	size := header + int(b[header-1])
	for _, n := range b[header:size] {
		size += int(n)
	}
	granule = int64(binary.LittleEndian.Uint64(b[6:]))
	return granule, size <= len(b) && granule >= 0 && granule <= longestGranule
}
