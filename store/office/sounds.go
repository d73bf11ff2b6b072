package office

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io"
	"net/http"
	"strconv"

	"permanence/clients"
	"permanence/store/shared"
	"permanence/store/wire"
)

// partBytes is the size of the parts in which a sound lies in the database: there every
// process finds it, and no transaction lasts as long as a thin line takes.
const partBytes = 256 << 10

// oggMagic begins every page of an Ogg stream (RFC 3533 §6).
var oggMagic = []byte("OggS")

// putSound takes a sound in. It exists when all of it is there; the first that came
// whole under an ID stays. The query may say whose it is ("client"), if the office has
// no row yet that says so.
func (o *Office) putSound(w http.ResponseWriter, r *http.Request, v viewer) error {
	id, said := clients.ID(r.PathValue("id")), clients.ID(r.URL.Query().Get("client"))
	if !isName(string(id)) || said != "" && !isName(string(said)) {
		return refuse(http.StatusBadRequest, "bad-request", "no sound")
	}
	owner, there, err := o.soundOwner(r.Context(), id, said)
	if err != nil {
		return err
	}
	if !v.card.May(owner) {
		return refuse(http.StatusForbidden, "forbidden", "no right to this client")
	}
	if there {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	upload := string(o.NewID())
	size, err := o.takeParts(r.Context(), upload, http.MaxBytesReader(w, r.Body, wire.MaxSound))
	if err != nil {
		return badSound(err)
	}
	if err := o.nameSound(r.Context(), id, upload, owner, size); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// badSound tells a desk's fault from the office's.
func badSound(err error) error {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return refuse(http.StatusRequestEntityTooLarge, "too-large", "more than %d bytes", int64(wire.MaxSound))
	case errors.Is(err, errNoOgg), errors.Is(err, io.ErrUnexpectedEOF):
		return refuse(http.StatusBadRequest, "bad-request", "%v", err)
	}
	return err
}

var errNoOgg = errors.New("no Ogg stream")

// takeParts stores a sound piece by piece. What never becomes whole is cleared away.
func (o *Office) takeParts(ctx context.Context, upload string, from io.Reader) (size int64, err error) {
	buffer := make([]byte, partBytes)
	for part := 0; ; part++ {
		n, end := io.ReadFull(from, buffer)
		if end != nil && !errors.Is(end, io.EOF) && !errors.Is(end, io.ErrUnexpectedEOF) {
			return 0, end
		}
		if part == 0 && !bytes.HasPrefix(buffer[:n], oggMagic) {
			return 0, errNoOgg
		}
		if n > 0 {
			if err := o.putPart(ctx, upload, part, buffer[:n]); err != nil {
				return 0, err
			}
		}
		size += int64(n)
		if end != nil {
			return size, nil
		}
	}
}

func (o *Office) putPart(ctx context.Context, upload string, part int, data []byte) error {
	return o.db.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO sound_part (bureau, upload, part, at, data) VALUES ($1, $2, $3, $4, $5)`,
			o.Bureau, upload, part, micros(o.Now()), data)
		return err
	})
}

func (o *Office) nameSound(ctx context.Context, id clients.ID, upload string, owner clients.ID, size int64) error {
	return o.db.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO sound (bureau, id, upload, client, size) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (bureau, id) DO NOTHING`, o.Bureau, id, upload, owner, size)
		return err
	})
}

// soundOwner tells whose a sound is: what its card says, or the message that it is,
// or what was said when it came; and whether the voice is there, or was and is not to
// come back. Of several messages that name one sound the first says whose it is.
func (o *Office) soundOwner(ctx context.Context, id, said clients.ID) (owner clients.ID, there bool, err error) {
	err = o.db.read(ctx, func(tx *sql.Tx) error {
		list, err := o.rows(tx).query(ctx, `(kind = $2 AND id = $3 OR kind = $4 AND ref = $3) ORDER BY kind DESC, seq LIMIT 1`,
			shared.Sound, id, shared.Message)
		if err != nil {
			return err
		}
		err = tx.QueryRowContext(ctx, `SELECT client FROM sound WHERE bureau = $1 AND id = $2`, o.Bureau, id).Scan(&owner)
		there = err == nil
		if errors.Is(err, sql.ErrNoRows) {
			owner, err = said, nil
		}
		if len(list) > 0 {
			owner = list[0].Client
		}
		if err != nil || there {
			return err
		}
		there, err = exists(ctx, tx, `SELECT 1 FROM erased WHERE bureau = $1 AND id IN ($2, $3)`, o.Bureau, id, owner)
		return err
	})
	return owner, there, err
}

// getSound gives a sound out, and writes down who has it.
func (o *Office) getSound(w http.ResponseWriter, r *http.Request, v viewer) error {
	id := clients.ID(r.PathValue("id"))
	none := refuse(http.StatusNotFound, "not-found", "no such sound")
	if !isName(string(id)) {
		return none
	}
	owner, there, err := o.soundOwner(r.Context(), id, "")
	if err != nil {
		return err
	}
	if !there || !v.card.May(owner) {
		return none
	}
	upload, size, err := o.soundHeard(r.Context(), v, id, owner)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "audio/ogg")
	w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
	w.Header().Set("Cache-Control", "no-store")
	return o.giveParts(r.Context(), w, upload, size)
}

func (o *Office) soundHeard(ctx context.Context, v viewer, id, owner clients.ID) (upload string, size int64, err error) {
	err = o.db.write(ctx, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `SELECT upload, size FROM sound WHERE bureau = $1 AND id = $2`, o.Bureau, id).
			Scan(&upload, &size)
		if errors.Is(err, sql.ErrNoRows) {
			return refuse(http.StatusNotFound, "not-found", "no such sound")
		}
		if err != nil {
			return err
		}
		return o.reached(ctx, tx, v, ReadSound, map[string]clients.ID{"sound": id, "client": owner})
	})
	return upload, size, err
}

// giveParts sends a sound. One that is erased meanwhile breaks off, which the desk sees
// by its length.
func (o *Office) giveParts(ctx context.Context, w io.Writer, upload string, size int64) error {
	for part := 0; size > 0; part++ {
		var data []byte
		err := o.db.reader.QueryRowContext(ctx, `SELECT data FROM sound_part WHERE bureau = $1 AND upload = $2 AND part = $3`,
			o.Bureau, upload, part).Scan(&data)
		if err != nil {
			return err
		}
		if _, err := w.Write(data); err != nil {
			return nil //nolint:nilerr // the desk has gone
		}
		size -= int64(len(data))
	}
	return nil
}
