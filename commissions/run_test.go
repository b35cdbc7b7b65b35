package commissions_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"saveline/commissions"
	"saveline/internal/auth"
	"saveline/internal/errs"
)

// november is a month with a little of everything, standing in December with all holds passed.
func november(t *testing.T) *house {
	t.Helper()
	h := newHouse(t, 2)
	h.plan(saves(3), h.agents...)
	h.happened(
		result{ID: 1, Agent: h.agents[0], Kind: "save", At: "2026-11-02T18:00:00Z"},
		result{ID: 2, Agent: h.agents[0], Kind: "upsell", Value: 1200_00, At: "2026-11-03T18:00:00Z"},
		result{ID: 3, Agent: h.agents[1], Kind: "save", At: "2026-11-04T18:00:00Z"},
		result{ID: 4, Agent: h.agents[1], Kind: "save", At: "2026-11-30T18:00:00Z"}, // on hold until 3 December
	)
	h.setClock("2026-12-05T17:00:00Z")
	return h
}

func TestARunGoesFromDraftToReconciled(t *testing.T) {
	t.Parallel()
	h := november(t)
	run := h.openRun("2026-11-10")
	if run.State != commissions.RunDraft || run.Period.StartsOn != "2026-11-01" || run.CreatedBy != "Ana Payroll" {
		t.Fatalf("%+v", run)
	}
	if again := h.openRun("2026-11-20"); again.ID != run.ID {
		t.Fatalf("a second run %d of the month beside %d", again.ID, run.ID)
	}
	run, err := h.pay.Calculate(t.Context(), h.ana, run.ID)
	if err != nil || run.Total != usd(120_00) || run.Payees != 2 || run.Lines != 3 || run.Watermark != 4 || len(run.Blockers) != 0 {
		t.Fatalf("%+v (%v)", run, err)
	}
	for _, step := range []struct {
		act  func() (commissions.Run, error)
		want commissions.RunState
	}{
		{func() (commissions.Run, error) { return h.pay.Review(t.Context(), h.ana, run.ID) }, commissions.RunReviewed},
		{func() (commissions.Run, error) { return h.pay.Approve(t.Context(), h.ben, run.ID) }, commissions.RunApproved},
		{func() (commissions.Run, error) { return h.pay.Lock(t.Context(), h.ana, run.ID) }, commissions.RunLocked},
		{func() (commissions.Run, error) { return h.pay.Export(t.Context(), h.ana, run.ID, &bytes.Buffer{}) }, commissions.RunExported},
		{func() (commissions.Run, error) { return h.pay.Reconcile(t.Context(), h.ana, run.ID) }, commissions.RunReconciled},
	} {
		if run, err = step.act(); err != nil || run.State != step.want {
			t.Fatalf("%s: %v; want %s", run.State, err, step.want)
		}
	}
	want := map[string]string{ // the clearing account is empty: export is complete
		"expense:incentive:save_bonus": "-45.00", "expense:incentive:upsell": "-90.00", h.agent(1, "earned"): "15.00", "payroll_liability": "120.00",
	}
	if diff := cmp.Diff(want, h.books()); diff != "" {
		t.Error(diff)
	}
	if run.Exported != run.Total || run.ApprovedBy != "Ben Payroll" || len(run.ExportSHA256) != 64 {
		t.Errorf("%+v", run)
	}
	acts := h.count(`SELECT count(DISTINCT act) FROM audit WHERE object = $1`, fmt.Sprintf("run:%d", run.ID))
	if acts != 7 {
		t.Errorf("%d kinds of audit rows, want open and six steps", acts)
	}
}

