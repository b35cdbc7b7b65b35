package commissions

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"saveline/commissions/law"
	"saveline/commissions/payroll"
	"saveline/internal/auth"
	"saveline/internal/pg"
)

// payee is a person whom a run pays, with what the payroll system knows.
type payee struct {
	PayrollPerson
	Lines json.RawMessage `db:"lines"`
}

const selectPayees = `
SELECT ` + payrollPersonColumns + `, c.lines
FROM statements c JOIN users u ON u.id = c.user_id
     LEFT JOIN payroll_people p ON p.client_id = c.client_id AND p.user_id = c.user_id
WHERE c.run_id = $1 AND c.client_id = ANY($2) AND NOT c.carried AND c.amount_minor > 0
ORDER BY COALESCE(NULLIF(p.employee_id, ''), u.employee_no) COLLATE "C", c.user_id`

func payees(ctx context.Context, tx *pg.Tx, by auth.Actor, r lockedRun) (out []payee, err error) {
	if err := tx.SelectContext(ctx, &out, selectPayees, r.ID, by.Scope()); err != nil {
		return nil, fmt.Errorf("payees of run %d: %w", r.ID, err)
	}
	return out, nil
}

// number is what the payroll system knows the person by.
func (p PayrollPerson) number() string { return cmp.Or(p.EmployeeID, p.EmployeeNo) }

// names are the first and the last name; where nobody has said, the last word is the last name.
func (p PayrollPerson) names() (first, last string) {
	if p.FirstName != "" || p.LastName != "" {
		return p.FirstName, p.LastName
	}
	words := strings.Fields(p.Name)
	if len(words) < 2 {
		return "", p.Name
	}
	return strings.Join(words[:len(words)-1], " "), words[len(words)-1]
}

// payrollJob is a run as the layouts take it.
func payrollJob(ctx context.Context, tx *pg.Tx, by auth.Actor, r lockedRun) (payroll.Job, []payroll.Row, error) {
	settings, err := payrollSettings(ctx, tx, r.Client)
	if err != nil {
		return payroll.Job{}, nil, err
	}
	var period Period
	if err := tx.GetContext(ctx, &period, lockPeriod, r.PeriodID); err != nil {
		return payroll.Job{}, nil, fmt.Errorf("period %d: %w", r.PeriodID, err)
	}
	last, err := period.lastDay()
	if err != nil {
		return payroll.Job{}, nil, err
	}
	job := payroll.Job{
		Run: int64(r.ID), Company: settings.Company, Frequency: period.frequency(settings.Frequency), Currency: r.Currency, PeriodStart: string(period.StartsOn), PeriodEnd: last,
		Expense: settings.Expense, Liability: settings.Liability,
	}
	people, err := payees(ctx, tx, by, r)
	if err != nil {
		return payroll.Job{}, nil, err
	}
	worked, err := hoursOf(ctx, tx, r.Client, period)
	if err != nil {
		return payroll.Job{}, nil, err
	}
	var rows []payroll.Row
	for _, p := range people {
		more, err := p.rows(job, settings)
		if err != nil {
			return payroll.Job{}, nil, err
		}
		for i := range more {
			more[i].Time = worked[p.User]
		}
		rows = append(rows, more...)
	}
	return job, rows, nil
}

// frequencies and cycles of pay calendars, in the words of payroll systems and of the law. Months, and what is as long, are paid
// as the client's settings say: a month's commission may be paid with any payday of the payroll.
var (
	frequencies = map[string]payroll.Frequency{"weekly": payroll.Weekly, "biweekly": payroll.Biweekly, "semimonthly": payroll.Semimonthly}
	cycles      = map[string]law.Cycle{"weekly": law.Weekly, "biweekly": law.Biweekly, "semimonthly": law.Semimonthly}
)

func (p Period) kind() string {
	kind, _, _ := strings.Cut(p.Calendar, ":")
	return kind
}

func (p Period) frequency(usual payroll.Frequency) payroll.Frequency {
	return cmp.Or(frequencies[p.kind()], usual)
}

func (p Period) cycle(usual law.Cycle) law.Cycle { return cmp.Or(cycles[p.kind()], usual) }

// rows are a person's earnings under the payroll system's codes.
func (p payee) rows(job payroll.Job, settings PayrollSettings) ([]payroll.Row, error) {
	var lines []StatementLine
	if err := json.Unmarshal(p.Lines, &lines); err != nil {
		return nil, fmt.Errorf("statement of user %d: %w", p.User, err)
	}
	rows := earnings(lines)
	first, last := p.names()
	for i := range rows {
		r := &rows[i]
		code := settings.code(r.EarningCode)
		r.EarningCode, r.EarningName = code.Code, code.Name
		r.EmployeeNo, r.EmployeeName, r.FirstName, r.LastName = p.number(), p.Name, first, last
		r.PeriodStart, r.PeriodEnd = job.PeriodStart, job.PeriodEnd
		r.Title, r.PayGroup, r.Department, r.Frequency = p.Title, p.PayGroup, p.Department, p.Frequency
		r.PH13Basic, r.KRAvgWage = mark(code.Basic13th), mark(code.AvgWage)
	}
	return rows, nil
}

// mark is a yes or no as layouts carry it; blank where nobody has said.
func mark(said *bool) payroll.Mark {
	switch {
	case said == nil:
		return ""
	case *said:
		return payroll.Yes
	}
	return payroll.No
}
