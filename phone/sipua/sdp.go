package sipua

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/pion/sdp/v3"

	"permanence/phone"
)

var errBadSDP = errors.New("not a session description that can be read")

// description is the part of a session description (RFC 8866) that a telephone
// needs.
type description struct {
	lines []mediaLine
}

// mediaLine is one m= section.
type mediaLine struct {
	media   string   // "audio", "video", …
	proto   string   // "RTP/AVP", …
	formats []string // as written; payload types for RTP
	port    uint16   // 0: refused, or no longer wanted
	addr    netip.Addr
	rtcp    netip.AddrPort // a=rtcp (RFC 3605), or the port above
	flow    phone.Flow     // as its author says it, a 0.0.0.0 taken into account
	rtp     []format       // the formats that could be told
	crypto  []cryptoLine   // its author's keys, those that can be used
}

// format is one RTP payload type of a media line.
type format struct {
	pt    uint8
	name  string
	clock int
}

func (m *mediaLine) at() netip.AddrPort { return netip.AddrPortFrom(m.addr, m.port) }

// parseSDP reads a session description as it comes: with CRLF or bare LF, with
// or without an end to its last line.
func parseSDP(body []byte) (d *description, err error) {
	defer func() {
		if p := recover(); p != nil {
			d, err = nil, fmt.Errorf("%w: %v", errBadSDP, p)
		}
	}()
	text, names := tidy(body)
	var s sdp.SessionDescription
	if err := s.UnmarshalString(text); err != nil {
		return nil, fmt.Errorf("%w: %w", errBadSDP, err)
	}
	if n := len(s.MediaDescriptions); n == 0 || n != len(names) || n > maxMediaLines {
		return nil, fmt.Errorf("%w: %d media lines", errBadSDP, n)
	}
	d = &description{}
	for i, m := range s.MediaDescriptions {
		if len(names[i]) < 4 {
			return nil, fmt.Errorf("%w: a media line is too short", errBadSDP)
		}
		d.lines = append(d.lines, readMedia(&s, m, names[i]))
	}
	return d, nil
}

// maxMediaLines bounds the answer, which has as many lines as the offer.
const maxMediaLines = 32

// tidy makes a description one that the library reads: every line ended, and the
// media lines of kinds that it refuses (a fax is "m=image … udptl") replaced. What
// all media lines really say is returned beside it, since they must be answered.
func tidy(body []byte) (text string, names [][]string) {
	s := strings.ReplaceAll(string(body), "\r\n", "\n")
	s = strings.ReplaceAll(s, "\r", "\n")
	lines := strings.Split(strings.TrimRight(s, "\n\x00"), "\n")
	for i, l := range lines {
		rest, ok := strings.CutPrefix(l, "m=")
		if !ok {
			continue
		}
		f := strings.Fields(rest)
		names = append(names, f)
		if len(f) >= 4 && (f[0] != "audio" || !isVoice(f[2])) {
			lines[i] = "m=text 9 RTP/AVP 0"
		}
	}
	return strings.Join(lines, "\n") + "\n", names
}

// isVoice tells whether we speak a transport profile: RTP or SRTP, with feedback
// or without.
func isVoice(proto string) bool { return isPlain(proto) || isEncrypted(proto) }

func isPlain(proto string) bool     { return proto == "RTP/AVP" || proto == "RTP/AVPF" }
func isEncrypted(proto string) bool { return proto == "RTP/SAVP" || proto == "RTP/SAVPF" }

func readMedia(s *sdp.SessionDescription, m *sdp.MediaDescription, names []string) mediaLine {
	l := mediaLine{
		media: names[0], proto: names[2], formats: names[3:], rtp: readFormats(m),
		flow: flowOf(m.Attributes, flowOf(s.Attributes, phone.FlowBoth)),
	}
	if p := m.MediaName.Port.Value; p > 0 && p < 1<<16 {
		l.port = uint16(p)
	}
	connection := m.ConnectionInformation
	if connection == nil {
		connection = s.ConnectionInformation
	}
	if connection != nil && connection.Address != nil {
		at, _, _ := strings.Cut(connection.Address.Address, "/") // a TTL, for multicast
		l.addr, _ = netip.ParseAddr(at)
		l.addr = l.addr.Unmap()
	}
	if l.addr.IsValid() && l.addr.IsUnspecified() { // hold as RFC 2543 had it
		l.flow = direction(sends(l.flow), false)
	}
	l.rtcp = readRTCP(m, l)
	l.crypto = readCrypto(attributes(m, "crypto"))
	return l
}

