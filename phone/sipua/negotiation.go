package sipua

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pion/sdp/v3"

	"permanence/audio"
	"permanence/phone"
)

var (
	errNoCommonCodec = errors.New("no voice line that can be taken")
	errAnswerRefuses = errors.New("the answer has no voice line")
)

// agreement is what an offer and its answer settled (RFC 3264).
type agreement struct {
	codec audio.Codec
	pt    uint8
	keys  format // telephone-event; name is empty when there is none
	noise format // comfort noise (RFC 3389), likewise
	rtp   netip.AddrPort
	rtcp  netip.AddrPort
	send  bool // we may send
	hear  bool // they may send
	held  bool // they do not want to hear us

	crypto *protection // nil when voice goes in the clear
}

func (a agreement) flow() phone.Flow { return direction(a.send, a.hear) }

// slot is one media line of the session. Their number and order never change
// during a session (RFC 3264 §8), so refused ones are kept.
type slot struct {
	media   string
	proto   string
	formats []string
}

// negotiation makes our offers and answers for one call. It belongs to the call.
type negotiation struct {
	codecs  []audio.Codec // the line's preference
	at      netip.AddrPort
	reports netip.AddrPort // where our RTCP is, if not at the port above; not valid then
	session uint64
	version uint64
	slots   []slot
	voice   int    // the slot that carries the voice
	said    string // our direction in the last description we made
	agreed  agreement

	secrecy
}

func newNegotiation(codecs []audio.Codec, at netip.AddrPort, now time.Time) *negotiation {
	id := uint64(now.Unix()) + 2208988800 // NTP seconds, as RFC 8866 §5.2 suggests
	return &negotiation{codecs: codecs, at: at, session: id, version: id}
}

// preferred orders the codecs of the program as a line names them.
func preferred(all []audio.Codec, names []string) []audio.Codec {
	if names == nil {
		names = []string{"opus", "G722", "PCMA", "PCMU"}
	}
	var out []audio.Codec
	for _, n := range names {
		i := slices.IndexFunc(all, func(c audio.Codec) bool { return strings.EqualFold(c.Name(), n) })
		if i >= 0 {
			out = append(out, all[i])
		}
	}
	return out
}

// offer describes all we can, or within a session what is agreed already.
func (n *negotiation) offer(dir phone.Flow) []byte {
	if n.slots == nil {
		n.slots = []slot{{media: "audio", proto: n.profile()}}
	}
	n.offering = n.cryptoOffer(n.agreed)
	return n.describe(dir, n.offered(), n.offering)
}

// offered are the formats of an offer, the agreed one first and alone if there
// is one: a hold should change nothing but the direction.
func (n *negotiation) offered() []choice {
	if n.agreed.codec != nil {
		return n.agreed.choices()
	}
	var all, more []choice
	clocks := map[int]uint8{}
	for _, c := range n.codecs {
		all = append(all, choice{codec: c, pt: c.PayloadType()})
		if clocks[c.ClockRate()] == 0 {
			clocks[c.ClockRate()] = eventType(c.ClockRate())
			more = append(more, choice{other: format{pt: eventType(c.ClockRate()), name: eventName, clock: c.ClockRate()}})
		}
	}
	if clocks[noiseFormat.clock] != 0 {
		all = append(all, choice{other: noiseFormat})
	}
	return append(all, more...)
}

// eventType is the payload type under which we offer telephone-event.
func eventType(clock int) uint8 {
	if clock == 8000 {
		return 101
	}
	return 110
}

// choice is one format of a description of ours: a codec, or another.
type choice struct {
	codec audio.Codec
	pt    uint8
	other format
}

// choices are the formats of an agreement.
func (a *agreement) choices() []choice {
	return []choice{{codec: a.codec, pt: a.pt}, {other: a.noise}, {other: a.keys}}
}

// answer takes an offer: the first voice line that shares a codec with us, every
// other line refused with port 0 (RFC 3264 §6). hold keeps the other side waiting.
func (n *negotiation) answer(offer *description, hold bool) ([]byte, error) {
	i, agreed, err := n.choose(offer)
	if err != nil {
		return nil, err
	}
	n.slots, n.voice = slotsOf(offer), i
	theirs := offer.lines[i].flow
	ours := direction(receives(theirs), sends(theirs) && !hold)
	agreed.settle(ours, theirs)
	n.agreed = agreed
	return n.describe(ours, agreed.choices(), agreed.crypto.lines()), nil
}

// acceptable tells whether an offer could be answered.
func (n *negotiation) acceptable(offer *description) error {
	_, _, err := n.choose(offer)
	return err
}

func slotsOf(d *description) []slot {
	var all []slot
	for _, l := range d.lines {
		all = append(all, slot{media: l.media, proto: l.proto, formats: l.formats})
	}
	return all
}

func (n *negotiation) choose(offer *description) (int, agreement, error) {
	for _, encrypted := range n.wanted() {
		for i := range offer.lines {
			l := &offer.lines[i]
			a, ok := n.match(l, n.codecs)
			if ok && n.protect(&a, l, encrypted) {
				return i, a, nil
			}
		}
	}
	return 0, agreement{}, errNoCommonCodec
}

// match finds the first of our codecs that a media line has.
func (n *negotiation) match(l *mediaLine, codecs []audio.Codec) (agreement, bool) {
	if l.media != "audio" || l.port == 0 || !isVoice(l.proto) || !sendable(l.addr) {
		return agreement{}, false
	}
	for _, c := range codecs {
		i := slices.IndexFunc(l.rtp, func(f format) bool {
			return strings.EqualFold(f.name, c.Name()) && f.clock == c.ClockRate()
		})
		if i < 0 {
			continue
		}
		a := agreement{codec: c, pt: l.rtp[i].pt, rtp: l.at(), rtcp: l.rtcp}
		a.keys, _ = l.telephoneEvent(c.ClockRate())
		a.noise = l.comfortNoise(c.ClockRate())
		return a, true
	}
	return agreement{}, false
}

