package sipua

import (
	"math"
	"strings"
	"testing"
	"time"

	"permanence/audio/audiotest"
	"permanence/phone"
)

func TestComfortNoiseInDescriptions(t *testing.T) {
	for name, c := range map[string]struct{ offer, answer string }{
		"static":             {"m=audio 5000 RTP/AVP 8 13 101\na=rtpmap:101 telephone-event/8000\n", "m=audio 4000 RTP/AVP 8 13 101"},
		"under a type":       {"m=audio 5000 RTP/AVP 0 98\na=rtpmap:98 CN/8000\n", "m=audio 4000 RTP/AVP 0 98"},
		"of another clock":   {"m=audio 5000 RTP/AVP 8 98\na=rtpmap:98 CN/16000\n", "m=audio 4000 RTP/AVP 8"},
		"beside opus":        {"m=audio 5000 RTP/AVP 96 13\na=rtpmap:96 opus/48000/2\n", "m=audio 4000 RTP/AVP 96"},
		"not offered":        {"m=audio 5000 RTP/AVP 8\n", "m=audio 4000 RTP/AVP 8"},
		"something else, 13": {"m=audio 5000 RTP/AVP 8 13\na=rtpmap:13 other/8000\n", "m=audio 4000 RTP/AVP 8"},
	} {
		offer, err := parseSDP([]byte("v=0\no=- 1 1 IN IP4 192.0.2.9\ns=-\nc=IN IP4 192.0.2.9\nt=0 0\n" + c.offer))
		if err != nil {
			t.Fatal(err)
		}
		n := negotiationFor()
		answer, err := n.answer(offer, false)
		if err != nil {
			t.Fatal(err)
		}
		if got := mediaLines(answer); got != c.answer {
			t.Errorf("%s: answered %s, want %s", name, got, c.answer)
		}
		if got := mediaLines(n.offer(phone.FlowSend)); got != c.answer {
			t.Errorf("%s: offered again %s, want %s", name, got, c.answer)
		}
	}
}

// TestPausesOfAPeerAreHeard: a peer that describes its pause is heard as loud as
// it says, and none of the packets that it need not send counts as lost.
func TestPausesOfAPeerAreHeard(t *testing.T) {
	t.Parallel()
	operator := audiotest.NewPerson(700)
	d := newDesk(t, func(c *Config) { c.Patch = conversation{operator} })
	p, e := newPeer(t, d.at), newEar(t)
	id, res := p.talk(d, "", strings.Replace(voiceAt(e.port(), ""), "8 101", "8 13 101", 1))
	to := rtpOf(t, res)
	for range 10 {
		e.packet(0) // the desk's packets are the clock
		e.speak(to, 3000)
	}
	e.send(to, comfortNoise, false, []byte{40, 100})
	<-operator.After(1700 * time.Millisecond)
	heard, level := operator.Heard(), 0.0
	for _, s := range heard {
		level += float64(s) * float64(s) / float64(len(heard))
	}
	if level = 10 * math.Log10(level/(32768*32768)); math.Abs(level+40) > 2 {
		t.Errorf("the pause has %.1f dBFS, want -40", level)
	}
	if s, _ := d.Stats(id); s.PacketsLost != 0 || s.PacketsHeard != 11 {
		t.Errorf("counters are %+v", s)
	}
	hangUp(t, d, p, id)
}
