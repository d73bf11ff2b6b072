package phonetest

import (
	"bytes"
	"context"
	"fmt"
	"runtime/pprof"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A goroutine inherits the labels of the one that starts it. So each test marks
// its own with a number, and those that it leaves behind are told from those of
// the tests beside it. What a timer starts has no mark: RunAll counts it.
const mark = "phonetest"

var (
	marks   atomic.Uint64
	watched sync.Map // of testing.TB
)

// NoLeaks fails the test if it leaves goroutines behind. Call it first; further
// calls in the same test change nothing.
func NoLeaks(t testing.TB) {
	if _, twice := watched.LoadOrStore(t, nil); twice {
		return
	}
	number := markOwn()
	t.Cleanup(func() {
		watched.Delete(t)
		pprof.SetGoroutineLabels(context.Background()) // this one does not count
		if left := leftBy(number); left != "" {
			t.Errorf("goroutines left behind:\n%s", left)
		}
	})
}

// markOwn marks this goroutine, and those that it will start.
func markOwn() (number string) {
	number = strconv.FormatUint(marks.Add(1), 10)
	pprof.SetGoroutineLabels(pprof.WithLabels(context.Background(), pprof.Labels(mark, number)))
	return number
}

// leftBy gives the goroutines with a mark that do not end in time.
func leftBy(number string) (left string) {
	endsInTime(func() bool { left = marked(number); return left == "" })
	return left
}

func endsInTime(over func() bool) bool {
	pause := 2 * time.Millisecond // a look at all goroutines is dear
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); pause = min(4*pause, 200*time.Millisecond) {
		<-time.After(pause)
		if over() {
			return true
		}
	}
	return false
}

// marked gives the stacks of the goroutines with a mark.
func marked(number string) string {
	var found strings.Builder
	for stack := range strings.SplitSeq(stacks(), "\n\n") {
		if strings.Contains(stack, fmt.Sprintf("%q:%q", mark, number)) {
			found.WriteString(stack + "\n\n")
		}
	}
	return found.String()
}

// stacks gives all goroutines, those that are alike as one.
func stacks() string {
	var all bytes.Buffer
	_ = pprof.Lookup("goroutine").WriteTo(&all, 1) // a buffer takes everything
	return all.String()
}
