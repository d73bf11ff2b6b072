// Package treat makes voices easier to listen to. Each treatment is a Stage with a
// switch of its own; with all of them off a voice passes bit by bit, and at once.
//
// Words:
//
//   - Near: the voice being treated, the operator's microphone or a caller.
//   - Far: what the operator's loudspeaker plays, which the microphone may hear.
//   - dBov: decibels below the loudest square wave (ITU-T G.100.1). Speech should
//     arrive at -26.
package treat
