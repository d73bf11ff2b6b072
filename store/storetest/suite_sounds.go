package storetest

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"time"

	"permanence/clients"
	"permanence/phone"
	"permanence/store"
	"permanence/ui/desk"
)

// SoundFiles is where the sounds themselves are kept.
type SoundFiles interface {
	CreateSound(id phone.SoundID) (io.WriteCloser, error)
	OpenSound(id phone.SoundID) (io.ReadCloser, error)
	OpenMessage(ctx context.Context, id phone.SoundID) (io.ReadCloser, error)
}

// The sounds of these tests, one of each use.
const (
	greeting = phone.SoundID("019aa000-0000-7000-8000-000000000001")
	music    = phone.SoundID("019aa000-0000-7000-8000-000000000002")
	left     = phone.SoundID("019aa000-0000-7000-8000-000000000003")
	recorded = phone.SoundID("019aa000-0000-7000-8000-000000000004")
)

// record makes the file of a sound, which says its own ID.
func (b *bench) record(id phone.SoundID) {
	b.Helper()
	w, err := b.CreateSound(id)
	b.ok(err)
	_, err = io.WriteString(w, string(id))
	b.ok(errors.Join(err, w.Close()))
}

// keep makes the file of a sound and lists it.
func (b *bench) keep(s clients.Sound) clients.Sound {
	b.Helper()
	b.record(s.ID)
	b.ok(b.KeepSound(b.ctx, s))
	return s
}

// keepListed tells something else of a sound that is there.
func (b *bench) keepListed(s clients.Sound) clients.Sound {
	b.Helper()
	b.ok(b.KeepSound(b.ctx, s))
	return s
}

// hears reads the file of a sound.
func (b *bench) hears(id phone.SoundID) {
	b.Helper()
	r, err := b.OpenSound(id)
	b.ok(err)
	text, err := io.ReadAll(r)
	b.ok(errors.Join(err, r.Close()))
	b.equal(string(text), string(id))
}

// silent checks that nothing is left of a sound.
func (b *bench) silent(id phone.SoundID) {
	b.Helper()
	if r, err := b.OpenSound(id); !errors.Is(err, store.ErrNoSound) {
		b.Fatalf("sound %s: got %v, %v; want no sound", id, r, err)
	}
	for _, s := range b.load().Sounds {
		if s.ID == id {
			b.Fatalf("%+v is listed still", s)
		}
	}
}

func spokenSound() clients.Sound {
	return clients.Sound{
		ID: greeting, Kind: clients.SoundGreeting, Client: "durand", Operator: "claire",
		Title: "Cabinet de Maître Durand, bonjour !", Length: 2300 * time.Millisecond, Made: noon,
	}
}

func leftSound() clients.Sound {
	return clients.Sound{
		ID: left, Kind: clients.SoundMessage, Client: "durand", Call: "call-1", Title: "06 12 34 56 78",
		Length: 42 * time.Second, Made: noon.Add(time.Minute), DeleteOn: noon.AddDate(0, 0, 180),
	}
}

func recordedSound() clients.Sound {
	return clients.Sound{
		ID: recorded, Kind: clients.SoundCall, Client: "durand", Operator: "claire", Call: "call-1",
		Reason: "formation", Length: time.Hour, Made: noon, DeleteOn: noon.AddDate(0, 0, 30),
	}
}

func soundKept(b *bench) {
	b.withClients()
	b.refused(b.KeepSound(b.ctx, spokenSound()), "sound.missing")
	first := b.keep(spokenSound())
	second := first
	second.ID, second.Kind, second.Title, second.Made = music, clients.SoundMusic, "valse.mp3", noon.Add(time.Minute)
	b.keep(second)
	b.keep(leftSound())
	b.keep(recordedSound())
	second.Title = "Valse"
	b.ok(b.KeepSound(b.ctx, second))
	b.reopen()
	b.equal(b.load().Sounds, []clients.Sound{first, second}) // no caller's voice among them
	list, err := b.CallSounds(b.ctx, "call-1")
	b.ok(err)
	b.equal(list, []clients.Sound{recordedSound(), leftSound()})
	for _, call := range []phone.CallID{"", "call-2"} {
		list, err := b.CallSounds(b.ctx, call)
		b.ok(err)
		b.equal(len(list), 0)
	}
	for _, id := range []phone.SoundID{greeting, music, left, recorded} {
		b.hears(id)
	}
}

