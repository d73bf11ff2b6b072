package audio

// limiter makes room when many talk at once: it turns all of them down together,
// at once, and up again over a second. Bending the sum, as the mixer does with two,
// would be heard as a hoarseness of eight.
type limiter struct {
	before, now float64 // gain at the beginning and at the end of this frame; 0 is none yet
}

// release is the share of what is missing that a frame gives back.
const release = 0.01

// follow sets the gain for the frame that m has summed.
func (l *limiter) follow(m *mixer) {
	if l.now == 0 {
		l.now = 1
	}
	peak := int32(knee)
	for _, s := range m.sum {
		peak = max(peak, s, -s)
	}
	l.before = l.now
	l.now = min(l.now+(1-l.now)*release, knee/float64(peak))
	if m.sources < 2 {
		l.before, l.now = 1, 1 // one voice alone always fits
	}
}

// mixWithout writes the sum less one of its voices: what that one is to hear.
func (l *limiter) mixWithout(m *mixer, voice, out Frame) {
	voice, out = voice[:FrameSize], out[:FrameSize]
	if l.before == 1 && l.now == 1 {
		for i, s := range m.sum {
			out[i] = softClip(s - int32(voice[i]))
		}
		return
	}
	gain, step := l.before, (l.now-l.before)/FrameSize
	for i, s := range m.sum {
		gain += step
		out[i] = softClip(int32(float64(s-int32(voice[i])) * gain))
	}
}
