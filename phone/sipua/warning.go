package sipua

import (
	"fmt"
	"slices"

	"github.com/emiago/sipgo/sip"
)

// Why a session description cannot be taken (RFC 3261 §20.43).
const (
	warnTransport = 302 // no voice line over a transport that we speak
	warnMedia     = 304 // no voice line at all
	warnFormat    = 305 // voice, but in no coding that we have
	warnOther     = 399
)

var warnings = map[int]string{
	warnTransport: "Incompatible transport protocol", warnMedia: "Media type not available",
	warnFormat: "Incompatible media format", warnOther: "The session description cannot be read",
}

// warning tells a caller why its description got a 488: those who administer a
// trunk read it in their traces.
func warning(r *request) sip.Header {
	code := warningOf(r.Request)
	return header("Warning", fmt.Sprintf("%d %s %q", code, r.via.self(), warnings[code]))
}

func warningOf(req *sip.Request) int {
	d, err := bodyOf(req)
	if err != nil || d == nil {
		return warnOther
	}
	isAudio := func(l mediaLine) bool { return l.media == "audio" && l.port != 0 }
	switch {
	case slices.ContainsFunc(d.lines, func(l mediaLine) bool { return isAudio(l) && isVoice(l.proto) }):
		return warnFormat
	case slices.ContainsFunc(d.lines, isAudio):
		return warnTransport
	}
	return warnMedia
}
