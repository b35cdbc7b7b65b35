package payroll

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"

	"saveline/internal/errs"
	"saveline/internal/money"
)

// Row is one earning of one person in one pay run.
type Row struct {
	EmployeeNo   string
	EmployeeName string
	PeriodStart  string // first day, "2026-11-01"
	PeriodEnd    string // last day, inclusive as payroll systems read it: "2026-11-30"
	EarningCode  string // the plan's component
	EarningName  string
	Amount       money.Amount
	Units        int64  // results paid for; 0 is not known
	Sources      string // the ledger entries it is made of
	Basis        string // a sentence: how the amount came about

	// What only some layouts carry; blank is not known, and stays blank in the file.
	PayDate    string // "2026-12-05"
	PayGroup   string
	FirstName  string
	LastName   string
	Title      string
	Department string
	Frequency  Frequency // how often the payroll system pays this person; blank is the job's
	Hours      string    // a decimal
	Rate       string    // a decimal
	PH13Basic  Mark      // counts to the basic salary of Philippine 13th-month pay
	KRAvgWage  Mark      // counts to the Korean average wage
	Time       Hours     // what a Korean wage statement says of time
}

// Mark is a national yes or no; blank where nobody has said.
type Mark string

// The marks.
const (
	Yes Mark = "Y"
	No  Mark = "N"
)

// Hours are decimals of a period; blank is not known.
type Hours struct {
	Days, Work, Overtime, Night, Holiday string
}

// employeeNo is what an employee number may look like: nothing that a spreadsheet would take for a formula.
var employeeNo = regexp.MustCompile(EmployeeNoPattern)

// EmployeeNoPattern is ValidEmployeeNo as a regular expression that Go and PostgreSQL read alike.
const EmployeeNoPattern = `^[A-Za-z0-9][A-Za-z0-9._/-]{0,31}$`

// ValidEmployeeNo reports whether a payroll file can carry this number as it is.
func ValidEmployeeNo(no string) bool { return employeeNo.MatchString(no) }

// Total is the sum of the rows.
//
// Codes: invalid (several currencies, or too much money).
func Total(rows []Row) (sum money.Amount, err error) {
	for _, r := range rows {
		if sum, err = sum.Add(r.Amount); err != nil {
			return money.Amount{}, err
		}
	}
	return sum, nil
}

// check refuses rows that no payroll system should be given; before anything is written.
func check(rows []Row) error {
	var f errs.Faults
	for i, r := range rows {
		at := fmt.Sprintf("rows.%d", i)
		f.Check(ValidEmployeeNo(r.EmployeeNo), at+".employeeNo",
			fmt.Sprintf("%s has no employee number that payroll could read (%q)", r.EmployeeName, r.EmployeeNo))
		f.Check(r.Amount.Minor > 0, at+".amount", fmt.Sprintf("%s would be paid %s: a row pays more than zero", r.EmployeeName, r.Amount))
	}
	return f.Err()
}

// Part is what one component gives one person before anything is taken back from another: it may be less than zero.
type Part struct {
	Component string
	Amount    money.Amount
	Results   int64 // results credited less results reversed
	Entries   []int64
}

// Settle turns a person's parts into what a payroll file may carry: no part is negative and the sum stays the same. What
// is owed on one component is taken from the others in the order of their names. The sum of parts must not be negative.
// taken says, by component, how much was taken from it.
func Settle(parts []Part) (out []Part, taken map[string]money.Amount) {
	var owed int64
	for _, p := range parts {
		owed -= min(p.Amount.Minor, 0)
	}
	taken = map[string]money.Amount{}
	sorted := slices.SortedFunc(slices.Values(parts), func(a, b Part) int { return cmp.Compare(a.Component, b.Component) })
	for _, p := range sorted {
		if p.Amount.Minor <= 0 {
			continue
		}
		if take := min(owed, p.Amount.Minor); take > 0 {
			owed -= take
			p.Amount.Minor -= take
			taken[p.Component] = money.Amount{Minor: take, Currency: p.Amount.Currency}
		}
		if p.Amount.Minor > 0 {
			out = append(out, p)
		}
	}
	return out, taken
}
