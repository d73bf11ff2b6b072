package store

import (
	"database/sql"
	"encoding/json"
	"errors"

	"permanence/clients"
)

// collect reads all rows of a query, given with the query's error.
func collect[T any](rows *sql.Rows, err error, scan func(*sql.Rows) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, errors.Join(rows.Err(), rows.Close())
}

// scanJSON reads a column that holds JSON.
func scanJSON[T any](rows *sql.Rows) (T, error) {
	var v T
	var body []byte
	if err := rows.Scan(&body); err != nil {
		return v, err
	}
	return v, json.Unmarshal(body, &v)
}

// versioned reads the columns seq and body.
func versioned[T any](rows *sql.Rows, version func(*T) *int64) (T, error) {
	var v T
	var seq int64
	var body []byte
	if err := rows.Scan(&seq, &body); err != nil {
		return v, err
	}
	err := json.Unmarshal(body, &v)
	*version(&v) = seq
	return v, err
}

func scanClient(r *sql.Rows) (clients.Client, error) {
	return versioned(r, func(c *clients.Client) *int64 { return &c.Version })
}

func scanMessage(r *sql.Rows) (clients.Message, error) {
	return versioned(r, func(m *clients.Message) *int64 { return &m.Version })
}

func scanAppointment(r *sql.Rows) (clients.Appointment, error) {
	return versioned(r, func(a *clients.Appointment) *int64 { return &a.Version })
}

func scanDelivery(r *sql.Rows) (clients.Delivery, error) { return scanJSON[clients.Delivery](r) }
