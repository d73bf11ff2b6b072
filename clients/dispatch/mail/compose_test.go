package mail

import (
	"bytes"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"permanence/clients"
	"permanence/clients/dispatch"
)

var bureau = Settings{Host: "mail.example", Security: StartTLS, From: "bureau@bureau.example", FromName: "Bureau Marchand"}

// written composes a job's mail and reads it back with the standard library.
func written(t testing.TB, s Settings, job dispatch.Job) (h netmail.Header, text, html string) {
	t.Helper()
	m, err := compose(s, job, voicemail{})
	if err != nil {
		t.Fatal(err)
	}
	var raw bytes.Buffer
	if _, err := m.WriteTo(&raw); err != nil {
		t.Fatal(err)
	}
	msg, err := netmail.ReadMessage(&raw)
	if err != nil {
		t.Fatal(err)
	}
	kind, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("%s, %v; want multipart/alternative", kind, err)
	}
	parts := multipart.NewReader(msg.Body, params["boundary"])
	text, html = part(t, parts, "text/plain"), part(t, parts, "text/html")
	if _, err := parts.NextRawPart(); err != io.EOF {
		t.Fatalf("after two parts: %v; want the end", err)
	}
	return msg.Header, text, html
}

func part(t testing.TB, parts *multipart.Reader, kind string) string {
	t.Helper()
	p, err := parts.NextRawPart()
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Header.Get("Content-Type"); !strings.HasPrefix(got, kind+"; charset=UTF-8") {
		t.Fatalf("a part of %s; want %s", got, kind)
	}
	b, err := io.ReadAll(quotedprintable.NewReader(p))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(b), "\r\n", "\n")
}

