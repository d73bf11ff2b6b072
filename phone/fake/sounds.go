package fake

import (
	"slices"
	"time"

	"permanence/phone"
)

// SoundLasts makes a sound be there, and lets announcements of it take so long.
// Opening any other sound fails.
func (a *Agent) SoundLasts(sound phone.SoundID, d time.Duration) {
	a.x.mu.Lock()
	defer a.x.mu.Unlock()
	a.sounds[sound] = d
}

// announcement is what a far end hears in place of the operator.
type announcement struct {
	sounds []phone.SoundID // those that are there
	since  time.Time
	fault  string
	timer  *time.Timer
}

// Attend implements phone.UserAgent.
func (a *Agent) Attend(id phone.CallID, present bool) error {
	return a.at(id, up, func(l *leg) error {
		if l.aside != present {
			return phone.ErrWrongState
		}
		l.aside = !present
		l.silence(false)
		if l.aside {
			l.leaves()
		}
		l.tellAttendance()
		l.playMusic()
		return nil
	})
}

func (l *leg) tellAttendance() {
	l.emit(phone.AttendanceChanged{Call: l.id, Present: !l.aside, At: l.agent.x.now()})
}

// Announce implements phone.UserAgent.
func (a *Agent) Announce(id phone.CallID, sounds ...phone.SoundID) error {
	return a.at(id, up, func(l *leg) error { l.announce(sounds); return nil })
}

// announce plays sounds in place of those before. A timer ends them.
func (l *leg) announce(sounds []phone.SoundID) {
	l.silence(false)
	if len(sounds) == 0 {
		return
	}
	x := l.agent.x
	p := &announcement{since: x.now()}
	var lasts time.Duration
	for _, s := range sounds {
		d, there := l.agent.sounds[s]
		if !there {
			p.fault = "no sound " + string(s)
			continue
		}
		p.sounds, lasts = append(p.sounds, s), lasts+d
	}
	l.playing = p
	if lasts == 0 {
		l.silence(true)
		return
	}
	p.timer = time.AfterFunc(lasts, func() {
		x.mu.Lock()
		defer x.mu.Unlock()
		if l.playing == p {
			l.silence(true)
		}
	})
}

// silence ends what is announced: heard to its end, or cut short.
func (l *leg) silence(heard bool) {
	p := l.playing
	if p == nil {
		return
	}
	l.playing = nil
	if p.timer != nil {
		p.timer.Stop()
	}
	l.emit(phone.AnnouncementEnded{
		Call: l.id, Sound: l.begun(p, heard), Whole: heard && p.fault == "", Fault: p.fault, At: l.agent.x.now(),
	})
}

// begun is the last sound of an announcement that had its turn until now.
func (l *leg) begun(p *announcement, heard bool) (last phone.SoundID) {
	left := l.agent.x.now().Sub(p.since)
	for _, s := range p.sounds {
		last = s
		if left -= l.agent.sounds[s]; left < 0 && !heard {
			break
		}
	}
	return last
}

// OutsideHeardAll ends what is announced to the far end, as heard to its end.
func (a *Agent) OutsideHeardAll(id phone.CallID) {
	a.outside(id, func(far *leg) { far.peer.silence(true) })
}

// Music implements phone.UserAgent. Nobody hears it here; that it is missing is told
// when it would be heard.
func (a *Agent) Music(id phone.CallID, sound phone.SoundID) error {
	return a.at(id, over, func(l *leg) error {
		if l.music != sound {
			l.music, l.opened = sound, false
			l.playMusic()
		}
		return nil
	})
}

// playMusic looks for the music of a far end that waits.
func (l *leg) playMusic() {
	if l.agent == nil || l.stage != up || !l.holds && !l.aside || l.music == "" || l.opened {
		return
	}
	l.opened = true
	if _, there := l.agent.sounds[l.music]; !there {
		l.emit(phone.CommandFailed{Call: l.id, Command: "music", Detail: "no such sound", At: l.agent.x.now()})
	}
}

// receive takes a ringing call as the operator wants it.
func (x *Exchange) receive(l *leg, how phone.Reception) {
	l.aside = how.Aside
	x.answer(l)
	l.announce(slices.Clone(how.Announcements))
	l.playMusic()
}
