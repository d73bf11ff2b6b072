//go:build !office

package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"permanence/audio"
	"permanence/audio/wav"
	"permanence/clients"
	"permanence/phone"
	"permanence/phone/simulator"
	"permanence/ui/desk"
)

// What the secretary's microphone hears in the rehearsal: a tone, by which one knows
// whether a caller hears her room. No voice and no music of the demo has it.
const (
	micHz   = 2500
	micDBFS = -24
)

// rehearsalFiles are in the place of the sound devices.
type rehearsalFiles struct{ mic, ear string }

func newRehearsalFiles(dir string) (rehearsalFiles, error) {
	f := rehearsalFiles{filepath.Join(dir, "micro.wav"), filepath.Join(dir, "casque.wav")}
	w, err := wav.Create(f.mic)
	if err != nil {
		return f, err
	}
	up, err := audio.NewResampler(simulator.Rate, audio.Rate)
	if err == nil {
		err = w.Write(up.Process(nil, simulator.Tone(micHz, micDBFS, time.Second)))
	}
	return f, errors.Join(err, w.Close())
}

// greeted waits until the first caller has heard the greeting, and then the room.
func (r *rehearsal) greeted(ctx context.Context) error {
	if err := r.first.until(ctx, func(heard simulator.Recording) bool {
		return heard[max(0, len(heard)-simulator.Rate):].ToneTime(micHz) >= 500*time.Millisecond
	}); err != nil {
		return fmt.Errorf("l'appelante n'entend pas la secrétaire : %w", err)
	}
	heard := r.first.sofar()
	spoken, err := r.played(clients.SoundGreeting, demoCalls()[0].called)
	if err != nil {
		return err
	}
	end, err := locate(heard, spoken)
	if err != nil {
		return fmt.Errorf("l'accueil enregistré, chez l'appelante : %w", err)
	}
	if room := heard[:end-simulator.Rate/2].ToneTime(micHz); room > 0 {
		return fmt.Errorf("pendant l'accueil, l'appelante a entendu le poste (%v)", room)
	}
	return r.whispered()
}

// whispered looks for the client's name in the secretary's ear.
func (r *rehearsal) whispered() error {
	name, err := r.played(clients.SoundName, demoCalls()[0].called)
	if err != nil {
		return err
	}
	ear, err := r.earpiece(0)
	if err == nil {
		_, err = locate(ear, name)
	}
	if err != nil {
		return fmt.Errorf("le nom du client, à l'oreille : %w", err)
	}
	return nil
}

// othersCall lets a second caller ring, whom Shift+F2 makes wait, and a third, whom
// nobody answers.
func (r *rehearsal) othersCall(ctx context.Context) error {
	calls := demoCalls()
	second, third := calls[1], calls[2]
	if err := r.rings(ctx, second, &r.second); err != nil {
		return err
	}
	if err := r.keys.press(ctx, "shift+F2"); err != nil {
		return err
	}
	if err := r.until(ctx, func(s *desk.State) bool {
		c := callFrom(s, second.number)
		return c != nil && c.Aside && c.Phase == desk.Held && c.Announcing != nil
	}); err != nil {
		return err
	}
	machine, err := r.played(clients.SoundMachine, third.called)
	if err != nil {
		return err
	}
	words, err := demoVoice(third.voice)
	if err != nil {
		return err
	}
	third.silent = machine.Duration() + time.Second // and the tone
	r.third.enough = third.silent + words.Duration()
	return r.rings(ctx, third, &r.third)
}

// rings lets somebody call, and waits until the call is on the desk.
func (r *rehearsal) rings(ctx context.Context, call demoCall, who *witness) error {
	call.after, call.hears = 0, who.hears
	r.ring(call)
	return r.until(ctx, func(s *desk.State) bool { return callFrom(s, call.number) != nil })
}

