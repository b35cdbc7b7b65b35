package billing

import (
	"time"

	"saveline/internal/money"
)

// Status is what a subscription is. A planned end and a pause stand beside it, as they do in billing systems.
type Status string

// The statuses, a closed list that adapters map their own words to.
const (
	Trialing  Status = "trialing"
	Active    Status = "active"
	PastDue   Status = "past_due" // a payment failed; billing tries again
	Unpaid    Status = "unpaid"   // and gave up trying
	Cancelled Status = "cancelled"
)

// Subscription is what a customer pays for, as billing knows it.
type Subscription struct {
	ID            SubscriptionID `json:"id"`
	Customer      CustomerID     `json:"customer"`
	Plan          string         `json:"plan"`
	Price         money.Amount   `json:"price"` // a term, before discounts
	TermMonths    int            `json:"termMonths"`
	Status        Status         `json:"status"`
	StartedAt     time.Time      `json:"startedAt"`
	CancelAt      *time.Time     `json:"cancelAt,omitempty"`      // when it is planned to end
	TrialEnd      *time.Time     `json:"trialEnd,omitempty"`      //
	TermEnd       *time.Time     `json:"termEnd,omitempty"`       // what is paid ends then
	NextInvoiceAt *time.Time     `json:"nextInvoiceAt,omitempty"` // none while it is ending
	PausedUntil   *time.Time     `json:"pausedUntil,omitempty"`   // nothing is charged before
	Discounts     []Discount     `json:"discounts"`               // nil: an event that does not say
}

// Discount is a part of the price that is not charged for a number of terms. Percent or Amount is set.
type Discount struct {
	Ref     string       `json:"ref,omitempty"` // billing's name of it
	Key     Key          `json:"key,omitempty"` // of the grant that made it; "" for one that is not ours
	Percent int          `json:"percent,omitempty"`
	Amount  money.Amount `json:"amount"`
	Cycles  int          `json:"cycles,omitempty"` // terms it lasts for when it is made; 0 for ever
	EndsAt  *time.Time   `json:"endsAt,omitempty"`
}

// InvoiceStatus is what became of an invoice.
type InvoiceStatus string

// The statuses of an invoice.
const (
	InvoiceOpen          InvoiceStatus = "open"
	InvoicePaid          InvoiceStatus = "paid"
	InvoiceVoid          InvoiceStatus = "void"
	InvoiceUncollectible InvoiceStatus = "uncollectible"
)

// Invoice is one charge.
type Invoice struct {
	ID           InvoiceID      `json:"id"`
	Subscription SubscriptionID `json:"subscription"`
	Status       InvoiceStatus  `json:"status"`
	Due          money.Amount   `json:"due"` // after discounts and credit
	Paid         money.Amount   `json:"paid"`
	Refunded     money.Amount   `json:"refunded"`
	Disputed     bool           `json:"disputed"` // the customer's bank asks for the money back
	CreatedAt    time.Time      `json:"createdAt"`
	PaidAt       *time.Time     `json:"paidAt,omitempty"`
}

// Delivery is a message as it arrived.
type Delivery struct {
	Signature string
	Body      []byte
	At        time.Time // when it arrived
}

// Event is news from billing: the state of a subscription or an invoice at an instant. Events may come twice and in any
// order: the one with the later At counts.
type Event struct {
	ID           string        `json:"id"`
	Type         string        `json:"type"`
	At           time.Time     `json:"at"`
	Subscription *Subscription `json:"subscription,omitempty"`
	Invoice      *Invoice      `json:"invoice,omitempty"`
}
