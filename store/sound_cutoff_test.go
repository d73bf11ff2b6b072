package store_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	osexec "os/exec"
	"testing"
	"time"

	"permanence/clients"
	"permanence/phone"
	"permanence/store"
	"permanence/ui/desk"
)

// oggPage is a page that ends after a number of seconds; this store reads no more
// of it than that.
func oggPage(seconds int, body string) []byte {
	b := append([]byte("OggS\x00\x00"), make([]byte, 21)...)
	binary.LittleEndian.PutUint64(b[6:], uint64(seconds)*48000)
	b[26] = 1
	return append(append(b, byte(len(body))), body...)
}

func begunSound(n int, kind clients.SoundKind) clients.Sound {
	return clients.Sound{ID: soundID(n), Kind: kind, Client: "roc", Call: "c", Title: "06", Made: now, DeleteOn: now.AddDate(0, 0, 30)}
}

// begin writes the first seconds of a recording, and lists it.
func begin(ctx context.Context, s *store.Store, sound clients.Sound, pages ...[]byte) (io.WriteCloser, error) {
	w, err := s.CreateSound(sound.ID)
	if err != nil {
		return nil, err
	}
	for _, p := range pages {
		if _, err := w.Write(p); err != nil {
			return nil, err
		}
	}
	return w, s.KeepSound(ctx, sound)
}

