package law

import (
	"saveline/internal/errs"
	"saveline/internal/money"
)

// Pay is a workweek worked out by 29 CFR 778.110(b) and .118.
type Pay struct {
	Rate    money.Amount // the regular rate, rounded for people to read; nothing is computed from it
	Premium money.Amount // half of the regular rate for each hour of overtime
	Total   money.Amount // straight time, incentive and premium
}

// Regular works a week out: all pay divided by all hours is the regular rate, and overtime gets half of it again. 46 hours
// at 12.00 with a bonus of 46.00 have the rate 13.00 and the total 637.00 (29 CFR 778.110(b)). The premium is rounded once,
// from the exact rate.
//
// Codes: invalid (no hours, more overtime than hours, two currencies).
func Regular(w Week, incentive money.Amount) (Pay, error) {
	if w.Hours <= 0 || w.Overtime < 0 || w.Overtime > w.Hours {
		return Pay{}, errs.Newf(errs.Invalid, "the week of %s has %s hours, %s of them overtime", w.From, w.Hours, w.Overtime)
	}
	straight, err := w.Wage.Add(incentive)
	if err != nil {
		return Pay{}, err
	}
	rate, err := portion(straight, int64(hour), int64(w.Hours))
	if err != nil {
		return Pay{}, err
	}
	premium, err := HalfTime(straight, w.Hours, w.Overtime)
	if err != nil {
		return Pay{}, err
	}
	total, err := straight.Add(premium)
	return Pay{Rate: rate, Premium: premium, Total: total}, err
}

// HalfTime is what overtime gets on an amount that belongs to a week's regular rate: amount x overtime / (2 x hours)
// (29 CFR 778.118, .119 and .120(a)).
//
// Codes: invalid (no hours).
func HalfTime(amount money.Amount, worked, overtime Hours) (money.Amount, error) {
	return portion(amount, int64(overtime), 2*int64(worked))
}

// FlatSumPremium is what overtime gets on a flat sum in California: one and a half times the sum divided by the hours that were
// not overtime, for each hour of overtime (Alvarado v. Dart Container).
//
// Codes: invalid (no such hours).
func FlatSumPremium(amount money.Amount, worked, overtime Hours) (money.Amount, error) {
	return portion(amount, 3*int64(overtime), 2*int64(worked-overtime))
}

// portion is amount x num / den, rounded once.
func portion(a money.Amount, num, den int64) (money.Amount, error) {
	minor, err := money.Round(a.Minor, num, den, money.HalfUp)
	return money.Amount{Minor: minor, Currency: a.Currency}, err
}

// MinimumPay is what the law asks for a week: the hours at the minimum wage.
func MinimumPay(minimum money.Amount, worked Hours) (money.Amount, error) {
	return portion(minimum, int64(worked), int64(hour))
}

// RecoveryMax is how much of a draw or an advance a week's pay may give back: what is above the minimum wage, and never
// less than nothing (Stein v. hhgregg).
//
// Codes: invalid (two currencies).
func RecoveryMax(pay, minimum money.Amount, worked Hours) (money.Amount, error) {
	least, err := MinimumPay(minimum, worked)
	if err != nil {
		return money.Amount{}, err
	}
	above, err := pay.Sub(least)
	above.Minor = max(above.Minor, 0)
	return above, err
}

// Thirteenth is the 13th-month pay of a year of basic salary: one twelfth (PD 851).
func Thirteenth(basic money.Amount) (money.Amount, error) { return portion(basic, 1, 12) }
