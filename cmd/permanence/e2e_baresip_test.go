//go:build !office

package main_test

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"permanence/audio/device/pulsetest"
	"permanence/phone/phonetest"
	"permanence/phone/simulator"
)

// telephone is a baresip with an account at the operator's. What its owner says
// is a tone; what the owner hears is written to a file.
type telephone struct {
	*process
	dir    string
	sound  *pulsetest.Server
	ctrl   net.Conn
	events chan telephoneEvent
}

// telephoneEvent is what baresip's ctrl_tcp module reports.
type telephoneEvent struct {
	Type  string `json:"type"` // CALL_ESTABLISHED, CALL_CLOSED, ...
	Param string `json:"param"`
	Event bool   `json:"event"`
}

// telephoneConfig describes a telephone.
type telephoneConfig struct {
	Name     string // tells it from others in the files of the test
	Display  string // shown to those it calls
	Account  account
	Operator operator
	ToneHz   float64
	Answer   bool // at once

	// Sound has a sink in the telephone's name, which plays what is heard. Without
	// it that is in a file only, which ends when the call is first held.
	Sound *pulsetest.Server
}

const baresipConfig = `sip_listen		127.0.0.1:%[1]d
net_interface		127.0.0.1
rtp_ports		%[2]d-%[3]d
call_local_timeout	60
audio_source		aufile,%[5]s/voice.wav
audio_player		%[8]s,%[6]s
audio_alert		aubridge,%[6]s-alert
audio_channels		1
jitter_buffer_delay	2-10
module_path		%[7]s
module			g711.so
module			aufile.so
module			aubridge.so
module			pulse.so
module			sndfile.so
snd_path		%[5]s/heard
module_tmp		account.so
module_app		menu.so
module_app		ctrl_tcp.so
ctrl_tcp_listen		127.0.0.1:%[4]d
`

// startTelephone returns when the telephone is registered and can be driven.
func startTelephone(t *testing.T, c telephoneConfig) *telephone {
	t.Helper()
	needPrograms(t, "baresip")
	tel := &telephone{dir: t.TempDir(), sound: c.Sound, events: make(chan telephoneEvent, 1000)}
	port := tel.configure(t, c)
	cmd := exec.Command("baresip", "-s", "-f", tel.dir)
	cmd.Dir = tel.dir
	if c.Sound != nil {
		c.Sound.AddSink(c.Name)
		cmd.Env = append(os.Environ(), c.Sound.Env()...)
	}
	tel.process = start(t, c.Name, cmd)
	tel.waitFor("[1 binding]")
	eventually(t, "baresip takes commands", func() bool {
		var err error
		tel.ctrl, err = net.Dial("tcp", loopback(port))
		return err == nil
	})
	t.Cleanup(func() { tel.ctrl.Close() })
	go tel.listen()
	return tel
}

