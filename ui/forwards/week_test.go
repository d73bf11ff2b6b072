package forwards

import (
	"reflect"
	"testing"
	"time"

	"permanence/clients"
	"permanence/ui/words"
)

func TestWeekInOneLine(t *testing.T) {
	fr, en := words.New(words.French), words.New(words.English)
	office := []clients.Range{{From: 540, To: 720}, {From: 840, To: 1080}}
	workdays := clients.Week{}
	for d := time.Monday; d <= time.Friday; d++ {
		workdays[d] = office
	}
	mixed := workdays
	mixed[time.Saturday] = []clients.Range{{From: 540, To: 720}}
	night := clients.Week{time.Friday: {{From: 1080, To: 1440}}, time.Saturday: {{To: 540}}}
	for _, tt := range []struct {
		book    *words.Book
		typed   string
		want    clients.Week
		written string
	}{
		{fr, "", clients.Week{}, ""},
		{fr, "lun-ven 9h-12h, 14h-18h", workdays, "lun-ven 09:00-12:00, 14:00-18:00"},
		{fr, "Lundi-Vendredi 9-12,14-18 ; sam. 9h-12h", mixed, "lun-ven 09:00-12:00, 14:00-18:00; sam 09:00-12:00"},
		{fr, "lun mar mer jeu ven 9-12, 14-18", workdays, "lun-ven 09:00-12:00, 14:00-18:00"},
		{en, "Mon-Fri 9-12, 14-18", workdays, "mon-fri 09:00-12:00, 14:00-18:00"},
		{fr, "ven 18h-9h", night, "ven 18:00-24:00; sam 00:00-09:00"},
	} {
		got, bad := ParseWeek(tt.book, tt.typed)
		if bad != "" || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("ParseWeek(%q) = %v, %q; want %v", tt.typed, got, bad, tt.want)
		}
		if s := FormatWeek(tt.book, got); s != tt.written {
			t.Errorf("%q is written %q, want %q", tt.typed, s, tt.written)
		}
	}
	every, bad := ParseWeek(fr, "12h-14h")
	if s := FormatWeek(fr, every); bad != "" || s != "12:00-14:00" || len(every[time.Sunday]) != 1 {
		t.Errorf("every day is %v, %q, written %q", every, bad, s)
	}
}

func TestWeekThatCannotBeRead(t *testing.T) {
	for typed, want := range map[string]string{
		"midi": "midi", "lun": "lun", "xyz 9-12": "xyz 9-12", "lun-xyz 9-12": "lun-xyz 9-12", "l 9-12": "l 9-12",
		"lun 9-12; mar 25h-26h": "mar 25h-26h", "lun 9": "lun 9", "lun-ven 9-12,": "lun-ven 9-12,",
	} {
		if week, bad := ParseWeek(words.New(words.French), typed); bad != want || !week.Empty() {
			t.Errorf("ParseWeek(%q) = %v, %q; want %q", typed, week, bad, want)
		}
	}
}

// FuzzParseWeek reads whatever is typed: what it gives is a valid week that is
// read again as it is written.
func FuzzParseWeek(f *testing.F) {
	for _, s := range []string{"lun-ven 9h-12h, 14h-18h; sam 9-12", "18h-9h", "dim-lun 0-24", ";;,", "ma 9:5–10"} {
		f.Add(s)
	}
	book := words.New(words.French)
	f.Fuzz(func(t *testing.T, s string) {
		week, bad := ParseWeek(book, s)
		if bad != "" {
			return
		}
		rule := clients.Forward{When: clients.ForwardAlways, To: "+33612345678", Hours: week}
		if p := clients.ForwardProblems("", []clients.Forward{rule}); len(p) > 0 {
			t.Fatalf("%q gives a week with %v", s, p)
		}
		written := FormatWeek(book, week)
		if again, bad := ParseWeek(book, written); bad != "" || !reflect.DeepEqual(again, week) {
			t.Errorf("%q is written %q, which reads %v, %q", s, written, again, bad)
		}
	})
}
