package clients

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"permanence/phone"
)

// These names are in databases and on the wire: a change of this table breaks
// every desk that has not been updated.
func TestChangeNamesAreForEver(t *testing.T) {
	want := map[string]Change{
		"client.create.v1":      CreateClient{},
		"client.patch.v1":       PatchClient{},
		"message.take.v1":       TakeMessage{},
		"appointment.book.v1":   BookAppointment{},
		"appointment.move.v1":   MoveAppointment{},
		"appointment.cancel.v1": CancelAppointment{},
		"operator.save.v1":      SaveOperator{},
	}
	for name, c := range want {
		if got := c.MutationName(); got != name {
			t.Errorf("%T is named %q; want %q", c, got, name)
		}
		got, err := DecodeChange(name, []byte("{}"))
		if err != nil || reflect.TypeOf(got) != reflect.TypeOf(c) {
			t.Errorf("DecodeChange(%q) = %T, %v; want %T", name, got, err, c)
		}
	}
}

func TestDecodeChangeRefuses(t *testing.T) {
	tests := []struct{ name, change, args string }{
		{"a newer program's change", "client.create.v2", "{}"},
		{"no name", "", "{}"},
		{"arguments that are not JSON", nameCreateClient, "{"},
		{"no arguments", nameCreateClient, ""},
		{"a field of another type", nameMoveAppointment, `{"start": 12}`},
		{"a name twice", nameErase, `{"kind":"message","id":"a","id":"b"}`},
		{"a name twice, in other letters", nameErase, `{"\u212aind":"message","kind":"client"}`},
		{"a name twice, further in", namePatchClient, `{"client":"c","fields":{"faq":[{"q":1},{"q":1,"Q":2}]}}`},
		{"an hour that is none", nameCreateClient, `{"client":{"greetings":[{"from":"25:00"}]}}`},
	}
	for _, tt := range tests {
		got, err := DecodeChange(tt.change, []byte(tt.args))
		if err == nil || got != nil {
			t.Errorf("%s: %v, %v; want an error and nothing else", tt.name, got, err)
			continue
		}
		if !strings.Contains(err.Error(), tt.change) {
			t.Errorf("%s: %q does not name the change", tt.name, err)
		}
	}
}

func TestDecodeChangeIgnoresFieldsOfANewerDesk(t *testing.T) {
	got, err := DecodeChange(nameSaveOperator, []byte(`{"operator":{"id":"o","name":"Sophie","pronoun":"elle"},"reason":"x"}`))
	if want := (SaveOperator{Operator{ID: "o", Name: "Sophie"}}); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
}

func TestChangesSurviveJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawChange(t)
		args, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := DecodeChange(want.MutationName(), args)
		if err != nil {
			t.Fatalf("%s: %v", args, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%s\ngave back %#v\nwant      %#v", args, got, want)
		}
	})
}

func FuzzDecodeChange(f *testing.F) {
	f.Add(nameCreateClient, []byte(`{"client":{"id":"c","hours":[null,[{"from":"9h","to":"12:00"}]]}}`))
	f.Add(namePatchClient, []byte(`{"client":"c","saw":3,"fields":{"name":"\"x\"","dids":[]}}`))
	f.Add(nameMoveAppointment, []byte(`{"start":"2026-11-26T09:00:00+01:00"}`))
	f.Add("client.create.v9", []byte(`{}`))
	f.Fuzz(func(t *testing.T, name string, args []byte) {
		c, err := DecodeChange(name, args)
		if err != nil {
			return
		}
		if c.MutationName() != name {
			t.Fatalf("%q came back as %q", name, c.MutationName())
		}
		if _, err := json.Marshal(c); err != nil {
			t.Fatalf("%s was read but cannot be written: %v", args, err)
		}
	})
}

