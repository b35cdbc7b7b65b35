package retention

import (
	"context"
	"fmt"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/jobs"
	"saveline/internal/pg"
	"saveline/retention/billing"
)

const (
	reconcileTimeout  = 4 * time.Minute
	reconcilePieceMax = 50                  // subscriptions of one job
	invoiceOverlap    = 62 * 24 * time.Hour // invoices so old are read again: they may have been refunded or disputed
)

// ReconciliationID names one comparison of a client's mirror with billing.
type ReconciliationID int64

// Reconciliation is a comparison of a client's mirror with billing. What differed is corrected and reported.
type Reconciliation struct {
	ID        ReconciliationID `json:"id" db:"id"`
	Client    auth.ClientID    `json:"clientId" db:"client_id"`
	StartedAt time.Time        `json:"startedAt" db:"started_at"`
	EndedAt   *time.Time       `json:"endedAt,omitempty" db:"ended_at"`
	AfterID   int64            `json:"-" db:"after_id"`
	Checked   int              `json:"checked" db:"checked" doc:"subscriptions compared"`
	Differing int              `json:"differing" db:"differing" doc:"of these, with at least one difference"`
	Failed    int              `json:"failed" db:"failed" doc:"billing gave no answer about these"`
	Total     int              `json:"-" db:"total"`
}

// Difference is a field in which our mirror and billing did not agree. The mirror has billing's value since.
type Difference struct {
	ID           int64      `json:"id" db:"id"`
	Subscription int64      `json:"subscriptionId" db:"subscription_id"`
	ExternalID   string     `json:"externalId" db:"external_id"`
	Customer     CustomerID `json:"customerId" db:"customer_id"`
	Field        string     `json:"field" db:"field" doc:"plan, price, status, past_due, term_months, discounts, cancel_at, trial_end, next_invoice_at, paused_until, missing"`
	Ours         string     `json:"ours" db:"ours"`
	Theirs       string     `json:"theirs" db:"theirs"`
	FoundAt      time.Time  `json:"foundAt" db:"found_at"`
	Total        int        `json:"-" db:"total"`
}

const (
	startReconciliation = `
INSERT INTO reconciliations (client_id, started_at) VALUES ($1, $2)
ON CONFLICT (client_id) WHERE ended_at IS NULL DO NOTHING RETURNING id`

	reconciliationColumns = `SELECT r.id, r.client_id, r.started_at, r.ended_at, r.after_id, r.checked, r.differing, r.failed`

	selectReconciliation = reconciliationColumns + ` FROM reconciliations r WHERE r.id = $1`

	lockReconciliation = reconciliationColumns + ` FROM reconciliations r WHERE r.id = $1 FOR UPDATE`

	listReconciliations = reconciliationColumns + `, count(*) OVER () AS total
FROM reconciliations r WHERE r.client_id = ANY($1) ORDER BY r.id DESC LIMIT $2 OFFSET $3`

	subscriptionsAfter = `
SELECT id FROM subscriptions WHERE client_id = $1 AND id > $2 AND status <> 'cancelled' ORDER BY id LIMIT $3`

	reconciledOne = `
UPDATE reconciliations SET after_id = $2, checked = checked + 1, differing = differing + $3, failed = failed + $4
WHERE id = $1 AND after_id < $2`

	endReconciliation = `UPDATE reconciliations SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL`

	insertDifference = `
INSERT INTO billing_differences (client_id, reconciliation_id, subscription_id, field, ours, theirs, found_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)`

	listDifferences = `
SELECT d.id, d.subscription_id, s.external_id, s.customer_id, d.field, d.ours, d.theirs, d.found_at, count(*) OVER () AS total
FROM billing_differences d JOIN subscriptions s ON s.id = d.subscription_id
WHERE d.client_id = ANY($1) AND d.reconciliation_id = $2 ORDER BY d.id LIMIT $3 OFFSET $4`

	selectPulled = `
SELECT s.client_id, s.external_id,
       (SELECT max(i.invoiced_at) FROM invoices i WHERE i.subscription_id = s.id) AS newest
FROM subscriptions s WHERE s.id = $1`
)

