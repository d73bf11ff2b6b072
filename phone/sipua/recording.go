package sipua

import (
	"errors"
	"time"

	"permanence/audio"
	"permanence/phone"
)

// How a call is recorded. A disk may be slow, or never answer: it is asked in
// goroutines of their own, and neither the voice nor the call's end waits for it
// longer than diskPatience.

var errStuckDisk = errors.New("the disk does not answer")

const diskPatience = time.Second

// recording is what is being kept of a call. The call owns it.
type recording struct {
	sound  phone.SoundID
	tape   *audio.Tape // nil until the disk has begun it
	paused bool
	over   bool // it is to be completed, or is being
}

// Record implements phone.UserAgent.
func (a *Agent) Record(id phone.CallID, as phone.SoundID, what phone.Recorded) error {
	return a.command(id, func(c *call) (func(), error) {
		if c.mustBe(up) != nil || as == "" || !c.recorded.CompareAndSwap(false, true) {
			return nil, phone.ErrWrongState
		}
		return func() { c.startRecording(as, what) }, nil
	})
}

// PauseRecording implements phone.UserAgent.
func (a *Agent) PauseRecording(id phone.CallID, paused bool) error {
	return a.ofRecording(id, func(c *call, r *recording) { c.pauseRecording(r, paused) })
}

// StopRecording implements phone.UserAgent.
func (a *Agent) StopRecording(id phone.CallID) error {
	return a.ofRecording(id, (*call).stopRecording)
}

// ofRecording has a call do something with its recording.
func (a *Agent) ofRecording(id phone.CallID, do func(*call, *recording)) error {
	return a.command(id, func(c *call) (func(), error) {
		if c.mustBe(up) != nil || !c.recorded.Load() {
			return nil, phone.ErrWrongState
		}
		return func() {
			if r := c.record; r != nil && !r.over {
				do(c, r)
			}
		}, nil
	})
}

// startRecording has the disk begin a recording.
func (c *call) startRecording(as phone.SoundID, what phone.Recorded) {
	if c.stage != up {
		return
	}
	r := &recording{sound: as}
	c.record = r
	go c.makeTape(r, what == phone.RecordBoth)
	c.after(diskPatience, func() {
		if r.tape == nil {
			c.noTape(r, errStuckDisk)
		}
	})
}

// makeTape gives the call a tape, or the reason why there is none. A tape that comes
// too late is closed here.
func (c *call) makeTape(r *recording, both bool) {
	var tape *audio.Tape
	err := errBadSound
	guard(c.agent.cfg.Log, "recording", func() {
		var sink audio.Sink
		if sink, err = c.agent.cfg.Sounds.Create(string(r.sound)); err == nil {
			tape = audio.NewTape(sink, both)
		}
	})
	if err != nil {
		c.must(func() { c.noTape(r, err) })
		return
	}
	if !c.offerTape(r, tape) {
		c.closeTape(tape)
	}
}

// offerTape reports whether the call took a tape; one that is gone does not.
func (c *call) offerTape(r *recording, t *audio.Tape) bool {
	taken := make(chan bool, 1)
	c.must(func() { taken <- c.takeTape(r, t) })
	select {
	case ok := <-taken:
		return ok
	case <-c.gone:
	}
	select {
	case ok := <-taken: // just before it went
		return ok
	default:
		return false
	}
}

// takeTape begins to record, unless nobody wants it any more.
func (c *call) takeTape(r *recording, t *audio.Tape) bool {
	if c.stage != up || c.record != r {
		return false
	}
	r.tape = t
	c.steerTape()
	c.sound.Load().keepOn(t)
	c.tellRecording()
	if r.over {
		c.complete(r)
	}
	return true
}

// noTape tells that nothing can be recorded.
func (c *call) noTape(r *recording, err error) {
	if c.record == r {
		c.record = nil
		c.recorded.Store(false)
		c.failed("record", err)
	}
}

func (c *call) tellRecording() {
	c.agent.report(phone.RecordingChanged{
		Call: c.id, Sound: c.record.sound, Paused: c.record.paused, At: c.agent.cfg.Now(),
	})
}

func (c *call) pauseRecording(r *recording, paused bool) {
	if r.paused == paused {
		return
	}
	if r.paused = paused; r.tape != nil {
		c.steerTape()
		c.tellRecording()
	}
}

// steerTape leaves out what is not to be kept: whoever is on hold did not agree to
// be listened to.
func (c *call) steerTape() {
	if r := c.record; r != nil && r.tape != nil {
		r.tape.LeaveOut(r.paused || c.onHold.Load())
	}
}

func (c *call) stopRecording(r *recording) {
	if r.over = true; r.tape != nil {
		c.complete(r)
	}
}

// complete has the disk end a recording, and tells what became of it.
func (c *call) complete(r *recording) {
	r.over = true
	c.sound.Load().keepOn(nil)
	done := func(kept audio.Recording, err error) {
		c.must(func() { c.completed(r, kept, err) })
	}
	go func() { done(c.closeTape(r.tape)) }()
	time.AfterFunc(diskPatience, func() { done(audio.Recording{}, errStuckDisk) }) // also after the call's end
}

func (c *call) closeTape(t *audio.Tape) (kept audio.Recording, err error) {
	err = errBadSound
	guard(c.agent.cfg.Log, "recording", func() { kept, err = t.Close() })
	return kept, err
}

// completed tells of a recording's end, and then of the call's if that waits for it.
func (c *call) completed(r *recording, kept audio.Recording, err error) {
	if c.record != r {
		return
	}
	c.record = nil
	c.recorded.Store(false) // before it is told: who hears of it may begin the next at once
	e := phone.RecordingEnded{
		Call: c.id, Sound: r.sound, Length: kept.Length, Silent: kept.Silent, At: c.agent.cfg.Now(),
	}
	if err != nil {
		c.agent.cfg.Log.Error("recording not whole", "call", c.id, "sound", string(r.sound), "kept", kept.Length, "error", err)
		e.Fault = err.Error()
	}
	c.agent.report(e)
	if c.farewell != nil {
		c.pending--
		c.tellEnd()
	}
}

// endRecording ends what is recorded at the call's end, and reports whether that
// must be waited for.
func (c *call) endRecording() bool {
	r := c.record
	if r == nil || r.tape == nil {
		c.record = nil // a tape that still comes is not taken
		return false
	}
	if !r.over {
		c.complete(r)
	}
	c.pending++
	return true
}

// dropRecording is for a call whose time is over: it waits for no disk.
func (c *call) dropRecording() {
	if r := c.record; r != nil {
		c.completed(r, audio.Recording{}, errStuckDisk)
	}
}
