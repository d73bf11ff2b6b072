package clients

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestForwardApplies(t *testing.T) {
	lunch := Week{time.Wednesday: {{From: 12 * 60, To: 14 * 60}}}
	tests := []struct {
		name string
		f    Forward
		now  time.Time
		want bool
	}{
		{"any time", Forward{When: ForwardBusy}, on(9, 0), true},
		{"another situation", Forward{When: ForwardAlways}, on(9, 0), false},
		{"switched off", Forward{When: ForwardBusy, Off: true}, on(9, 0), false},
		{"before its hours", Forward{When: ForwardBusy, Hours: lunch}, on(11, 59), false},
		{"as they begin", Forward{When: ForwardBusy, Hours: lunch}, on(12, 0), true},
		{"as they end", Forward{When: ForwardBusy, Hours: lunch}, on(14, 0), false},
		{"the day after", Forward{When: ForwardBusy, Hours: lunch}, on(12, 0).AddDate(0, 0, 1), false},
		{"on the clock it was given", Forward{When: ForwardBusy, Hours: lunch}, on(12, 30).UTC(), false},
		{"off within its hours", Forward{When: ForwardBusy, Hours: lunch, Off: true}, on(12, 0), false},
	}
	for _, tt := range tests {
		if got := tt.f.Applies(tt.now, ForwardBusy); got != tt.want {
			t.Errorf("%s: Applies() = %v; want %v", tt.name, got, tt.want)
		}
	}
}

func TestChooseTakesTheFirstThatApplies(t *testing.T) {
	rules := []Forward{
		{When: ForwardAlways, To: "off", Off: true},
		{When: ForwardNoAnswer, To: "noon", Hours: Week{time.Wednesday: {{From: 720, To: 840}}}},
		{When: ForwardNoAnswer, To: "else"},
		{When: ForwardNoAnswer, To: "never"},
	}
	tests := []struct {
		when ForwardWhen
		now  time.Time
		want string
	}{
		{ForwardAlways, on(12, 0), ""},
		{ForwardBusy, on(12, 0), ""},
		{ForwardNoAnswer, on(12, 0), "noon"},
		{ForwardNoAnswer, on(15, 0), "else"},
	}
	for _, tt := range tests {
		got, ok := Choose(rules, tt.when, tt.now)
		if got.To != tt.want || ok != (tt.want != "") {
			t.Errorf("%s at %s: %q, %v; want %q", tt.when, tt.now.Format("15:04"), got.To, ok, tt.want)
		}
	}
	if got, ok := Choose(nil, ForwardAlways, on(9, 0)); ok || !reflect.DeepEqual(got, Forward{}) {
		t.Errorf("without rules Choose() = %v, %v", got, ok)
	}
}

func TestCallerIDOnFile(t *testing.T) {
	tests := []struct {
		name string
		id   CallerID
		want bool
	}{
		{"number and date", CallerID{Number: "+33561234567", AgreedOn: "2026-11-02"}, true},
		{"agreed today", CallerID{Number: "+33561234567", AgreedOn: "2026-11-25"}, true},
		{"a foreign number", CallerID{Number: "+3225551234", AgreedOn: "2026-11-02"}, true},
		{"from tomorrow on", CallerID{Number: "+33561234567", AgreedOn: "2026-11-26"}, false},
		{"nothing", CallerID{}, false},
		{"no date", CallerID{Number: "+33561234567", By: "Me Durand"}, false},
		{"no number", CallerID{AgreedOn: "2026-11-02", By: "Me Durand"}, false},
		{"a date in words", CallerID{Number: "+33561234567", AgreedOn: "hier"}, false},
		{"a short code", CallerID{Number: "3949", AgreedOn: "2026-11-02"}, false},
		{"a number as people write it", CallerID{Number: "05 61 23 45 67", AgreedOn: "2026-11-02"}, false},
	}
	for _, tt := range tests {
		if got := tt.id.OnFile(on(0, 0)); got != tt.want {
			t.Errorf("%s: OnFile() = %v; want %v", tt.name, got, tt.want)
		}
	}
}

var targets = map[string]bool{
	"06 12 34 56 78": true, "+33612345678": true, "3949": true, "118218": true, "205": true, "4012": true,
	"sip:sophie@pbx.example": true, "sips:sophie@pbx.example:5061": true, "SIP:12@10.0.0.1;transport=tcp": true,
	"sip:pbx.example": true, "sip:anne@[2001:db8::1]:5060": true,

	"": false, " ": false, "1": false, "Sophie": false, "2050000": false, "sip:": false, "sip:@pbx": false,
	"sip:a@": false, "sip:a@;transport=tcp": false, "sip:a@b?Replaces=x": false, "sip:a@b\r\nX: y": false,
	"sip:a b@c": false, "sip:<a@b>": false, "sip:a@b@c": false, "sip:é@b": false, "http://a": false,
	"0612345678;\r\nX: y": false, "0612345678@evil": false,
	"sip:" + strings.Repeat("a", 300) + "@b": false,
}

func TestValidTarget(t *testing.T) {
	for s, want := range targets {
		if got := ValidTarget(s); got != want {
			t.Errorf("ValidTarget(%q) = %v; want %v", s, got, want)
		}
	}
}

func TestForwardProblemsBearTheirPath(t *testing.T) {
	got := ForwardProblems("desk.forwards", []Forward{{When: ForwardAlways, To: "205"}, {When: ForwardAlways, To: "112"}})
	want := []Problem{{"client.forward-emergency", "desk.forwards[1].to", []string{"112"}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("ForwardProblems() = %q; want %q", got, want)
	}
}

func FuzzValidTarget(f *testing.F) {
	for s := range targets {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if ValidTarget(s) && strings.ContainsAny(s, "\r\n\x00?<>") {
			t.Errorf("%q would break out of its header", s)
		}
	})
}
