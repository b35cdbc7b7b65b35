package retention

import (
	"context"
	"errors"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/billing"
	"saveline/retention/flow"
)

const (
	grantTimeout    = 90 * time.Second // of one try, several requests long
	grantStaleAfter = 3 * time.Minute  // a try of a node that died: nobody is at it any more
	settleTimeout   = 10 * time.Second
	grantPauseMin   = time.Minute
	grantPauseMax   = time.Hour
	errorCharsMax   = 500
)

// grantJob carries out one grant.
type grantJob struct {
	Grant GrantID `json:"grant"`
}

// Kind names the job in the queue.
func (grantJob) Kind() string { return "billing_grant" }

func (s *Service) carryOut(ctx context.Context, j grantJob) error {
	_, err := s.ApplyGrant(ctx, j.Grant)
	return err
}

// claimGrant is the compare-and-set before billing is called: of any number of workers one has the grant, and each try
// has its number.
const claimGrant = `
UPDATE grants SET status = 'applying', attempts = attempts + 1, applying_since = $2, next_at = NULL
WHERE id = $1 AND status IN ('queued','unclear') AND next_at <= $2`

// ApplyGrant carries a grant out in billing, exactly once whatever breaks on the way. It is claimed before the call. A
// try that is not the first asks billing whether an earlier one got through. An answer that says neither yes nor no
// leaves the grant unclear, to be tried again after a pause. A grant that is not due, or that another worker has, is
// left alone. It returns the grant's status.
func (s *Service) ApplyGrant(ctx context.Context, id GrantID) (status string, err error) {
	now := s.now()
	done, err := s.db.ExecContext(ctx, claimGrant, id, now)
	if errs.Is(pg.Explain(err), errs.Conflict) {
		return GrantQueued, nil // another grant of the subscription is on its way; the watch comes back to this one
	}
	if err != nil {
		return "", errs.Wrap(err, "claim grant")
	}
	var row grantRow
	if err := s.db.GetContext(ctx, &row, selectGrant, id); err != nil {
		return "", errs.Wrap(err, "read grant")
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return row.Status, errs.Wrap(err, "claim grant")
	}
	receipt, fault := s.try(ctx, row.grant())
	after, stop := context.WithTimeout(context.WithoutCancel(ctx), settleTimeout)
	defer stop() // what billing said is written down also where the try's own time is up
	return s.settle(after, row.grant(), receipt, fault)
}

// try asks billing for the change.
func (s *Service) try(ctx context.Context, g Grant) (billing.Receipt, error) {
	port, err := s.adapterOf(ctx, s.db, g.Client)
	if err != nil {
		return billing.Receipt{}, err
	}
	if g.Attempts > 1 {
		receipt, found, err := port.Find(ctx, g.target(), g.Kind)
		if err != nil || found {
			return receipt, err
		}
	}
	return g.Change.Make(ctx, port, g.target())
}

const (
	settleGrant = `
UPDATE grants SET status = $3, next_at = $4, billing_ref = $5, error = $6, applying_since = NULL,
       cost_actual_minor = CASE WHEN $3 = 'applied' AND kind IN ('credit','refund') THEN cost_estimate_minor END,
       settled_at = CASE WHEN $3 IN ('applied','failed') THEN $7::timestamptz END
WHERE id = $1 AND status = 'applying' AND attempts = $2`

	lockCaseAnyState = `SELECT state FROM cases WHERE id = $1 FOR UPDATE`
)

