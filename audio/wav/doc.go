// Package wav reads and writes WAV files: the sounds of the office, voices of
// simulated callers, recordings of tests, and files that stand in for the
// microphone and the earpiece.
//
// Read are PCM of 8, 16, 24 and 32 bits, floating point, A-law and µ-law, of up to
// eight channels, from 4 to 192 kHz; it all becomes mono at 48 kHz. Written is 16
// bits mono at 48 kHz.
// A file whose writer crashed is readable: the header is never more than a second
// behind, and a reader takes what is there.
package wav

import "fmt"

// FormatError says why a file is not a sound that can be read.
type FormatError struct{ Reason string }

// Error implements error.
func (e *FormatError) Error() string { return "not a readable WAV file: " + e.Reason }

// Code names the error for messages on screen.
func (*FormatError) Code() string { return "sound-file" }

func refuse(format string, args ...any) error {
	return &FormatError{fmt.Sprintf(format, args...)}
}
