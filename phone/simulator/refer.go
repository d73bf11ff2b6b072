package simulator

import (
	"context"
	"time"

	"github.com/emiago/diago"
)

// referred makes a party follow a transfer (RFC 3515): it calls whom the other
// side names and plays its part on there, without the keys, which were pressed.
// The library runs it on a goroutine of its own, tells the other side what comes
// of the call, and takes the call to be over when it returns.
func (s *Simulator) referred(part Part) diago.OnReferDialogFunc {
	part.DTMF = ""
	return func(dialog *diago.DialogClientSession) (err error) {
		ctx, done, err := s.begin(context.Background())
		if err != nil {
			return err
		}
		defer done()
		defer recovered(&err)
		c := &conversation{
			dialog: dialog, part: &part, began: time.Now(), out: &Outcome{},
			flows: make(chan bool, 1), refer: s.referred(part),
		}
		if err := c.invite(ctx, dialog, nil); err != nil {
			return err
		}
		return c.talk(ctx)
	}
}
