package retention

import (
	"slices"
	"strings"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
)

// Offer is something an agent may propose, in one of its versions. A version never changes once it exists: what was
// shown to a customer can be read years later.
type Offer struct {
	ID       OfferID       `json:"id"`
	Client   auth.ClientID `json:"clientId"`
	Code     string        `json:"code"`
	Version  int           `json:"version"`
	Name     string        `json:"name"`
	Kind     string        `json:"kind"`
	Result   string        `json:"result" doc:"what a yes counts as: save, sale, upsell or appointment"`
	Say      string        `json:"say" doc:"what the agent says, with merge fields such as {{person.name}}"`
	Terms    Terms         `json:"terms" doc:"parameters of the kind"`
	Value    money.Amount  `json:"value" doc:"what a yes is worth; for a save 0 means the subscription's monthly price"`
	Cost     money.Amount  `json:"cost" doc:"what a yes costs the client company"`
	Purposes []string      `json:"purposes" doc:"purposes of the campaigns it may be shown in"`
	Rank     int           `json:"rank" doc:"script order, lowest first"`
	Limits
	RetiredAt *time.Time `json:"retiredAt,omitempty"`
	CreatedAt time.Time  `json:"createdAt" doc:"when this version was made"`
	versionID int64
}

// Limits say how often and how long an offer is made. They are part of its version.
type Limits struct {
	Family          string `json:"family" db:"family" doc:"a customer gets one of a family in a while; by the kind if left out"`
	CooldownDays    int    `json:"cooldownDays" db:"cooldown_days" doc:"that while; by the kind if left out"`
	RedemptionsMax  int    `json:"redemptionsMax" db:"redemptions_max" doc:"times one customer may get it; 0: not limited"`
	WeekBudgetMinor int64  `json:"weekBudgetMinor" db:"week_budget_minor" doc:"what may be given by it to all customers in seven days, in minor units; 0: not limited"`
	TTLMinutes      int    `json:"ttlMinutes" db:"ttl_minutes" doc:"how long it holds once it was made; 0: the client's setting"`
	Eligibility     string `json:"eligibility" db:"eligibility" doc:"a CEL condition over customer, subscription and history; empty: everybody"`
}

func (in Limits) check(f *errs.Faults) {
	if in.Family != "" {
		checkCode(f, "family", in.Family)
	}
	f.Check(in.CooldownDays >= 0 && in.CooldownDays <= cooldownDaysMax, "cooldownDays", "from 0 to 3650 days")
	f.Check(in.RedemptionsMax >= 0 && in.RedemptionsMax <= redemptionsMax, "redemptionsMax", "from 0 to 1000 times")
	f.Check(in.WeekBudgetMinor >= 0, "weekBudgetMinor", "must not be below nothing")
	f.Check(in.TTLMinutes >= 0 && in.TTLMinutes <= offerMinutesMax, "ttlMinutes", "at most 30 days")
	f.Check(len(in.Eligibility) <= sayCharsMax, "eligibility", "at most 4,000 characters")
}

// OfferInput is what an offer's version consists of. Result may be left out where the kind allows one only.
type OfferInput struct {
	Name     string
	Kind     string
	Result   string
	Say      string
	Terms    Terms
	Value    money.Amount
	Cost     money.Amount
	Purposes []string
	Rank     int
	Limits
}

// NewOffer is an offer's first version, with the code it keeps.
type NewOffer struct {
	Client auth.ClientID // 0: the actor's only one
	Code   string
	OfferInput
}

const (
	rankDefault     = 100
	rankMax         = 10_000
	currencyDefault = "USD"
	redemptionsMax  = 1000
)

// filled is the input with what the kind and the house decide where nothing was said.
func (in OfferInput) filled() OfferInput {
	in.Name, in.Say = strings.TrimSpace(in.Name), strings.TrimSpace(in.Say)
	if k, ok := kinds[in.Kind]; ok && in.Result == "" && len(k.results) == 1 {
		in.Result = k.results[0]
	}
	if in.Rank == 0 {
		in.Rank = rankDefault
	}
	if in.Family == "" { // a family of its own choice keeps its own cool-down
		in.Family = kinds[in.Kind].family
		if in.CooldownDays == 0 {
			in.CooldownDays = kinds[in.Kind].cooldown
		}
	}
	if in.Terms == nil {
		in.Terms = Terms{}
	}
	currency := in.currency()
	for _, a := range []*money.Amount{&in.Value, &in.Cost} {
		if a.Currency == "" {
			a.Currency = currency
		}
	}
	return in
}

func (in OfferInput) currency() string {
	for _, c := range []string{in.Value.Currency, in.Cost.Currency} {
		if c != "" {
			return c
		}
	}
	return currencyDefault
}

// Validate names every fault of the input.
func (in OfferInput) Validate() error {
	var f errs.Faults
	in.check(&f)
	return f.Err()
}

func (in OfferInput) check(f *errs.Faults) {
	f.Check(in.Name != "" && len(in.Name) <= nameCharsMax, "name", "give the offer a name of at most 120 characters")
	f.Check(in.Say != "" && len(in.Say) <= sayCharsMax, "say", "write what the agent says, at most 4,000 characters")
	for _, name := range unknownFields(in.Say) {
		f.Addf("say", "there is no merge field {{%s}}", name)
	}
	if checkOneOf(f, "kind", in.Kind, kindNames()) {
		k := kinds[in.Kind]
		f.Check(slices.Contains(k.results, in.Result), "result", "an offer of this kind counts as "+strings.Join(k.results, ", "))
		k.check(f, in.Terms, in.currency())
	}
	f.Check(in.Value.Minor >= 0, "value", "must not be below nothing")
	f.Check(in.Cost.Minor >= 0, "cost", "must not be below nothing")
	f.Check(in.Value.Currency == in.Cost.Currency, "cost", "must be in the currency of the value")
	if _, err := money.Exponent(in.Value.Currency); err != nil {
		f.Addf("value", "%q is not a currency we know", in.Value.Currency)
	}
	f.Check(len(in.Purposes) > 0, "purposes", "say in which campaigns it may be shown")
	for _, p := range in.Purposes {
		checkOneOf(f, "purposes", p, purposes)
	}
	in.Limits.check(f)
	f.Check(in.Rank > 0 && in.Rank <= rankMax, "rank", "must be from 1 to 10,000")
}

// Validate names every fault of the input.
func (in NewOffer) Validate() error {
	var f errs.Faults
	checkCode(&f, "code", in.Code)
	in.check(&f)
	return f.Err()
}

// input is the part of an offer that a new version would be compared with.
func (o Offer) input() OfferInput {
	return OfferInput{
		Name: o.Name, Kind: o.Kind, Result: o.Result, Say: o.Say, Terms: o.Terms, Value: o.Value, Cost: o.Cost,
		Purposes: o.Purposes, Rank: o.Rank, Limits: o.Limits,
	}
}
