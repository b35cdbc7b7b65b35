package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"saveline/internal/pg"
)

func TestLedgerVerifyAndExport(t *testing.T) {
	t.Parallel()
	dsn := emptyDSN(t)
	works(t, dsn, "migrate")
	db, err := pg.Open(t.Context(), dsn, pg.Settings{MaxOpen: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, sql := range []string{
		`INSERT INTO clients (name, zone, created_at) VALUES ('Northwind', 'UTC', '2026-11-01')`,
		`INSERT INTO periods (client_id, starts_on, ends_on, zone, state) VALUES (1, '2026-11-01', '2026-12-01', 'UTC', 'open')`,
		`INSERT INTO entries (client_id, period_id, key, kind, debit, credit, amount_minor, currency, effective_at, recorded_at)
		 VALUES (1, 1, 'reconcile:run1', 'reconcile', 'payroll_clearing:1', 'payroll_liability', 1234, 'USD', '2026-11-02', '2026-11-02')`,
	} {
		if _, err := db.Exec(sql); err != nil {
			t.Fatal(err)
		}
	}
	if out := works(t, dsn, "ledger", "verify"); !strings.Contains(out, "client 1 (Northwind): 0 lines under 0 seals, 1 wait") || !strings.Contains(out, "the books are whole") {
		t.Errorf("verify says %q", out)
	}
	if out := works(t, dsn, "ledger", "export"); !strings.Contains(out, "payroll_clearing:1  12.34 USD\n") {
		t.Errorf("export says %q", out)
	}
	file := filepath.Join(t.TempDir(), "ledger.csv")
	works(t, dsn, "ledger", "export", "-format", "csv", "-client", "1", file)
	if raw, err := os.ReadFile(file); err != nil || strings.Count(string(raw), "\n") != 2 {
		t.Errorf("%q (%v)", raw, err)
	}
	for _, args := range [][]string{
		{"ledger"},
		{"ledger", "burn"},
		{"ledger", "export", "-format", "xml"},
		{"ledger", "verify", "-anchor", "x"},
		{"ledger", "export", "-format", "csv", file}, // it is there already
	} {
		if code, _, says := saveline(t, dsn, args...); code != 2 || says == "" {
			t.Errorf("%v: status %d, %q", args, code, says)
		}
	}
	if _, err := db.Exec(`INSERT INTO seal_heads (client_id, seq, position) VALUES (1, 3, 7)`); err != nil {
		t.Fatal(err)
	}
	if code, out, says := saveline(t, dsn, "ledger", "verify"); code != 1 || !strings.Contains(out, "WRONG: client 1: the chain ends at seal 0") || !strings.Contains(says, "1 things are wrong") {
		t.Errorf("status %d, %q, %q", code, out, says)
	}
	if code, _, _ := saveline(t, dsn, "ledger", "verify", "-client", "9"); code != 1 {
		t.Errorf("a client that is not there: status %d", code)
	}
}