func TestRefusalsHaveCodes(t *testing.T) {
	tests := []struct {
		err  error
		code string
		says string
	}{
		{&OverlapError{With: make([]Appointment, 2)}, "agenda.overlap", "2"},
		{&DIDTakenError{DID: "+33561000000", By: "Dr Petit"}, "client.did-taken", "+33561000000 belongs to another"},
		{&LentError{Lease{Desk: "julie"}}, "agenda.lent", "julie"},
	}
	for _, tt := range tests {
		var coded interface{ Code() string }
		if !errors.As(tt.err, &coded) || coded.Code() != tt.code {
			t.Errorf("%T has no code %q", tt.err, tt.code)
		}
		if !strings.Contains(tt.err.Error(), tt.says) {
			t.Errorf("%q does not say %q", tt.err, tt.says)
		}
	}
}

// What follows draws values as a desk may write them.

func drawChange(t *rapid.T) Change {
	switch rapid.IntRange(0, 9).Draw(t, "change") {
	case 0:
		return CreateClient{drawClient(t)}
	case 1:
		return PatchClient{drawID(t), rapid.Int64().Draw(t, "saw"), drawFields(t), map[string]json.RawMessage{word(t): json.RawMessage("null")}}
	case 2:
		return TakeMessage{drawMessage(t), list(t, "recipients", drawRecipient)}
	case 3:
		return BookAppointment{drawAppointment(t), rapid.Bool().Draw(t, "anyway"), rapid.Bool().Draw(t, "promised"), drawID(t)}
	case 4:
		return MoveAppointment{drawID(t), drawTime(t), drawTime(t), rapid.Bool().Draw(t, "anyway"), rapid.Bool().Draw(t, "promised")}
	case 5:
		return CancelAppointment{drawID(t), word(t), rapid.Bool().Draw(t, "restore")}
	case 6:
		return SettleConflict{drawID(t), Choice(word(t))}
	case 7:
		return Erase{word(t), drawID(t), word(t)}
	case 8:
		return ReportDelivery{Delivery{ID: drawID(t), Message: drawID(t), State: Sent, SentAt: drawTime(t), MessageID: word(t)}}
	default:
		return SaveOperator{Operator{
			ID: drawID(t), Name: word(t), Email: word(t), Role: Role(word(t)),
			Clients: list(t, "clients", drawID), Left: rapid.Bool().Draw(t, "left"),
		}}
	}
}

func drawClient(t *rapid.T) Client {
	return Client{
		ID: drawID(t), Name: word(t), Trade: word(t), Color: word(t), Language: word(t),
		DIDs: list(t, "dids", word), Greetings: list(t, "greetings", drawGreeting),
		Instructions: word(t), FAQ: list(t, "faq", drawFAQ),
		CallTypes: list(t, "call types", drawCallType), Fields: list(t, "fields", drawField),
		Contacts: list(t, "contacts", drawContact), Hours: drawWeek(t),
		Recipients: list(t, "recipients", drawRecipient), Agenda: drawRules(t),
		Address: word(t), CallerID: CallerID{word(t), word(t), word(t), word(t)},
		Forwards: list(t, "forwards", drawForward), AutoAnswer: rapid.Bool().Draw(t, "auto answer"),
		Voice: drawVoice(t), Health: rapid.Bool().Draw(t, "health"),
		Archived: rapid.Bool().Draw(t, "archived"), Version: rapid.Int64().Draw(t, "version"),
	}
}

func drawForward(t *rapid.T) Forward {
	return Forward{
		When: ForwardWhen(word(t)), After: rapid.Int().Draw(t, "after"), To: word(t), Name: word(t),
		Hours: drawWeek(t), Off: rapid.Bool().Draw(t, "off"),
	}
}

func drawVoice(t *rapid.T) Voice {
	sound := func() phone.SoundID { return phone.SoundID(word(t)) }
	return Voice{
		Greetings: list(t, "spoken", func(t *rapid.T) SpokenGreeting { return SpokenGreeting{drawID(t), word(t), sound()} }),
		Name:      sound(), Music: sound(), Wait: Wait{sound(), rapid.Int().Draw(t, "after")},
		Machines:  list(t, "machines", drawMachine),
		Recording: Recording{rapid.Bool().Draw(t, "on"), word(t), sound(), rapid.Int().Draw(t, "days")},
	}
}

