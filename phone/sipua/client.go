package sipua

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/emiago/sipgo/sip"
)

var (
	errNoReply  = errors.New("no reply")
	errOverload = errors.New("too many transactions")
)

// clientTx drives one of sipgo's client transactions. Its responses are fed in
// the order in which they came, by a goroutine of its own: the library would
// start one for each and lose the order, and blocks for seconds on a repeated
// refusal.
type clientTx struct {
	*sip.ClientTx
	ep  *endpoint
	way flow
	key string
	in  chan *sip.Response
}

// response matches a response to its transaction. A 2xx to an INVITE may belong
// to a dialog whose transaction is over (RFC 3261 §13.2.2.4).
func (ep *endpoint) response(res *sip.Response, via flow) {
	key, err := clientKey(res)
	if err != nil || res.To() == nil || res.From() == nil || res.CallID() == nil ||
		len(res.GetHeaders("via")) != 1 { // more: it went astray (RFC 3261 §8.1.3.3)
		return
	}
	if ep.clients.with(key, func(tx *clientTx) { tx.take(res) }) {
		return
	}
	if res.CSeq().MethodName == sip.INVITE && res.IsSuccess() {
		ep.stray(res, via)
	}
}

// begin sends a request. Every response up to the final one is given to got, and
// then the transaction's end, with a nil response, to over. Both are called from
// one goroutine. After a 2xx to an INVITE the transaction is over at once: later
// ones are strays for the dialog.
func (ep *endpoint) begin(req *sip.Request, way flow, got func(*sip.Response), over func(error)) (*clientTx, error) {
	key, err := clientKey(req)
	if err != nil {
		return nil, err
	}
	way = ep.carrier(req, way)
	req.SetTransport(way.transport())
	tx := &clientTx{
		ClientTx: sip.NewClientTx(key, req, way, ep.log),
		ep:       ep, way: way, key: key, in: make(chan *sip.Response, 32),
	}
	if !ep.clients.put(key, tx, maxTransactions) {
		return nil, errOverload
	}
	ep.meet(way)
	if err := tx.Init(); err != nil {
		ep.clients.drop(key)
		return nil, fmt.Errorf("%s: %w", req.Method, err)
	}
	ep.running.Go(tx.feed)
	ep.running.Go(func() { tx.pass(got, over) })
	return tx, nil
}

// take queues a response for the transaction.
func (tx *clientTx) take(res *sip.Response) {
	select {
	case tx.in <- res:
	default: // a flood of responses; the peer repeats what matters
	}
}

func (tx *clientTx) feed() {
	defer tx.strays()
	for {
		select {
		case res := <-tx.in:
			guard(tx.ep.log, "response", func() { tx.Receive(res) })
			if tx.Origin().IsInvite() && res.IsSuccess() {
				<-tx.Done() // what comes from here on is not its own any more
				return
			}
		case <-tx.Done():
			return
		}
	}
}

// strays hands on the further 2xx that were queued before the first one had
// ended the transaction.
func (tx *clientTx) strays() {
	for {
		select {
		case res := <-tx.in:
			if tx.Origin().IsInvite() && res.IsSuccess() {
				guard(tx.ep.log, "response", func() { tx.ep.stray(res, tx.way) })
			}
		default:
			return
		}
	}
}

func (tx *clientTx) pass(got func(*sip.Response), over func(error)) {
	defer tx.ep.clients.drop(tx.key)
	final := false
	for {
		select {
		case res := <-tx.Responses():
			if final {
				continue
			}
			final = !res.IsProvisional()
			guard(tx.ep.log, "response", func() { got(res) })
			// A refused INVITE stays to acknowledge repetitions of the refusal.
			if final && (res.IsSuccess() || !tx.Origin().IsInvite()) {
				tx.ep.clients.drop(tx.key) // first: nothing is queued that strays would miss
				tx.Terminate()
			}
		case <-tx.Done():
			if !final {
				guard(tx.ep.log, "transaction's end", func() { over(tx.failure()) })
			}
			return
		}
	}
}

func (tx *clientTx) failure() error {
	err := tx.Err()
	if err == nil || errors.Is(err, sip.ErrTransactionTimeout) {
		return errNoReply
	}
	return err
}

// roundTrip sends a request that is not an INVITE and waits for its final
// response, as long as the transaction or ctx allow.
func (ep *endpoint) roundTrip(ctx context.Context, req *sip.Request, way flow) (*sip.Response, error) {
	final := make(chan *sip.Response, 1)
	failed := make(chan error, 1)
	got := func(res *sip.Response) {
		if !res.IsProvisional() {
			final <- res
		}
	}
	tx, err := ep.begin(req, way, got, func(err error) { failed <- err })
	if err != nil {
		return nil, err
	}
	defer tx.Terminate()
	select {
	case res := <-final:
		return res, nil
	case err := <-failed:
		return nil, err
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: %w", errNoReply, ctx.Err())
	}
}

// timerB is how long an answer to a request is waited for (RFC 3261 §17.1.1.2),
// and an ACK (§13.3.1.4), and how long strays of a call may still come.
func timerB() time.Duration { return 64 * sip.T1 }
