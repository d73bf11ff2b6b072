//go:build !office

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"permanence/audio"
	"permanence/audio/device/pulsetest"
	"permanence/ui/control"
)

// talker is a program that answers a call, with its microphone and earpiece at a
// sound server.
type talker struct {
	*program
	at     string // where it is called
	answer func()
	// concealed is how much voice it says that it invented so far; nil if it does not.
	concealed func() time.Duration
}

func (t talker) concealedSoFar() time.Duration {
	if t.concealed == nil {
		return 0
	}
	return t.concealed()
}

// talkers are the programs that are compared, ours last.
var talkers = []struct {
	name  string
	start func(testing.TB, *pulsetest.Server, audio.Codec) talker
}{
	{"baresip", startTalkingBaresip},
	{"permanence", startTalkingDesk},
}

// startTalkingDesk opens the desk without a window.
func startTalkingDesk(b testing.TB, sound *pulsetest.Server, _ audio.Codec) talker {
	dir, line := demoDesk(b), directLine(b)
	giveLine(b, dir, line)
	p, _ := startDesk(b, dir, sound.Env(), "--headless")
	p.deskWhen(dir, "the line listens", lineListens)
	return talker{
		program: p, at: line.Bind, answer: func() { p.answerCall(dir) },
		concealed: func() time.Duration { return time.Duration(p.media(dir).Concealed * float64(time.Millisecond)) },
	}
}

func lineListens(s *control.Status) bool {
	return s.Ready && len(s.Lines) > 0 && s.Lines[0].State == "listening"
}

// answerCall answers as soon as it rings at the desk in a folder.
func (p *program) answerCall(dir string) {
	p.b.Helper()
	p.deskWhen(dir, "a call rings", func(s *control.Status) bool { return len(s.Calls) > 0 })
	if _, err := control.Ask(dir, control.Request{Do: "answer"}); err != nil {
		p.b.Fatal(err)
	}
}

// status is that of the desk in a folder.
func (p *program) status(dir string) *control.Status {
	p.b.Helper()
	reply, err := control.Ask(dir, control.Request{Do: "status"})
	if err != nil {
		p.b.Fatal(err)
	}
	return reply.Status
}

// media is the voice of the one call of the desk in a folder.
func (p *program) media(dir string) control.Media {
	p.b.Helper()
	s := p.status(dir)
	if len(s.Calls) != 1 || s.Calls[0].Media == nil {
		p.b.Fatalf("the desk has the calls %+v", s.Calls)
	}
	return *s.Calls[0].Media
}

// The settings of baresip that matter here, the jitter buffer and the buffers of
// sound, are those it is delivered with; its concealment of G.711, which is
// delivered and not switched on, is.
const benchBaresip = `sip_listen		%[1]s
net_interface		127.0.0.1
audio_source		pulse,mic.monitor
audio_player		pulse,ear
audio_alert		pulse,ear
audio_channels		1
jitter_buffer_delay	5-10
module_path		%[2]s
module			g711.so
module			opus.so
module			plc.so
module			pulse.so
module_tmp		account.so
module_app		menu.so
`

// startTalkingBaresip opens a baresip that answers by itself.
func startTalkingBaresip(b testing.TB, sound *pulsetest.Server, c audio.Codec) talker {
	modules, err := filepath.Glob("/usr/lib*/baresip/modules")
	if err != nil || len(modules) == 0 {
		b.Skip("baresip is not installed")
	}
	dir, at := b.TempDir(), directLine(b).Bind
	for name, content := range map[string]string{
		"config":   fmt.Sprintf(benchBaresip, at, modules[0]),
		"accounts": "<sip:permanence@" + at + ">;regint=0;answermode=auto;audio_codecs=" + c.Name() + "\n",
		"contacts": "",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	p, _ := startProgram(b, sound.Env(), "baresip", "-f", dir)
	p.until("baresip listens", func() bool { return taken(at) })
	return talker{program: p, at: at, answer: func() {}}
}
