package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"permanence/store/office/service"
)

// What the system refuses is said in French, with its own words behind.
func TestSentence(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	_, taken := net.Listen("tcp", ln.Addr().String())
	_, missing := os.Open(filepath.Join(t.TempDir(), "nowhere", "file"))
	for want, err := range map[string]error{
		"Cette adresse est déjà prise par un autre programme. (service: listen tcp ": fmt.Errorf("service: %w", taken),
		"Ce fichier ou ce dossier n’existe pas. (open ":                              missing,
		"Le système refuse l’accès. (open /x: ":                                      &os.PathError{Op: "open", Path: "/x", Err: os.ErrPermission},
		"un bureau est déjà ouvert dans ce dossier":                                  service.ErrRunning,
		"nobody has a word for it":                                                   errors.New("nobody has a word for it"),
	} {
		if got := sentence(err); !strings.HasPrefix(got, want) {
			t.Errorf("%v is told as %q, want %q", err, got, want)
		}
	}
}
