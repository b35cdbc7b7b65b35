package commissions

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"saveline/commissions/payroll"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
)

// formatGeneric is the one layout so far.
const formatGeneric = "generic"

const selectRunFile = `SELECT body FROM run_files WHERE run_id = $1`

const insertRunFile = `
INSERT INTO run_files (run_id, client_id, format, body, rows, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`

const saveExport = `UPDATE runs SET export_sha256 = $2, export_minor = $3 WHERE id = $1`

// Export writes the payroll file of a locked run to w and keeps its bytes, hash and total. A run that has been exported
// gives the very same bytes again.
//
// Codes: conflict (not locked), invalid (people without a usable employee number; nothing is written), not_found.
func (s *Service) Export(ctx context.Context, by auth.Actor, id RunID, w io.Writer) (Run, error) {
	run, err := s.RunFor(ctx, by, id)
	if err != nil {
		return Run{}, err
	}
	if run.State != RunExported && run.State != RunReconciled {
		if run, err = s.export(ctx, by, id); err != nil {
			return Run{}, err
		}
	}
	return run, s.File(ctx, by, id, w)
}

func (s *Service) export(ctx context.Context, by auth.Actor, id RunID) (Run, error) {
	return s.act(ctx, by, id, RunExported, func(tx *pg.Tx, r lockedRun, now time.Time) error {
		rows, err := payrollRows(ctx, tx, r)
		if err != nil {
			return err
		}
		body, err := payroll.Generic(int64(r.ID), rows)
		if err != nil {
			return err
		}
		total, err := payroll.Total(rows)
		if err != nil {
			return err
		}
		if total.Minor != r.TotalMinor {
			return fmt.Errorf("the file pays %s, the run %s", total, r.total())
		}
		sum := sha256.Sum256(body)
		if _, err := tx.ExecContext(ctx, insertRunFile, r.ID, r.Client, formatGeneric, body, len(rows), by.Name, now); err != nil {
			return fmt.Errorf("keep the file: %w", err)
		}
		if _, err := tx.ExecContext(ctx, saveExport, r.ID, hex.EncodeToString(sum[:]), total.Minor); err != nil {
			return fmt.Errorf("save export: %w", err)
		}
		return nil
	})
}

// File writes the bytes that an export has kept.
//
// Codes: conflict (not exported yet), not_found.
func (s *Service) File(ctx context.Context, by auth.Actor, id RunID, w io.Writer) error {
	run, err := s.RunFor(ctx, by, id)
	if err != nil {
		return err
	}
	var body []byte
	err = s.db.GetContext(ctx, &body, selectRunFile, id)
	if pg.None(err) {
		return errs.Newf(errs.Conflict, "the run is %s; its payroll file is made when it is exported", run.State)
	}
	if err != nil {
		return fmt.Errorf("payroll file of run %d: %w", id, err)
	}
	if sum := sha256.Sum256(body); hex.EncodeToString(sum[:]) != run.ExportSHA256 {
		return fmt.Errorf("the kept file of run %d is not the one that was exported (%x)", id, sum)
	}
	if _, err := w.Write(body); err != nil {
		return fmt.Errorf("write payroll file: %w", err)
	}
	return nil
}

const selectPaid = `
SELECT s.user_id, u.name, COALESCE(u.employee_no, '') AS employee_no, s.lines
FROM statements s JOIN users u ON u.id = s.user_id
WHERE s.run_id = $1 AND NOT s.carried AND s.amount_minor > 0
ORDER BY u.employee_no COLLATE "C", s.user_id`

// payrollRows are the rows of a run's file: one for each person and component, by employee number.
func payrollRows(ctx context.Context, tx *pg.Tx, r lockedRun) ([]payroll.Row, error) {
	var paid []struct {
		User       auth.UserID     `db:"user_id"`
		Name       string          `db:"name"`
		EmployeeNo string          `db:"employee_no"`
		Lines      json.RawMessage `db:"lines"`
	}
	if err := tx.SelectContext(ctx, &paid, selectPaid, r.ID); err != nil {
		return nil, fmt.Errorf("statements: %w", err)
	}
	var unnumbered []string
	for _, p := range paid {
		if !payroll.ValidEmployeeNo(p.EmployeeNo) {
			unnumbered = append(unnumbered, p.Name)
		}
	}
	if len(unnumbered) > 0 {
		return nil, errs.Newf(errs.Invalid, "%s", missingNumbers(unnumbered))
	}
	var period Period
	if err := tx.GetContext(ctx, &period, lockPeriod, r.PeriodID); err != nil {
		return nil, fmt.Errorf("period %d: %w", r.PeriodID, err)
	}
	last, err := period.lastDay()
	if err != nil {
		return nil, err
	}
	var rows []payroll.Row
	for _, p := range paid {
		var lines []StatementLine
		if err := json.Unmarshal(p.Lines, &lines); err != nil {
			return nil, fmt.Errorf("statement of user %d: %w", p.User, err)
		}
		for _, row := range earnings(lines) {
			row.EmployeeNo, row.EmployeeName = p.EmployeeNo, p.Name
			row.PeriodStart, row.PeriodEnd = string(period.StartsOn), last
			rows = append(rows, row)
		}
	}
	return rows, nil
}

