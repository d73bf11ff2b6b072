package device

import "github.com/gen2brain/malgo"

// backends in the order in which they are tried.
var backends = []backend{{id: malgo.BackendWasapi, name: "WASAPI"}, {id: malgo.BackendDsound, name: "DirectSound"}}
