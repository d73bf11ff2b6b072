package mail

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"permanence/clients"
	"permanence/clients/dispatch"
)

// urgentJob is a message as a lawyer's client leaves it.
func urgentJob() dispatch.Job {
	return dispatch.Job{
		Delivery: clients.Delivery{
			ID: "0192", MessageID: "0192@permanence",
			Recipient: clients.Recipient{Name: "Cabinet Durand", Channel: "mail", Address: "cabinet@durand.example"},
		},
		Message: clients.Message{
			CallType: "urgent", Urgent: true, Name: "Mme Lefèvre", Number: "+33639981234", Called: "+33536491234",
			Fields:  map[string]string{"dossier": "2026/112", "lieu": "Commissariat central", "audience": ""},
			Text:    "Son fils est en garde à vue depuis ce matin.\nElle demande que Maître Durand s’y rende.",
			TakenAt: time.Date(2026, 11, 26, 13, 32, 0, 0, time.UTC),
		},
		Client: clients.Client{
			Name: "Cabinet Durand", Color: "#7a2c39",
			CallTypes: []clients.CallType{{Key: "urgent", Label: "Garde à vue"}},
			Fields: []clients.Field{
				{Key: "lieu", Label: "Lieu"}, {Key: "dossier", Label: "N° de dossier"}, {Key: "audience", Label: "Audience"},
			},
		},
		Operator: clients.Operator{Name: "Sophie Marchand", Email: "sophie@bureau.example"},
	}
}

const urgentText = `URGENT

Mme Lefèvre
06 39 98 12 34
Garde à vue

Lieu : Commissariat central
N° de dossier : 2026/112

Son fils est en garde à vue depuis ce matin.
Elle demande que Maître Durand s’y rende.

—
Pour Cabinet Durand, appelé au 05 36 49 12 34
Reçu le jeudi 26 novembre 2026 à 14 h 32
Pris par Sophie Marchand
`

func TestText(t *testing.T) {
	if got := newLetter(urgentJob()).text(); got != urgentText {
		t.Errorf("got\n%s\nwant\n%s", got, urgentText)
	}
	bare := dispatch.Job{Message: clients.Message{Text: "a raccroché"}}
	if got, want := newLetter(bare).text(), "Appelant sans nom\n\na raccroché\n\n—\n"; got != want {
		t.Errorf("got %q; want %q", got, want)
	}
	unknown := dispatch.Job{Message: clients.Message{
		Called: "+33536490000", CallType: "autre", Fields: map[string]string{"b": "2", "a": "1", "c": " "},
	}}
	want := "Appelant sans nom\nautre\n\na : 1\nb : 2\n\n—\nAppelé au 05 36 49 00 00\n"
	if got := newLetter(unknown).text(); got != want {
		t.Errorf("got %q; want %q", got, want)
	}
}

func TestTheTimeIsTheClients(t *testing.T) {
	job := urgentJob()
	job.Client.Agenda.Zone = "America/Martinique"
	if got, want := newLetter(job).Taken, "jeudi 26 novembre 2026 à 9 h 32"; got != want {
		t.Errorf("taken %q; want %q", got, want)
	}
}

func TestMoment(t *testing.T) {
	tests := map[string]time.Time{
		"vendredi 1er janvier 2027 à 0 h 05":  time.Date(2027, 1, 1, 0, 5, 0, 0, time.UTC),
		"dimanche 2 août 2026 à 23 h 59":      time.Date(2026, 8, 2, 23, 59, 0, 0, time.UTC),
		"mercredi 31 décembre 2025 à 12 h 00": time.Date(2025, 12, 31, 12, 0, 0, 0, time.UTC),
	}
	for want, at := range tests {
		if got := moment(at); got != want {
			t.Errorf("moment(%s) = %q; want %q", at, got, want)
		}
	}
}

func TestSubject(t *testing.T) {
	tests := []struct {
		letter letter
		want   string
	}{
		{
			letter{Urgent: true, Caller: "Mme Lefèvre", Number: "06 39 98 12 34", Client: "Cabinet Durand"},
			"[Urgent] Message de Mme Lefèvre (06 39 98 12 34) — Cabinet Durand",
		},
		{letter{Caller: "Alain Roux", Client: "Dr Petit"}, "Message d’Alain Roux — Dr Petit"},
		{letter{Number: "06 39 98 12 34", Client: "Dr Petit"}, "Message du 06 39 98 12 34 — Dr Petit"},
		{letter{Client: "Dr Petit"}, "Message d’un appelant sans numéro — Dr Petit"},
		{letter{Caller: "M. Blanc"}, "Message de M. Blanc"},
	}
	for _, tt := range tests {
		if got := tt.letter.subject(); got != tt.want {
			t.Errorf("%q; want %q", got, tt.want)
		}
	}
}

func TestOf(t *testing.T) {
	for name, want := range map[string]string{
		"Mme Lefèvre": "de Mme Lefèvre", "Émilie": "d’Émilie", "Œdipe": "d’Œdipe", "Hélène": "d’Hélène",
		"Yves": "d’Yves", "Yann": "de Yann", "Y": "de Y", "山田": "de 山田",
	} {
		if got := of(name); got != want {
			t.Errorf("of(%q) = %q; want %q", name, got, want)
		}
	}
}

func TestOneLine(t *testing.T) {
	for in, want := range map[string]string{
		"":                      "",
		" a\r\nBcc: x\t b\x00 ": "a Bcc: x b",
		"a\u2028b\u202ec\u200f": "a b c",
		"\xff":                  "\ufffd",
		"Mme\u00a0Lefèvre":      "Mme Lefèvre",
	} {
		if got := oneLine(in); got != want {
			t.Errorf("oneLine(%q) = %q; want %q", in, got, want)
		}
	}
	if got := []rune(oneLine(strings.Repeat("é", 2*longestLine))); len(got) != longestLine || got[longestLine-1] != '…' {
		t.Errorf("%d characters, ending in %q", len(got), got[len(got)-1])
	}
}

func TestMessageID(t *testing.T) {
	tests := []struct {
		d    clients.Delivery
		want string
	}{
		{clients.Delivery{ID: "a", MessageID: "0192-ab@desk.example"}, "0192-ab@desk.example"},
		{clients.Delivery{ID: "a", MessageID: "<0192@desk>"}, "0192@desk"},
		{clients.Delivery{ID: "a"}, "61@permanence.invalid"},
		{clients.Delivery{ID: "a", MessageID: "x@y>\r\nBcc: z@z.fr"}, "61@permanence.invalid"},
		{clients.Delivery{ID: "a", MessageID: "nowhere"}, "61@permanence.invalid"},
	}
	for _, tt := range tests {
		if got := messageID(tt.d); got != tt.want {
			t.Errorf("messageID(%+q) = %q; want %q", tt.d.MessageID, got, tt.want)
		}
	}
}
