package commissions

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/lib/pq"

	"saveline/internal/auth"
	"saveline/internal/facts"
	"saveline/internal/pg"
	"saveline/retention"
)

// consumerName is the cursor of pay in the log of facts. One cursor reads all kinds, so that a reversal never comes
// before the outcome it reverses.
const consumerName = "commissions"

// Consumers are the readers of facts that keep the books up to date.
func (s *Service) Consumers() []facts.Consumer {
	return []facts.Consumer{{Name: consumerName, Kinds: []facts.Kind{
		retention.FactOutcome, retention.FactOutcomeV2, retention.FactReversal, retention.FactAppointment, retention.FactUpsellRemoval,
		retention.FactSurvey, retention.FactVerification, retention.FactResultReview,
	}, Handle: s.handle, Committed: s.afterFacts}}
}

func (s *Service) handle(ctx context.Context, tx *pg.Tx, f facts.Fact) error {
	switch f.Kind {
	case retention.FactOutcome, retention.FactOutcomeV2:
		return s.OnOutcome(ctx, tx, f)
	case retention.FactReversal:
		return s.OnReversal(ctx, tx, f)
	case retention.FactAppointment:
		return s.OnAppointment(ctx, tx, f)
	case retention.FactResultReview:
		return s.OnResultReview(ctx, tx, f)
	case retention.FactUpsellRemoval, retention.FactSurvey, retention.FactVerification:
		return s.onSmaller(ctx, tx, f)
	}
	return fmt.Errorf("pay does not read facts of kind %s", f.Kind)
}

// afterFacts values whose pay a batch of facts may have changed, and lets the desks know. Should it not come to that, the
// marks stay, and the next batch or the job "commissions.value" does it.
func (s *Service) afterFacts(ctx context.Context, batch []facts.Fact) {
	clients := map[auth.ClientID]bool{}
	for _, f := range batch {
		clients[auth.ClientID(f.Client)] = true
	}
	for _, client := range sortedKeys(clients) {
		if err := s.value(ctx, client); err != nil {
			s.log.WarnContext(ctx, "pay waits for the next round", "client", client, "error", err)
		}
	}
	s.tellOfFacts(ctx, batch)
}

// selectCreditedWith names who has been credited with some results.
const selectCreditedWith = `SELECT DISTINCT user_id FROM credits WHERE result_id = ANY($1)`

// tellOfFacts lets the desks know whose pay a batch of facts has changed.
func (s *Service) tellOfFacts(ctx context.Context, batch []facts.Fact) {
	var results, reversed []int64
	for _, f := range batch {
		if f.Kind != retention.FactOutcome { // the others name one result
			var body struct {
				Result   int64 `json:"result"`
				Reviewed int64 `json:"result_id"`
			}
			if json.Unmarshal(f.Body, &body) == nil {
				results = append(results, body.Result, body.Reviewed)
				if f.Kind == retention.FactReversal {
					reversed = append(reversed, body.Result)
				}
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
	s.tellAll(s.creditedWith(ctx, results))
	s.tellNotices(s.creditedWith(ctx, reversed))
}

// creditedWith names who has been credited with some results; nobody, when they cannot be read: desks also ask by themselves.
func (s *Service) creditedWith(ctx context.Context, results []int64) (users []auth.UserID) {
	if len(results) == 0 {
		return nil
	}
	if err := s.db.SelectContext(ctx, &users, selectCreditedWith, pq.Array(results)); err != nil {
		s.log.WarnContext(ctx, "desks are not told of new pay", "error", err)
		return nil
	}
	return users
}
