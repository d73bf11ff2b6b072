//go:build !office

package main_test

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"permanence/ui/control"
)

// TestScript runs the scenarios of testdata/script: the command line as a person
// types it, and what it answers.
func TestScript(t *testing.T) {
	needPrograms(t, "sqlite3")
	binary := needProgram(t)
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", filepath.Dir(binary)+string(filepath.ListSeparator)+env.Getenv("PATH"))
			env.Vars = append(env.Vars, atHome(env.WorkDir)...)
			env.Setenv("TZ", "Europe/Paris")
			env.Setenv(noBus())
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"ready": ready, "status": status},
	})
}

// ready waits until the desk open in a folder takes commands:
//
//	ready DIR
func ready(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: ready DIR")
	}
	await(ts, args[0], "ready", func(out []byte) bool {
		var s control.Status
		return json.Unmarshal(out, &s) == nil && s.Ready
	})
}

// status waits until what a desk prints of its status has something in it:
//
//	status DIR REGEXP
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: status DIR REGEXP")
	}
	want, err := regexp.Compile(args[1])
	ts.Check(err)
	await(ts, args[0], args[1], want.Match)
}

// await asks a desk for its status until that is as it should be.
func await(ts *testscript.TestScript, dir, what string, fits func([]byte) bool) {
	late := time.After(patience)
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		cmd := exec.Command("permanence", "ctl", "--data", ts.MkAbs(dir), "status")
		cmd.Path = filepath.Join(filepath.SplitList(ts.Getenv("PATH"))[0], "permanence")
		cmd.Err = nil // of looking it up on the test's own PATH
		out, err := cmd.Output()
		if err == nil && fits(out) {
			return
		}
		select {
		case <-again.C:
		case <-late:
			ts.Fatalf("the desk in %s is not %s after %v: %s", dir, what, patience, out)
		}
	}
}
