package sipua

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"permanence/phone"
)

// nasty are texts that a header may hold.
var nasty = map[string]string{
	"escape":          "\x1b]0;owned\x07\x1b[2J",
	"C1 escape":       "\u009b2J",
	"lines":           "a\r\nFAKE line=1\n\u2028\u2029\u0085b",
	"bidi":            "\u202e\u2066\u200fnuf\u2069",
	"zero width":      "a\u200b\u200d\ufeff\u2060b",
	"NUL":             "a\x00b",
	"not UTF-8":       "\xff\xfe\x9b\x1b[m",
	"tags":            "a\U000e0041\U000e007f",
	"private use":     "\ue000",
	"long":            strings.Repeat("é", 70000),
	"long, invisible": strings.Repeat("\u200b", 70000) + "x",
	"a number":        "+33\x1b612345678",
}

// clean tells whether a text may be shown.
func clean(s string) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= maxDetail &&
		!strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

// events are one of each kind.
var events = []phone.Event{
	phone.LineChanged{},
	phone.CallArrived{},
	phone.CallRinging{},
	phone.CallAnswered{},
	phone.MediaChanged{},
	phone.HoldChanged{},
	phone.DTMFReceived{},
	phone.TransferProgressed{},
	phone.CallReferred{},
	phone.CallReplaced{},
	phone.ConferenceChanged{},
	phone.LampChanged{},
	phone.MailboxChanged{},
	phone.StrangersTurnedAway{},
	phone.CallEnded{},
	phone.CommandFailed{},
	phone.QualityChanged{},
	phone.AnnouncementEnded{},
	phone.AttendanceChanged{},
	phone.RecordingChanged{},
	phone.RecordingEnded{},
}

// chosenHere are the fields that the desk or its configuration fills, not the network.
var chosenHere = map[string]bool{
	"Call": true, "New": true, "Line": true, "Calls": true, "Command": true, "Codec": true, "Flow": true,
	"Security": true, "State": true, "Step": true, "Cause": true, "Source": true, "Raw": true,
	"Quality": true, "Sound": true, "LampChanged.Target": true,
}

// fill puts a text into every text that the network may have written.
func fill(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), text)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if !chosenHere[name] && !chosenHere[v.Type().Name()+"."+name] && v.Field(i).CanSet() {
				fill(v.Field(i), text)
			}
		}
	}
}

// dirt lists what may not be shown in a value.
func dirt(v reflect.Value, path string) (all []string) {
	switch v.Kind() {
	case reflect.String:
		if !clean(v.String()) {
			all = append(all, path)
		}
	case reflect.Slice:
		for i := range v.Len() {
			all = append(all, dirt(v.Index(i), fmt.Sprint(path, "[", i, "]"))...)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				all = append(all, dirt(v.Field(i), path+"."+f.Name)...)
			}
		}
	}
	return all
}

func TestEventsAreWashed(t *testing.T) {
	t.Parallel()
	for _, e := range events {
		for name, text := range nasty {
			v := reflect.New(reflect.TypeOf(e)).Elem()
			fill(v, text)
			if got := dirt(reflect.ValueOf(washed(v.Interface().(phone.Event))), ""); len(got) > 0 {
				t.Errorf("%T lets %s through in %v", e, name, got)
			}
		}
	}
}

// TestEveryEventIsWashed keeps the list of events above whole.
func TestEveryEventIsWashed(t *testing.T) {
	known := map[string]bool{}
	for _, e := range events {
		known[reflect.TypeOf(e).Name()] = true
	}
	for _, source := range []string{"../event.go", "../quality.go", "../sound.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), source, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == "phoneEvent" {
				if name := f.Recv.List[0].Type.(*ast.Ident).Name; !known[name] {
					t.Errorf("%s is not tested", name)
				}
			}
		}
	}
}

func TestLogIsWashed(t *testing.T) {
	for name, text := range nasty {
		var b bytes.Buffer
		log := slog.New(washingLog{slog.NewJSONHandler(&b, nil)})
		log.With("before", text).WithGroup("g").Info(text, "text", text, "error", errors.New(text),
			slog.Group("more", "any", []string{text}), "number", 1)
		line := strings.TrimSuffix(b.String(), "\n")
		if strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }) || len(line) > 12*maxName {
			t.Errorf("%s: %q", name, line)
		}
	}
}

func TestFaultsKeepTheirStack(t *testing.T) {
	var b bytes.Buffer
	log := slog.New(washingLog{slog.NewTextHandler(&b, nil)})
	guard(log, "test", func() { panic("\x1b[2J") })
	if s := b.String(); !strings.Contains(s, "wash_test.go") || strings.Contains(s, "\x1b") {
		t.Error(s)
	}
}

// TestNastyHeadersReachNobody fires each text through the headers of a call, and
// looks at what the desk is told.
func TestNastyHeadersReachNobody(t *testing.T) {
	for name, text := range nasty {
		t.Run(name, func(t *testing.T) {
			text = strings.NewReplacer("\r", "", "\n", "", `"`, "", `\`, "").Replace(text)
			text = text[:min(len(text), 5000)]
			var log bytes.Buffer
			d := newDesk(t, func(c *Config) {
				c.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			})
			p := newPeer(t, d.at)
			id := p.invite(d, fmt.Sprintf("P-Asserted-Identity: \"%s\" <sip:0612345678@x>\n"+
				"Diversion: \"%s\" <sip:%s@x>;reason=%s\nSubject: %s\nAlert-Info: <%s>\n", text, text, text, text, text, text),
				voiceAt(10000, ""))
			p.request("CANCEL", "Reason: SIP;cause=487;text=\""+text+"\"\n", "", "")
			p.request("BYE", "Reason: SIP;cause=487;text=\""+text+"\"\n", "", "")
			wantEnd(d, id, phone.CallerGaveUp)
			closeAgent(t, d.Agent)
			for _, e := range d.all() {
				for _, path := range dirt(reflect.ValueOf(e), fmt.Sprintf("%T", e)) {
					if !strings.HasSuffix(path, ".Raw") {
						t.Errorf("%s of %+v", path, e)
					}
				}
			}
			if s := log.String(); strings.ContainsFunc(s, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }) {
				t.Errorf("logged %q", s)
			}
		})
	}
}