func TestAStatementListsEveryLineWithItsCall(t *testing.T) {
	t.Parallel()
	h := november(t)
	run := h.approved("2026-11-10")
	items, total, err := h.pay.Statements(t.Context(), h.ana, run.ID, 10, 0)
	if err != nil || total != 2 || items[0].Name != "Agent 1" || items[0].Amount != usd(105_00) || items[0].Lines != 2 || items[0].EmployeeNo != "A-001" {
		t.Fatalf("%+v (%v)", items, err)
	}
	st, err := h.pay.StatementFor(t.Context(), h.ana, items[0].ID)
	if err != nil || len(st.Lines) != 2 {
		t.Fatalf("%+v (%v)", st, err)
	}
	l := st.Lines[1]
	if l.Call != 1002 || l.Result != 2 || l.Component != "upsell" || l.PlanVersion != 1 || l.Amount != usd(90_00) || l.Kind != "earn" {
		t.Errorf("%+v", l)
	}
	if want := `"rate": "7.5%"`; !strings.Contains(string(l.Basis), want) {
		t.Errorf("basis %s does not say %s", l.Basis, want)
	}
	if _, err := h.pay.OwnStatement(t.Context(), h.agents[0], st.ID); !errs.Is(err, errs.NotFound) {
		t.Errorf("an agent saw a statement before the lock: %v", err)
	}
	if _, err := h.pay.Lock(t.Context(), h.ana, run.ID); err != nil {
		t.Fatal(err)
	}
	if own, err := h.pay.OwnStatement(t.Context(), h.agents[0], st.ID); err != nil || len(own.Lines) != 2 {
		t.Errorf("%+v (%v)", own, err)
	}
	if _, err := h.pay.OwnStatement(t.Context(), h.agents[1], st.ID); !errs.Is(err, errs.NotFound) {
		t.Errorf("an agent saw another's statement: %v", err)
	}
	if own, n, err := h.pay.OwnStatements(t.Context(), h.agents[1], 10, 0); err != nil || n != 1 || own[0].Amount != usd(15_00) {
		t.Errorf("%+v (%v)", own, err)
	}
}

func TestWhoMayApprove(t *testing.T) {
	t.Parallel()
	h := november(t)
	run := h.openRun("2026-11-10")
	_, err := h.pay.Calculate(t.Context(), h.ana, run.ID)
	h.must(err)
	if _, err := h.pay.Approve(t.Context(), h.ben, run.ID); !errs.Is(err, errs.Conflict) {
		t.Errorf("approved before the review: %v", err)
	}
	_, err = h.pay.Review(t.Context(), h.ana, run.ID)
	h.must(err)
	byToken := h.ben
	byToken.Token = 5
	for _, c := range []struct {
		by   auth.Actor
		want string
	}{
		{h.ana, "you calculated this run"},
		{h.agents[0], "this run pays you"},
		{byToken, "an approval is a person's act"},
		{auth.System("test", h.client), "an approval is a person's act"},
	} {
		_, err := h.pay.Approve(t.Context(), c.by, run.ID)
		if !errs.Is(err, errs.Forbidden) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.by.Name, err, c.want)
		}
	}
	// And whatever a program does, the database refuses the same.
	for by, name := range map[auth.UserID]string{h.ana.User: "runs_four_eyes", h.agents[0].User: "runs_approver_not_paid"} {
		_, err := h.db.Exec(`UPDATE runs SET state = 'approved', approved_by = $2, approved_at = $3 WHERE id = $1`, run.ID, by, h.now())
		if err == nil || !strings.Contains(fmt.Sprintf("%#v", err), name) {
			t.Errorf("the database took %d as approver: %v, want %s", by, err, name)
		}
	}
	if _, err := h.db.Exec(`UPDATE runs SET state = 'approved' WHERE id = $1`, run.ID); err == nil {
		t.Error("the database took an approval by nobody")
	}
	if run, err = h.pay.Approve(t.Context(), h.ben, run.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := h.db.Exec(`UPDATE statements SET amount_minor = 1 WHERE run_id = $1`, run.ID); err == nil {
		t.Error("an approved statement was changed")
	}
	if _, err := h.pay.Calculate(t.Context(), h.ana, run.ID); !errs.Is(err, errs.Conflict) {
		t.Errorf("calculated after the approval: %v", err)
	}
}

