package simulator

import (
	"fmt"
	"runtime/debug"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// guarded keeps from diago what would end the program. Seen to with v0.31.0: an
// INFO or NOTIFY without Content-Type, and a short c= line in SDP, each a nil or
// index fault on a goroutine without recover. The first two are answered here;
// the rest is recovered, and answered 500.
func guarded(c Config) func(sipgo.RequestHandler) sipgo.RequestHandler {
	return func(next sipgo.RequestHandler) sipgo.RequestHandler {
		return func(req *sip.Request, tx sip.ServerTransaction) {
			defer func() {
				if fault := recover(); fault != nil {
					c.Log.Error("simulator: handler fault", "method", req.Method, "fault", fault, "stack", string(debug.Stack()))
					refuse(req, tx, sip.StatusInternalServerError, "Server Internal Error")
				}
			}()
			switch {
			case needsContentType(req):
				refuse(req, tx, sip.StatusUnsupportedMediaType, "Unsupported Media Type")
			case c.NoTransfer && req.Method == sip.REFER:
				refuse(req, tx, sip.StatusMethodNotAllowed, "Method Not Allowed")
			default:
				next(req, tx)
			}
		}
	}
}

func needsContentType(req *sip.Request) bool {
	return (req.Method == sip.INFO || req.Method == sip.NOTIFY) && req.ContentType() == nil
}

// refuse answers a request; an ACK has no answer (RFC 3261 §17). That the answer
// cannot be sent changes nothing for us: the other side will ask again.
func refuse(req *sip.Request, tx sip.ServerTransaction, status int, reason string) {
	if req.Method != sip.ACK {
		_ = tx.Respond(sip.NewResponseFromRequest(req, status, reason, nil))
	}
}

// recovered turns a panic of the goroutine that defers it into an error.
func recovered(err *error) {
	if fault := recover(); fault != nil {
		*err = fmt.Errorf("simulator: fault in the call: %v\n%s", fault, debug.Stack())
	}
}
