package eligibility

import (
	"strings"

	"cel.dev/cel-go/cel"
)

// The types of facts, as they are documented.
const (
	Text   = "text"
	Number = "whole number"
	YesNo  = "yes or no"
	Money  = "money"
	Texts  = "list of texts"
)

// Fact is one thing a condition may ask about.
type Fact struct {
	Name string `json:"name"` // as it stands in a condition: customer.tenure_months
	Type string `json:"type"`
	Doc  string `json:"doc"` // in words, as a reason begins with it
	of   func(Subject) any
}

// Facts lists everything a condition may ask about.
func Facts() []Fact { return append([]Fact(nil), facts...) }

var facts = []Fact{
	{"customer.country", Text, "the customer's country", func(s Subject) any { return s.Customer.Country }},
	{"customer.state", Text, "the customer's state", func(s Subject) any { return s.Customer.State }},
	{"customer.language", Text, "the customer's language", func(s Subject) any { return s.Customer.Language }},
	{"customer.value_tier", Text, "the customer's value tier", func(s Subject) any { return s.Customer.ValueTier }},
	{"customer.tenure_months", Number, "months as a customer", func(s Subject) any { return s.Customer.TenureMonths }},
	{"subscription.plan", Text, "the plan", func(s Subject) any { return s.Subscription.Plan }},
	{"subscription.status", Text, "the subscription's status", func(s Subject) any { return s.Subscription.Status }},
	{"subscription.term", Text, "the term", func(s Subject) any { return s.Subscription.Term }},
	{"subscription.mrr", Money, "the monthly price", func(s Subject) any { return value{amount: s.Subscription.MRR} }},
	{"subscription.tenure_months", Number, "months of this subscription", func(s Subject) any { return s.Subscription.TenureMonths }},
	{"subscription.days_to_term_end", Number, "days to the end of the term", func(s Subject) any { return s.Subscription.DaysToTermEnd }},
	{"subscription.past_due", YesNo, "payment is past due", func(s Subject) any { return s.Subscription.PastDue }},
	{"subscription.discount_active", YesNo, "a discount is active", func(s Subject) any { return s.Subscription.DiscountActive }},
	{"subscription.discount_percent", Number, "percent of the active discount", func(s Subject) any { return s.Subscription.DiscountPercent }},
	{"subscription.in_trial", YesNo, "the subscription is in its trial", func(s Subject) any { return s.Subscription.InTrial }},
	{"case.kind", Text, "the kind of case", func(s Subject) any { return s.Case.Kind }},
	{"case.reason", Text, "the reason for leaving", func(s Subject) any { return s.Case.Reason }},
	{"case.reasons", Texts, "the reasons for leaving", func(s Subject) any { return texts(s.Case.Reasons) }},
	{"history.saves", Number, "saves so far", func(s Subject) any { return s.History.Saves }},
	{"history.days_since_save", Number, "days since the last save", func(s Subject) any { return s.History.DaysSinceSave }},
	{"history.days_since_offer", Number, "days since the last offer", func(s Subject) any { return s.History.DaysSinceOffer }},
	{"history.offers_presented", Number, "offers presented so far", func(s Subject) any { return s.History.OffersPresented }},
	{"history.offers_accepted", Number, "offers accepted so far", func(s Subject) any { return s.History.OffersAccepted }},
	{"history.offers_declined", Number, "offers declined so far", func(s Subject) any { return s.History.OffersDeclined }},
	{"history.complaints_open", Number, "open complaints", func(s Subject) any { return s.History.ComplaintsOpen }},
	{"history.promise_open", YesNo, "a promise to the customer is open", func(s Subject) any { return s.History.PromiseOpen }},
	{"history.discount_lifetime", Money, "discounts of all time", func(s Subject) any {
		return value{amount: s.discounts()}
	}},
}

func texts(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

var celTypes = map[string]*cel.Type{
	Text: cel.StringType, Number: cel.IntType, YesNo: cel.BoolType, Money: moneyType, Texts: cel.ListType(cel.StringType),
}

// variables declares every fact to CEL.
func variables() []cel.EnvOption {
	out := make([]cel.EnvOption, len(facts))
	for i, f := range facts {
		out[i] = cel.Variable(f.Name, celTypes[f.Type])
	}
	return out
}

// values is what a subject's facts are.
func values(s Subject) map[string]any {
	out := make(map[string]any, len(facts))
	for _, f := range facts {
		out[f.Name] = f.of(s)
	}
	return out
}

func factNamed(name string) (Fact, bool) {
	for _, f := range facts {
		if f.Name == name {
			return f, true
		}
	}
	return Fact{}, false
}

// nearest is the fact whose name is most like a name that is none.
func nearest(name string) string {
	best, least := "", len(name)+len(facts[0].Name)
	for _, f := range facts {
		d := distance(name, f.Name)
		if _, last, _ := strings.Cut(f.Name, "."); last != "" {
			d = min(d, distance(name, last))
		}
		if strings.Contains(f.Name, name) {
			d = 1
		}
		if d < least {
			best, least = f.Name, d
		}
	}
	return best
}

// distance is the number of letters to add, drop or change to make b of a (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
