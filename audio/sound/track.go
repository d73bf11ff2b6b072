package sound

import (
	"io"
	"math"
)

// MaxBytes is the size of the largest compressed file that is held in memory: more
// than three hours as they are kept, 20 minutes of the best that others make.
const MaxBytes = 48 << 20

// track holds the packets of the first stream of an Ogg file.
type track struct {
	data []byte   // the packets, one after another
	ends []uint32 // where each ends

	firstGranule int64 // of the first page with voice on which a packet ends; -1 without
	firstEnds    int   // packets up to the end of that page
	lastGranule  int64 // of the last such page
	closed       bool  // the last page says that it is the last
}

// readTrack reads a whole file; headers is how many packets come before the voice.
func readTrack(src io.Reader, headers int) (*track, error) {
	data, err := io.ReadAll(io.LimitReader(src, MaxBytes+1))
	switch {
	case err != nil:
		return nil, readFailed(err)
	case len(data) > MaxBytes:
		return nil, tooLarge()
	}
	t := &track{firstGranule: -1, lastGranule: -1}
	t.collect(data, headers)
	if t.count() < headers {
		return nil, unreadable("it is not a whole Ogg file")
	}
	return t, nil
}

// collect takes the packets of the first stream. Another one may follow it, or be
// mixed with it; it is left out.
func (t *track) collect(data []byte, headers int) {
	source := pages{data: data}
	p, ok := source.next()
	if !ok || p.flags&first == 0 {
		return
	}
	join := joiner{track: t}
	for serial := p.serial; ok && !t.closed; p, ok = source.next() {
		if p.serial != serial {
			continue
		}
		join.add(p)
		t.note(p, headers)
	}
}

// note remembers what a page tells of time.
func (t *track) note(p page, headers int) {
	t.closed = p.flags&last != 0
	if p.granule < 0 || t.count() <= headers {
		return
	}
	if t.firstGranule < 0 {
		t.firstGranule, t.firstEnds = p.granule, t.count()
	}
	t.lastGranule = p.granule
}

func (t *track) count() int { return len(t.ends) }

// packet is the packet of number i.
func (t *track) packet(i int) []byte {
	begin := uint32(0)
	if i > 0 {
		begin = t.ends[i-1]
	}
	return t.data[begin:t.ends[i]]
}

// samples is how long the voice is, where all packets together have so many
// samples, those of the first page so many: the last granule may cut the end short
// (RFC 7845 §4.4).
func (t *track) samples(all, firstPage int64) int64 {
	if !t.closed || t.lastGranule < 0 {
		return all
	}
	begin := t.firstGranule - firstPage
	if begin < 0 || begin > math.MaxInt64/2 {
		begin = 0
	}
	return max(0, min(all, t.lastGranule-begin))
}

// joiner puts packets together that lie on several pages.
type joiner struct {
	*track
	expected uint32 // number of the next page
	open     bool   // data ends with a part of a packet
}

// add takes the packets of a page. A packet that lacks a part is left out, and so
// is an empty one, which no codec has.
func (j *joiner) add(p page) {
	whole := j.open && p.flags&continued != 0 && p.number == j.expected
	if j.open && !whole {
		j.drop()
	}
	skip := p.flags&continued != 0 && !whole
	j.expected = p.number + 1
	body := p.body
	for _, n := range p.lacing {
		if !skip {
			j.data = append(j.data, body[:n]...)
			j.open = true
		}
		body = body[n:]
		if n < 255 {
			j.end()
			skip = false
		}
	}
}

// begun is where the packet in hand begins.
func (j *joiner) begun() uint32 {
	if len(j.ends) == 0 {
		return 0
	}
	return j.ends[len(j.ends)-1]
}

func (j *joiner) end() {
	if at := uint32(len(j.data)); j.open && at > j.begun() {
		j.ends = append(j.ends, at)
	}
	j.open = false
}

func (j *joiner) drop() { j.data, j.open = j.data[:j.begun()], false }
