package service

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"permanence/store/office"
	"permanence/store/office/door"
)

// ErrNoAuthority is a folder without the authority of the bureau in the database.
var ErrNoAuthority = &Refused{"office.no-authority", "service: the folder does not have the authority of the bureau in the database"}

// authorise opens the folder's authority, and founds a bureau where the database has
// none. A database that has one, before a folder that does not know it, is a second
// machine whose owner has not brought the keys along, or a folder that lost them: a
// second bureau, founded in silence, would look as if everything were gone.
func (s *Service) authorise(ctx context.Context, db *office.Database) error {
	if s.o.Found {
		return s.found()
	}
	there, err := db.Bureaus(ctx)
	if err != nil {
		return err
	}
	if len(there) == 0 {
		return s.found()
	}
	a, err := door.ReadAuthority(s.o.Dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !slices.Contains(there, a.Bureau()) {
		return fmt.Errorf("%w: %s holds %s", ErrNoAuthority, s.o.Dir, strings.Join(there, ", "))
	}
	s.authority = a
	return err
}

func (s *Service) found() (err error) {
	s.authority, err = door.OpenAuthority(s.o.Dir, s.o.Now())
	return err
}
