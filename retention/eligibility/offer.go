package eligibility

import (
	"time"

	"saveline/internal/money"
)

// Offer is one version of an offer, as far as it matters to whom it may be given.
type Offer struct {
	ID      int64
	Version int
	Code    string
	Rank    int    // script order, lowest first
	Family  string // discount, pause, plan, fix, …: cool-downs are by family

	Condition *Condition // nil: everybody
	PriceOff  bool       // it lowers what is paid: a discount, a credit, a free month
	Off       money.Amount
	Stacks    bool     // it may be given beside an active discount
	Regions   []string // ISO 3166-1 or -2: where it is given; none means everywhere
	From      time.Time
	Until     time.Time // exclusive; zero: open-ended

	CooldownDays int           // after a grant of the family, where longer than the client's own
	CustomerMax  int           // grants to one customer, of all time; 0: no limit
	Left         *int          // redemptions left over all customers; nil: no limit
	Cost         money.Amount  // what one grant takes from the week's budget
	BudgetLeft   *money.Amount // of this week; nil: no budget

	Ladder string // "" stands alone
	Rung   int    // 1 is the first
}

// Why classes a reason against an offer.
type Why string

// The reasons, in the order in which they are asked.
const (
	NotYet          Why = "not_yet"
	Expired         Why = "expired"
	OutOfRegion     Why = "region"
	DeclinedBefore  Why = "declined"        // in this case
	RungLocked      Why = "rung_locked"     // no offer of the rung before was declined yet
	PastDue         Why = "past_due"        // no money off while an invoice is unpaid
	Stacking        Why = "stacking"        // a discount is active already
	FamilyCooldown  Why = "family_cooldown" // one of the family was given not long ago
	AnyCooldown     Why = "any_cooldown"    // any offer was given not long ago
	CustomerMax     Why = "customer_max"    // this customer has had it often enough
	UsedUp          Why = "used_up"         // no redemptions left
	OverBudget      Why = "over_budget"     // the week's budget does not reach
	LifetimeMax     Why = "lifetime_max"    // the customer's discounts of all time would pass the limit
	WrongCurrency   Why = "wrong_currency"  // amounts that cannot be compared
	ConditionFailed Why = "condition"       // a clause of its condition does not hold
)

// Reason is one reason against an offer.
type Reason struct {
	Why      Why       `json:"why"`
	Sentence string    `json:"sentence"`
	Until    time.Time `json:"until,omitzero"` // when it lifts by itself
	Failed   *Failed   `json:"failed,omitempty"`
}

// Verdict is the answer for one offer: eligible, or every reason why not. It is kept with the presentation as proof.
type Verdict struct {
	Offer    int64    `json:"offer"`
	Version  int      `json:"version"`
	Code     string   `json:"code"`
	Eligible bool     `json:"eligible"`
	Reasons  []Reason `json:"reasons,omitempty"`
}
