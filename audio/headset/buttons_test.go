package headset

import (
	"slices"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// happening is something done to a headset, so long after the one before.
type happening struct {
	after  time.Duration
	told   *State // by us
	report []byte // from it
	want   []Button
}

func tells(s State) happening { return happening{told: &s} }

func after(d time.Duration, report []byte, want ...Button) happening {
	return happening{after: d, report: report, want: want}
}

func TestButtons(t *testing.T) {
	const blink, second = 20 * time.Millisecond, time.Second
	ringing, talking := State{Ringing: true}, State{OffHook: true}
	quiet := State{OffHook: true, Muted: true}
	// Reports of the wired headset: bit 0 is the hook, bit 2 mute.
	idle, off, mute, offMute := []byte{2, 0, 0}, []byte{2, 1, 0}, []byte{2, 4, 0}, []byte{2, 5, 0}
	// Of the cordless one: the hook, and mute that stays.
	up, down, shut, unshut := []byte{8, 1}, []byte{8, 0}, []byte{9, 1}, []byte{9, 0}
	// Of the simple one: bit 6 is a hook that is a push button.
	push, let := []byte{0, 64}, []byte{0, 0}

	for name, c := range map[string]struct {
		descriptor []byte
		story      []happening
	}{
		"answered and ended by the button": {wired, []happening{
			tells(ringing), after(second, off, Hook), tells(talking), after(blink, off),
			after(second, idle, Hook), tells(State{}), after(blink, idle),
		}},
		"answered and ended by the computer": {wired, []happening{
			tells(ringing), tells(talking), after(blink, off), tells(State{}), after(blink, idle),
		}},
		"answered by the computer, ended by the button": {wired, []happening{
			tells(talking), after(second, off), after(second, idle, Hook),
		}},
		"the hook says the same in every report": {wired, []happening{
			tells(talking), after(blink, off), after(blink, offMute, Mute), after(blink, off), after(second, offMute, Mute),
		}},
		"answered and ended before it is echoed": {wired, []happening{
			tells(talking), tells(State{}), after(second, off), after(blink, idle), after(second, off, Hook),
		}},
		"taken by both at once": {cordless, []happening{
			tells(ringing), tells(talking), after(blink, up), after(second, down, Hook),
		}},
		"mute is echoed": {wired, []happening{
			tells(talking), after(second, off), tells(quiet), after(blink, offMute), after(blink, off), after(blink, offMute, Mute),
		}},
		"an echo that comes late is a press": {wired, []happening{
			tells(quiet), after(echoWithin, mute, Mute),
		}},
		"other keys mean nothing": {wired, []happening{
			after(second, []byte{2, 8, 0xff}), after(second, []byte{1, 0xff}), after(second, []byte{2}), after(second, nil),
		}},
		"mute that stays": {cordless, []happening{
			tells(talking), after(blink, up), after(second, shut, Mute), tells(quiet), after(blink, shut),
			after(second, unshut, Mute), tells(talking), tells(quiet), after(blink, shut), after(second, unshut, Mute),
		}},
		"a press without a call, and then a call": {cordless, []happening{
			after(second, up, Hook), tells(talking), tells(State{}), after(blink, down), tells(ringing), after(second, up, Hook),
		}},
		"a switch that is a push button after all": {cordless, []happening{
			tells(ringing), after(second, up, Hook), tells(talking), after(100*time.Millisecond, down),
			after(second, up, Hook), tells(State{}), after(100*time.Millisecond, down),
		}},
		"a hook that is a push button": {simple, []happening{
			tells(ringing), after(second, push, Hook), tells(talking), after(3*second, let),
			after(second, push, Hook), tells(State{}), after(blink, let),
		}},
	} {
		l, err := parse(c.descriptor)
		if err != nil {
			t.Fatal(err)
		}
		b, now := newButtons(l), noon
		for i, h := range c.story {
			now = now.Add(h.after)
			if h.told != nil {
				b.tell(*h.told, now)
			} else if got := b.take(h.report, now); !slices.Equal(got, h.want) {
				t.Errorf("%s, step %d: %v, want %v", name, i+1, got, h.want)
			}
		}
	}
}

func TestAstray(t *testing.T) {
	l, err := parse(wired)
	if err != nil {
		t.Fatal(err)
	}
	b := newButtons(l)
	b.take([]byte{2, 1, 0}, noon)
	if b.astray(noon.Add(heedless)) {
		t.Error("a press has had no time")
	}
	if !b.astray(noon.Add(heedless+1)) || b.astray(noon.Add(time.Hour)) {
		t.Error("a press to no end is not told once")
	}
	b = newButtons(l)
	b.tell(State{OffHook: true}, noon)
	if b.astray(noon.Add(time.Hour)) {
		t.Error("a headset that echoes nothing is to be straightened in mid-call")
	}
}
