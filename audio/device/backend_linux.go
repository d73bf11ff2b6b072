package device

import "github.com/gen2brain/malgo"

// backends in the order in which they are tried. PipeWire answers as PulseAudio.
var backends = []backend{{malgo.BackendPulseaudio, "PulseAudio"}, {malgo.BackendAlsa, "ALSA"}}
