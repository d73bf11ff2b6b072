package sipua

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"permanence/audio/audiotest"
	"permanence/phone"
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
module_tmp		account.so
module_app		menu.so
`

const baresipHz = 1000

// baresip starts one that encrypts in a way of its own, and dials if it is told to.
// What it hears is in dir.
func baresip(t *testing.T, encryption, dial string) (address, dir string) {
	t.Helper()
	path := program(t, "baresip")
	modules, err := filepath.Glob("/usr/lib*/baresip/modules")
	if err != nil || len(modules) == 0 {
		t.Fatalf("baresip has no modules: %v", err)
	}
	port, rtp := freePort(t), freePort(t)&^1
	dir = t.TempDir()
	account := fmt.Sprintf("<sip:echo@127.0.0.1:%d>;regint=0;answermode=auto;audio_codecs=PCMA/8000/1", port)
	if encryption != "" {
		account += ";mediaenc=" + encryption
	}
	for name, content := range map[string]string{
		"config":   fmt.Sprintf(baresipConfig, port, rtp, rtp+20, modules[0], dir),
		"accounts": account + "\n", "contacts": "",
		"voice.wav": narrowTone(baresipHz, time.Minute),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"-f", dir}
	if dial != "" {
		args = append(args, "-e", "/dial "+dial)
	}
	var out bytes.Buffer
	child(t, &out, path, args...)
	if dial == "" {
		awaitSIP(t, fmt.Sprintf("127.0.0.1:%d", port), &out)
	}
	return fmt.Sprintf("sip:echo@127.0.0.1:%d", port), dir
}

// narrowTone is a file of a tone at 8 kHz.
func narrowTone(hz float64, long time.Duration) string {
	// A file that is played six times as slowly, as a file of 48 kHz would be.
	pcm := audiotest.Samples(long/6, audiotest.Tone{Hz: 6 * hz, DBFS: audiotest.Voice})
	b := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data")
	binary.LittleEndian.PutUint32(b[4:], uint32(36+2*len(pcm)))
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
	b, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	pcm := make([]int16, max(0, len(b)-44)/2)
	for i := range pcm {
		pcm[i] = int16(binary.LittleEndian.Uint16(b[44+2*i:]))
	}
	return audiotest.Level(pcm, 6*hz) // of 8 kHz, read as 48
}

// TestBaresip calls a baresip under each of its ways to encrypt, and is called by
// it: each hears the other over SRTP, also after a hold.
func TestBaresip(t *testing.T) {
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
			operator := audiotest.NewPerson(700)
			d := newDesk(t, func(cfg *Config) { cfg.Patch = conversation{operator} })
			_, heard := baresip(t, theirs, "sip:desk@"+d.at.String())
			id := expect[phone.CallArrived](d.recorder, nil).Call
			if err := d.Answer(id); err != nil {
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
