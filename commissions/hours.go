package commissions

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"saveline/commissions/law"
	"saveline/commissions/payroll"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
)

// WorkWeek is the hours of one person's workweek, as imported.
type WorkWeek struct {
	Client     auth.ClientID `json:"clientId"`
	User       auth.UserID   `json:"userId"`
	Name       string        `json:"name"`
	StartsOn   law.Date      `json:"startsOn"`
	Hours      string        `json:"hours" doc:"worked in all"`
	Overtime   string        `json:"overtime"`
	Wage       *money.Amount `json:"wage,omitempty" doc:"straight-time pay without incentives and premiums"`
	Premium    *money.Amount `json:"premium,omitempty" doc:"overtime premium paid so far"`
	Minimum    *money.Amount `json:"minimum,omitempty" doc:"minimum wage of an hour"`
	ImportedBy string        `json:"importedBy"`
	ImportedAt time.Time     `json:"importedAt"`
}

// weekRow is a workweek as the database keeps it.
type weekRow struct {
	Client     auth.ClientID `db:"client_id"`
	User       auth.UserID   `db:"user_id"`
	Name       string        `db:"name"`
	StartsOn   law.Date      `db:"starts_on"`
	Worked     law.Hours     `db:"worked"`
	Overtime   law.Hours     `db:"overtime"`
	Currency   string        `db:"currency"`
	Wage       *int64        `db:"wage_minor"`
	Premium    *int64        `db:"premium_minor"`
	Minimum    *int64        `db:"minimum_minor"`
	ImportedBy string        `db:"imported_by"`
	ImportedAt time.Time     `db:"imported_at"`
}

func (r weekRow) amount(minor *int64) *money.Amount {
	if minor == nil {
		return nil
	}
	return &money.Amount{Minor: *minor, Currency: r.Currency}
}

func (r weekRow) out() WorkWeek {
	return WorkWeek{
		Client: r.Client, User: r.User, Name: r.Name, StartsOn: r.StartsOn, Hours: r.Worked.String(), Overtime: r.Overtime.String(),
		Wage: r.amount(r.Wage), Premium: r.amount(r.Premium), Minimum: r.amount(r.Minimum), ImportedBy: r.ImportedBy, ImportedAt: r.ImportedAt,
	}
}

const (
	weekColumns = `w.client_id, w.user_id, u.name, w.starts_on::text AS starts_on, w.worked, w.overtime, w.currency, w.wage_minor, w.premium_minor,
    w.minimum_minor, w.imported_by, w.imported_at`
	selectWorkWeeks = `
SELECT ` + weekColumns + ` FROM work_weeks w JOIN users u ON u.id = w.user_id
WHERE w.client_id = ANY($1) ORDER BY w.starts_on DESC, u.name, w.user_id LIMIT $2 OFFSET $3`
	countWorkWeeks = `SELECT count(*) FROM work_weeks WHERE client_id = ANY($1)`
	// Workweeks that share a day with [$2, $3).
	selectWeeksOf = `
SELECT ` + weekColumns + ` FROM work_weeks w JOIN users u ON u.id = w.user_id
WHERE w.client_id = $1 AND w.starts_on < $3::date AND w.starts_on > $2::date - 7 ORDER BY w.user_id, w.starts_on`
	selectNumbers = `
SELECT c.user_id, COALESCE(NULLIF(p.employee_id, ''), u.employee_no) AS number
FROM user_clients c JOIN users u ON u.id = c.user_id LEFT JOIN payroll_people p ON p.client_id = c.client_id AND p.user_id = c.user_id
WHERE c.client_id = $1 AND COALESCE(NULLIF(p.employee_id, ''), u.employee_no) IS NOT NULL`
	saveWorkWeek = `
INSERT INTO work_weeks (client_id, user_id, starts_on, worked, overtime, currency, wage_minor, premium_minor, minimum_minor, imported_by, imported_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (client_id, user_id, starts_on) DO UPDATE SET worked = excluded.worked, overtime = excluded.overtime, currency = excluded.currency,
    wage_minor = excluded.wage_minor, premium_minor = excluded.premium_minor, minimum_minor = excluded.minimum_minor,
    imported_by = excluded.imported_by, imported_at = excluded.imported_at`
)

