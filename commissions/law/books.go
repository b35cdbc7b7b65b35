package law

import (
	"fmt"
	"slices"

	"saveline/internal/money"
)

// Treatment is how accounting carries a commission.
type Treatment string

// The treatments.
const (
	Asset   Treatment = "asset"   // spread over its benefit
	Expense Treatment = "expense" // at once: the benefit lasts a year or less (ASC 340-40-25-4)
	Unknown Treatment = "unknown"
)

const practicalMonths = 12 // the longest benefit that may be expensed at once

// Amortisation is what accounting needs of one contract's commission.
type Amortisation struct {
	Contract  string
	Amount    money.Amount // a clawback is below zero: it takes the asset back
	Term      int          // months
	Start     Date
	Treatment Treatment
	Monthly   []money.Amount // adds up to the amount exactly; earlier months are never a unit behind later ones
}

// Amortise says how a contract's commission is carried.
func Amortise(c Contract) Amortisation {
	out := Amortisation{Contract: c.ID, Amount: c.Amount, Term: c.Term, Start: c.Start, Treatment: Unknown}
	switch {
	case c.Term <= 0 || c.Start == "":
	case c.Term <= practicalMonths:
		out.Treatment, out.Monthly = Expense, []money.Amount{c.Amount}
	default:
		out.Treatment, out.Monthly = Asset, money.Split(c.Amount, slices.Repeat([]int64{1}, c.Term))
	}
	return out
}

// capitalise is L17. It speaks of many contracts at once.
func capitalise(q *inquiry) {
	var unknown, renewals, assets heap
	for _, c := range q.facts.Costs {
		switch a := Amortise(c); {
		case a.Treatment == Unknown:
			unknown.add(c)
		case c.Renewal && c.Commensurate == nil:
			renewals.add(c)
		case a.Treatment == Asset:
			assets.add(c)
		}
	}
	q.costs(Missing, unknown, "with no term or start that we know of: accounting cannot spread them")
	q.costs(Missing, renewals, "that renew something: are they like the first one's? If not, the first one's benefit lasts longer")
	q.costs(Advice, assets, "of more than a year: they are assets over their terms")
	if len(q.facts.Costs) == 0 && len(q.facts.People) > 0 {
		q.find(Missing, Person{}, "No contracts, terms and starts are known for the run's commissions: accounting cannot tell what is an asset")
	}
}

// heap is contracts that one sentence speaks of.
type heap struct {
	n     int
	sum   money.Amount
	first string
}

func (h *heap) add(c Contract) {
	if h.n == 0 {
		h.first = c.ID
	}
	h.n++
	h.sum = plus(h.sum, c.Amount)
}

func (q *inquiry) costs(s Severity, h heap, what string) {
	if h.n > 0 {
		q.find(s, Person{}, fmt.Sprintf("Commissions of %s are on %d contracts (the first is %s) %s", h.sum, h.n, h.first, what),
			"amount", h.sum.String(), "contracts", fmt.Sprint(h.n))
	}
}

// separation is L18.
func separation(q *inquiry) {
	c := q.facts.Control
	switch {
	case c.Calculator == "":
		q.find(Missing, Person{}, "Nobody is known to have calculated this run")
	case c.Calculator == c.Approver:
		q.find(Block, Person{}, fmt.Sprintf("%s has calculated and approved this run", c.Calculator))
	}
	if slices.Contains(c.Payees, c.Approver) && c.Approver != "" {
		q.find(Block, Person{}, fmt.Sprintf("%s has approved a run that pays %s", c.Approver, c.Approver))
	}
	for i, author := range c.PlanAuthors {
		if i < len(c.PlanApprovers) && author != "" && author == c.PlanApprovers[i] {
			q.find(Block, Person{}, fmt.Sprintf("%s has written and approved a plan that this run pays by", author))
		}
	}
	if !c.Totals {
		q.find(Block, Person{}, "The control totals of the run do not agree with its lines")
	}
	if !c.Evidence {
		q.find(Advice, Person{}, "The run has no evidence pack yet; it is made with the run")
	}
}
