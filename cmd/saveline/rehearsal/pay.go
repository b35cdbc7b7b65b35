package rehearsal

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"saveline/commissions"
	"saveline/internal/money"
)

// pay closes the month: the hold passes, a run is calculated by one person, approved by another, locked and written
// to a file, and the result is read back from that file.
func pay(ctx context.Context, s Services, st *Staff, clock *Clock, out string, r *DayResult) error {
	held := clock.Now().AddDate(0, 0, holdDays+1) // pay counts in the month in which it is earned
	clock.Set(monthEnd(held, st.Client.Zone).Add(time.Hour))
	if err := s.Facts.Drain(ctx); err != nil {
		return err
	}
	if _, err := s.Commissions.Vest(ctx); err != nil {
		return err
	}
	period, err := s.Commissions.PeriodAt(ctx, st.PayrollA, st.Client.ID, held)
	if err != nil {
		return err
	}
	run, err := s.Commissions.OpenRun(ctx, st.PayrollA, commissions.NewRun{Client: st.Client.ID, Period: period.ID})
	if err != nil {
		return err
	}
	if run, err = s.Commissions.Calculate(ctx, st.PayrollA, run.ID); err != nil {
		return err
	}
	if run, err = s.Commissions.Review(ctx, st.PayrollA, run.ID); err != nil {
		return err
	}
	if run, err = s.Commissions.Approve(ctx, st.PayrollB, run.ID); err != nil {
		return err
	}
	if run, err = s.Commissions.Lock(ctx, st.PayrollA, run.ID); err != nil {
		return err
	}
	r.Payout = run.Total.String()
	if r.Exported, err = export(ctx, s, st, run.ID, out); err != nil {
		return err
	}
	if _, err := s.Commissions.Reconcile(ctx, st.PayrollA, run.ID); err != nil {
		return err
	}
	return ledgerSum(ctx, s, st, r)
}

// ledgerSum is debits less credits over all accounts.
func ledgerSum(ctx context.Context, s Services, st *Staff, r *DayResult) error {
	sums, err := s.Commissions.LedgerSum(ctx, st.PayrollA)
	if err != nil {
		return err
	}
	total := money.Amount{Currency: currency}
	for _, sum := range sums {
		if total, err = total.Add(sum); err != nil {
			return err
		}
	}
	r.LedgerSum = total.String()
	return nil
}

// export writes the payroll file and adds up what the written file says.
func export(ctx context.Context, s Services, st *Staff, run commissions.RunID, out string) (total string, err error) {
	dir := out
	if dir == "" {
		if dir, err = os.MkdirTemp("", "saveline-rehearsal-"); err != nil {
			return "", err
		}
		defer func() { _ = os.RemoveAll(dir) }()
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	name := filepath.Join(dir, "payroll.csv")
	f, err := os.Create(name)
	if err != nil {
		return "", err
	}
	_, err = s.Commissions.Export(ctx, st.PayrollA, run, f)
	if err := errors.Join(err, f.Close()); err != nil {
		return "", err
	}
	written, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer func() { _ = written.Close() }()
	return addUp(written)
}

// addUp is the sum of the amount column of a payroll file.
func addUp(r io.Reader) (string, error) {
	rows, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return "", fmt.Errorf("read the payroll file back: %w", err)
	}
	if len(rows) == 0 {
		return "", errors.New("the payroll file has no header")
	}
	column := -1
	for i, h := range rows[0] {
		if strings.TrimPrefix(h, "\ufeff") == "amount" {
			column = i
		}
	}
	if column < 0 {
		return "", errors.New("the payroll file has no amount column")
	}
	sum := money.Amount{Currency: currency}
	for _, row := range rows[1:] {
		a, err := money.Parse(row[column], currency)
		if err != nil {
			return "", err
		}
		if sum, err = sum.Add(a); err != nil {
			return "", err
		}
	}
	return sum.String(), nil
}

// monthEnd is the first instant after t's month, in the client's zone.
func monthEnd(t time.Time, zone string) time.Time {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		loc = time.UTC
	}
	y, m, _ := t.In(loc).Date()
	return time.Date(y, m+1, 1, 0, 0, 0, 0, loc)
}