// sendable tells whether voice may be sent to an address: to one host, not to
// all of a network. The unspecified address is a hold; nothing is sent then.
func sendable(a netip.Addr) bool {
	return a.IsValid() && !a.IsMulticast() && a != netip.AddrFrom4([4]byte{255, 255, 255, 255})
}

// accept takes the answer to our offer. The answerer's first format is the one
// it wants (RFC 3264 §7), so its order counts, not ours.
func (n *negotiation) accept(answer *description) error {
	if n.voice >= len(answer.lines) {
		return errAnswerRefuses
	}
	l := &answer.lines[n.voice]
	for _, f := range l.rtp {
		i := slices.IndexFunc(n.codecs, func(c audio.Codec) bool {
			return strings.EqualFold(f.name, c.Name()) && f.clock == c.ClockRate()
		})
		if i < 0 {
			continue
		}
		if a, ok := n.match(l, n.codecs[i:i+1]); ok {
			if err := n.acceptKeys(&a, l); err != nil {
				return err
			}
			a.settle(phone.Flow(n.said), l.flow)
			n.agreed = a
			return nil
		}
	}
	return errAnswerRefuses
}

// settle works out who sends, from both sides' direction attributes.
func (a *agreement) settle(ours, theirs phone.Flow) {
	a.send = sends(ours) && receives(theirs)
	a.hear = receives(ours) && sends(theirs)
	a.held = !receives(theirs)
}

// describe writes a description of ours with the given formats for the voice.
func (n *negotiation) describe(dir phone.Flow, formats []choice, keys []cryptoLine) []byte {
	n.version++
	n.said = string(dir)
	kind := familyOf(n.at.Addr())
	s := sdp.SessionDescription{
		Origin: sdp.Origin{
			Username: "-", SessionID: n.session, SessionVersion: n.version,
			NetworkType: "IN", AddressType: kind, UnicastAddress: n.at.Addr().String(),
		},
		SessionName: "-",
		ConnectionInformation: &sdp.ConnectionInformation{
			NetworkType: "IN", AddressType: kind, Address: &sdp.Address{Address: n.at.Addr().String()},
		},
		TimeDescriptions: []sdp.TimeDescription{{}},
	}
	for i, sl := range n.slots {
		if i == n.voice {
			s.MediaDescriptions = append(s.MediaDescriptions, n.voiceLine(sl, dir, formats, keys))
		} else {
			s.MediaDescriptions = append(s.MediaDescriptions, refusedLine(sl))
		}
	}
	b, err := s.Marshal()
	if err != nil { // it only fails on a writer that fails, and memory does not
		panic(err)
	}
	return b
}

// familyOf is an address's type as SDP writes it.
func familyOf(a netip.Addr) string {
	if a.Is6() {
		return "IP6"
	}
	return "IP4"
}

func (n *negotiation) voiceLine(sl slot, dir phone.Flow, formats []choice, keys []cryptoLine) *sdp.MediaDescription {
	m := &sdp.MediaDescription{MediaName: sdp.MediaName{
		Media: "audio", Port: sdp.RangedPort{Value: int(n.at.Port())}, Protos: strings.Split(sl.proto, "/"),
	}}
	for _, c := range formats {
		switch {
		case c.codec != nil:
			addFormat(m, c.pt, codingOf(c.codec), fmtpOf(c.codec))
		case c.other.name == eventName:
			addFormat(m, c.other.pt, fmt.Sprintf("telephone-event/%d", c.other.clock), "0-15")
		case c.other.name != "":
			addFormat(m, c.other.pt, fmt.Sprintf("%s/%d", c.other.name, c.other.clock), "")
		}
	}
	for _, l := range keys {
		m.WithValueAttribute("crypto", l.String())
	}
	if r := n.reports; r.IsValid() && r != netip.AddrPortFrom(n.at.Addr(), n.at.Port()+1) {
		m.WithValueAttribute("rtcp", fmt.Sprintf("%d IN %s %s", r.Port(), familyOf(r.Addr()), r.Addr())) // RFC 3605
	}
	m.WithValueAttribute("ptime", "20").WithPropertyAttribute(string(dir))
	return m
}

func addFormat(m *sdp.MediaDescription, pt uint8, coding, fmtp string) {
	n := strconv.Itoa(int(pt))
	m.MediaName.Formats = append(m.MediaName.Formats, n)
	m.WithValueAttribute("rtpmap", n+" "+coding)
	if fmtp != "" {
		m.WithValueAttribute("fmtp", n+" "+fmtp)
	}
}

// codingOf is a codec's rtpmap. Opus is always written with two channels,
// whatever it carries (RFC 7587 §7).
func codingOf(c audio.Codec) string {
	if c.Name() == "opus" {
		return fmt.Sprintf("opus/%d/2", c.ClockRate())
	}
	return fmt.Sprintf("%s/%d", c.Name(), c.ClockRate())
}

func fmtpOf(c audio.Codec) string {
	if c.Name() == "opus" {
		return "useinbandfec=1;stereo=0"
	}
	return ""
}

func refusedLine(sl slot) *sdp.MediaDescription {
	return &sdp.MediaDescription{MediaName: sdp.MediaName{
		Media: sl.media, Protos: strings.Split(sl.proto, "/"), Formats: sl.formats,
	}}
}
