package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"saveline/cmd/saveline/rehearsal"
	"saveline/internal/pg"
	"saveline/internal/pgtest"
)

func rehearseJSON(t testing.TB, dsn string, args ...string) rehearsal.DayResult {
	t.Helper()
	code, out, errs := saveline(t, dsn, append([]string{"rehearse", "--json"}, args...)...)
	if code != 0 {
		t.Fatalf("rehearse %v: status %d\n%s", args, code, errs)
	}
	var r rehearsal.DayResult
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("%v in %q", err, out)
	}
	return r
}

func TestARehearsedDayGoesFromLeadsToThePayrollFile(t *testing.T) {
	t.Parallel()
	dsn, out := pgtest.DSN(t), t.TempDir()

	r := rehearseJSON(t, dsn, "--generate", "600", "--agents", "5", "--hours", "1", "--answer-rate", "0.4", "--seed", "7", "--out", out)

	if r.Calls < 100 || r.Answered == 0 || r.Answered > r.Calls || r.Abandoned > r.Answered {
		t.Errorf("calls %d, answered %d, abandoned %d", r.Calls, r.Answered, r.Abandoned)
	}
	if r.Sales == 0 || r.Saves == 0 || r.Credits < r.Sales+r.Saves {
		t.Errorf("sales %d, saves %d, credits %d", r.Sales, r.Saves, r.Credits)
	}
	if r.Utilisation <= 0.1 || r.Utilisation >= 1 {
		t.Errorf("utilisation %v", r.Utilisation)
	}
	if r.Payout != r.Exported || r.Payout == "0.00" || r.Earnings != r.Payout || r.LedgerSum != "0.00" {
		t.Errorf("earnings %s, payout %s, exported %s, ledger %s", r.Earnings, r.Payout, r.Exported, r.LedgerSum)
	}
	if r.Outcomes["save"] != r.Saves || r.Outcomes["no_disposition"] != 0 {
		t.Errorf("outcomes %v, saves %d", r.Outcomes, r.Saves)
	}
	file, err := os.ReadFile(filepath.Join(out, "payroll.csv"))
	if err != nil || !strings.Contains(string(file), "run_id,row_no,employee_no") {
		t.Errorf("payroll file: %v\n%.200s", err, file)
	}
}

func TestTheSameSeedGivesTheSameDay(t *testing.T) {
	t.Parallel()
	dsn := pgtest.DSN(t)
	for _, mode := range []string{"progressive", "preview", "manual"} {
		args := []string{"--generate", "120", "--agents", "2", "--hours", "0.3", "--mode", mode, "--seed"}
		first, again := rehearseJSON(t, dsn, append(args, "11")...), rehearseJSON(t, dsn, append(args, "11")...)
		if diff := cmp.Diff(first, again); diff != "" {
			t.Errorf("%s, one seed, two days (-first +again):\n%s", mode, diff)
		}
		if first.Calls == 0 {
			t.Errorf("%s: nobody was called", mode)
		}
		if mode == "progressive" {
			if other := rehearseJSON(t, dsn, append(args, "12")...); other.Digest == first.Digest {
				t.Error("another seed gave the same digest: it does not cover the day")
			}
		}
	}
}

func TestARehearsalTouchesNoLiveTableAndLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	dsn := pgtest.DSN(t)
	db, err := pg.Open(context.Background(), dsn, pg.Settings{MaxOpen: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()

	rehearseJSON(t, dsn, "--generate", "20", "--agents", "1", "--hours", "0.1", "--seed", "991")

	var clients int
	if err := db.Get(&clients, `SELECT count(*) FROM clients`); err != nil || clients != 0 {
		t.Errorf("%d clients in the live tables (%v), want none", clients, err)
	}
}

func TestARehearsalSaysWhatIsWrongWithItsFlags(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"--agents", "0"},
		{"--mode", "predictive"},
		{"--start", "tomorrow"},
		{"--hours", "-1"},
		{"--answer-rate", "2"},
		{"--generate", "5", "--leads", "x.csv"},
		{"--nonsense"},
	} {
		code, _, errs := saveline(t, "postgres://nobody@127.0.0.1:1/none", append([]string{"rehearse"}, args...)...)
		if code != 2 || errs == "" {
			t.Errorf("%v: status %d, %q; want 2 and a sentence", args, code, errs)
		}
	}
}
