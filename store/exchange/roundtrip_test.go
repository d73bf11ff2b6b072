package exchange_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"permanence/clients"
	"permanence/phone"
	"permanence/store/exchange"
	"permanence/ui/desk"
)

// TestRoundTrip: whatever a desk may hold is written and read back whole.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc := anyDocument().Draw(t, "document")
		var b strings.Builder
		if err := exchange.Write(&b, doc); err != nil {
			t.Fatal(err)
		}
		got, err := exchange.Read(strings.NewReader(b.String()))
		if err != nil {
			t.Fatalf("%v\n%s", err, b.String())
		}
		same(t, got.Operator, doc.Operator, b.String())
		same(t, got.Lines, doc.Lines, b.String())
		same(t, got.Mail, doc.Mail, b.String())
		same(t, workplace(got.Desk), workplace(doc.Desk), b.String())
		same(t, len(got.Clients), len(doc.Clients), b.String())
		for i := range got.Clients {
			same(t, got.Clients[i].Client, doc.Clients[i].Client, b.String())
		}
	})
}

// TestRoundTripDrawsEveryField: a field that is new must be drawn, and so written
// and read.
func TestRoundTripDrawsEveryField(t *testing.T) {
	drawn := map[string]bool{"Client.Version": true} // the store's own
	for seed := range 300 {
		doc := anyDocument().Example(seed)
		for _, l := range doc.Lines {
			noteFields(drawn, l)
		}
		for _, c := range doc.Clients {
			noteFields(drawn, c.Client)
			for _, f := range c.Forwards {
				noteFields(drawn, f)
			}
			noteVoice(drawn, c.Voice)
		}
	}
	for _, v := range []any{
		phone.Line{},
		clients.Client{},
		clients.Forward{},
		clients.Voice{},
		clients.SpokenGreeting{},
		clients.Wait{},
		clients.Machine{},
		clients.Recording{},
	} {
		for f := range fieldsOf(v) {
			if !drawn[f] {
				t.Errorf("%s is never exchanged", f)
			}
		}
	}
}

func noteVoice(drawn map[string]bool, v clients.Voice) {
	for _, g := range v.Greetings {
		noteFields(drawn, g)
	}
	for _, m := range v.Machines {
		noteFields(drawn, m)
	}
	noteFields(drawn, v)
	noteFields(drawn, v.Wait)
	noteFields(drawn, v.Recording)
}

func noteFields(drawn map[string]bool, v any) {
	for name, field := range fieldsOf(v) {
		drawn[name] = drawn[name] || !field.IsZero()
	}
}

func fieldsOf(v any) map[string]reflect.Value {
	at, fields := reflect.ValueOf(v), map[string]reflect.Value{}
	for i := range at.NumField() {
		fields[at.Type().Name()+"."+at.Type().Field(i).Name] = at.Field(i)
	}
	return fields
}

// workplace is what a desk's part of a file says, without where it says so.
func workplace(d *exchange.Desk) any {
	if d == nil {
		return nil
	}
	return []any{d.Address, d.Partners, d.DoNotDisturb, d.Forwards}
}

func same(t *rapid.T, got, want any, text string) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got  %+v\nwant %+v\nfrom\n%s", got, want, text)
	}
}

