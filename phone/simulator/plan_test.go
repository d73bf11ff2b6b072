package simulator

import (
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// invite writes the request line and the headers that tell who calls whom.
func invite(t *testing.T, p Plan) string {
	t.Helper()
	to, err := p.recipient()
	if err != nil {
		t.Fatal(err)
	}
	lines := []string{"INVITE " + to.String()}
	for _, h := range p.headers("192.0.2.1", to) {
		lines = append(lines, h.String())
	}
	return strings.Join(lines, "\n")
}

func TestWhereTheCalledNumberStands(t *testing.T) {
	for _, c := range []struct {
		name  string
		shown []phone.CalledSource
		want  string // a line of the INVITE
	}{
		{"request URI by default", nil, "INVITE sip:+33561000001@192.0.2.9:5070"},
		{"request URI", []phone.CalledSource{phone.FromRequestURI}, "INVITE sip:+33561000001@192.0.2.9:5070"},
		{"To", []phone.CalledSource{phone.FromTo}, "To: <sip:+33561000001@192.0.2.1>"},
		{"P-Called-Party-ID", []phone.CalledSource{phone.FromCalledPartyID}, "P-Called-Party-ID: <sip:+33561000001@192.0.2.1>"},
		{"Diversion", []phone.CalledSource{phone.FromDiversion}, "Diversion: <sip:+33561000001@192.0.2.1>;reason=unconditional;counter=1"},
		{"History-Info", []phone.CalledSource{phone.FromHistoryInfo}, "History-Info: <sip:+33561000001@192.0.2.1>;index=1, <sip:line@192.0.2.9:5070>;index=1.1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := invite(t, Plan{Target: "line@192.0.2.9:5070", Called: "+33561000001", Shown: c.shown, CallerNumber: "+33612345678"})
			if !hasLine(got, c.want) {
				t.Errorf("no line %q in\n%s", c.want, got)
			}
			if n := strings.Count(got, "+33561000001"); n != 1 {
				t.Errorf("the called number stands %d times in\n%s", n, got)
			}
		})
	}
}

func TestSeveralHeadersAgree(t *testing.T) {
	got := invite(t, Plan{
		Target: "192.0.2.9:5070", Called: "+33561000001",
		Shown: []phone.CalledSource{phone.FromRequestURI, phone.FromDiversion},
	})
	for _, want := range []string{
		"INVITE sip:+33561000001@192.0.2.9:5070",
		"Diversion: <sip:+33561000001@192.0.2.1>;reason=unconditional;counter=1",
	} {
		if !hasLine(got, want) {
			t.Errorf("no line %q in\n%s", want, got)
		}
	}
}

func TestWhoCalls(t *testing.T) {
	shown := invite(t, Plan{Target: "192.0.2.9:5070", CallerName: "Mme Lefèvre", CallerNumber: "+33612345678"})
	if !hasLine(shown, `From: "Mme Lefèvre" <sip:+33612345678@192.0.2.1>`) {
		t.Errorf("the caller is not in\n%s", shown)
	}
	hidden := invite(t, Plan{Target: "192.0.2.9:5070", CallerName: "Mme Lefèvre", CallerNumber: "+33612345678", Withheld: true})
	if strings.Contains(hidden, "Lef") || strings.Contains(hidden, "612345678") {
		t.Errorf("a caller who hides is told in\n%s", hidden)
	}
	if !hasLine(hidden, "Privacy: id") || !hasLine(hidden, `From: "Anonymous" <sip:anonymous@anonymous.invalid>`) {
		t.Errorf("hiding is not asked for in\n%s", hidden)
	}
}

func hasLine(text, line string) bool {
	for _, l := range strings.Split(text, "\n") {
		if l == line {
			return true
		}
	}
	return false
}

func TestIncoming(t *testing.T) {
	for user, want := range map[string]Incoming{
		"0561000001": {Called: "+33561000001", User: "0561000001", From: "+33612345678"},
		"desk":       {User: "desk", From: "+33612345678"},
	} {
		req := sip.NewRequest(sip.INVITE, sip.Uri{Scheme: "sip", User: user, Host: "192.0.2.9"})
		req.AppendHeader(&sip.FromHeader{Address: sip.Uri{Scheme: "sip", User: "+33612345678", Host: "192.0.2.1"}})
		if got := incoming(req); got != want {
			t.Errorf("%s: %+v", user, got)
		}
	}
	bare := sip.NewRequest(sip.INVITE, sip.Uri{Scheme: "sip", Host: "192.0.2.9"})
	if got := incoming(bare); got != (Incoming{}) {
		t.Errorf("without From: %+v", got)
	}
}
