package headset

import "time"

// Button is what a button of a headset means.
type Button string

// The buttons.
const (
	Hook Button = "hook" // take a call, or end it
	Mute Button = "mute"
)

// State is what a headset is told to show.
type State struct {
	Ringing bool
	OffHook bool // in a call
	Muted   bool
}

const (
	// tap is the longest that a finger rests on a push button.
	tap = 400 * time.Millisecond
	// echoWithin is how soon a headset repeats the mute that it was told.
	echoWithin = 300 * time.Millisecond
	// linkWithin is how long a cordless one may take to repeat a state: it opens its
	// radio link first.
	linkWithin = 2 * time.Second
)

// buttons makes presses of the reports of one headset.
type buttons struct {
	layout layout
	told   State
	hook   control
	mute   control
}

// control is one button.
type control struct {
	on      bool // as last reported
	push    bool // a push button, not a switch
	pressed time.Time
	echoes  map[bool]time.Time // until when a report of this repeats what we told
}

// newButtons sorts the controls by their flags. A relative one is a push button (HID
// Usage Tables, on/off controls). An absolute hook is a switch; an absolute mute is one
// only if it stays where it is put.
func newButtons(l layout) *buttons {
	b := &buttons{layout: l}
	b.hook.echoes, b.mute.echoes = map[bool]time.Time{}, map[bool]time.Time{}
	b.hook.push = l.buttons[hookSwitch].flags&flagRelative != 0
	mute := l.buttons[phoneMute].flags
	b.mute.push = mute&flagRelative != 0 || mute&flagNoPreferred == 0
	return b
}

// tell notes what the headset is being told.
func (b *buttons) tell(s State, now time.Time) {
	if s.OffHook != b.told.OffHook {
		b.hook.tell(s.OffHook, now)
	}
	if s.Muted != b.told.Muted {
		b.mute.tell(s.Muted, now)
	}
	b.told = s
}

// tell notes what will be repeated: by a switch the state, unless it is there already,
// by a push button a push.
func (c *control) tell(on bool, now time.Time) {
	switch {
	case c.push:
		c.echoes[true] = now.Add(echoWithin)
	case c.on != on:
		c.echoes[on] = now.Add(linkWithin)
	}
}

// take reads a report, which begins with its number.
func (b *buttons) take(report []byte, now time.Time) (pressed []Button) {
	if on, there := b.layout.read(hookSwitch, report); there && b.hook.turned(on, b.told.OffHook, now) {
		pressed = append(pressed, Hook)
	}
	if on, there := b.layout.read(phoneMute, report); there && b.mute.turned(on, b.told.Muted, now) {
		pressed = append(pressed, Mute)
	}
	return pressed
}

// turned takes a control's bit, and tells whether it was pressed. told is the state
// that the headset was told.
func (c *control) turned(on, told bool, now time.Time) bool {
	if on == c.on {
		return false
	}
	c.on = on
	echo := now.Before(c.echoes[on])
	delete(c.echoes, on) // it comes once
	if c.push {
		return on && !echo
	}
	if echo || on == told {
		return false
	}
	if !on && now.Sub(c.pressed) < tap {
		c.push = true // nobody presses a switch twice so fast: it was let go
		return false
	}
	if on {
		c.pressed = now
	}
	return true
}

// heedless is how long a press may take to have its effect.
const heedless = time.Second

// astray tells, once, that the hook was pressed and nothing came of it: no call rang,
// and the headset believes that it is in one.
func (b *buttons) astray(now time.Time) bool {
	h := &b.hook
	if h.push || !h.on || b.told.OffHook || h.pressed.IsZero() || now.Sub(h.pressed) <= heedless {
		return false
	}
	h.pressed = time.Time{}
	return true
}

// lit are the lamps of a state.
func (s State) lit() map[usage]bool {
	return map[usage]bool{hookLamp: s.OffHook, muteLamp: s.Muted, ringLamp: s.Ringing, ringer: s.Ringing}
}
