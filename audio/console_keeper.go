package audio

import (
	"fmt"
	"slices"
	"time"
)

// keeper owns the devices: it is the only caller of the driver. It looks at them
// every tenth of a second while they are open, lists them every second, and
// opens, moves and closes streams so that each role uses the device it should.
type keeper struct {
	*Console
	devices  Devices
	listErr  error
	listedAt time.Duration // when the devices were last listed; 0 is never
	slots    [roleCount]*slot
	ill      ailments
	wished   wish // as the keeper last saw it
	isAwake  bool
}

// The keeper's rhythm and patience.
const (
	watchEvery  = 100 * time.Millisecond
	listEvery   = time.Second
	deadAfter   = 500 * time.Millisecond // a device without callbacks is lost
	startsIn    = 3 * time.Second        // unless it has just been opened
	youth       = 4 * time.Second
	quietFrames = 500 // 5 s of digital silence
)

func newKeeper(c *Console) *keeper {
	k := &keeper{Console: c, ill: make(ailments)}
	for i, r := range roles {
		k.slots[i] = &slot{role: r}
	}
	return k
}

func (k *keeper) run() {
	t := time.NewTimer(0)
	defer t.Stop()
	for {
		select {
		case <-k.quit:
			k.shutAll()
			return
		case <-k.poke:
		case <-t.C:
		}
		t.Reset(k.look())
	}
}

// look does everything once and says when to look again.
func (k *keeper) look() time.Duration {
	k.isAwake = k.stillNeeded()
	chosen := k.takeWish()
	doubtful := k.checkLife()
	if chosen || doubtful || k.listedAt == 0 || k.clock.now()-k.listedAt > listEvery-watchEvery/2 {
		k.list()
	}
	for _, s := range k.slots {
		k.settle(s)
	}
	k.report()
	if k.isAwake {
		return watchEvery
	}
	return listEvery
}

// takeWish reads what the desk asked for, and reports whether devices were
// chosen. One that is chosen again is tried again.
func (k *keeper) takeWish() (chosen bool) {
	k.mu.Lock()
	k.wished = k.wish
	k.wish.chosen = [roleCount]bool{}
	k.mu.Unlock()
	for i, s := range k.slots {
		if k.wished.chosen[i] {
			chosen = true
			for _, name := range append(slices.Clone(k.wished.names[i]), s.systemDefault(k.devices)) {
				delete(k.ill, s.key(name))
			}
		}
	}
	return chosen
}

// list asks what is plugged in.
func (k *keeper) list() {
	devices, err := k.driver.Devices()
	k.listedAt = max(1, k.clock.now())
	if (err != nil) != (k.listErr != nil) {
		k.log.Info("sound system", "answers", err == nil, "err", err)
	}
	k.devices, k.listErr = devices, err
	k.ill.forgive(k.devices)
}

// checkLife closes the devices that stopped calling, and reports whether there
// were any, or one that falters: it may no longer be listed. One that had hardly
// lived is not opened again at once; one that has lived is well.
func (k *keeper) checkLife() (doubtful bool) {
	now := k.clock.now()
	for _, s := range k.slots {
		if s.line == nil {
			continue
		}
		alive := s.line.pulse.alive(s.line.port, now)
		lived := s.line.pulse.last - s.line.opened
		doubtful = doubtful || !alive && lived > 0
		switch {
		case s.dead(now):
			doubtful = true
			k.log.Warn("sound device stopped", "role", s.role, "device", s.line.using)
			if lived < youth {
				k.ill.strike(s.key(s.line.using), errNoLife, now)
			}
			k.shut(s)
		case lived >= youth:
			delete(k.ill, s.key(s.line.using))
		}
	}
	return doubtful
}

// settle brings one role to the device it should use. Each device that refuses
// is struck, so the choice moves on until one opens or none is left.
func (k *keeper) settle(s *slot) {
	for {
		s.choice = k.choiceFor(s)
		if s.choice.using == "" && k.keepsSounding(s) {
			return
		}
		if !k.wanted(s) || s.choice.using == "" {
			k.shut(s)
			return
		}
		if s.settled() {
			return
		}
		err := k.open(s)
		if err == nil {
			return
		}
		k.log.Warn("sound device refused", "role", s.role, "device", s.choice.using, "err", err)
		k.ill.strike(s.key(s.choice.using), err, k.clock.now())
	}
}

// keepsSounding is true for a device that plays on although the sound system
// does not list it: its silence will tell when it is gone.
func (k *keeper) keepsSounding(s *slot) bool {
	return k.listErr != nil && s.line != nil && k.isAwake
}

// choiceFor picks a role's device. While somebody is being talked to, a device
// that failed is not tried again as long as another one works.
func (k *keeper) choiceFor(s *slot) choice {
	i, _ := s.role.index()
	wanted, list, now := k.wished.names[i], s.listOf(k.devices), k.clock.now()
	if k.parties.count() > 0 {
		never := func(name string) bool { _, ill := k.ill[s.key(name)]; return !ill }
		if c := choose(wanted, list, never); c.using != "" {
			return c
		}
	}
	return choose(wanted, list, func(name string) bool { return !k.ill.resting(s.key(name), now) })
}

// wanted reports whether a role's device is to be open now. The ringer is only
// opened to ring, and never when the earpiece can ring on the same device.
func (k *keeper) wanted(s *slot) bool {
	if s.role != Ringer {
		return k.isAwake
	}
	ear := k.slots[earIndex].choice.using
	inEar := s.choice.using == "" || s.choice.using == ear
	k.ringInEar.Store(inEar)
	return k.isAwake && !inEar && (k.wished.signal == Ring || s.line != nil)
}

// report publishes the state when it changed.
func (k *keeper) report() {
	s := k.describe()
	k.mu.Lock()
	same := s.equal(k.state)
	k.state = s
	k.mu.Unlock()
	if !same {
		k.changed(s)
	}
}

func (k *keeper) describe() State {
	s := State{
		Uses:      make(map[Role]Use, roleCount),
		Captures:  names(k.devices.Captures),
		Playbacks: names(k.devices.Playbacks),
		Muted:     k.muted.Load(),
	}
	for i, slot := range k.slots {
		u := Use{Wanted: dearest(k.wished.names[i]), Using: slot.using(), Lost: slot.choice.lost}
		s.Uses[slot.role] = u
	}
	s.Silent = s.Uses[Microphone].Using == "" && s.Uses[Earpiece].Using == ""
	s.Err, s.Detail = k.trouble()
	return s
}

// trouble is what is wrong now, the gravest first.
func (k *keeper) trouble() (code, detail string) {
	if k.listErr != nil {
		return ErrServer, k.listErr.Error()
	}
	for i, s := range k.slots {
		if detail := k.ailing(s, k.wished.names[i]); detail != "" {
			return ErrDevice, detail
		}
	}
	if k.slots[micIndex].line != nil && k.micQuiet.Load() >= quietFrames {
		return ErrMicrophoneSilent, ""
	}
	return "", ""
}

// ailing tells which device of a role does not work, and why. A device only
// matters to a role that needs it: what is less dear than the one in use does not.
func (k *keeper) ailing(s *slot, wanted []string) string {
	for _, name := range append(slices.Clone(wanted), "") {
		device, _ := find(name, s.listOf(k.devices))
		if ill, ok := k.ill[s.key(device)]; ok {
			return fmt.Sprintf("%s: %v", device, ill.cause)
		}
		if device == s.choice.using {
			return ""
		}
	}
	return ""
}
