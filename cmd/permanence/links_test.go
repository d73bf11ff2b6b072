//go:build !office

package main

import "testing"

func TestExecArg(t *testing.T) {
	for in, want := range map[string]string{
		"/usr/bin/permanence":  `"/usr/bin/permanence"`,
		"/home/a b/permanence": `"/home/a b/permanence"`,
		"/100%/x":              `"/100%%/x"`,
		`/a"b`:                 `"/a\\"b"`,
		"/a$b`c":               "\"/a\\\\$b\\\\`c\"",
		`/a\b`:                 `"/a\\\\b"`,
		"/a\nExec=evil":        `"/a\nExec=evil"`,
	} {
		if got := execArg(in); got != want {
			t.Errorf("execArg(%q) = %s; want %s", in, got, want)
		}
	}
}
