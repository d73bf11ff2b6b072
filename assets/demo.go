package assets

import (
	"embed"
	"fmt"
	"path"
	"strings"
)

// The demonstration: three clients of an answering service, and what their
// callers say. Names are invented; the telephone numbers are those the French
// regulator keeps for fiction. The voices are made from demo/voices/voices.txt
// by demo/voices/make.sh, and so is what those callers hear: greetings, music, the
// answering machines.

//go:embed demo/demo.yaml
var demoYAML string

//go:embed demo/voices/*.wav
var voices embed.FS

//go:embed demo/sounds/*.opus
var sounds embed.FS

const voiceFolder = "demo/voices"

// DemoYAML is the demonstration's operator and clients, as `permanence import`
// reads them.
func DemoYAML() []byte { return []byte(demoYAML) }

// Voice is a caller's sentence, a WAV file of 16 kHz, mono, 16 bits, at about
// -20 dBFS. The name is one of VoiceNames.
func Voice(name string) ([]byte, error) {
	b, err := voices.ReadFile(path.Join(voiceFolder, name+".wav"))
	if err != nil {
		return nil, fmt.Errorf("assets: no voice %q", name)
	}
	return b, nil
}

// DemoSound is a sound that DemoYAML names, an Ogg Opus file.
func DemoSound(id string) ([]byte, error) {
	b, err := sounds.ReadFile(path.Join("demo/sounds", id+".opus"))
	if err != nil {
		return nil, fmt.Errorf("assets: no sound: %w", err)
	}
	return b, nil
}

// VoiceNames lists the voices in alphabetical order. A name begins with the
// client who is called: "durand-succession".
func VoiceNames() []string {
	entries, err := voices.ReadDir(voiceFolder)
	if err != nil {
		panic(err) // the folder is in the binary
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = strings.TrimSuffix(e.Name(), ".wav")
	}
	return names
}
