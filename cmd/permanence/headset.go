//go:build !office

package main

import (
	"permanence/audio/headset"
	"permanence/ui/desk"
)

// headsetPort is the headsets' buttons and lamps as the core knows them.
type headsetPort struct{ all *headset.Headsets }

func (p headsetPort) Show(s desk.HeadsetState) { p.all.Show(headset.State(s)) }

// openHeadset begins to look for headsets that have buttons.
func (s *station) openHeadset() {
	s.headset = headset.Open(headset.Config{
		Pressed: func(b headset.Button) { s.core.Send(desk.HeadsetPressed{Button: desk.HeadsetButton(b)}) },
		Changed: func(name string) { s.core.Send(desk.HeadsetChanged{Name: name}) },
		Log:     s.log,
	})
}
