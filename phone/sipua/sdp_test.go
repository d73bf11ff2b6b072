package sipua

import (
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"permanence/audio"
	"permanence/audio/codec"
	"permanence/phone"
)

// named is a codec of which only the description matters.
type named struct {
	audio.Codec
	name  string
	clock int
	pt    uint8
}

func (n named) Name() string       { return n.name }
func (n named) ClockRate() int     { return n.clock }
func (n named) PayloadType() uint8 { return n.pt }

var opusLike = named{name: "opus", clock: 48000, pt: 111}

func negotiationFor(names ...string) *negotiation {
	all := []audio.Codec{opusLike, codec.G722, codec.PCMA, codec.PCMU}
	return newNegotiation(preferred(all, names), netip.MustParseAddrPort("192.0.2.1:4000"), time.Unix(0, 0))
}

// TestAnswers offers what peers really send, and some of what RFC 3264 allows.
func TestAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		offer string
		codec string
		keys  string // "PT/CLOCK"
		lines string // our m= lines
		rtp   string
		flow  phone.Flow
	}{
		"opus on 111, with its own telephone-event": {
			"m=audio 5000 RTP/AVP 111 9 8 110 101\na=rtpmap:111 opus/48000/2\na=rtpmap:110 telephone-event/48000\na=rtpmap:101 telephone-event/8000\n",
			"opus", "110/48000", "m=audio 4000 RTP/AVP 111 110", "192.0.2.9:5000", phone.FlowBoth,
		},
		"opus on 96, telephone-event only at 8000": {
			"m=audio 5000 RTP/AVP 96 97\na=rtpmap:96 OPUS/48000/2\na=rtpmap:97 telephone-event/8000\n",
			"opus", "97/8000", "m=audio 4000 RTP/AVP 96 97", "192.0.2.9:5000", phone.FlowBoth,
		},
		"static types without rtpmap": {
			"m=audio 5000 RTP/AVP 0 8 9\n", "G722", "", "m=audio 4000 RTP/AVP 9", "192.0.2.9:5000", phone.FlowBoth,
		},
		"a video line first": {
			"m=video 6000 RTP/AVP 99\na=rtpmap:99 H264/90000\nm=audio 5000 RTP/AVP 0\n",
			"PCMU", "", "m=video 0 RTP/AVP 99|m=audio 4000 RTP/AVP 0", "192.0.2.9:5000", phone.FlowBoth,
		},
		"a second voice line, encrypted": {
			"m=audio 5000 RTP/AVP 8\nm=audio 5002 RTP/SAVP 8\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\n",
			"PCMA", "", "m=audio 4000 RTP/AVP 8|m=audio 0 RTP/SAVP 8", "192.0.2.9:5000", phone.FlowBoth,
		},
		"the first voice line has no codec of ours": {
			"m=audio 5000 RTP/AVP 3\nm=audio 5002 RTP/AVP 8\n",
			"PCMA", "", "m=audio 0 RTP/AVP 3|m=audio 4000 RTP/AVP 8", "192.0.2.9:5002", phone.FlowBoth,
		},
		"a fax line and an unknown one": {
			"m=image 5004 udptl t38\nm=audio 5000 RTP/AVP 8\nm=message 2855 TCP/MSRP *\n",
			"PCMA", "", "m=image 0 udptl t38|m=audio 4000 RTP/AVP 8|m=message 0 TCP/MSRP *", "192.0.2.9:5000", phone.FlowBoth,
		},
		"address in the media section": {
			"m=audio 5000 RTP/AVP 8\nc=IN IP4 198.51.100.7/127\n", "PCMA", "", "m=audio 4000 RTP/AVP 8", "198.51.100.7:5000", phone.FlowBoth,
		},
		"an IPv6 address": {
			"m=audio 5000 RTP/AVP 8\nc=IN IP6 2001:db8::7\n", "PCMA", "", "m=audio 4000 RTP/AVP 8", "[2001:db8::7]:5000", phone.FlowBoth,
		},
		"feedback profile": {
			"m=audio 5000 RTP/AVPF 8\n", "PCMA", "", "m=audio 4000 RTP/AVPF 8", "192.0.2.9:5000", phone.FlowBoth,
		},
		"sendonly for all": {
			"a=sendonly\nm=audio 5000 RTP/AVP 8\n", "PCMA", "", "m=audio 4000 RTP/AVP 8", "192.0.2.9:5000", phone.FlowReceive,
		},
		"sendonly for all, but not for this": {
			"a=sendonly\nm=audio 5000 RTP/AVP 8\na=sendrecv\n", "PCMA", "", "m=audio 4000 RTP/AVP 8", "192.0.2.9:5000", phone.FlowBoth,
		},
		"recvonly": {
			"m=audio 5000 RTP/AVP 8\na=recvonly\n", "PCMA", "", "m=audio 4000 RTP/AVP 8", "192.0.2.9:5000", phone.FlowSend,
		},
	} {
		t.Run(name, func(t *testing.T) {
			body := "v=0\no=- 1 1 IN IP4 192.0.2.9\ns=-\nc=IN IP4 192.0.2.9\nt=0 0\n" + c.offer
			for end, text := range map[string]string{
				"CRLF": crlf(body), "bare LF": body, "no end": strings.TrimRight(crlf(body), "\r\n"), "CR": strings.ReplaceAll(body, "\n", "\r"),
			} {
				offer, err := parseSDP([]byte(text))
				if err != nil {
					t.Fatalf("%s: %v", end, err)
				}
				n := negotiationFor()
				answer, err := n.answer(offer, false)
				if err != nil {
					t.Fatalf("%s: %v", end, err)
				}
				a := n.agreed
				keys := ""
				if a.keys.name != "" {
					keys = strings.Join([]string{strconv.Itoa(int(a.keys.pt)), strconv.Itoa(a.keys.clock)}, "/")
				}
				if a.codec.Name() != c.codec || keys != c.keys || a.rtp.String() != c.rtp || a.flow() != c.flow {
					t.Errorf("%s: agreed on %s, keys %q, %v, %s", end, a.codec.Name(), keys, a.rtp, a.flow())
				}
				if got := mediaLines(answer); got != c.lines {
					t.Errorf("%s: answered %s\nwant %s", end, got, c.lines)
				}
			}
		})
	}
}

