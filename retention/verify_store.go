package retention

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/flow"
)

// SeenAccount is what billing said of a subscription when a save was verified: the evidence of a verdict.
type SeenAccount struct {
	Status     string     `json:"status" doc:"trialing, active, cancel_scheduled, cancelled"`
	PastDue    bool       `json:"pastDue,omitempty"`
	CancelAt   *time.Time `json:"cancelAt,omitempty"`
	NextBillAt *time.Time `json:"nextInvoiceAt,omitempty"`
	PulledAt   time.Time  `json:"pulledAt" doc:"when billing said so"`
	PriceMinor int64      `json:"priceMinor" doc:"a month, discounts not taken off"`
	Currency   string     `json:"currency"`
	PaidMinor  int64      `json:"paidMinor" doc:"of the invoices since the save, refunds taken off"`
	OpenMinor  int64      `json:"openMinor" doc:"due by the day, and not paid"`
	PausedDays int        `json:"pausedDays" doc:"since the save, in which nothing was charged"`
	Bills      []SeenBill `json:"invoices" doc:"made since the save"`
}

// SeenBill is an invoice in a SeenAccount, in minor units of its currency.
type SeenBill struct {
	ID       string    `json:"id" doc:"in billing"`
	Status   string    `json:"status"`
	Due      int64     `json:"dueMinor"`
	Paid     int64     `json:"paidMinor"`
	Refunded int64     `json:"refundedMinor,omitempty"`
	Disputed bool      `json:"disputed,omitempty"`
	At       time.Time `json:"at"`
}

func (a SeenAccount) endsAt() time.Time {
	if a.CancelAt == nil {
		return time.Time{}
	}
	return *a.CancelAt
}

// evidenceJSON is a SeenAccount as jsonb.
type evidenceJSON struct{ SeenAccount }

// Value writes the evidence as jsonb.
func (e evidenceJSON) Value() (driver.Value, error) {
	raw, err := json.Marshal(e.SeenAccount)
	return string(raw), err
}

// Scan reads the evidence from jsonb.
func (e *evidenceJSON) Scan(src any) error {
	raw, ok := src.([]byte)
	if !ok {
		return fmt.Errorf("evidence: cannot read %T", src)
	}
	return json.Unmarshal(raw, &e.SeenAccount)
}

const (
	selectMirrored = mirroredColumns + ` WHERE s.id = $1`

	billsOf = `
SELECT external_id, status, due_minor, paid_minor, refunded_minor, disputed, invoiced_at
FROM invoices WHERE subscription_id = $1 AND invoiced_at <= $2 ORDER BY invoiced_at, id`

	pausesOf = `SELECT starts_at, ends_at FROM subscription_pauses WHERE subscription_id = $1 ORDER BY starts_at`
)

// account is a subscription as the mirror has it after a pull.
type account struct {
	flow.Account
	sub mirrored
}

func accountOf(ctx context.Context, tx *pg.Tx, sub int64, now time.Time) (a account, err error) {
	if err := tx.GetContext(ctx, &a.sub, selectMirrored, sub); err != nil {
		return a, errs.Wrap(err, "read subscription")
	}
	a.Active, a.SetToCancel = a.sub.Status != subCancelled, a.sub.Status == subEnding
	if a.sub.CancelAt != nil {
		a.EndsAt = *a.sub.CancelAt
	}
	if a.sub.NextInvoiceAt != nil {
		a.NextBillAt = *a.sub.NextInvoiceAt
	}
	var bills []struct {
		ID       string    `db:"external_id"`
		Status   string    `db:"status"`
		Due      int64     `db:"due_minor"`
		Paid     int64     `db:"paid_minor"`
		Refunded int64     `db:"refunded_minor"`
		Disputed bool      `db:"disputed"`
		At       time.Time `db:"invoiced_at"`
	}
	if err := tx.SelectContext(ctx, &bills, billsOf, sub, now); err != nil {
		return a, errs.Wrap(err, "read invoices")
	}
	for _, b := range bills {
		a.Bills = append(a.Bills, flow.Bill(b))
	}
	var pauses []struct {
		From time.Time `db:"starts_at"`
		To   time.Time `db:"ends_at"`
	}
	if err := tx.SelectContext(ctx, &pauses, pausesOf, sub); err != nil {
		return a, errs.Wrap(err, "read pauses")
	}
	for _, p := range pauses {
		a.Pauses = append(a.Pauses, flow.Interval(p))
	}
	return a, nil
}

