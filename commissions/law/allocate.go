package law

import (
	"saveline/internal/errs"
	"saveline/internal/money"
)

// Method is how a commission is spread over the workweeks of its period (29 CFR 778.119, .120).
type Method string

// The methods.
const (
	ByWeekEarned Method = "by_week_earned" // .119: to the weeks in which it was earned
	EqualWeek    Method = "equal_week"     // .120(a): the same to each week
	EqualHour    Method = "equal_hour"     // .120(b): the same to each hour worked
)

// Cycle is what a commission is computed over, which decides what an equal week is.
type Cycle string

// The cycles. A month's commission is worth 12/52 of itself a week, half a month's 24/52 (29 CFR 778.120(a)).
const (
	Weekly      Cycle = "weekly"
	Biweekly    Cycle = "biweekly"
	Semimonthly Cycle = "semimonthly"
	Monthly     Cycle = "monthly"
)

// perYear is how many of a cycle's computations make a year of 52 weeks; 0 is that the cycle is whole weeks.
var perYear = map[Cycle]int64{Semimonthly: 24, Monthly: 12, Weekly: 0, Biweekly: 0}

// Slice is one workweek's part of an amount.
type Slice struct {
	Week Date         // its first day
	Days int          // of it that lie in the period
	Part money.Amount // what of the amount belongs here; the parts add up to the amount
	// Due is the overtime premium on it: half-time on the part, or on the week's worth of the month by .120(a).
	Due   money.Amount
	Known bool // there are hours; without them no premium can be told
	Hours Hours
	OT    Hours
}

// Allocate spreads an incentive over the workweeks of its period, and says what premium each week's overtime gets on it.
// The parts add up to the amount exactly.
//
// Under equal_week a period of whole weeks gives each week the same. Under a monthly or semi-monthly cycle the premium of a
// week is counted on 12/52 or 24/52 of the amount, and a week that the period's edge cuts counts by its days in it, so that
// two months make up one week; the parts are by days. Under equal_hour weeks without hours get nothing, and when there
// are no hours at all the amount is spread by days with no premium told.
//
// Codes: invalid (an unknown method or cycle, no period, or weeks of earning that are not the period's or do not add up).
func Allocate(f Facts, p Person, in Incentive) ([]Slice, error) {
	span := in.Earned
	if span.zero() {
		span = f.Period
	}
	slices := weeksOf(f.Weeks, span, p)
	_, cycleKnown := perYear[f.Cycle]
	switch {
	case len(slices) == 0:
		return nil, errs.Newf(errs.Invalid, "from %s until %s there is no day that anything could have been earned on", span.From, span.Until)
	case !cycleKnown:
		return nil, errs.Newf(errs.Invalid, "%q is no pay cycle: weekly, biweekly, semimonthly or monthly", f.Cycle)
	}
	var err error
	switch f.Method {
	case ByWeekEarned:
		err = byWeek(slices, in)
	case EqualWeek:
		err = equalWeek(slices, in, perYear[f.Cycle])
	case EqualHour:
		err = equalHour(slices, in)
	default:
		err = errs.Newf(errs.Invalid, "%q is no way to spread a commission: by_week_earned, equal_week or equal_hour", f.Method)
	}
	return slices, err
}

// weeksOf are the workweeks that a span touches, with the hours that are known of them.
func weeksOf(start WeekStart, span Span, p Person) (out []Slice) {
	for from := start.Of(span.From); from < span.Until && span.From != ""; from = addDays(from, 7) {
		s := Slice{Week: from, Days: span.overlap(Span{from, addDays(from, 7)}).days()}
		for _, w := range p.Weeks {
			if w.From == from && w.Hours > 0 {
				s.Known, s.Hours, s.OT = true, w.Hours, w.Overtime
			}
		}
		out = append(out, s)
	}
	return out
}

func byWeek(slices []Slice, in Incentive) (err error) {
	if len(in.ByWeek) == 0 { // not known by week: a single week is the only one it can have been
		return split(slices, in.Amount, func(s Slice) int64 { return int64(s.Days) })
	}
	var sum money.Amount
	named := 0
	for i := range slices {
		s := &slices[i]
		part, there := in.ByWeek[s.Week]
		s.Part = money.Amount{Minor: part.Minor, Currency: in.Amount.Currency}
		if there {
			named++
		}
		if sum, err = sum.Add(s.Part); err != nil {
			return err
		}
		if err := s.halfTime(); err != nil {
			return err
		}
	}
	if named != len(in.ByWeek) || sum != in.Amount {
		return errs.Newf(errs.Invalid, "%s of %s is in the period's own weeks; the rest is in weeks of another period", sum, in.Amount)
	}
	return nil
}

// halfTime is the premium on the week's own part.
func (s *Slice) halfTime() (err error) {
	s.Due = money.Amount{Currency: s.Part.Currency}
	if s.Known && s.Part.Minor > 0 {
		s.Due, err = HalfTime(s.Part, s.Hours, s.OT)
	}
	return err
}

// split cuts an amount by weights and counts the premium on each part.
func split(slices []Slice, amount money.Amount, weight func(Slice) int64) error {
	shares := make([]int64, len(slices))
	for i, s := range slices {
		shares[i] = weight(s)
	}
	for i, part := range money.Split(amount, shares) {
		slices[i].Part = part
		if err := slices[i].halfTime(); err != nil {
			return err
		}
	}
	return nil
}

// equalWeek: whole weeks are alike; a month's week is 12/52 of it.
func equalWeek(slices []Slice, in Incentive, computations int64) error {
	if err := split(slices, in.Amount, func(s Slice) int64 { return int64(s.Days) }); err != nil || computations == 0 {
		return err
	}
	for i := range slices {
		s := &slices[i]
		if !s.Known || in.Amount.Minor <= 0 {
			continue
		}
		const weeks, days = 52, 7
		due, err := portion(in.Amount, computations*int64(s.Days)*int64(s.OT), weeks*days*2*int64(s.Hours))
		if err != nil {
			return err
		}
		s.Due = due
	}
	return nil
}

// equalHour: the amount divided by the hours of the period raises the rate of each hour; half of it for overtime.
func equalHour(slices []Slice, in Incentive) error {
	var all Hours
	for _, s := range slices {
		all += s.Hours
	}
	if all == 0 {
		return split(slices, in.Amount, func(s Slice) int64 { return int64(s.Days) })
	}
	if err := split(slices, in.Amount, func(s Slice) int64 { return int64(s.Hours) }); err != nil {
		return err
	}
	for i := range slices {
		s := &slices[i]
		if !s.Known || in.Amount.Minor <= 0 {
			continue
		}
		due, err := HalfTime(in.Amount, all, s.OT)
		if err != nil {
			return err
		}
		s.Due = due
	}
	return nil
}

// CaliforniaDue is the premium that California asks of a week's part: a flat sum is divided by the hours that are not
// overtime and gets one and a half; production and commissions are as under federal law. A kind that is not known counts as
// a flat sum, which is never less.
func CaliforniaDue(s Slice, kind BonusKind) (money.Amount, error) {
	if kind == Production || kind == Commission || !s.Known || s.OT == 0 || s.Part.Minor <= 0 || s.Hours <= s.OT {
		return s.Due, nil
	}
	return FlatSumPremium(s.Part, s.Hours, s.OT)
}
