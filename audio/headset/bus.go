package headset

import "io"

// bus is where HID devices are.
type bus interface {
	// list finds the telephones that are plugged in.
	list() ([]found, error)
	// open opens one. Each read is one report and each write sends one; all begin with
	// their number. Close ends a read that waits.
	open(found) (io.ReadWriteCloser, error)
}

// found is a device that has a telephone's buttons.
type found struct {
	path   string
	name   string
	layout layout
	rule   string // of udev, that would let its user open it; "" where there is none
}
