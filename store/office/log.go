package office

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"

	"permanence/clients"
	"permanence/store/shared"
	"permanence/store/shared/planted"
)

// kept finds what became of a mutation that was brought up before; the zero value when
// it was not.
func (r *rows) kept(ctx context.Context, id clients.ID) (shared.Result, error) {
	var result shared.Result
	err := r.tx.QueryRowContext(ctx, `SELECT outcome, code, detail, seq FROM mutation WHERE bureau = $1 AND uuid = $2`,
		r.bureau, id).Scan(&result.Outcome, &result.Code, &result.Detail, &result.Seq)
	if errors.Is(err, sql.ErrNoRows) {
		return shared.Result{}, nil
	}
	return result, err
}

// entry is a line of the log.
type entry struct {
	uuid, name, actor, desk string
	seq, at                 int64
	outcome, code           string
	digest                  []byte // SHA-256 of the arguments
}

// hash chains an entry to the one before. Each part has its length before it, so that
// no two entries read the same.
func (e entry) hash(bureau string, before []byte) []byte {
	h := sha256.New()
	for _, part := range [][]byte{
		before, []byte(bureau), []byte(e.uuid), number(e.seq), []byte(e.name), e.digest,
		[]byte(e.actor), []byte(e.desk), number(e.at), []byte(e.outcome), []byte(e.code),
	} {
		h.Write(number(int64(len(part))))
		h.Write(part)
	}
	return h.Sum(nil)
}

func number(n int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }

// log writes a mutation down with what became of it, and chains it to the last one.
func (t *turn) log(ctx context.Context, m shared.Mutation, result shared.Result) error {
	ref, client, err := t.about(ctx, m)
	if err != nil {
		return err
	}
	digest := sha256.Sum256(m.Args)
	e := entry{
		uuid: string(m.ID), seq: t.seq, name: m.Name, digest: digest[:], actor: string(m.Actor), desk: string(m.Desk),
		at: micros(m.At), outcome: string(result.Outcome), code: result.Code,
	}
	before := t.chain
	if planted.Is(planted.ChainBroken) {
		before = nil
	}
	hash := e.hash(t.bureau, before)
	_, err = t.tx.ExecContext(ctx, `INSERT INTO mutation
			(bureau, uuid, seq, name, ref, client, args, digest, actor, desk, at, outcome, code, detail, hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		t.bureau, e.uuid, e.seq, e.name, ref, client, string(m.Args), e.digest, e.actor, e.desk, e.at, e.outcome, e.code,
		result.Detail, hash)
	if err != nil {
		return err
	}
	_, err = t.tx.ExecContext(ctx, `UPDATE head SET chain = $2 WHERE bureau = $1`, t.bureau, hash)
	return err
}

// about names the row and the client that a mutation speaks of, by which erasure finds
// its arguments.
func (t *turn) about(ctx context.Context, m shared.Mutation) (ref, client clients.ID, err error) {
	c, err := clients.DecodeChange(m.Name, m.Args)
	if err != nil {
		return "", "", nil //nolint:nilerr // it was refused, and speaks of nothing that is there
	}
	client, err = shared.ClientOf(ctx, t.rows, c)
	return subject(c), client, err
}

// subject is the row that a change is about.
func subject(c clients.Change) clients.ID {
	switch c := c.(type) {
	case clients.CreateClient:
		return c.Client.ID
	case clients.PatchClient:
		return c.Client
	case clients.TakeMessage:
		return c.Message.ID
	case clients.BookAppointment:
		return c.Appointment.ID
	case clients.MoveAppointment:
		return c.Appointment
	case clients.CancelAppointment:
		return c.Appointment
	case clients.SettleConflict:
		return c.Conflict
	case clients.JudgeHeld:
		return c.Conflict
	case clients.SaveOperator:
		return c.Operator.ID
	case clients.ReportDelivery:
		return c.Delivery.ID
	case clients.NoteReading:
		return c.ID
	}
	return ""
}

// Verify walks through the whole log and looks whether it is as it was written: every
// link of the chain, and the digest of all arguments that were not erased.
func (o *Office) Verify(ctx context.Context) error {
	return o.db.read(ctx, func(tx *sql.Tx) error {
		var end []byte
		if err := tx.QueryRowContext(ctx, `SELECT chain FROM head WHERE bureau = $1`, o.Bureau).Scan(&end); err != nil {
			return err
		}
		found, err := tx.QueryContext(ctx, `SELECT uuid, seq, name, args, digest, actor, desk, at, outcome, code, hash
			FROM mutation WHERE bureau = $1 ORDER BY seq`, o.Bureau)
		if err != nil {
			return err
		}
		defer found.Close()
		last, err := verify(found, o.Bureau)
		if err == nil && !bytes.Equal(last, end) {
			err = fmt.Errorf("%w: its end is missing", errBroken)
		}
		return err
	})
}

var errBroken = errors.New("office: the log is not as it was written")

func verify(found *sql.Rows, bureau string) (last []byte, err error) {
	for found.Next() {
		var e entry
		var args string
		var hash []byte
		err := found.Scan(&e.uuid, &e.seq, &e.name, &args, &e.digest, &e.actor, &e.desk, &e.at, &e.outcome, &e.code, &hash)
		if err != nil {
			return nil, err
		}
		if digest := sha256.Sum256([]byte(args)); args != "" && !bytes.Equal(digest[:], e.digest) {
			return nil, fmt.Errorf("%w: the arguments of %s", errBroken, e.uuid)
		}
		if last = e.hash(bureau, last); !bytes.Equal(last, hash) {
			return nil, fmt.Errorf("%w: at %s", errBroken, e.uuid)
		}
	}
	return last, found.Err()
}
