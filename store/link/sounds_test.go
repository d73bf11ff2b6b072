package link_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"permanence/clients"
	"permanence/phone"
	"permanence/store"
	"permanence/store/link/linetest"
)

// page is one page of an Ogg stream that lasts two seconds (RFC 3533 §6).
func page() []byte {
	b := append([]byte("OggS\x00\x04"), 0, 0x77, 1, 0, 0, 0, 0, 0) // 96000 samples
	b = append(b, make([]byte, 12)...)
	return append(b, 1, 3, 'x', 'y', 'z')
}

func record(t *testing.T, s *store.Store, sound clients.Sound) {
	t.Helper()
	w, err := s.CreateSound(sound.ID)
	ok(t, err)
	_, err = w.Write(page())
	ok(t, err)
	ok(t, w.Close())
	sound.Made, sound.Length = time.Now(), 2*time.Second
	ok(t, s.KeepSound(t.Context(), sound))
}

func hasSound(t *testing.T, s *store.Store, id phone.SoundID) bool {
	t.Helper()
	f, err := s.OpenSound(id)
	if err != nil {
		return false
	}
	defer f.Close()
	var b bytes.Buffer
	_, err = b.ReadFrom(f)
	ok(t, err)
	return bytes.Equal(b.Bytes(), page())
}

// TestSounds: what a card or a message names goes from the desk that has it to the
// others; a recorded conversation does not, and what was deleted does not come back.
func TestSounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := found(t)
		a, here := o.seat("a")
		b, there := o.seat("b")
		after(time.Second)
		name, left, talk := phone.SoundID(newID()), phone.SoundID(newID()), phone.SoundID(newID())
		record(t, here, clients.Sound{ID: name, Kind: clients.SoundName, Client: "durand"})
		record(t, here, clients.Sound{ID: left, Kind: clients.SoundMessage, Client: "durand"})
		record(t, here, clients.Sound{ID: talk, Kind: clients.SoundCall, Client: "durand", DeleteOn: time.Now().AddDate(0, 0, 7)})
		a.do(mutation(clients.PatchClient{Client: "durand", Saw: 2, Fields: fields(t, "voice", clients.Voice{Name: name})}))
		m := mutation(clients.TakeMessage{Message: clients.Message{
			ID: "m", Client: "durand", TakenAt: time.Now(), TakenBy: "sophie", Sound: left, SoundLength: 2 * time.Second,
		}})
		b.line.Set(linetest.Faults{Lose: 1, Only: "/v1/sounds/" + string(name)})
		a.do(m)
		after(20 * time.Minute)
		if !hasSound(t, there, name) || !hasSound(t, there, left) {
			t.Error("a card's or a message's sound is not on the other desk")
		}
		if hasSound(t, there, talk) {
			t.Error("a recorded conversation has left its desk")
		}
		ok(t, there.DropSound(t.Context(), left))
		after(20 * time.Minute)
		if hasSound(t, there, left) {
			t.Error("what was deleted has come back")
		}
	})
}

func fields(t *testing.T, name string, value any) map[string]json.RawMessage {
	t.Helper()
	b, err := json.Marshal(value)
	ok(t, err)
	return map[string]json.RawMessage{name: b}
}

// TestAVoiceWaitsForWhoMay: what a caller said is not lost to the bureau because she who is
// logged in now may not bring it.
func TestAVoiceWaitsForWhoMay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := found(t)
		o.do(clients.SaveOperator{Operator: clients.Operator{ID: "julie", Name: "Julie", Clients: []clients.ID{"petit"}}})
		var julie atomic.Bool // is at desk a
		inner := o.handler
		o.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if julie.Load() && r.Header.Get("Test-Desk") == "a" {
				r.Header = r.Header.Clone()
				r.Header.Set("Test-Operator", "julie")
			}
			inner.ServeHTTP(w, r)
		})
		a, here := o.seat("a")
		_, there := o.seat("b")
		after(time.Second)
		julie.Store(true)
		left := phone.SoundID(newID())
		record(t, here, clients.Sound{ID: left, Kind: clients.SoundMessage, Client: "durand"})
		a.do(mutation(clients.TakeMessage{Message: clients.Message{
			ID: "m", Client: "durand", TakenAt: time.Now(), TakenBy: "sophie", Sound: left, SoundLength: 2 * time.Second,
		}}))
		after(20 * time.Minute)
		if hasSound(t, there, left) {
			t.Error("she has brought what she has no right to")
		}
		julie.Store(false)
		after(20 * time.Minute)
		if !hasSound(t, there, left) {
			t.Error("the voice has not come")
		}
	})
}
