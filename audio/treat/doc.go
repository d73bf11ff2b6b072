// Package treat makes voices easier to listen to. Each treatment is a Stage with a
// switch of its own; with all of them off a voice passes bit by bit, and at once.
//
// Words:
//
//   - Near: the voice being treated, the operator's microphone or a caller.
//   - Far: what the operator's loudspeaker plays, which the microphone may hear.
//   - dBov: decibels below the loudest square wave (ITU-T G.100.1). Speech should
//     arrive at -26.
//   - ERLE: by how much an echo is lowered (ITU-T G.168).
//
// Which are on is decided by what they do, as the tests print it (go test -v):
//
//	            delay  cost   what it brings               what it takes
//	HighPass    0 ms   0.1 %  hum -20 dB, knocks -52 dB    speech 0.05 dB
//	Gain        0 ms   0.01 % -45 dBov arrives at -27      nothing from -26 dBov up, nor from
//	                                                       noise, tones and silence
//	Noise       5 ms   0.9 %  pauses -13 dB; SNR +2..+10   speech 0.1 dB at 20 dB of SNR, 2 dB
//	                                                       at 5 dB; clean speech keeps 28 dB
//	Echo        5 ms   2.8 %  ERLE 17..41 dB after 2 s     both talking: 10..21 dB of SNR are
//	                                                       left to her voice; alone: nothing
//
// The cost is processor time on one of two busy shared cores; a third less was seen
// when they were less busy. So:
//
//   - HighPass and Gain belong on: nothing is lost by them, not even time.
//   - Noise belongs on where there is noise. In a quiet room it brings nothing to
//     hear, costs 5 ms, and is one more distance from the voice as it is.
//   - Echo belongs on where there is an echo, which is with loudspeakers. Where it is
//     faint already, 20 dB below the voice, and both talk from the first word on, the
//     stage takes from her voice: 14.7 dB of SNR are left where 16.2 were. No real
//     headset or room was measured, only synthetic ones.
//
// The zero value of audio.Treatment has all of them off.
package treat
