package realtime

import (
	"context"
	"fmt"
	"time"

	"github.com/godbus/dbus/v5"
)

// RealtimeKit on the system's bus. A thread is only taken from a program that bounds
// its time (RTTimeUSecMax).
const (
	kitName = "org.freedesktop.RealtimeKit1"
	kitPath = "/org/freedesktop/RealtimeKit1"
)

// kitPatience is how long the service may take; it is started by the first who asks.
const kitPatience = 500 * time.Millisecond

// askKit lets RealtimeKit give a thread its turn.
func askKit(thread int) error {
	ctx, cancel := context.WithTimeout(context.Background(), kitPatience)
	defer cancel()
	bus, err := dbus.ConnectSystemBus(dbus.WithContext(ctx))
	if err != nil {
		return fmt.Errorf("system bus: %w", err)
	}
	defer bus.Close() // it was only for this
	kit := bus.Object(kitName, kitPath)
	most, err := number(ctx, kit, "MaxRealtimePriority")
	if err != nil {
		return err
	}
	longest, err := number(ctx, kit, "RTTimeUSecMax")
	if err != nil {
		return err
	}
	if most < 1 || longest < 1 {
		return fmt.Errorf("RealtimeKit allows priority %d for %d µs", most, longest)
	}
	if err := limit(softest, uint64(longest)); err != nil {
		return err
	}
	err = kit.CallWithContext(ctx, kitName+".MakeThreadRealtime", 0, uint64(thread), uint32(min(turn, most))).Err
	if err != nil {
		return fmt.Errorf("RealtimeKit: %w", err)
	}
	return nil
}

// number is a property of RealtimeKit: an int32 or an int64.
func number(ctx context.Context, kit dbus.BusObject, name string) (int64, error) {
	var v dbus.Variant
	err := kit.CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, kitName, name).Store(&v)
	if err != nil {
		return 0, fmt.Errorf("RealtimeKit: %s: %w", name, err)
	}
	switch n := v.Value().(type) {
	case int32:
		return int64(n), nil
	case int64:
		return n, nil
	}
	return 0, fmt.Errorf("RealtimeKit: %s is a %s", name, v.Signature())
}
