package payroll

import (
	"fmt"
	"strings"

	"saveline/internal/errs"
	"saveline/internal/money"
)

// RateRow is one workweek of one person in the regular-rate feed. Hours and amounts are decimals.
type RateRow struct {
	EmployeeNo   string
	WorkweekFrom string // "2026-11-01"
	HoursTotal   string
	HoursOT      string
	HoursNonOT   string
	Incentive    money.Amount
	Method       string // by_week_earned, equal_week, equal_hour
	BonusKind    string // flat_sum, production, commission
	DueFederal   string // overtime premium still due; blank is not known
	DueCA        string
}

// RegularRateHeader is the first line of the regular-rate feed.
const RegularRateHeader = "employee_no,workweek_start,hours_total,hours_ot,hours_nonot,incentive_alloc,alloc_method,bonus_kind," +
	"ot_premium_due_fed,ot_premium_due_ca,run_id"

// RegularRate writes the feed that tells payroll which workweeks a commission belongs to (29 CFR 778.117 to .120): one row
// for each workweek touched, CRLF.
//
// Codes: invalid (people without a usable employee number, all at once).
func RegularRate(run int64, rows []RateRow) (File, error) {
	var f errs.Faults
	records := [][]string{strings.Split(RegularRateHeader, ",")}
	for i, r := range rows {
		f.Check(ValidEmployeeNo(r.EmployeeNo), fmt.Sprintf("rows.%d.employee_no", i), fmt.Sprintf("the employee number %q must be letters and digits", r.EmployeeNo))
		records = append(records, []string{
			r.EmployeeNo, r.WorkweekFrom, r.HoursTotal, r.HoursOT, r.HoursNonOT, r.Incentive.String(), r.Method, r.BonusKind,
			r.DueFederal, r.DueCA, fmt.Sprint(run),
		})
	}
	if err := refusal(f); err != nil {
		return File{}, err
	}
	body, err := encodeCSV(records, ',', true)
	return File{Name: fmt.Sprintf("regular-rate-run-%d.csv", run), Type: typeCSV, Body: body, Rows: len(rows)}, err
}