// WorkWeeks are the imported workweeks, newest first.
func (s *Service) WorkWeeks(ctx context.Context, by auth.Actor, limit, offset int) (items []WorkWeek, total int, err error) {
	var rows []weekRow
	if err := s.db.SelectContext(ctx, &rows, selectWorkWeeks, by.Scope(), limit, offset); err != nil {
		return nil, 0, fmt.Errorf("work weeks: %w", err)
	}
	if err := s.db.GetContext(ctx, &total, countWorkWeeks, by.Scope()); err != nil {
		return nil, 0, fmt.Errorf("count work weeks: %w", err)
	}
	items = make([]WorkWeek, len(rows))
	for i, r := range rows {
		items[i] = r.out()
	}
	return items, total, nil
}

func weeksOf(ctx context.Context, tx *pg.Tx, client auth.ClientID, p Period) (rows []weekRow, err error) {
	if err := tx.SelectContext(ctx, &rows, selectWeeksOf, client, p.StartsOn, p.EndsOn); err != nil {
		return nil, fmt.Errorf("work weeks of period %d: %w", p.ID, err)
	}
	return rows, nil
}

// hoursOf are people's hours of the workweeks that begin in a period, as a wage statement says them.
func hoursOf(ctx context.Context, tx *pg.Tx, client auth.ClientID, p Period) (map[auth.UserID]payroll.Hours, error) {
	rows, err := weeksOf(ctx, tx, client, p)
	if err != nil {
		return nil, err
	}
	worked, overtime, out := map[auth.UserID]law.Hours{}, map[auth.UserID]law.Hours{}, map[auth.UserID]payroll.Hours{}
	for _, r := range rows {
		if r.StartsOn >= law.Date(p.StartsOn) {
			worked[r.User] += r.Worked
			overtime[r.User] += r.Overtime
			out[r.User] = payroll.Hours{Work: worked[r.User].String(), Overtime: overtime[r.User].String()}
		}
	}
	return out, nil
}

// HoursImport is what came of a file of hours.
type HoursImport struct {
	Weeks int `json:"weeks" doc:"workweeks written; one that was there already is replaced"`
}

const (
	hoursRowsMax    = 50_000
	hoursFileMax    = 8 << 20 // bytes
	hoursFaultsMax  = 100
	hoursColumns    = "employee_no,workweek_start,work,overtime,wage,premium_paid,minimum_wage,currency"
	hoursColumnsMin = 4 // the first of them must be there
)

// ImportHours reads workweeks from a CSV file with the columns employee_no, workweek_start (its first day), work and
// overtime (hours as decimals), and wage, premium_paid, minimum_wage (amounts) and currency where they are known. Every
// fault is named; nothing is written unless all rows are right.
//
// Codes: invalid, not_found (the client).
func (s *Service) ImportHours(ctx context.Context, by auth.Actor, client auth.ClientID, file io.Reader) (out HoursImport, err error) {
	if client, err = by.ClientFor(client); err != nil {
		return HoursImport{}, err
	}
	records, at, err := readHours(file)
	if err != nil {
		return HoursImport{}, err
	}
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		weeks, err := checkHours(ctx, tx, client, records, at)
		if err != nil {
			return err
		}
		for _, w := range weeks {
			_, err := tx.ExecContext(ctx, saveWorkWeek, client, w.User, w.StartsOn, w.Worked, w.Overtime, w.Currency, w.Wage, w.Premium, w.Minimum, by.Name, now)
			if err != nil {
				return fmt.Errorf("work week %s of user %d: %w", w.StartsOn, w.User, err)
			}
		}
		if err := markDirty(ctx, tx, client, usersOf(weeks), nil); err != nil {
			return err
		}
		out.Weeks = len(weeks)
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: client, Act: "hours.import", Object: fmt.Sprintf("client:%d", client), Data: map[string]any{"weeks": len(weeks)},
		})
	})
	return out, err
}

