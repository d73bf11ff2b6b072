package sipua

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/google/uuid"

	"permanence/phone"
)

// defaultExpires is asked for when a line does not say.
const defaultExpires = 5 * time.Minute

// leastPatience is how long a registrar may take to answer at least. With the
// usual T1 it has 8 s, not the 32 of the transaction: the operator waits for it.
const leastPatience = 4 * time.Second

func patienceWithServer() time.Duration { return max(16*sip.T1, leastPatience) }

// binding is one line's entry at its registrar (RFC 3261 §10): one Contact with
// a random user, which only we know and only we remove. It belongs to the line's
// goroutine.
type binding struct {
	account
	ep     *endpoint
	agent  string // User-Agent
	user   string // the random user part of our Contact
	callID string // one for all REGISTERs of a binding (§10.2)
	seq    uint32
	way    flow      // over which the registrar accepted us; nil before
	at     hop       // and which of its addresses that is
	known  []hop     // all of them, that one first
	seen   mapping   // how a router shows us there
	routes []sip.Uri // the way that our requests are to go (RFC 3608)
}

func newBinding(ep *endpoint, line phone.Line, store phone.Credentials, agent string) *binding {
	return &binding{
		account: account{line: line, store: store}, ep: ep, agent: agent,
		user: newTag(), callID: uuid.NewString(),
	}
}

// register asks for the binding, and returns for how long it was granted. The
// server that accepted it last is asked first, then all in their order.
func (b *binding) register(ctx context.Context) (time.Duration, error) {
	hops, err := b.ep.serversOf(ctx, b.line)
	if err != nil {
		return 0, err
	}
	return b.registerAtOne(ctx, b.startingHere(hops))
}

// registerAt asks one server.
func (b *binding) registerAt(ctx context.Context, to hop) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, patienceWithServer())
	defer cancel()
	way, err := b.ep.flowTo(ctx, to)
	if err != nil {
		return 0, asLineError(err)
	}
	granted, res, err := b.ask(ctx, way)
	if err != nil {
		return 0, err
	}
	b.way, b.at, b.routes = way, to, serviceRoute(res)
	return b.learn(ctx, res, granted)
}

// ask sends the REGISTER, again with a longer interval if the server wants that.
func (b *binding) ask(ctx context.Context, way flow) (time.Duration, *sip.Response, error) {
	asked := b.line.Expires
	if asked <= 0 {
		asked = defaultExpires
	}
	res, err := b.exchange(ctx, b.request(way, b.contact(way), asked), way)
	if err == nil && res.StatusCode == sip.StatusIntervalToBrief { // 423, §10.2.8
		if n, ok := number(res, "min-expires"); ok && time.Duration(n)*time.Second > asked {
			asked = time.Duration(n) * time.Second
			res, err = b.exchange(ctx, b.request(way, b.contact(way), asked), way)
		}
	}
	if err != nil {
		return 0, nil, err
	}
	if !res.IsSuccess() {
		return 0, nil, refusal(res)
	}
	return b.granted(res, way, asked), res, nil
}

// remove takes our own contact away, and no other.
func (b *binding) remove(ctx context.Context) error {
	if b.way == nil {
		return nil
	}
	_, err := b.exchange(ctx, b.request(b.way, b.contact(b.way), 0), b.way)
	return err
}

// exchange sends a REGISTER and answers the challenges it meets.
func (b *binding) exchange(ctx context.Context, req *sip.Request, way flow) (*sip.Response, error) {
	for answered := 0; ; answered++ {
		b.ep.access.ask(time.Now())
		res, err := b.ep.roundTrip(ctx, req, way)
		b.ep.access.answered(time.Now())
		if err != nil {
			return nil, unreachable(0, err)
		}
		if !answerable(req, res, answered) {
			return res, nil
		}
		b.seq++
		next := renewed(req, b.seq, way)
		if err := b.answer(next, res); err != nil {
			return nil, &LineError{Status: res.StatusCode, code: CodeRefused, err: err}
		}
		req = next
	}
}

func (b *binding) request(way flow, contact *sip.ContactHeader, expires time.Duration) *sip.Request {
	aor := aorOf(b.line)
	registrar := aor
	registrar.User = ""
	b.seq++
	req := sip.NewRequest(sip.REGISTER, registrar)
	from := &sip.FromHeader{Address: aor}
	from.Params.Add("tag", newTag())
	id := sip.CallIDHeader(b.callID)
	contact.Params.Add("expires", strconv.Itoa(int(expires.Seconds())))
	for _, h := range []sip.Header{
		viaFor(way), maxForwards(), from, &sip.ToHeader{Address: aor}, &id,
		&sip.CSeqHeader{SeqNo: b.seq, MethodName: sip.REGISTER}, contact,
		seconds("Expires", int(expires.Seconds())), header("Allow", allowed), header("User-Agent", b.agent),
	} {
		req.AppendHeader(h)
	}
	req.SetBody(nil)
	return req
}

func (b *binding) contact(way flow) *sip.ContactHeader { return b.seen.contact(b.user, way) }

// aorOf is the address of record of a line.
func aorOf(l phone.Line) sip.Uri {
	u := sip.Uri{Scheme: "sip", User: l.User, Host: l.Domain}
	if p, err := placeOf(l.Domain); err == nil {
		u.Host, u.Port = p.host, int(p.port)
		if strings.Contains(p.host, ":") {
			u.Host = "[" + p.host + "]"
		}
	}
	return u
}

// granted reads for how long the registrar keeps our contact: its own expires
// parameter counts, then the header, then what we asked for (§10.2.4). Our user
// may be there under an earlier address as well.
func (b *binding) granted(res *sip.Response, way flow, asked time.Duration) time.Duration {
	ours, best := b.contact(way).Address, time.Duration(0)
	for _, h := range res.GetHeaders("contact") {
		c, ok := h.(*sip.ContactHeader)
		if !ok || c.Address.User != b.user {
			continue
		}
		v, _ := c.Params.Get("expires")
		n, err := strconv.Atoi(v)
		if err != nil || n <= 0 {
			continue
		}
		if exact := c.Address.Host == ours.Host && c.Address.Port == ours.Port; exact || best == 0 {
			best = time.Duration(n) * time.Second
		}
	}
	if best > 0 {
		return best
	}
	if n, ok := number(res, "expires"); ok && n > 0 {
		return time.Duration(n) * time.Second
	}
	return asked
}

// refusal sorts a final response that is not a success: what another try may
// heal is unreachable, everything else is refused.
func refusal(res *sip.Response) *LineError {
	words := printable(res.Reason)
	if words == "" {
		words = phrase(res.StatusCode)
	}
	switch s := res.StatusCode; {
	case s == 408, s == 430, s == 480, s >= 500 && s < 600:
		e := unreachable(s, fmt.Errorf("the registrar is unavailable: %s", words))
		e.after = retryAfter(res)
		return e
	default:
		return refused(res.StatusCode, words)
	}
}
