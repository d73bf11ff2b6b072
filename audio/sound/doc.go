// Package sound keeps recorded sounds: greetings, whispered names, music, what
// callers leave, conversations. It records them, plays them, and takes in the files
// that an operator has.
//
// Kept is Ogg Opus (RFC 7845): mono, 32 kbit/s, 4 kB for each second. Any player
// opens it, and a file whose writer crashed lacks its last second at most. Taken in
// are WAV, MP3, Ogg Vorbis and Ogg Opus, told apart by what is in them, not by their
// names. They become mono, and are brought to one loudness (ITU-R BS.1770), so that
// no client's music is louder than another's.
//
// Words:
//
//   - Recorder: an audio.Sink that encodes what it is given into a file.
//   - Player: an audio.Source that plays a kept sound, decoding as it goes.
//   - Track: the packets of one Ogg stream.
//   - Granule: the count of samples up to the end of a page (RFC 3533 §6).
//   - Pre-skip: samples at the beginning that only warm the decoder up.
//
// Nothing in a file makes the package panic, loop for ever, or use more memory than
// a few times MaxBytes.
package sound
