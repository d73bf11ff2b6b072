package sipua

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"time"
)

var (
	errTooLarge  = errors.New("a message that is too large")
	errNoFraming = errors.New("a message whose length cannot be told")
)

// framer cuts a stream into messages by their Content-Length (RFC 3261 §18.3), and
// holds no more of it than one message may be large.
type framer struct {
	buf     []byte
	scanned int       // bytes in which no end of headers was found
	need    int       // bytes of the first message, once known
	silent  bool      // nothing but empty lines came since the last message and add
	empty   int       // empty lines then: keep-alives (RFC 5626 §3.5.1)
	since   time.Time // when the first byte of an unfinished message came
}

// add takes in what was read. next must be called until it gives nothing.
func (f *framer) add(b []byte, now time.Time) {
	f.empty = 0
	if f.silent = len(f.buf) == 0; f.silent {
		f.since = now
	}
	f.buf = append(f.buf, b...)
}

// next gives the next whole message, which stays until add, or nil when more must
// be read. After an error the stream cannot go on; what could be read of the
// headers comes with it.
func (f *framer) next() ([]byte, error) {
	for f.need == 0 && len(f.buf) >= 2 && f.buf[0] == '\r' && f.buf[1] == '\n' {
		f.buf = f.buf[2:]
		if f.silent { // else it is the end of a careless message
			f.empty++
		}
	}
	if f.need == 0 {
		if err := f.measure(); err != nil {
			return f.buf, err
		}
	}
	if len(f.buf) == 0 {
		f.buf, f.since = nil, time.Time{}
	}
	if f.need == 0 || len(f.buf) < f.need {
		return nil, nil
	}
	message := f.buf[:f.need]
	f.buf = f.buf[f.need:]
	f.need, f.scanned, f.silent = 0, 0, false
	return message, nil
}

// measure finds the end of the headers, and in them the length of the message.
func (f *framer) measure() error {
	from := max(0, f.scanned-3)
	end := bytes.Index(f.buf[from:], []byte("\r\n\r\n"))
	if end < 0 {
		f.scanned = len(f.buf)
		if len(f.buf) > maxHead {
			return errTooLarge
		}
		return nil
	}
	head := from + end + 4
	if head > maxHead {
		return errTooLarge
	}
	body, err := contentLength(f.buf[:head])
	if err != nil {
		return err
	}
	if body > maxMessage-head {
		return errTooLarge
	}
	f.need = head + body
	return nil
}

// contentLength reads the length of the body from the headers. On a stream it must
// be there, and two that differ would let one message hide in another.
func contentLength(head []byte) (int, error) {
	length := -1
	for _, h := range headersIn(string(head)) {
		if h.name != "content-length" && h.name != "l" {
			continue
		}
		n, err := strconv.ParseUint(h.value, 10, 31)
		if err != nil || (length >= 0 && length != int(n)) {
			return 0, errNoFraming
		}
		length = int(n)
	}
	if length < 0 {
		return 0, errNoFraming
	}
	return length, nil
}

// field is one header line as it stands in a message: its name in small letters,
// its value on one line.
type field struct{ name, value string }

// headersIn reads the header lines of a message, folded ones as one, without
// judging them.
func headersIn(head string) []field {
	head, _, _ = strings.Cut(head, "\r\n\r\n")
	_, head, _ = strings.Cut(head, "\r\n")
	var all []field
	for line := range strings.SplitSeq(head, "\r\n") {
		if line == "" {
			continue
		}
		if line[0] == ' ' || line[0] == '\t' {
			if n := len(all); n > 0 {
				all[n-1].value = strings.TrimSpace(all[n-1].value + " " + strings.TrimSpace(line))
			}
			continue
		}
		name, value, _ := strings.Cut(line, ":")
		all = append(all, field{strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)})
	}
	return all
}

// deadline is until when the next bytes must come: soon while a message is not
// complete, and in the end even of a connection that nobody uses. The connections
// that a registered line opened stay.
func (s *stream) deadline(begun time.Time) time.Time {
	var at time.Time
	if s.ep.tcp != nil {
		at = time.Now().Add(idleTimeout)
	}
	if !s.until.IsZero() {
		at = s.until
	}
	if late := begun.Add(messageTime); !begun.IsZero() && (at.IsZero() || late.Before(at)) {
		at = late
	}
	return at
}

// take handles the messages that have come whole. A message that cannot be framed
// is the last.
func (s *stream) take(in *framer) error {
	for {
		b, err := in.next()
		if err != nil {
			s.ep.unreadable(b, err, s)
			return err
		}
		if b == nil {
			s.keptAlive(in.empty)
			return nil
		}
		in.since = time.Now() // of what follows, if anything does
		if s.ep.admits(b, s.to.at.Addr()) {
			s.ep.message(b, s)
		}
	}
}

// hasRoom tells whether one more connection may be open. Strangers share a few.
// The endpoint must be locked.
func (ep *endpoint) hasRoom(s *stream) bool {
	strange := 0
	for _, other := range ep.streams {
		if !other.until.IsZero() {
			strange++
		}
	}
	if !s.until.IsZero() {
		return strange < maxStrangers
	}
	return len(ep.streams)-strange < maxStreams
}
