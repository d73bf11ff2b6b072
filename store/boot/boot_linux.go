package boot

import (
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Machine is CLOCK_BOOTTIME of clock_gettime(2), named by the kernel's boot_id
// (random(4)). /proc/uptime is not asked: a container may be told another there than the
// run of the machine whose name it sees.
func Machine() (run string, up time.Duration) {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "", 0
	}
	var ts unix.Timespec
	if unix.ClockGettime(unix.CLOCK_BOOTTIME, &ts) != nil {
		return "", 0
	}
	return strings.TrimSpace(string(id)), time.Duration(ts.Nano())
}
