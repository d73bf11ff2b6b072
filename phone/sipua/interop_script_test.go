package sipua

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// script is a conversation as SIPp has it: one message a line, ">" sent and "<"
// awaited. SIPp's own scenarios say each header of each message; here only what
// matters is said, and the rest follows RFC 3261.
//
//	> INVITE voice             a request of SIPp's, with a body of bodies
//	    Require: timer         with this header; one of the usual ones is replaced
//	    | v=0                  or with this body, line by line
//	< 180 optional
//	< 200                      what we must send now
//	    Session-Expires: 90    and a header in it, by an expression that must match
//	    ! Unsupported: .       or must not
//	    RSeq: [0-9]+ as rseq   what matched is [$rseq] later on
//	    body m=audio           the same, of its body
//	> ACK
//	< INFO
//	> 200                      answers the last request, or the one named: "> 200 INVITE"
//	> again                    the same message once more
//	pause 300                  milliseconds
type script string

// bodies are what a script may send by name.
var bodies = map[string]string{
	"voice":    offerOf("m=audio [media_port] RTP/AVP 8", "a=rtpmap:8 PCMA/8000"),
	"held":     offerOf("m=audio [media_port] RTP/AVP 8", "a=sendonly"),
	"inactive": offerOf("m=audio [media_port] RTP/AVP 8", "a=inactive"),
	"listens":  offerOf("m=audio [media_port] RTP/AVP 8", "a=recvonly"),
}

// offerOf is a description whose media lines are given.
func offerOf(media ...string) string {
	return "v=0\no=sipp 1 1 IN IP4 [local_ip]\ns=-\nc=IN IP4 [media_ip]\nt=0 0\n" + strings.Join(media, "\n") + "\n"
}

// compiler writes SIPp's XML.
type compiler struct {
	out      strings.Builder
	opened   string // the request of ours that opened the dialog; SIPp's own is ""
	answered bool   // by SIPp, so that the dialog stands
	seq      int
	invite   int    // the number of SIPp's last INVITE
	asked    string // the last request that came
	status   string // the last status that came
	last     string // the last message sent, as XML
	vars     []string
}

// entry is one message of a script and the lines under it.
type entry struct {
	sign, what string
	args       []string
	more, body []string
}

