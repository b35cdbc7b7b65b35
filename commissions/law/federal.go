package law

import (
	"fmt"
	"slices"
	"strings"

	"saveline/internal/money"
)

// included are a person's incentives that belong to the regular rate and pay something.
func included(p Person) (out []Incentive) {
	for _, in := range p.Incentives {
		if in.Excluded == "" && in.Amount.Minor > 0 {
			out = append(out, in)
		}
	}
	return out
}

// feedIsComplete is L1: whoever may have overtime and is paid an incentive has a row of the feed for each workweek it
// touches, with hours.
func feedIsComplete(q *inquiry) {
	for _, p := range q.people {
		if !p.overtimePaid() {
			continue
		}
		var blank []string
		for _, in := range included(p) {
			slices, err := Allocate(q.facts, p, in)
			if err != nil {
				q.find(Block, p, fmt.Sprintf("has %s that belongs to no workweek: %s", in.Component, err))
			}
			for _, s := range slices {
				if !s.Known {
					blank = append(blank, string(s.Week))
				}
			}
		}
		if blank = unique(blank); len(blank) > 0 {
			q.find(Missing, p, fmt.Sprintf("has no hours for the workweeks of %s: import them, or payroll cannot count the overtime premium on the incentive",
				strings.Join(blank, ", ")), "weeks", fmt.Sprint(len(blank)))
		}
	}
}

func unique(days []string) []string {
	slices.Sort(days)
	return slices.Compact(days)
}

// premiumIsPaid is L2: a week with overtime has been paid half of its regular rate.
func premiumIsPaid(q *inquiry) {
	for _, p := range q.people {
		for _, w := range p.Weeks {
			if !p.overtimePaid() || w.Overtime == 0 {
				continue
			}
			if !known(w.Wage) {
				q.find(Missing, p, fmt.Sprintf("worked overtime in the week of %s and we do not know the wage: the regular rate cannot be told", w.From), "overtime", w.Overtime.String())
				continue
			}
			pay, err := Regular(w, money.Amount{})
			if err != nil {
				q.find(Block, p, "has hours that cannot be: "+err.Error())
				continue
			}
			if known(w.Paid) && w.Paid.Minor < pay.Premium.Minor {
				q.find(Warn, p, fmt.Sprintf("was paid %s for the overtime of the week of %s; half of the regular rate on the wage alone is %s", w.Paid, w.From, pay.Premium),
					"hours", w.Hours.String(), "overtime", w.Overtime.String(), "wage", w.Wage.String(), "rate", pay.Rate.String(), "premium", pay.Premium.String(), "paid", w.Paid.String())
			}
		}
	}
}

// trueUpIsDue is L3: what overtime of weeks gone by gets now that the commission is known.
func trueUpIsDue(q *inquiry) {
	for _, p := range q.people {
		if !p.overtimePaid() {
			continue
		}
		due, weeks := money.Amount{}, 0
		for _, in := range included(p) {
			slices, err := Allocate(q.facts, p, in)
			if err != nil {
				continue // L1 has said so
			}
			for _, s := range slices {
				if s.Due.Minor > 0 {
					weeks++
					due = plus(due, s.Due)
				}
			}
		}
		if due.Minor > 0 {
			q.find(Warn, p, fmt.Sprintf("has overtime in weeks that this incentive belongs to: %s more is due for it, by the pay day that follows", due),
				"due", due.String(), "parts", fmt.Sprint(weeks), "method", string(q.facts.Method))
		}
	}
}

// plus adds amounts of one currency; another currency cannot be, as a run pays one.
func plus(a, b money.Amount) money.Amount {
	sum, err := a.Add(b)
	if err != nil {
		return a
	}
	return sum
}

