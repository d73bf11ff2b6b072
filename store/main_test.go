package store_test

import (
	"fmt"
	"os"
	"strconv"
	"testing"

	"permanence/phone"
)

// scratch are folders that outlive a single benchmark.
var scratch []string

func mkdirTemp() (string, error) {
	dir, err := os.MkdirTemp("", "permanence-bench-")
	scratch = append(scratch, dir)
	return dir, err
}

func phoneCall(n int) phone.CallID { return phone.CallID("call-" + strconv.Itoa(n)) }

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDir); dir != "" {
		fmt.Fprintln(os.Stderr, "crash child:", crash(dir))
		os.Exit(1)
	}
	if dir := os.Getenv(recordDir); dir != "" {
		fmt.Fprintln(os.Stderr, "recording child:", record(dir))
		os.Exit(1)
	}
	code := m.Run()
	for _, dir := range scratch {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}