// write compiles a script into a file for SIPp.
func (s script) write(t testing.TB) string {
	t.Helper()
	c := compiler{}
	for _, e := range s.entries(t) {
		if c.out.Len() == 0 {
			if e.sign == "<" {
				c.opened = e.what
			}
			c.out.WriteString("<?xml version=\"1.0\" encoding=\"ISO-8859-1\" ?>\n<scenario name=\"script\">\n")
		}
		c.entry(t, e)
	}
	if len(c.vars) > 0 {
		fmt.Fprintf(&c.out, "<Reference variables=%q />\n", strings.Join(c.vars, ","))
	}
	c.out.WriteString("</scenario>\n")
	file := filepath.Join(t.TempDir(), "scenario.xml")
	if err := os.WriteFile(file, []byte(c.out.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func (s script) entries(t testing.TB) []entry {
	t.Helper()
	var all []entry
	for line := range strings.Lines(string(s)) {
		line = strings.TrimSpace(line)
		words := strings.Fields(line)
		switch {
		case line == "":
		case slices.Contains([]string{">", "<", "pause"}, words[0]) && len(words) > 1:
			all = append(all, entry{sign: words[0], what: words[1], args: words[2:]})
		case len(all) == 0:
			t.Fatalf("%q belongs to no message", line)
		case strings.HasPrefix(line, "|"):
			e := &all[len(all)-1]
			e.body = append(e.body, strings.TrimPrefix(line[1:], " "))
		case !strings.Contains(line, ":") && !strings.Contains(line, "body "):
			t.Fatalf("%q is no header", line)
		default:
			e := &all[len(all)-1]
			e.more = append(e.more, line)
		}
	}
	return all
}

func (c *compiler) entry(t testing.TB, e entry) {
	t.Helper()
	switch {
	case e.sign == "pause":
		fmt.Fprintf(&c.out, "<pause milliseconds=%q />\n", e.what)
	case e.sign == "<":
		c.receive(t, e)
	case e.what == "again":
		c.out.WriteString(c.last)
	case isStatus(e.what):
		c.send(e, c.response(e))
	default:
		c.send(e, c.request(e))
	}
}

func isStatus(s string) bool { return len(s) == 3 && s[0] >= '1' && s[0] <= '6' }

// receive waits for a message and looks at it.
func (c *compiler) receive(t testing.TB, e entry) {
	t.Helper()
	kind := "request"
	if isStatus(e.what) {
		kind, c.status = "response", e.what
	} else {
		c.asked = e.what
	}
	fmt.Fprintf(&c.out, "<recv %s=%q", kind, e.what)
	if slices.Contains(e.args, "optional") {
		c.out.WriteString(` optional="true"`)
	}
	c.out.WriteString(">\n<action>\n")
	if kind == "request" {
		for _, head := range []string{"Via", "From", "To", "CSeq"} {
			c.keep(head+e.what, "hdr", head+":", ".*", "")
		}
	}
	if e.what == c.opened {
		c.keep("contact", "hdr", "Contact:", "sip:[^>;]*", "")
	}
	for _, m := range e.more {
		c.check(t, m)
	}
	c.out.WriteString("</action>\n</recv>\n")
}

// check has an expression match, or not match, a header or the body.
func (c *compiler) check(t testing.TB, wanted string) {
	t.Helper()
	how := "check_it"
	if rest, not := strings.CutPrefix(wanted, "! "); not {
		wanted, how = rest, "check_it_inverse"
	}
	name := fmt.Sprintf("check%d", len(c.vars))
	if expression, body := strings.CutPrefix(wanted, "body "); body {
		c.keep(name, "body", "", expression, how)
		return
	}
	head, expression, ok := strings.Cut(wanted, ":")
	if !ok {
		t.Fatalf("%q is neither a header nor of the body", wanted)
	}
	expression, as, named := strings.Cut(strings.TrimSpace(expression), " as ")
	if named {
		name = as
	}
	c.keep(name, "hdr", head+":", expression, how)
}

var inXML = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

// keep has SIPp find an expression, and remember what it found.
func (c *compiler) keep(name, where, head, expression, how string) {
	if head != "" {
		head = fmt.Sprintf("header=%q ", head)
	}
	if how != "" {
		how += `="true" `
	}
	fmt.Fprintf(&c.out, "<ereg regexp=\"%s\" search_in=%q %s%sassign_to=%q />\n", inXML.Replace(expression), where, head, how, name)
	if !slices.Contains(c.vars, name) {
		c.vars = append(c.vars, name)
	}
}

// send writes one message; requests but ACK are repeated until they are answered.
func (c *compiler) send(e entry, head []string) {
	body := strings.Join(e.body, "\n")
	for _, a := range e.args {
		if b, ok := bodies[a]; ok {
			body = b
		}
	}
	var more []string
	for _, m := range e.more {
		name, _, _ := strings.Cut(m, ":")
		if i := slices.IndexFunc(head, func(h string) bool { return strings.HasPrefix(h, name+":") }); i >= 0 {
			head[i] = m
		} else {
			more = append(more, m)
		}
	}
	head = append(head, more...)
	if body != "" && !slices.ContainsFunc(head, func(h string) bool { return strings.HasPrefix(h, "Content-Type:") }) {
		head = append(head, "Content-Type: application/sdp")
	}
	retrans := ""
	if !isStatus(e.what) && e.what != "ACK" && !slices.Contains(e.args, "once") {
		retrans = ` retrans="50"`
	}
	c.last = fmt.Sprintf("<send%s>\n<![CDATA[\n%s\nContent-Length: [len]\n\n%s]]>\n</send>\n", retrans, strings.Join(head, "\n"), body)
	c.out.WriteString(c.last)
}

// request are the usual headers of a request of SIPp's. The ACK of a refusal
// belongs to the transaction of its INVITE (RFC 3261 §17.1.1.3).
func (c *compiler) request(e entry) []string {
	branch := e.what
	switch {
	case e.what == "CANCEL" || e.what == "ACK" && c.status >= "300":
		branch = "INVITE"
	case e.what != "ACK":
		c.seq++
	}
	seq := c.seq
	switch e.what {
	case "INVITE":
		c.invite = seq
	case "ACK", "CANCEL":
		seq = c.invite
	}
	target, from, to := "sip:desk@[remote_ip]:[remote_port]", ownAddress+"a", "<sip:desk@[remote_ip]:[remote_port]>"
	if c.status != "" {
		to += "[peer_tag_param]"
	}
	if c.opened != "" {
		target, from, to = "[$contact]", ownAddress+"b", "[$From"+c.opened+"]"
	}
	return []string{
		e.what + " " + target + " SIP/2.0",
		fmt.Sprintf("Via: SIP/2.0/[transport] [local_ip]:[local_port];rport;branch=z9hG4bK-[pid]-[call_number]-%d%s", seq, branch),
		"From: " + from, "To: " + to, "Call-ID: [call_id]", fmt.Sprintf("CSeq: %d %s", seq, e.what),
		"Contact: <sip:sipp@[local_ip]:[local_port]>", "Max-Forwards: 70",
	}
}

// ownAddress is SIPp's, with the beginning of its tag.
const ownAddress = `"SIPp" <sip:sipp@[local_ip]:[local_port]>;tag=[pid]-[call_number]`

// response are the usual headers of a response of SIPp's.
func (c *compiler) response(e entry) []string {
	to := c.asked
	for _, a := range e.args {
		if _, body := bodies[a]; !body {
			to = a
		}
	}
	tag := ""
	if to == c.opened && !c.answered {
		tag = ";tag=[pid]-[call_number]b"
		c.answered = e.what[0] == '2'
	}
	status, _ := strconv.Atoi(e.what)
	return []string{
		fmt.Sprintf("SIP/2.0 %d %s", status, phrase(status)), "Via:[$Via" + to + "]", "From:[$From" + to + "]",
		"To:[$To" + to + "]" + tag, "Call-ID: [call_id]", "CSeq:[$CSeq" + to + "]",
		"Contact: <sip:sipp@[local_ip]:[local_port]>",
	}
}