func attributes(m *sdp.MediaDescription, key string) []string {
	var all []string
	for _, a := range m.Attributes {
		if a.Key == key {
			all = append(all, a.Value)
		}
	}
	return all
}

func flowOf(attributes []sdp.Attribute, otherwise phone.Flow) phone.Flow {
	for _, a := range attributes {
		switch f := phone.Flow(strings.ToLower(a.Key)); f {
		case phone.FlowBoth, phone.FlowSend, phone.FlowReceive, phone.FlowNone:
			return f
		}
	}
	return otherwise
}

// readRTCP is where RTCP goes: a=rtcp:PORT [IN IP4 ADDRESS], or the next port.
func readRTCP(m *sdp.MediaDescription, l mediaLine) netip.AddrPort {
	if v, ok := m.Attribute("rtcp"); ok {
		f := strings.Fields(v)
		if len(f) == 0 {
			f = []string{""}
		}
		if p, err := strconv.ParseUint(f[0], 10, 16); err == nil && p > 0 {
			addr := l.addr
			if len(f) == 4 {
				if a, err := netip.ParseAddr(f[3]); err == nil {
					addr = a.Unmap()
				}
			}
			return netip.AddrPortFrom(addr, uint16(p))
		}
	}
	if l.port == 0 || l.port == 65535 {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(l.addr, l.port+1)
}

// static are the payload types that need no rtpmap (RFC 3551 §6).
var static = map[uint8]format{
	0: {0, "PCMU", 8000}, 8: {8, "PCMA", 8000}, 9: {9, "G722", 8000}, comfortNoise: noiseFormat,
}

func readFormats(m *sdp.MediaDescription) []format {
	var all []format
	for _, f := range m.MediaName.Formats {
		pt, err := strconv.ParseUint(f, 10, 7)
		if err != nil {
			continue
		}
		if known, ok := rtpmap(m, f); ok {
			known.pt = uint8(pt)
			all = append(all, known)
		} else if known, ok := static[uint8(pt)]; ok {
			all = append(all, known)
		}
	}
	return all
}

// rtpmap finds "a=rtpmap:PT NAME/CLOCK[/CHANNELS]" (RFC 8866 §6.6).
func rtpmap(m *sdp.MediaDescription, pt string) (format, bool) {
	for _, a := range m.Attributes {
		if a.Key != "rtpmap" {
			continue
		}
		of, coding, ok := strings.Cut(strings.TrimSpace(a.Value), " ")
		if !ok || of != pt {
			continue
		}
		parts := strings.Split(strings.TrimSpace(coding), "/")
		if len(parts) < 2 {
			continue
		}
		clock, err := strconv.Atoi(strings.TrimSpace(parts[1]))
		if err != nil || clock <= 0 {
			continue
		}
		return format{name: parts[0], clock: clock}, true
	}
	return format{}, false
}

// eventName is that of the format for keys.
const eventName = "telephone-event"

// noiseFormat is comfort noise beside the codecs of an 8 kHz clock (RFC 3389 §4).
var noiseFormat = format{comfortNoise, "CN", 8000}

// comfortNoise is the format for pauses, on the voice's own clock; its name is
// empty when there is none, or the clock is not of ours.
func (m *mediaLine) comfortNoise(clock int) format {
	i := slices.IndexFunc(m.rtp, func(f format) bool {
		return strings.EqualFold(f.name, noiseFormat.name) && f.clock == clock
	})
	if i < 0 || clock != noiseFormat.clock {
		return format{}
	}
	return format{m.rtp[i].pt, noiseFormat.name, clock}
}

// telephoneEvent is the format for keys (RFC 4733), on the voice's own clock if
// it is there, else on any.
func (m *mediaLine) telephoneEvent(clock int) (format, bool) {
	is := func(f format) bool { return strings.EqualFold(f.name, eventName) }
	if i := slices.IndexFunc(m.rtp, func(f format) bool { return is(f) && f.clock == clock }); i >= 0 {
		return m.rtp[i], true
	}
	if i := slices.IndexFunc(m.rtp, is); i >= 0 {
		return m.rtp[i], true
	}
	return format{}, false
}

// sends and receives tell what the author of a direction attribute does.
func sends(f phone.Flow) bool    { return f == phone.FlowBoth || f == phone.FlowSend }
func receives(f phone.Flow) bool { return f == phone.FlowBoth || f == phone.FlowReceive }

// direction is the attribute of one who does these two things.
func direction(send, receive bool) phone.Flow {
	switch {
	case send && receive:
		return phone.FlowBoth
	case send:
		return phone.FlowSend
	case receive:
		return phone.FlowReceive
	}
	return phone.FlowNone
}
