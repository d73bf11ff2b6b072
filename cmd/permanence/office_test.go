package main_test

import (
	"bufio"
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// graphical are what a server's machine does not have.
var graphical = []string{
	"fyne.io", "github.com/go-gl", "github.com/gen2brain/malgo", "github.com/hraban/opus", "permanence/ui/widgets", "permanence/audio",
}

// goTool runs the go command for a server: no cgo, the tag alone.
func goTool(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-buildvcs=false -trimpath -tags=office")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("go %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// TestOfficeNeedsNoScreen builds the server as it is built for a machine that has
// neither screen nor sound, and drives it as its owner does.
func TestOfficeNeedsNoScreen(t *testing.T) {
	for dep := range strings.Lines(goTool(t, "list", "-deps", ".")) {
		if slices.ContainsFunc(graphical, func(g string) bool { return strings.HasPrefix(dep, g) }) {
			t.Errorf("it links %s", strings.TrimSpace(dep))
		}
	}
	goTool(t, "vet", ".")
	program := filepath.Join(t.TempDir(), "permanence")
	goTool(t, "build", "-o", program, ".")
	o := startOffice(t, program)

	o.want("Claire peut se connecter", "un mot de passe assez long\n", "operator", "add", "Claire", "--supervisor")
	o.want("Claire, responsable", "", "operator", "list")
	o.want("Code : ", "", "pair", "--name", "Accueil")
	o.want("les messages attendent", "", "mail")
	o.want("aucune !", "", "status")
	o.want("que l'adresse qui y a été tapée", "", "addresses")
	o.want("à un.exemple.fr, deux.exemple.fr:7444", "", "addresses", "un.exemple.fr", "deux.exemple.fr:7444")
	o.want("à un.exemple.fr", "", "addresses")
	o.refused("huit au plus", "", "addresses", "https://un.exemple.fr")
	o.want("que l'adresse qui y a été tapée", "", "addresses", "--none")
	o.refused("ajoutez --yes", "", "erase", "client", "Oublié")
	o.refused("aucun client", "", "erase", "client", "Oublié", "--yes")
	o.want("Rien ne correspond", "oui\n", "erase", "--find", "Oublié")
	o.refused("--find texte", "", "erase", "client", "--yes")
	o.want("Rien n'a été consulté", "", "access")
	copied := filepath.Join(t.TempDir(), "copie.db")
	o.want("Sauvegardé et relu", "", "backup", copied)
	o.want("Remis en place", "", "restore", copied)
	o.want("Claire", "", "operator", "list")
	o.want("Changé", "assez long, un autre\n", "operator", "password", "Claire")
	o.refused("douze signes", "claireclaire\n", "operator", "password", "Claire")
	o.want("Léa peut se connecter", "un mot de passe assez long\n", "operator", "add", "Léa")
	o.want("Léa ne peut plus entrer", "", "operator", "leave", "Léa")
	o.want("Léa, partie", "", "operator", "list")
	o.refused("douze signes", "court\n", "operator", "add", "Sophie")
	o.refused("aucun poste", "", "revoke", "personne")
	o.want("Rien à vérifier", "", "held")
	o.refused("n’attend", "", "held", "admit", "personne")
	o.refused("--reason", "", "held", "discard", "personne")
	o.refused("n'existe pas", "", "danse")
	o.want("ExecStart="+program, "", "unit")
}

// officeProcess is a running office.
type officeProcess struct {
	t            *testing.T
	program, dir string
}

// startOffice starts an office in an empty folder, and sees that it says what to do
// next and, at the end, that it closes when it is told to.
func startOffice(t *testing.T, program string) *officeProcess {
	t.Helper()
	o := &officeProcess{t, program, filepath.Join(t.TempDir(), "bureau")}
	cmd := exec.Command(program, "office", "--data", o.dir, "--listen", "127.0.0.1:0", "--name", "Bureau Durand")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			t.Errorf("it ended with %v\n%s", err, &said)
		}
	})
	lines := bufio.NewScanner(out)
	for _, want := range []string{"Bureau Durand : le bureau est ouvert sur 127.0.0.1:", "Personne", "operator add", "Aucun poste", "office pair"} {
		if !lines.Scan() || !strings.Contains(lines.Text(), want) {
			t.Fatalf("it said %q; want %q", lines.Text(), want)
		}
	}
	return o
}

func (o *officeProcess) run(input string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(o.t.Context(), time.Minute)
	defer cancel()
	args = append([]string{"office"}, args...)
	if args[1] != "unit" {
		args = append(args, "--data", o.dir)
	}
	cmd := exec.CommandContext(ctx, o.program, args...)
	cmd.Stdin = strings.NewReader(input)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// want runs an action and expects these words.
func (o *officeProcess) want(words, input string, args ...string) {
	o.t.Helper()
	if out, err := o.run(input, args...); err != nil || !strings.Contains(out, words) {
		o.t.Errorf("office %v: %v, %s; want %q", args, err, out, words)
	}
}

// refused runs an action that must not work, and expects these words.
func (o *officeProcess) refused(words, input string, args ...string) {
	o.t.Helper()
	if out, err := o.run(input, args...); err == nil || !strings.Contains(strings.ToLower(out), words) {
		o.t.Errorf("office %v: %v, %s; want it refused with %q", args, err, out, words)
	}
}
