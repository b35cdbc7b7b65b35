package retention

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
	"saveline/retention/billing"
)

// The statuses of a subscription in the mirror: a planned end is one of its own.
const (
	subTrialing  = "trialing"
	subActive    = "active"
	subEnding    = "cancel_scheduled"
	subCancelled = "cancelled"
)

// Discounts are a subscription's as jsonb.
type Discounts []billing.Discount

// Value writes discounts as jsonb.
func (d Discounts) Value() (driver.Value, error) {
	if d == nil {
		return "[]", nil
	}
	raw, err := json.Marshal([]billing.Discount(d))
	return string(raw), err
}

// Scan reads discounts from jsonb.
func (d *Discounts) Scan(src any) error {
	raw, ok := src.([]byte)
	if !ok {
		return fmt.Errorf("discounts: cannot read %T", src)
	}
	return json.Unmarshal(raw, (*[]billing.Discount)(d))
}

// mirrored is a subscription as the mirror holds it.
type mirrored struct {
	ID            int64         `db:"id"`
	Client        auth.ClientID `db:"client_id"`
	ExternalID    string        `db:"external_id"`
	Plan          string        `db:"plan"`
	PriceMinor    int64         `db:"price_minor"` // a month
	Currency      string        `db:"currency"`
	Status        string        `db:"status"`
	PastDue       bool          `db:"past_due"`
	TermMonths    int           `db:"term_months"`
	Discounts     Discounts     `db:"discounts"`
	CancelAt      *time.Time    `db:"cancel_at"`
	TrialEnd      *time.Time    `db:"trial_end"`
	TermEnd       *time.Time    `db:"term_end"`
	NextInvoiceAt *time.Time    `db:"next_invoice_at"`
	PausedUntil   *time.Time    `db:"paused_until"`
	BilledAt      *time.Time    `db:"billed_at"`
}

const (
	mirroredColumns = `
SELECT s.id, s.client_id, s.external_id, s.plan, s.price_minor, s.currency, s.status, s.past_due, s.term_months, s.discounts,
       s.cancel_at, s.trial_end, s.term_end, s.next_invoice_at, s.paused_until, s.billed_at
FROM subscriptions s`

	lockMirrored = mirroredColumns + ` WHERE s.client_id = $1 AND s.external_id = $2 FOR UPDATE`

	updateMirrored = `
UPDATE subscriptions SET plan = $2, price_minor = $3, currency = $4, status = $5, past_due = $6, term_months = $7, discounts = $8,
       cancel_at = $9, trial_end = $10, term_end = $11, next_invoice_at = $12, paused_until = $13, billed_at = $14, updated_at = $15
WHERE id = $1`
)

// seenBy is the mirror's row after news from billing.
func (m mirrored) seenBy(b billing.Subscription) mirrored {
	m.Plan, m.Currency, m.TermMonths = b.Plan, b.Price.Currency, max(b.TermMonths, 1)
	m.PriceMinor = monthly(b.Price.Minor, m.TermMonths)
	m.PastDue = b.Status == billing.PastDue || b.Status == billing.Unpaid
	m.CancelAt, m.TrialEnd, m.TermEnd, m.NextInvoiceAt, m.PausedUntil = b.CancelAt, b.TrialEnd, b.TermEnd, b.NextInvoiceAt, b.PausedUntil
	if b.Discounts != nil {
		m.Discounts = b.Discounts
	}
	switch {
	case b.Status == billing.Cancelled:
		m.Status = subCancelled
	case b.CancelAt != nil:
		m.Status = subEnding
	case b.Status == billing.Trialing:
		m.Status = subTrialing
	default:
		m.Status = subActive
	}
	return m
}

// monthly is a term's price by the month, rounded half up.
func monthly(minor int64, termMonths int) int64 {
	n := int64(termMonths)
	return (2*minor + n) / (2 * n)
}

