package sipua

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
)

// bothEnds are a direction of a call: what one seals, the other opens.
func bothEnds(t testing.TB, by *suite, k masterKey, before *opener) (*sealer, *opener) {
	t.Helper()
	s, err := newSealer(&protection{suite: by, local: k})
	if err != nil {
		t.Fatal(err)
	}
	o, err := newOpener(&protection{suite: by, remote: []masterKey{k}}, before)
	if err != nil {
		t.Fatal(err)
	}
	return s, o
}

func rtpPacket(t testing.TB, ssrc uint32, seq uint16) []byte {
	t.Helper()
	p := rtp.Packet{Header: rtp.Header{Version: 2, PayloadType: 8, SSRC: ssrc, SequenceNumber: seq}, Payload: []byte("voice")}
	b, err := p.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func sealed(t testing.TB, s *sealer, ssrc uint32, seq uint16) []byte {
	t.Helper()
	b, err := s.sealRTP(rtpPacket(t, ssrc, seq))
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Clone(b)
}

func opens(o *opener, b []byte) bool { _, ok := o.openRTP(b); return ok }

func TestSealedPackets(t *testing.T) {
	for _, by := range suites {
		t.Run(by.name, func(t *testing.T) {
			s, o := bothEnds(t, by, by.newMasterKey(), nil)
			clear, b := rtpPacket(t, 1, 7), sealed(t, s, 1, 7)
			if bytes.Contains(b, []byte("voice")) {
				t.Error("the voice can be read on the way")
			}
			for i := range b {
				changed := bytes.Clone(b)
				changed[i] ^= 1
				if opens(o, changed) {
					t.Errorf("opened with byte %d changed", i)
				}
			}
			if opens(o, clear) || opens(o, b[:len(b)-1]) || opens(o, nil) {
				t.Error("opened what is not whole")
			}
			if out, ok := o.openRTP(b); !ok || !bytes.Equal(out, clear) {
				t.Errorf("opened as %x, want %x", out, clear)
			}
			if opens(o, b) {
				t.Error("opened the same packet twice")
			}
			late, next := sealed(t, s, 1, 8), sealed(t, s, 1, 9)
			if !opens(o, next) || !opens(o, late) || opens(o, late) {
				t.Error("a late packet is taken once")
			}
			_, stranger := bothEnds(t, by, by.newMasterKey(), nil)
			if opens(stranger, sealed(t, s, 1, 10)) {
				t.Error("opened with another key")
			}
		})
	}
}

func TestSealedReports(t *testing.T) {
	for _, by := range suites {
		s, o := bothEnds(t, by, by.newMasterKey(), nil)
		clear, err := rtcp.Marshal([]rtcp.Packet{&rtcp.ReceiverReport{SSRC: 9}, &rtcp.Goodbye{Sources: []uint32{9}}})
		if err != nil {
			t.Fatal(err)
		}
		b, err := s.sealRTCP(clear)
		if err != nil {
			t.Fatal(err)
		}
		changed := bytes.Clone(b)
		changed[9] ^= 1
		if _, ok := o.openRTCP(changed); ok {
			t.Errorf("%s: opened a changed report", by.name)
		}
		if _, ok := o.openRTCP(clear); ok {
			t.Errorf("%s: opened a report in the clear", by.name)
		}
		if out, ok := o.openRTCP(b); !ok || !bytes.Equal(out, clear) {
			t.Errorf("%s: opened as %x, want %x", by.name, out, clear)
		}
		if _, ok := o.openRTCP(b); ok {
			t.Errorf("%s: opened the same report twice", by.name)
		}
	}
}

// TestNumbersWrap follows a source over two wraps of its numbers, one of which
// nobody saw.
func TestNumbersWrap(t *testing.T) {
	by := suites[0]
	for name, c := range map[string]struct{ lost func(n uint32) bool }{
		"nothing lost":           {func(uint32) bool { return false }},
		"the wrap lost":          {func(n uint32) bool { return n >= 65530 && n < 65545 }},
		"all before it lost":     {func(n uint32) bool { return n < 65536 }},
		"ten minutes after lost": {func(n uint32) bool { return n >= 65535 && n < 65535+30000 }},
	} {
		s, o := bothEnds(t, by, by.newMasterKey(), nil)
		for n := uint32(65500); n < 3*65536; n += step(n) {
			b := sealed(t, s, 5, uint16(n))
			if !c.lost(n) && !opens(o, b) {
				t.Fatalf("%s: packet %d cannot be opened", name, n)
			}
		}
	}
}

// step goes quickly where nothing happens.
func step(n uint32) uint32 {
	if at := n % 65536; at < 100 || at > 65400 {
		return 1
	}
	return 100
}

// TestNewKeys hears a source go on under another key: packets under the old one
// that are still on their way are heard, replays of them are not, and a second
// later none.
func TestNewKeys(t *testing.T) {
	by := suites[2]
	for name, wraps := range map[string]uint32{"numbers that never wrapped": 0, "numbers that wrapped": 2} {
		old, first := bothEnds(t, by, by.newMasterKey(), nil)
		seq := uint16(100)
		for n := uint32(0); n <= wraps*65536; n += 500 {
			seq = uint16(100 + n)
			if !opens(first, sealed(t, old, 5, seq)) {
				t.Fatalf("%s: not heard before", name)
			}
		}
		played := sealed(t, old, 5, seq+1)
		opens(first, played)
		underWay, tooLate := sealed(t, old, 5, seq+2), sealed(t, old, 5, seq+3)
		fresh, second := bothEnds(t, by, by.newMasterKey(), first)
		fresh.ctx.SetROC(5, wraps) // this peer counts on
		if !opens(second, sealed(t, fresh, 5, seq+4)) {
			t.Errorf("%s: not heard under the new key", name)
		}
		if !opens(second, underWay) || opens(second, underWay) || opens(second, played) {
			t.Errorf("%s: packets under the old key are heard once", name)
		}
		for n := range uint16(overlap) {
			opens(second, sealed(t, fresh, 5, seq+5+n))
		}
		if opens(second, tooLate) {
			t.Errorf("%s: the old key is good for ever", name)
		}
	}
}

// TestStrangersCostNoMemory sends what looks like a thousand new sources: only
// those who know the key are kept, and not without bound.
func TestStrangersCostNoMemory(t *testing.T) {
	by := suites[1]
	s, o := bothEnds(t, by, by.newMasterKey(), nil)
	junk := sealed(t, s, 1, 1)
	for n := range uint32(1000) {
		binary.BigEndian.PutUint32(junk[8:], 1000+n)
		opens(o, junk)
	}
	if n := len(o.voice.known); n != 0 {
		t.Errorf("%d strangers are kept", n)
	}
	for n := range uint32(2 * maxSources) {
		if !opens(o, sealed(t, s, n, 1)) {
			t.Fatalf("source %d is not heard", n)
		}
	}
	if n := len(o.voice.known); n != maxSources || len(o.voice.order) != n {
		t.Errorf("%d sources are kept", n)
	}
}

func TestKeysAreNamedInPackets(t *testing.T) {
	by := suites[0]
	keys := []masterKey{by.newMasterKey(), by.newMasterKey()}
	keys[0].mki, keys[1].mki = "\x00\x01", "\x00\x02"
	o, err := newOpener(&protection{suite: by, remote: keys}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, k := range keys {
		s, err := newSealer(&protection{suite: by, local: k})
		if err != nil {
			t.Fatal(err)
		}
		if !opens(o, sealed(t, s, uint32(i), 1)) {
			t.Errorf("key %d does not open", i)
		}
	}
}

// FuzzOpen throws anything at an encrypted voice: nothing but what was sealed may
// come out.
func FuzzOpen(f *testing.F) {
	var openers []*opener
	for _, by := range suites {
		s, o := bothEnds(f, by, by.newMasterKey(), nil)
		openers = append(openers, o)
		f.Add(sealed(f, s, 1, 1))
	}
	f.Add([]byte{0x80, 200, 0, 1, 0, 0, 0, 1, 0x80, 0, 0, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		for i, o := range openers {
			if _, ok := o.openRTCP(b); ok {
				t.Errorf("%s opened a report", suites[i].name)
			}
			if out, ok := o.openRTP(b); ok && !bytes.Contains(out, []byte("voice")) {
				t.Errorf("%s opened %x", suites[i].name, out)
			}
		}
	})
}
