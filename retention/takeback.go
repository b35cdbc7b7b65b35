package retention

import (
	"context"
	"fmt"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/billing"
	"saveline/retention/flow"
)

const anotherOpenCase = `SELECT EXISTS (SELECT FROM cases WHERE subscription_id = $1 AND id <> $2 AND closed_at IS NULL)`

const cancelWithBilling = `
SELECT EXISTS (SELECT FROM grants WHERE case_id = $1 AND kind = $2 AND status IN ('applying','applied','unclear'))
   AND NOT EXISTS (SELECT FROM subscriptions WHERE id = $3 AND cancel_at IS NOT NULL)`

// takeBack takes a cancellation back that an offer after it made them think over: their yes is a request of its own. Billing
// forgets what it has not done yet, and undoes what it has.
//
// Codes: conflict (another wish to cancel the same subscription is open).
func (s *Service) takeBack(ctx context.Context, tx *pg.Tx, by auth.Actor, c *caseRow, yes *flow.Shown, now time.Time) error {
	var other bool
	if err := tx.GetContext(ctx, &other, anotherOpenCase, c.Sub, c.ID); err != nil {
		return errs.Wrap(err, "find another case")
	}
	if other {
		return errs.Newf(errs.Conflict, "the customer has asked to cancel again since; settle that case")
	}
	var request int64
	key := fmt.Sprintf("offer:%d", yes.Presentation)
	if err := tx.GetContext(ctx, &request, insertSecondThought, c.Client, key, c.Customer, now, c.ID); err != nil {
		return errs.Wrap(err, "record request")
	}
	if err := c.apply(ctx, tx, by, now, flow.Event{Kind: flow.RequestAttached, Data: flow.Data{Request: request}}); err != nil || c.Sub == 0 {
		return err
	}
	if _, err := tx.ExecContext(ctx, keepSubscription, c.Sub, now); err != nil {
		return errs.Wrap(err, "mark subscription")
	}
	if _, err := withdrawGrantsTx(ctx, tx, c.ID, now); err != nil {
		return err
	}
	var done bool
	if err := tx.GetContext(ctx, &done, cancelWithBilling, c.ID, billing.KindCancel, c.Sub); err != nil || !done {
		return errs.Wrap(err, "ask what billing has done") // a planned end that the mirror knows is undone with the grants
	}
	_, err := s.queueGrantTx(ctx, tx, now, newGrant{Subscription: c.Sub, Case: c.ID, Change: billing.Change{Kind: billing.KindUncancel}})
	return err
}
