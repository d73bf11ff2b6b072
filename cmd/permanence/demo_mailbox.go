package main

import (
	"context"
	"fmt"
	"strings"

	"permanence/clients/dispatch/postbox"
)

// demoMailbox is the clients' mailbox in the demo.
type demoMailbox struct{ server *postbox.Server }

// Arrived waits for a mail whose text holds all of the words.
func (m demoMailbox) Arrived(ctx context.Context, words ...string) error {
	for n := 1; ; n++ {
		mails, err := m.server.Wait(ctx, n)
		if err != nil {
			return fmt.Errorf("%d messages reçus, aucun avec ce texte : %w", len(mails), err)
		}
		if holdsAll(mails[len(mails)-1].Text, words) {
			return nil
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
