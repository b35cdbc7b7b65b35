package retention

import (
	"context"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/jobs"
	"saveline/internal/money"
	"saveline/internal/pg"
	"saveline/retention/billing"
)

// newGrant is a promise to be kept.
type newGrant struct {
	Subscription int64
	Case         CaseID
	Presentation PresentationID
	Request      RequestID
	PromisedBy   auth.UserID // 0 is the house
	Change       billing.Change
	Estimate     money.Amount
}

// A client without a billing connection applies what was promised by itself: no row.
const insertGrant = `
INSERT INTO grants (client_id, subscription_id, case_id, presentation_id, request_id, promised_by, billing_key, kind, change, status,
       next_at, due_at, cost_estimate_minor, currency, created_at)
SELECT s.client_id, s.id, NULLIF($2, 0), NULLIF($3, 0), NULLIF($4, 0), NULLIF($5, 0), s.external_id, $6, $7, 'queued', $8,
       s.next_invoice_at, $9, $10, $8
FROM subscriptions s JOIN billing_connections b ON b.client_id = s.client_id WHERE s.id = $1
ON CONFLICT (presentation_id) DO NOTHING
RETURNING id`

// queueGrantTx queues a promise in the act's own transaction. It returns 0 where the client has no billing connection,
// and where what this presentation promises is queued already.
func (s *Service) queueGrantTx(ctx context.Context, tx *pg.Tx, now time.Time, in newGrant) (id GrantID, err error) {
	if id, err = insertGrantTx(ctx, tx, now, in); err != nil || id == 0 || s.wiring.Jobs == nil {
		return id, err
	}
	return id, s.wiring.Jobs.InsertTx(ctx, tx, grantJob{Grant: id}, jobs.Options{})
}

// insertGrantTx is queueGrantTx without the job: the watch finds the grant within a minute.
func insertGrantTx(ctx context.Context, tx *pg.Tx, now time.Time, in newGrant) (id GrantID, err error) {
	if err := in.Change.Validate(); err != nil {
		return 0, err
	}
	currency := in.Estimate.Currency
	if currency == "" {
		currency = currencyDefault
	}
	err = tx.GetContext(ctx, &id, insertGrant, in.Subscription, in.Case, in.Presentation, in.Request, in.PromisedBy, in.Change.Kind,
		Change{in.Change}, now, in.Estimate.Minor, currency)
	if pg.None(err) {
		return 0, nil
	}
	return id, errs.Wrap(err, "queue grant")
}

const acceptedSaveOffers = `
SELECT p.id, coalesce(p.agent_id, 0) AS agent_id, v.kind, v.terms, v.currency
FROM presentations p JOIN offer_versions v ON v.id = p.offer_version_id
WHERE p.case_id = $1 AND p.decision = 'accepted' AND v.result = 'save' ORDER BY p.id`

const selectPriced = `
SELECT s.id, s.price_minor, s.currency, s.term_months, s.next_invoice_at, s.trial_end, s.cancel_at FROM subscriptions s WHERE s.id = $1`

// priced is what of a subscription decides what an offer's terms mean in billing.
type priced struct {
	ID            int64      `db:"id"`
	PriceMinor    int64      `db:"price_minor"` // a month
	Currency      string     `db:"currency"`
	TermMonths    int        `db:"term_months"`
	NextInvoiceAt *time.Time `db:"next_invoice_at"`
	TrialEnd      *time.Time `db:"trial_end"`
	CancelAt      *time.Time `db:"cancel_at"`
}

// queueGrantsTx queues what the save offers accepted in a case promise in billing, and says how many grants those are:
// none where the client has no billing connection or the offers have no effect there. A planned end is taken back first.
func (s *Service) queueGrantsTx(ctx context.Context, tx *pg.Tx, c *caseRow, now time.Time) (queued int, err error) {
	if c == nil || c.Sub == 0 {
		return 0, nil
	}
	var accepted []struct {
		ID       PresentationID `db:"id"`
		Agent    auth.UserID    `db:"agent_id"`
		Kind     string         `db:"kind"`
		Terms    Terms          `db:"terms"`
		Currency string         `db:"currency"`
	}
	if err := tx.SelectContext(ctx, &accepted, acceptedSaveOffers, c.ID); err != nil {
		return 0, errs.Wrap(err, "read accepted offers")
	}
	var sub priced
	if err := tx.GetContext(ctx, &sub, selectPriced, c.Sub); err != nil {
		return 0, errs.Wrap(err, "read subscription")
	}
	queue := func(g newGrant) error {
		g.Subscription, g.Case = c.Sub, c.ID
		id, err := s.queueGrantTx(ctx, tx, now, g)
		if id != 0 {
			queued++
		}
		return err
	}
	if sub.CancelAt != nil {
		if err := queue(newGrant{Change: billing.Change{Kind: billing.KindUncancel}}); err != nil {
			return queued, err
		}
	}
	for _, p := range accepted {
		change, cost, has := promised(p.Kind, p.Terms, p.Currency, sub, now)
		if !has {
			continue
		}
		if err := queue(newGrant{Presentation: p.ID, PromisedBy: p.Agent, Change: change, Estimate: cost}); err != nil {
			return queued, err
		}
	}
	return queued, nil
}

