package mail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	gomail "github.com/wneessen/go-mail"

	"permanence/clients"
	"permanence/clients/agenda"
	"permanence/clients/dispatch"
	"permanence/phone"
)

// Sounds opens what callers have left on answering machines, as Ogg Opus. It opens
// nothing else: recorded conversations never leave the desk. The error of a sound
// that is deleted is fs.ErrNotExist.
type Sounds interface {
	OpenMessage(ctx context.Context, id phone.SoundID) (io.ReadCloser, error)
}

// largestSound is how long a file is attached, in bytes: ten minutes have three
// million. With its encoding it stays under what common servers take.
const largestSound = 10 << 20

// voicemail is what a mail tells of a message that was spoken.
type voicemail struct {
	sound []byte // nil when it is not attached
	gone  bool   // because it is deleted, else it is kept where it was taken
}

// listen reads what the caller of a job has left. What cannot be read does not
// hold the message up: who called and when is worth more to the client.
func listen(ctx context.Context, sounds Sounds, m clients.Message) voicemail {
	if m.Sound == "" {
		return voicemail{}
	}
	r, err := sounds.OpenMessage(ctx, m.Sound)
	if err != nil {
		return voicemail{gone: errors.Is(err, fs.ErrNotExist)}
	}
	defer r.Close()
	sound, err := io.ReadAll(io.LimitReader(r, largestSound+1))
	if err != nil || len(sound) > largestSound {
		return voicemail{}
	}
	return voicemail{sound: sound}
}

// attach adds the sound as RFC 7845 section 9 types it.
func (v voicemail) attach(m *gomail.Msg, job dispatch.Job) error {
	if v.sound == nil {
		return nil
	}
	day := job.Message.TakenAt.In(agenda.Zone(job.Client.Agenda)).Format(time.DateOnly)
	err := m.AttachReader("message-"+day+".opus", bytes.NewReader(v.sound), gomail.WithFileContentType("audio/ogg"))
	if err != nil {
		return fmt.Errorf("mail: attaching: %w", err)
	}
	return nil
}

// announce is the line that stands for the sound: "Message vocal de 0:42, reçu le
// jeudi 26 novembre 2026 à 14 h 32 de Mme Lefèvre, en pièce jointe."
func (v voicemail) announce(l letter, m clients.Message) string {
	if m.Sound == "" {
		return ""
	}
	s := "Message vocal"
	if m.SoundLength > 0 {
		s += " de " + clock(m.SoundLength)
	}
	if l.Taken != "" {
		s += ", reçu le " + l.Taken
	}
	s += l.from()
	switch {
	case v.sound != nil:
		return s + ", en pièce jointe."
	case v.gone:
		return s + ". L’enregistrement n’existe plus."
	}
	return s + ". L’enregistrement est conservé au secrétariat."
}

// from names the caller after a verb: " de Mme Lefèvre", " du 06 12 34 56 78".
func (l letter) from() string {
	switch {
	case l.Caller != "":
		return " " + of(l.Caller)
	case l.Number != "":
		return " du " + l.Number
	}
	return ""
}

// clock writes a length as players show it, "0:42".
func clock(d time.Duration) string {
	s := int(d.Round(time.Second) / time.Second)
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}
