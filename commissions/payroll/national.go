package payroll

import (
	"fmt"
	"slices"
	"strings"

	"saveline/internal/money"
)

// philippines is the generic layout for payroll in the Philippines, where a commission that is part of basic salary counts
// to 13th-month pay and a productivity incentive does not (PD 851): each earning must say which it is.
var philippines = FileMapping{
	Kind: KindCSV, Delimiter: "comma", Header: true, Dates: DateISO, CRLF: true, FileName: "payroll-ph-run-{run}.csv",
	Columns: need(genericColumns(), "ph_13th_basic", `^[YN]$`, "must say whether it counts to 13th-month pay"),
}

const thirteenthHeader = "employee_no,employee_name,period_start,period_end,currency,counts_to_13th,does_not_count"

func writePhilippines(job Job, rows []Row) ([]File, error) {
	file, err := philippines.write(job, rows)
	if err != nil {
		return nil, err
	}
	var people []payee
	for _, r := range rows {
		k := slices.IndexFunc(people, func(p payee) bool { return p.EmployeeNo == r.EmployeeNo })
		if k < 0 {
			k = len(people)
			people = append(people, payee{r, map[string]money.Amount{}})
		}
		if people[k].pay[string(r.PH13Basic)], err = people[k].pay[string(r.PH13Basic)].Add(r.Amount); err != nil {
			return nil, err
		}
	}
	records := [][]string{strings.Split(thirteenthHeader, ",")}
	for _, p := range people {
		records = append(records, []string{
			p.EmployeeNo, safe(p.EmployeeName), p.PeriodStart, p.PeriodEnd, p.Amount.Currency, blankNothing(p.pay[string(Yes)]), blankNothing(p.pay[string(No)]),
		})
	}
	body, err := encodeCSV(records, ',', true)
	return []File{file, {Name: fmt.Sprintf("13th-month-run-%d.csv", job.Run), Type: typeCSV, Body: body}}, err
}

// korea is the generic layout for payroll in Korea: Excel there reads UTF-8 only behind a byte order mark. Whether an
// earning counts to the average wage, and how it was worked out, must be known (Labor Standards Act 48).
var korea = FileMapping{
	Kind: KindCSV, Delimiter: "comma", Header: true, Dates: DateISO, CRLF: true, BOM: true, FileName: "payroll-kr-run-{run}.csv",
	Columns: need(need(genericColumns(), "kr_avg_wage", `^[YN]$`, "must say whether it counts to the average wage"),
		"basis", `.`, "must say how the amount was worked out"),
}

// wageStatement is what a wage statement must say of each item: its amount and how it was worked out, and the hours.
var wageStatement = FileMapping{
	Kind: KindCSV, Delimiter: "comma", Header: true, Dates: DateISO, CRLF: true, BOM: true, FileName: "wage-statement-run-{run}.csv",
	Columns: columns("employee_no=employee_no", "employee_name=employee_name", "period_start=period_start", "period_end=period_end", "pay_date=pay_date",
		"item_code=earning_code", "item_name=earning_name", "amount=amount", "currency=currency", "calc_basis=basis", "work_days=work_days",
		"work_hours=work_hours", "overtime_hours=ot_hours", "night_hours=night_hours", "holiday_hours=holiday_hours", "kr_avg_wage=kr_avg_wage"),
}

func writeKorea(job Job, rows []Row) ([]File, error) {
	file, err := korea.write(job, rows)
	if err != nil {
		return nil, err
	}
	statement, err := wageStatement.write(job, rows)
	statement.Rows = 0 // the same earnings again
	return []File{file, statement}, err
}
