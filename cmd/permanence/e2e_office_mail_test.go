//go:build !office

package main_test

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"permanence/clients/dispatch/postbox"
	"permanence/store/office/service"
	"permanence/ui/control"
)

// TestE2EOfficeMail: what a caller says to the answering machine of a desk leaves by mail
// from the office, with the voice, through a real mail server; the desk sends nothing
// itself, and shows that it was sent.
func TestE2EOfficeMail(t *testing.T) {
	o := startOffice(t, needProgram(t))
	server := o.sendsMail()
	o.want("Claire peut se connecter", officePassword+"\n", "operator", "add", "Claire", "--supervisor")

	greeting := spoken{"019aa000-0000-7000-8000-000000000003", greetingsTone, time.Second}
	c, _ := newCalls(t, bureau{Voice: map[string]spoken{"machine": greeting}})
	c.joins(o)
	p := c.plan("+33536491010")
	p.TalkFor = 6 * time.Second
	who, _ := c.arrive(p)
	who.isOver()
	c.desk.until("the message is in hand", func(s control.Status) bool { return s.Front.DraftSaved && s.Front.SoundS > 3 })
	c.ctl("send")

	mails, err := server.Wait(patient(t), 2) // the first is the one that was a try
	if err != nil {
		t.Fatal(err)
	}
	m := mails[1]
	if m.To[0] != "durand@cabinet.example" || !strings.Contains(m.Text, "en pièce jointe") {
		t.Errorf("to %v: %s", m.To, m.Text)
	}
	voice := filepath.Join(t.TempDir(), "voice.opus")
	if err := os.WriteFile(voice, attached(t, m.Raw, "audio/ogg"), 0o600); err != nil {
		t.Fatal(err)
	}
	if heard := toneIn(t, voice, callersTone); heard < 2*time.Second {
		t.Errorf("the caller is heard for %v", heard)
	}
	s := station{workstation: c.desk, name: "the desk"}
	eventually(t, "the desk knows that it was sent", func() bool { return s.one(`SELECT count(*) FROM delivery WHERE state = 'sent'`) == "1" })
}

// sendsMail gives the office a mail server, as its owner does, and tries it.
func (o *officeProcess) sendsMail() *postbox.Server {
	o.t.Helper()
	server, err := postbox.Start(postbox.Options{User: "bureau", Password: mailPassword})
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() { _ = server.Close() })
	ca := filepath.Join(o.t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, server.CA(), 0o600); err != nil {
		o.t.Fatal(err)
	}
	settings := []string{
		"mail", "--host", server.Host(), "--port", strconv.Itoa(server.Port()), "--user", "bureau",
		"--from", "bureau@permanence.example", "--from-name", "Bureau Durand", "--ca", ca,
	}
	o.want("partent de bureau@permanence.example", "pas celui-là\n", settings...)
	o.refused("mot de passe", "", "mail", "--test", "essai@permanence.example")
	o.want("partent de bureau@permanence.example", mailPassword+"\n", settings...)
	o.want("accepté le message pour essai@permanence.example", "", "mail", "--test", "essai@permanence.example")
	if got := server.Mails(); len(got) != 1 || got[0].To[0] != "essai@permanence.example" {
		o.t.Errorf("it received %+v", got)
	}
	return server
}

// joins makes the desk one of an office's on the same machine.
func (c *calls) joins(o *officeProcess) {
	c.t.Helper()
	order := func(q service.Request) service.Reply {
		r, err := service.Ask(c.t.Context(), o.dir, q)
		if err != nil {
			c.t.Fatal(err)
		}
		return r
	}
	s := station{workstation: c.desk, name: "the desk"}
	s.ask(control.Request{
		Do: "pair", Address: order(service.Request{Do: "status"}).Status.Address, Code: order(service.Request{Do: "pair"}).Pairing, Name: "Accueil",
	})
	s.phase("login")
	s.ask(control.Request{Do: "login", Name: "Claire", Password: officePassword})
	s.phase("in-step")
}

// attached finds the attachment of a kind in a mail.
func attached(t *testing.T, raw []byte, kind string) []byte {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	found := attachment(t, m.Header.Get("Content-Type"), m.Body, kind)
	if found == nil {
		t.Fatalf("no %s is attached", kind)
	}
	return found
}

// attachment looks through a part and those in it.
func attachment(t *testing.T, of string, body io.Reader, kind string) []byte {
	t.Helper()
	is, parameters, err := mime.ParseMediaType(of)
	if err != nil {
		t.Fatal(err)
	}
	if is == kind {
		content, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, body))
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	if !strings.HasPrefix(is, "multipart/") {
		return nil
	}
	for parts := multipart.NewReader(body, parameters["boundary"]); ; {
		part, err := parts.NextRawPart()
		if err != nil {
			return nil
		}
		if found := attachment(t, part.Header.Get("Content-Type"), part, kind); found != nil {
			return found
		}
	}
}