// TestCutOffRecordings: what was being recorded when the program stopped is whole at
// the next start, with its length and its date; of what holds nothing nothing is left.
func TestCutOffRecordings(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	head, one, two := oggPage(0, "OpusHead"), oggPage(1, "un"), oggPage(2, "deux")
	torn := two[:len(two)-2]
	for _, c := range []struct {
		sound clients.Sound
		pages [][]byte
	}{
		{begunSound(1, clients.SoundMessage), [][]byte{head, one, two}},
		{begunSound(2, clients.SoundCall), [][]byte{head, one, torn}},
		{begunSound(3, clients.SoundMessage), [][]byte{head}},
	} {
		if _, err := begin(t.Context(), s, c.sound, c.pages...); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.OpenSound(soundID(1)); !errors.Is(err, store.ErrNoSound) {
		t.Errorf("a recording under way can be opened: %v", err)
	}
	if list := cutOff(t, s); len(list) != 0 {
		t.Errorf("%+v are under way, and not cut off", list)
	}
	call := desk.JournalEntry{At: now, Kind: desk.JournalAnswered, Entry: desk.Entry{Call: "c", ArrivedAt: now, Number: "+33612345678"}}
	if err := s.Append(t.Context(), call); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	s = open(t, dir)
	list := cutOff(t, s)
	if len(list) != 2 {
		t.Fatalf("cut off are %+v; want a message and a conversation", list)
	}
	for i, want := range []clients.Sound{begunSound(1, clients.SoundMessage), begunSound(2, clients.SoundCall)} {
		want.Length = time.Duration(2-i) * time.Second
		if got := list[i]; got.Sound != want || got.Entry.Number != "+33612345678" {
			t.Errorf("cut off is %+v; want %+v", got, want)
		}
		if f, err := s.OpenSound(want.ID); err != nil {
			t.Error(err)
		} else {
			_ = f.Close()
		}
	}
	missing(t, soundPath(s, soundID(3)))
	missing(t, soundPath(s, soundID(3))+".part")
	if e := history(t, s)[0]; len(e.Sounds) != 2 || e.Cause != phone.Shutdown {
		t.Errorf("the journal has %+v; want the call with what was recorded of it", e)
	}

	if err := s.KeepSound(t.Context(), list[0].Sound); err != nil {
		t.Fatal(err)
	}
	if list := cutOff(t, s); len(list) != 1 || list[0].Sound.ID != soundID(2) {
		t.Errorf("cut off are %+v; want what nobody has ended", list)
	}
	if gone, err := s.ExpireSounds(t.Context(), now.AddDate(0, 0, 30)); err != nil || len(gone) != 2 {
		t.Errorf("expired %+v, %v; want both, on their date", gone, err)
	}
	missing(t, soundPath(s, soundID(2)))
}

// TestCutOffMessageThatWasSent is not offered again: its client has it.
func TestCutOffMessageThatWasSent(t *testing.T) {
	s := open(t, t.TempDir())
	w, err := begin(t.Context(), s, begunSound(1, clients.SoundMessage), oggPage(2, "x"))
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	m := clients.Message{ID: "m", Call: "c", Sound: soundID(1), SoundLength: 2 * time.Second, TakenAt: now}
	apply(t, s, clients.Mutation{ID: "m", At: now, Change: clients.TakeMessage{Message: m}})
	if list := cutOff(t, s); len(list) != 0 {
		t.Errorf("cut off are %+v", list)
	}
}

// TestRecordingUnderWayIsNotSwept: neither a row whose date is far nor the file of a
// long recording goes.
func TestRecordingUnderWayIsNotSwept(t *testing.T) {
	s := open(t, t.TempDir())
	sound := begunSound(1, clients.SoundCall)
	w, err := begin(t.Context(), s, sound, oggPage(1, "x"))
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	part := soundPath(s, sound.ID) + ".part"
	if err := os.Chtimes(part, now, now.Add(-48*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if gone, err := s.ExpireSounds(t.Context(), now); err != nil || len(gone) != 0 {
		t.Errorf("expired %+v, %v", gone, err)
	}
	if _, err := os.Stat(part); err != nil {
		t.Error(err)
	}
	if _, err := s.ExpireSounds(t.Context(), sound.DeleteOn); err != nil {
		t.Error(err)
	}
	missing(t, part)
}

// recordDir tells a child process of this test on which folder to record.
const recordDir = "PERMANENCE_RECORD_DIR"

// TestKill9WhileRecording kills a process in mid-recording.
func TestKill9WhileRecording(t *testing.T) {
	dir := t.TempDir()
	child := osexec.Command(os.Args[0], "-test.run=^$")
	child.Env = append(os.Environ(), recordDir+"="+dir)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := child.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Errorf("the child said %q, %v", line, err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // killed
	list := cutOff(t, open(t, dir))
	if len(list) != 1 || list[0].Sound.Length != 20*time.Second {
		t.Fatalf("cut off is %+v; want 20 s", list)
	}
}

// record is the child: it says on standard output that 20 seconds are written, and
// waits to be killed.
func record(dir string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, dir, store.Options{})
	if err != nil {
		return err
	}
	w, err := begin(ctx, s, begunSound(1, clients.SoundMessage), oggPage(0, "OpusHead"))
	for i := 1; err == nil && i <= 20; i++ {
		_, err = w.Write(oggPage(i, "voix"))
	}
	if err != nil {
		return err
	}
	fmt.Println("written")
	_, err = os.Stdin.Read(make([]byte, 1))
	return err
}

func cutOff(t *testing.T, s *store.Store) []desk.CutOff {
	t.Helper()
	snap, err := s.Load(t.Context(), now)
	if err != nil {
		t.Fatal(err)
	}
	return snap.CutOff
}

func history(t *testing.T, s *store.Store) []desk.Entry {
	t.Helper()
	snap, err := s.Load(t.Context(), now)
	if err != nil {
		t.Fatal(err)
	}
	return snap.History
}

// FuzzOggLength reads the length of any file without a fault.
func FuzzOggLength(f *testing.F) {
	whole := append(oggPage(1, "un"), oggPage(2, "deux")...)
	f.Add(whole)
	f.Add(whole[:len(whole)-1])
	f.Add(bytes.Repeat([]byte("OggS"), 20))
	f.Fuzz(func(t *testing.T, b []byte) {
		if l := store.LengthByOgg(b); l < 0 || l > 24*time.Hour {
			t.Errorf("a length of %v", l)
		}
	})
}
