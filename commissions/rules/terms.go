package rules

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	"saveline/internal/errs"
	"saveline/internal/money"
)

// Type is how a component makes money of a credit.
type Type string

// The types of components.
const (
	PerUnit Type = "per_unit" // a fixed amount for each result
	Percent Type = "percent"  // a rate of the result's value
)

// Limits of a plan's terms.
const (
	ComponentsMax = 50
	HoldDaysMax   = 365
	rateMax       = money.Rate(1_000_000) // the whole value
)

// Results are the kinds of result that a component can pay for.
var Results = []string{"save", "sale", "upsell", "appointment"}

var componentID = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,39}$`)

// Terms are a plan as people write it: decimals are text, so that nothing is lost on the way.
type Terms struct {
	Currency   string      `json:"currency" doc:"ISO 4217; what the plan pays in" example:"USD"`
	HoldDays   int         `json:"holdDays" doc:"days a result must last before its pay is earned; until then it is an advance"`
	Components []Component `json:"components" doc:"each result is offered to every component; what they give adds up"`
}

// Component is one way the plan pays.
type Component struct {
	ID     string `json:"id" doc:"unique in the plan; names the line on the statement" example:"save_bonus"`
	Type   Type   `json:"type" doc:"per_unit or percent" example:"per_unit"`
	Result string `json:"result" doc:"the kind of result it pays for: save, sale, upsell, appointment" example:"save"`
	Amount string `json:"amount,omitempty" doc:"per_unit: what one result pays" example:"15.00"`
	Rate   string `json:"rate,omitempty" doc:"percent: the share of the result's value" example:"7.5%"`
}

// Plan is terms that have been checked and read.
type Plan struct {
	Currency   string
	HoldDays   int
	Components []PlanComponent
}

// PlanComponent is a component with its numbers read; Amount or Rate is set, as Type says.
type PlanComponent struct {
	ID     string
	Type   Type
	Result string
	Amount money.Amount
	Rate   money.Rate
}

// Compile checks terms and reads their numbers. All faults are named at once, with paths below at ("terms").
//
// Codes: invalid.
func Compile(t Terms, at string) (Plan, error) {
	var f errs.Faults
	p := Plan{Currency: t.Currency, HoldDays: t.HoldDays}
	_, err := money.Exponent(t.Currency)
	f.Check(err == nil, at+".currency", "must be an ISO 4217 currency such as USD")
	f.Check(t.HoldDays >= 0 && t.HoldDays <= HoldDaysMax, at+".holdDays", fmt.Sprintf("must be from 0 to %d days", HoldDaysMax))
	f.Check(len(t.Components) > 0, at+".components", "a plan without components would pay nobody")
	f.Check(len(t.Components) <= ComponentsMax, at+".components", fmt.Sprintf("at most %d components", ComponentsMax))
	seen := map[string]bool{}
	for i, c := range t.Components {
		path := fmt.Sprintf("%s.components.%d", at, i)
		f.Check(!seen[c.ID], path+".id", "another component has this id already")
		seen[c.ID] = true
		p.Components = append(p.Components, c.compile(&f, path, t.Currency))
	}
	if err := f.Err(); err != nil {
		return Plan{}, err
	}
	return p, nil
}

func (c Component) compile(f *errs.Faults, path, currency string) PlanComponent {
	out := PlanComponent{ID: c.ID, Type: c.Type, Result: c.Result}
	f.Check(componentID.MatchString(c.ID), path+".id", "must be lower-case letters, digits, - and _, beginning with a letter")
	f.Check(slices.Contains(Results, c.Result), path+".result", "must be save, sale, upsell or appointment")
	var err error
	switch c.Type {
	case PerUnit:
		f.Check(c.Rate == "", path+".rate", "a per_unit component has an amount, not a rate")
		if out.Amount, err = money.Parse(c.Amount, currency); err != nil {
			f.Addf(path+".amount", "must be a decimal such as 15.00, with no more decimals than the currency has")
			return out
		}
		f.Check(out.Amount.Minor > 0, path+".amount", "must be more than zero")
	case Percent:
		f.Check(c.Amount == "", path+".amount", "a percent component has a rate, not an amount")
		if out.Rate, err = money.ParseRate(c.Rate); err != nil {
			f.Addf(path+".rate", `must be a rate such as "7.5%%" or "0.075", with at most four decimals of a percent`)
			return out
		}
		f.Check(out.Rate > 0 && out.Rate <= rateMax, path+".rate", "must be more than 0% and at most 100%")
	default:
		f.Addf(path+".type", "must be per_unit or percent")
	}
	return out
}

// Terms writes the plan back in its one canonical spelling: all decimals of the currency, rates in percent.
func (p Plan) Terms() Terms {
	t := Terms{Currency: p.Currency, HoldDays: p.HoldDays, Components: make([]Component, len(p.Components))}
	for i, c := range p.Components {
		t.Components[i] = Component{ID: c.ID, Type: c.Type, Result: c.Result}
		if c.Type == PerUnit {
			t.Components[i].Amount = c.Amount.String()
		} else {
			t.Components[i].Rate = c.Rate.String()
		}
	}
	return t
}

// Canonical is the one JSON of a plan: what its sha256 is taken of. Two spellings of the same terms give the same bytes.
func (p Plan) Canonical() []byte {
	raw, err := json.Marshal(p.Terms())
	if err != nil {
		panic(fmt.Sprintf("rules: canonical terms: %v", err)) // strings and ints only: cannot fail
	}
	return raw
}
