//go:build !office

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"permanence/clients/dispatch/postbox"
)

// demoMailbox is the clients' mailbox in the demo.
type demoMailbox struct{ server *postbox.Server }

// Arrived waits for a mail whose text holds all of the words.
func (m demoMailbox) Arrived(ctx context.Context, words ...string) error {
	_, err := m.arrived(ctx, words)
	return err
}

// ArrivedWithSound waits for such a mail, and looks whether it brings a recording.
func (m demoMailbox) ArrivedWithSound(ctx context.Context, words ...string) error {
	got, err := m.arrived(ctx, words)
	if err == nil && !bytes.Contains(got.Raw, []byte("audio/ogg")) {
		err = errors.New("le message est arrivé sans l'enregistrement")
	}
	return err
}

func (m demoMailbox) arrived(ctx context.Context, words []string) (postbox.Mail, error) {
	for n := 1; ; n++ {
		mails, err := m.server.Wait(ctx, n)
		if err != nil {
			return postbox.Mail{}, fmt.Errorf("%d messages reçus, aucun avec ce texte : %w", len(mails), err)
		}
		if last := mails[len(mails)-1]; holdsAll(last.Text, words) {
			return last, nil
		}
	}
}

// holdsAll compares without regard to how the mail's lines are broken.
func holdsAll(text string, words []string) bool {
	flat := strings.Join(strings.Fields(text), " ")
	for _, w := range words {
		if !strings.Contains(flat, strings.Join(strings.Fields(w), " ")) {
			return false
		}
	}
	return true
}
