// Package facts is the append-only log of what happened: the one way news travels up from dialing and saving to pay.
//
// A fact carries ids, codes, amounts and times, never names, numbers or free text. Facts are inserted without a
// position; whoever holds the head's lock numbers visible rows, because commit order is not id order. Consumers have a
// durable cursor, see every fact at least once and in position order, and must be idempotent by key.
package facts

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"saveline/internal/errs"
	"saveline/internal/pg"
)

// Kind names a sort of fact and its version: "outcome.v1". A version's decoder is kept for ever.
type Kind string

// Fact is one thing that happened.
type Fact struct {
	Position    int64           `db:"position"` // 0 until the sequencer has numbered it
	Kind        Kind            `db:"kind"`
	Key         string          `db:"key"` // unique within Kind: "outcome:17"
	Client      int64           `db:"client_id"`
	EffectiveAt time.Time       `db:"effective_at"` // when it happened in the world
	RecordedAt  time.Time       `db:"recorded_at"`  // when we learned of it
	Body        json.RawMessage `db:"body"`
}

const (
	insertFact = `
INSERT INTO facts (kind, key, client_id, effective_at, recorded_at, body)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (kind, key) DO NOTHING`

	sameFact = `
SELECT body = $3::jsonb FROM facts WHERE kind = $1 AND key = $2`
)

// AppendTx records that f happened, in the transaction in which it happened. The same kind and key twice is one fact.
//
// Codes: conflict (the key was recorded with another body: what happened cannot be changed, only followed by another
// fact).
func AppendTx(ctx context.Context, tx *pg.Tx, f Fact, body any) error {
	doing := fmt.Sprintf("fact %s %s", f.Kind, f.Key)
	raw, err := json.Marshal(body)
	if err != nil {
		return errs.Wrap(err, doing)
	}
	res, err := tx.ExecContext(ctx, insertFact, f.Kind, f.Key, f.Client, f.EffectiveAt, f.RecordedAt, raw)
	if err != nil {
		return errs.Wrap(err, doing)
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return errs.Wrap(err, doing)
	}
	var same bool
	if err := tx.GetContext(ctx, &same, sameFact, f.Kind, f.Key, raw); err != nil {
		return errs.Wrap(err, doing)
	}
	if !same {
		return errs.Newf(errs.Conflict, "%s is recorded already, and differs", doing)
	}
	return nil
}

// Decode reads a fact's body as T. A field that T does not have is an error: the body is of another version than its
// kind says.
func Decode[T any](f Fact) (T, error) {
	var body T
	d := json.NewDecoder(bytes.NewReader(f.Body))
	d.DisallowUnknownFields()
	if err := d.Decode(&body); err != nil {
		return body, fmt.Errorf("decode fact %s %s: %w", f.Kind, f.Key, err)
	}
	return body, nil
}

// Consumer reads the facts of some kinds in position order. Handle runs in the transaction that moves its cursor.
// Committed, if set, hears of each batch when that transaction has been committed: for news to screens, which would
// otherwise fetch what is not there yet. A crash in between loses that news and nothing else.
type Consumer struct {
	Name      string
	Kinds     []Kind
	Handle    func(ctx context.Context, tx *pg.Tx, f Fact) error
	Committed func(ctx context.Context, batch []Fact)
}
