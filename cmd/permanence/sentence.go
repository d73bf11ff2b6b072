package main

import (
	"errors"
	"io/fs"
	"syscall"

	"permanence/store/office/service"
	"permanence/ui/control"
	"permanence/ui/words"
)

// sentence says an error as the operator is told it: the sentence of its code,
// with the technical words behind, or those alone.
func sentence(err error) string {
	if errors.Is(err, control.ErrNoDesk) {
		return "aucun poste n'est ouvert ici : ouvrez Permanence, puis recommencez (" + err.Error() + ")"
	}
	if errors.Is(err, service.ErrNotRunning) {
		return "le bureau n'est pas ouvert ici : lancez « permanence office », puis recommencez (" + err.Error() + ")"
	}
	if errors.Is(err, service.ErrRunning) {
		return "un bureau est déjà ouvert dans ce dossier"
	}
	french, code := words.New(words.French), codeOf(err)
	for _, key := range []string{"notice." + code, "problem." + code} {
		if text := french.T(key); text != key {
			return text + " (" + err.Error() + ")"
		}
	}
	return err.Error()
}

// codeOf is the word for an error: its own, or that of what the system refuses.
func codeOf(err error) string {
	var coded interface{ Code() string }
	if errors.As(err, &coded) {
		return coded.Code()
	}
	for _, system := range []struct {
		refuses error
		code    string
	}{
		{syscall.EADDRINUSE, "system.address-taken"},
		{fs.ErrNotExist, "system.no-file"},
		{fs.ErrPermission, "system.forbidden"},
		{syscall.ENOSPC, "store.disk-full"},
	} {
		if errors.Is(err, system.refuses) {
			return system.code
		}
	}
	return ""
}
