package commissions

import (
	"context"
	"fmt"

	"saveline/internal/auth"
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
	Outcome  int64        `json:"outcome"`
	Call     int64        `json:"call"`
	Campaign int64        `json:"campaign"`
	Agent    int64        `json:"agent"` // 0 when nobody had the call
	Code     string       `json:"code"`
	Results  []resultFact `json:"results"`
}

type resultFact struct {
	Result       int64  `json:"result"`
	Kind         string `json:"kind"` // save, sale, upsell, appointment
	ValueMinor   int64  `json:"valueMinor"`
	Currency     string `json:"currency"`
	Offer        int64  `json:"offer"` // 0 when the result came without one
	OfferVersion int64  `json:"offerVersion"`
}

// reversalFact is the body of reversal.v1: a result did not last. The fact's effective time is when it ended.
type reversalFact struct {
	Result int64  `json:"result"`
	Cause  string `json:"cause"`
}

// Consumers are the readers of facts that keep the books up to date.
func (s *Service) Consumers() []facts.Consumer {
	return []facts.Consumer{{
		Name: consumerName, Kinds: []facts.Kind{factOutcome, factReversal}, Handle: s.handle, Committed: s.tellOfFacts,
	}}
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

// selectCreditedWith names who has been credited with some results.
const selectCreditedWith = `SELECT DISTINCT user_id FROM credits WHERE result_id = ANY($1)`

// tellOfFacts lets the desks know whose pay a batch of facts has changed.
func (s *Service) tellOfFacts(ctx context.Context, batch []facts.Fact) {
	var results []int64
	for _, f := range batch {
		if f.Kind == factReversal {
			if body, err := facts.Decode[reversalFact](f); err == nil {
				results = append(results, body.Result)
			}
			continue
		}
		body, err := facts.Decode[outcomeFact](f)
		if err != nil {
			continue // it has been handled, so it decodes
		}
		for _, r := range body.Results {
			results = append(results, r.Result)
		}
	}
	if len(results) == 0 {
		return
	}
	var users []auth.UserID
	if err := s.db.SelectContext(ctx, &users, selectCreditedWith, int64s(results)); err != nil {
		s.log.WarnContext(ctx, "desks are not told of new pay", "error", err)
		return
	}
	s.tellAll(users)
}
