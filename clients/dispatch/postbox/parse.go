package postbox

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"slices"
	"strings"
)

// Mail is a mail as it was received.
type Mail struct {
	From      string   // of the envelope
	To        []string // of the envelope
	Subject   string   // decoded
	Text      string   // the first text/plain part, decoded, lines ended by \n
	MessageID string   // without its angle brackets
	Raw       []byte   // header and body as they came
}

// Mails lists the mails kept, oldest first.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.mails)
}

func (s *Server) keep(m Mail) {
	s.mu.Lock()
	defer s.mu.Unlock()
	most := s.options.Keep
	if most <= 0 {
		most = defaultKeep
	}
	if len(s.mails) >= most {
		s.mails = slices.Delete(s.mails, 0, len(s.mails)-most+1)
	}
	s.mails = append(s.mails, m)
	s.received++
	close(s.arrived)
	s.arrived = make(chan struct{})
}

// parse reads a mail. What it cannot understand it leaves as it is: a postbox
// refuses nothing for its form.
func parse(from string, to []string, raw []byte) Mail {
	m := Mail{From: from, To: to, Raw: raw, Text: string(raw)}
	msg, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return m
	}
	m.Subject = msg.Header.Get("Subject")
	if s, err := new(mime.WordDecoder).DecodeHeader(m.Subject); err == nil {
		m.Subject = s
	}
	m.MessageID = strings.Trim(strings.TrimSpace(msg.Header.Get("Message-ID")), "<>")
	h := msg.Header
	text, err := plainText(h.Get("Content-Type"), h.Get("Content-Transfer-Encoding"), msg.Body, 0)
	if err == nil {
		m.Text = strings.ReplaceAll(text, "\r\n", "\n")
	}
	return m
}

var errNoText = errors.New("no text/plain part")

// maxDepth bounds multiparts within multiparts.
const maxDepth = 5

// plainText finds the first text/plain part (RFC 2046 section 5.1).
func plainText(contentType, encoding string, body io.Reader, depth int) (string, error) {
	kind, params, err := mime.ParseMediaType(contentType)
	switch {
	case contentType == "" || kind == "text/plain":
		text, err := io.ReadAll(decoder(encoding, body))
		return string(text), err
	case err != nil:
		return "", err
	case !strings.HasPrefix(kind, "multipart/") || depth == maxDepth:
		return "", errNoText
	}
	parts := multipart.NewReader(body, params["boundary"])
	for {
		p, err := parts.NextRawPart()
		if err != nil {
			return "", errNoText
		}
		text, err := plainText(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p, depth+1)
		if err == nil {
			return text, nil
		}
	}
}

func decoder(encoding string, r io.Reader) io.Reader {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "quoted-printable":
		return quotedprintable.NewReader(r)
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, r)
	}
	return r
}
