package rules

import (
	"cmp"
	"slices"
)

// wallet is whose money of which currency.
type wallet struct{ agent, currency string }

// purse is what a wallet has to get, and what it has been carried.
type purse struct {
	carried int64
	gross   int64 // of the run, before clawback
	clawed  int64 // of the run, less than zero
	plan    *PayPlan
	touched bool
}

// pay pays what is posted through a period and has not been paid.
func (r *replay) pay(m *Event) []PaidRow {
	period := m.Body.(*PeriodMark).Period
	for i := range r.posted {
		l := &r.posted[i]
		end, err1 := l.Plan.cal.parsePeriod(period)
		posted, err2 := l.postedDay()
		if r.paid[i] || err1 != nil || err2 != nil || posted >= l.Plan.cal.period(end).to {
			continue
		}
		r.paid[i] = true
		r.put(l)
	}
	return r.settle(period)
}

func (r *replay) put(l *PayLine) {
	w := wallet{l.Agent, l.Amount.Currency}
	p := r.wallet[w]
	if p == nil {
		p = &purse{}
		r.wallet[w] = p
	}
	p.touched, p.plan = true, l.Plan
	if l.Gross {
		p.gross += l.Amount.Minor
	} else {
		p.clawed += l.Amount.Minor
	}
}

// settle pays every wallet: the gross, less what may be recovered of it. Carried is what was carried before, and the
// lines, less what is paid.
func (r *replay) settle(period string) []PaidRow {
	var out []PaidRow
	for w, p := range r.wallet {
		if !p.touched && p.carried == 0 {
			continue
		}
		paid := p.payable()
		carried := p.carried + p.gross + p.clawed - paid
		if carried < 0 && r.writesOff(w.agent, p.plan, period) {
			carried = 0
		}
		if p.touched || paid != 0 {
			out = append(out, PaidRow{period, w.agent, w.currency, paid, carried})
		}
		p.carried, p.gross, p.clawed, p.touched = carried, 0, 0, false
	}
	slices.SortFunc(out, func(a, b PaidRow) int {
		return cmp.Or(cmp.Compare(a.Agent, b.Agent), cmp.Compare(a.Currency, b.Currency))
	})
	return out
}

// payable is never less than nothing. What is to be recovered is the run's clawbacks and what was carried; the plan may
// limit it to a share of the run's gross.
func (p *purse) payable() int64 {
	gross, debt := p.gross+max(0, p.carried), -p.clawed-min(0, p.carried)
	if debt < 0 {
		gross, debt = gross-debt, 0 // more came back than was taken
	}
	if w := p.plan.clawback; w != nil && w.maxRecovery.set {
		debt = min(debt, whole(max(0, p.gross)).mul(w.maxRecovery.v).round("floor"))
	}
	return max(0, gross-debt)
}

// writesOff reports whether what an agent owes is forgotten because the agent has left.
func (r *replay) writesOff(agent string, p *PayPlan, period string) bool {
	if p.clawback != nil && p.clawback.onLeaving == "carry" {
		return false
	}
	d, err := p.cal.parsePeriod(period)
	if err != nil {
		return false
	}
	end, gone := p.cal.period(d).to, false
	for _, e := range r.events {
		if b, ok := e.Body.(*Employment); ok && e.Agent == agent && dayOf(e.EffectiveAt, p.cal.zone) < end {
			gone = b.Status == "left" || gone && b.Status == "leave"
		}
	}
	return gone
}

// payAll pays every period in order, for a history that has no pay events.
func (r *replay) payAll(lines []PayLine) []PaidRow {
	byPeriod := map[string][]*PayLine{}
	var order []string
	for i := range lines {
		l := &lines[i]
		if byPeriod[l.Period] == nil {
			order = append(order, l.Period)
		}
		byPeriod[l.Period] = append(byPeriod[l.Period], l)
	}
	slices.Sort(order)
	var out []PaidRow
	for _, period := range order {
		for _, l := range byPeriod[period] {
			r.put(l)
		}
		out = append(out, r.settle(period)...)
	}
	return out
}
