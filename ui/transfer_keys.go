package ui

import (
	"strings"

	"fyne.io/fyne/v2"

	"permanence/phone"
	"permanence/ui/desk"
	"permanence/ui/theme"
)

// Key handles a key of the panel's entry before the window does.
func (p *transferPanel) Key(key fyne.KeyName, mods fyne.KeyModifier) bool {
	if mods == fyne.KeyModifierControl && (key == fyne.KeyReturn || key == fyne.KeyEnter) {
		p.choose(false)
		return true
	}
	return p.keys(key, mods)
}

// step goes along the list.
func (p *transferPanel) step(key fyne.KeyName) bool {
	by := map[fyne.KeyName]int{fyne.KeyDown: 1, fyne.KeyUp: -1}[key]
	if by == 0 {
		return false
	}
	p.at += by
	p.fillRows()
	p.reveal()
	return true
}

// reveal scrolls the row that is chosen into view.
func (p *transferPanel) reveal() {
	if p.at >= len(p.rows) {
		return
	}
	o := p.rows[p.at].box
	top, bottom := o.Position().Y, o.Position().Y+o.Size().Height
	switch offset, height := p.scroll.Offset.Y, p.scroll.Size().Height; {
	case top < offset:
		p.scroll.ScrollToOffset(fyne.NewPos(0, top))
	case bottom > offset+height:
		p.scroll.ScrollToOffset(fyne.NewPos(0, bottom-height+theme.Px(2)))
	}
}

// digit puts through at once to whom the key belongs that was pressed first. On
// a French keyboard a digit's key alone gives a sign or a letter; a letter with
// which a name on the list begins is that name's.
func (p *transferPanel) digit(r rune) bool {
	if p.entry.Text != "" {
		return false
	}
	key := digitOn(r)
	for _, t := range p.targets {
		if key != "" && t.Key == key && !p.beginsName(r) {
			p.to(t, false)
			return true
		}
	}
	return false
}

// digitOn is the digit of the key that gives r, "" for none.
func digitOn(r rune) string {
	const digits, signs = "1234567890", "&é\"'(-è_çà"
	if strings.ContainsRune(digits, r) {
		return string(r)
	}
	i := 0
	for _, sign := range signs {
		if sign == r {
			return digits[i : i+1]
		}
		i++
	}
	return ""
}

// beginsName reports whether r is a letter and some target's word begins with it.
func (p *transferPanel) beginsName(r rune) bool {
	letter := folded(string(r))
	if !strings.ContainsAny(letter, "eac") {
		return false
	}
	for _, t := range p.targets {
		for _, word := range strings.Fields(folded(t.Name + " " + t.Role)) {
			if strings.HasPrefix(word, letter) {
				return true
			}
		}
	}
	return false
}

// transferKey is F4 at each stage of a transfer, nil when it has nothing to do.
func (d *Desk) transferKey() func() {
	t := d.state.Transfer
	switch {
	case choosing(&d.state):
		return d.transfer.take
	case t != nil && t.With != "":
		return d.sends(desk.TransferCompleted{})
	case backIn(&d.state) != nil:
		return func() { d.transfer.ask(backIn(&d.state).ID) }
	case transferable(&d.state):
		return func() { d.transfer.ask("") }
	}
	return nil
}

// holdKey is F3: the other of the two during a consultation, hold otherwise.
func (d *Desk) holdKey() func() {
	if consulted(&d.state) {
		return d.sends(desk.TransferSwapped{})
	}
	return d.sends(desk.HoldPressed{})
}

// consulted reports whether a third has answered whom the caller waits for.
func consulted(s *desk.State) bool {
	if s.Transfer == nil {
		return false
	}
	c := s.Call(s.Transfer.With)
	return c != nil && !c.AnsweredAt.IsZero()
}

// conferKey is F11: join those who talk and wait, leave them alone, come back.
func (d *Desk) conferKey() func() {
	switch {
	case operatorOut(&d.state):
		return d.sends(desk.ConferenceJoined{})
	case inConference(&d.state):
		return d.sends(desk.ConferenceLeft{})
	case conferrable(&d.state):
		return d.sends(desk.ConferencePressed{})
	}
	return nil
}

// conferrable reports whether there are two who can hear each other.
func conferrable(s *desk.State) bool {
	n := 0
	for i := range s.Calls {
		if c := &s.Calls[i]; !c.AnsweredAt.IsZero() && !underway(c) && c.Pending != "hangup" {
			n++
		}
	}
	return n > 1
}

// partKey is Ctrl+F11: everybody for himself again.
func (d *Desk) partKey() func() {
	if inConference(&d.state) {
		return d.sends(desk.ConferenceEnded{})
	}
	return nil
}

func lampColor(l phone.LampState) fyne.ThemeColorName {
	switch l {
	case phone.LampFree:
		return theme.Good
	case phone.LampBusy:
		return theme.Bad
	case phone.LampRinging:
		return theme.Wait
	}
	return theme.Rim
}
