package rules

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Purse is what a pay run has of one person in one currency, in minor units.
type Purse struct {
	Carried int64 // from the runs before; less than zero is still to be recovered
	Gross   int64 // of the run, before clawback
	Clawed  int64 // of the run, less than zero
}

// Net is what a run would pay if nothing limited what it takes back; less than zero is owed.
func (u Purse) Net() int64 { return u.Carried + u.Gross + u.Clawed }

// Pays is what a run pays of a purse, never less than nothing. What is to be recovered is the run's clawbacks and what was
// carried; the plan may limit it to a share of the run's gross. What is left of Net is carried to the next run. A purse of
// no plan has no limit.
func (p *PayPlan) Pays(u Purse) int64 {
	gross, debt := u.Gross+max(0, u.Carried), -u.Clawed-min(0, u.Carried)
	if debt < 0 {
		gross, debt = gross-debt, 0 // more came back than was taken
	}
	if p != nil && p.clawback != nil && p.clawback.maxRecovery.set {
		debt = min(debt, whole(max(0, u.Gross)).mul(p.clawback.maxRecovery.v).round("floor"))
	}
	return max(0, gross-debt)
}

// ForgetsLeavers reports whether what an agent owes is written off when the agent has left, as it is unless the plan carries it.
func (p *PayPlan) ForgetsLeavers() bool {
	return p == nil || p.clawback == nil || p.clawback.onLeaving != "carry"
}

// PaysAdvances reports whether runs pay what may be taken back still: an advance that is earned when the clawback's window
// ends. A plan that says after how many days its lines are earned pays them then.
func (p *PayPlan) PaysAdvances() bool {
	return p.clawback != nil && p.clawback.advance && p.clawback.earnedAfter == 0
}

// HasLeft reports whether an agent is gone by a day, which is not counted: left, or on leave after that, and not back.
func HasLeft(events []*Event, agent string, by Date, zone *time.Location) bool {
	var own []*Event
	for _, e := range events {
		if _, ok := e.Body.(*Employment); ok && e.Agent == agent && DateOf(e.EffectiveAt, zone) < by {
			own = append(own, e)
		}
	}
	slices.SortStableFunc(own, byTime)
	gone := false
	for _, e := range own {
		status := e.Body.(*Employment).Status
		gone = status == "left" || gone && status == "leave"
	}
	return gone
}

// GrossKey reports whether a line with this key counts in the gross that a recovery is a share of: all but clawbacks, and what
// bounds corrected after them.
func GrossKey(key string) bool {
	parts := strings.Split(key, "|")
	return len(parts) != keyParts || parts[3] != string(KindClawback) && !strings.HasSuffix(parts[6], afterClawback)
}

// wallet is whose money of which currency.
type wallet struct{ agent, currency string }

// purse is a wallet's, on its way to a run.
type purse struct {
	Purse
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
		p.Gross += l.Amount.Minor
	} else {
		p.Clawed += l.Amount.Minor
	}
}

// settle pays every wallet: the gross, less what may be recovered of it. Carried is what was carried before, and the
// lines, less what is paid.
func (r *replay) settle(period string) []PaidRow {
	var out []PaidRow
	for w, p := range r.wallet {
		if !p.touched && p.Carried == 0 {
			continue
		}
		paid := p.plan.Pays(p.Purse)
		carried := p.Net() - paid
		if carried < 0 && r.writesOff(w.agent, p.plan, period) {
			carried = 0
		}
		if p.touched || paid != 0 {
			out = append(out, PaidRow{period, w.agent, w.currency, paid, carried})
		}
		p.Purse, p.touched = Purse{Carried: carried}, false
	}
	slices.SortFunc(out, func(a, b PaidRow) int {
		return cmp.Or(cmp.Compare(a.Agent, b.Agent), cmp.Compare(a.Currency, b.Currency))
	})
	return out
}

// writesOff reports whether what an agent owes is forgotten because the agent has left.
func (r *replay) writesOff(agent string, p *PayPlan, period string) bool {
	d, err := p.cal.parsePeriod(period)
	return err == nil && p.ForgetsLeavers() && HasLeft(r.events, agent, Date(p.cal.period(d).to.String()), p.cal.zone)
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
