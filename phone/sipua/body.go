package sipua

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// errBodyType is a body of a kind that we cannot read.
var errBodyType = errors.New("unsupported kind of body")

func isBodyType(err error) bool { return errors.Is(err, errBodyType) }

// bodyOf reads the session description of a message; nil if it has no body. A
// multipart body, as carriers send it beside ISUP, may hold one (RFC 5621).
func bodyOf(msg sip.Message) (*description, error) {
	body := msg.Body()
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, nil
	}
	typed, ok := msg.(interface{ ContentType() *sip.ContentTypeHeader })
	if !ok {
		return nil, errBodyType
	}
	switch kind, params := contentType(typed); {
	case kind == "application/sdp":
		return parseSDP(body)
	case strings.HasPrefix(kind, "multipart/"):
		part, err := sdpPart(body, params["boundary"])
		if err != nil {
			return nil, err
		}
		return parseSDP(part)
	default:
		return nil, fmt.Errorf("%w: %q", errBodyType, printable(kind))
	}
}

// sdpPart finds the session description in a multipart body.
func sdpPart(body []byte, boundary string) ([]byte, error) {
	if boundary == "" {
		return nil, fmt.Errorf("%w: multipart without a boundary", errBodyType)
	}
	parts := multipart.NewReader(bytes.NewReader(body), boundary)
	for range 16 {
		p, err := parts.NextRawPart()
		if err != nil {
			break
		}
		kind, _, _ := strings.Cut(p.Header.Get("Content-Type"), ";")
		if strings.EqualFold(strings.TrimSpace(kind), "application/sdp") {
			return io.ReadAll(p)
		}
	}
	return nil, fmt.Errorf("%w: no session description in it", errBodyType)
}