// methodIsStated is L4.
func methodIsStated(q *inquiry) {
	if len(q.people) == 0 {
		return
	}
	methods := []Method{ByWeekEarned, EqualWeek, EqualHour}
	if !slices.Contains(methods, q.facts.Method) {
		q.find(Block, Person{}, fmt.Sprintf("The run says %q of how commissions are spread over the workweeks; say by_week_earned, equal_week or equal_hour", q.facts.Method))
		return
	}
	for _, p := range q.people {
		for _, in := range included(p) {
			if q.facts.Method == ByWeekEarned && len(in.ByWeek) == 0 && p.overtimePaid() {
				q.find(Missing, p, fmt.Sprintf("has %s of which we do not know the weeks it was earned in; it was spread by days", in.Component), "amount", in.Amount.String())
			}
		}
	}
}

// lateGoesToOpen is L5: what comes late counts in the open period, not in the one it corrects.
func lateGoesToOpen(q *inquiry) {
	for _, l := range q.facts.Late {
		i := slices.IndexFunc(q.people, func(p Person) bool { return p.ID == l.Person })
		if i >= 0 && l.PostedTo != q.facts.Open {
			q.find(Block, q.people[i], fmt.Sprintf("has a correction of %s for %s that is posted to %s; the open period begins on %s", l.Amount, l.Of, l.PostedTo, q.facts.Open),
				"amount", l.Amount.String(), "of", string(l.Of), "postedTo", string(l.PostedTo), "open", string(q.facts.Open))
		}
	}
}

// weeksAreThePeriods is L6: a commission of a month is spread over weeks of that month only.
func weeksAreThePeriods(q *inquiry) {
	for _, p := range q.people {
		for _, in := range p.Incentives {
			span := in.Earned
			if span.zero() {
				span = q.facts.Period
			}
			for week, part := range in.ByWeek {
				if part.Minor != 0 && (Span{week, addDays(week, 7)}).overlap(span).zero() {
					q.find(Block, p, fmt.Sprintf("has %s of %s in the week of %s, which is not in the period it was earned over (%s until %s)", part, in.Component, week, span.From, span.Until),
						"amount", part.String(), "week", string(week))
				}
			}
		}
	}
}

// includedUnlessSaid is L7: an incentive outside of the regular rate needs a reason.
func includedUnlessSaid(q *inquiry) {
	for _, p := range q.people {
		for _, in := range p.Incentives {
			if in.Excluded != "" && in.Amount.Minor > 0 {
				q.find(Warn, p, fmt.Sprintf("has %s outside of the regular rate (%s); only gifts, discretionary bonuses and the like may be", in.Component, in.Excluded), "amount", in.Amount.String())
			}
		}
	}
}

// retailExemption is L8: more than one and a half minimum wages in overtime weeks, and more than half of the pay of a
// representative period from commissions.
func retailExemption(q *inquiry) {
	for _, p := range q.people {
		switch p.Status {
		case "":
			q.find(Missing, p, "has no status that we know of, and is treated as nonexempt: overtime is due")
		case Retail7i:
			q.sevenI(p)
		case Nonexempt, InsideSales, Exempt, Contractor:
		}
	}
}

func (q *inquiry) sevenI(p Person) {
	if p.Share.Span.zero() || !known(p.Share.All) {
		q.find(Missing, p, "is exempt under 7(i) and we do not know the commissions of a representative period of a month to a year")
	} else if days := p.Share.Span.days(); days < monthDays || days > yearDays {
		q.find(Block, p, fmt.Sprintf("is exempt under 7(i) by a representative period of %d days; it must be a month to a year", days), "days", fmt.Sprint(days))
	} else if !overHalf(p.Share) {
		q.find(Block, p, fmt.Sprintf("is exempt under 7(i) and only %s of %s came from commissions, which is not more than half: overtime is due", p.Share.Commissions, p.Share.All),
			"commissions", p.Share.Commissions.String(), "all", p.Share.All.String())
	}
	for _, w := range p.Weeks {
		if w.Overtime == 0 {
			continue
		}
		if !known(w.Wage) || !known(w.Minimum) {
			q.find(Missing, p, fmt.Sprintf("is exempt under 7(i) and we do not know wage and minimum wage of the week of %s", w.From))
			continue
		}
		if pay := plus(w.Wage, q.weekPart(p, w)); !aboveMinimum(pay, w) {
			q.find(Block, p, fmt.Sprintf("is exempt under 7(i) and was paid %s for %s hours in the week of %s, not more than one and a half minimum wages: overtime is due", pay, w.Hours, w.From),
				"pay", pay.String(), "hours", w.Hours.String(), "minimum", w.Minimum.String())
		}
	}
}

