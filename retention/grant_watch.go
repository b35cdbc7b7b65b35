package retention

import (
	"context"
	"errors"
	"fmt"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/jobs"
	"saveline/internal/pg"
)

const (
	grantBatchMax     = 200
	incidentAfter     = 15 * time.Minute // accepted but not applied for so long: somebody must see to it
	incidentBeforeDue = time.Hour        // or the next invoice is so near
)

const (
	// A try that nobody is at any more: whether it got through is unknown.
	freeStaleGrants = `
UPDATE grants SET status = 'unclear', next_at = $1, applying_since = NULL, error = 'the node that asked billing stopped before the answer'
WHERE status = 'applying' AND applying_since <= $2`

	dueGrants = `
SELECT id, attempts FROM grants WHERE status IN ('queued','unclear') AND next_at <= $1 ORDER BY id LIMIT $2`

	lateGrants = grantColumns + `
FROM grants g JOIN subscriptions s ON s.id = g.subscription_id
WHERE g.status IN ('queued','applying','unclear') AND (g.created_at <= $1 OR g.due_at <= $2)
  AND NOT EXISTS (SELECT FROM incidents i WHERE i.grant_id = g.id AND i.closed_at IS NULL)
ORDER BY g.id LIMIT $3`
)

// WatchGrants frees grants whose worker died, has those tried that are due, and opens an incident for those that are
// late. Returns how many were due.
func (s *Service) WatchGrants(ctx context.Context) (int, error) {
	now := s.now()
	if _, err := s.db.ExecContext(ctx, freeStaleGrants, now, now.Add(-grantStaleAfter)); err != nil {
		return 0, errs.Wrap(err, "free stale grants")
	}
	var due []struct {
		ID       GrantID `db:"id"`
		Attempts int     `db:"attempts"`
	}
	if err := s.db.SelectContext(ctx, &due, dueGrants, now, grantBatchMax); err != nil {
		return 0, errs.Wrap(err, "find due grants")
	}
	var failed []error
	for _, d := range due {
		failed = append(failed, s.handOn(ctx, d.ID, d.Attempts))
	}
	return len(due), errors.Join(append(failed, s.openLate(ctx, now))...)
}

// handOn gives a due grant to a worker, or carries it out here where there are none.
func (s *Service) handOn(ctx context.Context, id GrantID, attempts int) error {
	if s.wiring.Jobs == nil {
		_, err := s.ApplyGrant(ctx, id)
		return err
	}
	return pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		return s.wiring.Jobs.InsertTx(ctx, tx, grantJob{Grant: id}, jobs.Options{UniqueKey: fmt.Sprintf("%d:%d:%d", id, attempts, s.now().Unix())})
	})
}

func (s *Service) openLate(ctx context.Context, now time.Time) error {
	var late []grantRow
	if err := s.db.SelectContext(ctx, &late, lateGrants, now.Add(-incidentAfter), now.Add(incidentBeforeDue), grantBatchMax); err != nil {
		return errs.Wrap(err, "find late grants")
	}
	for _, r := range late {
		err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error { return openIncident(ctx, tx, r.grant(), incidentLate, now) })
		if err != nil {
			return err
		}
		s.tellGrant(r.grant())
	}
	return nil
}

// Grants lists promises to customers, the newest first. status, case and customer narrow it where given.
func (s *Service) Grants(ctx context.Context, by auth.Actor, f GrantFilter, limit, offset int) ([]Grant, int, error) {
	var rows []grantRow
	if err := s.db.SelectContext(ctx, &rows, listGrants, by.Scope(), f.Status, f.Case, f.Customer, limit, offset); err != nil {
		return nil, 0, errs.Wrap(err, "list grants")
	}
	out, total := make([]Grant, 0, len(rows)), 0
	for _, r := range rows {
		out, total = append(out, r.grant()), r.Total
	}
	return out, total, nil
}

// GrantFilter narrows a list of grants; zero values do not.
type GrantFilter struct {
	Status   string
	Case     CaseID
	Customer CustomerID
}

const (
	retryGrant = `
UPDATE grants SET status = 'queued', next_at = $2, settled_at = NULL WHERE id = $1 AND status = 'failed'`

	settleByHand = `
UPDATE grants SET status = 'applied', next_at = NULL, applying_since = NULL, billing_ref = $2, error = '', settled_at = $3
WHERE id = $1 AND status IN ('queued','unclear','failed')`
)

// RetryGrant has a grant that billing refused tried again, after its cause was mended.
//
// Codes: not_found, conflict (it did not fail).
func (s *Service) RetryGrant(ctx context.Context, by auth.Actor, id GrantID) (Grant, error) {
	return s.mendGrant(ctx, by, id, "grant.retry", "", func(ctx context.Context, tx *pg.Tx, _ Grant, now time.Time) (bool, error) {
		return changed(tx.ExecContext(ctx, retryGrant, id, now))
	})
}

// SettleGrant records that a person did in billing what was promised. ref is billing's name of it.
//
// Codes: invalid (no reference), not_found, conflict (it is applied, taken back, or being tried this moment).
func (s *Service) SettleGrant(ctx context.Context, by auth.Actor, id GrantID, ref string) (Grant, error) {
	if ref == "" || len(ref) > reasonCharsMax {
		return Grant{}, errs.Faults{{Path: "ref", Message: "say what billing calls the change, so that it can be found there"}}.Err()
	}
	return s.mendGrant(ctx, by, id, "grant.settle", ref, func(ctx context.Context, tx *pg.Tx, g Grant, now time.Time) (bool, error) {
		is, err := changed(tx.ExecContext(ctx, settleByHand, id, ref, now))
		if err != nil || !is {
			return is, err
		}
		g.Status, g.BillingRef = GrantApplied, ref
		return true, s.settledTx(ctx, tx, by, g, now)
	})
}

type mending func(ctx context.Context, tx *pg.Tx, g Grant, now time.Time) (bool, error)

func (s *Service) mendGrant(ctx context.Context, by auth.Actor, id GrantID, act, why string, mend mending) (out Grant, err error) {
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		var row grantRow
		if err := tx.GetContext(ctx, &row, selectGrant, id); pg.None(err) || err == nil && !by.Sees(row.Client) {
			return errs.Newf(errs.NotFound, "there is no grant %d here", id)
		} else if err != nil {
			return errs.Wrap(err, "read grant")
		}
		if err := lockGrantsCase(ctx, tx, row.grant()); err != nil {
			return err
		}
		switch is, err := mend(ctx, tx, row.grant(), now); {
		case err != nil:
			return err
		case !is:
			return errs.Newf(errs.Conflict, "the grant is %s, so this cannot be done with it; load it again", words(row.Status))
		}
		if err := tx.GetContext(ctx, &row, selectGrant, id); err != nil {
			return errs.Wrap(err, "read grant")
		}
		out = row.grant()
		return auth.AuditTx(ctx, tx, by, now, auth.Change{Client: out.Client, Act: act, Object: string(id.Key()), Why: why})
	})
	return out, err
}