func decoded(t testing.TB, s string) string {
	t.Helper()
	d, err := new(mime.WordDecoder).DecodeHeader(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestCompose(t *testing.T) {
	h, text, html := written(t, bureau, urgentJob())
	want := map[string]string{
		"Subject":    "[Urgent] Message de Mme Lefèvre (06 39 98 12 34) — Cabinet Durand",
		"From":       `"Bureau Marchand" <bureau@bureau.example>`,
		"To":         `"Cabinet Durand" <cabinet@durand.example>`,
		"Reply-To":   `"Sophie Marchand" <sophie@bureau.example>`,
		"Message-Id": "<0192@permanence>",
		"Date":       "Thu, 26 Nov 2026 13:32:00 +0000",
		"Importance": "high",
	}
	for name, value := range want {
		if got := decoded(t, h.Get(name)); got != value {
			t.Errorf("%s: %q; want %q", name, got, value)
		}
	}
	if text != urgentText {
		t.Errorf("text\n%s\nwant\n%s", text, urgentText)
	}
	for _, said := range []string{
		`<a href="tel:&#43;33639981234">06 39 98 12 34</a>`, "Garde à vue", "N° de dossier", "2026/112",
		"border-left:5px solid #7a2c39", "Pris par Sophie Marchand", ">URGENT<",
	} {
		if !strings.Contains(html, said) {
			t.Errorf("the HTML does not say %s:\n%s", said, html)
		}
	}
}

func TestComposeWithoutMuch(t *testing.T) {
	job := dispatch.Job{Delivery: clients.Delivery{ID: "a", Recipient: clients.Recipient{Address: "x@y.fr"}}}
	h, _, html := written(t, bureau, job)
	if got := h.Get("To"); got != "<x@y.fr>" {
		t.Errorf("To: %s", got)
	}
	if got := h.Get("Reply-To"); got != `"Bureau Marchand" <bureau@bureau.example>` {
		t.Errorf("Reply-To: %s; want the bureau, as the operator has no address", got)
	}
	if h.Get("Importance") != "" || strings.Contains(html, "URGENT") {
		t.Error("an ordinary message is marked urgent")
	}
	if date, err := h.Date(); err != nil || time.Since(date) > time.Hour {
		t.Errorf("dated %s, %v", date, err)
	}
}

func TestEachTryIsTheSameMail(t *testing.T) {
	h1, text1, html1 := written(t, bureau, urgentJob())
	h2, text2, html2 := written(t, bureau, urgentJob())
	delete(h1, "Content-Type") // holds the MIME boundary
	delete(h2, "Content-Type")
	if !maps.EqualFunc(h1, h2, slices.Equal) || text1 != text2 || html1 != html2 {
		t.Errorf("two tries differ:\n%v\n%v", h1, h2)
	}
}

func TestHTMLIsEscaped(t *testing.T) {
	job := urgentJob()
	job.Message.Name = `<script>alert("x")</script>`
	job.Message.Text = "</p><img src=x onerror=y>"
	job.Message.Number = `"><b>`
	job.Client.Color = "red;background:url(http://x)"
	_, _, html := written(t, bureau, job)
	for _, bad := range []string{"<script", "<img", "<b>", "url(", "ZgotmplZ"} {
		if strings.Contains(html, bad) {
			t.Errorf("the HTML holds %s:\n%s", bad, html)
		}
	}
}

// headers are all that a mail may have.
var headers = []string{
	"Content-Language", "Content-Type", "Date", "From", "Importance", "Message-Id", "Mime-Version",
	"Priority", "Reply-To", "Subject", "To", "X-Msmail-Priority", "X-Priority",
}

// Whatever a caller says and an operator types, the mail has its own headers,
// each once, and says in its subject what was typed.
func FuzzCompose(f *testing.F) {
	f.Add("Mme Lefèvre", "06 39 98 12 34", "bonjour\nau revoir", "Cabinet Durand", "dossier", "sophie@bureau.example", "0192@permanence")
	f.Add("a\r\nBcc: x@y.fr", "\r\n\r\nbody", ".\r\nQUIT\r\n", "b\nSubject: c", "k\r: v", "a@b.fr\r\nBcc: c@d.fr", "x>\r\nBcc: <z@z>")
	f.Add("\xff\x00\u2028", "=?utf-8?q?=0D=0ABcc:_x?=", "--boundary--", "\u202e", "", "\"\r\n\"@x", "@")
	f.Fuzz(func(t *testing.T, name, number, text, client, key, email, id string) {
		job := urgentJob()
		job.Message.Name, job.Message.Number, job.Message.Text = name, number, text
		job.Message.Fields = map[string]string{key: name}
		job.Client.Name, job.Client.Color, job.Client.Fields[0].Label = client, client, name
		job.Operator.Email, job.Operator.Name = email, name
		job.Delivery.Recipient.Name, job.Delivery.MessageID = client, id
		s := bureau
		s.FromName = name

		h, body, html := written(t, s, job)
		if got := slices.Sorted(maps.Keys(h)); !slices.Equal(got, headers) {
			t.Fatalf("headers %s", got)
		}
		for name, values := range h {
			if len(values) != 1 {
				t.Fatalf("%s stands %d times", name, len(values))
			}
		}
		l := newLetter(job)
		if got := strings.Join(strings.Fields(decoded(t, h.Get("Subject"))), " "); got != strings.Join(strings.Fields(l.subject()), " ") {
			t.Fatalf("subject %q; want %q", got, l.subject())
		}
		checkAddresses(t, h)
		if !strings.Contains(body, l.Text) || strings.Contains(html, "ZgotmplZ") {
			t.Fatalf("the body does not hold %q:\n%s", l.Text, body)
		}
	})
}

func checkAddresses(t *testing.T, h netmail.Header) {
	t.Helper()
	for _, name := range []string{"From", "To", "Reply-To"} {
		list, err := h.AddressList(name)
		if err != nil || len(list) != 1 {
			t.Fatalf("%s: %s: %v, %v", name, h.Get(name), list, err)
		}
	}
	if to, _ := h.AddressList("To"); to[0].Address != "cabinet@durand.example" {
		t.Fatalf("to %s", to[0])
	}
}