// anyText draws texts with everything that YAML trips over.
func anyText() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.String(),
		rapid.StringMatching(`[A-ZÉa-zœ ,.'’:;#"\-0-9\n]{0,60}`),
		rapid.SampledFrom([]string{
			"", " ", "a: b", "- a", "# a", "a #b", "yes", "Non", "null", "~", "1e3", "0x1F", "0561123456", "1:30", "2026-11-26",
			"a\nb", "a\nb\n", "a\n\nb", "\na", "a\n\n", " a\nb", "a\n  b\nc", "a \nb", "a\tb\nc", "a\n\tb", "|", ">", "|-\n a", "---\na", "a\n---\nb",
			"a\n...\nb", "#a\n#b", "- a\n- b", "a: b\nc: d", "%a\nb", "'", `"`, `\`, `\n`, "{a}", "[a]", "&a", "*a", "!a", "@a", "`a`", "? a",
			"\u0000", "\u0085", "\u00a0", "\u2028", "\ufeff", "a\r\nb", "\x7f", "é\u0301", "😀", "\U000E0001", "N° 1, rue d’en-bas", "a ", "a,", "a\u202fb\nc",
		}),
	)
}

func sometimes[T any](g *rapid.Generator[T]) *rapid.Generator[T] {
	var zero T
	return rapid.OneOf(rapid.Just(zero), g)
}

// list draws a list that is nil when it is empty, as reading makes it.
func list[T any](g *rapid.Generator[T], most int) *rapid.Generator[[]T] {
	return rapid.Custom(func(t *rapid.T) []T {
		l := rapid.SliceOfN(g, 0, most).Draw(t, "list")
		if len(l) == 0 {
			return nil
		}
		return l
	})
}

func mailAddress() *rapid.Generator[string] {
	return rapid.StringMatching(`[a-z0-9]{1,10}@[a-z]{1,8}\.fr`)
}

func anyDocument() *rapid.Generator[exchange.Document] {
	return rapid.Custom(func(t *rapid.T) exchange.Document {
		var doc exchange.Document
		if rapid.Bool().Draw(t, "operator") {
			doc.Operator = &clients.Operator{
				ID: clients.ID(anyText().Draw(t, "id")), Name: notEmpty().Draw(t, "name"), Email: sometimes(mailAddress()).Draw(t, "email"),
			}
		}
		doc.Lines = anyLines(t)
		if m := anyMail(t); m != (desk.MailSettings{}) {
			doc.Mail = &m
		}
		if rapid.Bool().Draw(t, "desk") {
			doc.Desk = anyDesk(t)
		}
		for i := range rapid.IntRange(0, 3).Draw(t, "clients") {
			doc.Clients = append(doc.Clients, exchange.NewCard(anyClient(t, i)))
		}
		return doc
	})
}

func notEmpty() *rapid.Generator[string] {
	return anyText().Filter(func(s string) bool { return strings.TrimSpace(s) != "" })
}

func anyLines(t *rapid.T) (lines []phone.Line) {
	for i := range rapid.IntRange(0, 2).Draw(t, "lines") {
		lines = append(lines, phone.Line{
			ID:    phone.LineID(fmt.Sprint(i, anyText().Draw(t, "id"))),
			Label: anyText().Draw(t, "label"), User: notEmpty().Draw(t, "user"), Domain: notEmpty().Draw(t, "domain"),
			AuthUser: anyText().Draw(t, "auth"), Proxy: anyText().Draw(t, "proxy"), Bind: notEmpty().Draw(t, "bind"),
			Transport: rapid.SampledFrom([]phone.Transport{"", phone.UDP, phone.TCP, phone.TLS}).Draw(t, "transport"),
			Expires:   time.Duration(rapid.Int64Range(0, int64(100*time.Hour)).Draw(t, "expires")),
			Direct:    rapid.Bool().Draw(t, "direct"), Disabled: rapid.Bool().Draw(t, "disabled"),
			Order:   list(rapid.SampledFrom(phone.DefaultCalledOrder), 5).Draw(t, "order"),
			Codecs:  list(rapid.SampledFrom([]string{"opus", "G722", "PCMA", "PCMU"}), 4).Draw(t, "codecs"),
			Backups: list(anyText(), 2).Draw(t, "backups"), CA: anyText().Draw(t, "ca"), STUN: anyText().Draw(t, "stun"),
			Encryption: rapid.SampledFrom([]phone.Encryption{
				"", phone.EncryptionRefused, phone.EncryptionOffered, phone.EncryptionRequired,
			}).Draw(t, "encryption"),
			Numbers: list(rapid.Map(frenchNumber(), func(s string) phone.Number { return phone.Number(s) }), 2).Draw(t, "numbers"),
			CallerIn: rapid.SampledFrom([]phone.CallerHeader{
				"", phone.CallerInFrom, phone.CallerInPreferred, phone.CallerInAsserted,
			}).Draw(t, "caller in"),
			AutoAnswer: rapid.Bool().Draw(t, "auto answer"), Mailbox: rapid.Bool().Draw(t, "mailbox"),
			Watch: list(anyText(), 2).Draw(t, "watch"), Peers: list(anyText(), 2).Draw(t, "peers"),
		})
	}
	return lines
}

func frenchNumber() *rapid.Generator[string] { return rapid.StringMatching(`\+33[1-9][0-9]{8}`) }

// anyDesk draws a workplace of which something can be said.
func anyDesk(t *rapid.T) *exchange.Desk {
	d := &exchange.Desk{Address: notEmpty().Draw(t, "address"), DoNotDisturb: rapid.Bool().Draw(t, "do not disturb")}
	for key := range rapid.IntRange(0, 3).Draw(t, "partners") {
		d.Partners = append(d.Partners, desk.Partner{
			Name: notEmpty().Draw(t, "name"), Number: anyTarget().Draw(t, "number"),
			Key: sometimes(rapid.Just(fmt.Sprint(key))).Draw(t, "key"), Watch: anyText().Draw(t, "watch"),
		})
	}
	for _, f := range anyForwards().Draw(t, "forwards") {
		d.Forwards = append(d.Forwards, exchange.LineForward{Line: phone.LineID(anyText().Draw(t, "line")), Forward: f})
	}
	return d
}

func anyTarget() *rapid.Generator[string] {
	return rapid.SampledFrom([]string{"06 39 98 00 02", "+33639980002", "205", "3639", "sip:sophie@pbx.example.fr;transport=tcp"})
}

func anyForwards() *rapid.Generator[[]clients.Forward] {
	return list(rapid.Custom(func(t *rapid.T) clients.Forward {
		f := clients.Forward{
			When: rapid.SampledFrom([]clients.ForwardWhen{
				clients.ForwardAlways, clients.ForwardBusy, clients.ForwardNoAnswer,
			}).Draw(t, "when"),
			To: anyTarget().Draw(t, "to"), Name: anyText().Draw(t, "name"), Hours: anyWeek(t), Off: rapid.Bool().Draw(t, "off"),
		}
		if f.When == clients.ForwardNoAnswer {
			f.After = rapid.IntRange(clients.MinForwardAfter, clients.MaxForwardAfter).Draw(t, "after")
		}
		return f
	}), 2)
}

func anyMail(t *rapid.T) desk.MailSettings {
	return desk.MailSettings{
		Host: anyText().Draw(t, "host"), Port: rapid.IntRange(0, 65535).Draw(t, "port"),
		Security: rapid.SampledFrom([]string{"", "starttls", "tls", "none"}).Draw(t, "security"),
		User:     anyText().Draw(t, "user"), From: sometimes(mailAddress()).Draw(t, "from"),
		FromName: anyText().Draw(t, "from name"), CA: anyText().Draw(t, "ca"),
	}
}

// anyClient draws a client that is valid, the i-th of its document.
func anyClient(t *rapid.T, i int) clients.Client {
	text := func(label string) string { return anyText().Draw(t, label) }
	c := clients.Client{
		ID: clients.ID(fmt.Sprint(i, text("id"))), Name: notEmpty().Draw(t, "name"), Trade: text("trade"),
		Color: sometimes(rapid.StringMatching(`#[0-9a-fA-F]{6}`)).Draw(t, "color"), Language: text("language"),
		Instructions: text("instructions"), Archived: rapid.Bool().Draw(t, "archived"),
		Greetings: list(anyGreeting(), 2).Draw(t, "greetings"),
		FAQ:       list(rapid.Custom(func(*rapid.T) clients.FAQ { return clients.FAQ{Question: text("q"), Answer: text("a")} }), 2).Draw(t, "faq"),
		Hours:     anyWeek(t), Contacts: list(anyContact(), 1).Draw(t, "contacts"),
		Agenda: clients.AgendaRules{
			Duration: rapid.IntRange(0, 1440).Draw(t, "duration"), MinNotice: rapid.IntRange(0, 99999).Draw(t, "notice"),
			Hours: anyWeek(t), Emergency: list(anyRange(), 2).Draw(t, "emergency"),
			Zone: rapid.SampledFrom([]string{"", "Europe/Paris", "UTC", "Indian/Reunion"}).Draw(t, "zone"),
		},
		Address: text("address"), AutoAnswer: rapid.Bool().Draw(t, "auto answer"), Forwards: anyForwards().Draw(t, "forwards"),
		CallerID: clients.CallerID{
			Number:   sometimes(frenchNumber()).Draw(t, "shown"),
			AgreedOn: sometimes(rapid.Just("2026-11-02")).Draw(t, "agreed on"), By: text("by"), Document: text("document"),
		},
	}
	c.Voice, c.Health = anyVoice(t), rapid.Bool().Draw(t, "health")
	c.Voice.Recording.On = c.Voice.Recording.On && !c.Health
	for n := range rapid.IntRange(0, 2).Draw(t, "keys") {
		key := fmt.Sprint(n, text("key"))
		c.CallTypes = append(c.CallTypes, clients.CallType{
			Key: key, Label: text("label"), Questions: list(anyText(), 2).Draw(t, "questions"), Urgent: n == 0, Unwanted: n == 1,
		})
		c.Fields = append(c.Fields, clients.Field{Key: key, Label: text("label"), Required: n == 0})
		c.DIDs = append(c.DIDs, rapid.StringMatching(`\+33[1-9][0-9]{6}`).Draw(t, "did")+fmt.Sprintf("%d%d", i, n))
		c.Recipients = append(c.Recipients, clients.Recipient{
			Name: text("name"), Channel: "mail", Address: mailAddress().Draw(t, "address"), CallTypes: []string{key},
		})
	}
	return c
}

