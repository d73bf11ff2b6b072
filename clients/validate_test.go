package clients

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func goodClient() Client {
	return Client{
		ID: "c", Name: "Maître Durand", Color: "#7a2C39", DIDs: []string{"+33561234567", "3949"},
		Greetings: []Greeting{{Text: "bonsoir", From: 18 * 60, To: 8 * 60}, {Text: "bonjour"}},
		CallTypes: []CallType{{Key: "client"}, {Key: "urgent"}},
		Fields:    []Field{{Key: "dossier", Label: "N° de dossier"}},
		Contacts:  []Contact{{Name: "Me Caron", Key: "1", Email: "caron@example.fr"}, {Name: "Accueil"}},
		Hours:     Week{time.Monday: {{From: 0, To: 24 * 60}}},
		Recipients: []Recipient{
			{Channel: "mail", Address: "cabinet@example.fr", CallTypes: []string{"urgent"}},
			{Channel: "sms", Address: "+33612345678"},
		},
		Agenda: AgendaRules{
			Hours: Week{time.Monday: {{From: 540, To: 720}}}, Duration: 20,
			Emergency: []Range{{From: 660, To: 700}}, Zone: "America/Martinique",
		},
		CallerID: CallerID{Number: "+33561234567", AgreedOn: "2026-11-02", By: "Me Durand"},
		Forwards: []Forward{
			{When: ForwardNoAnswer, After: 20, To: "sip:sophie@pbx.example", Hours: Week{time.Monday: {{From: 720, To: 840}}}},
			{When: ForwardBusy, To: "06 12 34 56 78"},
		},
		Voice: goodVoice(),
	}
}

func TestValidateFindsNothingWrong(t *testing.T) {
	if got := goodClient().Validate(); got != nil {
		t.Errorf("Validate() = %v; want nothing", got)
	}
	if got := (Client{Name: "Roc"}).Validate(); got != nil {
		t.Errorf("a name is enough to begin with, yet Validate() = %v", got)
	}
}

