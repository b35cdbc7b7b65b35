package payroll

import (
	"fmt"
	"time"

	"saveline/internal/errs"
)

// Frequency is how often a payroll system pays a person, in ADP's letters.
type Frequency string

// The frequencies.
const (
	Weekly      Frequency = "W"
	Biweekly    Frequency = "B"
	Semimonthly Frequency = "S"
	Monthly     Frequency = "M"
)

// frequencies are the names of files by frequency.
var frequencies = map[Frequency]string{Weekly: "Weekly", Biweekly: "Biweekly", Semimonthly: "Semimonthly", Monthly: "Monthly"}

// Job is what a run as a whole tells a layout.
type Job struct {
	Run         int64
	Company     string    // the payroll system's name of the company: ADP's Co Code or IID, Paychex's Client ID
	Frequency   Frequency // of people who have none of their own
	Currency    string    // of every row
	PeriodStart string    // "2026-11-01"
	PeriodEnd   string    // "2026-11-30", inclusive
	PayDate     string    // "2026-12-05"; blank is not known
	Expense     string    // journals only: the account that commissions are booked to
	Liability   string    // journals only: the account that payroll pays them from
}

// batchRuns is how many runs share the first letter of a batch id.
const batchRuns = 10_000_000

// BatchID names the batch of a run to a payroll system, in eight characters: the same run always has the same id, so that
// a file sent twice can be known as such. "S0000042" is run 42.
//
// Codes: invalid (a run that eight characters cannot name).
func BatchID(run int64) (string, error) {
	first := 'S' + run/batchRuns
	if run <= 0 || first > 'Z' {
		return "", errs.Newf(errs.Invalid, "run %d has a number that no batch of eight characters can carry", run)
	}
	return fmt.Sprintf("%c%07d", first, run%batchRuns), nil
}

// check refuses a job that no layout can carry.
func (j Job) check(f *errs.Faults) {
	for _, d := range []struct{ path, day string }{{"periodStart", j.PeriodStart}, {"periodEnd", j.PeriodEnd}, {"payDate", j.PayDate}} {
		_, err := time.Parse(time.DateOnly, d.day)
		f.Check(err == nil || d.day == "" && d.path == "payDate", d.path, fmt.Sprintf("%q is not a day such as 2026-11-30", d.day))
	}
	if _, err := BatchID(j.Run); err != nil {
		f.Addf("run", "%s", err.Error())
	}
}

// DateFormat names how a layout writes days.
type DateFormat string

// The ways to write a day.
const (
	DateISO      DateFormat = "iso"      // 2026-11-30
	DateUS       DateFormat = "us"       // 11/30/2026
	DateEuropean DateFormat = "european" // 30/11/2026
	DateCompact  DateFormat = "compact"  // 20261130
)

var dateLayouts = map[DateFormat]string{DateISO: time.DateOnly, DateUS: "01/02/2006", DateEuropean: "02/01/2006", DateCompact: "20060102"}

// write is a day in the layout's way; blank stays blank.
func (d DateFormat) write(day string) string {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return ""
	}
	return at.Format(dateLayouts[d])
}
