package sound

import (
	"encoding/binary"

	"permanence/audio"
)

// The decoder believes what the headers of a file say, and would take all memory, or
// search a code for ever that has no end. So they are checked here before.

// Bounds of what real files have.
const (
	vorbisChannels = 8
	minBlock       = 6 // as powers of two
	maxBlock       = 13
	maxVectors     = 1 << 20 // numbers in one codebook
	maxCodeLength  = 32
)

// checkVorbis looks at the three headers (Vorbis I §4.2).
func checkVorbis(t *track) error {
	ok := checkVorbisIdent(t.packet(0)) && checkVorbisComment(t.packet(1)) && checkVorbisSetup(t.packet(2))
	if !ok {
		return unreadable("its Vorbis headers are damaged, or of a rare variety")
	}
	return nil
}

// vorbisMark is the type of a header and the word "vorbis".
const vorbisMark = 7

func hasVorbisMark(b []byte, kind byte) bool {
	return len(b) >= vorbisMark && b[0] == kind && string(b[1:vorbisMark]) == "vorbis"
}

func checkVorbisIdent(b []byte) bool {
	const size = 30
	if len(b) < size || !hasVorbisMark(b, 1) {
		return false
	}
	channels, hz := b[11], binary.LittleEndian.Uint32(b[12:])
	short, long := b[28]&15, b[28]>>4
	return channels >= 1 && channels <= vorbisChannels &&
		hz >= audio.MinRate && hz <= audio.MaxRate &&
		short >= minBlock && short <= long && long <= maxBlock
}

// checkVorbisComment sees that the comments are as many as they can be.
func checkVorbisComment(b []byte) bool {
	const lengths = 4
	if !hasVorbisMark(b, 3) || len(b) < vorbisMark+2*lengths {
		return false
	}
	b = b[vorbisMark:]
	maker := binary.LittleEndian.Uint32(b)
	if b = b[lengths:]; uint64(maker)+lengths > uint64(len(b)) {
		return false
	}
	return uint64(binary.LittleEndian.Uint32(b[maker:]))*lengths <= uint64(len(b))
}

// checkVorbisSetup goes through the codebooks; what follows them is bounded by the
// sizes of blocks.
func checkVorbisSetup(b []byte) bool {
	if !hasVorbisMark(b, 5) {
		return false
	}
	r := bits{data: b[vorbisMark:]}
	for range r.read(8) + 1 {
		if !checkCodebook(&r) {
			return false
		}
	}
	return true
}

// checkCodebook reads one codebook (Vorbis I §3.2.1): its code must be complete, so
// that any bits whatever end at some entry.
func checkCodebook(r *bits) bool {
	const pattern = 0x564342
	if r.read(24) != pattern {
		return false
	}
	dimensions, entries := r.read(16), r.read(24)
	if dimensions == 0 || entries == 0 || uint64(dimensions)*uint64(entries) > maxVectors {
		return false
	}
	var code prefixCode
	if r.read(1) == 1 {
		code = orderedCode(r, entries)
	} else {
		code = plainCode(r, entries)
	}
	return code.complete() && skipVectors(r, dimensions, entries) && !r.short
}

// prefixCode is what the lengths of the words of a code tell together.
type prefixCode struct {
	words uint32
	space uint64 // taken, where a word of one bit takes half of 2^32
	bad   bool
}

func (c *prefixCode) add(words, length uint32) {
	if length == 0 || length > maxCodeLength {
		c.bad = true
		return
	}
	c.words += words
	c.space += uint64(words) << (maxCodeLength - length)
}

// complete reports whether the words fill the whole space (Kraft's equation). A code
// of one word of one bit may leave the other bit unused.
func (c prefixCode) complete() bool {
	const whole = 1 << maxCodeLength
	return !c.bad && (c.space == whole || c.words == 1 && c.space == whole/2)
}

// orderedCode has the lengths in growing order: how many words of each.
func orderedCode(r *bits, entries uint32) (c prefixCode) {
	length := r.read(5) + 1
	for left := entries; left > 0 && !c.bad && !r.short; length++ {
		n := r.read(bitLength(left))
		if n > left || length > maxCodeLength {
			c.bad = true
			return c
		}
		if n > 0 {
			c.add(n, length)
		}
		left -= n
	}
	return c
}

// plainCode has the length of each word, or of each that is used.
func plainCode(r *bits, entries uint32) (c prefixCode) {
	sparse := r.read(1) == 1
	for range entries {
		if r.short {
			break
		}
		if !sparse || r.read(1) == 1 {
			c.add(1, r.read(5)+1)
		}
	}
	return c
}

// skipVectors passes over what the entries stand for.
func skipVectors(r *bits, dimensions, entries uint32) bool {
	kind := r.read(4)
	if kind == 0 {
		return true
	}
	r.read(32)
	r.read(32)
	size := r.read(4) + 1
	r.read(1)
	numbers := dimensions * entries
	if kind == 1 {
		numbers = root(entries, dimensions)
	}
	r.skip(int(size) * int(numbers))
	return kind <= 2
}

// root is the largest number whose power of n is at most x.
func root(x, n uint32) uint32 {
	r := uint32(1)
	for power(r+1, n, x) {
		r++
	}
	return r
}

// power reports whether b to the n is at most limit.
func power(b, n, limit uint32) bool {
	p := uint64(1)
	for range n {
		if p *= uint64(b); p > uint64(limit) {
			return false
		}
	}
	return true
}

func bitLength(x uint32) (n uint32) {
	for ; x > 0; x >>= 1 {
		n++
	}
	return n
}

// bits reads numbers as Vorbis packs them: the lowest bit first (Vorbis I §2).
type bits struct {
	data  []byte
	at    int  // in bits
	short bool // more was read than there is
}

func (r *bits) read(n uint32) (v uint32) {
	for i := range n {
		if r.at>>3 >= len(r.data) {
			r.short = true
			return 0
		}
		v |= uint32(r.data[r.at>>3]>>(r.at&7)&1) << i
		r.at++
	}
	return v
}

func (r *bits) skip(n int) {
	r.at += n
	r.short = r.short || r.at > 8*len(r.data)
}