func callFrom(s *desk.State, number phone.Number) *desk.Call {
	i := slices.IndexFunc(s.Calls, func(c desk.Call) bool { return c.Caller.Number == number })
	if i < 0 {
		return nil
	}
	return &s.Calls[i]
}

// waited looks at what the second caller has heard so far: the announcement, then
// music, and nothing of the room.
func (r *rehearsal) waited(ctx context.Context) error {
	second := demoCalls()[1]
	announcement, err := r.played(clients.SoundWait, second.called)
	if err != nil {
		return err
	}
	music, err := r.played(clients.SoundMusic, second.called)
	if err != nil {
		return err
	}
	music = music[:3*simulator.Rate]
	long := announcement.Duration() + music.Duration() + time.Second
	if err := r.second.until(ctx, func(heard simulator.Recording) bool { return heard.Duration() > long }); err != nil {
		return err
	}
	heard := r.second.sofar()
	told, err := locate(heard, announcement)
	if err != nil {
		return fmt.Errorf("l'annonce d'attente, chez le deuxième appelant : %w", err)
	}
	if _, err := locate(heard[told-simulator.Rate/2:], music); err != nil {
		return fmt.Errorf("la musique, chez le deuxième appelant : %w", err)
	}
	if room := heard.ToneTime(micHz); room > 0 {
		return fmt.Errorf("en attente, le deuxième appelant a entendu le poste (%v)", room)
	}
	return nil
}

// takeBack checks how the second caller waited, and brings the secretary to him.
func (r *rehearsal) takeBack(ctx context.Context) error {
	if err := r.waited(ctx); err != nil {
		return err
	}
	if err := r.keys.press(ctx, "F3"); err != nil {
		return err
	}
	second := demoCalls()[1]
	err := r.until(ctx, func(s *desk.State) bool {
		c := s.FrontCall()
		return c != nil && c.Caller.Number == second.number && c.Phase == desk.Talking && !c.Aside
	})
	if err != nil {
		return err
	}
	return r.hears(ctx)
}

// machineTakes waits until the third caller is asked to leave a message.
func (r *rehearsal) machineTakes(ctx context.Context) error {
	third := demoCalls()[2]
	if err := r.until(ctx, func(s *desk.State) bool {
		c := callFrom(s, third.number)
		return c != nil && c.Phase == desk.Machine && c.Recording != nil && !c.Recording.Since.IsZero()
	}); err != nil {
		return err
	}
	greeting, err := r.played(clients.SoundMachine, third.called)
	if err != nil {
		return err
	}
	if _, err := locate(r.third.sofar(), greeting); err != nil {
		return fmt.Errorf("l'accueil du répondeur, chez l'appelant : %w", err)
	}
	return nil
}

// messageLeft waits until what the caller said is work in hand, and brings it to the
// front.
func (r *rehearsal) messageLeft(ctx context.Context) error {
	left := func(t desk.Ticket) bool { return t.Draft.Message.Sound != "" && !t.Draft.Dirty }
	if err := r.until(ctx, func(s *desk.State) bool {
		return len(s.Calls) == 0 && slices.ContainsFunc(s.Tickets, left)
	}); err != nil {
		return err
	}
	if err := r.keys.press(ctx, "F9"); err != nil {
		return err
	}
	if err := r.until(ctx, func(s *desk.State) bool { t := s.FrontTicket(); return t != nil && left(*t) }); err != nil {
		return err
	}
	return r.rightlyLeft()
}

// rightlyLeft looks at what was recorded, and at what the caller heard meanwhile.
func (r *rehearsal) rightlyLeft() error {
	if room := r.third.sofar().ToneTime(micHz); room > 0 {
		return fmt.Errorf("sur le répondeur, l'appelant a entendu le poste (%v)", room)
	}
	state := r.s.core.State()
	left, err := r.recorded(state.FrontTicket().Draft.Message.Sound)
	if err != nil {
		return err
	}
	if err := said(simulator.Recording(left)); err != nil {
		return fmt.Errorf("ce que l'appelant a laissé : %w", err)
	}
	return nil
}

