package payroll

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
)

// kind says what may be done to a field on its way into a file.
type kind int

const (
	machine kind = iota // looked up by a payroll system: never changed, checked instead
	text                // read by people: kept from being a formula
	date                // written in the layout's way
	sum                 // an amount of money
)

// field is one thing a column can carry.
type field struct {
	kind  kind
	words string // what a person calls it
	value func(at place, r Row) string
}

// place is where a row stands.
type place struct {
	job   Job
	batch string
	no    int // from 1
}

// fields are all things that a column can carry, by name.
var fields = map[string]field{
	"run_id":        {machine, "the run", func(at place, _ Row) string { return strconv.FormatInt(at.job.Run, 10) }},
	"row_no":        {machine, "the number of the row", func(at place, _ Row) string { return strconv.Itoa(at.no) }},
	"batch_id":      {machine, "the batch", func(at place, _ Row) string { return at.batch }},
	"company":       {machine, "the company", func(at place, _ Row) string { return at.job.Company }},
	"frequency":     {machine, "the pay frequency", func(at place, r Row) string { return string(cmp.Or(r.Frequency, at.job.Frequency)) }},
	"employee_no":   {machine, "the employee number", func(_ place, r Row) string { return r.EmployeeNo }},
	"employee_name": {text, "the name", func(_ place, r Row) string { return r.EmployeeName }},
	"first_name":    {text, "the first name", func(_ place, r Row) string { return r.FirstName }},
	"last_name":     {text, "the last name", func(_ place, r Row) string { return r.LastName }},
	"title":         {text, "the title", func(_ place, r Row) string { return r.Title }},
	"pay_group":     {machine, "the pay group", func(_ place, r Row) string { return r.PayGroup }},
	"department":    {machine, "the department", func(_ place, r Row) string { return r.Department }},
	"period_start":  {date, "the first day", func(_ place, r Row) string { return r.PeriodStart }},
	"period_end":    {date, "the last day", func(_ place, r Row) string { return r.PeriodEnd }},
	"pay_date":      {date, "the pay day", func(at place, r Row) string { return cmp.Or(r.PayDate, at.job.PayDate) }},
	"earning_code":  {machine, "the earning code", func(_ place, r Row) string { return r.EarningCode }},
	"earning_name":  {text, "the earning", func(_ place, r Row) string { return r.EarningName }},
	"amount":        {sum, "the amount", func(_ place, r Row) string { return r.Amount.String() }},
	"currency":      {machine, "the currency", func(_ place, r Row) string { return r.Amount.Currency }},
	"hours":         {machine, "the hours", func(_ place, r Row) string { return r.Hours }},
	"rate":          {machine, "the rate", func(_ place, r Row) string { return r.Rate }},
	"units":         {machine, "the units", func(_ place, r Row) string { return blankZero(r.Units) }},
	"sources":       {machine, "the ledger entries", func(_ place, r Row) string { return r.Sources }},
	"basis":         {text, "how it was worked out", func(_ place, r Row) string { return r.Basis }},
	"rr_included":   {machine, "the regular rate mark", func(place, Row) string { return regularRate }},
	"ph_13th_basic": {machine, "the 13th-month mark", func(_ place, r Row) string { return string(r.PH13Basic) }},
	"kr_avg_wage":   {machine, "the average-wage mark", func(_ place, r Row) string { return string(r.KRAvgWage) }},
	"work_days":     {machine, "the days worked", func(_ place, r Row) string { return r.Time.Days }},
	"work_hours":    {machine, "the hours worked", func(_ place, r Row) string { return r.Time.Work }},
	"ot_hours":      {machine, "the overtime hours", func(_ place, r Row) string { return r.Time.Overtime }},
	"night_hours":   {machine, "the night hours", func(_ place, r Row) string { return r.Time.Night }},
	"row_hash":      {machine, "the hash of the row", rowHash},
	"holiday_hours": {machine, "the holiday hours", func(_ place, r Row) string { return r.Time.Holiday }},
}

// Fields are the names of all things that a column of a mapping can carry, sorted.
func Fields() []string { return slices.Sorted(maps.Keys(fields)) }

// blankZero is a number as text; zero and less is not known, and blank.
func blankZero(n int64) string {
	if n <= 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}