func mediaLines(body []byte) string {
	var all []string
	for l := range strings.Lines(string(body)) {
		if strings.HasPrefix(l, "m=") {
			all = append(all, strings.TrimSpace(l))
		}
	}
	return strings.Join(all, "|")
}

func TestAnswerWhileWeHold(t *testing.T) {
	for offered, want := range map[string]phone.Flow{
		"sendrecv": phone.FlowSend, "sendonly": phone.FlowNone, "recvonly": phone.FlowSend, "inactive": phone.FlowNone,
	} {
		offer, err := parseSDP([]byte(voiceAt(5000, "a="+offered+"\n")))
		if err != nil {
			t.Fatal(err)
		}
		n := negotiationFor()
		answer, err := n.answer(offer, true)
		if err != nil {
			t.Fatal(err)
		}
		back, err := parseSDP(answer)
		if err != nil {
			t.Fatal(err)
		}
		if got := back.lines[0].flow; got != want {
			t.Errorf("%s is answered %s, want %s", offered, got, want)
		}
		if n.agreed.hear {
			t.Errorf("%s: a held caller is heard", offered)
		}
	}
}

func TestOfferAndAnswerOfAnother(t *testing.T) {
	n := negotiationFor("PCMA", "opus")
	offer, err := parseSDP(n.offer(phone.FlowBoth))
	if err != nil {
		t.Fatal(err)
	}
	if got := mediaLines(n.offer(phone.FlowBoth)); got != "m=audio 4000 RTP/AVP 8 111 13 101 110" {
		t.Errorf("offered %s", got)
	}
	other := negotiationFor("opus", "PCMA")
	answer, err := other.answer(offer, false)
	if err != nil {
		t.Fatal(err)
	}
	back, err := parseSDP(answer)
	if err != nil {
		t.Fatal(err)
	}
	if err := n.accept(back); err != nil {
		t.Fatal(err)
	}
	if a := n.agreed; a.codec.Name() != "opus" || a.pt != 111 || a.keys.clock != 48000 || a.flow() != phone.FlowBoth {
		t.Errorf("agreed on %+v", a)
	}
	// Within the session only what was agreed is offered, with a newer version.
	again := n.offer(phone.FlowSend)
	if got := mediaLines(again); got != "m=audio 4000 RTP/AVP 111 110" {
		t.Errorf("offered again %s", got)
	}
}

