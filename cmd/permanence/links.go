//go:build !office

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"permanence/assets"
)

// linksEntry is the name of the desktop entry that opens telephone links.
const linksEntry = "permanence-dial.desktop"

// linkTypes are the links that it opens.
var linkTypes = []string{"x-scheme-handler/tel", "x-scheme-handler/callto", "x-scheme-handler/sip", "x-scheme-handler/sips"}

// installLinks makes this program the one that opens telephone links for this
// user, with the desk in dir, or in the usual place when that is "".
func installLinks(ctx context.Context, w outputs, dir string) error {
	path, err := linksPath()
	if err != nil {
		return err
	}
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("liens : %w", err)
	}
	if dir != "" {
		if dir, err = filepath.Abs(dir); err != nil {
			return fmt.Errorf("liens : %w", err)
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("liens : %w", err)
	}
	entry := entryFor(program, dir)
	if err := writeFile(path, func(to io.Writer) error { _, err := io.WriteString(to, entry); return err }); err != nil {
		return fmt.Errorf("liens : %w", err)
	}
	if _, err := fmt.Fprintf(w.out, "Liens téléphoniques : %s\n", path); err != nil {
		return err
	}
	return chooseForLinks(ctx, w)
}

// chooseForLinks asks the desktop to prefer the entry, where it can be asked.
func chooseForLinks(ctx context.Context, w outputs) error {
	tool, err := exec.LookPath("xdg-mime")
	if err != nil {
		_, err := fmt.Fprintln(w.err, "xdg-mime n'est pas là : choisissez Permanence pour les liens tel: et sip: dans les réglages du bureau.")
		return err
	}
	out, err := exec.CommandContext(ctx, tool, append([]string{"default", linksEntry}, linkTypes...)...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("xdg-mime : %w : %s", err, strings.TrimSpace(string(out)))
	}
	return nil
}

// uninstallLinks takes the entry away; desktops forget a choice whose entry is gone.
func uninstallLinks(w outputs) error {
	path, err := linksPath()
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("liens : %w", err)
	}
	_, err = fmt.Fprintln(w.out, "Permanence n'ouvre plus les liens téléphoniques.")
	return err
}

// linksPath is where this user's desktop entries are (XDG Base Directory
// Specification).
func linksPath() (string, error) {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		return "", errors.New("liens : à régler dans le système, ce programme ne le fait que sous Linux et les BSD")
	}
	data := os.Getenv("XDG_DATA_HOME")
	if data == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("liens : %w", err)
		}
		data = filepath.Join(home, ".local", "share")
	}
	return filepath.Join(data, "applications", linksEntry), nil
}

// entryFor is the desktop entry with the place of the program and of its folder.
// The link comes after "--": it can never be taken for an option.
func entryFor(program, dir string) string {
	line := "Exec=" + execArg(program) + " dial"
	if dir != "" {
		line += " --data " + execArg(dir)
	}
	return strings.Replace(assets.DesktopEntry, "Exec=permanence dial", line, 1)
}

// execArg quotes an argument of an Exec line (Desktop Entry Specification, "The
// Exec key"): within quotes some signs take a backslash, every backslash is
// doubled once more because the value is a string, and % is a field code.
func execArg(s string) string {
	s = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "`", "\\`", `$`, `\$`, `%`, `%%`).Replace(s)
	s = `"` + s + `"`
	return strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\t", `\t`, "\r", `\r`).Replace(s)
}
