package sipua

import (
	"context"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// ask sends SUBSCRIBE, for the first time or to refresh.
func (s *subscription) ask(ctx context.Context) error {
	asking, cancel := context.WithTimeout(context.WithoutCancel(ctx), max(16*sip.T1, leastPatience))
	defer cancel()
	// What is under way when the line ends may be granted, and is to be given back.
	defer context.AfterFunc(ctx, func() { time.AfterFunc(goodbye, cancel) })()
	res, way, err := s.exchange(asking, s.asked)
	if err == nil && res.StatusCode == sip.StatusIntervalToBrief { // RFC 6665 §4.1.2.1
		if n, ok := number(res, "min-expires"); ok && time.Duration(n)*time.Second > s.asked {
			s.asked = time.Duration(n) * time.Second
			res, way, err = s.exchange(asking, s.asked)
		}
	}
	switch {
	case err != nil:
		return err
	case !res.IsSuccess():
		return refusal(res)
	}
	s.confirmed(res, way)
	granted := s.asked
	if n, ok := number(res, "expires"); ok && n > 0 {
		granted = min(granted, time.Duration(n)*time.Second)
	}
	s.began, s.stale = time.Now(), false
	s.due = s.began.Add(max(refreshAfter(granted), leastPause()))
	return nil
}

// confirmed brings the dialog up to date. A NOTIFY that overtook the first 2xx has
// made it already (RFC 6665 §4.4.1).
func (s *subscription) confirmed(res *sip.Response, way flow) {
	if !s.began.IsZero() {
		s.dialog.refresh(res.Contact())
		s.dialog.source = way
		return
	}
	tag := s.dialog.remote.tag
	s.dialog = s.dialog.confirmed(res, way)
	if tag != "" {
		s.dialog.remote.tag = tag
	}
}

// exchange sends one SUBSCRIBE and answers the challenges it meets.
func (s *subscription) exchange(ctx context.Context, lasts time.Duration) (*sip.Response, flow, error) {
	way, err := s.dialog.way(s.line.ep.Load())
	if err != nil {
		return nil, nil, unreachable(0, err)
	}
	req := s.request(way, lasts)
	for answered := 0; ; answered++ {
		res, err := s.await(ctx, req, way)
		if err != nil {
			return nil, nil, unreachable(0, err)
		}
		if !answerable(req, res, answered) {
			return res, way, nil
		}
		req = renewed(req, s.dialog.next(), way)
		if err := s.account.answer(req, res); err != nil {
			return nil, nil, &LineError{Status: res.StatusCode, code: CodeRefused, err: err}
		}
	}
}

func (s *subscription) request(way flow, lasts time.Duration) *sip.Request {
	req := s.dialog.request(sip.SUBSCRIBE, s.dialog.next(), way)
	contact := s.line.contact(way)
	s.known = contact.Value()
	for _, h := range []sip.Header{
		contact, header("Event", s.event), header("Accept", s.accepts),
		seconds("Expires", int(lasts.Seconds())), header("Allow-Events", strings.Join(packages, ", ")),
		header("Supported", supported), header("User-Agent", s.line.agent.cfg.UserAgent),
	} {
		req.AppendHeader(h)
	}
	return req
}

// await sends a request and takes the news that come before its response.
func (s *subscription) await(ctx context.Context, req *sip.Request, way flow) (res *sip.Response, err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		res, err = s.line.ep.Load().roundTrip(ctx, req, way)
	}()
	for {
		select {
		case <-done:
			return res, err
		case r := <-s.inbox:
			s.notified(r)
		}
	}
}
