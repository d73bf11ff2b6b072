package main_test

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
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
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("TZ", "Europe/Paris")
			env.Setenv(noBus())
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"ready": ready},
	})
}

// ready waits until the desk open in a folder takes commands:
//
//	ready DIR
func ready(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: ready DIR")
	}
	late := time.After(patience)
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		cmd := exec.Command("permanence", "ctl", "--data", ts.MkAbs(args[0]), "status")
		cmd.Path = filepath.Join(filepath.SplitList(ts.Getenv("PATH"))[0], "permanence")
		cmd.Err = nil // of looking it up on the test's own PATH
		out, err := cmd.Output()
		var s control.Status
		if err == nil && json.Unmarshal(out, &s) == nil && s.Ready {
			return
		}
		select {
		case <-again.C:
		case <-late:
			ts.Fatalf("no desk is ready in %s after %v", args[0], patience)
		}
	}
}
