package sipua

import (
	"encoding/binary"
	"fmt"
	"slices"
	"sync"

	"github.com/pion/srtp/v3"

	"permanence/phone"
)

// protection is what both sides agreed on to encrypt their voice with.
type protection struct {
	tag    int // of the offer's line
	suite  *suite
	local  masterKey
	remote []masterKey
	way    phone.Security // how safely the keys came
}

// sameLocal and sameRemote tell whether a direction goes on under its key.
func (p *protection) sameLocal(o *protection) bool {
	if p == nil || o == nil {
		return p == o
	}
	return p.suite == o.suite && p.local == o.local
}

func (p *protection) sameRemote(o *protection) bool {
	if p == nil || o == nil {
		return p == o
	}
	return p.suite == o.suite && slices.Equal(p.remote, o.remote)
}

// context is pion's state for one key. Its maps grow with each source that is
// looked at, so that one who need not know the key could fill the memory: here
// each source has a context of its own, and only one that proved itself is kept.
func (s *suite) context(keys []masterKey) (*srtp.Context, error) {
	first := keys[0]
	c, err := srtp.CreateContext([]byte(first.secret[:s.key]), []byte(first.secret[s.key:]), s.profile,
		srtp.SRTPReplayProtection(replayWindow), srtp.SRTCPReplayProtection(replayWindow),
		srtp.MasterKeyIndicator([]byte(first.mki)))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.name, err)
	}
	for _, k := range keys[1:] {
		if err := c.AddCipherForMKI([]byte(k.mki), []byte(k.secret[:s.key]), []byte(k.secret[s.key:])); err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return c, nil
}

// replayWindow is how many packets back a late one is still taken (RFC 3711
// §3.3.2 asks for 64 at least): more than the jitter buffer could use.
const replayWindow = 128

// sealer encrypts what one call sends. A nil one sends in the clear.
type sealer struct {
	mu   sync.Mutex
	ctx  *srtp.Context
	room [2048]byte
}

func newSealer(p *protection) (*sealer, error) {
	if p == nil {
		return nil, nil
	}
	ctx, err := p.suite.context([]masterKey{p.local})
	if err != nil {
		return nil, err
	}
	return &sealer{ctx: ctx}, nil
}

// sealRTP encrypts a packet. What it returns is good until the next one.
func (s *sealer) sealRTP(b []byte) ([]byte, error) {
	if s == nil {
		return b, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out, err := s.ctx.EncryptRTP(s.room[:0], b, nil)
	if err != nil {
		return nil, fmt.Errorf("SRTP: %w", err)
	}
	return out, nil
}

func (s *sealer) sealRTCP(b []byte) ([]byte, error) {
	if s == nil {
		return b, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out, err := s.ctx.EncryptRTCP(nil, b, nil)
	if err != nil {
		return nil, fmt.Errorf("SRTCP: %w", err)
	}
	return out, nil
}

// opener authenticates and decrypts what one call hears. A nil one takes what is
// in the clear. When the keys change, packets under the old ones are still on
// their way, so they stay good for a moment.
type opener struct {
	mu      sync.Mutex
	before  *opener
	heard   int // packets under these keys
	voice   sources
	reports sources
}

// overlap is how many packets under new keys end the old ones: a second's.
const overlap = 50

func newOpener(p *protection, before *opener) (*opener, error) {
	if p == nil {
		return nil, nil
	}
	if _, err := p.suite.context(p.remote); err != nil {
		return nil, err
	}
	if before != nil {
		before.mu.Lock()
		before.before = nil
		before.mu.Unlock()
	}
	return &opener{before: before, voice: sources{under: p}, reports: sources{under: p}}, nil
}

// openRTP gives the packet inside, good until the next one; false for one that
// was not made with the key, was changed, or came before.
func (o *opener) openRTP(b []byte) ([]byte, bool) {
	if o == nil {
		return b, true
	}
	if len(b) < 12 {
		return nil, false
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	ssrc := binary.BigEndian.Uint32(b[8:])
	decrypt := func(c *srtp.Context, dst []byte) ([]byte, error) { return c.DecryptRTP(dst, b, nil) }
	if out, ok := o.voice.open(ssrc, o.before.cycles, decrypt); ok {
		if o.heard++; o.heard == overlap {
			o.before = nil
		}
		return out, true
	}
	if o.before == nil {
		return nil, false
	}
	return o.before.openRTP(b)
}

func (o *opener) openRTCP(b []byte) ([]byte, bool) {
	if o == nil {
		return b, true
	}
	if len(b) < 8 {
		return nil, false
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	decrypt := func(c *srtp.Context, dst []byte) ([]byte, error) { return c.DecryptRTCP(dst, b, nil) }
	out, ok := o.reports.open(binary.BigEndian.Uint32(b[4:]), noCycles, decrypt)
	if !ok && o.before != nil {
		return o.before.openRTCP(b)
	}
	return out, ok
}

// cycles are how often a source's numbers may have wrapped when its first packet
// comes. None, says RFC 3711 §3.3.1; once, if they began high and the packets
// before were lost; and when only the key is new, as often as under the old one.
func (o *opener) cycles(ssrc uint32) []uint32 {
	all := []uint32{0, 1}
	if o == nil {
		return all
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if ctx := o.voice.known[ssrc]; ctx != nil {
		if n, ok := ctx.ROC(ssrc); ok {
			all = append(all, n, n+1)
		}
	}
	return all
}

// maxSources bounds the sources kept of one call. A phone takes a new one when it
// plays music to those on hold; the oldest is forgotten then.
const maxSources = 64

// sources are the contexts of those who proved to know the key.
type sources struct {
	under *protection
	known map[uint32]*srtp.Context
	order []uint32
	room  [2048]byte
}

// noCycles are those of RTCP, whose packets carry their whole number.
func noCycles(uint32) []uint32 { return []uint32{0} }

// open decrypts a packet of a source. One that is not known yet is, once a packet
// of it is sound; cycles are the counts to try it with.
func (s *sources) open(ssrc uint32, cycles func(uint32) []uint32, decrypt func(*srtp.Context, []byte) ([]byte, error)) ([]byte, bool) {
	if ctx := s.known[ssrc]; ctx != nil {
		out, err := decrypt(ctx, s.room[:0])
		return out, err == nil
	}
	ctx, err := s.under.suite.context(s.under.remote)
	if err != nil {
		return nil, false
	}
	for _, n := range cycles(ssrc) {
		ctx.SetROC(ssrc, n)
		if out, err := decrypt(ctx, s.room[:0]); err == nil {
			s.keep(ssrc, ctx)
			return out, true
		}
	}
	return nil, false
}

func (s *sources) keep(ssrc uint32, ctx *srtp.Context) {
	if s.known == nil {
		s.known = make(map[uint32]*srtp.Context)
	}
	if len(s.order) == maxSources {
		delete(s.known, s.order[0])
		s.order = s.order[1:]
	}
	s.known[ssrc], s.order = ctx, append(s.order, ssrc)
}
