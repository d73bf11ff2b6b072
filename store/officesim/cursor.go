package officesim

import (
	"encoding/base64"
	"encoding/json"
)

// cursorSeen watches that a desk's cursor never goes back within one incarnation of the
// office's data and the same rights.
type cursorSeen struct {
	Incarnation string `json:"i"`
	Rights      string `json:"r"`
	Seq         int64  `json:"s"`
}

func (c *cursorSeen) look(s *station, text string) {
	if text == "" {
		return
	}
	now, err := parseCursor(text)
	if err != nil {
		s.w.violated("%s: the cursor %q does not read: %v", s.id, text, err)
		return
	}
	if now.Incarnation == c.Incarnation && now.Rights == c.Rights && now.Seq < c.Seq {
		s.w.violated("%s: the cursor went back from %d to %d", s.id, c.Seq, now.Seq)
	}
	*c = now
}

func parseCursor(text string) (c cursorSeen, err error) {
	body, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(body, &c)
	}
	return c, err
}
