package store_test

import (
	"testing"

	"permanence/clients/dispatch"
	"permanence/store"
	"permanence/store/shared"
	"permanence/store/shared/sharedtest"
	"permanence/store/storetest"
)

func open(t testing.TB, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestStore(t *testing.T) {
	storetest.Run(t, func(t testing.TB, dir string) (storetest.Store, dispatch.Queue) {
		s := open(t, dir)
		return s, s.Queue()
	})
}

func TestRows(t *testing.T) {
	sharedtest.Rows(t, func(t *testing.T) shared.Rows {
		s := open(t, t.TempDir())
		tx, err := s.Writer().BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = tx.Rollback() })
		rows, err := s.Rows(t.Context(), tx)
		if err != nil {
			t.Fatal(err)
		}
		return rows
	})
}