// evidence is what is kept of an account with a judgement.
func (a account) evidence(j flow.Judgement, pulledAt time.Time) SeenAccount {
	out := SeenAccount{
		Status: a.sub.Status, PastDue: a.sub.PastDue, CancelAt: a.sub.CancelAt, NextBillAt: a.sub.NextInvoiceAt, PulledAt: pulledAt,
		PriceMinor: a.sub.PriceMinor, Currency: a.sub.Currency, PaidMinor: j.Evidence.PaidMinor, OpenMinor: j.Evidence.UnpaidMinor,
		PausedDays: int(j.Paused / (24 * time.Hour)), Bills: []SeenBill{},
	}
	for _, b := range j.Bills {
		out.Bills = append(out.Bills, SeenBill(b))
	}
	return out
}

// wait is a look at a save that decided nothing.
type wait struct {
	Stage    int
	Cause    string
	Said     string
	Next     time.Time
	Until    *time.Time
	Evidence *SeenAccount
}

const upsertWait = `
INSERT INTO verification_waits (case_id, stage, client_id, cause, since, looked_at, next_at, until_at, said, evidence)
VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9)
ON CONFLICT (case_id, stage) DO UPDATE SET cause = excluded.cause, looks = verification_waits.looks + 1, looked_at = excluded.looked_at,
    next_at = excluded.next_at, until_at = excluded.until_at, said = excluded.said,
    evidence = coalesce(excluded.evidence, verification_waits.evidence)`

func waits(ctx context.Context, tx *pg.Tx, c *caseRow, w wait, now time.Time) error {
	var evidence any
	if w.Evidence != nil {
		evidence = evidenceJSON{*w.Evidence}
	}
	_, err := tx.ExecContext(ctx, upsertWait, c.ID, w.Stage, c.Client, w.Cause, now, w.Next, w.Until, w.Said, evidence)
	return errs.Wrap(err, "note the wait")
}

// verdictRow is a row of verifications.
type verdictRow struct {
	ID          int64         `db:"id"`
	Client      auth.ClientID `db:"client_id"`
	Case        CaseID        `db:"case_id"`
	Result      *ResultID     `db:"result_id"`
	Sub         int64         `db:"subscription_id"`
	Stage       int           `db:"stage"`
	Verdict     string        `db:"verdict"`
	Cause       string        `db:"cause"`
	DueAt       time.Time     `db:"due_at"`
	DecidedAt   time.Time     `db:"decided_at"`
	PulledAt    time.Time     `db:"pulled_at"`
	PausedDays  int           `db:"paused_days"`
	Paid        int64         `db:"paid_minor"`
	MRRAfter    int64         `db:"mrr_after_minor"`
	Currency    string        `db:"currency"`
	Evidence    evidenceJSON  `db:"evidence"`
	Contradicts *int64        `db:"contradicts"`
}

const (
	insertVerdict = `
INSERT INTO verifications (client_id, case_id, result_id, subscription_id, stage, verdict, cause, due_at, decided_at, pulled_at,
       paused_days, paid_minor, mrr_after_minor, currency, evidence, contradicts)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) RETURNING id`

	settleWait = `UPDATE verification_waits SET settled_at = $3 WHERE case_id = $1 AND stage = $2 AND settled_at IS NULL`
)

func (r *verdictRow) insert(ctx context.Context, tx *pg.Tx) error {
	err := tx.GetContext(ctx, &r.ID, insertVerdict, r.Client, r.Case, r.Result, r.Sub, r.Stage, r.Verdict, r.Cause, r.DueAt, r.DecidedAt,
		r.PulledAt, r.PausedDays, r.Paid, r.MRRAfter, r.Currency, r.Evidence, r.Contradicts)
	if err != nil {
		return errs.Wrap(err, "record verdict")
	}
	_, err = tx.ExecContext(ctx, settleWait, r.Case, r.Stage, r.DecidedAt)
	return errs.Wrap(err, "end the wait")
}

func init() {
	pg.Constraint("verifications_once", errs.Conflict, "this save was verified at this stage already")
	pg.Constraint("verifications_contradicted_once", errs.Conflict, "that this verdict does not hold is known already")
}
