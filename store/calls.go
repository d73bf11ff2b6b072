package store

import (
	"context"
	"errors"
	"time"

	"permanence/phone"
	"permanence/ui/desk"
)

// Calls lists past calls that fit, newest first.
func (s *Store) Calls(context.Context, desk.CallFilter, time.Time, int) ([]desk.Entry, error) {
	return nil, errors.ErrUnsupported
}

// Call tells all of one past call.
func (s *Store) Call(context.Context, phone.CallID) (desk.CallRecord, error) {
	return desk.CallRecord{}, errors.ErrUnsupported
}
