package audio

import (
	"maps"
	"slices"
	"time"
)

// choice is the device that a role is to use.
type choice struct {
	using string // its name; "" when there is no device
	lost  bool   // it stands in for a dearer one
}

// choose picks a role's device: the dearest one that is plugged in and well,
// otherwise the system's default, otherwise none. The default is used by its name
// too: a sound system that moved it by itself would cut it off in mid-word.
func choose(wanted []string, list []Device, well func(name string) bool) choice {
	for i, name := range wanted {
		if using, ok := find(name, list); ok && well(using) {
			return choice{using: using, lost: i > 0}
		}
	}
	c := choice{lost: dearest(wanted) != ""}
	if name, ok := defaultOf(list); ok && well(name) {
		c.using = name
	}
	return c
}

// find looks for a device that is plugged in; "" is the system's default.
func find(name string, list []Device) (string, bool) {
	if name == "" {
		return defaultOf(list)
	}
	return name, listed(list, name)
}

// dearest is the first of the wanted devices.
func dearest(wanted []string) string {
	if len(wanted) == 0 {
		return ""
	}
	return wanted[0]
}

func listed(list []Device, name string) bool {
	return slices.ContainsFunc(list, func(d Device) bool { return d.Name == name })
}

// defaultOf is the name of the system's default; the first device when the
// system does not say.
func defaultOf(list []Device) (string, bool) {
	for _, d := range list {
		if d.Default {
			return d.Name, true
		}
	}
	if len(list) == 0 {
		return "", false
	}
	return list[0].Name, true
}

func names(list []Device) []string {
	out := make([]string, len(list))
	for i, d := range list {
		out[i] = d.Name
	}
	return out
}

// ailments remembers devices that are plugged in and do not work: they could not
// be opened, or gave no sign of life. Such a device is left alone for a while
// that doubles, and is forgiven when it is unplugged or chosen again.
type ailments map[deviceKey]ailment

type deviceKey struct {
	capture bool
	name    string
}

type ailment struct {
	cause error
	until time.Duration
	wait  time.Duration
}

// How long a device that failed is left alone.
const (
	firstRest   = 5 * time.Second
	longestRest = time.Minute
)

// strike notes a failure.
func (a ailments) strike(k deviceKey, cause error, now time.Duration) {
	wait := min(max(2*a[k].wait, firstRest), longestRest)
	a[k] = ailment{cause: cause, until: now + wait, wait: wait}
}

// resting reports whether a device is to be left alone for now.
func (a ailments) resting(k deviceKey, now time.Duration) bool {
	ill, ok := a[k]
	return ok && now < ill.until
}

// forgive forgets the devices that are no longer plugged in.
func (a ailments) forgive(d Devices) {
	maps.DeleteFunc(a, func(k deviceKey, _ ailment) bool {
		if k.capture {
			return !listed(d.Captures, k.name)
		}
		return !listed(d.Playbacks, k.name)
	})
}
