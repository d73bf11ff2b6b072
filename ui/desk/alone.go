package desk

import (
	"context"

	"permanence/clients"
)

// Alone is the office of a desk that can have none: it refuses what is asked of it.
type Alone struct{}

// AloneError refuses what only a desk with an office can do.
type AloneError struct{}

// Error says so.
func (AloneError) Error() string { return "desk: there is no office" }

// Code is the word by which the window finds the sentence for the operator.
func (AloneError) Code() string { return "office.none" }

// Pair refuses.
func (Alone) Pair(context.Context, string, string, string) error { return AloneError{} }

// Login refuses.
func (Alone) Login(context.Context, string, string) (clients.Operator, error) {
	return clients.Operator{}, AloneError{}
}

// Logout does nothing.
func (Alone) Logout() {}

// ChangePassword refuses.
func (Alone) ChangePassword(context.Context, string, string) error { return AloneError{} }

// SetPassword refuses.
func (Alone) SetPassword(context.Context, clients.ID, string) error { return AloneError{} }

// Leave refuses: there is nothing to leave.
func (Alone) Leave(context.Context) error { return AloneError{} }

// Ask refuses.
func (Alone) Ask(context.Context, clients.Mutation) error { return AloneError{} }

// Tell tells nobody.
func (Alone) Tell(Presence) {}

// TakeOver refuses.
func (Alone) TakeOver(context.Context, clients.ID, clients.ID) (RemoteDraft, error) {
	return RemoteDraft{}, AloneError{}
}

// Sync does nothing: such a desk is always in step.
func (Alone) Sync() {}
