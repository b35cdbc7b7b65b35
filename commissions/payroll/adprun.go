package payroll

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"saveline/internal/errs"
)

// adpRun is ADP RUN's time-sheet import, version 1.0: a first line that names the format, then eleven columns. Dollars
// leave the hours blank; 0 of Separate Check is the regular check.
var adpRun = FileMapping{
	Kind: KindCSV, Delimiter: "comma", Header: true, Dates: DateUS, CRLF: true, ASCII: true, FileName: "timesheet.csv",
	preamble: "##GENERIC## V1.0", Columns: runColumns(),
}

func runColumns() []Column {
	cols := columns("IID=company", "Pay Frequency=frequency", "Pay Period Start Date=period_start", "Pay Period End Date=period_end",
		"Employee ID=employee_no", "Earnings Code=earning_code", "Pay Hours", "Dollars=amount", "Separate Check=:0", "Worked In Dept=department",
		"Rate Code=:BASE")
	need(cols, "company", `^[A-Za-z0-9]{1,12}$`, "must be RUN's IID of letters and digits")
	need(cols, "frequency", `^[WBSM]$`, "must be W, B, S or M")
	need(cols, "employee_no", `^[A-Za-z0-9]{1,12}$`, "must be an Employee ID of at most 12 letters and digits")
	return need(cols, "earning_code", `^[A-Za-z0-9][A-Za-z0-9_-]{0,9}$`, "must be an earnings code of at most 10 characters")
}

// writeRun makes one file for each frequency, called "Biweekly-09142026-09272026.csv".
func writeRun(job Job, rows []Row) ([]File, error) {
	var faults errs.Faults
	var files []File
	merged, err := merge(rows)
	if err != nil {
		return nil, err
	}
	groups := map[Frequency][]Row{}
	for _, r := range merged {
		f := cmp.Or(r.Frequency, job.Frequency)
		groups[f] = append(groups[f], r)
	}
	if len(groups) == 0 {
		groups[job.Frequency] = nil
	}
	for _, f := range slices.Sorted(maps.Keys(groups)) {
		file, err := adpRun.write(job, groups[f])
		if e := fieldsOf(err); e != nil {
			faults = append(faults, e...)
			continue
		} else if err != nil {
			return nil, err
		}
		file.Name = fmt.Sprintf("%s-%s-%s.csv", cmp.Or(frequencies[f], "Payroll"), compactUS(job.PeriodStart), compactUS(job.PeriodEnd))
		files = append(files, file)
	}
	return files, refusal(faults)
}

func compactUS(day string) string {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return ""
	}
	return at.Format("01022006")
}

func readRun(job Job, files []File) (lines []Line, err error) {
	for _, file := range files {
		more, err := adpRun.read(job, file.Body)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file.Name, err)
		}
		lines = append(lines, more...)
	}
	return lines, nil
}

// merge adds up the rows of one person and code, which some layouts take once only. The first row's place is kept.
func merge(rows []Row) (out []Row, err error) {
	index := map[string]int{}
	for _, r := range rows {
		key := strings.Join([]string{r.EmployeeNo, r.EmployeeName, r.EarningCode, string(r.Frequency)}, "\x1f")
		i, seen := index[key]
		if !seen {
			index[key] = len(out)
			out = append(out, r)
			continue
		}
		if out[i].Amount, err = out[i].Amount.Add(r.Amount); err != nil {
			return nil, err
		}
		out[i].Units += r.Units
		out[i].Sources = strings.TrimSpace(out[i].Sources + " " + r.Sources)
	}
	return out, nil
}