// What became of news from billing.
const (
	effectApplied = "applied"
	effectStale   = "stale"                // newer news came before it
	effectUnknown = "unknown_subscription" // no customer of ours
	effectIgnored = "ignored"              // about something that the mirror does not hold
)

// difference is a field in which our mirror and billing did not agree.
type difference struct {
	Field, Ours, Theirs string
}

// mirrorTx brings the mirror to what billing said at an instant, unless it knows something newer. It returns what
// differed before.
func mirrorTx(
	ctx context.Context, tx *pg.Tx, client auth.ClientID, b billing.Subscription, at, now time.Time,
) (effect string, diffs []difference, err error) {
	var was mirrored
	if err := tx.GetContext(ctx, &was, lockMirrored, client, b.ID); pg.None(err) {
		return effectUnknown, nil, nil
	} else if err != nil {
		return "", nil, errs.Wrap(err, "lock subscription")
	}
	if was.BilledAt != nil && at.Before(*was.BilledAt) {
		return effectStale, nil, nil
	}
	is := was.seenBy(b)
	if _, err := tx.ExecContext(ctx, updateMirrored, is.ID, is.Plan, is.PriceMinor, is.Currency, is.Status, is.PastDue, is.TermMonths,
		is.Discounts, is.CancelAt, is.TrialEnd, is.TermEnd, is.NextInvoiceAt, is.PausedUntil, at, now); err != nil {
		return "", nil, errs.Wrap(err, "mirror subscription")
	}
	return effectApplied, was.unlike(is), notePause(ctx, tx, is, at)
}

// unlike lists what differs. What the mirror did not know yet is no difference.
func (m mirrored) unlike(is mirrored) (out []difference) {
	note := func(field string, known bool, ours, theirs string) {
		if known && ours != theirs {
			out = append(out, difference{field, ours, theirs})
		}
	}
	note("plan", m.Plan != "", m.Plan, is.Plan)
	note("price", true, priceWords(m), priceWords(is))
	note("status", true, m.Status, is.Status)
	isKnown := m.BilledAt != nil
	note("past_due", isKnown, fmt.Sprint(m.PastDue), fmt.Sprint(is.PastDue))
	note("term_months", isKnown, fmt.Sprint(m.TermMonths), fmt.Sprint(is.TermMonths))
	note("discounts", isKnown, discountWords(m.Discounts), discountWords(is.Discounts))
	note("cancel_at", isKnown, instant(m.CancelAt), instant(is.CancelAt))
	note("trial_end", m.TrialEnd != nil, instant(m.TrialEnd), instant(is.TrialEnd))
	note("next_invoice_at", m.NextInvoiceAt != nil, instant(m.NextInvoiceAt), instant(is.NextInvoiceAt))
	note("paused_until", isKnown, instant(m.PausedUntil), instant(is.PausedUntil))
	return out
}

func priceWords(m mirrored) string {
	return money.Amount{Minor: m.PriceMinor, Currency: m.Currency}.String() + " " + m.Currency
}

func discountWords(all Discounts) string {
	parts := make([]string, 0, len(all))
	for _, d := range all {
		size := fmt.Sprintf("%d %%", d.Percent)
		if d.Percent == 0 {
			size = d.Amount.String()
		}
		parts = append(parts, size+" until "+instant(d.EndsAt))
	}
	return strings.Join(parts, "; ")
}

func instant(t *time.Time) string {
	if t == nil {
		return "none"
	}
	return t.UTC().Format(time.RFC3339)
}

const (
	extendPause = `
UPDATE subscription_pauses SET ends_at = $3
WHERE subscription_id = $1 AND starts_at <= $2 AND ends_at > $2`

	insertPause = `
INSERT INTO subscription_pauses (client_id, subscription_id, starts_at, ends_at)
SELECT $1, $2, $3, $4 WHERE $4::timestamptz > $3
  AND NOT EXISTS (SELECT FROM subscription_pauses WHERE subscription_id = $2 AND starts_at <= $3 AND ends_at >= $4)`
)

