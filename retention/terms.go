package retention

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"saveline/internal/errs"
	"saveline/internal/money"
)

// Terms are the parameters of an offer's kind: {"percent":25,"cycles":3}. Whole numbers, decimal strings and texts only.
type Terms map[string]any

// Value writes terms as jsonb.
func (t Terms) Value() (driver.Value, error) {
	if t == nil {
		return "{}", nil
	}
	raw, err := json.Marshal(t)
	return string(raw), err
}

// Scan reads terms from jsonb.
func (t *Terms) Scan(src any) error {
	raw, ok := src.([]byte)
	if !ok {
		return fmt.Errorf("terms: cannot read %T", src)
	}
	return json.Unmarshal(raw, t)
}

type fieldType int

const (
	wholeNumber fieldType = iota // between min and max
	decimal                      // a decimal string, more than nothing, in the offer's currency
	text                         // 1..termCharsMax characters
)

const (
	termCharsMax  = 200
	termsCountMax = 20
)

// field is one parameter of a kind.
type field struct {
	name     string
	is       fieldType
	min, max int
	optional bool
}

// kind is what an offer can be: which results a yes may count as, and its parameters.
type kind struct {
	results  []string // the first is the default
	fields   []field
	free     bool   // custom: any further texts and whole numbers
	family   string // of which one customer gets one in a while
	cooldown int    // days of that while, unless the offer says otherwise
	billing  bool   // a yes changes something in billing
}

var (
	saves  = []string{ResultSave}
	cycles = field{name: "cycles", is: wholeNumber, min: 1, max: 36}
	months = field{name: "months", is: wholeNumber, min: 1, max: 12}
	// What the plan they change to costs a month; left out, what they pay stays as it was as far as we know.
	newPrice = field{name: "price", is: decimal, optional: true}
)

// kinds is the closed list of what an offer can be.
var kinds = map[string]kind{
	"sale": {results: []string{ResultSale}, fields: []field{
		{name: "product", is: text, optional: true}, {name: "months", is: wholeNumber, min: 1, max: 120, optional: true},
	}},
	"upsell": {results: []string{ResultUpsell}, fields: []field{
		{name: "product", is: text, optional: true}, {name: "months", is: wholeNumber, min: 1, max: 120, optional: true},
	}},
	"appointment": {results: []string{ResultAppointment}, fields: []field{
		{name: "minutes", is: wholeNumber, min: 5, max: 480, optional: true},
	}},
	"discount_percent": {results: saves, fields: []field{{name: "percent", is: wholeNumber, min: 1, max: 100}, cycles}, family: "discount", cooldown: 365, billing: true},
	"discount_amount":  {results: saves, fields: []field{{name: "amount", is: decimal}, cycles}, family: "discount", cooldown: 365, billing: true},
	"credit":           {results: saves, fields: []field{{name: "amount", is: decimal}}, family: "credit", cooldown: 180, billing: true},
	"free_month":       {results: saves, fields: []field{months}, family: "discount", cooldown: 365, billing: true},
	"pause":            {results: saves, fields: []field{months}, family: "pause", cooldown: 180, billing: true},
	"plan_change":      {results: saves, fields: []field{{name: "plan", is: text}, newPrice}, family: "plan", billing: true},
	"downgrade":        {results: saves, fields: []field{{name: "plan", is: text}, newPrice}, family: "plan", billing: true},
	"trial_extension":  {results: saves, fields: []field{{name: "days", is: wholeNumber, min: 1, max: 90}}, family: "trial", cooldown: 365, billing: true},
	"upgrade":          {results: saves, fields: []field{{name: "plan", is: text}, {name: "months", is: wholeNumber, min: 1, max: 36, optional: true}}, family: "thanks", cooldown: 180, billing: true},
	"re_term": {results: saves, fields: []field{
		{name: "months", is: wholeNumber, min: 1, max: 36}, {name: "percent", is: wholeNumber, min: 1, max: 100, optional: true},
	}, family: "term", cooldown: 365, billing: true},
	"fix":    {results: saves, fields: []field{{name: "ticket", is: text, optional: true}}, family: "fix"},
	"custom": {results: resultKinds, free: true},
}

func kindNames() []string { return slices.Sorted(maps.Keys(kinds)) }

// check notes what is wrong with terms of this kind, in the offer's currency.
func (k kind) check(f *errs.Faults, terms Terms, currency string) {
	f.Check(len(terms) <= termsCountMax, "terms", "at most 20 parameters")
	for _, d := range k.fields {
		v, given := terms[d.name]
		if !given {
			f.Check(d.optional, "terms."+d.name, "is needed for this kind of offer")
			continue
		}
		d.check(f, v, currency)
	}
	for _, name := range slices.Sorted(maps.Keys(terms)) {
		if slices.ContainsFunc(k.fields, func(d field) bool { return d.name == name }) {
			continue
		}
		if !k.free {
			f.Addf("terms."+name, "this kind of offer has no such parameter")
			continue
		}
		_, isNumber := whole(terms[name])
		s, isText := terms[name].(string)
		f.Check(isNumber || isText && len(s) <= termCharsMax, "terms."+name, "must be a whole number or a text of at most 200 characters")
	}
}

func (d field) check(f *errs.Faults, v any, currency string) {
	path := "terms." + d.name
	switch d.is {
	case wholeNumber:
		if n, ok := whole(v); !ok || n < int64(d.min) || n > int64(d.max) {
			f.Addf(path, "must be a whole number from %d to %d", d.min, d.max)
		}
	case decimal:
		s, _ := v.(string)
		if a, err := money.Parse(s, currency); err != nil || a.Minor <= 0 {
			f.Addf(path, "must be an amount like \"5.00\", more than nothing")
		}
	case text:
		if s, ok := v.(string); !ok || s == "" || len(s) > termCharsMax {
			f.Addf(path, "must be a text of at most %d characters", termCharsMax)
		}
	}
}

// whole is v as an integer; JSON gives float64, Go callers give int.
func whole(v any) (int64, bool) {
	switch n := v.(type) {
	case int:
		return int64(n), true
	case int64:
		return n, true
	case float64:
		return int64(n), n == float64(int64(n))
	}
	return 0, false
}
