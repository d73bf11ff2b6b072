package office_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"permanence/clients"
	"permanence/phone"
	"permanence/store/office"
	"permanence/store/wire"
)

func TestSounds(t *testing.T) {
	onBoth(t, func(b *bench) {
		claire, julie := b.desk("one", "claire"), b.desk("two", "julie")
		voice := append([]byte("OggS"), bytes.Repeat([]byte("voice"), 200_000)...)
		put := func(path string, body []byte) int { return claire.Do(b.Context(), http.MethodPut, path, body).Code }
		if got := put("/v1/sounds/s1?client=durand", voice); got != http.StatusNoContent {
			b.Fatalf("put: %d", got)
		}
		if got := put("/v1/sounds/s1?client=durand", append([]byte("OggS"), "other"...)); got != http.StatusNoContent {
			b.Errorf("put again: %d", got)
		}
		if got := claire.Do(b.Context(), http.MethodGet, "/v1/sounds/s1", nil); !bytes.Equal(got.Body.Bytes(), voice) {
			b.Errorf("%d: %d bytes; want %d", got.Code, got.Body.Len(), len(voice))
		}
		for _, c := range []struct {
			name, method, path string
			body               []byte
			want               int
		}{
			{"a sound that is not there", http.MethodGet, "/v1/sounds/none", nil, 404},
			{"a sound of a client who is not hers", http.MethodGet, "/v1/sounds/s1", nil, 404},
			{"for a client who is not hers", http.MethodPut, "/v1/sounds/s2?client=durand", voice, 403},
			{"no sound", http.MethodPut, "/v1/sounds/s3?client=petit", []byte("RIFF"), 400},
			{"nothing", http.MethodPut, "/v1/sounds/s3?client=petit", nil, 400},
			{"an ID that is none", http.MethodPut, "/v1/sounds/..%2f..%2fetc", voice, 400},
			{"too much", http.MethodPut, "/v1/sounds/s4?client=petit", append(voice, make([]byte, wire.MaxSound)...), 413},
		} {
			if got := julie.Do(b.Context(), c.method, c.path, c.body).Code; got != c.want {
				b.Errorf("%s: %d; want %d", c.name, got, c.want)
			}
		}
		// A message of hers that names somebody else's sound makes it nobody's.
		b.push(claire, withSound(note("m1", "durand", ""), "s1"))
		b.push(julie, withSound(note("a-first", "petit", ""), "s1"))
		if got := julie.Do(b.Context(), http.MethodGet, "/v1/sounds/s1", nil).Code; got != http.StatusNotFound {
			b.Errorf("a sound that her message names: %d", got)
		}
		list, err := b.office.Accesses(b.Context(), office.AccessFilter{From: noon, To: noon.Add(time.Minute), Limit: 100})
		b.ok(err)
		if len(list) != 1 || list[0].What != office.ReadSound || !strings.Contains(string(list[0].Detail), "s1") {
			b.Errorf("the record has %+v", list)
		}
	})
}

func withSound(c clients.TakeMessage, id phone.SoundID) clients.TakeMessage {
	c.Message.Sound = id
	return c
}

func TestAMessagesVoiceGoesWithIt(t *testing.T) {
	onBoth(t, func(b *bench) {
		d := b.desk("one", "claire")
		there := func(id string) bool {
			return d.Do(b.Context(), http.MethodGet, "/v1/sounds/"+id, nil).Code == http.StatusOK
		}
		for _, id := range []string{"erased", "old", "kept"} {
			d.Do(b.Context(), http.MethodPut, "/v1/sounds/"+id, []byte("OggS"))
			if !there(id) {
				b.Fatalf("%s is not there", id)
			}
		}
		for _, id := range []clients.ID{"erased", "old"} {
			c := note("m-"+id, "durand", "")
			c.Message.Sound = phone.SoundID(id)
			b.push(d, c)
		}
		b.own(clients.Erase{Kind: "message", ID: "m-erased"})
		if there("erased") {
			b.Error("the voice of an erased message is there")
		}
		// The desk that has it still to bring does not bring it back, nor is it told to wait.
		if got := d.Do(b.Context(), http.MethodPut, "/v1/sounds/erased?client=durand", []byte("OggS")).Code; got != http.StatusNoContent || there("erased") {
			b.Errorf("brought again: %d, there %v", got, there("erased"))
		}
		b.pass((clients.MaxRecordingDays + 1) * 24 * time.Hour)
		b.ok(b.office.Tend(b.Context()))
		if there("old") || !there("kept") {
			b.Errorf("old %v, kept %v", there("old"), there("kept"))
		}
	})
}
