//go:build !office

package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"permanence/audio"
	"permanence/audio/sound"
	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
)

// operatorSounds plays the library's sounds to the operator, and records her. A
// goroutine of its own opens the files, one command after the other.
type operatorSounds struct {
	console *audio.Console
	library soundLibrary
	send    func(desk.Event)
	log     *slog.Logger
	todo    chan func()
	done    chan struct{}
	closing sync.Once
}

func newOperatorSounds(console *audio.Console, library soundLibrary, send func(desk.Event), log *slog.Logger) *operatorSounds {
	p := &operatorSounds{
		console: console, library: library, send: send, log: log,
		todo: make(chan func(), 64), done: make(chan struct{}),
	}
	go func() {
		defer close(p.done)
		for do := range p.todo {
			do()
		}
	}()
	return p
}

// close carries out what was commanded; nothing may be commanded any more.
func (p *operatorSounds) close() {
	p.closing.Do(func() { close(p.todo) })
	<-p.done
}

// Whisper is desk.Sound's. A name that cannot be played is only missed: the caller
// is heard at once, and the card is on the screen.
func (p *operatorSounds) Whisper(id phone.SoundID) {
	p.todo <- func() {
		if id == "" {
			p.console.Whisper(nil)
			return
		}
		src, err := p.library.Open(string(id))
		if err != nil {
			p.log.Warn("sound not whispered", "sound", id, "err", err)
			return
		}
		p.console.Whisper(src)
	}
}

// Listen is desk.Sound's.
func (p *operatorSounds) Listen(id phone.SoundID, from time.Duration) {
	p.todo <- func() {
		p.console.Listen(nil, nil)
		if id == "" {
			return
		}
		src, err := p.library.Open(string(id))
		if err != nil {
			p.send(desk.ListeningEnded{Sound: id, Problem: soundProblem(err, "sound.unreadable")})
			return
		}
		src.Skip(from)
		p.console.Listen(src, func() { p.send(desk.ListeningEnded{Sound: id}) })
	}
}

// Dictate is desk.Sound's. What she says is recorded in memory: only when she has
// ended are its loudness and its beginning known, as of any sound file.
func (p *operatorSounds) Dictate(as phone.SoundID, most time.Duration) {
	p.todo <- func() {
		if as == "" {
			p.console.Dictate(nil, 0, nil)
			return
		}
		var said memory
		sink, err := sound.Record(&said)
		if err != nil {
			p.send(desk.Dictated{Sound: as, Problem: soundProblem(err, "sound.unreadable")})
			return
		}
		heard := &firstHeard{Sink: sink, tell: func() { p.send(desk.DictationHeard{Sound: as}) }}
		p.console.Dictate(heard, most, func(_ audio.Recording, err error) {
			p.send(p.dictated(as, said.Bytes(), err))
		})
	}
}

// dictated keeps what was said.
func (p *operatorSounds) dictated(as phone.SoundID, said []byte, err error) desk.Dictated {
	var kept clients.Sound
	if err == nil {
		kept, err = p.library.take(context.Background(), bytes.NewReader(said), clients.Sound{ID: as}, nil)
	}
	var refused *sound.Error
	if errors.As(err, &refused) && refused.Empty() {
		return desk.Dictated{Sound: as, Silent: true}
	}
	return desk.Dictated{Sound: as, Length: kept.Length, Problem: soundProblem(err, "store.failed")}
}

// firstHeard tells when a recording begins: devices open while she waits to speak.
type firstHeard struct {
	audio.Sink
	tell func()
}

// Write implements audio.Sink.
func (f *firstHeard) Write(frame audio.Frame) {
	if f.tell != nil {
		f.tell()
		f.tell = nil
	}
	f.Sink.Write(frame)
}

// memory is a file that is not on the disk.
type memory struct{ bytes.Buffer }

func (*memory) Close() error { return nil }

// soundProblem is an error in the core's words, nothing when there is none.
func soundProblem(err error, otherwise string) desk.Problem {
	if err == nil {
		return desk.Problem{}
	}
	var c interface{ Code() string }
	if errors.As(err, &c) {
		otherwise = c.Code()
	}
	return desk.Problem{Code: otherwise, Detail: err.Error()}
}
