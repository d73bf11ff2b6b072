package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestUnit has systemd itself read the service, for a program whose path needs quotes.
func TestUnit(t *testing.T) {
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("systemd-analyze is not installed")
	}
	dir := filepath.Join(t.TempDir(), "100 % fait maison")
	program := filepath.Join(dir, "permanence")
	file := filepath.Join(t.TempDir(), "permanence.service")
	for _, err := range []error{
		os.Mkdir(dir, 0o700),
		os.WriteFile(program, []byte("#!/bin/sh\n"), 0o700),
		os.WriteFile(file, fmt.Appendf(nil, unit, quoted(program)), 0o600),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.CommandContext(t.Context(), "systemd-analyze", "verify", "--man=no", "--recursive-errors=no", file).CombinedOutput()
	if err != nil || bytes.Contains(out, []byte("ignoring")) {
		t.Errorf("%v\n%s", err, out)
	}
}
