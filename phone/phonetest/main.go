package phonetest

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"testing"
)

// atOnce is how many parallel tests run at a time: they wait for voice, which
// takes the time it takes, and hardly compute.
const atOnce = 12

// RunAll runs the tests of a package and gives the exit code. What they leave
// behind together is a failure too.
func RunAll(m *testing.M) int {
	flag.Parse()
	if !isSet("test.parallel") {
		_ = flag.Set("test.parallel", strconv.Itoa(atOnce))
	}
	before := runtime.NumGoroutine()
	code := m.Run()
	if code != 0 || isSet("test.fuzz") { // which leaves workers
		return code
	}
	if !endsInTime(func() bool { return runtime.NumGoroutine() <= before }) {
		fmt.Fprintf(os.Stderr, "%d goroutines before all tests, %d after:\n%s", before, runtime.NumGoroutine(), stacks())
		return 1
	}
	return 0
}

func isSet(name string) (set bool) {
	flag.Visit(func(f *flag.Flag) { set = set || f.Name == name })
	return set
}