func anySound() *rapid.Generator[phone.SoundID] {
	return rapid.Map(notEmpty(), func(s string) phone.SoundID { return phone.SoundID(s) })
}

// anyVoice draws what can be said of a client that is not of the health sector.
func anyVoice(t *rapid.T) clients.Voice {
	after := rapid.IntRange(clients.MinForwardAfter, clients.MaxForwardAfter)
	return clients.Voice{
		Greetings: list(rapid.Custom(func(t *rapid.T) clients.SpokenGreeting {
			return clients.SpokenGreeting{
				Operator: clients.ID(anyText().Draw(t, "operator")), Text: notEmpty().Draw(t, "text"), Sound: anySound().Draw(t, "sound"),
			}
		}), 2).Draw(t, "spoken"),
		Name: sometimes(anySound()).Draw(t, "name"), Music: sometimes(anySound()).Draw(t, "music"),
		Wait:     clients.Wait{Sound: sometimes(anySound()).Draw(t, "wait"), After: sometimes(after).Draw(t, "wait after")},
		Machines: list(anyMachine(), 2).Draw(t, "machines"),
		Recording: clients.Recording{
			On: rapid.Bool().Draw(t, "on"), Reason: notEmpty().Draw(t, "reason"), Announcement: anySound().Draw(t, "announcement"),
			Days: rapid.IntRange(1, clients.MaxRecordingDays).Draw(t, "days"),
		},
	}
}