// queueCancelTx queues the end of a case's subscription at the end of its term.
func queueCancelTx(ctx context.Context, tx *pg.Tx, c *caseRow, now time.Time) error {
	_, err := insertGrantTx(ctx, tx, now, newGrant{
		Subscription: c.Sub, Case: c.ID, Change: billing.Change{Kind: billing.KindCancel},
		Estimate: money.Amount{Currency: c.Currency},
	})
	return err
}

const withdrawGrants = `
UPDATE grants SET status = 'reversed', next_at = NULL, settled_at = $2 WHERE case_id = $1 AND status = 'queued' AND attempts = 0`

// withdrawGrantsTx takes back what was promised in a case and has not been tried yet; what is on its way stays.
func withdrawGrantsTx(ctx context.Context, tx *pg.Tx, id CaseID, now time.Time) (int, error) {
	done, err := tx.ExecContext(ctx, withdrawGrants, id, now)
	if err != nil {
		return 0, errs.Wrap(err, "withdraw grants")
	}
	n, err := done.RowsAffected()
	return int(n), errs.Wrap(err, "withdraw grants")
}

// promised is what an offer's terms mean in billing, and what it is expected to cost; has is false for an offer that
// changes nothing there.
func promised(kind string, terms Terms, currency string, sub priced, now time.Time) (c billing.Change, cost money.Amount, has bool) {
	cost.Currency = sub.Currency
	n := func(name string) int { v, _ := whole(terms[name]); return int(v) }
	switch kind {
	case "discount_percent":
		cost.Minor = sub.PriceMinor * int64(max(sub.TermMonths, 1)) * int64(n("percent")) * int64(n("cycles")) / 100
		return discount(billing.Discount{Percent: n("percent"), Cycles: n("cycles")}), cost, true
	case "discount_amount":
		a := termAmount(terms, currency)
		cost.Minor = a.Minor * int64(n("cycles"))
		return discount(billing.Discount{Amount: a, Cycles: n("cycles")}), cost, true
	case "credit":
		a := termAmount(terms, currency)
		return billing.Change{Kind: billing.KindCredit, Amount: &a}, a, true
	case "free_month":
		return freeMonths(n("months"), sub)
	case "pause":
		until := now.AddDate(0, n("months"), 0)
		if sub.NextInvoiceAt != nil && sub.NextInvoiceAt.After(now) { // so many invoices are not charged
			until = sub.NextInvoiceAt.AddDate(0, n("months"), -1)
		}
		cost.Minor = sub.PriceMinor * int64(n("months"))
		return billing.Change{Kind: billing.KindPause, At: &until}, cost, true
	case "plan_change", "downgrade", "upgrade":
		plan, _ := terms["plan"].(string)
		return billing.Change{Kind: billing.KindPlan, Plan: plan}, cost, plan != ""
	case "re_term":
		return newTerm(n("months"), n("percent"), sub)
	case "trial_extension":
		from := now
		if sub.TrialEnd != nil && sub.TrialEnd.After(now) {
			from = *sub.TrialEnd
		}
		until := from.AddDate(0, 0, n("days"))
		return billing.Change{Kind: billing.KindExtendTrial, At: &until}, cost, n("days") > 0
	}
	return billing.Change{}, cost, false
}

// newTerm is what a new contract of so many months changes in billing: its price. Billing knows no contracts; without a
// discount there is nothing to do. A part of a cycle is a whole one.
func newTerm(months, percent int, sub priced) (billing.Change, money.Amount, bool) {
	cost := money.Amount{Currency: sub.Currency}
	if percent == 0 {
		return billing.Change{}, cost, false
	}
	term := max(sub.TermMonths, 1)
	cycles := (months + term - 1) / term
	cost.Minor = sub.PriceMinor * int64(term) * int64(percent) * int64(cycles) / 100
	return discount(billing.Discount{Percent: percent, Cycles: cycles}), cost, true
}

// freeMonths is a discount of everything where the term is a month, else a credit of that many months.
func freeMonths(months int, sub priced) (billing.Change, money.Amount, bool) {
	cost := money.Amount{Minor: sub.PriceMinor * int64(months), Currency: sub.Currency}
	if sub.TermMonths <= 1 {
		return discount(billing.Discount{Percent: 100, Cycles: months}), cost, months > 0
	}
	return billing.Change{Kind: billing.KindCredit, Amount: &cost}, cost, cost.Minor > 0
}

func discount(d billing.Discount) billing.Change {
	return billing.Change{Kind: billing.KindDiscount, Discount: &d}
}

func termAmount(terms Terms, currency string) money.Amount {
	text, _ := terms["amount"].(string)
	a, err := money.Parse(text, currency)
	if err != nil {
		return money.Amount{Currency: currency} // the offer's terms were checked when it was made
	}
	return a
}
