//go:build !linux

package device

// hurry has nothing to do: the library asks for the thread itself.
func (s *stream) hurry() {}
