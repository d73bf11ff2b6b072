package main

import (
	"errors"

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
	var c interface{ Code() string }
	if !errors.As(err, &c) {
		return err.Error()
	}
	french := words.New(words.French)
	for _, key := range []string{"notice." + c.Code(), "problem." + c.Code()} {
		if text := french.T(key); text != key {
			return text + " (" + err.Error() + ")"
		}
	}
	return err.Error()
}