func TestBooksThatMovedAreCalculatedAgain(t *testing.T) {
	t.Parallel()
	h := november(t)
	run := h.openRun("2026-11-10")
	_, err := h.pay.Calculate(t.Context(), h.ana, run.ID)
	h.must(err)
	_, err = h.pay.Review(t.Context(), h.ana, run.ID)
	h.must(err)
	h.reversed(1, "2026-11-20T18:00:00Z")
	if _, err := h.pay.Approve(t.Context(), h.ben, run.ID); !errs.Is(err, errs.Conflict) || !strings.Contains(err.Error(), "the books have moved") {
		t.Fatalf("approved what is no longer so: %v", err)
	}
	if run, err = h.pay.Calculate(t.Context(), h.ana, run.ID); err != nil || run.Total != usd(105_00) || run.ReviewedAt != nil {
		t.Fatalf("%+v (%v)", run, err)
	}
	_, err = h.pay.Review(t.Context(), h.ana, run.ID)
	h.must(err)
	_, err = h.pay.Approve(t.Context(), h.ben, run.ID)
	h.must(err)

	// What comes between approval and lock is not lost: the next run finds it.
	h.reversed(2, "2026-11-21T18:00:00Z")
	if run, err = h.pay.Lock(t.Context(), h.ana, run.ID); err != nil || run.Total != usd(105_00) {
		t.Fatalf("%+v (%v)", run, err)
	}
	h.setClock("2027-01-03T17:00:00Z")
	next := h.locked("2026-12-10")
	if next.Total != usd(15_00) || len(next.Notes) != 0 && !strings.Contains(next.Notes[0], "Agent 1") {
		t.Errorf("December %+v", next)
	}
	if got := h.balance(h.agent(0, "receivable")); got != "-90.00" {
		t.Errorf("agent 1 stands at %s, want the reversed upsell carried", got)
	}
}

func TestARunLocksOnlyAfterItsPeriod(t *testing.T) {
	t.Parallel()
	h := november(t)
	h.setClock("2026-12-01T04:59:59Z") // 23:59:59 of 30 November in New York
	run := h.approved("2026-11-10")
	if len(run.Blockers) != 1 || !strings.Contains(run.Blockers[0], "2026-12-01 in America/New_York") {
		t.Errorf("blockers %q", run.Blockers)
	}
	if _, err := h.pay.Lock(t.Context(), h.ana, run.ID); !errs.Is(err, errs.Conflict) {
		t.Fatalf("locked too early: %v", err)
	}
	h.setClock("2026-12-01T05:00:00Z")
	if _, err := h.pay.Lock(t.Context(), h.ana, run.ID); err != nil {
		t.Fatal(err)
	}
}

func TestALockedRunCannotChange(t *testing.T) {
	t.Parallel()
	h := november(t)
	run := h.locked("2026-11-10")
	for _, sql := range []string{
		`UPDATE entries SET amount_minor = 1`,
		`DELETE FROM entries`,
		`TRUNCATE entries CASCADE`,
		`UPDATE periods SET state = 'open' WHERE state = 'closed'`,
		`INSERT INTO entries (client_id, period_id, key, kind, debit, credit, amount_minor, currency, effective_at, recorded_at)
		 SELECT client_id, id, 'k', 'accrue', 'a', 'b', 1, 'USD', closed_at, closed_at FROM periods WHERE state = 'closed'`,
		`UPDATE plan_versions SET terms = '{}'`,
		`DELETE FROM plan_versions`,
		`DELETE FROM statements`,
	} {
		if _, err := h.db.Exec(sql); err == nil {
			t.Errorf("the database did this: %s", sql)
		}
	}
	if _, err := h.pay.Calculate(t.Context(), h.ana, run.ID); !errs.Is(err, errs.Conflict) {
		t.Errorf("calculated a locked run: %v", err)
	}
	if n := h.count(`SELECT count(*) FROM payables WHERE run_id = $1`, run.ID); n != 3 {
		t.Errorf("%d lines are settled, want 3", n)
	}
}

