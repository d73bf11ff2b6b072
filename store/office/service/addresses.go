package service

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"permanence/store/office"
)

// ErrBadAddress is no host, with or without a port, or one too many.
var ErrBadAddress = errors.New("service: no address of an office")

// mostAddresses is how many a desk keeps.
const mostAddresses = 8

// addresses are where desks reach the bureau's offices.
func (s *Service) addresses(ctx context.Context, db *office.Database) (list []string, err error) {
	_, err = s.get(ctx, db, settingAddresses, &list)
	return list, err
}

// keepAddresses keeps where desks reach the bureau's offices, or tells it. The desks
// hear of it within minutes.
func (s *Service) keepAddresses(ctx context.Context, in *opened, q Request) ([]string, error) {
	if q.Do == "addresses" {
		return s.addresses(ctx, in.db)
	}
	if len(q.Addresses) > mostAddresses {
		return nil, fmt.Errorf("%w: %d of them", ErrBadAddress, len(q.Addresses))
	}
	for _, a := range q.Addresses {
		if u, err := url.Parse("https://" + a); err != nil || u.Host != a || u.Hostname() == "" {
			return nil, fmt.Errorf("%w: %q", ErrBadAddress, a)
		}
	}
	return q.Addresses, s.set(ctx, in.db, settingAddresses, q.Addresses)
}
