package exchange_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"permanence/clients"
	"permanence/phone"
	"permanence/store/exchange"
)

func read(t testing.TB, text string) exchange.Document {
	t.Helper()
	doc, err := exchange.Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func write(t testing.TB, doc exchange.Document) string {
	t.Helper()
	var b bytes.Buffer
	if err := exchange.Write(&b, doc); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func cabinet(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile("testdata/cabinet.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestReadAndWriteWhole(t *testing.T) {
	doc := read(t, cabinet(t))
	if got := write(t, doc); got != cabinet(t) {
		t.Errorf("written back as\n%s", got)
	}
	durand := doc.Clients[0].Client
	for what, ok := range map[string]bool{
		"numbers in E.164": reflect.DeepEqual(durand.DIDs, []string{"+33561123456", "+442079460000"}),
		"a greeting through midnight": durand.Greetings[1] == clients.Greeting{
			Text: "Good evening, Durand chambers.", Language: "en", From: 19 * 60, To: 8 * 60, Closed: true,
		},
		"a block of text": strings.HasPrefix(durand.Instructions, "# Consignes\n\n- Ne") && strings.HasSuffix(durand.Instructions, "touche 1.\n"),
		"hours":           reflect.DeepEqual(durand.Hours[time.Monday], []clients.Range{{From: 540, To: 750}, {From: 840, To: 1080}}),
		"emergency":       reflect.DeepEqual(durand.Agenda.Emergency, []clients.Range{{From: 660, To: 720}}),
		"minutes":         durand.Agenda.Duration == 20 && doc.Lines[0].Expires == 10*time.Minute && doc.Lines[1].Expires == 90*time.Second,
		"a forward": reflect.DeepEqual(durand.Forwards[0], clients.Forward{
			When: clients.ForwardNoAnswer, After: 20, To: "06 39 98 00 02", Name: "Sophie (binôme)",
			Hours: clients.Week{time.Monday: {{From: 720, To: 840}}},
		}),
		"an agreement": durand.CallerID == clients.CallerID{
			Number: "+33561123456", AgreedOn: "2026-11-02", By: "Me Durand", Document: "classeur 3",
		},
		"a machine": reflect.DeepEqual(durand.Voice.Machines[0], clients.Machine{
			When: clients.ForwardNoAnswer, After: 20, Greeting: "019aa1f2-5c1e-7d3a-9b64-2f0c8e5d7a14",
			Hours: clients.Week{time.Monday: {{From: 750, To: 840}}}, Seconds: 90,
		}),
		"a recording":          durand.Records() && !doc.Clients[1].Records() && doc.Clients[1].Health,
		"a line's numbers":     reflect.DeepEqual(doc.Lines[0].Numbers, []phone.Number{"+33561000001", "+33561000002"}),
		"a line over TLS":      doc.Lines[2].Transport == phone.TLS && doc.Lines[2].Encryption == phone.EncryptionRequired,
		"forwards by line":     doc.Desk.Forwards[1].Line == "principale" && doc.Desk.Forwards[0].Off && doc.Desk.DoNotDisturb,
		"the key of a contact": durand.Contacts[0].Key == "1",
	} {
		if !ok {
			t.Errorf("%s: not as written", what)
		}
	}
}

// TestReadAsTyped reads what people write rather than what Write does.
func TestReadAsTyped(t *testing.T) {
	doc := read(t, `
# un commentaire
lines:
  user: 0561000000
  domain: sip.example.fr
  password: "s3cr3t: #1"
  expires: 90s
mail:
  host: smtp.example.fr
  password: autre
clients:
  - name: 'Cabinet d''Ostéo'
    dids: 05.61.12.34.56
    greetings: ["Bonjour !", {text: Bonsoir, hours: 18h-8h30}]
    hours: {lun-mer: 9h-12h30, jeudi: ["9-12", "14h - 18h"], Samedi: ""}
    recipients: [{name: Ostéo, address: osteo@example.fr}]
    agenda: {duration: 20 min, hours: {mon: "09:00-24:00"}}
    archived: non
    trade:
`)
	c := doc.Clients[0]
	morning := []clients.Range{{From: 540, To: 750}}
	want := clients.Client{
		Name: "Cabinet d'Ostéo", DIDs: []string{"+33561123456"},
		Greetings:  []clients.Greeting{{Text: "Bonjour !"}, {Text: "Bonsoir", From: 18 * 60, To: 8*60 + 30}},
		Hours:      clients.Week{time.Monday: morning, time.Tuesday: morning, time.Wednesday: morning, time.Thursday: {{From: 540, To: 720}, {From: 840, To: 1080}}},
		Recipients: []clients.Recipient{{Name: "Ostéo", Channel: "mail", Address: "osteo@example.fr"}},
		Agenda:     clients.AgendaRules{Duration: 20, Hours: clients.Week{time.Monday: {{From: 540, To: 1440}}}},
	}
	if !reflect.DeepEqual(c.Client, want) {
		t.Errorf("got  %+v\nwant %+v", c.Client, want)
	}
	if want := "name dids greetings hours recipients agenda archived trade"; strings.Join(c.Given, " ") != want || c.Line != 12 {
		t.Errorf("given %q at line %d; want %q at 12", c.Given, c.Line, want)
	}
	line := phone.Line{ID: "0561000000@sip.example.fr", User: "0561000000", Domain: "sip.example.fr", Expires: 90 * time.Second}
	if !reflect.DeepEqual(doc.Lines, []phone.Line{line}) {
		t.Errorf("lines are %+v", doc.Lines)
	}
	if want := map[string]string{"line:0561000000@sip.example.fr": "s3cr3t: #1", "mail": "autre"}; !reflect.DeepEqual(doc.Secrets, want) {
		t.Errorf("secrets are %v", doc.Secrets)
	}
	if out := write(t, doc); strings.Contains(out, "s3cr3t") || strings.Contains(out, "autre") {
		t.Errorf("a password was written:\n%s", out)
	}
}

// badFiles are files at fault, each with "line path code" of all that is wrong.
var badFiles = map[string]struct {
	text string
	want []string // "line path code"
}{
	"nothing":        {"", []string{"0  import.empty"}},
	"only a comment": {"# rien\n", []string{"0  import.empty"}},
	"no mapping":     {"bonjour", []string{"1  import.want-keys"}},
	"a list":         {"- a\n- b\n", []string{"1  import.want-keys"}},
	"no text":        {"\xff\xfe\x00", []string{"0  import.not-utf8"}},
	"tab":            {"clients:\n\t- name: x\n", []string{"2  import.syntax"}},
	"open bracket":   {"clients: [\n", []string{"1  import.syntax"}},
	"two documents":  {"operator: {name: A}\n---\noperator: {name: B}\n", []string{"3  import.two-documents"}},
	"newer":          {"permanence: 2\n", []string{"1 permanence import.newer"}},
	"unknown keys": {"client: []\noperator:\n  name: A\n  mail: x\n", []string{
		"1 client import.unknown-key", "4 operator.mail import.unknown-key",
	}},
	"key twice": {"clients:\n  - name: A\n    name: B\n", []string{"3 clients[0].name import.key-twice"}},
	"references": {"clients:\n  - &a {name: A}\n  - *a\n", []string{
		"2 clients[0] import.reference", "2 clients[0].name client.name-missing",
		"3 clients[1] import.reference", "3 clients[1].name client.name-missing",
	}},
	"merge key": {"clients:\n  - name: A\n    <<: {trade: x}\n", []string{"3 clients[0].<< import.unknown-key"}},
	"all of it": {`
operator:
  email: pas une adresse
lines:
  - id: a
    direct: peut-être
  - id: a
    user: u
    domain: d
    transport: sctp
    expires: toujours
    codecs: [opus, G729]
    order: [from]
mail:
  port: 99999
  security: ssl
  from: Claire
clients:
  - name: A
    color: rouge
    dids:
      - "05 61 12 34 56"
      - "12 rue des Lilas"
      - "+33561123456"
    greetings:
      - hours: 8-18-20
      - text: x
        hours: demain
    hours:
      lundi: "12:00-09:00"
      lun-ven: "9-12"
      ven-lun: "9-12"
    contacts:
      - {key: 12, email: x}
    recipients:
      - {channel: pigeon, address: x, call_types: [urgent]}
      - address: x
    agenda:
      duration: longue
      emergency: "25:00-26:00"
      zone: Europe/Toulouse
    faq: [x]
    archived: [oui]
  - dids: ["05 61 12 34 56"]
  - name: A
`, []string{
		"3 operator import.missing", "3 operator.email client.mail-bad",
		"5 lines[0] import.missing", "6 lines[0].direct import.want-boolean",
		"7 lines[1] import.line-twice",
		"10 lines[1].transport import.want-word", "11 lines[1].expires import.want-minutes",
		"12 lines[1].codecs[1] import.want-word", "13 lines[1].order[0] import.want-word",
		"15 mail.port import.want-port", "16 mail.security import.want-word", "17 mail.from client.mail-bad",
		"20 clients[0].color client.color-bad", "23 clients[0].dids[1] client.did-bad", "24 clients[0].dids[2] client.did-twice",
		"26 clients[0].greetings[0].hours import.want-hours", "26 clients[0].greetings[0].text client.greeting-empty",
		"28 clients[0].greetings[1].hours import.want-hours",
		"31 clients[0].hours.lun-ven import.day-twice", "32 clients[0].hours.ven-lun import.want-day",
		"34 clients[0].contacts[0].email client.mail-bad", "34 clients[0].contacts[0].key client.digit-bad",
		"37 clients[0].recipients[1].address client.mail-bad",
		"39 clients[0].agenda.duration import.want-minutes", "40 clients[0].agenda.emergency[0] import.want-hours",
		"41 clients[0].agenda.zone client.zone-unknown",
		"42 clients[0].faq[0] import.want-keys", "43 clients[0].archived import.want-text",
		"44 clients[1].dids[0] import.client-twice", "44 clients[1].name client.name-missing",
		"45 clients[2].name import.client-twice",
	}},
}

// badTelephone is what a file may get wrong about where calls go.
var badTelephone = struct {
	text string
	want []string
}{`
lines:
  - user: u
    domain: d
    encryption: parfois
    numbers:
      - "05 61 00 00 01"
      - douze
    caller_in: to
    auto_answer: peut-être
desk:
  adresse: x
  partners:
    - {name: Sophie}
    - name: Sophie
      number: chez elle
      key: 22
    - {number: "205", key: 2}
    - {name: Anne, number: "206", key: 2}
  forwards:
    - line: l1
      when: never
      to: "205"
    - when: no-answer
      after: 2
      to: "112"
      hours: {lun: "14-12"}
    - when: busy
clients:
  - name: A
    caller_id:
      number: 3949
      agreed_on: hier
    forwards:
      - when: no-answer
        after: deux
        to: sip:a@b?Replaces=x
        hours:
          mar: "12-12"
`, []string{
	"5 lines[0].encryption import.want-word", "8 lines[0].numbers[1] import.want-telephone",
	"9 lines[0].caller_in import.want-word", "10 lines[0].auto_answer import.want-boolean",
	"12 desk.adresse import.unknown-key", "14 desk.partners[0] import.missing",
	"16 desk.partners[1].number import.want-target", "17 desk.partners[1].key client.digit-bad",
	"18 desk.partners[2] import.missing", "19 desk.partners[3].key client.key-twice",
	"22 desk.forwards[0].when client.forward-when-bad", "25 desk.forwards[1].after client.forward-after-bad",
	"26 desk.forwards[1].to client.forward-emergency", "27 desk.forwards[1].hours[1][0] client.hours-bad",
	"28 desk.forwards[2].to client.forward-to-missing",
	"32 clients[0].caller_id.number client.caller-id-bad", "33 clients[0].caller_id.agreed_on client.agreed-on-bad",
	"36 clients[0].forwards[0].after import.want-number", "36 clients[0].forwards[0].after client.forward-after-bad",
	"37 clients[0].forwards[0].to client.forward-to-bad", "39 clients[0].forwards[0].hours[2][0] client.hours-bad",
}}

// badVoice is wrong in what callers hear.
const badVoice = `
clients:
  - name: A
    health: true
    voice:
      greetings:
        - text: ""
          langue: fr
      wait: {after: 2}
      machines:
        - when: parfois
          greeting: x
        - when: no-answer
          after: 200
          hours: {lun: "14-12"}
          seconds: 5
      recording:
        on: oui
        days: 181
`

func TestProblemsOfTheVoice(t *testing.T) {
	_, err := exchange.Read(strings.NewReader(badVoice))
	checkProblems(t, err, []string{
		"7 clients[0].voice.greetings[0].text client.greeting-empty", "8 clients[0].voice.greetings[0].langue import.unknown-key",
		"7 clients[0].voice.greetings[0].sound client.sound-missing", "9 clients[0].voice.wait.after client.wait-after-bad",
		"11 clients[0].voice.machines[0].when client.machine-when-bad", "14 clients[0].voice.machines[1].after client.machine-after-bad",
		"13 clients[0].voice.machines[1].greeting client.sound-missing", "15 clients[0].voice.machines[1].hours[1][0] client.hours-bad",
		"16 clients[0].voice.machines[1].seconds client.machine-seconds-bad",
		"18 clients[0].voice.recording.on client.recording-health", "19 clients[0].voice.recording.days client.recording-days-bad",
		"17 clients[0].voice.recording.reason client.recording-reason-missing",
		"17 clients[0].voice.recording.announcement client.recording-notice-missing",
	})
}

func TestProblemsOfTheTelephone(t *testing.T) {
	_, err := exchange.Read(strings.NewReader(badTelephone.text))
	checkProblems(t, err, badTelephone.want)
}

func TestProblems(t *testing.T) {
	for name, test := range badFiles {
		t.Run(name, func(t *testing.T) {
			_, err := exchange.Read(strings.NewReader(test.text))
			checkProblems(t, err, test.want)
		})
	}
}

func checkProblems(t *testing.T, err error, want []string) {
	t.Helper()
	var problems exchange.Problems
	if !errors.As(err, &problems) {
		t.Fatalf("got %v; want problems", err)
	}
	var got []string
	for _, p := range problems {
		got = append(got, fmt.Sprintf("%d %s %s", p.Line, p.Path, p.Code))
		if p.Text == "" || strings.HasPrefix(p.Text, p.Code) || strings.Contains(p.Text, "%!") {
			t.Errorf("%s has no sentence: %q", p.Code, p.Text)
		}
	}
	for _, g := range got {
		if !contains(want, g) {
			t.Errorf("found %s", g)
		}
	}
	for _, w := range want {
		if !contains(got, w) {
			t.Errorf("did not find %s", w)
		}
	}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func TestProblemText(t *testing.T) {
	_, err := exchange.Read(strings.NewReader("clients:\n  - name: A\n    dids: [12 rue]\n    nom: B\n"))
	want := "ligne 3 : clients[0].dids[0] : « 12 rue » n’est pas un numéro de téléphone\n" +
		"ligne 4 : clients[0].nom : clé inconnue « nom » ; clés possibles : address, agenda, archived, auto_answer, call_types, " +
		"caller_id, color, contacts, dids, faq, fields, forwards, greetings, health, hours, id, instructions, language, name, recipients, trade, voice"
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestReadFailure(t *testing.T) {
	broken := errors.New("the stick was pulled out")
	_, err := exchange.Read(failing{broken})
	var problems exchange.Problems
	if !errors.Is(err, broken) || errors.As(err, &problems) {
		t.Errorf("got %v; want what the reader said", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// FuzzRead: any input gives a document or problems, and a document that was read
// can be written and read again without a difference.
func FuzzRead(f *testing.F) {
	f.Add(cabinet(f))
	f.Add("clients: [{name: A, hours: {lun-ven: 9-12}}]")
	f.Add("a: &x [*x, *x]\n---\n? b\n: |+\n\n  c")
	f.Add("lines:\n- bind: ''\n  direct: oui\n")
	f.Fuzz(func(t *testing.T, text string) {
		doc, err := exchange.Read(strings.NewReader(text))
		var problems exchange.Problems
		if errors.As(err, &problems) {
			_ = problems.Error()
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		written := write(t, doc)
		again, err := exchange.Read(strings.NewReader(written))
		if err != nil {
			t.Fatalf("written as\n%s\nwhich is refused: %v", written, err)
		}
		if rewritten := write(t, again); rewritten != written {
			t.Fatalf("written as\n%s\nand then as\n%s", written, rewritten)
		}
	})
}
