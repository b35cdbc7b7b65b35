// Package facts is the append-only log of what happened: the one way news travels up from dialing and saving to pay.
//
// A fact carries ids, codes, amounts and times, never names, numbers or free text. Facts are inserted without a
// position; one leased sequencer numbers visible rows, because commit order is not id order. Consumers have a durable
// cursor, see every fact at least once and in position order, and must be idempotent by key.
package facts

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

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

const insertFact = `
INSERT INTO facts (kind, key, client_id, effective_at, recorded_at, body)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (kind, key) DO NOTHING`

// AppendTx records that f happened, in the transaction in which it happened. The same kind and key twice is one fact.
func AppendTx(ctx context.Context, tx *pg.Tx, f Fact, body any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("fact %s %s: %w", f.Kind, f.Key, err)
	}
	if _, err := tx.ExecContext(ctx, insertFact, f.Kind, f.Key, f.Client, f.EffectiveAt, f.RecordedAt, raw); err != nil {
		return fmt.Errorf("fact %s %s: %w", f.Kind, f.Key, err)
	}
	return nil
}

// Consumer reads the facts of some kinds in position order. Handle runs in the transaction that moves its cursor.
type Consumer struct {
	Name   string
	Kinds  []Kind
	Handle func(ctx context.Context, tx *pg.Tx, f Fact) error
}