// soundSent: only what was left for a client may go to it.
func soundSent(b *bench) {
	b.withClients()
	b.keep(spokenSound())
	b.keep(leftSound())
	b.keep(recordedSound())
	r, err := b.OpenMessage(b.ctx, left)
	b.ok(err)
	b.ok(r.Close())
	for _, id := range []phone.SoundID{"", greeting, recorded, music} {
		_, err := b.OpenMessage(b.ctx, id)
		b.refused(err, "sound.missing")
		b.equal(errors.Is(err, fs.ErrNotExist), true)
	}
}

func soundWritten(b *bench) {
	b.record(greeting)
	_, err := b.CreateSound(greeting)
	b.refused(err, "store.exists")
	b.hears(greeting)
	w, err := b.CreateSound(music)
	b.ok(err)
	_, err = io.WriteString(w, "la moitié")
	b.ok(err)
	b.silent(music) // not before it is whole
	_, err = b.CreateSound(music)
	b.refused(err, "store.exists")
	b.ok(w.(interface{ Abort() error }).Abort())
	b.ok(w.Close())
	b.silent(music)
	w, err = b.CreateSound(music)
	b.ok(err)
	b.refused(w.Close(), "sound.missing") // nothing was written
	b.silent(music)
	b.record(music)
	b.hears(music)
}

func soundNamed(b *bench) {
	for _, id := range []phone.SoundID{
		"", phone.Beep, "../permanence", "..", "/etc/passwd", greeting + "/..", greeting + ".part",
		"019AA000-0000-7000-8000-00000000000A", "{" + greeting + "}", "urn:uuid:" + greeting, "019aa0000000700080000000000000001",
	} {
		_, err := b.CreateSound(id)
		b.refused(err, "store.bad-change")
		_, err = b.OpenSound(id)
		b.refused(err, "sound.missing")
		s := spokenSound()
		s.ID = id
		b.refused(b.KeepSound(b.ctx, s), "store.bad-change")
		b.ok(b.DropSound(b.ctx, id))
	}
}

// soundOfMessage: what a caller left is not lost with the row that could not be
// written, and what was deleted does not come back with its message.
func soundOfMessage(b *bench) {
	b.withClients()
	b.record(left)
	b.ok(b.SaveDraft(b.ctx, desk.SavedDraft{Ticket: "t1", Opened: noon, Message: lefevre()}))
	_, err := b.ExpireSounds(b.ctx, time.Now().AddDate(0, 0, 3)) // files have the time of the disk
	b.ok(err)
	b.hears(left)
	b.apply(clients.TakeMessage{Message: lefevre(), Recipients: two()})
	list, err := b.CallSounds(b.ctx, "call-1")
	b.ok(err)
	b.equal(list, []clients.Sound{{
		ID: left, Kind: clients.SoundMessage, Client: "durand", Call: "call-1", Title: lefevre().Number,
		Length: 42 * time.Second, Made: noon, DeleteOn: noon.AddDate(0, 0, clients.MaxRecordingDays),
	}})
	known := b.keepListed(leftSound())
	other := lefevre()
	other.ID = "msg-2"
	b.apply(clients.TakeMessage{Message: other})
	list, err = b.CallSounds(b.ctx, "call-1")
	b.ok(err)
	b.equal(list, []clients.Sound{known})
	b.ok(b.DropSound(b.ctx, left))
	other.ID = "msg-3"
	b.apply(clients.TakeMessage{Message: other})
	list, err = b.CallSounds(b.ctx, "call-1")
	b.ok(err)
	b.equal(len(list), 0)
}

