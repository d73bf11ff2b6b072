package wav

import (
	"encoding/binary"
	"errors"
	"io"
	"math"

	"permanence/audio"
	"permanence/audio/codec"
)

// The encodings (Microsoft's WAVE_FORMAT numbers).
const (
	encodingPCM        = 1
	encodingFloat      = 3
	encodingALaw       = 6
	encodingMuLaw      = 7
	encodingExtensible = 0xFFFE
)

// maxChannels are those of the fullest cinema sound that is common.
const maxChannels = 8

// untilEnd is the length of a data chunk whose writer did not know, or crashed.
const untilEnd = -1

// format is what the chunks before the samples tell.
type format struct {
	encoding, channels, rate, bits int
}

// readHeader reads up to the first sample, and returns how many bytes of samples
// are announced.
func readHeader(src io.Reader) (format, int64, error) {
	var riff [12]byte
	if _, err := io.ReadFull(src, riff[:]); err != nil {
		return format{}, 0, short(err, "it is too short for a header")
	}
	if string(riff[:4]) != "RIFF" || string(riff[8:]) != "WAVE" {
		return format{}, 0, refuse("it does not begin with RIFF and WAVE")
	}
	var f format
	for {
		id, size, err := readChunkHeader(src)
		switch {
		case err != nil:
			return format{}, 0, err
		case id == "fmt ":
			f, err = readFormat(src, size)
		case id != "data":
			err = skip(src, padded(size))
		case f == (format{}):
			err = refuse("the samples come before their format")
		case size == 0 || size == 0xFFFFFFFF:
			return f, untilEnd, nil
		default:
			return f, int64(size), nil
		}
		if err != nil {
			return format{}, 0, err
		}
	}
}

func readChunkHeader(src io.Reader) (id string, size uint32, err error) {
	var head [8]byte
	if _, err := io.ReadFull(src, head[:]); err != nil {
		return "", 0, short(err, "it ends before its samples")
	}
	return string(head[:4]), binary.LittleEndian.Uint32(head[4:]), nil
}

// padded is the length of a chunk in the file: always even.
func padded(size uint32) int64 { return int64(size) + int64(size&1) }

func skip(src io.Reader, n int64) error {
	_, err := io.CopyN(io.Discard, src, n)
	return short(err, "it ends inside a chunk")
}

// short tells a file that ends too soon from one that cannot be read.
func short(err error, reason string) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return refuse("%s", reason)
	}
	return err
}

// The sizes of a fmt chunk: what all have, and what an extensible one has.
const (
	plainFormat      = 16
	extensibleFormat = 40
)

func readFormat(src io.Reader, size uint32) (format, error) {
	if size < plainFormat {
		return format{}, refuse("its format has %d bytes instead of %d", size, plainFormat)
	}
	var b [extensibleFormat]byte
	n := min(size, extensibleFormat)
	if _, err := io.ReadFull(src, b[:n]); err != nil {
		return format{}, short(err, "it ends inside its format")
	}
	if err := skip(src, padded(size)-int64(n)); err != nil {
		return format{}, err
	}
	f := format{
		encoding: int(binary.LittleEndian.Uint16(b[0:])),
		channels: int(binary.LittleEndian.Uint16(b[2:])),
		rate:     int(binary.LittleEndian.Uint32(b[4:])),
		bits:     int(binary.LittleEndian.Uint16(b[14:])),
	}
	if f.encoding == encodingExtensible && n == extensibleFormat {
		f.encoding = int(binary.LittleEndian.Uint16(b[24:]))
	}
	return f, f.check()
}

// check refuses what cannot be read.
func (f format) check() error {
	switch {
	case f.channels < 1 || f.channels > maxChannels:
		return refuse("it has %d channels; 1 to %d are known", f.channels, maxChannels)
	case f.rate < audio.MinRate || f.rate > audio.MaxRate:
		return refuse("it has %d samples per second; %d to %d are known", f.rate, audio.MinRate, audio.MaxRate)
	case f.encoding == encodingALaw || f.encoding == encodingMuLaw:
		if f.bits != 8 {
			return refuse("it has %d bits in A-law or µ-law; 8 is known", f.bits)
		}
	case f.encoding == encodingFloat:
		if f.bits != 32 && f.bits != 64 {
			return refuse("it has floating numbers of %d bits; 32 and 64 are known", f.bits)
		}
	case f.encoding != encodingPCM:
		return refuse("its encoding is number %d; PCM, floating point, A-law and µ-law are known", f.encoding)
	case f.bits != 8 && f.bits != 16 && f.bits != 24 && f.bits != 32:
		return refuse("it has %d bits; 8, 16, 24 and 32 are known", f.bits)
	}
	return nil
}

// frameBytes is the size of one sample of all channels.
func (f format) frameBytes() int { return f.channels * f.bits / 8 }

// mono appends the samples of whole frames, all channels mixed.
func (f format) mono(dst []int16, raw []byte) []int16 {
	from := len(dst)
	dst = f.samples(dst, raw)
	if f.channels == 1 {
		return dst
	}
	all := dst[from:]
	frames := len(all) / f.channels
	for i := range frames {
		sum := 0
		for _, s := range all[i*f.channels:][:f.channels] {
			sum += int(s)
		}
		all[i] = int16(sum / f.channels)
	}
	return dst[:from+frames]
}

// samples appends the samples, channels in turn. Of more than 16 bits the upper
// ones are taken.
func (f format) samples(dst []int16, raw []byte) []int16 {
	switch f.encoding {
	case encodingALaw:
		return codec.ExpandA(dst, raw)
	case encodingMuLaw:
		return codec.ExpandMu(dst, raw)
	case encodingFloat:
		return f.floats(dst, raw)
	}
	size := f.bits / 8
	for ; len(raw) >= size; raw = raw[size:] {
		if size == 1 {
			dst = append(dst, (int16(raw[0])-128)<<8)
		} else {
			dst = append(dst, int16(binary.LittleEndian.Uint16(raw[size-2:])))
		}
	}
	return dst
}

// floats appends floating numbers, of which ±1 is full scale. Louder ones are held
// there, and what is no number is silence.
func (f format) floats(dst []int16, raw []byte) []int16 {
	for size := f.bits / 8; len(raw) >= size; raw = raw[size:] {
		var v float64
		if size == 4 {
			v = float64(math.Float32frombits(binary.LittleEndian.Uint32(raw)))
		} else {
			v = math.Float64frombits(binary.LittleEndian.Uint64(raw))
		}
		if math.IsNaN(v) {
			v = 0
		}
		dst = append(dst, int16(math.RoundToEven(min(max(v, -1), 1)*math.MaxInt16)))
	}
	return dst
}
