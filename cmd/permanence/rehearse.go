//go:build !office

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
)

// settle is how long a picture waits for the screen to show the last state.
const settle = 400 * time.Millisecond

// stepLimit bounds each step of the rehearsal.
const stepLimit = 30 * time.Second

// rehearsal plays the job through the keyboard, on the real window, as a secretary
// would: from the ring to the message in the client's mailbox, while others wait.
type rehearsal struct {
	s       *station
	files   rehearsalFiles
	mailbox mailbox
	keys    keyboard
	ring    func(demoCall) // lets somebody call
	out     string         // folder of the pictures
	w       io.Writer
	n       int

	first, second, third witness // the callers
}

// mailbox is where the client's mail arrives.
type mailbox interface {
	// Arrived waits for a mail whose text holds all of the words.
	Arrived(ctx context.Context, words ...string) error
	// ArrivedWithSound waits for one that brings a recording as well.
	ArrivedWithSound(ctx context.Context, words ...string) error
}

// What the secretary types in the rehearsal.
const (
	rehearsedName = "Mme Lefèvre"
	rehearsedFile = "2026-0417"
	rehearsedText = "Demande à avancer l'audience du 3 décembre. Joignable demain jusqu'à 18 h, préfère un rappel."

	rehearsedAddress = "4 rue des Lilas, Colomiers"
	rehearsedLeak    = "Fuite sous l'évier, arrivée d'eau fermée. Message laissé au répondeur, à rappeler."
)

// play runs the rehearsal; an error says which step did not come about.
func (r *rehearsal) play(ctx context.Context) error {
	for _, step := range []struct {
		say string
		do  func(context.Context) error
	}{
		{"Le poste est ouvert, la ligne écoute", r.lineIsUp},
		{"Un appel sonne, la fiche du bon client est à l'écran", r.firstCall},
		{"F2 : l'appelante entend l'accueil enregistré, puis le poste", r.answer},
		{"Deux autres appels ; Maj+F2 : le deuxième appelant patiente", r.othersCall},
		{"Le message est tapé et enregistré", r.typeMessage},
		{"F7, Entrée : le prochain créneau libre est réservé", r.book},
		{"F8 : raccroché", r.hangUp},
		{"Ctrl+Entrée : le message part", r.send},
		{"Le message est dans la boîte du client", r.delivered},
		{"Le deuxième a entendu l'annonce et la musique ; F3 : repris", r.takeBack},
		{"F4 : l'appelant patiente, à qui le passer ?", r.askToWhom},
		{"1 : transmis au docteur, qui a décroché", r.putThrough},
		{"Le répondeur a pris le troisième appel", r.machineTakes},
		{"Ce qu'il a dit est une fiche en cours ; F9", r.messageLeft},
		{"Ctrl+L : le message est écouté", r.listen},
		{"Ctrl+Entrée : il part avec l'enregistrement", r.sendOn},
	} {
		r.n++
		began := time.Now()
		ctx, cancel := context.WithTimeout(ctx, stepLimit)
		err := step.do(ctx)
		cancel()
		if err != nil {
			return errors.Join(fmt.Errorf("étape %d, « %s » : %w", r.n, step.say, err), r.picture("echec"))
		}
		fmt.Fprintf(r.w, "%d. %s (%.1f s)\n", r.n, step.say, time.Since(began).Seconds())
		if err := r.picture(""); err != nil {
			return err
		}
	}
	return nil
}

// until waits for a state of the desk.
func (r *rehearsal) until(ctx context.Context, ok func(*desk.State) bool) error {
	states, cancel := r.s.core.Subscribe()
	defer cancel()
	for {
		select {
		case s := <-states:
			if ok(&s) {
				return nil
			}
		case <-ctx.Done():
			return errors.New("pas arrivé à temps")
		}
	}
}

func (r *rehearsal) lineIsUp(ctx context.Context) error {
	return r.until(ctx, func(s *desk.State) bool { return len(s.Lines) > 0 && s.Lines[0].State.Ready() })
}

func (r *rehearsal) firstCall(ctx context.Context) error {
	call := demoCalls()[0]
	call.after, call.hears = 0, r.first.hears
	r.ring(call)
	return r.until(ctx, func(s *desk.State) bool {
		c := s.FrontCall()
		return c != nil && c.Phase == desk.Ringing && s.FrontClient() != nil
	})
}

func (r *rehearsal) answer(ctx context.Context) error {
	if err := r.keys.press(ctx, "F2"); err != nil {
		return err
	}
	if err := r.until(ctx, func(s *desk.State) bool {
		c := s.FrontCall()
		return c != nil && c.Phase == desk.Talking && c.Announcing != nil
	}); err != nil {
		return err
	}
	if err := r.picture("accueil"); err != nil {
		return err
	}
	if err := r.greeted(ctx); err != nil {
		return err
	}
	return r.hears(ctx)
}

