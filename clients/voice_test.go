package clients

import (
	"reflect"
	"testing"
	"time"

	"permanence/phone"
)

func goodVoice() Voice {
	return Voice{
		Greetings: []SpokenGreeting{{Operator: "claire", Text: "bonjour", Sound: "g1"}, {Operator: "julie", Text: "bonjour", Sound: "g2"}},
		Name:      "name", Music: "music", Wait: Wait{Sound: "wait", After: 30},
		Machines: []Machine{
			{When: ForwardNoAnswer, After: 20, Greeting: "lunch", Hours: Week{time.Monday: {{From: 720, To: 840}}}, Seconds: 90},
			{When: ForwardNoAnswer, After: 40, Greeting: "general"},
			{When: ForwardAlways, Greeting: "closed", Closed: true},
		},
		Recording: Recording{On: true, Reason: "formation", Announcement: "notice", Days: 30},
	}
}

func TestSpokenBelongsToItsText(t *testing.T) {
	v := goodVoice()
	tests := []struct {
		operator ID
		text     string
		want     phone.SoundID
	}{
		{"claire", "bonjour", "g1"},
		{"julie", "bonjour", "g2"},
		{"nadia", "bonjour", ""},
		{"claire", "Bonjour", ""}, // the text was changed since
		{"claire", "", ""},
	}
	for _, tt := range tests {
		got, ok := v.Spoken(tt.operator, Greeting{Text: tt.text, Language: "fr", From: 480, To: 720})
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("%s says %q by %q, %v; want %q", tt.operator, tt.text, got, ok, tt.want)
		}
	}
}

func TestMachine(t *testing.T) {
	monday := func(hour int) time.Time { return time.Date(2026, 11, 23, hour, 0, 0, 0, time.UTC) }
	open := Week{time.Monday: {{From: 9 * 60, To: 18 * 60}}}
	tests := []struct {
		name  string
		when  ForwardWhen
		at    time.Time
		hours Week
		off   int // which rule is switched off, -1 for none
		want  phone.SoundID
	}{
		{"at lunch", ForwardNoAnswer, monday(13), open, -1, "lunch"},
		{"not at lunch", ForwardNoAnswer, monday(15), open, -1, "general"},
		{"at lunch, switched off", ForwardNoAnswer, monday(13), open, 0, "general"},
		{"always, but open", ForwardAlways, monday(10), open, -1, ""},
		{"always, and closed", ForwardAlways, monday(20), open, -1, "closed"},
		{"closed, switched off", ForwardAlways, monday(20), open, 2, ""},
		{"a client without hours is always open", ForwardAlways, monday(20), Week{}, -1, ""},
		{"nothing for a busy line", ForwardBusy, monday(13), open, -1, ""},
	}
	for _, tt := range tests {
		c := Client{Hours: tt.hours, Voice: goodVoice()}
		if tt.off >= 0 {
			c.Voice.Machines[tt.off].Off = true
		}
		got, ok := c.Machine(tt.when, tt.at)
		if got.Greeting != tt.want || ok != (tt.want != "") {
			t.Errorf("%s: %q, %v; want %q", tt.name, got.Greeting, ok, tt.want)
		}
	}
}

func TestLongest(t *testing.T) {
	for seconds, want := range map[int]time.Duration{0: 2 * time.Minute, -1: 2 * time.Minute, 45: 45 * time.Second} {
		if got := (Machine{Seconds: seconds}).Longest(); got != want {
			t.Errorf("%d seconds: %v; want %v", seconds, got, want)
		}
	}
}

func TestRecordsOnlyByTheLaw(t *testing.T) {
	tests := map[string]struct {
		spoil func(*Client)
		want  bool
	}{
		"as it should be":     {func(*Client) {}, true},
		"for the longest":     {func(c *Client) { c.Voice.Recording.Days = MaxRecordingDays }, true},
		"switched off":        {func(c *Client) { c.Voice.Recording.On = false }, false},
		"a doctor":            {func(c *Client) { c.Health = true }, false},
		"without reason":      {func(c *Client) { c.Voice.Recording.Reason = "" }, false},
		"for a blank reason":  {func(c *Client) { c.Voice.Recording.Reason = " " }, false},
		"without being told":  {func(c *Client) { c.Voice.Recording.Announcement = "" }, false},
		"for ever":            {func(c *Client) { c.Voice.Recording.Days = 0 }, false},
		"for half a year + 1": {func(c *Client) { c.Voice.Recording.Days = MaxRecordingDays + 1 }, false},
	}
	for name, tt := range tests {
		c := Client{Name: "Roc", Voice: goodVoice()}
		tt.spoil(&c)
		if got := c.Records(); got != tt.want {
			t.Errorf("%s: Records() = %v", name, got)
		}
	}
	if c := (Client{}); c.Records() {
		t.Error("recording is on by default")
	}
}

func TestSoundsOfACard(t *testing.T) {
	v := goodVoice()
	v.Wait.Sound = ""
	want := []phone.SoundID{"name", "music", "notice", "g1", "g2", "lunch", "general", "closed"}
	if got := v.Sounds(); !reflect.DeepEqual(got, want) {
		t.Errorf("the card refers to %q; want %q", got, want)
	}
	julie := Sound{ID: "g2", Kind: SoundGreeting, Operator: "julie", Title: "bonjour"}
	if got := v.Named()[4]; got != julie {
		t.Errorf("the greeting is %+v; want %+v", got, julie)
	}
	if got := new(Voice).Sounds(); len(got) != 0 {
		t.Errorf("an empty card refers to %q", got)
	}
}
