package store_test

import (
	"testing"

	"permanence/clients/dispatch"
	"permanence/store"
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