// lastDay is the last day of the period, inclusive, as payroll systems want it.
func (p Period) lastDay() (string, error) {
	end, err := time.Parse(time.DateOnly, string(p.EndsOn))
	if err != nil {
		return "", fmt.Errorf("period %d: %w", p.ID, err)
	}
	return end.AddDate(0, 0, -1).Format(time.DateOnly), nil
}

// missingNumbers names who cannot be exported; namesMax keeps the sentence a sentence.
func missingNumbers(names []string) string {
	const namesMax = 10
	slices.Sort(names)
	more := ""
	if n := len(names) - namesMax; n > 0 {
		names, more = names[:namesMax], fmt.Sprintf(" and %d more", n)
	}
	return fmt.Sprintf("payroll does not know these people: %s%s. Give each an employee number of letters and digits, then export again",
		strings.Join(names, ", "), more)
}

// earnings sums a person's lines by component, and takes what was taken back on one component from the others.
func earnings(lines []StatementLine) []payroll.Row {
	parts, reversed, adjusted := map[string]*payroll.Part{}, map[string]int{}, map[string]int{}
	for _, l := range spared(lines) {
		p := parts[l.Component]
		if p == nil {
			p = &payroll.Part{Component: l.Component, Amount: money.Amount{Currency: l.Amount.Currency}}
			parts[l.Component] = p
		}
		p.Amount.Minor += l.Amount.Minor
		p.Entries = append(p.Entries, int64(l.Entry))
		switch l.Kind {
		case kindEarn, kindAccrue:
			p.Results++
		case kindReverse:
			p.Results--
			reversed[l.Component]++
		default:
			adjusted[l.Component]++
		}
	}
	all := make([]payroll.Part, 0, len(parts))
	for _, id := range sortedKeys(parts) {
		all = append(all, *parts[id])
	}
	settled, taken := payroll.Settle(all)
	rows := make([]payroll.Row, len(settled))
	for i, p := range settled {
		rows[i] = payroll.Row{
			EarningCode: p.Component, EarningName: p.Component, Amount: p.Amount, Units: p.Results, Sources: entryList(p.Entries),
			Basis: basisOf(made{
				results: len(p.Entries) - reversed[p.Component] - adjusted[p.Component], reversed: reversed[p.Component],
				adjusted: adjusted[p.Component], taken: taken[p.Component],
			}),
		}
	}
	return rows
}

// spared takes what a run leaves of its debts (carried to the next, or written off), which is no earning, from the lines that
// took back.
func spared(lines []StatementLine) []StatementLine {
	out, left := []StatementLine{}, int64(0)
	for _, l := range lines {
		if l.Entry == 0 {
			left += l.Amount.Minor
			continue
		}
		out = append(out, l)
	}
	for i := range out {
		l := &out[i]
		if part := min(left, -l.Amount.Minor); part > 0 {
			l.Amount.Minor += part
			left -= part
		}
	}
	return out
}

func entryList(ids []int64) string {
	text := make([]string, len(ids))
	for i, id := range ids {
		text[i] = strconv.FormatInt(id, 10)
	}
	return strings.Join(text, " ")
}

// made is what the amount of one component came from.
type made struct {
	results, reversed, adjusted int
	taken                       money.Amount
}

func basisOf(m made) string {
	text := fmt.Sprintf("%d results", m.results)
	if m.reversed > 0 {
		text += fmt.Sprintf("; %d taken back", m.reversed)
	}
	if m.adjusted > 0 {
		text += fmt.Sprintf("; %d adjusted by hand", m.adjusted)
	}
	if m.taken.Minor > 0 {
		text += fmt.Sprintf("; less %s taken back on other components", m.taken)
	}
	return text
}