func TestUnusableDescriptions(t *testing.T) {
	for name, body := range map[string]string{
		"empty":         "",
		"nonsense":      "hello",
		"short c= line": strings.Replace(voiceAt(5000, ""), "c=IN IP4 127.0.0.1", "c=IN", 1),
		"cut in m=":     "v=0\no=- 1 1 IN IP4 1.2.3.4\ns=-\nc=IN IP4 1.2.3.4\nt=0 0\nm=audio",
		"many lines":    voiceAt(5000, strings.Repeat("m=audio 1 RTP/AVP 0\n", 100)),
	} {
		if d, err := parseSDP([]byte(body)); err == nil {
			t.Errorf("%s was read as %+v", name, d)
		}
	}
	for name, body := range map[string]string{
		"no address":      strings.Replace(voiceAt(5000, ""), "c=IN IP4 127.0.0.1\r\n", "", 1),
		"address by name": strings.Replace(voiceAt(5000, ""), "c=IN IP4 127.0.0.1", "c=IN IP4 host.example", 1),
		"port 0":          voiceAt(0, ""),
		"multicast":       strings.Replace(voiceAt(5000, ""), "c=IN IP4 127.0.0.1", "c=IN IP4 224.2.1.1/127", 1),
		"broadcast":       strings.Replace(voiceAt(5000, ""), "c=IN IP4 127.0.0.1", "c=IN IP4 255.255.255.255", 1),
		"port too high":   voiceAt(70000, ""),
	} {
		d, err := parseSDP([]byte(body))
		if err != nil {
			continue
		}
		if err := negotiationFor().acceptable(d); err == nil {
			t.Errorf("%s could be answered", name)
		}
	}
}

// FuzzSDP reads anything and answers what can be answered; the answer must be
// readable, and must have as many lines as the offer (RFC 3264 §6).
func FuzzSDP(f *testing.F) {
	f.Add([]byte(voiceAt(5000, "a=sendonly\na=rtcp:5009 IN IP4 1.2.3.4\n")))
	f.Add([]byte("v=0\no=- 1 1 IN IP4 1.2.3.4\ns=-\nt=0 0\nm=video 1 RTP/AVP 9\nm=audio 1 RTP/AVP 9\nc=IN IP6 ::1\n"))
	f.Add([]byte("v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\ns=-\r\nc=IN\r\nt=0 0\r\nm=audio 1 RTP/AVP 0"))
	f.Fuzz(func(t *testing.T, body []byte) {
		offer, err := parseSDP(body)
		if err != nil {
			return
		}
		n := negotiationFor()
		answer, err := n.answer(offer, false)
		if err != nil {
			return
		}
		back, err := parseSDP(answer)
		if err != nil {
			t.Fatalf("our own answer: %v\n%s", err, answer)
		}
		if len(back.lines) != len(offer.lines) {
			t.Fatalf("%d lines answer %d", len(back.lines), len(offer.lines))
		}
		_ = negotiationFor().accept(offer)
	})
}
