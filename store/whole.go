package store

import (
	"context"
	"database/sql"

	"permanence/store/shared"
)

// Shared lists all shared rows as they lie here, what is not yet sent among them, by
// kind and ID. It is for comparing a desk with its office.
func (s *Store) Shared(ctx context.Context) ([]shared.Row, error) {
	var list []shared.Row
	err := s.read(ctx, "reading all shared rows", func(tx *sql.Tx) error {
		r, err := s.rows(ctx, tx)
		if err != nil {
			return err
		}
		from := `SELECT kind, id FROM other`
		for _, kind := range kinds() {
			from += ` UNION ALL SELECT '` + string(kind) + `', id FROM ` + tableOf[kind]
		}
		found, err := r.query(ctx, from+` ORDER BY 1, 2`)
		keys, err := collect(found, err, scanKey)
		for _, k := range keys {
			if err != nil {
				return err
			}
			var row shared.Row
			row, err = r.Row(ctx, k.kind, k.id)
			list = append(list, row)
		}
		return err
	})
	return list, err
}
