package editor

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/sheet"
	"permanence/ui/theme"
	"permanence/ui/words"
)

func TestParseRanges(t *testing.T) {
	tests := []struct {
		typed string
		want  []clients.Range
		bad   string
	}{
		{"", nil, ""},
		{" , ", nil, ""},
		{"9-12", []clients.Range{{From: 540, To: 720}}, ""},
		{"9h-12h30, 14h-18h", []clients.Range{{From: 540, To: 750}, {From: 840, To: 1080}}, ""},
		{"09:00–12:30 et 14:00—18:00", []clients.Range{{From: 540, To: 750}, {From: 840, To: 1080}}, ""},
		{"0-24", []clients.Range{{From: 0, To: 1440}}, ""},
		{"9H - 12H; 14-15", []clients.Range{{From: 540, To: 720}, {From: 840, To: 900}}, ""},
		{"matin", nil, "matin"},
		{"9-12, 18-14", nil, "18-14"},
		{"9-", nil, "9-"},
		{"9-9", nil, "9-9"},
		{"9-25", nil, "9-25"},
		{"9-12-14", nil, "9-12-14"},
	}
	for _, tt := range tests {
		got, bad := sheet.ParseRanges(tt.typed)
		if !reflect.DeepEqual(got, tt.want) || bad != tt.bad {
			t.Errorf("ParseRanges(%q) = %v, %q; want %v, %q", tt.typed, got, bad, tt.want, tt.bad)
		}
	}
}

func FuzzParseRanges(f *testing.F) {
	f.Add("9h-12h30, 14h-18h")
	f.Add("9-12 et")
	f.Fuzz(func(t *testing.T, s string) {
		list, bad := sheet.ParseRanges(s)
		if bad != "" {
			return
		}
		again, bad := sheet.ParseRanges(sheet.FormatRanges(list))
		if bad != "" || !reflect.DeepEqual(again, list) {
			t.Errorf("%q gives %v, which comes back as %v (%q)", s, list, again, bad)
		}
		for _, r := range list {
			if r.From < 0 || r.From >= r.To || r.To > 24*60 {
				t.Errorf("%q gives the range %v", s, r)
			}
		}
	})
}

func FuzzParseNumbers(f *testing.F) {
	f.Add("05 61 23 45 67\n3949\nx")
	f.Add("+44 20 7946 0000")
	f.Fuzz(func(t *testing.T, s string) {
		dids := parseNumbers(s)
		if again := parseNumbers(formatNumbers(dids)); !reflect.DeepEqual(again, dids) {
			t.Errorf("%q gives %q, which comes back as %q", s, dids, again)
		}
	})
}

func FuzzSlug(f *testing.F) {
	f.Add("Dégât des eaux")
	f.Add("№ 12 ")
	f.Fuzz(func(t *testing.T, s string) {
		got := slug(s)
		if strings.Trim(got, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || strings.HasPrefix(got, "-") || strings.HasSuffix(got, "-") {
			t.Errorf("slug(%q) = %q", s, got)
		}
	})
}

func TestKeysAreGivenOnceAndNeverTwice(t *testing.T) {
	c := clients.Client{CallTypes: []clients.CallType{
		{Key: "urgent", Label: "Autre"}, {Label: "Urgent"}, {Label: "Urgent"}, {Label: "Dégât des eaux !"}, {Label: "…"},
	}}
	giveKeys(&c)
	var keys []string
	for _, ct := range c.CallTypes {
		keys = append(keys, ct.Key)
	}
	if want := []string{"urgent", "urgent-2", "urgent-3", "degat-des-eaux", ""}; !reflect.DeepEqual(keys, want) {
		t.Errorf("keys %q; want %q", keys, want)
	}
}

// Each field that the core can report a change of is told in words.
func TestEveryFieldIsDescribed(t *testing.T) {
	for _, language := range []string{words.French, words.English} {
		w := words.New(language)
		full := durand()
		full.Language, full.Archived = "fr", true
		for field, value := range clients.Diff(clients.Client{}, full) {
			lines := Describe(w, field, string(value))
			if len(lines) == 0 || strings.ContainsAny(strings.Join(lines, ""), "{}[]") {
				t.Errorf("%s: %s is told as %q", language, field, lines)
			}
			if !w.Has("editor.name-of." + field) {
				t.Errorf("%s: %s has no name", language, field)
			}
		}
	}
}

func TestEveryFieldHasAPage(t *testing.T) {
	known := map[string]bool{}
	for _, fields := range pageFields {
		for _, f := range fields {
			known[f] = true
		}
	}
	full := durand()
	full.Language, full.Archived = "fr", true
	for field := range clients.Diff(clients.Client{}, full) {
		if !known[field] {
			t.Errorf("%s is edited on no page", field)
		}
	}
}

func TestDescribe(t *testing.T) {
	w := words.New(words.French)
	tests := []struct {
		field, value string
		want         []string
	}{
		{"name", `"Dr Petit"`, []string{"Dr Petit"}},
		{"trade", ``, nil},
		{"trade", `null`, nil},
		{"dids", `["+33561234567","3949"]`, []string{"05 61 23 45 67", "39 49"}},
		{"archived", `true`, []string{"oui"}},
		{"pronoun", `"elle"`, []string{`"elle"`}},
		{"dids", `{"broken`, []string{`{"broken`}},
		{"greetings", `[{"text":"Bonsoir","from":"18:00","to":"08:00","closed":true}]`, []string{"«\u00a0Bonsoir\u00a0» · 18:00-08:00 · seulement hors des heures d’ouverture"}},
		{"agenda", `{"duration":20,"hours":[null,[{"from":"09:00","to":"12:00"}],null,null,null,null,null]}`, []string{"20 minutes par rendez-vous", "lundi 09:00-12:00"}},
	}
	for _, tt := range tests {
		if got := Describe(w, tt.field, tt.value); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("Describe(%s, %s) = %q; want %q", tt.field, tt.value, got, tt.want)
		}
	}
}

