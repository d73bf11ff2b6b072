package mail

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	netmail "net/mail"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"permanence/clients"
	"permanence/clients/dispatch"
	"permanence/clients/dispatch/postbox"
	"permanence/phone"
)

// tapes are the sounds of these tests by their IDs.
type tapes map[phone.SoundID]io.Reader

func (s tapes) OpenMessage(_ context.Context, id phone.SoundID) (io.ReadCloser, error) {
	if r, ok := s[id]; ok {
		return io.NopCloser(r), nil
	}
	return nil, fmt.Errorf("store: no such sound: %w", fs.ErrNotExist)
}

func spokenJob() dispatch.Job {
	job := urgentJob()
	job.Message.Sound, job.Message.SoundLength = "tape", 41600*time.Millisecond
	job.Message.Text = ""
	return job
}

func TestVoicemail(t *testing.T) {
	const line = "Message vocal de 0:42, reçu le jeudi 26 novembre 2026 à 14 h 32 de Mme Lefèvre"
	tests := []struct {
		name   string
		sounds tapes
		says   string
		sound  string
	}{
		{"attached", tapes{"tape": strings.NewReader("OggS…")}, line + ", en pièce jointe.", "OggS…"},
		{"deleted", nil, line + ". L’enregistrement n’existe plus.", ""},
		{"too large", tapes{"tape": bytes.NewReader(make([]byte, largestSound+1))}, line + ". L’enregistrement est conservé au secrétariat.", ""},
		{"unreadable", tapes{"tape": iotest.ErrReader(errors.New("input/output error"))}, line + ". L’enregistrement est conservé au secrétariat.", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			job := spokenJob()
			m, err := compose(bureau, job, listen(t.Context(), tt.sounds, job.Message))
			if err != nil {
				t.Fatal(err)
			}
			var raw bytes.Buffer
			if _, err := m.WriteTo(&raw); err != nil {
				t.Fatal(err)
			}
			text, html, sound := opened(t, &raw)
			if !strings.Contains(text, "\n\n"+tt.says+"\n\n") || !strings.Contains(html, ">"+tt.says+"<") {
				t.Errorf("the mail does not say %q:\n%s\n%s", tt.says, text, html)
			}
			if sound != tt.sound {
				t.Errorf("attached is %q; want %q", sound, tt.sound)
			}
		})
	}
}

// opened reads a mail as a mail program does: its texts, and what is attached.
func opened(t *testing.T, r io.Reader) (text, html, sound string) {
	t.Helper()
	msg, err := netmail.ReadMessage(r)
	if err != nil {
		t.Fatal(err)
	}
	kind, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(msg.Body, params["boundary"])
	if kind == "multipart/alternative" {
		return part(t, parts, "text/plain"), part(t, parts, "text/html"), ""
	}
	p, err := parts.NextRawPart()
	if err != nil {
		t.Fatal(err)
	}
	_, params, err = mime.ParseMediaType(p.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	inner := multipart.NewReader(p, params["boundary"])
	text, html = part(t, inner, "text/plain"), part(t, inner, "text/html")
	return text, html, attached(t, parts)
}

func attached(t *testing.T, parts *multipart.Reader) string {
	t.Helper()
	p, err := parts.NextRawPart()
	if err != nil {
		t.Fatal(err)
	}
	kind, _, err := mime.ParseMediaType(p.Header.Get("Content-Type"))
	if err != nil || kind != "audio/ogg" || p.FileName() != "message-2026-11-26.opus" {
		t.Errorf("attached is %s of type %s, %v", p.FileName(), kind, err)
	}
	b, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, p))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestVoicemailOfNobodyKnown(t *testing.T) {
	gone := voicemail{gone: true}
	tests := map[string]func(*clients.Message){
		"": func(m *clients.Message) { m.Sound = "" },
		"Message vocal de 0:42, reçu le jeudi 26 novembre 2026 à 14 h 32 du 06 39 98 12 34. L’enregistrement n’existe plus.": func(m *clients.Message) {
			m.Name = ""
		},
		"Message vocal de 10:05. L’enregistrement n’existe plus.": func(m *clients.Message) {
			m.Name, m.Number, m.TakenAt, m.SoundLength = "", "", time.Time{}, 605*time.Second
		},
	}
	for want, change := range tests {
		job := spokenJob()
		change(&job.Message)
		if got := gone.announce(newLetter(job), job.Message); got != want {
			t.Errorf("got %q; want %q", got, want)
		}
	}
}

// TestSendVoicemail carries two million bytes through a real session.
func TestSendVoicemail(t *testing.T) {
	b, s := box(t, postbox.Options{Security: StartTLS})
	tape := bytes.Repeat([]byte("OggS"), 500_000)
	send := New(func() (Settings, string, error) { return s, "", nil }, tapes{"tape": bytes.NewReader(tape)})
	if err := send.Send(deadline(t), spokenJob()); err != nil {
		t.Fatal(err)
	}
	mails, err := b.Wait(deadline(t), 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, sound := opened(t, bytes.NewReader(mails[0].Raw)); sound != string(tape) {
		t.Errorf("%d bytes arrived; want the %d that were sent", len(sound), len(tape))
	}
}
