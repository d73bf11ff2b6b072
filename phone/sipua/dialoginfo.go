package sipua

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"permanence/phone"
)

// The bounds of a document about dialogs.
const (
	maxNews     = 16384 // bytes of what a NOTIFY tells
	maxDepth    = 16
	maxWatched  = 64 // dialogs of one telephone
	maxDialogID = 256
)

var errBadDialogInfo = errors.New("not a document about dialogs that can be read")

// dialogInfo is an application/dialog-info+xml (RFC 4235 §4): the dialogs of one
// telephone, all of them or those that changed.
type dialogInfo struct {
	version uint64
	full    bool
	dialogs []watched
}

// watched is one dialog of a telephone that we watch.
type watched struct {
	id    string
	lamp  phone.LampState // what this dialog alone would show
	begun bool            // its telephone calls, and is not called
}

// readDialogInfo reads such a document. One with a document type is refused: it
// could only be there to make the reader grow.
func readDialogInfo(body []byte) (*dialogInfo, error) {
	if len(body) > maxNews {
		return nil, fmt.Errorf("%w: %d bytes", errBadDialogInfo, len(body))
	}
	d := xml.NewDecoder(bytes.NewReader(body))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // what we read is ASCII
	r := dialogReader{}
	for {
		token, err := d.Token()
		if err == io.EOF && r.info != nil {
			return r.info, nil
		}
		if err == nil {
			err = r.take(token)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errBadDialogInfo, err)
		}
	}
}

// dialogReader follows a document from token to token.
type dialogReader struct {
	info  *dialogInfo
	path  []string
	words strings.Builder // inside <state>
}

var (
	errDocumentType = errors.New("it has a document type")
	errTooDeep      = errors.New("it is too deep, or too long")
	errOtherRoot    = errors.New("it begins as something else")
)

func (r *dialogReader) take(token xml.Token) error {
	switch t := token.(type) {
	case xml.Directive:
		return errDocumentType
	case xml.StartElement:
		r.path = append(r.path, t.Name.Local)
		return r.open(t)
	case xml.CharData:
		if r.at("dialog-info/dialog/state") {
			r.words.Write(t)
		}
	case xml.EndElement:
		if r.at("dialog-info/dialog/state") {
			r.said(strings.TrimSpace(r.words.String()))
		}
		r.path = r.path[:len(r.path)-1]
	}
	return nil
}

func (r *dialogReader) at(path string) bool { return strings.Join(r.path, "/") == path }

func (r *dialogReader) open(t xml.StartElement) error {
	switch {
	case len(r.path) > maxDepth:
		return errTooDeep
	case len(r.path) == 1:
		return r.begin(t)
	case r.at("dialog-info/dialog"):
		return r.add(t)
	case r.at("dialog-info/dialog/state"):
		r.words.Reset()
	}
	return nil
}

func (r *dialogReader) begin(t xml.StartElement) error {
	if t.Name.Local != "dialog-info" || r.info != nil {
		return errOtherRoot
	}
	r.info = &dialogInfo{full: !strings.EqualFold(attribute(t, "state"), "partial")}
	if v := attribute(t, "version"); v != "" {
		n, err := strconv.ParseUint(strings.TrimSpace(v), 10, 64)
		if err != nil {
			return fmt.Errorf("version: %w", err)
		}
		r.info.version = n
	}
	return nil
}

func (r *dialogReader) add(t xml.StartElement) error {
	id := attribute(t, "id")
	if len(r.info.dialogs) >= maxWatched || len(id) > maxDialogID {
		return errTooDeep
	}
	r.info.dialogs = append(r.info.dialogs, watched{
		id: id, lamp: phone.LampUnknown, begun: strings.EqualFold(attribute(t, "direction"), "initiator"),
	})
	return nil
}

// said makes a lamp of a dialog's state (RFC 4235 §3.7.1). Who calls somebody is
// busy, and who is called rings.
func (r *dialogReader) said(state string) {
	d := &r.info.dialogs[len(r.info.dialogs)-1]
	switch strings.ToLower(state) {
	case "trying", "proceeding", "early":
		d.lamp = phone.LampRinging
		if d.begun {
			d.lamp = phone.LampBusy
		}
	case "confirmed":
		d.lamp = phone.LampBusy
	case "terminated":
		d.lamp = phone.LampFree
	}
}

func attribute(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// lampTable puts together what a telephone's documents told.
type lampTable struct {
	known   bool
	version uint64
	dialogs map[string]phone.LampState
}

// take brings a document in. It is false when one before it was lost, so that all
// must be asked for (RFC 4235 §3.2). A full document counts whatever its version:
// its NOTIFY came in order, and some servers do not count.
func (l *lampTable) take(d *dialogInfo) bool {
	if !d.full {
		switch {
		case !l.known || d.version > l.version+1:
			return false
		case d.version <= l.version:
			return true
		}
	}
	if d.full {
		l.dialogs = make(map[string]phone.LampState)
	}
	l.known, l.version = true, d.version
	for _, w := range d.dialogs {
		if w.lamp == phone.LampFree {
			delete(l.dialogs, w.id)
		} else if _, there := l.dialogs[w.id]; there || len(l.dialogs) < maxWatched {
			l.dialogs[w.id] = w.lamp
		}
	}
	return true
}

// lamp is what all dialogs together show: who speaks with one and is called by
// another is busy.
func (l *lampTable) lamp() phone.LampState {
	if !l.known {
		return phone.LampUnknown
	}
	lamp := phone.LampFree
	for _, s := range l.dialogs {
		switch {
		case s == phone.LampBusy:
			return s
		case s == phone.LampRinging, lamp == phone.LampFree && s == phone.LampUnknown:
			lamp = s
		}
	}
	return lamp
}
