package law

import (
	"fmt"

	"saveline/internal/money"
)

// thirteenthMonth is L15: both totals by person, what is not marked, and who is below the minimum.
func thirteenthMonth(q *inquiry) {
	for _, p := range q.people {
		counts, not := money.Amount{}, money.Amount{}
		for _, in := range p.Incentives {
			switch {
			case in.Basic13th == nil:
				q.find(Missing, p, fmt.Sprintf("has %s that nobody has marked as part of basic salary or not; 13th-month pay depends on it", in.Component), "amount", in.Amount.String())
			case *in.Basic13th:
				counts = plus(counts, in.Amount)
			default:
				not = plus(not, in.Amount)
			}
		}
		q.thirteenthOf(p, counts, not)
		for _, w := range p.Weeks {
			if known(w.Wage) && known(w.Minimum) && w.Hours > 0 {
				q.minimumOf(p, w) // Labor Code 97(f): wage includes the commission; what is short of the minimum is topped up
			}
		}
	}
}

func (q *inquiry) thirteenthOf(p Person, counts, not money.Amount) {
	if !known(counts) && !known(not) {
		return
	}
	twelfth, err := Thirteenth(plus(p.Basic, counts))
	if err != nil {
		return
	}
	q.find(Advice, p, fmt.Sprintf("has %s that count to 13th-month pay and %s that do not", words(counts), words(not)),
		"counts", words(counts), "doesNotCount", words(not), "basicSoFar", words(p.Basic), "thirteenthSoFar", twelfth.String())
	if !known(p.Basic) {
		q.find(Missing, p, "has no basic salary that we know of; the 13th-month figure is of commissions alone")
	}
}

func words(a money.Amount) string {
	if !known(a) {
		return "0"
	}
	return a.String()
}

// koreaFullPayment is L16: nothing is netted without consent; the statement shows each item; contractors are withheld from.
func koreaFullPayment(q *inquiry) {
	for _, p := range q.people {
		for _, c := range p.Clawbacks {
			if c.Settlement != "invoice" && c.Settlement != "consent" {
				q.find(Block, p, fmt.Sprintf("has %s of %s taken out of wages; they are paid in full, so it must be invoiced or consented to", c.Amount, c.Component),
					"amount", c.Amount.String(), "settlement", c.Settlement)
			}
		}
		for _, in := range p.Incentives {
			if in.AvgWage == nil {
				q.find(Missing, p, fmt.Sprintf("has %s that nobody has marked as counting to the average wage or not; severance depends on it", in.Component), "amount", in.Amount.String())
			}
		}
		if p.Status == Contractor {
			q.withholding(p)
			continue
		}
		if !p.Statement.Items || !p.Statement.Hours {
			q.find(Missing, p, "needs a wage statement with each item's amount, how it was worked out, and the hours")
		}
	}
}

// withholding: 3 % of income tax and a tenth of that as local tax, each without parts of ten won.
func (q *inquiry) withholding(p Person) {
	net := money.Amount{}
	for _, in := range p.Incentives {
		net = plus(net, in.Amount)
	}
	for _, c := range p.Clawbacks {
		if less, err := net.Sub(c.Amount); err == nil {
			net = less
		}
	}
	if net.Minor <= 0 {
		return
	}
	const tenWon = 10
	tax := net.Minor * 3 / 100 / tenWon * tenWon
	local := tax / 10 / tenWon * tenWon
	q.find(Advice, p, fmt.Sprintf("is a contractor: of %s net, %d of income tax and %d of local tax are withheld", net, tax, local),
		"net", net.String(), "incomeTax", fmt.Sprint(tax), "localTax", fmt.Sprint(local))
}