func TestValidateFinds(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(*Client)
		want  Problem
	}{
		{"no name", func(c *Client) { c.Name = " \t" }, Problem{"client.name-missing", "name", nil}},
		{"a colour by name", func(c *Client) { c.Color = "rouge" }, Problem{"client.color-bad", "color", []string{"rouge"}}},
		{"a colour with a wrong digit", func(c *Client) { c.Color = "#7a2c3g" }, Problem{"client.color-bad", "color", []string{"#7a2c3g"}}},
		{"a DID as people write it", func(c *Client) { c.DIDs[1] = "05 61 23 45 67" }, Problem{"client.did-bad", "dids[1]", []string{"05 61 23 45 67"}}},
		{"a DID without its plus", func(c *Client) { c.DIDs[0] = "33561234567" }, Problem{"client.did-bad", "dids[0]", []string{"33561234567"}}},
		{"a French DID with its trunk zero", func(c *Client) { c.DIDs[0] = "+330561234567" }, Problem{"client.did-bad", "dids[0]", []string{"+330561234567"}}},
		{"a foreign DID too short", func(c *Client) { c.DIDs[0] = "+32123" }, Problem{"client.did-bad", "dids[0]", []string{"+32123"}}},
		{"a DID too long", func(c *Client) { c.DIDs[0] = "+3356123456789012" }, Problem{"client.did-bad", "dids[0]", []string{"+3356123456789012"}}},
		{"an empty DID", func(c *Client) { c.DIDs[0] = "" }, Problem{"client.did-bad", "dids[0]", []string{""}}},
		{"a DID twice", func(c *Client) { c.DIDs[1] = c.DIDs[0] }, Problem{"client.did-twice", "dids[1]", []string{"+33561234567"}}},
		{"a greeting that says nothing", func(c *Client) { c.Greetings[1].Text = "" }, Problem{"client.greeting-empty", "greetings[1].text", nil}},
		{"a greeting at 25:00", func(c *Client) { c.Greetings[0].To = 1500 }, Problem{"client.hours-bad", "greetings[0]", []string{"18:00", "25:00"}}},
		{"a call type without key", func(c *Client) { c.CallTypes[0].Key = "" }, Problem{"client.key-missing", "call_types[0].key", nil}},
		{"a call type twice", func(c *Client) { c.CallTypes[0].Key = "urgent" }, Problem{"client.key-twice", "call_types[1].key", []string{"urgent"}}},
		{"a field twice", func(c *Client) { c.Fields = append(c.Fields, c.Fields[0]) }, Problem{"client.key-twice", "fields[1].key", []string{"dossier"}}},
		{"a contact's key of two digits", func(c *Client) { c.Contacts[0].Key = "12" }, Problem{"client.digit-bad", "contacts[0].key", []string{"12"}}},
		{"a contact's key twice", func(c *Client) { c.Contacts[1].Key = "1" }, Problem{"client.key-twice", "contacts[1].key", []string{"1"}}},
		{"a contact's address", func(c *Client) { c.Contacts[0].Email = "caron@" }, Problem{"client.mail-bad", "contacts[0].email", []string{"caron@"}}},
		{"hours backwards", func(c *Client) { c.Hours[1][0] = Range{720, 540} }, Problem{"client.hours-bad", "hours[1][0]", []string{"12:00", "09:00"}}},
		{"hours of no length", func(c *Client) { c.Hours[1][0] = Range{540, 540} }, Problem{"client.hours-bad", "hours[1][0]", []string{"09:00", "09:00"}}},
		{"a recipient's address", func(c *Client) { c.Recipients[0].Address = "cabinet" }, Problem{"client.mail-bad", "recipients[0].address", []string{"cabinet"}}},
		{"a recipient's channel", func(c *Client) { c.Recipients[0].Channel = "" }, Problem{"client.channel-missing", "recipients[0].channel", nil}},
		{"a recipient of an unknown call type", func(c *Client) { c.Recipients[0].CallTypes[0] = "x" }, Problem{"client.call-type-unknown", "recipients[0].call_types[0]", []string{"x"}}},
		{"agenda hours", func(c *Client) { c.Agenda.Hours[1][0].To = 1441 }, Problem{"client.hours-bad", "agenda.hours[1][0]", []string{"09:00", "24:01"}}},
		{"an emergency range", func(c *Client) { c.Agenda.Emergency[0].To = 0 }, Problem{"client.hours-bad", "agenda.emergency[0]", []string{"11:00", "00:00"}}},
		{"a negative duration", func(c *Client) { c.Agenda.Duration = -20 }, Problem{"client.duration-bad", "agenda.duration", []string{"-20"}}},
		{"a duration longer than a day", func(c *Client) { c.Agenda.Duration = 1441 }, Problem{"client.duration-bad", "agenda.duration", []string{"1441"}}},
		{"a negative notice", func(c *Client) { c.Agenda.MinNotice = -1 }, Problem{"client.notice-bad", "agenda.min_notice", []string{"-1"}}},
		{"a zone nobody knows", func(c *Client) { c.Agenda.Zone = "Europe/Toulouse" }, Problem{"client.zone-unknown", "agenda.zone", []string{"Europe/Toulouse"}}},
		{"a caller's number as people write it", func(c *Client) { c.CallerID.Number = "05 61 23 45 67" }, Problem{"client.caller-id-bad", "caller_id.number", []string{"05 61 23 45 67"}}},
		{"a short code as caller's number", func(c *Client) { c.CallerID.Number = "3949" }, Problem{"client.caller-id-bad", "caller_id.number", []string{"3949"}}},
		{"a French date", func(c *Client) { c.CallerID.AgreedOn = "02/11/2026" }, Problem{"client.agreed-on-bad", "caller_id.agreed_on", []string{"02/11/2026"}}},
		{"a day that never was", func(c *Client) { c.CallerID.AgreedOn = "2026-02-30" }, Problem{"client.agreed-on-bad", "caller_id.agreed_on", []string{"2026-02-30"}}},
		{"a forward at no time", func(c *Client) { c.Forwards[1].When = "" }, Problem{"client.forward-when-bad", "forwards[1].when", []string{""}}},
		{"a forward at once by waiting", func(c *Client) { c.Forwards[0].After = 4 }, Problem{"client.forward-after-bad", "forwards[0].after", []string{"4"}}},
		{"a forward after an eternity", func(c *Client) { c.Forwards[0].After = 181 }, Problem{"client.forward-after-bad", "forwards[0].after", []string{"181"}}},
		{"a forward to nowhere", func(c *Client) { c.Forwards[1].To = "" }, Problem{"client.forward-to-missing", "forwards[1].to", nil}},
		{"a forward to an emergency number", func(c *Client) { c.Forwards[1].To = "1 12" }, Problem{"client.forward-emergency", "forwards[1].to", []string{"1 12"}}},
		{"a forward to it by URI", func(c *Client) { c.Forwards[0].To = "SIP:15@pbx" }, Problem{"client.forward-emergency", "forwards[0].to", []string{"SIP:15@pbx"}}},
		{"a forward's hours", func(c *Client) { c.Forwards[0].Hours[1][0].To = 0 }, Problem{"client.hours-bad", "forwards[0].hours[1][0]", []string{"12:00", "00:00"}}},
		{"a spoken greeting of nothing", func(c *Client) { c.Voice.Greetings[0].Text = " " }, Problem{"client.greeting-empty", "voice.greetings[0].text", nil}},
		{"a spoken greeting without sound", func(c *Client) { c.Voice.Greetings[0].Sound = "" }, Problem{"client.sound-missing", "voice.greetings[0].sound", nil}},
		{"a wait announcement at once", func(c *Client) { c.Voice.Wait.After = 4 }, Problem{"client.wait-after-bad", "voice.wait.after", []string{"4"}}},
		{"a wait announcement after an eternity", func(c *Client) { c.Voice.Wait.After = 181 }, Problem{"client.wait-after-bad", "voice.wait.after", []string{"181"}}},
		{"a machine at no time", func(c *Client) { c.Voice.Machines[1].When = "sometimes" }, Problem{"client.machine-when-bad", "voice.machines[1].when", []string{"sometimes"}}},
		{"a machine at once by waiting", func(c *Client) { c.Voice.Machines[0].After = 0 }, Problem{"client.machine-after-bad", "voice.machines[0].after", []string{"0"}}},
		{"a machine that says nothing", func(c *Client) { c.Voice.Machines[0].Greeting = "" }, Problem{"client.sound-missing", "voice.machines[0].greeting", nil}},
		{"a machine's hours", func(c *Client) { c.Voice.Machines[0].Hours[1][0].To = 0 }, Problem{"client.hours-bad", "voice.machines[0].hours[1][0]", []string{"12:00", "00:00"}}},
		{"a machine for nine seconds", func(c *Client) { c.Voice.Machines[0].Seconds = 9 }, Problem{"client.machine-seconds-bad", "voice.machines[0].seconds", []string{"9"}}},
		{"a machine for the evening", func(c *Client) { c.Voice.Machines[0].Seconds = 601 }, Problem{"client.machine-seconds-bad", "voice.machines[0].seconds", []string{"601"}}},
		{"recording a doctor", func(c *Client) { c.Health = true }, Problem{"client.recording-health", "voice.recording.on", nil}},
		{"recording for no reason", func(c *Client) { c.Voice.Recording.Reason = " " }, Problem{"client.recording-reason-missing", "voice.recording.reason", nil}},
		{"recording in secret", func(c *Client) { c.Voice.Recording.Announcement = "" }, Problem{"client.recording-notice-missing", "voice.recording.announcement", nil}},
		{"recording for ever", func(c *Client) { c.Voice.Recording.Days = 0 }, Problem{"client.recording-days-bad", "voice.recording.days", []string{"0"}}},
		{"recording for half a year and a day", func(c *Client) { c.Voice.Recording.Days = 181 }, Problem{"client.recording-days-bad", "voice.recording.days", []string{"181"}}},
		{"no recording, for days that are none", func(c *Client) { c.Voice.Recording = Recording{Days: -1} }, Problem{"client.recording-days-bad", "voice.recording.days", []string{"-1"}}},
		{"the zone of whichever desk", func(c *Client) { c.Agenda.Zone = "Local" }, Problem{"client.zone-unknown", "agenda.zone", []string{"Local"}}},
	}
	for _, tt := range tests {
		c := goodClient()
		tt.spoil(&c)
		if got := c.Validate(); !reflect.DeepEqual(got, []Problem{tt.want}) {
			t.Errorf("%s: %q; want %q", tt.name, got, tt.want)
		}
	}
}

