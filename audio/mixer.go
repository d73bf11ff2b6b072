package audio

// The mixer leaves what is below the knee untouched and bends what is above it
// towards full scale, so that two people talking at once are louder and never
// crackle.
const (
	fullScale = 32767
	knee      = 23170 // 3 dB below full scale
)

// mixer adds frames. It belongs to one goroutine.
type mixer struct {
	sum     [FrameSize]int32
	sources int
}

// reset begins a new frame.
func (m *mixer) reset() {
	clear(m.sum[:])
	m.sources = 0
}

// add puts one more voice into the frame.
func (m *mixer) add(f Frame) {
	for i, s := range f[:FrameSize] {
		m.sum[i] += int32(s)
	}
	m.sources++
}

// mix writes the sum. One voice alone passes exactly as it came.
func (m *mixer) mix(out Frame) {
	out = out[:FrameSize]
	if m.sources == 1 {
		for i, s := range m.sum {
			out[i] = int16(s)
		}
		return
	}
	for i, s := range m.sum {
		out[i] = softClip(s)
	}
}

// softClip bends a sum into 16 bits. Over the knee the slope starts at 1, so
// that the curve has no corner, and full scale is reached only at infinity.
func softClip(s int32) int16 {
	switch {
	case s > knee:
		return int16(knee + bend(int64(s)-knee))
	case s < -knee:
		return int16(-knee - bend(-int64(s)-knee))
	}
	return int16(s)
}

// bend maps 0..∞ to 0..(fullScale-knee).
func bend(over int64) int64 {
	const room = fullScale - knee
	return over * room / (over + room)
}

// fadeIn raises a frame from nothing, so that a voice can begin without a click.
func fadeIn(f Frame) {
	for i := range f {
		f[i] = int16(int(f[i]) * i / len(f))
	}
}

// fadeOut lowers a frame to nothing.
func fadeOut(f Frame) {
	for i := range f {
		f[i] = int16(int(f[i]) * (len(f) - 1 - i) / len(f))
	}
}
