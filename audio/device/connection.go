package device

import (
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"github.com/gen2brain/malgo"

	"permanence/audio"
)

// connection is a miniaudio context: one connection to one sound system. It is
// freed when the driver and all streams have let go of it, and never when a call
// into it hangs.
type connection struct {
	by  backend
	ctx *malgo.AllocatedContext
	log *slog.Logger
	ids map[malgo.DeviceType]map[string]malgo.DeviceID // from the last list

	mu    sync.Mutex
	users int
	stuck bool // a call never came back: its thread still uses the context
}

// dial connects to a sound system.
func dial(b backend, log *slog.Logger) (*connection, error) {
	ctx, err := within(connectLimit, func() (*malgo.AllocatedContext, error) { return newContext(b) }, free)
	if err != nil {
		return nil, err
	}
	log.Info("sound system connected", "by", b.name)
	return &connection{by: b, ctx: ctx, log: log, users: 1}, nil
}

// newContext names the program, so that the system's own mixer shows whose sound
// it is.
func newContext(b backend) (*malgo.AllocatedContext, error) {
	name := []byte("Permanence\x00")
	var pinned runtime.Pinner // the library reads the name and copies it
	pinned.Pin(&name[0])
	defer pinned.Unpin()
	cfg := malgo.ContextConfig{}
	cfg.Pulse.PApplicationName = &name[0]
	cfg.Jack.PClientName = &name[0]
	return malgo.InitContext([]malgo.Backend{b.id}, cfg, nil)
}

func free(ctx *malgo.AllocatedContext) {
	_ = ctx.Uninit() // it is gone either way
	ctx.Free()
}

// retain and release count who uses the connection.
func (c *connection) retain() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.users++
}

func (c *connection) release() {
	c.mu.Lock()
	c.users--
	last := c.users == 0 && !c.stuck
	c.mu.Unlock()
	if !last {
		return
	}
	if err := c.call(closeLimit, func() error { free(c.ctx); return nil }); err != nil {
		c.log.Warn("sound system left behind", "err", err)
	}
}

// list asks for the devices and remembers their identifiers.
func (c *connection) list() (audio.Devices, error) {
	ids := make(map[malgo.DeviceType]map[string]malgo.DeviceID)
	var list audio.Devices
	err := c.call(listLimit, func() error {
		captures, err := c.listKind(malgo.Capture)
		if err != nil {
			return err
		}
		playbacks, err := c.listKind(malgo.Playback)
		if err != nil {
			return err
		}
		list.Captures, ids[malgo.Capture] = named(captures)
		list.Playbacks, ids[malgo.Playback] = named(playbacks)
		return nil
	})
	if err != nil {
		return audio.Devices{}, err
	}
	c.ids = ids
	return list, nil
}

func (c *connection) listKind(kind malgo.DeviceType) ([]malgo.DeviceInfo, error) {
	all, err := c.ctx.Devices(kind)
	if err != nil || c.by.real == nil {
		return all, err
	}
	return c.by.real(all), nil
}

// named gives two devices of the same name (two headsets of one make) different
// ones.
func named(infos []malgo.DeviceInfo) ([]audio.Device, map[string]malgo.DeviceID) {
	ids := make(map[string]malgo.DeviceID, len(infos))
	var list []audio.Device
	for _, info := range infos {
		name := info.Name()
		for n := 2; ; n++ {
			if _, taken := ids[name]; !taken {
				break
			}
			name = fmt.Sprintf("%s (%d)", info.Name(), n)
		}
		ids[name] = info.ID
		list = append(list, audio.Device{Name: name, Default: info.IsDefault != 0})
	}
	return list, ids
}

// open prepares a device; "" is the default, which the sound system itself moves
// when it changes.
func (c *connection) open(kind malgo.DeviceType, name string, port *audio.Port) (*stream, error) {
	var id *malgo.DeviceID
	if name != "" {
		known, ok := c.ids[kind][name]
		if !ok {
			return nil, errors.New("not plugged in")
		}
		id = &known
	}
	late := func(s *stream) { s.watch.end(); s.free() }
	s, err := within(openLimit, func() (*stream, error) { return newStream(c, kind, id, port) }, late)
	if err != nil {
		c.note(err)
		return nil, err
	}
	c.retain()
	return s, nil
}

// call does something with the context that may hang.
func (c *connection) call(limit time.Duration, do func() error) error {
	_, err := within(limit, func() (struct{}, error) { return struct{}{}, do() }, func(struct{}) {})
	c.note(err)
	return err
}

// note remembers that a call into the context hangs.
func (c *connection) note(err error) {
	if errors.Is(err, errSlow) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.stuck = true
	}
}

// backend is a sound system that miniaudio can reach.
type backend struct {
	id   malgo.Backend
	name string
	real func([]malgo.DeviceInfo) []malgo.DeviceInfo // leaves out what is no device; nil leaves all
}