func TestValidateListsEveryProblem(t *testing.T) {
	c := Client{DIDs: []string{"x", "x"}, Color: "x"}
	var codes []string
	for _, p := range c.Validate() {
		codes = append(codes, p.Code)
	}
	want := []string{"client.name-missing", "client.color-bad", "client.did-bad", "client.did-bad"}
	if !reflect.DeepEqual(codes, want) {
		t.Errorf("codes %q; want %q", codes, want)
	}
}

func TestValidateTakesAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, p := range drawClient(t).Validate() {
			if p.Code == "" || p.Path == "" || !strings.HasPrefix(p.Error(), "clients: "+p.Path) {
				t.Fatalf("a problem without code or path: %+v", p)
			}
		}
	})
}

func TestValidEmail(t *testing.T) {
	good := []string{"a@b.fr", "jean-paul.d+suivi@cabinet-durand.fr", "root@localhost"}
	for _, s := range good {
		if !ValidEmail(s) {
			t.Errorf("%q is an address", s)
		}
	}
	bad := []string{
		"", "a", "a@", "@b.fr", "a b@c.fr", "a@b@c.fr", "Durand <a@b.fr>", "<a@b.fr>", "a@b.fr ",
		"a@b.fr\r\nBcc: x@y.fr", "a@b.fr, c@d.fr", "é@b.fr", "a@café.fr", `"a b"@c.fr`,
		strings.Repeat("a", 250) + "@b.fr",
	}
	for _, s := range bad {
		if ValidEmail(s) {
			t.Errorf("%q is not one plain address", s)
		}
	}
}
