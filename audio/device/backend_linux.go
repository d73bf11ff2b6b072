package device

import (
	"slices"

	"github.com/gen2brain/malgo"
)

// backends in the order in which they are tried. PipeWire answers as PulseAudio.
var backends = []backend{
	{id: malgo.BackendPulseaudio, name: "PulseAudio"},
	{id: malgo.BackendAlsa, name: "ALSA", real: realALSA},
}

// realALSA keeps the cards (":0,0") and, when there is one, the default. ALSA
// lists its plug-ins as devices too, even on a computer without any card.
func realALSA(all []malgo.DeviceInfo) []malgo.DeviceInfo {
	card := func(d malgo.DeviceInfo) bool { return d.ID[0] == ':' }
	if !slices.ContainsFunc(all, card) {
		return nil
	}
	plugin := func(d malgo.DeviceInfo) bool { return !card(d) && d.IsDefault == 0 }
	return slices.DeleteFunc(slices.Clone(all), plugin)
}
