package assets

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestVoiceNames(t *testing.T) {
	names := VoiceNames()
	if len(names) < 3 || !slices.IsSorted(names) {
		t.Fatalf("VoiceNames() = %q", names)
	}
	for _, client := range []string{"durand-", "petit-", "roc-"} {
		if !slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, client) }) {
			t.Errorf("nobody calls %s", strings.TrimSuffix(client, "-"))
		}
	}
	if _, err := Voice("nobody"); err == nil {
		t.Error("an unknown voice was found")
	}
	if _, err := Voice("../demo"); err == nil {
		t.Error("a voice was found outside its folder")
	}
}

// wavHead is the header of a WAV file without extensions.
type wavHead struct {
	RIFF     [4]byte
	_        uint32
	WAVEfmt  [8]byte
	FmtSize  uint32
	Format   uint16
	Channels uint16
	Rate     uint32
	_        uint32
	_        uint16
	Bits     uint16
	Data     [4]byte
	Size     uint32
}

func TestVoicesAreAsPromised(t *testing.T) {
	total := 0
	for _, name := range VoiceNames() {
		b, err := Voice(name)
		if err != nil {
			t.Fatal(err)
		}
		total += len(b)
		var h wavHead
		r := bytes.NewReader(b)
		if err := binary.Read(r, binary.LittleEndian, &h); err != nil {
			t.Fatal(err)
		}
		if string(h.RIFF[:])+string(h.WAVEfmt[:])+string(h.Data[:]) != "RIFFWAVEfmt data" || h.Format != 1 ||
			h.Channels != 1 || h.Rate != 16000 || h.Bits != 16 || int(h.Size) != r.Len() {
			t.Errorf("%s: %+v; want 16 kHz, mono, 16 bits, and nothing after the sound", name, h)
			continue
		}
		samples := make([]int16, h.Size/2)
		if err := binary.Read(r, binary.LittleEndian, samples); err != nil {
			t.Fatal(err)
		}
		if seconds := len(samples) / 16000; seconds < 5 || seconds > 9 {
			t.Errorf("%s lasts %d s; want 5 to 9", name, seconds)
		}
		if level := dBFS(samples); level < -23 || level > -18 {
			t.Errorf("%s is at %.1f dBFS; want about -20", name, level)
		}
	}
	if total > 5<<19 {
		t.Errorf("the voices weigh %d bytes; want under 2.5 MB", total)
	}
}

// dBFS is the level of a sound's RMS.
func dBFS(samples []int16) float64 {
	sum := 0.0
	for _, s := range samples {
		sum += float64(s) * float64(s)
	}
	return 20 * math.Log10(math.Sqrt(sum/float64(len(samples)))/32768)
}

func TestDemoYAMLIsTheCallersOwn(t *testing.T) {
	b := DemoYAML()
	b[0] = 'x'
	if DemoYAML()[0] == 'x' {
		t.Error("a caller can change the demonstration for the others")
	}
}

func TestDemoSounds(t *testing.T) {
	entries, err := sounds.ReadDir("demo/sounds")
	if err != nil || len(entries) == 0 {
		t.Fatalf("the demonstration has %d sounds, %v", len(entries), err)
	}
	for _, e := range entries {
		id := strings.TrimSuffix(e.Name(), ".opus")
		b, err := DemoSound(id)
		if err != nil || !bytes.HasPrefix(b, []byte("OggS")) || !bytes.Contains(DemoYAML(), []byte(id)) {
			t.Errorf("%s: %v; want an Ogg file that the demonstration names", id, err)
		}
	}
	if _, err := DemoSound("../voices/roc-fuite"); err == nil {
		t.Error("a sound was found outside its folder")
	}
}
