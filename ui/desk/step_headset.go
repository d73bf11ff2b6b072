package desk

// The headset's own buttons and lamps.

func (e HeadsetChanged) apply(t *turn) { t.Sound.Headset = e.Name }

// HeadsetPressed does what its wearer means: the hook ends a conversation, else
// answers; mute is the key F5.
func (e HeadsetPressed) apply(t *turn) {
	switch {
	case e.Button == MuteButton:
		MutePressed{}.apply(t)
	case e.Button != HookButton:
	case t.talks(""):
		HangupPressed{}.apply(t)
	default:
		AnswerPressed{}.apply(t)
	}
}

// headset is what a headset should show.
func (s *State) headset() HeadsetState {
	h := HeadsetState{Muted: s.Sound.Muted}
	for i := range s.Calls {
		c := &s.Calls[i]
		h.OffHook = h.OffHook || c.busy() || c.Pending == "answer" && !c.Aside
		h.Ringing = h.Ringing || (c.Phase == Ringing || c.Phase == Back) && c.Pending == ""
	}
	return h
}