// settle writes down what came of a try, if it is still this try's to say.
func (s *Service) settle(ctx context.Context, g Grant, receipt billing.Receipt, fault error) (string, error) {
	now := s.now()
	var next *time.Time
	switch billing.KindOf(fault) {
	case "":
		g.Status, g.BillingRef, g.Error = GrantApplied, receipt.Ref, ""
	case billing.Unclear:
		at := now.Add(pauseAfter(g.Attempts))
		g.Status, next = GrantUnclear, &at
	default:
		g.Status = GrantFailed
	}
	if fault != nil {
		g.Error = faultWords(fault)
		s.log.WarnContext(ctx, "billing did not apply a grant", "grant", g.ID, "kind", string(billing.KindOf(fault)), "attempt", g.Attempts, "error", fault)
	}
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if err := lockGrantsCase(ctx, tx, g); err != nil { // the case's row comes before the grant's
			return err
		}
		done, err := tx.ExecContext(ctx, settleGrant, g.ID, g.Attempts, g.Status, next, g.BillingRef, g.Error, now)
		if err != nil {
			return errs.Wrap(err, "settle grant")
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 || g.Status == GrantUnclear {
			return errs.Wrap(err, "settle grant") // a later try has it, or the answer is still to come
		}
		return s.settledTx(ctx, tx, auth.System("billing", g.Client), g, now)
	})
	if err == nil {
		s.tellGrant(g)
	}
	return g.Status, err
}

func lockGrantsCase(ctx context.Context, tx *pg.Tx, g Grant) error {
	if g.Case == 0 {
		return nil
	}
	var state string
	return errs.Wrap(tx.GetContext(ctx, &state, lockCaseAnyState, g.Case), "lock case")
}

// settledTx is what follows from a grant that billing has answered.
func (s *Service) settledTx(ctx context.Context, tx *pg.Tx, by auth.Actor, g Grant, now time.Time) error {
	var err error
	if g.Status == GrantApplied {
		err = closeIncident(ctx, tx, by, g, now, "")
	} else {
		err = openIncident(ctx, tx, g, incidentFailed, now)
	}
	if err == nil && g.Request != 0 {
		err = s.requestSettledTx(ctx, tx, g, now)
	}
	if err == nil {
		err = s.grantSettledTx(ctx, tx, by, g, now)
	}
	if err != nil {
		return err
	}
	return auth.AuditTx(ctx, tx, by, now, auth.Change{
		Client: g.Client, Act: "grant." + g.Status, Object: string(g.ID.Key()), Data: map[string]any{"ref": g.BillingRef, "attempts": g.Attempts},
	})
}

// grantSettledTx tells the case of a grant that billing applied or refused. The case's row is locked.
func (s *Service) grantSettledTx(ctx context.Context, tx *pg.Tx, by auth.Actor, g Grant, now time.Time) error {
	if g.Case == 0 {
		return nil
	}
	c, err := lockedCase(ctx, tx, lockCase, g.Case)
	if err != nil || c == nil {
		return errs.Wrap(err, "lock case")
	}
	if err := c.note(ctx, tx, by, now, "grant_"+g.Status, map[string]any{"grant": g.ID, "kind": g.Kind}); err != nil {
		return err
	}
	var open int
	if err := tx.GetContext(ctx, &open, openGrants, c.ID); err != nil {
		return errs.Wrap(err, "count grants")
	}
	switch {
	case c.State == flow.BillingPending && g.Status == GrantFailed:
		return c.apply(ctx, tx, by, now, flow.Event{Kind: flow.BillingRefused, Data: flow.Data{Grant: c.Grant}})
	case open == 0 && (c.State == flow.BillingPending || c.State == flow.BillingFailed):
		return s.granted(ctx, tx, by, c, now)
	}
	return nil
}

// openGrants counts what was promised in a case and is not done.
const openGrants = `SELECT count(*) FROM grants WHERE case_id = $1 AND presentation_id IS NOT NULL AND status <> 'applied'`

// pauseAfter is how long an unclear grant waits: a minute, doubling, at most an hour.
func pauseAfter(attempts int) time.Duration {
	const doublingsMax = 6
	return min(grantPauseMin<<min(attempts-1, doublingsMax), grantPauseMax)
}

// faultWords is what people read of billing's answer.
func faultWords(err error) string {
	text := "billing gave no clear answer"
	if e, ok := errors.AsType[*billing.Error](err); ok {
		text = e.Message
	} else if ours, ok := errors.AsType[*errs.Error](err); ok {
		text = ours.Message
	}
	if len(text) > errorCharsMax {
		text = text[:errorCharsMax]
	}
	return text
}

func (s *Service) tellGrant(g Grant) {
	s.tell(0, g.PromisedBy, "grant", map[string]any{"grantId": g.ID, "caseId": g.Case, "status": g.Status})
}
