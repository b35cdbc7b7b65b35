// Package billing is the port to the system that charges a client's customers: what retention reads there, and the
// changes it makes there. It decides nothing and keeps nothing; adapters are in stripe and webhook, and fakebilling is a
// billing system of our own for demos and tests.
//
// Every change carries a key, the id of the grant that it carries out. A port makes a change with one key at most once,
// whatever is retried and whoever retries it; billingtest holds every adapter to that.
package billing

import (
	"context"
	"time"

	"saveline/internal/money"
)

// Names of things in the billing system, in its own words.
type (
	// Key makes a change happen once: the id of the grant, "grant:17".
	Key string
	// SubscriptionID names a subscription.
	SubscriptionID string
	// CustomerID names who pays.
	CustomerID string
	// InvoiceID names an invoice.
	InvoiceID string
)

// Port is a billing system.
//
// Errors are *Error with a kind: unsupported, not_found and refused are answers, and the change was not made; after
// unclear it may have been, and Find says whether.
type Port interface {
	GetSubscription(ctx context.Context, id SubscriptionID) (Subscription, error)
	// ListInvoices are those of a subscription that were made at since or later, the oldest first.
	ListInvoices(ctx context.Context, id SubscriptionID, since time.Time) ([]Invoice, error)
	// Find looks for the change that was made under the target's key.
	Find(ctx context.Context, t Target, kind Kind) (r Receipt, found bool, err error)

	// ApplyDiscount adds a discount to those that the customer has; it takes none away.
	ApplyDiscount(ctx context.Context, t Target, d Discount) (Receipt, error)
	// Credit takes an amount off what the customer pays next.
	Credit(ctx context.Context, t Target, amount money.Amount) (Receipt, error)
	// Refund pays back some or all of a paid invoice.
	Refund(ctx context.Context, t Target, r Refund) (Receipt, error)
	// Pause stops charging until resumeAt. Billing may go on calling the subscription active.
	Pause(ctx context.Context, t Target, resumeAt time.Time) (Receipt, error)
	// ChangePlan moves the subscription to another plan, by the plan's id in billing.
	ChangePlan(ctx context.Context, t Target, plan string) (Receipt, error)
	// ExtendTrial moves the end of the trial.
	ExtendTrial(ctx context.Context, t Target, until time.Time) (Receipt, error)
	// CancelAt ends the subscription then; the zero time is the end of the term that is paid.
	CancelAt(ctx context.Context, t Target, at time.Time) (Receipt, error)
	// Uncancel takes a planned end back.
	Uncancel(ctx context.Context, t Target) (Receipt, error)
}

// Receiver reads what a billing system sends by itself.
type Receiver interface {
	// SignatureHeader is the HTTP header that the signature stands in.
	SignatureHeader() string
	// Receive checks the signature and the age of a delivery and reads it.
	//
	// Codes: forbidden (not signed with the secret, or too old), invalid (signed, but not understood).
	Receive(d Delivery) (Event, error)
}

// Adapter is a billing system that also sends.
type Adapter interface {
	Port
	Receiver
}

// Target is what a change is made to, and the key that makes it once.
type Target struct {
	Key          Key
	Subscription SubscriptionID
}

// Receipt is billing's own name of the change that was made.
type Receipt struct {
	Ref string `json:"ref"`
}

// Refund says what is paid back. The zero amount is all that was paid.
type Refund struct {
	Invoice InvoiceID    `json:"invoice"`
	Amount  money.Amount `json:"amount"`
}
