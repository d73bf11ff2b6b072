package sound

import (
	"bufio"
	"encoding/binary"
	"io"
)

// mp3Frame is what the header of a frame of MPEG audio layer III tells (ISO/IEC
// 11172-3 §2.4.1.3, 13818-3 §2.4.2.3).
type mp3Frame struct {
	mp3Kind
	bytes, samples int
}

// mp3Kind is what all frames of a file have in common.
type mp3Kind struct {
	rate     int
	channels int
}

// mp3Rates are the sample rates by version: 2.5, none, 2 and 1.
var mp3Rates = [4][3]int{{11025, 12000, 8000}, {}, {22050, 24000, 16000}, {44100, 48000, 32000}}

// The bit rates of version 1, and of the others; 0 is "free", which nobody uses.
var (
	mp3Kbits    = [15]int{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}
	mp3LowKbits = [15]int{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}
)

// The fields of a header.
const (
	mp3Header = 4 // bytes
	mp3Sync   = 0x7FF
	mp3Layer3 = 1
	mp3First  = 3 // version 1
	mp3Mono   = 3
)

// parseMP3 reads a header.
func parseMP3(b []byte) (f mp3Frame, ok bool) {
	h := binary.BigEndian.Uint32(b)
	version, kbit, hz := h>>19&3, h>>12&15, h>>10&3
	if h>>21 != mp3Sync || version == 1 || h>>17&3 != mp3Layer3 || kbit == 0 || kbit == 15 || hz == 3 {
		return mp3Frame{}, false
	}
	f = mp3Frame{mp3Kind: mp3Kind{rate: mp3Rates[version][hz], channels: 2}, samples: 576}
	kbits := mp3LowKbits[kbit]
	if version == mp3First {
		f.samples, kbits = 1152, mp3Kbits[kbit]
	}
	if h>>6&3 == mp3Mono {
		f.channels = 1
	}
	f.bytes = f.samples/8*1000*kbits/f.rate + int(h>>9&1)
	return f, true
}

// mp3Scanner finds the frames of a file, between tags and junk.
type mp3Scanner struct {
	in   *bufio.Reader
	kind mp3Kind // of the first frame; all others are like it
	sure bool    // what comes next is a frame, if it looks like one
	junk int     // bytes passed over
}

// How sure one must be that a file is MP3: frames in a row, found behind so many
// bytes of something else at most.
const (
	mp3Row  = 3
	mp3Junk = 64 << 10
)

func newMP3Scanner(src io.Reader) *mp3Scanner {
	s := &mp3Scanner{in: bufio.NewReaderSize(src, 1<<15)}
	s.skipTag()
	return s
}

// skipTag passes over an ID3 tag: its length has 7 bits in each of 4 bytes.
func (s *mp3Scanner) skipTag() {
	const header = 10
	b, err := s.in.Peek(header)
	if err != nil || string(b[:3]) != "ID3" {
		return
	}
	size := int(b[6]&0x7F)<<21 | int(b[7]&0x7F)<<14 | int(b[8]&0x7F)<<7 | int(b[9]&0x7F)
	_, _ = s.in.Discard(header + size) // a file that ends there is found to have no frame
}

// next goes to the next whole frame, whose bytes are then read from in; io.EOF is
// the end.
func (s *mp3Scanner) next() (mp3Frame, error) {
	for s.junk < mp3Junk {
		b, err := s.in.Peek(mp3Header)
		if err != nil {
			return mp3Frame{}, err
		}
		f, ok := parseMP3(b)
		if ok && s.trusted(f) {
			_, err := s.in.Peek(f.bytes)
			s.sure = true
			return f, err
		}
		s.sure = false
		s.junk++
		_, _ = s.in.Discard(1)
	}
	return mp3Frame{}, io.EOF
}

// trusted reports whether a header is one: like the first, and after junk followed
// by others.
func (s *mp3Scanner) trusted(f mp3Frame) bool {
	if s.kind.rate == 0 {
		if !s.followed(f) {
			return false
		}
		s.kind = f.mp3Kind
	}
	return f.mp3Kind == s.kind && (s.sure || s.followed(f))
}

// followed reports whether more frames like f come behind it in a row.
func (s *mp3Scanner) followed(f mp3Frame) bool {
	at := f.bytes
	for range mp3Row - 1 {
		b, err := s.in.Peek(at + mp3Header)
		if err != nil {
			return false
		}
		g, ok := parseMP3(b[at:])
		if !ok || g.mp3Kind != f.mp3Kind {
			return false
		}
		at += g.bytes
	}
	return true
}