// hears waits until the caller's voice is there and ours has left.
func (r *rehearsal) hears(ctx context.Context) error {
	return r.until(ctx, func(s *desk.State) bool {
		c := s.FrontCall()
		if c == nil {
			return false
		}
		m, ok := r.s.agent.Stats(c.ID)
		return ok && m.PacketsHeard > 50 && m.PacketsSent > 50 && m.LevelHeardDBF > -45
	})
}

func (r *rehearsal) typeMessage(ctx context.Context) error {
	err := errors.Join(
		r.keys.press(ctx, "F6"),
		r.keys.write(ctx, rehearsedText),
		r.keys.press(ctx, "shift+Tab", "shift+Tab", "shift+Tab"), // back to the file number
		r.keys.write(ctx, rehearsedFile),
	)
	if err != nil {
		return err
	}
	return r.until(ctx, func(s *desk.State) bool {
		t := s.FrontTicket()
		return t != nil && t.Draft.Message.Text == rehearsedText && hasField(t.Draft.Message, rehearsedFile) &&
			!t.Draft.Dirty && !t.Draft.SavedAt.IsZero()
	})
}

func hasField(m clients.Message, value string) bool {
	for _, v := range m.Fields {
		if v == value {
			return true
		}
	}
	return false
}

func (r *rehearsal) book(ctx context.Context) error {
	if err := r.keys.press(ctx, "F7"); err != nil {
		return err
	}
	if err := r.until(ctx, func(s *desk.State) bool { return s.Agenda.Booking != nil }); err != nil {
		return err
	}
	if err := r.picture("creneau"); err != nil {
		return err
	}
	if err := r.keys.press(ctx, "Return"); err != nil {
		return err
	}
	return r.until(ctx, func(s *desk.State) bool { t := s.FrontTicket(); return t != nil && t.Booked != "" })
}

func (r *rehearsal) hangUp(ctx context.Context) error {
	if err := r.keys.press(ctx, "F8"); err != nil {
		return err
	}
	return r.until(ctx, func(s *desk.State) bool {
		return s.FrontCall() == nil && len(s.History) > 0 && s.History[0].Cause == phone.HungUpHere
	})
}

func (r *rehearsal) send(ctx context.Context) error {
	if err := r.keys.press(ctx, "ctrl+Return"); err != nil {
		return err
	}
	return r.until(ctx, func(s *desk.State) bool { return s.History[0].Message != "" })
}

func (r *rehearsal) delivered(ctx context.Context) error {
	if err := r.mailbox.Arrived(ctx, rehearsedText, rehearsedFile); err != nil {
		return err
	}
	return r.until(ctx, func(s *desk.State) bool { return s.History[0].Delivery == clients.Sent && s.Unsent() == 0 })
}

func (r *rehearsal) askToWhom(ctx context.Context) error {
	if err := r.keys.press(ctx, "F4"); err != nil {
		return err
	}
	return r.until(ctx, func(s *desk.State) bool {
		c := s.FrontCall()
		return s.Transfer != nil && c != nil && c.Phase == desk.Held && len(s.Transfer.Targets) > 0
	})
}

// putThrough presses the contact's digit, and waits until the doctor has the call.
func (r *rehearsal) putThrough(ctx context.Context) error {
	if err := r.keys.press(ctx, "1"); err != nil {
		return err
	}
	err := r.until(ctx, func(s *desk.State) bool { c := s.FrontCall(); return c != nil && c.Passing != "" })
	if err != nil {
		return err
	}
	if err := r.picture("transfert"); err != nil {
		return err
	}
	return r.until(ctx, func(s *desk.State) bool {
		return callFrom(s, demoCalls()[1].number) == nil && s.History[0].TransferredTo != ""
	})
}

// picture keeps what is on the screen.
func (r *rehearsal) picture(name string) error {
	if name != "" {
		name = "-" + name
	}
	time.Sleep(settle)
	file := filepath.Join(r.out, fmt.Sprintf("%02d%s.png", r.n, name))
	return r.keys.tool(context.Background(), "import", "-window", "root", file)
}

// keyboard presses keys on a display as a person would.
type keyboard struct{ display string }

func (k keyboard) press(ctx context.Context, keys ...string) error {
	return k.tool(ctx, "xdotool", append([]string{"key", "--clearmodifiers"}, keys...)...)
}

func (k keyboard) write(ctx context.Context, text string) error {
	return k.tool(ctx, "xdotool", "type", "--clearmodifiers", "--delay", "15", text)
}

func (k keyboard) tool(ctx context.Context, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), "DISPLAY="+k.display, "LC_ALL=C.UTF-8") // xdotool reads accents by the locale
	var words bytes.Buffer
	cmd.Stderr = &words
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s : %w : %s", name, err, strings.TrimSpace(words.String()))
	}
	return nil
}
