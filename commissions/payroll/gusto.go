package payroll

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"saveline/internal/errs"
	"saveline/internal/money"
)

// gustoHeader is Gusto's: columns are found by name. Zero would overwrite what stands in Gusto and blank is left alone, so
// what is not paid is blank. Social security numbers are for equal names without an id; we give ids and never write one.
const gustoHeader = "last_name,first_name,ssn,title,gusto_employee_id,bonus,commission"

// gustoCodes are the earnings that Gusto can import; its custom earnings cannot be.
var gustoCodes = []string{"bonus", "commission"}

var gustoID = regexp.MustCompile(`^[A-Za-z0-9]{6}$`)

// payee is a person with pay by code.
type payee struct {
	Row
	pay map[string]money.Amount
}

func writeGusto(job Job, rows []Row) ([]File, error) {
	var f errs.Faults
	job.check(&f)
	var people []payee
	for i, r := range rows {
		checkGusto(&f, job, fmt.Sprintf("rows.%d", i), r)
		k := slices.IndexFunc(people, func(p payee) bool { return p.EmployeeNo == r.EmployeeNo })
		if k < 0 {
			k = len(people)
			people = append(people, payee{r, map[string]money.Amount{}})
		}
		total, err := people[k].pay[r.EarningCode].Add(r.Amount)
		if err != nil {
			return nil, err
		}
		people[k].pay[r.EarningCode] = total
	}
	if err := refusal(f); err != nil {
		return nil, err
	}
	records := [][]string{strings.Split(gustoHeader, ",")}
	for _, p := range people {
		line := []string{safe(p.LastName), safe(p.FirstName), "", safe(p.Title), p.EmployeeNo}
		for _, code := range gustoCodes {
			line = append(line, blankNothing(p.pay[code]))
		}
		records = append(records, line)
	}
	body, err := encodeCSV(records, ',', true)
	name := fmt.Sprintf("gusto-run-%d.csv", job.Run)
	return []File{{Name: name, Type: typeCSV, Body: body, Rows: len(people)}}, err
}

func checkGusto(f *errs.Faults, job Job, path string, r Row) {
	who := cmp.Or(r.EmployeeName, r.EmployeeNo)
	f.Check(gustoID.MatchString(r.EmployeeNo), path+".employee_no", fmt.Sprintf("%s: the employee number %q must be Gusto's id of 6 letters and digits", who, r.EmployeeNo))
	f.Check(strings.TrimSpace(r.FirstName) != "" && strings.TrimSpace(r.LastName) != "", path+".last_name",
		fmt.Sprintf("%s: Gusto wants the first and the last name apart", who))
	f.Check(slices.Contains(gustoCodes, r.EarningCode), path+".earning_code",
		fmt.Sprintf("%s: the earning code %q must be bonus or commission, as Gusto imports no others", who, r.EarningCode))
	f.Check(r.Amount.Minor > 0, path+".amount", fmt.Sprintf("%s would be paid %s for %s: a row pays more than zero", who, r.Amount, r.EarningCode))
	f.Check(r.Amount.Currency == job.Currency, path+".currency",
		fmt.Sprintf("%s is paid in %s; this file is in %s and has no column to say so", who, r.Amount.Currency, job.Currency))
}

func blankNothing(a money.Amount) string {
	if a.Minor == 0 {
		return ""
	}
	return a.String()
}

func readGusto(job Job, files []File) (lines []Line, err error) {
	records, err := readCSV(files[0].Body, ',')
	if err != nil {
		return nil, err
	}
	for _, record := range records[1:] {
		for i, code := range gustoCodes {
			text := record[len(record)-len(gustoCodes)+i]
			if text == "" {
				continue
			}
			amount, err := money.Parse(text, job.Currency)
			if err != nil {
				return nil, err
			}
			lines = append(lines, Line{record[4], code, amount})
		}
	}
	return lines, nil
}