// notePause keeps the stretches in which nothing was charged: the one that is running ends at the new end, or begins now.
func notePause(ctx context.Context, tx *pg.Tx, is mirrored, at time.Time) error {
	until := at
	if is.PausedUntil != nil {
		until = *is.PausedUntil
	}
	isRunning, err := changed(tx.ExecContext(ctx, extendPause, is.ID, at, until))
	if err != nil || isRunning || is.PausedUntil == nil {
		return errs.Wrap(err, "note pause")
	}
	_, err = tx.ExecContext(ctx, insertPause, is.Client, is.ID, at, until)
	return errs.Wrap(err, "note pause")
}

// An event of Stripe's about an invoice says nothing of refunds and disputes; what a pull ($12) says is the whole truth.
const upsertInvoice = `
INSERT INTO invoices (client_id, subscription_id, external_id, status, due_minor, paid_minor, refunded_minor, currency, disputed,
       invoiced_at, paid_at, billed_at)
SELECT s.client_id, s.id, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 FROM subscriptions s WHERE s.client_id = $1 AND s.external_id = $2
ON CONFLICT (client_id, external_id) DO UPDATE SET status = excluded.status, due_minor = excluded.due_minor,
    paid_minor = excluded.paid_minor, paid_at = excluded.paid_at, billed_at = excluded.billed_at,
    refunded_minor = CASE WHEN $13 THEN excluded.refunded_minor ELSE greatest(invoices.refunded_minor, excluded.refunded_minor) END,
    disputed = CASE WHEN $13 THEN excluded.disputed ELSE invoices.disputed OR excluded.disputed END
    WHERE invoices.billed_at <= excluded.billed_at`

const knownSubscription = `SELECT id FROM subscriptions WHERE client_id = $1 AND external_id = $2`

// mirrorInvoiceTx keeps an invoice as billing described it at an instant.
func mirrorInvoiceTx(ctx context.Context, tx *pg.Tx, client auth.ClientID, in billing.Invoice, at time.Time, isWhole bool) (string, error) {
	done, err := changed(tx.ExecContext(ctx, upsertInvoice, client, in.Subscription, in.ID, in.Status, in.Due.Minor, in.Paid.Minor,
		in.Refunded.Minor, in.Due.Currency, in.Disputed, in.CreatedAt, in.PaidAt, at, isWhole))
	if err != nil {
		return "", errs.Wrap(err, "mirror invoice")
	}
	if done {
		return effectApplied, nil
	}
	var id int64
	if err := tx.GetContext(ctx, &id, knownSubscription, client, in.Subscription); pg.None(err) {
		return effectUnknown, nil
	} else if err != nil {
		return "", errs.Wrap(err, "find subscription")
	}
	return effectStale, nil
}

const subscriptionsInForce = mirroredColumns + ` WHERE s.client_id = $1 AND s.status <> 'cancelled' ORDER BY s.id`

// MirroredSubscriptions is what the mirror holds of a client, the way a billing system would tell it.
func (s *Service) MirroredSubscriptions(ctx context.Context, client auth.ClientID) ([]billing.Subscription, error) {
	var rows []mirrored
	if err := s.db.SelectContext(ctx, &rows, subscriptionsInForce, client); err != nil {
		return nil, errs.Wrap(err, "list subscriptions")
	}
	out := make([]billing.Subscription, 0, len(rows))
	for _, m := range rows {
		out = append(out, billing.Subscription{
			ID: billing.SubscriptionID(m.ExternalID), Plan: m.Plan, TermMonths: m.TermMonths, Discounts: m.Discounts, CancelAt: m.CancelAt,
			Price: money.Amount{Minor: m.PriceMinor * int64(m.TermMonths), Currency: m.Currency}, PausedUntil: m.PausedUntil,
		})
	}
	return out, nil
}
