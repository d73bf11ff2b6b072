package sipua

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"permanence/audio"
	"permanence/audio/audiotest"
	"permanence/phone"
	"permanence/phone/phonetest"
)

// A baresip that answers by itself. It speaks a tone, and writes down what it hears.
const baresipConfig = `sip_listen		127.0.0.1:%[1]d
net_interface		127.0.0.1
rtp_ports		%[2]d-%[3]d
call_local_timeout	60
audio_source		aufile,%[5]s/voice.wav
audio_player		aubridge,ear
audio_alert		aubridge,alert
audio_channels		1
jitter_buffer_delay	2-10
module_path		%[4]s
module			g711.so
module			aubridge.so
module			aufile.so
module			sndfile.so
snd_path		%[5]s
module			srtp.so
module			g722.so
module_tmp		account.so
module_app		menu.so
module_app		ctrl_tcp.so
ctrl_tcp_listen		127.0.0.1:%[6]d
`

const baresipHz = 1000

// baresip starts one that encrypts in a way of its own, and dials if it is told to.
// What it hears is in dir.
func baresip(t *testing.T, encryption, dial string) (address, dir string) {
	t.Helper()
	params := "answermode=auto;audio_codecs=PCMA/8000/1"
	if encryption != "" {
		params += ";mediaenc=" + encryption
	}
	b := startBaresip(t, 8000, params)
	if dial != "" {
		b.says("dial", dial)
	}
	return b.address, b.dir
}

// robot is a baresip that does what it is told over its control connection.
type robot struct {
	*console
	address, dir string
}

