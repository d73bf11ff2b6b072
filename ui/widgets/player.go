package widgets

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"

	"permanence/ui/theme"
)

// Player plays one recorded sound: a button, how far it has come, its length. It
// only shows and asks; the sound is played elsewhere.
type Player struct {
	Root     *fyne.Container
	OnPlay   func(from time.Duration)
	OnStop   func()
	button   *IconButton
	progress *Progress
	times    *Text

	length  time.Duration
	playing bool
}

// NewPlayer makes a player without a sound.
func NewPlayer() *Player {
	p := &Player{progress: NewProgress()}
	p.times = NewText("", TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Align: fyne.TextAlignTrailing})
	p.button = NewIconButton(fynetheme.IconNameMediaPlay, p.Toggle)
	p.progress.OnSought = func(share float64) {
		p.play(time.Duration(share * float64(p.length)))
	}
	p.Root = container.New(&Row{Gap: 8, Grow: p.progress}, p.button, p.progress, p.times)
	return p
}

// Toggle plays the sound from its beginning, or stops it.
func (p *Player) Toggle() {
	if p.playing {
		p.OnStop()
		return
	}
	p.play(0)
}

func (p *Player) play(from time.Duration) {
	if p.OnPlay != nil {
		p.OnPlay(from)
	}
}

// Show sets how long the sound is and where it is; times are the words for both.
func (p *Player) Show(length, at time.Duration, playing bool, times string) {
	p.length = length
	share := 0.0
	if playing && length > 0 {
		share = float64(at) / float64(length)
	}
	p.progress.Set(share)
	p.times.Set(times)
	if p.playing != playing {
		p.playing = playing
		icon := fynetheme.IconNameMediaPlay
		if playing {
			icon = fynetheme.IconNameMediaStop
		}
		p.button.SetIcon(icon)
	}
}