func TestWhatWasPaidAndIsReversedIsNettedByTheNextRun(t *testing.T) {
	t.Parallel()
	h := november(t)
	h.locked("2026-11-10")
	h.reversed(2, "2026-12-06T18:00:00Z") // the paid upsell: 90.00
	h.happened(result{ID: 10, Agent: h.agents[0], Kind: "save", At: "2026-12-06T19:00:00Z"})
	if got := h.balance(h.agent(0, "receivable")); got != "-90.00" {
		t.Fatalf("receivable %s, want -90.00", got)
	}
	h.setClock("2027-01-02T17:00:00Z")
	dec := h.locked("2026-12-10")
	if dec.Total != usd(15_00) || dec.Payees != 1 || len(dec.Notes) != 1 || !strings.HasPrefix(dec.Notes[0], "Agent 1 owes more") {
		t.Fatalf("December pays only agent 2's late save: %+v", dec)
	}
	if earned, owed := h.balance(h.agent(0, "earned")), h.balance(h.agent(0, "receivable")); earned != "0.00" || owed != "-75.00" {
		t.Errorf("agent 1 has %s earned and owes %s, want what is not netted carried: -75.00", earned, owed)
	}
	if mine, err := h.pay.Preview(t.Context(), h.agents[0], "2026-12-10"); err != nil || mine.Owed != usd(75_00) {
		t.Errorf("my pay says %s is owed (%v)", mine.Owed, err)
	}
	for i := range 6 {
		h.happened(result{ID: int64(20 + i), Agent: h.agents[0], Kind: "save", At: "2027-01-02T18:00:00Z"})
	}
	h.setClock("2027-02-02T17:00:00Z")
	jan := h.locked("2027-01-10")
	if jan.Total != usd(15_00) { // 15 + 6 x 15 - 90
		t.Errorf("January pays %s, want 15.00", jan.Total)
	}
	want := map[string]string{
		"expense:incentive:save_bonus": "-150.00", fmt.Sprintf("payroll_clearing:%d", jan.ID): "15.00",
		fmt.Sprintf("payroll_clearing:%d", dec.ID): "15.00", "payroll_clearing:1": "120.00",
	}
	if diff := cmp.Diff(want, h.books()); diff != "" {
		t.Error(diff)
	}
	var file bytes.Buffer
	if _, err := h.pay.Export(t.Context(), h.ana, jan.ID, &file); err != nil || !strings.Contains(file.String(), "less 75.00 taken back on other components") {
		t.Errorf("%s (%v)", file.String(), err)
	}
}

func TestTheFileIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	h := november(t)
	h.exec(`UPDATE users SET employee_no = NULL WHERE id = $1`, h.agents[1].User)
	run := h.openRun("2026-11-10")
	run, err := h.pay.Calculate(t.Context(), h.ana, run.ID)
	if err != nil || len(run.Blockers) != 1 || !strings.Contains(run.Blockers[0], "payroll does not know these people: Agent 2.") {
		t.Fatalf("blockers %q (%v)", run.Blockers, err)
	}
	run = h.locked("2026-11-10")
	var file bytes.Buffer
	_, err = h.pay.Export(t.Context(), h.ana, run.ID, &file)
	if !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), "Agent 2") || file.Len() != 0 || h.count(`SELECT count(*) FROM run_files`) != 0 {
		t.Fatalf("%d bytes were written (%v)", file.Len(), err)
	}
	h.exec(`UPDATE users SET employee_no = 'A-002' WHERE id = $1`, h.agents[1].User)
	if err := h.pay.File(t.Context(), h.ana, run.ID, &file); !errs.Is(err, errs.Conflict) {
		t.Fatalf("a file before the export: %v", err)
	}
	run, err = h.pay.Export(t.Context(), h.ana, run.ID, &file)
	if err != nil || run.State != commissions.RunExported || run.Exported != usd(120_00) {
		t.Fatalf("%+v (%v)", run, err)
	}
	rows := strings.Split(strings.TrimSpace(file.String()), "\r\n")
	if len(rows) != 4 || !strings.HasPrefix(rows[1], fmt.Sprintf("%d,1,A-001,Agent 1,,2026-11-01,2026-11-30,,save_bonus,save_bonus,15.00,USD,,1,,", run.ID)) {
		t.Errorf("file:\n%s", file.String())
	}
	h.exec(`UPDATE users SET name = 'Renamed', employee_no = 'B-' || id`) // what payroll has got stays as it was
	var again bytes.Buffer
	if _, err := h.pay.Export(t.Context(), h.ana, run.ID, &again); err != nil || !bytes.Equal(file.Bytes(), again.Bytes()) {
		t.Errorf("the second export differs (%v)", err)
	}
	h.exec(`UPDATE run_files SET body = body || 'x'`)
	if err := h.pay.File(t.Context(), h.ana, run.ID, &again); err == nil {
		t.Error("a file that somebody changed was handed out")
	}
}