// reconcileJob compares the next piece of a client's subscriptions.
type reconcileJob struct {
	Reconciliation ReconciliationID `json:"reconciliation"`
	After          int64            `json:"after"`
}

// Kind names the job in the queue.
func (reconcileJob) Kind() string { return "billing_reconcile" }

// ReconcileAll starts a comparison for every client with a billing connection; the nightly schedule calls it.
func (s *Service) ReconcileAll(ctx context.Context) error {
	var clients []auth.ClientID
	if err := s.db.SelectContext(ctx, &clients, connectedClients); err != nil {
		return errs.Wrap(err, "list connected clients")
	}
	for _, c := range clients {
		if _, err := s.startReconciling(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// Reconcile starts a comparison now. While one runs it is that one.
//
// Codes: not_found (no such client here, or nothing is connected), conflict (one is running).
func (s *Service) Reconcile(ctx context.Context, by auth.Actor, client auth.ClientID) (out Reconciliation, err error) {
	c, err := s.ConnectionFor(ctx, by, client)
	if err != nil {
		return Reconciliation{}, err
	}
	id, err := s.startReconciling(ctx, c.Client)
	if err == nil && id == 0 {
		err = errs.Newf(errs.Conflict, "a comparison with billing is running; wait for its end")
	}
	if err != nil {
		return Reconciliation{}, err
	}
	return out, errs.Wrap(s.db.GetContext(ctx, &out, selectReconciliation, id), "read reconciliation")
}

// startReconciling begins a comparison; 0 where one is running.
func (s *Service) startReconciling(ctx context.Context, client auth.ClientID) (id ReconciliationID, err error) {
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		id = 0
		if err := tx.GetContext(ctx, &id, startReconciliation, client, now); pg.None(err) {
			return nil
		} else if err != nil {
			return errs.Wrap(err, "start reconciliation")
		}
		if s.wiring.Jobs == nil {
			return nil
		}
		return s.wiring.Jobs.InsertTx(ctx, tx, reconcileJob{Reconciliation: id}, jobs.Options{})
	})
	if err != nil || id == 0 || s.wiring.Jobs != nil {
		return id, err
	}
	for isDone := false; !isDone; {
		if isDone, err = s.comparePiece(ctx, id); err != nil {
			return id, err
		}
	}
	return id, nil
}

func (s *Service) reconcilePiece(ctx context.Context, j reconcileJob) error {
	isDone, err := s.comparePiece(ctx, j.Reconciliation)
	if err != nil || isDone {
		return err
	}
	var r Reconciliation
	if err := s.db.GetContext(ctx, &r, selectReconciliation, j.Reconciliation); err != nil {
		return errs.Wrap(err, "read reconciliation")
	}
	return pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		next := reconcileJob{Reconciliation: r.ID, After: r.AfterID}
		return s.wiring.Jobs.InsertTx(ctx, tx, next, jobs.Options{UniqueKey: fmt.Sprintf("%d:%d", r.ID, r.AfterID)})
	})
}

// comparePiece compares the next subscriptions, one transaction each, so that a dead node's piece is gone on with.
func (s *Service) comparePiece(ctx context.Context, id ReconciliationID) (isDone bool, err error) {
	var r Reconciliation
	if err := s.db.GetContext(ctx, &r, selectReconciliation, id); err != nil {
		return false, errs.Wrap(err, "read reconciliation")
	}
	var piece []int64
	if err := s.db.SelectContext(ctx, &piece, subscriptionsAfter, r.Client, r.AfterID, reconcilePieceMax); err != nil {
		return false, errs.Wrap(err, "list subscriptions")
	}
	if len(piece) == 0 {
		_, err := s.db.ExecContext(ctx, endReconciliation, id, s.now())
		return true, errs.Wrap(err, "end reconciliation")
	}
	for _, sub := range piece {
		if err := s.compare(ctx, r, sub); err != nil {
			return false, err
		}
	}
	return false, nil
}