// startBaresip starts one with an account of these parameters, whose sounds are of
// a rate.
func startBaresip(t *testing.T, rate int, params string) *robot {
	t.Helper()
	path := program(t, "baresip")
	modules, err := filepath.Glob("/usr/lib*/baresip/modules")
	if err != nil || len(modules) == 0 {
		t.Fatalf("baresip has no modules: %v", err)
	}
	port, rtp, control := phonetest.FreePort(t), phonetest.FreePort(t), phonetest.FreePort(t)
	b := &robot{
		console: &console{t: t, name: "baresip"},
		address: fmt.Sprintf("sip:echo@127.0.0.1:%d", port), dir: t.TempDir(),
	}
	for name, content := range map[string]string{
		"config":   fmt.Sprintf(baresipConfig, port, rtp, rtp+20, modules[0], b.dir, control),
		"accounts": fmt.Sprintf("<%s>;regint=0;%s\n", b.address, params), "contacts": "",
		"voice.wav": toneFile(rate, baresipHz, time.Minute),
	} {
		if err := os.WriteFile(filepath.Join(b.dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	child(t, b.console, path, "-f", b.dir)
	b.control(fmt.Sprintf("127.0.0.1:%d", control))
	return b
}

// control connects to it. Its events become part of what it prints.
func (b *robot) control(at string) {
	b.t.Helper()
	var conn net.Conn
	for deadline := time.Now().Add(patience); conn == nil; <-time.After(5 * time.Millisecond) {
		c, err := net.Dial("tcp", at)
		if err == nil {
			conn = c
		} else if time.Now().After(deadline) {
			b.t.Fatal(err)
		}
	}
	done := make(chan struct{})
	go func() { defer close(done); _, _ = io.Copy(b.console, conn) }()
	b.in = conn
	b.t.Cleanup(func() { _ = conn.Close(); <-done })
}

// says gives a command, as a netstring of JSON.
func (b *robot) says(command, params string) {
	b.t.Helper()
	order, err := json.Marshal(map[string]string{"command": command, "params": params})
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := fmt.Fprintf(b.in, "%d:%s,", len(order), order); err != nil {
		b.t.Fatal(err)
	}
}

// toneFile is a sound file of a tone.
func toneFile(rate int, hz float64, long time.Duration) string {
	slower := audio.Rate / float64(rate) // than a file of 48 kHz would be played
	pcm := audiotest.Samples(time.Duration(float64(long)/slower), audiotest.Tone{Hz: slower * hz, DBFS: audiotest.Voice})
	b := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00")
	binary.LittleEndian.PutUint32(b[4:], uint32(36+2*len(pcm)))
	b = binary.LittleEndian.AppendUint32(b, uint32(rate))
	b = binary.LittleEndian.AppendUint32(b, uint32(2*rate))
	b = append(b, "\x02\x00\x10\x00data"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(2*len(pcm)))
	b, _ = binary.Append(b, binary.LittleEndian, pcm)
	return string(b)
}

// wroteDown is how loud a tone was in all that a baresip heard.
func wroteDown(t *testing.T, dir string, hz float64) float64 {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*-dec.wav"))
	if err != nil || len(files) != 1 {
		t.Fatalf("baresip heard %v: %v", files, err)
	}
	return toneIn(t, files[0], hz)
}

// TestBaresip calls a baresip under each of its ways to encrypt, and is called by
// it: each hears the other over SRTP, also after a hold.
func TestBaresip(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		theirs string
		ours   phone.Encryption
		want   phone.Security
	}{
		{"", phone.EncryptionOffered, phone.Clear},
		{"srtp", "", phone.Clear}, // it offers nothing to whom it answers
		{"srtp", phone.EncryptionOffered, phone.Encrypted},
		{"srtp-mand", phone.EncryptionRequired, phone.Encrypted},
	} {
		t.Run(fmt.Sprintf("we %q call %q", c.ours, c.theirs), func(t *testing.T) {
			t.Parallel()
			operator := audiotest.NewPerson(700)
			d := encrypting(newDesk(t, func(cfg *Config) { cfg.Patch = conversation{operator} }), c.ours)
			address, heard := baresip(t, c.theirs, "")
			if err := d.Dial("x", "direct", phone.Outbound{Target: address}); err != nil {
				t.Fatal(err)
			}
			conversing(t, d, operator, "x", c.want, heard)
		})
	}
	for theirs, want := range map[string]phone.Security{"": phone.Clear, "srtp": phone.Encrypted, "srtp-mand": phone.Encrypted, "srtp-mandf": phone.Encrypted} {
		t.Run(fmt.Sprintf("%q calls us", theirs), func(t *testing.T) {
			t.Parallel()
			operator := audiotest.NewPerson(700)
			d := newDesk(t, func(cfg *Config) { cfg.Patch = conversation{operator} })
			_, heard := baresip(t, theirs, "sip:desk@"+d.at.String())
			id := expect[phone.CallArrived](d.recorder, nil).Call
			if err := d.Answer(id, phone.Reception{}); err != nil {
				t.Fatal(err)
			}
			conversing(t, d, operator, id, want, heard)
		})
	}
}

// conversing checks that the operator hears baresip before and after a hold, and
// not during it, and that baresip has heard her.
func conversing(t *testing.T, d *desk, operator *audiotest.Person, id phone.CallID, want phone.Security, heard string) {
	t.Helper()
	if m := expect[phone.MediaChanged](d.recorder, nil); m.Security != want {
		t.Fatalf("security is %q, want %q", m.Security, want)
	}
	hears(t, operator, baresipHz)
	if err := d.Hold(id); err != nil {
		t.Fatal(err)
	}
	expect(d.recorder, func(e phone.HoldChanged) bool { return e.Here })
	hears(t, operator)
	if err := d.Resume(id); err != nil {
		t.Fatal(err)
	}
	expect(d.recorder, func(e phone.HoldChanged) bool { return !e.Here })
	hears(t, operator, baresipHz)
	if l := wroteDown(t, heard, operator.Hz); l < audiotest.Voice-12 {
		t.Errorf("baresip heard the operator at %.0f dBFS", l)
	}
	if err := d.Hangup(id); err != nil {
		t.Fatal(err)
	}
	wantEnd(d, id, phone.HungUpHere)
	for _, e := range d.all() {
		if m, ok := e.(phone.MediaChanged); ok && m.Security != want {
			t.Errorf("the security became %q", m.Security)
		}
	}
}
