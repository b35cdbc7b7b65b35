package rules

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// payDraws advances what is missing to a draw and recovers what was advanced, bucket by bucket, of each plan.
//
// An advance is the draw less the bucket's earnings. A recovery takes from earnings above the draw (all of them when the
// draw has ended), at most max_recovery. Forgiven draws are recovered while they run, and what is left is forgiven. What a
// leaver owes still when the bucket of leaving is over is written off, unless the plan carries it.
func (r *Rulebook) payDraws(agent string, seats []*seat, lines []PayLine) (out, writeOffs []PayLine) {
	for _, name := range planNames(seats) {
		w := r.drawOf(name, seats)
		if w == nil {
			continue
		}
		balance := int64(0)
		for _, b := range r.drawBuckets(w, seats, name) {
			s := seatIn(seats, name, b)
			if s == nil {
				s = lastSeat(seats, name)
			}
			gone := r.gone(agent, b.from) && w.onLeaving == "write_off" // in the bucket of leaving, what was earned is still recovered from
			if gone && w.kind == "recoverable" && balance > 0 {
				writeOffs = append(writeOffs, r.drawWriteOff(agent, s.plan, b, balance))
			}
			if w.kind == "non_recoverable" || w.kind == "forgiven" && b.from >= w.days.to || gone {
				balance = 0
			}
			gross := grossIn(lines, name, b)
			advance, least := int64(0), int64(0)
			if amount := drawAmount(w, s, b); amount > 0 && len(s.active(b)) > 0 {
				least, advance = amount, max(0, amount-max(0, gross))
			}
			recovery := min(balance, max(0, gross-least), w.most(gross, s.plan))
			balance += advance - recovery
			if advance > 0 {
				out = append(out, r.drawLine(agent, s.plan, b, lineAdvance, advance, fmt.Sprintf("earnings %s, draw %s, advanced in all %s", s.plan.amount(gross), s.plan.amount(least), s.plan.amount(balance))))
			}
			if recovery > 0 {
				out = append(out, r.drawLine(agent, s.plan, b, lineRecovery, -recovery, fmt.Sprintf("earnings %s, draw %s, still to recover %s", s.plan.amount(gross), s.plan.amount(least), s.plan.amount(balance))))
			}
		}
	}
	return out, writeOffs
}

// drawWriteOff is what a leaver owes of a draw and nobody collects, as of the first day of a bucket.
func (r *Rulebook) drawWriteOff(agent string, p *PayPlan, b span, minor int64) PayLine {
	return PayLine{
		Agent: agent, Plan: p, Component: lineWriteOff, Kind: KindWriteOff, Ref: b.from.String(), day: b.from, At: b.from.start(p.cal.zone),
		Amount: p.amount(-minor), note: fmt.Sprintf("the agent has left: %s of the draw is written off", p.amount(minor)),
	}
}

func (r *Rulebook) drawLine(agent string, p *PayPlan, b span, component string, minor int64, note string) PayLine {
	return PayLine{
		Agent: agent, Plan: p, Component: component, Kind: KindDraw, Ref: b.from.String(), day: b.to - 1, At: endOf(b, p), Amount: p.amount(minor),
		Gross: true, note: note,
	}
}

func endOf(b span, p *PayPlan) time.Time { return b.to.start(p.cal.zone).Add(-time.Second) }

// most is the limit of a recovery.
func (w *draw) most(gross int64, p *PayPlan) int64 {
	switch w.limited {
	case "amount":
		return w.maxAmount
	case "share":
		return whole(max(0, gross)).mul(w.maxShare).round(p.rounding)
	}
	return max(0, gross)
}

// drawOf is the draw of a plan; an assignment's draw without a plan's is recoverable.
func (r *Rulebook) drawOf(name string, seats []*seat) *draw {
	var w *draw
	for _, s := range seats {
		if s.plan.Name != name {
			continue
		}
		if s.plan.draw != nil {
			w = s.plan.draw
		}
		for _, f := range s.facts {
			if f.Draw.set && w == nil {
				w = &draw{kind: "recoverable", per: perPeriod, days: span{noDay, lastDay}, onLeaving: "write_off"}
			}
		}
	}
	return w
}

