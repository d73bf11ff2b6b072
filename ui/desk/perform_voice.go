package desk

import (
	"context"

	"permanence/phone"
)

func (e Attend) perform(p *performer) {
	p.command(e.Call, "attend", func() error { return p.ports.Phone.Attend(e.Call, e.Present) })
}

func (e Announce) perform(p *performer) {
	p.command(e.Call, "announce", func() error { return p.ports.Phone.Announce(e.Call, e.Sounds...) })
}

func (e PlayMusic) perform(p *performer) {
	p.command(e.Call, "music", func() error { return p.ports.Phone.Music(e.Call, e.Sound) })
}

func (e Record) perform(p *performer) {
	p.command(e.Call, "record", func() error { return p.ports.Phone.Record(e.Call, e.As, e.What) })
}

func (e PauseRecording) perform(p *performer) {
	p.command(e.Call, "record", func() error { return p.ports.Phone.PauseRecording(e.Call, e.Paused) })
}

func (e StopRecording) perform(p *performer) {
	p.command(e.Call, "record", func() error { return p.ports.Phone.StopRecording(e.Call) })
}

func (e TreatVoices) perform(p *performer) {
	p.phone.put(func() { p.ports.Sound.Treat(e.Treatment) })
}

func (e Whisper) perform(p *performer) {
	p.phone.put(func() { p.ports.Sound.Whisper(e.Sound) })
}

func (e Listen) perform(p *performer) {
	p.phone.put(func() { p.ports.Sound.Listen(e.Sound, e.From) })
}

func (e Dictate) perform(p *performer) {
	p.phone.put(func() { p.ports.Sound.Dictate(e.As, e.Most) })
}

func (e ShowHeadset) perform(p *performer) {
	p.phone.put(func() { p.ports.Headset.Show(e.State) })
}

func (e KeepSound) perform(p *performer) {
	p.write(func(ctx context.Context) {
		if err := p.ports.Store.KeepSound(ctx, e.Sound); err != nil {
			p.send(SoundNotKept{Sound: e.Sound.ID, Row: e.Sound, Problem: problem(err, "store.write-failed")})
			return
		}
		p.send(SoundKept(e))
	})
}

func (e DropSound) perform(p *performer) {
	p.write(func(ctx context.Context) {
		if err := p.ports.Store.DropSound(ctx, e.Sound); err != nil {
			p.send(SoundNotKept{Sound: e.Sound, Problem: problem(err, "sound.not-deleted")})
			return
		}
		p.send(SoundsDropped{Sounds: []phone.SoundID{e.Sound}})
	})
}

func (ExpireSounds) perform(p *performer) {
	p.write(func(ctx context.Context) {
		gone, err := p.ports.Store.ExpireSounds(ctx, p.now())
		if err != nil {
			p.send(SoundNotKept{Problem: problem(err, "sound.not-deleted")})
		}
		var ids []phone.SoundID
		for _, s := range gone {
			ids = append(ids, s.ID)
		}
		if len(ids) > 0 {
			p.send(SoundsDropped{Sounds: ids})
		}
	})
}

// ImportSound takes as long as the file is long, beside everything else; the end of
// the program gives it up.
func (e ImportSound) perform(p *performer) {
	p.tries.Go(func() {
		s, err := p.ports.Sounds.Import(p.trying, e.Path, e.As, func(share float64) {
			p.send(SoundTaken{Sound: e.As.ID, Share: share})
		})
		if err != nil {
			p.send(SoundNotKept{Sound: e.As.ID, Problem: problem(err, "sound.unreadable")})
			return
		}
		KeepSound{Sound: s}.perform(p)
	})
}
