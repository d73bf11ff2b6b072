// Package audio is the voice path between the telephone and the operator's ears:
// frames, jitter buffer, loss concealment, codecs, mixer, tones, meters. It has
// no cgo: devices (malgo) are in audio/device and Opus in audio/opus.
//
// Everything inside is linear PCM: mono, signed 16 bits, 48 kHz, in frames of
// 10 ms. Codecs resample at the edge.
//
// Words:
//
//   - Frame: 10 ms of voice, FrameSize samples.
//   - Party: one remote voice, as the console sees it.
//   - Console: the operator's sound: microphone, earpiece, ringer, mixer, tones.
//   - Conference: parties that hear each other, and perhaps the operator.
//   - Bridge: what leads a voice from one clock to another.
//   - Role: which of the three devices.
//   - Jitter buffer: what turns packets that arrive anyhow into frames on demand.
//   - Concealment: what is played when a packet is missing.
//
// The console is clocked by the sound card: the earpiece pulls frames, and the
// microphone pushes them. Without a sound card a ticker takes its place, so that
// calls go on, in silence, and the window says so.
package audio