// drawAmount is the agent's own draw, or the plan's, in a bucket that the draw's days touch.
func drawAmount(w *draw, s *seat, b span) int64 {
	if o := w.days.overlap(b); o.from >= o.to {
		return 0
	}
	if f := s.during(b); f != nil && f.Draw.set {
		return s.plan.inMinor(f.Draw.v).round(s.plan.rounding)
	}
	return w.amount
}

// drawBuckets begin with the horizon, or earlier where both the draw and the agent's assignment say a day.
func (r *Rulebook) drawBuckets(w *draw, seats []*seat, name string) []span {
	p := lastSeat(seats, name).plan
	from := r.from
	for _, s := range seats {
		if first := max(s.facts[0].days.from, w.days.from); s.plan.Name == name && s.facts[0].days.from > noDay && w.days.from > noDay {
			from = min(from, first)
		}
	}
	wide := *r
	wide.from = from
	return wide.buckets(p, w.per)
}

// payGuarantees tops a bucket up to the least it pays, after everything else.
func (r *Rulebook) payGuarantees(agent string, seats []*seat, lines []PayLine) []PayLine {
	var out []PayLine
	for _, name := range planNames(seats) {
		last := lastSeat(seats, name)
		for _, b := range r.buckets(last.plan, guaranteePer(last.plan)) {
			s := seatIn(seats, name, b)
			if s == nil || len(s.active(b)) == 0 {
				continue
			}
			g, ok := guaranteeIn(s, b)
			if !ok {
				continue
			}
			part, days := s.prorated(whole(g.amount), b, g.prorate)
			least, had := part.round(s.plan.rounding), grossIn(lines, name, b)
			if least <= had {
				continue
			}
			note := fmt.Sprintf("guaranteed %s, earned %s", s.plan.amount(least), s.plan.amount(had))
			if days != "" {
				note = fmt.Sprintf("guaranteed %s for %s of %s, earned %s", s.plan.amount(least), days, s.plan.amount(g.amount), s.plan.amount(had))
			}
			out = append(out, PayLine{
				Agent: agent, Plan: s.plan, Component: lineGuarantee, Kind: KindGuarantee, Ref: b.from.String(), day: b.to - 1, At: endOf(b, s.plan),
				Amount: s.plan.amount(least - had), Gross: true, note: note,
			})
		}
	}
	return out
}

func guaranteePer(p *PayPlan) string {
	if p.guarantee != nil {
		return p.guarantee.per
	}
	return perPeriod
}

// guaranteeIn is the agent's own guarantee, or the plan's.
func guaranteeIn(s *seat, b span) (guarantee, bool) {
	var g guarantee
	if s.plan.guarantee != nil {
		g = *s.plan.guarantee
	}
	if f := s.during(b); f != nil && f.Guarantee.set {
		g.amount = s.plan.inMinor(f.Guarantee.v).round(s.plan.rounding)
		g.prorate = orElse(g.prorate, "none")
		return g, true
	}
	return g, s.plan.guarantee != nil
}

func planNames(seats []*seat) []string {
	var out []string
	for _, s := range seats {
		if !slices.Contains(out, s.plan.Name) {
			out = append(out, s.plan.Name)
		}
	}
	return out
}

// seatIn is the agent's seat on the version of a plan that is in force last in a bucket.
func seatIn(seats []*seat, name string, b span) *seat {
	var found *seat
	for _, s := range seats {
		if s.plan.Name == name && s.during(b) != nil && (found == nil || cmp.Less(found.during(b).days.from, s.during(b).days.from)) {
			found = s
		}
	}
	return found
}

func lastSeat(seats []*seat, name string) *seat {
	var last *seat
	for _, s := range seats {
		if s.plan.Name == name {
			last = s
		}
	}
	return last
}

// grossIn is the sum of a plan's lines that count in a bucket.
func grossIn(lines []PayLine, name string, b span) int64 {
	sum := int64(0)
	for i := range lines {
		if l := &lines[i]; l.Plan.Name == name && b.covers(l.day) {
			sum += l.Amount.Minor
		}
	}
	return sum
}