// readHours reads the file and finds its columns by name.
func readHours(file io.Reader) (records [][]string, at map[string]int, err error) {
	r := csv.NewReader(file)
	r.FieldsPerRecord = -1
	head, err := r.Read()
	if err != nil {
		return nil, nil, errs.WithCause(errs.Invalid, err, "the file has no header; it must begin with %s", hoursColumns)
	}
	known := strings.Split(hoursColumns, ",")
	at = map[string]int{}
	for i, name := range head {
		if name = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, byteOrderMark))); slices.Contains(known, name) {
			at[name] = i
		}
	}
	for _, name := range known[:hoursColumnsMin] {
		if _, there := at[name]; !there {
			return nil, nil, errs.Newf(errs.Invalid, "the file has no column %s; the columns are %s", name, hoursColumns)
		}
	}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return records, at, nil
		}
		if err != nil {
			return nil, nil, errs.WithCause(errs.Invalid, err, "line %d cannot be read as CSV", len(records)+2)
		}
		if records = append(records, record); len(records) > hoursRowsMax {
			return nil, nil, errs.Newf(errs.Invalid, "the file has more than %d rows; cut it up", hoursRowsMax)
		}
	}
}

// checkHours turns records into workweeks of people that the client has, or names what is wrong.
func checkHours(ctx context.Context, tx *pg.Tx, client auth.ClientID, records [][]string, at map[string]int) ([]weekRow, error) {
	var numbers []struct {
		User   auth.UserID `db:"user_id"`
		Number string      `db:"number"`
	}
	if err := tx.SelectContext(ctx, &numbers, selectNumbers, client); err != nil {
		return nil, fmt.Errorf("employee numbers: %w", err)
	}
	people := map[string]auth.UserID{}
	for _, n := range numbers {
		people[n.Number] = n.User
	}
	settings, err := payrollSettings(ctx, tx, client)
	if err != nil {
		return nil, err
	}
	var f errs.Faults
	weeks := make([]weekRow, 0, len(records))
	for i, record := range records {
		row := hoursRow{faults: &f, at: at, record: record, line: fmt.Sprintf("line %d", i+2)}
		w := row.read(settings.WorkweekStart)
		w.User = people[row.get("employee_no")]
		f.Check(w.User != 0, row.line, fmt.Sprintf("nobody here has the employee number %q", row.get("employee_no")))
		weeks = append(weeks, w)
		if len(f) > hoursFaultsMax {
			break
		}
	}
	return weeks, f.Err()
}

// hoursRow reads one line, noting what is wrong with it.
type hoursRow struct {
	faults *errs.Faults
	at     map[string]int
	record []string
	line   string
}

func (r hoursRow) get(name string) string {
	i, there := r.at[name]
	if !there || i >= len(r.record) {
		return ""
	}
	return strings.TrimSpace(r.record[i])
}

func (r hoursRow) note(err error) {
	if err != nil {
		r.faults.Addf(r.line, "%s", err)
	}
}

func (r hoursRow) read(start law.WeekStart) (w weekRow) {
	var err error
	day := law.Date(r.get("workweek_start"))
	_, err = time.Parse(time.DateOnly, string(day))
	r.faults.Check(err == nil, r.line, fmt.Sprintf("%q is not a day such as 2026-11-29", day))
	r.faults.Check(err != nil || start.Of(day) == day, r.line, fmt.Sprintf("the workweek begins on %s, %s is another day", start, day))
	w.StartsOn = day
	w.Worked, err = law.ParseHours(r.get("work"))
	r.note(err)
	w.Overtime, err = law.ParseHours(r.get("overtime"))
	r.note(err)
	r.faults.Check(w.Worked > 0 && w.Overtime <= w.Worked, r.line, fmt.Sprintf("%s hours with %s of overtime cannot be", w.Worked, w.Overtime))
	w.Currency = r.get("currency")
	w.Wage, w.Premium, w.Minimum = r.amount("wage"), r.amount("premium_paid"), r.amount("minimum_wage")
	return w
}

// amount is a column as money, nil where it is blank.
func (r hoursRow) amount(name string) *int64 {
	text := r.get(name)
	if text == "" {
		return nil
	}
	a, err := money.Parse(text, r.get("currency"))
	r.note(err)
	r.faults.Check(a.Minor >= 0, r.line, name+" must not be less than zero")
	return &a.Minor
}

func usersOf(weeks []weekRow) (users []int64) {
	for _, w := range weeks {
		users = append(users, int64(w.User))
	}
	return users
}