func TestTheHashIsOfTheInputsAlone(t *testing.T) {
	t.Parallel()
	hash := func(order []int) string {
		h := newHouse(t, 2)
		if order[0] != 0 {
			h.serial() // other ids all over
			h.plan(saves(9))
		}
		p, err := h.pay.CreatePlan(t.Context(), h.manager, commissions.NewPlan{Name: "The plan", NewVersion: commissions.NewVersion{Terms: saves(1)}})
		h.must(err)
		_, err = h.pay.ApproveVersion(t.Context(), h.ben, p.Versions[0].ID)
		h.must(err)
		for _, a := range h.agents {
			_, err := h.pay.Assign(t.Context(), h.manager, commissions.NewAssignment{Plan: p.ID, User: a.User, FromDate: "2026-11-01"})
			h.must(err)
		}
		all := []result{
			{Agent: h.agents[0], Kind: "save", At: "2026-11-02T18:00:00Z"},
			{Agent: h.agents[0], Kind: "upsell", Value: 99_99, At: "2026-11-02T19:00:00Z"},
			{Agent: h.agents[1], Kind: "save", At: "2026-11-03T18:00:00Z"},
			{Agent: h.agents[1], Kind: "upsell", Value: 50_00, At: "2026-11-03T18:00:00Z"},
		}
		for n, i := range order {
			r := all[i]
			r.ID = int64(100*order[0] + n + 1) // results are numbered in the order of arrival
			h.happened(r)
			h.setClock(fmt.Sprintf("2026-12-0%dT17:00:00Z", n+1)) // and recorded at different times
		}
		run := h.openRun("2026-11-10")
		run, err = h.pay.Calculate(t.Context(), h.ana, run.ID)
		h.must(err)
		return run.Hash
	}
	a, b := hash([]int{0, 1, 2, 3}), hash([]int{3, 1, 0, 2})
	if a != b || len(a) != 64 {
		t.Errorf("the same inputs in another order: %s and %s", a, b)
	}
}

func TestARunIsItsClientsOwn(t *testing.T) {
	t.Parallel()
	h := november(t)
	run := h.openRun("2026-11-10")
	stranger := h.ana
	stranger.Clients = []auth.ClientID{h.newClient("Contoso", "Asia/Seoul")}
	for name, err := range map[string]error{
		"run":       second(h.pay.RunFor(t.Context(), stranger, run.ID)),
		"calculate": second(h.pay.Calculate(t.Context(), stranger, run.ID)),
		"export":    second(h.pay.Export(t.Context(), stranger, run.ID, &bytes.Buffer{})),
		"open":      second(h.pay.OpenRun(t.Context(), stranger, commissions.NewRun{Period: run.Period.ID})),
	} {
		if !errs.Is(err, errs.NotFound) {
			t.Errorf("%s: another client's actor got %v", name, err)
		}
	}
	if sums, err := h.pay.LedgerSum(t.Context(), stranger); err != nil || len(sums) != 0 {
		t.Errorf("another client's ledger sums to %v (%v)", sums, err)
	}
}

func second[T any](_ T, err error) error { return err }
