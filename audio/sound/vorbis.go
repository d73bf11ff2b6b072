package sound

import (
	"io"
	"time"

	"github.com/jfreymuth/vorbis"
)

const (
	vorbisMagic   = "\x01vorbis"
	vorbisHeaders = 3
)

// openVorbis reads Ogg Vorbis (Vorbis I §4). The packets are ours to find, and the
// headers are looked at before the decoder trusts them.
func openVorbis(src io.Reader) (decoder, error) {
	t, err := readTrack(src, vorbisHeaders)
	if err != nil {
		return decoder{}, err
	}
	if err := checkVorbis(t); err != nil {
		return decoder{}, err
	}
	r := &vorbisReader{track: t, next: vorbisHeaders, end: t.lastGranule}
	for i := range vorbisHeaders {
		if err := r.lib.ReadHeader(t.packet(i)); err != nil {
			return decoder{}, unreadable("%v", err)
		}
	}
	if r.rate, err = newRate(r.lib.SampleRate()); err != nil {
		return decoder{}, err
	}
	return decoder{r, r.length()}, nil
}

// vorbisReader decodes the packets of a track.
type vorbisReader struct {
	*track
	lib     vorbis.Decoder
	rate    rate
	next    int   // packet
	decoded int64 // samples of the file's own rate
	end     int64 // where the last page says that they end
	mono    []int16
	pending
}

// length is what the granules tell. The first page's is where a stream may begin
// that was cut out of a longer one.
func (r *vorbisReader) length() time.Duration {
	return time.Duration(max(0, r.lastGranule-r.firstGranule)) * time.Second / time.Duration(r.lib.SampleRate())
}

// Read implements reader.
func (r *vorbisReader) Read(pcm []int16) (int, error) { return r.read(pcm, r.fill) }

// fill decodes one packet.
func (r *vorbisReader) fill() error {
	if r.next >= r.count() {
		r.ended = true
		r.ready = r.rate.flush()
		return nil
	}
	pcm, err := r.lib.Decode(r.packet(r.next))
	r.next++
	if err != nil {
		return unreadable("%v", err)
	}
	r.mono = downmix(r.mono[:0], pcm, r.lib.Channels())
	r.decoded += int64(len(r.mono))
	if r.next == r.firstEnds && r.firstEnds < r.count() {
		r.end -= max(0, r.firstGranule-r.decoded) // the count did not begin at zero
	}
	r.ready = r.rate.convert(r.mono[:len(r.mono)-r.excess()])
	return nil
}

// excess is how many of the samples just decoded lie behind the end.
func (r *vorbisReader) excess() int {
	if !r.closed || r.lastGranule < 0 {
		return 0
	}
	return int(min(max(0, r.decoded-r.end), int64(len(r.mono))))
}
