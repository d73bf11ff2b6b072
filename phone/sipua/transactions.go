package sipua

import (
	"fmt"
	"strings"
	"sync"

	"github.com/emiago/sipgo/sip"
)

// transactions are the live ones of an endpoint, by the key that matches a
// message to its transaction (RFC 3261 §17.1.3 and §17.2.3).
type transactions[T any] struct {
	mu sync.Mutex
	m  map[string]T
}

func (t *transactions[T]) get(key string) (T, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	tx, ok := t.m[key]
	return tx, ok
}

// with does something with a live transaction before it can be dropped.
func (t *transactions[T]) with(key string, do func(T)) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	tx, ok := t.m[key]
	if ok {
		do(tx)
	}
	return ok
}

// put adds a transaction unless there are as many as limit already.
func (t *transactions[T]) put(key string, tx T, limit int) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.m == nil {
		t.m = make(map[string]T)
	}
	if len(t.m) >= limit {
		return false
	}
	t.m[key] = tx
	return true
}

func (t *transactions[T]) drop(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.m, key)
}

func (t *transactions[T]) drain() []T {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := make([]T, 0, len(t.m))
	for _, tx := range t.m {
		all = append(all, tx)
	}
	return all
}

// serverKey matches a request to its server transaction. An ACK and a CANCEL are
// matched to the INVITE they speak of by asking for that method.
func serverKey(req *sip.Request, method sip.RequestMethod) (string, error) {
	via := req.Via()
	if via == nil {
		return "", fmt.Errorf("no Via in %s", req.Method)
	}
	branch, _ := via.Params.Get("branch")
	if rest, ok := strings.CutPrefix(branch, sip.RFC3261BranchMagicCookie); ok && rest != "" {
		return strings.Join([]string{branch, via.SentBy(), string(method)}, " "), nil
	}
	// RFC 2543 peers: §17.2.3, without the Request-URI, which ACK may change.
	id, from, seq := req.CallID(), req.From(), req.CSeq()
	if id == nil || from == nil || seq == nil {
		return "", fmt.Errorf("no identity in %s", req.Method)
	}
	return fmt.Sprintf("%s %s %d %s %s", id.Value(), tagOf(from.Params), seq.SeqNo, via.Value(), method), nil
}

// clientKey matches a message to its client transaction.
func clientKey(msg sip.Message) (string, error) {
	via, seq := msg.Via(), msg.CSeq()
	if via == nil || seq == nil {
		return "", fmt.Errorf("no Via or CSeq in a response")
	}
	branch, _ := via.Params.Get("branch")
	return transactionKey(branch, seq.MethodName), nil
}

func transactionKey(branch string, method sip.RequestMethod) string {
	return branch + " " + string(method)
}

func tagOf(p sip.HeaderParams) string {
	tag, _ := p.Get("tag")
	return tag
}
