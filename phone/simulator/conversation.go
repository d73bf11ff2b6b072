package simulator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/diago"
	"github.com/emiago/diago/media"
)

// conversation is one call. The goroutine that made it waits for its end; once
// it is answered one more listens and one more speaks. Those two are started,
// stopped and waited for by talk.
type conversation struct {
	dialog     diago.DialogSession
	part       *Part
	began      time.Time
	lastStatus atomic.Int32
	out        *Outcome // of the waiting goroutine, and of the listener while it runs

	flows  chan bool // whether we may send voice; the newest only
	refer  diago.OnReferDialogFunc
	enough chan struct{}
}

// mediaChanged hears of a re-INVITE, on the library's goroutine.
func (c *conversation) mediaChanged(m *diago.DialogMedia) {
	may := maySend(m.MediaSession().LocalSDP())
	select {
	case <-c.flows: // an older word nobody has heard yet
	default:
	}
	select {
	case c.flows <- may:
	default: // a newer one came meanwhile
	}
}

// maySend reads the direction of our own description (RFC 3264 §5.1).
func maySend(sdp []byte) bool {
	return !bytes.Contains(sdp, []byte("a=recvonly")) && !bytes.Contains(sdp, []byte("a=inactive"))
}

// talk carries an answered call to its end.
func (c *conversation) talk(ctx context.Context) (err error) {
	answered := time.Now()
	codec := media.CodecAudioFromSession(c.dialog.Media().MediaSession())
	c.out.Answered, c.out.Codec = true, codec.Name
	c.part.tell(Event{Kind: Answered})

	c.enough = make(chan struct{})
	speaking, hush := context.WithCancel(ctx)
	var both sync.WaitGroup
	var speakErr, listenErr error
	both.Go(func() { speakErr = c.speak(speaking, codec) })
	both.Go(func() { listenErr = c.listen(codec) })

	ending := c.wait(ctx)
	hush()
	if ending == HungUp {
		err = bye(c.dialog)
	}
	closeErr := c.dialog.Close() // ends the listener
	both.Wait()
	c.out.Ending, c.out.Talked = ending, time.Since(answered)
	return errors.Join(err, closeErr, speakErr, listenErr)
}

// wait returns when either side ends the call, and says which.
func (c *conversation) wait(ctx context.Context) Ending {
	var timeUp <-chan time.Time
	if c.part.TalkFor > 0 {
		timer := time.NewTimer(c.part.TalkFor)
		defer timer.Stop()
		timeUp = timer.C
	}
	select {
	case <-c.dialog.Context().Done():
		return LeftHere
	case <-ctx.Done():
	case <-timeUp:
	case <-c.enough:
	}
	return HungUp
}

// over closes what the call still holds and tells its end.
func (c *conversation) over() {
	_ = c.dialog.Close() // a second Close, or one of a call that never was
	c.part.tell(Event{Kind: Over})
}

func unsupported(codec media.Codec) error {
	return fmt.Errorf("simulator: codec %s was negotiated and is not spoken", codec.Name)
}
