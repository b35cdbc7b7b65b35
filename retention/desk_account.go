package retention

import (
	"context"
	"time"

	"saveline/dialer"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
)

// DeskAccount is what an agent should know of the account before saying a word about it. Nobody sees it before the person
// on the line is known to be its owner.
type DeskAccount struct {
	Customer    CustomerID   `json:"customerId"`
	Tier        string       `json:"valueTier"`
	Plan        string       `json:"plan"`
	Status      string       `json:"status" enum:"trialing,active,cancel_scheduled,cancelled"`
	MRR         money.Amount `json:"mrr" doc:"a month, when they asked to cancel"`
	PastDue     bool         `json:"pastDue"`
	Discounts   Discounts    `json:"discounts" nullable:"false"`
	StartedOn   *time.Time   `json:"startedOn,omitempty"`
	TermEnd     *time.Time   `json:"termEnd,omitempty"`
	CancelAt    *time.Time   `json:"cancelAt,omitempty"`
	SavesBefore int          `json:"savesBefore" doc:"earlier cases of theirs that ended with an agreement to stay"`
	CasesBefore int          `json:"casesBefore"`
}

const selectDeskAccount = `
SELECT c.customer_id, cu.value_tier, coalesce(s.plan, '') AS plan, coalesce(s.status, 'active') AS status, c.mrr_minor, c.currency,
       coalesce(s.past_due, false) AS past_due, coalesce(s.discounts, '[]') AS discounts, s.started_on, s.term_end, s.cancel_at,
       (SELECT count(*) FROM cases k WHERE k.customer_id = c.customer_id AND k.id <> c.id AND k.confirmation_id IS NOT NULL) AS saves_before,
       (SELECT count(*) FROM cases k WHERE k.customer_id = c.customer_id AND k.id < c.id AND k.state <> 'duplicate') AS cases_before
FROM cases c
JOIN customers cu ON cu.id = c.customer_id
LEFT JOIN subscriptions s ON s.id = c.subscription_id
WHERE c.id = $1`

type deskAccountRow struct {
	Customer    CustomerID `db:"customer_id"`
	Tier        string     `db:"value_tier"`
	Plan        string     `db:"plan"`
	Status      string     `db:"status"`
	MRRMinor    int64      `db:"mrr_minor"`
	Currency    string     `db:"currency"`
	PastDue     bool       `db:"past_due"`
	Discounts   Discounts  `db:"discounts"`
	StartedOn   *time.Time `db:"started_on"`
	TermEnd     *time.Time `db:"term_end"`
	CancelAt    *time.Time `db:"cancel_at"`
	SavesBefore int        `db:"saves_before"`
	CasesBefore int        `db:"cases_before"`
}

// deskAccount is the account behind a case, nil until the person on the call was verified.
func deskAccount(ctx context.Context, tx *pg.Tx, c *caseRow, call dialer.Call) (*DeskAccount, error) {
	if known, err := isVerified(ctx, tx, call); err != nil || !known {
		return nil, err
	}
	var r deskAccountRow
	if err := tx.GetContext(ctx, &r, selectDeskAccount, c.ID); err != nil {
		return nil, errs.Wrap(err, "read account")
	}
	return &DeskAccount{
		Customer: r.Customer, Tier: r.Tier, Plan: r.Plan, Status: r.Status, MRR: money.Amount{Minor: r.MRRMinor, Currency: r.Currency},
		PastDue: r.PastDue, Discounts: r.Discounts, StartedOn: r.StartedOn, TermEnd: r.TermEnd, CancelAt: r.CancelAt,
		SavesBefore: r.SavesBefore, CasesBefore: r.CasesBefore,
	}, nil
}
