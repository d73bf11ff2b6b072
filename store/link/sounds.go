package link

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"permanence/clients"
	"permanence/phone"
	"permanence/store/wire"
	"permanence/ui/desk"
)

// Sounds are a desk's recorded sounds as they travel: those of clients' cards, and what
// callers left on an answering machine. Recorded conversations do not.
type Sounds interface {
	// Lacking lists sounds that this desk should have and has not, the most needed first.
	Lacking(ctx context.Context, limit int) ([]phone.SoundID, error)
	// Unshared lists sounds that the office has not been given.
	Unshared(ctx context.Context, limit int) ([]SharedSound, error)
	// Open reads a sound.
	Open(id phone.SoundID) (io.ReadCloser, error)
	// Take stores a sound that the office has, whole or not at all, and lists it as what
	// names it says; what nobody names is not listed, and has no ID.
	Take(ctx context.Context, id phone.SoundID, from io.Reader) (clients.Sound, error)
	// Shared writes down that the office has a sound.
	Shared(ctx context.Context, id phone.SoundID) error
}

// SharedSound is a sound and whose it is; "" is the whole bureau's.
type SharedSound struct {
	ID     phone.SoundID
	Client clients.ID
}

// soundsAtOnce is how many sounds are looked up together; they travel one by one, so
// that a thin line has room for what is written.
const soundsAtOnce = 50

// soundRetry is when sounds are tried again that could not be carried.
const soundRetry = 5 * time.Minute

// carrySounds fetches what is lacking and brings up what the office has not, whenever
// the desk has come in step.
func (b *bond) carrySounds(ctx context.Context) {
	if b.cfg.Sounds == nil {
		return
	}
	vain := vain{}
	for {
		select {
		case <-ctx.Done():
			return
		case <-b.sounds:
		case <-time.After(soundRetry):
		}
		if !b.reached.Load() {
			continue
		}
		err := errors.Join(b.bringSounds(ctx, vain), b.fetchSounds(ctx, vain))
		if err != nil && ctx.Err() == nil {
			b.cfg.Log.Info("link: carrying sounds", "err", err)
		}
	}
}

// vain is when a sound was last asked for, or offered, in vain.
type vain map[phone.SoundID]time.Time

func (v vain) lately(id phone.SoundID, now time.Time) bool {
	at, tried := v[id]
	return tried && now.Sub(at) < soundRetry
}

// bringSounds gives the office what it has not been given. What she who has logged in may
// not bring another may, later.
func (b *bond) bringSounds(ctx context.Context, vain vain) error {
	list, err := b.cfg.Sounds.Unshared(ctx, soundsAtOnce+len(vain))
	if err != nil {
		return err
	}
	brought := 0
	for _, s := range list {
		if vain.lately(s.ID, b.cfg.Now()) {
			continue
		}
		err := b.bringSound(ctx, s)
		if says(err, saysForbidden) {
			vain[s.ID] = b.cfg.Now()
			continue
		}
		if err == nil || says(err, saysTooLarge, saysBad) {
			err = errors.Join(err, b.cfg.Sounds.Shared(ctx, s.ID)) // it is there, or will never be
		}
		if err != nil {
			return err
		}
		delete(vain, s.ID)
		brought++
	}
	if brought >= soundsAtOnce {
		hint(b.sounds)
	}
	return nil
}

func (b *bond) bringSound(ctx context.Context, s SharedSound) error {
	file, err := b.cfg.Sounds.Open(s.ID)
	if err != nil {
		return err
	}
	defer file.Close() // it is read only
	return b.remote.PutSound(ctx, s, file)
}

// fetchSounds takes in what this desk lacks. What the office does not have yet is asked
// for again later.
func (b *bond) fetchSounds(ctx context.Context, vain vain) error {
	list, err := b.cfg.Sounds.Lacking(ctx, soundsAtOnce+len(vain))
	if err != nil {
		return err
	}
	fetched := 0
	for _, id := range list {
		if vain.lately(id, b.cfg.Now()) {
			continue
		}
		err := b.remote.GetSound(ctx, id, func(from io.Reader) error { return b.takeSound(ctx, id, from) })
		if says(err, saysNotFound) {
			vain[id] = b.cfg.Now()
			continue
		}
		if err != nil {
			return err
		}
		delete(vain, id)
		fetched++
	}
	if fetched >= soundsAtOnce {
		hint(b.sounds)
	}
	return nil
}

func (b *bond) takeSound(ctx context.Context, id phone.SoundID, from io.Reader) error {
	sound, err := b.cfg.Sounds.Take(ctx, id, from)
	if err == nil && sound.ID != "" {
		b.cfg.Send(desk.SoundKept{Sound: sound})
	}
	return err
}

const saysNotFound = "not-found"

// PutSound brings a sound up. An office that has it says so before anything is sent.
func (r *Remote) PutSound(ctx context.Context, s SharedSound, from io.Reader) error {
	ctx, cancel := context.WithTimeout(ctx, soundIn)
	defer cancel()
	path := "/v1/sounds/" + url.PathEscape(string(s.ID)) + "?" + url.Values{"client": {string(s.Client)}}.Encode()
	request, err := r.request(ctx, http.MethodPut, path, nil)
	if err != nil {
		return err
	}
	request.Body, request.ContentLength, request.GetBody = io.NopCloser(from), -1, nil
	request.Header.Set("Content-Type", "audio/ogg")
	request.Header.Set("Expect", "100-continue")
	return r.do(request, nil)
}

// GetSound fetches a sound and gives it to take, which sees its end only when all of it
// has come.
func (r *Remote) GetSound(ctx context.Context, id phone.SoundID, take func(io.Reader) error) error {
	ctx, cancel := context.WithTimeout(ctx, soundIn)
	defer cancel()
	request, err := r.request(ctx, http.MethodGet, "/v1/sounds/"+url.PathEscape(string(id)), nil)
	if err != nil {
		return err
	}
	answer, err := r.send(request)
	if err != nil {
		return lost("fetching a sound", err)
	}
	defer answer.Body.Close() // it was read only
	if answer.StatusCode != http.StatusOK {
		return refusalOf(answer)
	}
	size, err := strconv.ParseInt(answer.Header.Get("Content-Length"), 10, 64)
	if err != nil || size < 0 || size > wire.MaxSound {
		return fmt.Errorf("link: a sound of %q bytes", answer.Header.Get("Content-Length"))
	}
	return take(&whole{from: answer.Body, left: size})
}

// whole is a sound on its way. It ends with an error when less came than was announced,
// and gives no more than that.
type whole struct {
	from io.Reader
	left int64
}

// Read reads on.
func (w *whole) Read(p []byte) (int, error) {
	if w.left == 0 {
		return 0, io.EOF
	}
	n, err := w.from.Read(p[:min(int64(len(p)), w.left)])
	w.left -= int64(n)
	if errors.Is(err, io.EOF) && w.left > 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}
