package sipua

import (
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// torture is one message of RFC 4475 and what this telephone makes of it. The
// bytes are those of the archive in the RFC's appendix.
type torture struct {
	section, file string
	want          int               // the status answered; 0: no answer. 180: it rings, and nothing else does
	headers       map[string]string // that the answer has
	caller        phone.Identity    // of those that ring
	taken         bool              // of responses: given to the request they answer
	why           string            // where the RFC leaves a choice, or we deviate
}

const allowedNothing = "a telephone is no registrar: 405 whatever else is in it"

// tortures are all 49.
var tortures = []torture{
	// Valid messages.
	{section: "3.1.1.1", file: "wsinv", want: 481, why: "To has a tag, and there is no such dialog (RFC 3261 §12.2.2)"},
	{section: "3.1.1.2", file: "intmeth", want: 405, headers: map[string]string{
		"cseq": "139122385 !interesting-Method0123456789_*+`.%indeed'~",
	}},
	{section: "3.1.1.3", file: "esc01", want: 180, caller: phone.Identity{URI: "sip:I%20have%20spaces@example.net"}},
	{section: "3.1.1.4", file: "escnull", want: 405, why: allowedNothing},
	{section: "3.1.1.5", file: "esc02", want: 405, why: "RE%47IST%45R is not REGISTER"},
	{section: "3.1.1.6", file: "lwsdisp", want: 200},
	{section: "3.1.1.7", file: "longreq", want: 180, caller: phone.Identity{
		URI: "sip:" + strings.Repeat("amazinglylongcallername", 4)[:maxName-4],
	}},
	{section: "3.1.1.8", file: "dblreq", want: 405, why: "the INVITE behind it in the datagram must not ring"},
	{section: "3.1.1.9", file: "semiuri", want: 200},
	{section: "3.1.1.10", file: "transports", want: 200},
	{section: "3.1.1.11", file: "mpart01", want: 405, why: "MESSAGE is not for a telephone"},
	{section: "3.1.1.12", file: "unreason", taken: true},
	{section: "3.1.1.13", file: "noreason", taken: true},
	// Invalid messages.
	{section: "3.1.2.1", file: "badinv01", want: 400},
	{section: "3.1.2.2", file: "clerr", want: 400},
	{section: "3.1.2.3", file: "ncl", want: 400},
	{section: "3.1.2.4", file: "scalar02", want: 400},
	{section: "3.1.2.5", file: "scalarlg"},
	{section: "3.1.2.6", file: "quotbal", want: 400},
	{section: "3.1.2.7", file: "ltgtruri", want: 400},
	{section: "3.1.2.8", file: "lwsruri", want: 400},
	{section: "3.1.2.9", file: "lwsstart", want: 400, why: "the RFC lets us be lenient instead"},
	{section: "3.1.2.10", file: "trws", want: 400, why: "the RFC lets us be lenient instead"},
	{section: "3.1.2.11", file: "escruri", want: 180, caller: phone.Identity{URI: "sip:caller@example.net"}, why: "the escaped Route is ignored, as the RFC allows"},
	{section: "3.1.2.12", file: "baddate", want: 180, caller: phone.Identity{URI: "sip:caller@example.net"}, why: "we do not read Date"},
	{section: "3.1.2.13", file: "regbadct", want: 405, why: allowedNothing},
	{section: "3.1.2.14", file: "badaspec", want: 400},
	{section: "3.1.2.15", file: "baddn", want: 400, why: "its headers have no end in the archive either"},
	{section: "3.1.2.16", file: "badvers", want: 505},
	{section: "3.1.2.17", file: "mismatch01", want: 400},
	{section: "3.1.2.18", file: "mismatch02", want: 400, why: "400 or 501"},
	{section: "3.1.2.19", file: "bigcode"},
	// Transaction layer.
	{section: "3.2.1", file: "badbranch", want: 200, why: "matched as RFC 2543 had it"},
	// Application layer.
	{section: "3.3.1", file: "insuf", want: 400},
	{section: "3.3.2", file: "unkscm", want: 416},
	{section: "3.3.3", file: "novelsc", want: 416},
	{section: "3.3.4", file: "unksm2", want: 405, why: allowedNothing},
	{section: "3.3.5", file: "bext01", want: 420, headers: map[string]string{
		"unsupported": "nothingsupportsthis, nothingsupportsthiseither",
	}},
	{section: "3.3.6", file: "invut", want: 415, headers: map[string]string{"accept": accepted}},
	{section: "3.3.7", file: "regaut01", want: 405, why: allowedNothing},
	{section: "3.3.8", file: "multi01", want: 400},
	{section: "3.3.9", file: "mcl01", want: 400},
	{section: "3.3.10", file: "bcast"},
	{section: "3.3.11", file: "zeromf", want: 200, why: "only who would forward it must refuse it"},
	{section: "3.3.12", file: "cparam01", want: 405, why: allowedNothing},
	{section: "3.3.13", file: "cparam02", want: 405, why: allowedNothing},
	{section: "3.3.14", file: "regescrt", want: 405, why: allowedNothing},
	{
		section: "3.3.15", file: "sdp01", want: 180, caller: phone.Identity{URI: "sip:caller@example.net"},
		why: "406 would be right; but who offers SDP reads SDP, whatever he accepts, and a caller must not be lost",
	},
	// Backward compatibility.
	{section: "3.4.1", file: "inv2543", want: 180, caller: phone.Identity{
		Number: "+13035551111", URI: "sip:+13035551111@ift.client.example.net",
	}},
}

// tape is a flow that keeps what is written to it.
type tape struct {
	unowned
	said chan sip.Message
}

func newTape() *tape { return &tape{said: make(chan sip.Message, 64)} }

func (*tape) remote() netip.AddrPort { return netip.MustParseAddrPort("127.0.0.1:9") }
func (*tape) self() netip.AddrPort   { return netip.MustParseAddrPort("127.0.0.1:5060") }
func (*tape) transport() string      { return "UDP" }
func (*tape) LocalAddr() net.Addr    { return &net.UDPAddr{} }

func (t *tape) WriteMsg(m sip.Message) error {
	t.said <- m
	return nil
}

// next is the next response on the tape.
func (t *tape) next(tb testing.TB) *sip.Response {
	tb.Helper()
	select {
	case m := <-t.said:
		return m.(*sip.Response)
	case <-time.After(patience):
		tb.Fatal("no response")
		return nil
	}
}

func TestTortureMessages(t *testing.T) {
	files, err := filepath.Glob("testdata/rfc4475/*.dat")
	if err != nil || len(files) != 49 || len(tortures) != 49 {
		t.Fatalf("%d messages and %d outcomes, want 49: %v", len(files), len(tortures), err)
	}
	for _, c := range tortures {
		raw, err := os.ReadFile("testdata/rfc4475/" + c.file + ".dat")
		if err != nil {
			t.Error(err)
			continue
		}
		t.Run(c.section+" "+c.file, func(t *testing.T) {
			if strings.HasPrefix(string(raw), "SIP/") {
				c.response(t, raw)
			} else {
				c.request(t, raw)
			}
		})
	}
}

func (c *torture) request(t *testing.T, raw []byte) {
	d, out := newDesk(t), newTape()
	ep := lineOf(d, "direct").ep.Load()
	ep.message(raw, out)
	res := out.next(t)
	if res.StatusCode != c.want {
		t.Fatalf("answered %d, want %d (%s)", res.StatusCode, c.want, c.why)
	}
	for name, value := range c.headers {
		if h := res.GetHeader(name); h == nil || !strings.EqualFold(h.Value(), value) {
			t.Errorf("%s is %v, want %q", name, h, value)
		}
	}
	if _, err := sip.ParseMessage([]byte(res.String())); err != nil && c.want < 300 {
		t.Errorf("our answer cannot be read: %v", err)
	}
	d.Agent.mu.Lock()
	calls := len(d.calls)
	d.Agent.mu.Unlock()
	if (calls == 1) != (c.want == 180) {
		t.Fatalf("%d calls are there", calls)
	}
	if calls == 1 {
		c.rings(t, d, out)
	}
}

// rings looks at the call that is announced, and answers it: whatever was wrong
// with the INVITE, a call must be possible.
func (c *torture) rings(t *testing.T, d *desk, out *tape) {
	call := expect[phone.CallArrived](d.recorder, nil)
	if call.Invite.Caller != c.caller {
		t.Errorf("called by %+v, want %+v", call.Invite.Caller, c.caller)
	}
	if err := d.Answer(call.Call, phone.Reception{}); err != nil {
		t.Fatal(err)
	}
	if res := out.next(t); res.StatusCode != 200 || len(res.Body()) == 0 {
		t.Errorf("answered %v", res)
	}
	callOf(d, call.Call).post(func() { callOf(d, call.Call).unacked = nil }) // as if its ACK had come
}

// response has a request under way that the message would answer.
func (c *torture) response(t *testing.T, raw []byte) {
	d, out := newDesk(t), newTape()
	ep := lineOf(d, "direct").ep.Load()
	req := sip.NewRequest(sip.INVITE, sip.Uri{Scheme: "sip", User: "user", Host: "example.com"})
	via, seq := "", sip.INVITE
	for _, h := range headersIn(string(raw)) {
		if h.name == "via" && via == "" {
			_, via, _ = strings.Cut(h.value, "branch=")
			via, _, _ = strings.Cut(via, ";")
		}
	}
	header := &sip.ViaHeader{ProtocolName: "SIP", ProtocolVersion: "2.0", Transport: "UDP", Host: "example.com"}
	header.Params.Add("branch", via)
	from, id := &sip.FromHeader{}, sip.CallIDHeader("torture")
	for _, h := range []sip.Header{header, from, &sip.ToHeader{}, &id, &sip.CSeqHeader{SeqNo: 35, MethodName: seq}} {
		req.AppendHeader(h)
	}
	got := make(chan *sip.Response, 4)
	tx, err := ep.begin(req, out, func(res *sip.Response) { got <- res }, func(error) {})
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Terminate()
	ep.message(raw, out)
	req.From().Params.Add("tag", "a")
	ep.message([]byte(sip.NewResponseFromRequest(req, 199, "Behind It", nil).String()), out)
	select {
	case res := <-got:
		if taken := res.StatusCode != 199; taken != c.taken {
			t.Errorf("taken: %t, want %t", taken, c.taken)
		}
	case <-time.After(patience):
		t.Error("nothing was taken")
	}
}
