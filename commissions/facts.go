package commissions

import (
	"context"
	"encoding/json"
	"fmt"

	"saveline/internal/facts"
	"saveline/internal/pg"
)

// consumerName is the cursor of pay in the log of facts. One cursor reads both kinds, so that a reversal never comes
// before the outcome it reverses.
const consumerName = "commissions"

// The facts that pay lives on. Their decoders are kept for ever; a new shape is a new kind.
const (
	factOutcome  facts.Kind = "outcome.v1"
	factReversal facts.Kind = "reversal.v1"
)

// outcomeFact is the body of outcome.v1: how a conversation ended and what came of it.
type outcomeFact struct {
	Outcome int64        `json:"outcome"`
	Call    int64        `json:"call"`
	Agent   int64        `json:"agent"` // 0 when nobody had the call
	Code    string       `json:"code"`
	Results []resultFact `json:"results"`
}

type resultFact struct {
	Result     int64  `json:"result"`
	Kind       string `json:"kind"` // save, sale, upsell, appointment
	ValueMinor int64  `json:"valueMinor"`
	Currency   string `json:"currency"`
}

// reversalFact is the body of reversal.v1: a result did not last. The fact's effective time is when it ended.
type reversalFact struct {
	Result int64  `json:"result"`
	Cause  string `json:"cause"`
}

// Consumers are the readers of facts that keep the books up to date.
func (s *Service) Consumers() []facts.Consumer {
	return []facts.Consumer{{Name: consumerName, Kinds: []facts.Kind{factOutcome, factReversal}, Handle: s.handle}}
}

func (s *Service) handle(ctx context.Context, tx *pg.Tx, f facts.Fact) error {
	switch f.Kind {
	case factOutcome:
		return s.OnOutcome(ctx, tx, f)
	case factReversal:
		return s.OnReversal(ctx, tx, f)
	}
	return fmt.Errorf("pay does not read facts of kind %s", f.Kind)
}

func decode[T any](f facts.Fact) (body T, err error) {
	if err := json.Unmarshal(f.Body, &body); err != nil {
		return body, fmt.Errorf("fact %s %s: %w", f.Kind, f.Key, err)
	}
	return body, nil
}
