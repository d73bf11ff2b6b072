package main

import (
	"errors"

	"permanence/ui/words"
)

// sentence says an error as the operator is told it: the sentence of its code,
// with the technical words behind, or those alone.
func sentence(err error) string {
	var c interface{ Code() string }
	if !errors.As(err, &c) {
		return err.Error()
	}
	key := "notice." + c.Code()
	if text := words.New(words.French).T(key); text != key {
		return text + " (" + err.Error() + ")"
	}
	return err.Error()
}
