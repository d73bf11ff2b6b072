package office

import (
	"context"
	"testing"

	"permanence/store/shared"
	"permanence/store/shared/sharedtest"
)

func TestRows(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		db := open(t, address)
		sharedtest.Rows(t, func(t *testing.T) shared.Rows {
			// A test's own context ends before its clean-up, and takes the transaction with it.
			tx, err := db.writer.BeginTx(context.WithoutCancel(t.Context()), nil)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := tx.Rollback(); err != nil {
					t.Error(err)
				}
			})
			return &rows{tx: tx, db: db, bureau: "toulouse", host: "permanence.invalid", seq: 1000}
		})
	})
}
