package law

import (
	"fmt"
	"strings"

	"saveline/internal/money"
)

// californiaContract is L10: the contract was signed, and received, before the first earning.
func californiaContract(q *inquiry) { q.writing(true) }

// newYorkWriting is L14: the same in New York, where what the writing leaves out is believed as the employee tells it.
func newYorkWriting(q *inquiry) {
	q.writing(false)
	for _, p := range q.people {
		if len(p.Signed.Missing) > 0 {
			q.find(Warn, p, fmt.Sprintf("has a written plan that does not say %s; what it leaves out is presumed as the employee tells it", strings.Join(p.Signed.Missing, ", ")))
		}
	}
}

// writing finds who earns commissions without a signed plan. receipt asks for a signed receipt of the copy as well.
func (q *inquiry) writing(receipt bool) {
	for _, p := range q.people {
		if !hasCommission(p) || p.Status == Contractor {
			continue
		}
		s := p.Signed
		switch {
		case s.FirstEarning == "":
			q.find(Missing, p, "has commissions and we do not know since when; whether the plan was signed in time cannot be told")
		case s.Signed == "":
			q.find(Block, p, "has commissions and no signed plan: have it read and signed", "firstEarning", string(s.FirstEarning))
		case s.Signed > s.FirstEarning:
			q.find(Block, p, fmt.Sprintf("signed the plan on %s, after the first earning of %s", s.Signed, s.FirstEarning), "signed", string(s.Signed), "firstEarning", string(s.FirstEarning))
		case receipt && s.Received == "":
			q.find(Warn, p, "has signed the plan and has not confirmed a copy", "signed", string(s.Signed))
		}
	}
}

// hasCommission: short-term and purely additive bonuses are no commissions.
func hasCommission(p Person) bool {
	for _, in := range p.Incentives {
		if in.Kind == Commission || in.Kind == "" {
			return true
		}
	}
	return false
}

// chargebacks is L11: an advance, on a sale of one's own, by a clause of the plan. Never a share of a pool.
func chargebacks(q *inquiry) {
	for _, p := range q.people {
		for _, c := range p.Clawbacks {
			why := ""
			switch {
			case !c.OwnSale:
				why = "is on no sale of this person's own"
			case c.Clause == "":
				why = "names no clause of the plan"
			case c.State != "advance":
				why = "takes back what was earned already, not an advance"
			}
			if why != "" {
				q.find(Block, p, fmt.Sprintf("has a chargeback of %s on %s that %s", c.Amount, c.Component, why), "amount", c.Amount.String(), "state", c.State, "clause", c.Clause)
			}
		}
	}
}

// insideSales is L12: more than one and a half minimum wages and more than half from commissions, in each pay period as
// paid. Commissions of another period do not count.
func insideSales(q *inquiry) {
	for _, p := range q.people {
		if p.Status != InsideSales {
			continue
		}
		s, minimum := p.AsPaid, highestMinimum(p)
		if !known(s.All) || s.Hours == 0 || !known(minimum) {
			q.find(Missing, p, "is exempt as inside sales and we do not know what was paid, the hours and the minimum wage of this pay period")
			continue
		}
		if !overHalf(s) || !aboveMinimum(s.All, Week{Hours: s.Hours, Minimum: minimum}) {
			q.find(Block, p, fmt.Sprintf("is exempt as inside sales; of %s paid for %s hours %s are commissions. It takes more than half, and more than one and a half minimum wages: overtime is due", s.All, s.Hours, s.Commissions),
				"all", s.All.String(), "commissions", s.Commissions.String(), "hours", s.Hours.String(), "minimum", minimum.String())
		}
	}
}

func highestMinimum(p Person) (out money.Amount) {
	for _, w := range p.Weeks {
		if w.Minimum.Minor > out.Minor {
			out = w.Minimum
		}
	}
	return out
}

// flatSums is L13.
func flatSums(q *inquiry) {
	for _, p := range q.people {
		if !p.overtimePaid() {
			continue
		}
		for _, in := range included(p) {
			slices, err := Allocate(q.facts, p, in)
			if err != nil {
				continue // L1 has said so
			}
			federal, state := money.Amount{}, money.Amount{}
			for _, s := range slices {
				due, err := CaliforniaDue(s, in.Kind)
				if err != nil {
					continue
				}
				federal, state = plus(federal, s.Due), plus(state, due)
			}
			if state.Minor > federal.Minor {
				q.find(Warn, p, fmt.Sprintf("has %s, a flat sum in California: overtime gets %s on it instead of %s", in.Component, state, federal),
					"amount", in.Amount.String(), "california", state.String(), "federal", federal.String())
			}
			if in.Kind == "" && state.Minor > 0 {
				q.find(Missing, p, fmt.Sprintf("has %s and we do not know whether it is a flat sum, production or a commission; it counts as a flat sum, which is never less", in.Component))
			}
		}
	}
}
