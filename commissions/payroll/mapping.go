package payroll

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"saveline/internal/errs"
)

// FileMapping is a layout as data: columns in order and how they are written. The fixed layouts of this package are mappings
// with checks; a client writes its own for a payroll system that makes its template per company (UKG, Rippling, Xero).
type FileMapping struct {
	Kind      string     `json:"kind" enum:"csv,xlsx" doc:"what the file is"`
	Delimiter string     `json:"delimiter" enum:"comma,semicolon,tab,pipe" doc:"between the columns of a csv"`
	Header    bool       `json:"header" doc:"begin with the names of the columns"`
	Dates     DateFormat `json:"dates" enum:"iso,us,european,compact" doc:"2026-11-30, 11/30/2026, 30/11/2026, 20261130"`
	CRLF      bool       `json:"crlf" doc:"end lines as Windows does"`
	BOM       bool       `json:"bom" doc:"begin with a byte order mark, for Excel"`
	ASCII     bool       `json:"ascii" doc:"write names without accents; what has no such spelling becomes ?"`
	Negative  bool       `json:"negative" doc:"the payroll system takes amounts below zero"`
	FileName  string     `json:"fileName" doc:"may name {run}, {batch}, {company}, {co3} (the company padded to three with _), {from} and {to}" example:"saveline-{batch}.csv"`
	Columns   []Column   `json:"columns" nullable:"false" doc:"in the order of the file"`

	preamble string // a line before everything else
}

// Column is one column of a mapping: a field, a constant, or blank when neither is given.
type Column struct {
	Header   string `json:"header"`
	Field    string `json:"field,omitempty" doc:"one of the fields that the list of layouts names"`
	Constant string `json:"constant,omitempty"`
	Pad      int    `json:"pad,omitempty" doc:"zeros are put before digits until they are this long"`
	Max      int    `json:"max,omitempty" doc:"characters that fit; 0 is no limit"`

	fits *regexp.Regexp // what the payroll system takes
	must string         // the same in words: "must be ..."
}

// The kinds of files.
const (
	KindCSV  = "csv"
	KindXLSX = "xlsx"
)

var delimiters = map[string]rune{"comma": ',', "semicolon": ';', "tab": '\t', "pipe": '|'}

const (
	columnsMax = 100
	padMax     = 20  // digits
	headerMax  = 100 // characters
	coWidth    = 3   // what {co3} is padded to, as ADP names its files
)

// Validate names every fault of a mapping at once.
//
// Codes: invalid.
func (m FileMapping) Validate() error {
	var f errs.Faults
	f.Check(m.Kind == KindCSV || m.Kind == KindXLSX, "kind", "must be csv or xlsx")
	f.Check(m.Kind == KindXLSX || delimiters[m.Delimiter] != 0, "delimiter", "must be comma, semicolon, tab or pipe")
	f.Check(dateLayouts[m.Dates] != "", "dates", "must be iso, us, european or compact")
	f.Check(fileName.MatchString(m.FileName), "fileName", "must be letters, digits, dots, dashes and {run}, {batch}, {company}, {from}, {to}")
	f.Check(len(m.Columns) <= columnsMax, "columns", fmt.Sprintf("at most %d columns", columnsMax))
	for i, c := range m.Columns {
		c.check(&f, fmt.Sprintf("columns.%d", i))
	}
	for _, name := range []string{"employee_no", "earning_code", "amount"} {
		times := 0
		for _, c := range m.Columns {
			if c.Field == name {
				times++
			}
		}
		f.Check(times == 1, "columns", fmt.Sprintf("%s must be in exactly one column, it is in %d: without it nobody can check the file", fields[name].words, times))
	}
	return f.Err()
}

var fileName = regexp.MustCompile(`^([A-Za-z0-9._-]|\{(run|batch|company|co3|from|to)\}){1,80}$`)

func (c Column) check(f *errs.Faults, path string) {
	_, known := fields[c.Field]
	f.Check(c.Field == "" || known, path+".field", fmt.Sprintf("there is no field %q", c.Field))
	f.Check(c.Field == "" || c.Constant == "", path+".constant", "a column is a field or a constant, not both")
	f.Check(c.Constant == "" || machineText(c.Constant), path+".constant", "must not begin with = + - @ or hold line breaks")
	f.Check(c.Pad >= 0 && c.Pad <= padMax, path+".pad", fmt.Sprintf("must be from 0 to %d", padMax))
	f.Check(c.Pad == 0 || c.Field == "employee_no", path+".pad", "only employee numbers are padded")
	f.Check(c.Max >= 0, path+".max", "must not be less than 0")
	f.Check(len(c.Header) <= headerMax && safe(c.Header) == c.Header, path+".header", "must be short, and nothing that a spreadsheet takes for a formula")
}

// machineText reports whether text may stand in a file as it is: it begins no formula and no new line.
func machineText(s string) bool {
	return s == strings.TrimSpace(oneLine(s)) && oneLine(s) == s && safe(s) == s && !strings.HasPrefix(s, "'")
}

