package sound

import (
	"errors"
	"fmt"
	"io"
	"syscall"
	"time"
)

// The codes of this package's errors, by which the window finds its sentences.
const (
	codeNotAudio   = "sound.not-audio"  // not a file of a known kind
	codeUnreadable = "sound.unreadable" // of a known kind, but damaged or of a rare variety
	codeTooLong    = "sound.too-long"
	codeEmpty      = "sound.empty" // there is nothing to hear in it
	codeDiskFull   = "sound.disk-full"
)

// Error says why a sound cannot be taken in, played or recorded.
type Error struct {
	code string
	text string
	err  error
}

// Error says what is wrong.
func (e *Error) Error() string {
	if e.err == nil {
		return "sound: " + e.text
	}
	return "sound: " + e.text + ": " + e.err.Error()
}

// Unwrap gives the underlying error, nil when there is none.
func (e *Error) Unwrap() error { return e.err }

// Code is the word by which the window finds the sentence for the operator:
// "sound.not-audio", "sound.unreadable", "sound.too-long", "sound.empty" or
// "sound.disk-full".
func (e *Error) Code() string { return e.code }

// Empty reports whether there is nothing to hear in the sound.
func (e *Error) Empty() bool { return e.code == codeEmpty }

func unreadable(format string, args ...any) error {
	return &Error{code: codeUnreadable, text: fmt.Sprintf(format, args...)}
}

func tooLong(limit time.Duration) error {
	return &Error{code: codeTooLong, text: fmt.Sprintf("it is longer than %v", limit)}
}

func tooLarge() error {
	return &Error{code: codeTooLong, text: fmt.Sprintf("it has more than %d MB", MaxBytes>>20)}
}

// readFailed tells a file that ends too soon from a disk that fails.
func readFailed(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return unreadable("it ends too soon")
	}
	return fmt.Errorf("read sound: %w", err)
}

// writeFailed names a full disk, unless whoever writes there has done so.
func writeFailed(err error) error {
	var coded interface{ Code() string }
	if errors.As(err, &coded) {
		return err
	}
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return &Error{code: codeDiskFull, text: "the disk is full", err: err}
	}
	return fmt.Errorf("write sound: %w", err)
}