func drawMachine(t *rapid.T) Machine {
	return Machine{
		When: ForwardWhen(word(t)), After: rapid.Int().Draw(t, "after"), Greeting: phone.SoundID(word(t)), Hours: drawWeek(t),
		Closed: rapid.Bool().Draw(t, "closed"), Seconds: rapid.Int().Draw(t, "seconds"), Off: rapid.Bool().Draw(t, "off"),
	}
}

func drawRules(t *rapid.T) AgendaRules {
	return AgendaRules{
		Hours: drawWeek(t), Duration: rapid.Int().Draw(t, "duration"),
		Emergency: list(t, "emergency", drawRange), Zone: word(t),
		MinNotice: rapid.Int().Draw(t, "notice"),
	}
}

func drawMessage(t *rapid.T) Message {
	return Message{
		ID: drawID(t), Client: drawID(t), Call: word(t), Called: word(t), CallType: word(t),
		Urgent: rapid.Bool().Draw(t, "urgent"), Name: word(t), Number: word(t),
		Fields: drawEntries(t), Text: word(t), TakenBy: drawID(t), TakenAt: drawTime(t),
		Version: rapid.Int64().Draw(t, "version"),
		Sound:   phone.SoundID(word(t)), SoundLength: time.Duration(rapid.Int64().Draw(t, "length")),
	}
}

func drawAppointment(t *rapid.T) Appointment {
	return Appointment{
		ID: drawID(t), Client: drawID(t), Start: drawTime(t), End: drawTime(t), Name: word(t),
		Number: word(t), Note: word(t), Urgent: rapid.Bool().Draw(t, "urgent"),
		Contested: rapid.Bool().Draw(t, "contested"), Cancelled: rapid.Bool().Draw(t, "cancelled"),
		TakenBy: drawID(t), Version: rapid.Int64().Draw(t, "version"),
	}
}

func drawGreeting(t *rapid.T) Greeting {
	return Greeting{word(t), word(t), drawMinute(t), drawMinute(t), rapid.Bool().Draw(t, "closed")}
}

func drawFAQ(t *rapid.T) FAQ { return FAQ{word(t), word(t)} }

func drawCallType(t *rapid.T) CallType {
	return CallType{
		word(t), word(t), list(t, "questions", word),
		rapid.Bool().Draw(t, "urgent"), rapid.Bool().Draw(t, "unwanted"),
	}
}

func drawField(t *rapid.T) Field {
	return Field{word(t), word(t), rapid.Bool().Draw(t, "required")}
}

func drawContact(t *rapid.T) Contact {
	return Contact{word(t), word(t), word(t), word(t), word(t), word(t)}
}

func drawRecipient(t *rapid.T) Recipient {
	return Recipient{word(t), word(t), word(t), list(t, "call types", word)}
}

func drawWeek(t *rapid.T) Week {
	var w Week
	for i := range w {
		w[i] = list(t, "day", drawRange)
	}
	return w
}

func drawRange(t *rapid.T) Range { return Range{drawMinute(t), drawMinute(t)} }

func drawMinute(t *rapid.T) Minute { return Minute(rapid.IntRange(0, 24*60).Draw(t, "minute")) }

func drawID(t *rapid.T) ID { return ID(word(t)) }

func drawTime(t *rapid.T) time.Time {
	return time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "s"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns")).UTC()
}

func drawEntries(t *rapid.T) map[string]string {
	m := rapid.MapOfN(rapid.String(), rapid.String(), 0, 3).Draw(t, "entries")
	if len(m) == 0 {
		return nil
	}
	return m
}

func drawFields(t *rapid.T) map[string]json.RawMessage {
	values := []string{`"x"`, `[]`, `null`, `{"a":1}`, `12`}
	value := rapid.Map(rapid.SampledFrom(values), func(s string) json.RawMessage { return json.RawMessage(s) })
	return rapid.MapOfN(rapid.String(), value, 1, 3).Draw(t, "fields")
}

func word(t *rapid.T) string { return rapid.String().Draw(t, "word") }

// list draws up to three values; none is nil, as JSON leaves it.
func list[V any](t *rapid.T, label string, draw func(*rapid.T) V) []V {
	var l []V
	for range rapid.IntRange(0, 3).Draw(t, label) {
		l = append(l, draw(t))
	}
	return l
}