// configure writes baresip's folder and returns its control port.
func (tel *telephone) configure(t *testing.T, c telephoneConfig) int {
	t.Helper()
	modules, err := filepath.Glob("/usr/lib*/baresip/modules")
	if err != nil || len(modules) == 0 {
		t.Fatalf("baresip has no modules: %v", err)
	}
	sip, rtp, ctrl := phonetest.FreePort(t), phonetest.FreePort(t), phonetest.FreePort(t)
	answer, player := "manual", "aubridge"
	if c.Sound != nil {
		player = "pulse"
	}
	if c.Answer {
		answer = "auto"
	}
	host, port, _ := strings.Cut(c.Operator.Addr, ":")
	files := map[string]string{
		"config": fmt.Sprintf(baresipConfig, sip, rtp, rtp+20, ctrl, tel.dir, c.Name, modules[0], player),
		"accounts": fmt.Sprintf("%q <sip:%s@%s:%s;transport=udp>;auth_user=%s;auth_pass=%s;answermode=%s;audio_codecs=PCMA,PCMU;regint=600\n",
			c.Display, c.Account.User, host, port, c.Account.User, c.Account.Password, answer),
		"contacts":  "",
		"voice.wav": string(wavFile(simulator.Tone(c.ToneHz, -10, 2*time.Minute))),
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(tel.dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(tel.dir, "heard"), 0o700); err != nil {
		t.Fatal(err)
	}
	return ctrl
}

// listen takes in events until the control connection closes. Each is a JSON
// object in a netstring.
func (tel *telephone) listen() {
	defer close(tel.events)
	in := bufio.NewReader(tel.ctrl)
	for {
		length, err := in.ReadString(':')
		if err != nil {
			return
		}
		n, err := strconv.Atoi(strings.TrimSuffix(length, ":"))
		if err != nil || n > 1<<20 {
			return
		}
		body := make([]byte, n+1) // and the comma after it
		if _, err := io.ReadFull(in, body); err != nil {
			return
		}
		var e telephoneEvent
		if json.Unmarshal(body[:n], &e) == nil && e.Event {
			tel.events <- e
		}
	}
}

func (tel *telephone) command(name, params string) {
	tel.t.Helper()
	body, err := json.Marshal(map[string]string{"command": name, "params": params})
	if err != nil {
		tel.t.Fatal(err)
	}
	if _, err := fmt.Fprintf(tel.ctrl, "%d:%s,", len(body), body); err != nil {
		tel.t.Fatalf("%s: %v", tel.name, err)
	}
}

// dial calls a number through the operator; hangUp ends the call.
func (tel *telephone) dial(number string, o operator) {
	tel.t.Helper()
	tel.command("dial", "sip:"+number+"@"+o.Addr)
}

func (tel *telephone) hangUp() {
	tel.t.Helper()
	tel.command("hangup", "")
}

// expect waits for an event, passing over others.
func (tel *telephone) expect(eventType string) telephoneEvent {
	tel.t.Helper()
	deadline := time.After(patience)
	for {
		select {
		case e, open := <-tel.events:
			if !open {
				tel.t.Fatalf("%s closed its control connection before %s", tel.name, eventType)
			}
			if e.Type == eventType {
				return e
			}
		case <-deadline:
			tel.t.Fatalf("%s: no %s in %v", tel.name, eventType, patience)
		}
	}
}

// waitToHear waits until the telephone's owner has heard a tone, in Hz, for so
// long in all.
func (tel *telephone) waitToHear(hz float64, long time.Duration) {
	tel.t.Helper()
	eventually(tel.t, fmt.Sprintf("%s hears %.0f Hz for %v", tel.name, hz, long), func() bool {
		return tel.heard().ToneTime(hz) >= long
	})
}

// hears waits until the telephone plays a tone, in Hz, from now on.
func (tel *telephone) hears(hz float64) {
	tel.t.Helper()
	heard, stop := tel.sound.Record(tel.name)
	defer stop()
	if err := heard.WaitTone(hz, patience); err != nil {
		tel.t.Fatalf("%s: %v", tel.name, err)
	}
}

// answer takes the call that rings.
func (tel *telephone) answer() {
	tel.t.Helper()
	tel.expect("CALL_INCOMING")
	tel.command("accept", "")
}

// refuse tells who calls that the line is busy, 486.
func (tel *telephone) refuse() {
	tel.t.Helper()
	tel.expect("CALL_INCOMING")
	tel.hangUp()
}

// heard is what the telephone's owner heard so far. baresip completes the file's
// header at the end of the call only, so what follows it is read as it stands.
func (tel *telephone) heard() simulator.Recording {
	tel.t.Helper()
	const header = 44
	var all simulator.Recording
	files, err := filepath.Glob(filepath.Join(tel.dir, "heard", "*-dec.wav"))
	if err != nil {
		tel.t.Fatal(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			tel.t.Fatal(err)
		}
		for i := header; i+1 < len(content); i += 2 {
			all = append(all, int16(binary.LittleEndian.Uint16(content[i:])))
		}
	}
	return all
}

// readRecording reads what was heard from a WAV file.
func readRecording(t *testing.T, file string) simulator.Recording {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	voice, err := simulator.ParseWAV(content)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return simulator.Recording(voice)
}

// wavFile is a voice as a WAV file.
func wavFile(v simulator.Voice) []byte {
	out := make([]byte, 0, 44+2*len(v))
	word := func(n int) { out = binary.LittleEndian.AppendUint32(out, uint32(n)) }
	half := func(n int) { out = binary.LittleEndian.AppendUint16(out, uint16(n)) }
	out = append(out, "RIFF"...)
	word(36 + 2*len(v))
	out = append(out, "WAVEfmt "...)
	word(16)
	half(1) // PCM
	half(1) // channel
	word(simulator.Rate)
	word(2 * simulator.Rate)
	half(2)
	half(16)
	out = append(out, "data"...)
	word(2 * len(v))
	for _, s := range v {
		half(int(s))
	}
	return out
}