func FuzzDescribe(f *testing.F) {
	f.Add("hours", `[null]`)
	f.Add("agenda", `{"emergency":[{"from":"9","to":"x"}]}`)
	w := words.New(words.French)
	f.Fuzz(func(t *testing.T, field, value string) {
		if value != "" && value != "null" && fieldLines[field] == nil {
			if got := Describe(w, field, value); !reflect.DeepEqual(got, []string{value}) {
				t.Errorf("an unknown field is told as %q", got)
			}
			return
		}
		Describe(w, field, value)
	})
}

func TestCopySharesNothing(t *testing.T) {
	c := durand()
	fresh := copyOf(c)
	if !reflect.DeepEqual(fresh, c) {
		t.Fatalf("the copy differs: %+v", fresh)
	}
	fresh.DIDs[0], fresh.CallTypes[0].Questions[0], fresh.Hours[time.Monday][0].From = "x", "x", 0
	if !reflect.DeepEqual(c, durand()) {
		t.Error("writing in the copy wrote in the card")
	}
}

func TestRestoreOfAFieldThatWasEmpty(t *testing.T) {
	b := open(t, "light", "durand", durand())
	b.state.Edit = &desk.ClientHistory{Client: "durand", Changes: []desk.ClientChange{
		{Client: "durand", At: noon, By: "Sophie", Field: "trade", After: `"avocat · Toulouse"`},
	}}
	b.panel.Show(b.state)
	b.turn(10)
	b.Press("Rétablir cette version")
	want := durand()
	want.Trade = ""
	if got := b.saved().Client; !reflect.DeepEqual(got, want) {
		t.Errorf("sent %+v", got)
	}
}

func TestSwatchesAreReadable(t *testing.T) {
	seen := map[string]bool{}
	for _, hex := range swatches {
		c := clients.Client{Name: "x", Color: hex}
		if problems := c.Validate(); len(problems) > 0 || seen[hex] {
			t.Errorf("%s: %v", hex, problems)
		}
		seen[hex] = true
		if got := whiteOn(t, hex); got < 4.5 {
			t.Errorf("white on %s has contrast %.2f; 4.5 is readable", hex, got)
		}
	}
	if len(swatches) != 12 {
		t.Errorf("%d swatches; want 12", len(swatches))
	}
}

// whiteOn is the contrast of white on a colour (WCAG 2.1).
func whiteOn(t *testing.T, hex string) float64 {
	t.Helper()
	c, ok := theme.ParseColor(hex)
	if !ok {
		t.Fatalf("%s is no colour", hex)
	}
	linear := func(v uint8) float64 {
		if s := float64(v) / 255; s > 0.04045 {
			return math.Pow((s+0.055)/1.055, 2.4)
		}
		return float64(v) / 255 / 12.92
	}
	return 1.05 / (0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B) + 0.05)
}

func TestProblemsAreAllInWords(t *testing.T) {
	bad := clients.Client{
		Color: "x", DIDs: []string{"x", "3949", "3949"}, Greetings: []clients.Greeting{{}},
		CallTypes: []clients.CallType{{}, {Key: "a"}, {Key: "a"}}, Contacts: []clients.Contact{{Email: "x", Key: "12"}},
		Hours:      clients.Week{{{From: 9, To: 8}}},
		Recipients: []clients.Recipient{{}, {Channel: "mail", CallTypes: []string{"x"}}},
		Agenda:     clients.AgendaRules{Duration: -1, MinNotice: -1, Zone: "x"},
		CallerID:   clients.CallerID{Number: "x", AgreedOn: "x"},
		Forwards:   []clients.Forward{{}, {When: clients.ForwardNoAnswer, To: "15"}},
		Health:     true,
		Voice: clients.Voice{
			Greetings: []clients.SpokenGreeting{{}}, Wait: clients.Wait{After: 1},
			Machines:  []clients.Machine{{Seconds: 1}, {When: clients.ForwardNoAnswer}},
			Recording: clients.Recording{On: true},
		},
	}
	for _, language := range []string{words.French, words.English} {
		w := words.New(language)
		for _, p := range bad.Validate() {
			if !w.Has("editor.problem." + p.Code) {
				t.Errorf("%s: %s is not in words", language, p.Code)
			}
		}
	}
}