// listen plays the message in the secretary's ear.
func (r *rehearsal) listen(ctx context.Context) error {
	before, err := r.earpiece(0)
	if err != nil {
		return err
	}
	if err := r.keys.press(ctx, "ctrl+l"); err != nil {
		return err
	}
	err = r.until(ctx, func(s *desk.State) bool {
		m := s.FrontTicket().Draft.Message
		at, playing := s.Heard(m.Sound, m.SoundLength)
		return playing && at > 4*time.Second
	})
	if err != nil {
		return err
	}
	ear, err := r.earpiece(len(before))
	if err != nil {
		return err
	}
	if err := said(ear); err != nil {
		return fmt.Errorf("le message, à l'oreille : %w", err)
	}
	return nil
}

// said looks for the first words of the third caller.
func said(in simulator.Recording) error {
	words, err := demoVoice(demoCalls()[2].voice)
	if err != nil {
		return err
	}
	_, err = locate(in, words[:3*simulator.Rate])
	return err
}

// sendOn adds the address to what the caller said, and sends both.
func (r *rehearsal) sendOn(ctx context.Context) error {
	err := errors.Join(
		r.keys.press(ctx, "F6"),
		r.keys.write(ctx, rehearsedLeak),
		r.keys.press(ctx, "shift+Tab", "shift+Tab", "shift+Tab"), // back to the address
		r.keys.write(ctx, rehearsedAddress),
		r.until(ctx, func(s *desk.State) bool {
			t := s.FrontTicket()
			return t != nil && t.Draft.Message.Text == rehearsedLeak && hasField(t.Draft.Message, rehearsedAddress) && !t.Draft.Dirty
		}),
		r.keys.press(ctx, "ctrl+Return"),
	)
	if err != nil {
		return err
	}
	if err := r.mailbox.ArrivedWithSound(ctx, rehearsedLeak, rehearsedAddress); err != nil {
		return err
	}
	return r.until(ctx, func(s *desk.State) bool {
		t := s.FrontTicket()
		return (t == nil || t.Draft.Message.Sound == "") && s.Unsent() == 0
	})
}

// played is the sound of a kind that the client of a number has, in the words that
// are on its card now.
func (r *rehearsal) played(kind clients.SoundKind, called phone.Number) (simulator.Voice, error) {
	s := r.s.core.State()
	c := s.Directory.ByDID(called)
	if c == nil {
		return nil, fmt.Errorf("aucun client au %s", called.Display())
	}
	greeting, _ := c.Greet(s.Now)
	for _, named := range c.Voice.Named() {
		if named.Kind == kind && (kind != clients.SoundGreeting || named.Title == greeting.Text) {
			return r.recorded(named.ID)
		}
	}
	return nil, fmt.Errorf("%s n'a pas de son de cette sorte (%s)", c.Name, kind)
}

// recorded is a sound of the desk, as a telephone would play it.
func (r *rehearsal) recorded(id phone.SoundID) (simulator.Voice, error) {
	src, err := r.s.sounds.library.Open(string(id))
	if err != nil {
		return nil, err
	}
	var pcm []int16
	for f := make(audio.Frame, audio.FrameSize); src.Next(f); {
		pcm = append(pcm, f...)
	}
	return narrowed(pcm)
}

// earpiece is what the secretary has heard from a place on, in samples of the
// simulated callers.
func (r *rehearsal) earpiece(from int) (simulator.Recording, error) {
	pcm, err := wav.Load(r.files.ear)
	if err != nil {
		return nil, err
	}
	heard, err := narrowed(pcm)
	return simulator.Recording(heard[min(from, len(heard)):]), err
}

// narrowed is a sound at the rate of the simulated callers.
func narrowed(pcm []int16) (simulator.Voice, error) {
	down, err := audio.NewResampler(audio.Rate, simulator.Rate)
	if err != nil {
		return nil, err
	}
	return down.Process(nil, pcm), nil
}
