package eligibility

import (
	"time"

	"saveline/internal/money"
)

// Subject is what is known, at the moment of asking, about one customer, one subscription and the case about it.
type Subject struct {
	At           time.Time
	Customer     Customer
	Subscription Subscription
	Case         Case
	History      History
	Limits       Limits
}

// Customer is who would get the offer.
type Customer struct {
	Country      string // ISO 3166-1
	State        string // ISO 3166-2, "US-CA"
	Language     string // "en", "ko", "fil"
	ValueTier    string // the client's own code: low, mid, high
	TenureMonths int64  // since the first subscription began
}

// Subscription is what they have, as billing has it.
type Subscription struct {
	Plan            string
	Status          string
	Term            string // month_to_month, one_year, two_year, as billing calls it
	MRR             money.Amount
	TenureMonths    int64
	DaysToTermEnd   int64 // 0: no fixed term, or it is over
	PastDue         bool  // an invoice is due and unpaid
	DiscountActive  bool  // some discount lowers the price now
	DiscountPercent int64 // of it, rounded to a whole percent; 0 if there is none
	InTrial         bool
}

// Case is the wish to cancel.
type Case struct {
	Kind    string // inbound, outbound, selfserve, proactive, winback
	Reason  string // code; "" if the customer did not say
	Reasons []string
}

// History is what happened with this customer before, and in this case.
type History struct {
	Saves           int64 // saves so far
	DaysSinceSave   int64 // Never if there was none
	DaysSinceOffer  int64 // since any offer was presented before this case; Never if none was
	OffersPresented int64
	OffersAccepted  int64
	OffersDeclined  int64
	ComplaintsOpen  int64
	PromiseOpen     bool      // a refund, a callback or a fix that was promised is not done
	Grants          []Grant   // offers accepted and given, of all time
	Declined        []Decline // offers declined in this case
}

// Never stands for the days since something that never was, so that "more than 30 days ago" holds.
const Never = 100_000

// Grant is an offer that the customer took.
type Grant struct {
	Offer  int64
	Family string
	At     time.Time
	Off    money.Amount // the whole discount it gave; nothing for other kinds
}

// Decline is the customer's no to an offer, on record in this case.
type Decline struct {
	Offer  int64
	Ladder string
	Rung   int
}

// Limits are a client's settings for all of its offers.
type Limits struct {
	CooldownDays    map[string]int // by family, after a grant of that family
	AnyCooldownDays int            // after a grant of any family
	DiscountMax     money.Amount   // a customer's discounts of all time; the zero amount: no limit
}

// DefaultLimits are the house's: a discount once a year, a pause every 180 days, any offer every 30.
//
// Source: retention.md 3.3, cool-downs.
func DefaultLimits() Limits {
	return Limits{CooldownDays: map[string]int{"discount": 365, "pause": 180}, AnyCooldownDays: 30}
}