func anyMachine() *rapid.Generator[clients.Machine] {
	return rapid.Custom(func(t *rapid.T) clients.Machine {
		return clients.Machine{
			When: rapid.SampledFrom([]clients.ForwardWhen{
				clients.ForwardAlways, clients.ForwardBusy, clients.ForwardNoAnswer,
			}).Draw(t, "when"),
			After:    rapid.IntRange(clients.MinForwardAfter, clients.MaxForwardAfter).Draw(t, "after"),
			Greeting: anySound().Draw(t, "greeting"), Hours: anyWeek(t), Closed: rapid.Bool().Draw(t, "closed"),
			Seconds: sometimes(rapid.IntRange(clients.MinMachineSeconds, clients.MaxMachineSeconds)).Draw(t, "seconds"),
			Off:     rapid.Bool().Draw(t, "off"),
		}
	})
}

func anyRange() *rapid.Generator[clients.Range] {
	return rapid.Custom(func(t *rapid.T) clients.Range {
		from := rapid.IntRange(0, 1439).Draw(t, "from")
		return clients.Range{From: clients.Minute(from), To: clients.Minute(rapid.IntRange(from+1, 1440).Draw(t, "to"))}
	})
}

func anyWeek(t *rapid.T) (w clients.Week) {
	for day := range w {
		w[day] = list(anyRange(), 2).Draw(t, "day")
	}
	return w
}

func anyGreeting() *rapid.Generator[clients.Greeting] {
	return rapid.Custom(func(t *rapid.T) clients.Greeting {
		minute := rapid.IntRange(0, 1440)
		return clients.Greeting{
			Text: notEmpty().Draw(t, "text"), Language: anyText().Draw(t, "language"), Closed: rapid.Bool().Draw(t, "closed"),
			From: clients.Minute(minute.Draw(t, "from")), To: clients.Minute(minute.Draw(t, "to")),
		}
	})
}

func anyContact() *rapid.Generator[clients.Contact] {
	return rapid.Custom(func(t *rapid.T) clients.Contact {
		return clients.Contact{
			Name: anyText().Draw(t, "name"), Role: anyText().Draw(t, "role"), Number: anyText().Draw(t, "number"),
			Email: sometimes(mailAddress()).Draw(t, "email"), Key: sometimes(rapid.StringMatching(`[0-9]`)).Draw(t, "key"),
			When: anyText().Draw(t, "when"),
		}
	})
}
