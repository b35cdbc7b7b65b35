package commissions

import (
	"context"
	"fmt"

	"saveline/internal/auth"
	"saveline/internal/facts"
	"saveline/internal/pg"
	"saveline/retention"
)

// consumerName is the cursor of pay in the log of facts. One cursor reads both kinds, so that a reversal never comes
// before the outcome it reverses.
const consumerName = "commissions"

// Consumers are the readers of facts that keep the books up to date.
func (s *Service) Consumers() []facts.Consumer {
	return []facts.Consumer{{
		Name: consumerName, Kinds: []facts.Kind{retention.FactOutcome, retention.FactOutcomeV2, retention.FactReversal}, Handle: s.handle, Committed: s.tellOfFacts,
	}}
}

func (s *Service) handle(ctx context.Context, tx *pg.Tx, f facts.Fact) error {
	switch f.Kind {
	case retention.FactOutcome, retention.FactOutcomeV2:
		return s.OnOutcome(ctx, tx, f)
	case retention.FactReversal:
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
		if f.Kind == retention.FactReversal {
			if body, err := facts.Decode[retention.ReversalFact](f); err == nil {
				results = append(results, body.Result)
			}
			continue
		}
		body, err := retention.ReadOutcome(f)
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
