package sipua

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"permanence/audio"
	"permanence/audio/audiotest"
	"permanence/phone"
	"permanence/phone/phonetest"
)

// Without a sound card Linphone plays a file and writes one. It is told so on its
// console, as it is everything else.
const linphoneConfig = `[sip]
sip_port=%[1]d
sip_tcp_port=%[1]d
bind_address=127.0.0.1
media_encryption=%[2]s
[rtp]
audio_rtp_port=%[3]d
[sound]
echocancellation=0
%[4]s
`

const linphoneHz = 1000

// console is a program that is driven by lines: what it printed can be awaited.
type console struct {
	t    testing.TB
	name string
	in   io.Writer

	mu   sync.Mutex
	out  bytes.Buffer
	read int // what was awaited already
}

// Write takes in what the program prints.
func (c *console) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.out.Write(p)
}

// says types a line.
func (c *console) says(format string, args ...any) {
	c.t.Helper()
	if _, err := fmt.Fprintf(c.in, format+"\n", args...); err != nil {
		c.t.Fatalf("%s: %v", c.name, err)
	}
}

// prints waits for words, past those awaited before.
func (c *console) prints(words string) {
	c.t.Helper()
	if !c.printed(words, patience) {
		c.t.Fatalf("%s did not print %q", c.name, words)
	}
}

// printed tells whether words come in time.
func (c *console) printed(words string, in time.Duration) bool {
	for deadline := time.Now().Add(in); time.Now().Before(deadline); <-time.After(5 * time.Millisecond) {
		if c.pass(words) {
			return true
		}
	}
	return false
}

// pass reads up to the end of words, if they are there.
func (c *console) pass(words string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := strings.Index(c.out.String()[c.read:], words)
	if i >= 0 {
		c.read += i + len(words)
	}
	return i >= 0
}

// linphone is a linphonec.
type linphone struct {
	*console
	address string
	heard   string
}

// startLinphone starts one under an encryption of its voice, and with more lines
// of its configuration or arguments.
func startLinphone(t *testing.T, encryption, more string, args ...string) *linphone {
	t.Helper()
	path := program(t, "linphonec")
	dir := t.TempDir()
	port, rtp := phonetest.FreePort(t), phonetest.FreePort(t)
	l := &linphone{
		console: &console{t: t, name: "linphonec"},
		address: fmt.Sprintf("sip:linphone@127.0.0.1:%d", port), heard: filepath.Join(dir, "heard.wav"),
	}
	rc, voice := filepath.Join(dir, "rc"), filepath.Join(dir, "voice.wav")
	for name, content := range map[string]string{
		rc: fmt.Sprintf(linphoneConfig, port, encryption, rtp, more), voice: toneFile(8000, linphoneHz, time.Minute),
	} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, ".local/share/linphone"), 0o700); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, append([]string{"-c", rc}, args...)...)
	cmd.Env = append(os.Environ(), "HOME="+dir, "TERM=dumb",
		"PULSE_RUNTIME_PATH="+filepath.Join(dir, "pulse")) // or each new home leaves a folder in /tmp
	l.drive(cmd)
	l.says("soundcard use files")
	l.prints("Using wav files")
	l.says("play %s", voice)
	l.says("record %s", l.heard)
	return l
}

// drive starts the program, and ends it with the test.
func (c *console) drive(cmd *exec.Cmd) {
	c.t.Helper()
	in, err := cmd.StdinPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	c.in, cmd.Stdout, cmd.Stderr = in, c, c
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() {
		endOf(cmd)
		if c.t.Failed() {
			c.t.Logf("%s printed\n%s", c.name, c.out.String())
		}
	})
}

// linphoneOffersAll has it offer video and ways through routers, which we leave.
const linphoneOffersAll = `[video]
enabled=1
automatically_initiate=1
[net]
nat_policy_ref=all
[nat_policy_0]
ref=all
protocols=ice
`

// converses is what both can do during a call.
func (l *linphone) converses(t *testing.T, d *desk, operator *audiotest.Person, id phone.CallID, want phone.Security) {
	t.Helper()
	if m := expect[phone.MediaChanged](d.recorder, nil); m.Security != want {
		t.Fatalf("security is %q, want %q", m.Security, want)
	}
	hears(t, operator, linphoneHz)

	l.says("pause")
	expect(d.recorder, func(e phone.HoldChanged) bool { return e.There })
	l.prints("is now paused")
	l.says("resume")
	expect(d.recorder, func(e phone.HoldChanged) bool { return !e.There })
	l.prints("Media streams established")

	if err := d.Hold(id); err != nil {
		t.Fatal(err)
	}
	expect(d.recorder, func(e phone.HoldChanged) bool { return e.Here })
	if err := d.Resume(id); err != nil {
		t.Fatal(err)
	}
	expect(d.recorder, func(e phone.HoldChanged) bool { return !e.Here })
	hears(t, operator, linphoneHz)

	if err := d.SendDTMF(id, "4#"); err != nil {
		t.Fatal(err)
	}
	l.prints("Receiving tone 4")
	l.prints("Receiving tone #")
	for _, key := range "17" {
		l.says("%c", key)
		if e := expect[phone.DTMFReceived](d.recorder, nil); e.Digit != key {
			t.Errorf("heard key %c, want %c", e.Digit, key)
		}
	}
}

// heardTone checks what it wrote down, once the call is over.
func (l *linphone) heardTone(t *testing.T, hz float64) {
	t.Helper()
	l.prints("ended")
	if v := toneIn(t, l.heard, hz); v < audiotest.Voice-12 {
		t.Errorf("linphone heard %.0f Hz at %.0f dBFS", hz, v)
	}
}

// toneIn is how loud a tone is in a sound file of one channel.
func toneIn(t testing.TB, file string, hz float64) float64 {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil || len(b) < 44 {
		t.Fatalf("%d bytes of sound: %v", len(b), err)
	}
	rate := binary.LittleEndian.Uint32(b[24:])
	pcm := make([]int16, (len(b)-44)/2)
	for i := range pcm {
		pcm[i] = int16(binary.LittleEndian.Uint16(b[44+2*i:]))
	}
	return audiotest.Level(pcm, hz*audio.Rate/float64(rate))
}

// registers returns once the registrar has let it in.
func (l *linphone) registers(at string) {
	l.t.Helper()
	l.says("register sip:linphone@%s sip:%s secret", at, at)
	deadline := time.Now().Add(patience)
	for { // it does not say when
		l.says("status register")
		l.prints("registered")
		switch {
		case l.printed(", identity=", 50*time.Millisecond):
			return
		case time.Now().After(deadline):
			l.t.Fatal("linphone does not register")
		}
	}
}

// atOffice is a desk that is registered.
func atOffice(t *testing.T, at, name string) *desk {
	t.Helper()
	r := newRecorder(t)
	m := office{registrar: at, transport: phone.UDP}.Agent(t, name, r.told)
	t.Cleanup(func() { closeAgent(t, m.UA.(*Agent)) })
	expect(r, state(phone.LineRegistered))
	return &desk{Agent: m.UA.(*Agent), recorder: r}
}