// written is what a column says of a row.
func (c Column) written(m FileMapping, at place, r Row) string {
	if c.Field == "" {
		return c.Constant
	}
	f := fields[c.Field]
	value := f.value(at, r)
	switch f.kind {
	case text:
		if m.ASCII {
			value = ascii(oneLine(value))
		}
		if m.Kind == KindXLSX {
			return oneLine(value) // a typed cell is no formula
		}
		return safe(value)
	case date:
		return m.Dates.write(value)
	case machine, sum:
	}
	if n := c.Pad - len(value); n > 0 && digits.MatchString(value) {
		return strings.Repeat("0", n) + value
	}
	return value
}

var digits = regexp.MustCompile(`^[0-9]+$`)

// refuse notes, in words and by person, what of a row this column cannot carry.
func (c Column) refuse(f *errs.Faults, m FileMapping, at place, r Row) {
	who, path := cmp.Or(r.EmployeeName, r.EmployeeNo)+": ", fmt.Sprintf("rows.%d.%s", at.no-1, c.Field)
	if c.Field == "company" {
		who = "" // the same for everybody
	}
	fd, known := fields[c.Field]
	if !known || fd.kind == date {
		return
	}
	value := c.written(m, at, r)
	switch {
	case fd.kind == sum && r.Amount.Minor <= 0 && !(m.Negative && r.Amount.Minor < 0):
		f.Addf(path, "%s would be paid %s for %s: a row pays more than zero", strings.TrimSuffix(who, ": "), r.Amount, r.EarningCode)
	case value == "" && (c.Field == "employee_no" || c.Field == "earning_code" || c.fits != nil && !c.fits.MatchString("")):
		f.Addf(path, "%s%s is missing", who, fd.words)
	case c.fits != nil && !c.fits.MatchString(value):
		f.Addf(path, "%s%s %q %s", who, fd.words, value, c.must)
	case c.Max > 0 && len([]rune(value)) > c.Max && fd.kind != text:
		f.Addf(path, "%s%s %q is longer than the %d characters that fit", who, fd.words, value, c.Max)
	case fd.kind == machine && (!machineText(value) || m.ASCII && !isASCII(value)):
		f.Addf(path, "%s%s %q has characters that the payroll system cannot read", who, fd.words, value)
	}
}

// records are the lines of the file, the header first if there is one; no line when a row does not fit.
func (m FileMapping) records(job Job, rows []Row) ([][]string, error) {
	var f errs.Faults
	job.check(&f)
	batch, _ := BatchID(job.Run) // its fault is noted
	var out [][]string
	if m.Header {
		head := make([]string, len(m.Columns))
		for i, c := range m.Columns {
			head[i] = c.Header
		}
		out = append(out, head)
	}
	for i, r := range rows {
		at := place{job, batch, i + 1}
		line := make([]string, len(m.Columns))
		for k, c := range m.Columns {
			c.refuse(&f, m, at, r)
			line[k] = c.fit(m, c.written(m, at, r))
		}
		out = append(out, line)
	}
	m.refuseCurrencies(&f, job, rows)
	return out, refusal(f)
}

// fit cuts text that people read to what there is room for; everything else has been checked.
func (c Column) fit(m FileMapping, value string) string {
	if c.Max == 0 || c.Field == "" || fields[c.Field].kind != text {
		return value
	}
	if runes := []rune(value); len(runes) > c.Max {
		return string(runes[:c.Max])
	}
	return value
}

// refuseCurrencies: a file without a currency column pays one currency, the job's.
func (m FileMapping) refuseCurrencies(f *errs.Faults, job Job, rows []Row) {
	if slices.ContainsFunc(m.Columns, func(c Column) bool { return c.Field == "currency" }) {
		return
	}
	for i, r := range rows {
		f.Check(r.Amount.Currency == job.Currency, fmt.Sprintf("rows.%d.currency", i),
			fmt.Sprintf("%s is paid in %s; this file is in %s and has no column to say so", r.EmployeeName, r.Amount.Currency, job.Currency))
	}
}

// named is the file's name for a job.
func (m FileMapping) named(job Job, batch string) string {
	return strings.NewReplacer("{run}", fmt.Sprint(job.Run), "{batch}", batch, "{company}", job.Company,
		"{co3}", job.Company+strings.Repeat("_", max(0, coWidth-len(job.Company))),
		"{from}", job.PeriodStart, "{to}", job.PeriodEnd).Replace(m.FileName)
}

// write makes the file of a job.
func (m FileMapping) write(job Job, rows []Row) (File, error) {
	records, err := m.records(job, rows)
	if err != nil {
		return File{}, err
	}
	batch, err := BatchID(job.Run)
	if err != nil {
		return File{}, err
	}
	out := File{Name: m.named(job, batch), Rows: len(rows)}
	if m.Kind == KindXLSX {
		out.Type = typeXLSX
		out.Body, err = workbook(m, records)
		return out, err
	}
	out.Type = typeCSV
	body, err := encodeCSV(records, delimiters[m.Delimiter], m.CRLF)
	out.Body = slices.Concat([]byte(m.opening()), body)
	return out, err
}

// opening is what stands before the first record.
func (m FileMapping) opening() (s string) {
	if m.BOM {
		s = byteOrderMark
	}
	if m.preamble != "" {
		s += m.preamble + map[bool]string{true: "\r\n", false: "\n"}[m.CRLF]
	}
	return s
}

// byteOrderMark makes Excel read a file as UTF-8.
const byteOrderMark = "\xef\xbb\xbf"
