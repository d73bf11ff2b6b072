//go:build !office

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// needNoBus keeps Fyne from starting a session bus where the desktop has none:
// the D-Bus library runs dbus-launch then, whose daemon outlives the program.
// Without a bus there are no desktop notifications, which the desk does not use.
func needNoBus() {
	if runtime.GOOS != "linux" || os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return
	}
	for _, dir := range []string{os.Getenv("XDG_RUNTIME_DIR"), fmt.Sprintf("/run/user/%d", os.Getuid())} {
		if _, err := os.Stat(filepath.Join(dir, "bus")); dir != "" && err == nil {
			return
		}
	}
	_ = os.Setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:") // neither can be wrong
}