func soundDropped(b *bench) {
	b.withClients()
	b.keep(spokenSound())
	b.journal(desk.JournalEnded, "claire", desk.Entry{Call: "call-1", ArrivedAt: noon, EndedAt: noon, Sounds: []phone.SoundID{left}})
	b.keep(leftSound())
	for _, id := range []phone.SoundID{greeting, left, left, recorded} {
		b.ok(b.DropSound(b.ctx, id))
		b.silent(id)
	}
	list, err := b.CallSounds(b.ctx, "call-1")
	b.ok(err)
	b.equal(len(list), 0)
	b.equal(b.load().History[0].Sounds, []phone.SoundID{left}) // that there was one, and no more
	b.refused(b.KeepSound(b.ctx, leftSound()), "sound.missing")
}

// soundRefused: what must never be listed, whoever asks.
func soundRefused(b *bench) {
	b.withClients()
	b.apply(Patch("petit", 0, "health", true))
	b.record(recorded)
	b.record(left)
	for name, change := range map[string]func(*clients.Sound){
		"for ever":          func(s *clients.Sound) { s.DeleteOn = time.Time{} },
		"for half a year":   func(s *clients.Sound) { s.DeleteOn = s.Made.AddDate(0, 0, 182) },
		"of a doctor":       func(s *clients.Sound) { s.Client = "petit" },
		"of no kind":        func(s *clients.Sound) { s.Kind = "" },
		"of a kind unknown": func(s *clients.Sound) { s.Kind = "hologram" },
		"never made":        func(s *clients.Sound) { s.Made = time.Time{} },
	} {
		s := recordedSound()
		change(&s)
		if err := b.KeepSound(b.ctx, s); err == nil {
			b.Errorf("a recording %s was kept", name)
		} else {
			b.refused(err, "store.bad-change")
		}
	}
	message := leftSound()
	message.Client = "petit"
	b.ok(b.KeepSound(b.ctx, message)) // a message is not a recording
	list, err := b.CallSounds(b.ctx, "call-1")
	b.ok(err)
	b.equal(list, []clients.Sound{message})
}

// soundExpired: a recording that may be kept the longest is there until its day,
// and on its day nothing of it is.
func soundExpired(b *bench) {
	b.withClients()
	s := recordedSound()
	s.DeleteOn = s.Made.AddDate(0, 0, clients.MaxRecordingDays)
	b.keep(s)
	long := leftSound()
	long.DeleteOn = time.Time{}
	b.keep(long)
	gone, err := b.ExpireSounds(b.ctx, s.DeleteOn.Add(-time.Second))
	b.ok(err)
	b.equal(len(gone), 0)
	b.hears(recorded)
	b.reopen()
	gone, err = b.ExpireSounds(b.ctx, s.DeleteOn)
	b.ok(err)
	b.equal(gone, []clients.Sound{s})
	b.silent(recorded)
	gone, err = b.ExpireSounds(b.ctx, s.DeleteOn.AddDate(0, 8, 0)) // after months off
	b.ok(err)
	b.equal(len(gone), 0)
	list, err := b.CallSounds(b.ctx, "call-1")
	b.ok(err)
	b.equal(list, []clients.Sound{long})
	b.hears(left)
}

func soundUnused(b *bench) {
	b.withClients()
	b.apply(Patch("durand", 0, "voice", nil))
	used := b.keep(spokenSound())
	unused := spokenSound()
	unused.ID, unused.Kind = music, clients.SoundMusic
	b.keep(unused)
	b.apply(
		Patch("durand", 0, "voice", clients.Voice{Greetings: []clients.SpokenGreeting{{Operator: "claire", Text: "Bonjour", Sound: greeting}}}),
		Patch("durand", 0, "archived", true),
	)
	gone, err := b.ExpireSounds(b.ctx, noon.Add(23*time.Hour))
	b.ok(err)
	b.equal(len(gone), 0) // its card may be open still
	gone, err = b.ExpireSounds(b.ctx, noon.Add(24*time.Hour))
	b.ok(err)
	b.equal(gone, []clients.Sound{unused})
	b.silent(music)
	b.hears(greeting)
	b.equal(b.load().Sounds, []clients.Sound{used})
	b.apply(Patch("durand", 0, "voice", nil))
	gone, err = b.ExpireSounds(b.ctx, noon.Add(24*time.Hour))
	b.ok(err)
	b.equal(gone, []clients.Sound{used})
	b.silent(greeting)
}
