package sipua

import (
	"fmt"
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// inviteWith is an INVITE with header lines, as they come off the wire.
func inviteWith(t testing.TB, lines string) *sip.Request {
	t.Helper()
	msg, err := sip.ParseMessage([]byte(crlf("INVITE sip:desk@h SIP/2.0\nVia: SIP/2.0/UDP h;branch=z9hG4bKx\nFrom: <sip:a@h>;tag=1\nTo: <sip:b@h>\nCall-ID: c\nCSeq: 1 INVITE\n" + lines + "\n")))
	if err != nil {
		t.Fatal(err)
	}
	return msg.(*sip.Request)
}

func TestDiversions(t *testing.T) {
	for name, c := range map[string]struct {
		lines string
		want  string // source number name uri reason, last diverter first
	}{
		"none": {"", ""},
		"two, the topmost last": {
			"Diversion: <sip:0561123456@trunk;user=phone>;reason=No-Answer;counter=1\nDiversion: \"Cabinet <le>, x\" <tel:+33561999999>;reason=\"unconditional\"\n",
			"diversion +33561123456 '' sip:0561123456@trunk no-answer, diversion +33561999999 'Cabinet <le>, x' tel:+33561999999 unconditional",
		},
		"in one header, without brackets": {
			"Diversion: sip:bob@pbx;reason=user-busy, <sip:eve@pbx>\n",
			"diversion  '' sip:bob@pbx user-busy, diversion  '' sip:eve@pbx ",
		},
		"history with causes": { // 3GPP TS 24.604
			"History-Info: <sip:+33561000001@t?Privacy=none>;index=1, <sip:+33561000002@t;cause=302>;index=1.1;mp=1, <sip:+33561000003@t;cause=486>;index=1.1.1;mp=1.1\n",
			"history-info +33561000002 '' sip:+33561000002@t user-busy, history-info +33561000001 '' sip:+33561000001@t unconditional",
		},
		"history with reasons": {
			"History-Info: \"A, B\" <sip:0561000001@t?Reason=SIP%3Bcause%3D408%3Btext%3D%22x%22>;index=1\nHistory-Info: <sip:desk@t>;index=1.1\n",
			"history-info +33561000001 'A, B' sip:0561000001@t no-answer",
		},
		"history of a plain call": {"History-Info: <sip:0561000001@t>;index=1, <sip:desk@t>;index=1.1\n", ""},
		"both name the same": {
			"Diversion: <sip:0561000001@t>;reason=away\nHistory-Info: <sip:+33561000001@t?Reason=SIP%3Bcause%3D302>;index=1\n",
			"diversion +33561000001 '' sip:0561000001@t away",
		},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, d := range diversionsOf(inviteWith(t, c.lines)) {
				got = append(got, fmt.Sprintf("%s %s '%s' %s %s", d.Source, d.From.Number, d.From.Name, d.From.URI, d.Reason))
			}
			if s := strings.Join(got, ", "); s != c.want {
				t.Errorf("read %s\nwant %s", s, c.want)
			}
		})
	}
}

func TestDiversionsAreBounded(t *testing.T) {
	var lines strings.Builder
	for i := range 100 {
		fmt.Fprintf(&lines, "Diversion: <sip:%d@h>;reason=%s\n", i, strings.Repeat("x", 200))
	}
	all := diversionsOf(inviteWith(t, lines.String()))
	if len(all) != maxDiversions || len(all[0].Reason) > maxName {
		t.Errorf("%d diversions, the first %+v", len(all), all[0])
	}
}

func TestAutoAnswer(t *testing.T) {
	for lines, want := range map[string]bool{
		"":                                    false,
		"Call-Info: <sip:h>;answer-after=0\n": true,
		"Call-Info: <http://h/a>;purpose=icon, <sip:h>;Answer-After = \"0\"\n": true,
		"Call-Info: <sip:h>;answer-after=5\n":                                  false,
		"Call-Info: <sip:h;answer-after=0>\n":                                  false,
		"Alert-Info: <http://www.notused.com>;info=alert-autoanswer;delay=0\n": true,
		"Alert-Info: Auto Answer\n":                                            true,
		"Alert-Info: <http://127.0.0.1>;info=RING-ANSWER\n":                    true,
		"Alert-Info: <http://h/bell.wav>\n":                                    false,
		"Answer-Mode: Auto\n":                                                  true,
		"Answer-Mode: auto;require\n":                                          true,
		"Answer-Mode: Manual\n":                                                false,
	} {
		if got := autoAnswerAsked(inviteWith(t, lines)); got != want {
			t.Errorf("%q: %t", lines, got)
		}
	}
}

// TestAutoAnswerIsTheLinesToAllow: nobody opens the microphone of a desk that does
// not want it.
func TestAutoAnswerIsTheLinesToAllow(t *testing.T) {
	for _, allows := range []bool{false, true} {
		d := newDesk(t)
		setLines(t, d.Agent, phone.Line{ID: "direct", Direct: true, Bind: "127.0.0.1:0", User: "desk", AutoAnswer: allows})
		p := newPeer(t, d.at)
		p.request("INVITE", "Answer-Mode: Auto\nDiversion: <sip:0561123456@trunk>\n", "", "")
		p.response("INVITE", 180)
		e := expect[phone.CallArrived](d.recorder, nil)
		if e.Invite.AutoAnswer != allows || len(e.Invite.Diversions) != 1 {
			t.Errorf("allowed %t, told %+v", allows, e.Invite)
		}
		if err := d.Reject(e.Call); err != nil {
			t.Fatal(err)
		}
		p.response("INVITE", 486)
	}
}

// FuzzDiversions reads who forwarded a call from anything.
func FuzzDiversions(f *testing.F) {
	f.Add(`"a, \"<b" <sip:0561123456@x;user=phone>;reason=no-answer, tel:+33612345678;reason="x`, false)
	f.Add(`<sip:a@h;cause=302?Reason=SIP%3Bcause%3D486>;index=1.1;mp=1, <sip:b@h`, true)
	f.Fuzz(func(t *testing.T, s string, history bool) {
		req := sip.NewRequest(sip.INVITE, sip.Uri{})
		name := "Diversion"
		if history {
			name = "History-Info"
		}
		for _, n := range []string{name, "Call-Info", "Alert-Info", "Answer-Mode"} {
			req.AppendHeader(header(n, s))
		}
		_ = autoAnswerAsked(req)
		all := diversionsOf(req)
		if len(all) > maxDiversions {
			t.Errorf("%d diversions", len(all))
		}
		for _, d := range all {
			for _, shown := range []string{d.Reason, d.From.Name, d.From.URI} {
				if strings.ContainsAny(shown, "\r\n\t\x00\x1b\u202e") || len([]rune(shown)) > maxName {
					t.Errorf("%q would be shown", shown)
				}
			}
		}
	})
}
