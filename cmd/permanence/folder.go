package main

import (
	"os"
	"path/filepath"
	"runtime"
)

// defaultDir is where a user's desk lives: the place each system keeps programs'
// data in (XDG Base Directory Specification, Known Folders on Windows).
func defaultDir() string {
	if dir := os.Getenv("PERMANENCE_DATA"); dir != "" {
		return dir
	}
	if dir := os.Getenv("XDG_DATA_HOME"); dir != "" && runtime.GOOS != "windows" {
		return filepath.Join(dir, "permanence")
	}
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		if dir, err := os.UserConfigDir(); err == nil {
			return filepath.Join(dir, "Permanence")
		}
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "permanence-data"
	}
	return filepath.Join(home, ".local", "share", "permanence")
}