const (
	monthDays = 28 // the shortest month
	yearDays  = 366
)

func overHalf(s Share) bool { return 2*s.Commissions.Minor > s.All.Minor }

// aboveMinimum reports whether pay / hours > 1.5 x minimum, exactly.
func aboveMinimum(pay money.Amount, w Week) bool {
	least, err := money.Round(w.Minimum.Minor, 3*int64(w.Hours), 2*int64(hour), money.Floor)
	return err == nil && pay.Minor > least
}

// weekPart is what of a person's incentives belongs to a week.
func (q *inquiry) weekPart(p Person, w Week) (sum money.Amount) {
	for _, in := range included(p) {
		slices, err := Allocate(q.facts, p, in)
		if err != nil {
			continue // L1 has said so
		}
		for _, s := range slices {
			if s.Week == w.From {
				sum = plus(sum, s.Part)
			}
		}
	}
	return sum
}

// minimumWage is L9: each week's pay reaches the minimum wage, what a draw takes back stays above it, and who leaves owes
// nothing.
func minimumWage(q *inquiry) {
	for _, p := range q.people {
		room, complete := money.Amount{}, true
		for _, w := range p.Weeks {
			if p.Status == Exempt || p.Status == Contractor {
				continue
			}
			if !known(w.Wage) || !known(w.Minimum) || w.Hours == 0 {
				complete = false
				q.find(Missing, p, fmt.Sprintf("has no wage, hours or minimum wage for the week of %s: whether the minimum was reached cannot be told", w.From))
				continue
			}
			room = plus(room, q.minimumOf(p, w))
		}
		q.recovery(p, room, complete && len(p.Weeks) > 0)
		if p.Left && p.Draw.Owed.Minor > 0 && !p.Draw.WrittenOff {
			q.find(Block, p, fmt.Sprintf("has left and still owes %s of a draw; it must be written off", p.Draw.Owed), "owed", p.Draw.Owed.String())
		}
	}
}

// minimumOf finds a week below the minimum and returns how much of its pay lies above.
func (q *inquiry) minimumOf(p Person, w Week) money.Amount {
	pay := plus(w.Wage, q.weekPart(p, w))
	least, errLeast := MinimumPay(w.Minimum, w.Hours)
	above, errAbove := RecoveryMax(pay, w.Minimum, w.Hours)
	if errLeast != nil || errAbove != nil {
		q.find(Missing, p, fmt.Sprintf("has a wage and a minimum wage of different currencies in the week of %s", w.From))
		return money.Amount{}
	}
	if pay.Minor < least.Minor {
		q.find(Block, p, fmt.Sprintf("was paid %s for %s hours in the week of %s; the minimum is %s", pay, w.Hours, w.From, least),
			"pay", pay.String(), "hours", w.Hours.String(), "minimum", w.Minimum.String(), "least", least.String())
	}
	return above
}

// recovery compares what a draw takes back with the room above the minimum.
func (q *inquiry) recovery(p Person, room money.Amount, complete bool) {
	took := p.Draw.Recovered
	switch {
	case took.Minor <= 0:
	case !complete:
		q.find(Missing, p, fmt.Sprintf("gives back %s of a draw and we do not know every week's hours and wage: whether it stays above the minimum cannot be told", took), "recovered", took.String())
	case took.Minor > room.Minor:
		q.find(Block, p, fmt.Sprintf("gives back %s of a draw; only %s lies above the minimum wage", took, room), "recovered", took.String(), "room", room.String())
	}
}
