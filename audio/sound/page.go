package sound

import (
	"bytes"
	"encoding/binary"
	"io"
)

// page is one page of an Ogg stream (RFC 3533 §6).
type page struct {
	flags   byte
	granule int64 // -1 when no packet ends here
	serial  uint32
	number  uint32
	lacing  []byte // the length of each packet, in pieces of 255
	body    []byte
}

// The flags of a page.
const (
	continued = 1 << iota // its first packet began on the page before
	first                 // of its stream
	last
)

const (
	capture      = "OggS"
	pageHeader   = 27 // bytes before the lacing
	maxSegments  = 255
	checksumAt   = 22
	maxPageBytes = pageHeader + maxSegments + maxSegments*255
)

// checksums is the table of the CRC of Ogg: polynomial 0x04C11DB7, not reflected,
// beginning and ending with zero.
var checksums = func() (table [256]uint32) {
	for i := range table {
		sum := uint32(i) << 24
		for range 8 {
			carry := sum >> 31
			sum = sum<<1 ^ carry*0x04C11DB7
		}
		table[i] = sum
	}
	return table
}()

func checksum(sum uint32, b []byte) uint32 {
	for _, c := range b {
		sum = sum<<8 ^ checksums[byte(sum>>24)^c]
	}
	return sum
}

// patience is how many damaged pages are looked for a whole one behind them. It
// bounds the work that a hostile file can ask for.
const patience = 200

// pages reads the pages of a file that is in memory.
type pages struct {
	data    []byte
	damaged int
}

// next is the next whole page. What lies between pages, and pages whose checksum is
// wrong, are passed over.
func (s *pages) next() (page, bool) {
	for s.damaged <= patience {
		at := bytes.Index(s.data, []byte(capture))
		if at < 0 {
			return page{}, false
		}
		s.data = s.data[at:]
		if p, size := parsePage(s.data); size > 0 {
			s.data = s.data[size:]
			return p, true
		}
		s.damaged++
		s.data = s.data[len(capture):]
	}
	return page{}, false
}

// parsePage reads the page at the beginning of b. Its size is 0 when it is not
// whole.
func parsePage(b []byte) (p page, size int) {
	if len(b) < pageHeader || b[4] != 0 {
		return page{}, 0
	}
	segments := int(b[pageHeader-1])
	if len(b) < pageHeader+segments {
		return page{}, 0
	}
	p = page{
		flags:   b[5],
		granule: int64(binary.LittleEndian.Uint64(b[6:])),
		serial:  binary.LittleEndian.Uint32(b[14:]),
		number:  binary.LittleEndian.Uint32(b[18:]),
		lacing:  b[pageHeader : pageHeader+segments],
	}
	begin := pageHeader + segments
	size = begin
	for _, n := range p.lacing {
		size += int(n)
	}
	if len(b) < size || pageChecksum(b[:size]) != binary.LittleEndian.Uint32(b[checksumAt:]) {
		return page{}, 0
	}
	p.body = b[begin:size]
	return p, size
}

// pageChecksum is computed with the checksum's own place at zero.
func pageChecksum(b []byte) uint32 {
	sum := checksum(0, b[:checksumAt])
	sum = checksum(sum, []byte{0, 0, 0, 0})
	return checksum(sum, b[checksumAt+4:])
}

// pageWriter lays packets on pages. A page is written whole, in one call.
type pageWriter struct {
	dst     io.Writer
	serial  uint32
	number  uint32
	written int64 // bytes
	lacing  []byte
	body    []byte
	whole   []byte
}

// segments is how many pieces a packet of n bytes takes: the last one is shorter
// than 255, if need be empty.
func segments(n int) int { return n/255 + 1 }

// fits reports whether a packet of n bytes has room on the page in hand.
func (w *pageWriter) fits(n int) bool { return len(w.lacing)+segments(n) <= maxSegments }

// add lays a packet on the page in hand.
func (w *pageWriter) add(packet []byte) {
	for range segments(len(packet)) - 1 {
		w.lacing = append(w.lacing, 255)
	}
	w.lacing = append(w.lacing, byte(len(packet)%255))
	w.body = append(w.body, packet...)
}

// flush writes the page in hand; granule is that of its last packet.
func (w *pageWriter) flush(flags byte, granule int64) error {
	b := append(w.whole[:0], capture...)
	b = append(b, 0, flags)
	b = binary.LittleEndian.AppendUint64(b, uint64(granule))
	b = binary.LittleEndian.AppendUint32(b, w.serial)
	b = binary.LittleEndian.AppendUint32(b, w.number)
	b = append(b, 0, 0, 0, 0, byte(len(w.lacing)))
	b = append(b, w.lacing...)
	b = append(b, w.body...)
	binary.LittleEndian.PutUint32(b[checksumAt:], pageChecksum(b))
	w.whole, w.lacing, w.body = b, w.lacing[:0], w.body[:0]
	w.number++
	w.written += int64(len(b))
	if _, err := w.dst.Write(b); err != nil {
		return writeFailed(err)
	}
	return nil
}
