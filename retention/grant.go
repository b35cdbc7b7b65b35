package retention

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
	"saveline/retention/billing"
)

// GrantID names a promise that billing must keep; billing knows it by its Key.
type GrantID int64

// Key is what makes billing do it once.
func (id GrantID) Key() billing.Key { return billing.Key(fmt.Sprintf("grant:%d", id)) }

// The statuses of a grant:
//
//	queued ──▶ applying ──▶ applied
//	  ▲  │        │  ├────▶ failed ──▶ queued (a person tries again) | applied (a person did it by hand)
//	  │  │        ▼  │
//	  │  │      unclear ──▶ applying (billing is asked first whether it was done)
//	  │  └──▶ reversed (taken back before it was tried)
//	  └── it is tried later
const (
	GrantQueued   = "queued"
	GrantApplying = "applying"
	GrantApplied  = "applied"
	GrantFailed   = "failed"
	GrantReversed = "reversed"
	GrantUnclear  = "unclear"
)

// Grant is a promise to a customer that billing must keep.
type Grant struct {
	ID           GrantID        `json:"id"`
	Client       auth.ClientID  `json:"clientId"`
	Subscription int64          `json:"subscriptionId"`
	Customer     CustomerID     `json:"customerId"`
	Case         CaseID         `json:"caseId,omitempty"`
	Presentation PresentationID `json:"presentationId,omitempty"`
	Request      RequestID      `json:"requestId,omitempty"`
	PromisedBy   auth.UserID    `json:"promisedBy,omitempty"`
	BillingKey   string         `json:"billingKey" doc:"the subscription's id in billing"`
	Kind         billing.Kind   `json:"kind"`
	Change       Change         `json:"change"`
	Status       string         `json:"status"`
	Attempts     int            `json:"attempts"`
	NextAt       *time.Time     `json:"nextAt,omitempty" doc:"when it is tried next"`
	DueAt        *time.Time     `json:"dueAt,omitempty" doc:"the next invoice: it must be applied before"`
	BillingRef   string         `json:"billingRef,omitempty"`
	Error        string         `json:"error,omitempty" doc:"what billing said the last time"`
	CostEstimate money.Amount   `json:"costEstimate"`
	CostActual   *money.Amount  `json:"costActual,omitempty"`
	CreatedAt    time.Time      `json:"createdAt"`
	SettledAt    *time.Time     `json:"settledAt,omitempty"`
}

// Change is billing's change as jsonb.
type Change struct{ billing.Change }

// Value writes the change as jsonb.
func (c Change) Value() (driver.Value, error) {
	raw, err := json.Marshal(c.Change)
	return string(raw), err
}

// Scan reads the change from jsonb.
func (c *Change) Scan(src any) error {
	raw, ok := src.([]byte)
	if !ok {
		return fmt.Errorf("change: cannot read %T", src)
	}
	return json.Unmarshal(raw, &c.Change)
}

// grantRow is a grant as the table holds it.
type grantRow struct {
	ID           GrantID        `db:"id"`
	Client       auth.ClientID  `db:"client_id"`
	Subscription int64          `db:"subscription_id"`
	Customer     CustomerID     `db:"customer_id"`
	Case         CaseID         `db:"case_id"`
	Presentation PresentationID `db:"presentation_id"`
	Request      RequestID      `db:"request_id"`
	PromisedBy   auth.UserID    `db:"promised_by"`
	BillingKey   string         `db:"billing_key"`
	Change       Change         `db:"change"`
	Status       string         `db:"status"`
	Attempts     int            `db:"attempts"`
	NextAt       *time.Time     `db:"next_at"`
	DueAt        *time.Time     `db:"due_at"`
	BillingRef   string         `db:"billing_ref"`
	Error        string         `db:"error"`
	CostEstimate int64          `db:"cost_estimate_minor"`
	CostActual   *int64         `db:"cost_actual_minor"`
	Currency     string         `db:"currency"`
	CreatedAt    time.Time      `db:"created_at"`
	SettledAt    *time.Time     `db:"settled_at"`
	Total        int            `db:"total"`
}

func (r grantRow) grant() Grant {
	g := Grant{
		ID: r.ID, Client: r.Client, Subscription: r.Subscription, Customer: r.Customer, Case: r.Case, Presentation: r.Presentation,
		Request: r.Request, PromisedBy: r.PromisedBy, BillingKey: r.BillingKey, Kind: r.Change.Kind, Change: r.Change, Status: r.Status,
		Attempts: r.Attempts, NextAt: r.NextAt, DueAt: r.DueAt, BillingRef: r.BillingRef, Error: r.Error, CreatedAt: r.CreatedAt,
		SettledAt: r.SettledAt, CostEstimate: money.Amount{Minor: r.CostEstimate, Currency: r.Currency},
	}
	if r.CostActual != nil {
		g.CostActual = &money.Amount{Minor: *r.CostActual, Currency: r.Currency}
	}
	return g
}

func (g Grant) target() billing.Target {
	return billing.Target{Key: g.ID.Key(), Subscription: billing.SubscriptionID(g.BillingKey)}
}

const (
	grantColumns = `
SELECT g.id, g.client_id, g.subscription_id, s.customer_id, coalesce(g.case_id, 0) AS case_id,
       coalesce(g.presentation_id, 0) AS presentation_id, coalesce(g.request_id, 0) AS request_id,
       coalesce(g.promised_by, 0) AS promised_by, g.billing_key, g.change, g.status, g.attempts, g.next_at, g.due_at, g.billing_ref,
       g.error, g.cost_estimate_minor, g.cost_actual_minor, g.currency, g.created_at, g.settled_at`

	selectGrant = grantColumns + `
FROM grants g JOIN subscriptions s ON s.id = g.subscription_id WHERE g.id = $1`

	listGrants = grantColumns + `, count(*) OVER () AS total
FROM grants g JOIN subscriptions s ON s.id = g.subscription_id
WHERE g.client_id = ANY($1) AND ($2 = '' OR g.status = $2) AND ($3 = 0 OR g.case_id = $3) AND ($4 = 0 OR s.customer_id = $4)
ORDER BY g.id DESC LIMIT $5 OFFSET $6`
)

func init() {
	pg.Constraint("grants_presentation_key", errs.Conflict, "what was promised with this offer is on its way to billing already")
	pg.Constraint("grants_request_key", errs.Conflict, "this request is on its way to billing already")
	pg.Constraint("grants_one_at_a_time", errs.Conflict, "another change of this subscription is on its way to billing; this one waits for it")
}