func (s *Service) compare(ctx context.Context, r Reconciliation, sub int64) error {
	diffs, fault := s.pull(ctx, sub)
	failed, differing := 0, 0
	switch billing.KindOf(fault) {
	case "":
	case billing.NotFound:
		diffs = []difference{{"missing", "here", "billing does not know it"}}
	default:
		failed = 1
		s.log.WarnContext(ctx, "billing did not answer about a subscription", "subscription", sub, "error", fault)
	}
	if len(diffs) > 0 {
		differing = 1
	}
	now := s.now()
	return pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		var locked Reconciliation
		if err := tx.GetContext(ctx, &locked, lockReconciliation, r.ID); err != nil {
			return errs.Wrap(err, "lock reconciliation")
		}
		is, err := changed(tx.ExecContext(ctx, reconciledOne, r.ID, sub, differing, failed))
		if err != nil || !is {
			return err // another worker compared it meanwhile
		}
		for _, d := range diffs {
			if _, err := tx.ExecContext(ctx, insertDifference, r.Client, r.ID, sub, d.Field, d.Ours, d.Theirs, now); err != nil {
				return errs.Wrap(err, "record difference")
			}
		}
		return nil
	})
}

// PullSubscription brings the mirror of one subscription, with its invoices, to what billing says now.
//
// Codes: not_found (nothing is connected); billing's own errors as they are.
func (s *Service) PullSubscription(ctx context.Context, sub int64) error {
	_, err := s.pull(ctx, sub)
	return err
}

// pull reads a subscription and its newer invoices from billing into the mirror.
func (s *Service) pull(ctx context.Context, sub int64) ([]difference, error) {
	var of struct {
		Client     auth.ClientID `db:"client_id"`
		ExternalID string        `db:"external_id"`
		Newest     *time.Time    `db:"newest"`
	}
	if err := s.db.GetContext(ctx, &of, selectPulled, sub); err != nil {
		return nil, errs.Wrap(err, "read subscription")
	}
	port, err := s.adapterOf(ctx, s.db, of.Client)
	if err != nil {
		return nil, err
	}
	id := billing.SubscriptionID(of.ExternalID)
	at := s.now().Truncate(time.Second) // what is read is at least as new as this; events are dated to the second
	got, err := port.GetSubscription(ctx, id)
	if err != nil {
		return nil, err
	}
	var since time.Time
	if of.Newest != nil {
		since = of.Newest.Add(-invoiceOverlap)
	}
	invoices, err := port.ListInvoices(ctx, id, since)
	if err != nil {
		return nil, err
	}
	var diffs []difference
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if _, diffs, err = mirrorTx(ctx, tx, of.Client, got, at, at); err != nil {
			return err
		}
		for _, in := range invoices {
			in.Subscription = id
			if _, err := mirrorInvoiceTx(ctx, tx, of.Client, in, at, true); err != nil {
				return err
			}
		}
		return nil
	})
	return diffs, err
}

// Reconciliations lists comparisons, the newest first.
func (s *Service) Reconciliations(ctx context.Context, by auth.Actor, limit, offset int) ([]Reconciliation, int, error) {
	rows := []Reconciliation{}
	if err := s.db.SelectContext(ctx, &rows, listReconciliations, by.Scope(), limit, offset); err != nil {
		return nil, 0, errs.Wrap(err, "list reconciliations")
	}
	if len(rows) == 0 {
		return rows, 0, nil
	}
	return rows, rows[0].Total, nil
}

// Differences lists what a comparison found.
//
// Codes: not_found.
func (s *Service) Differences(ctx context.Context, by auth.Actor, id ReconciliationID, limit, offset int) ([]Difference, int, error) {
	var r Reconciliation
	if err := s.db.GetContext(ctx, &r, selectReconciliation, id); pg.None(err) || err == nil && !by.Sees(r.Client) {
		return nil, 0, errs.Newf(errs.NotFound, "there is no comparison %d here", id)
	} else if err != nil {
		return nil, 0, errs.Wrap(err, "read reconciliation")
	}
	rows := []Difference{}
	if err := s.db.SelectContext(ctx, &rows, listDifferences, by.Scope(), id, limit, offset); err != nil {
		return nil, 0, errs.Wrap(err, "list differences")
	}
	if len(rows) == 0 {
		return rows, 0, nil
	}
	return rows, rows[0].Total, nil
}
