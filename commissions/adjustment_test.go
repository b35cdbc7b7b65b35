package commissions_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"saveline/commissions"
	"saveline/internal/auth"
	"saveline/internal/errs"
)

// goodwill is an adjustment that fits; change makes it another.
func (h *house) goodwill(agent int, minor int64, change func(*commissions.NewAdjustment)) commissions.NewAdjustment {
	in := commissions.NewAdjustment{
		User: h.agents[agent].User, Amount: usd(minor), Component: "save_bonus", Reason: "goodwill", Evidence: "https://tickets.example/7",
	}
	if change != nil {
		change(&in)
	}
	return in
}

func TestAnAdjustmentTakesTwoPeopleAndIsPaid(t *testing.T) {
	t.Parallel()
	h := november(t)
	h.vest()
	a, err := h.pay.Adjust(t.Context(), h.manager, h.goodwill(1, 20_00, nil))
	if err != nil || a.State != commissions.AdjustmentProposed || a.EnteredBy != "Mia Manager" || a.Amount != usd(20_00) {
		t.Fatalf("%+v (%v)", a, err)
	}
	if got := h.balance(h.agent(1, "earned")); got != "30.00" {
		t.Errorf("proposed, it moved money: %s", got)
	}
	byToken := h.ana
	byToken.Token = 3
	for _, c := range []struct {
		by   auth.Actor
		want string
	}{{h.manager, "you entered this adjustment"}, {h.agents[1], "of your own pay"}, {byToken, "a person's act"}} {
		if _, err := h.pay.DecideAdjustment(t.Context(), c.by, a.ID, true); !errs.Is(err, errs.Forbidden) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.by.Name, err, c.want)
		}
	}
	// And whatever a program does, the database refuses the same.
	for _, sql := range []string{
		`UPDATE adjustments SET state = 'approved', decided_by = entered_by, decided_at = entered_at`,
		`UPDATE adjustments SET state = 'approved', decided_by = user_id, decided_at = entered_at`,
		`UPDATE adjustments SET state = 'approved'`,
		`UPDATE adjustments SET amount_minor = 1`,
		`UPDATE adjustments SET evidence = ''`,
		`DELETE FROM adjustments`,
		`UPDATE adjustments SET user_id = entered_by`,
		`UPDATE adjustments SET reason = 'because'`,
	} {
		if _, err := h.db.Exec(sql); err == nil {
			t.Errorf("the database did this: %s", sql)
		}
	}
	if a, err = h.pay.DecideAdjustment(t.Context(), h.ana, a.ID, true); err != nil || a.State != commissions.AdjustmentApproved || a.DecidedBy != "Ana Payroll" {
		t.Fatalf("%+v (%v)", a, err)
	}
	if _, err := h.pay.DecideAdjustment(t.Context(), h.ben, a.ID, false); !errs.Is(err, errs.Conflict) {
		t.Errorf("decided twice: %v", err)
	}
	if _, err := h.db.Exec(`UPDATE adjustments SET state = 'refused'`); err == nil {
		t.Error("a decided adjustment was changed")
	}
	h.setClock("2027-01-02T17:00:00Z")
	run := h.locked("2026-12-10")
	var file strings.Builder
	if _, err := h.pay.Export(t.Context(), h.ana, run.ID, &file); err != nil || run.Total != usd(155_00) || !strings.Contains(file.String(), "1 adjusted by hand") {
		t.Errorf("%s\n%s (%v)", run.Total, file.String(), err)
	}
}

func faultsOf(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return fmt.Sprint(e.Fields)
	}
	return ""
}

func TestAdjustmentsAreRefusedWithAllTheirFaults(t *testing.T) {
	t.Parallel()
	h := november(t)
	h.vest()
	_, err := h.pay.Adjust(t.Context(), h.manager, commissions.NewAdjustment{Reason: "because"})
	for _, fault := range []string{"whose pay", "changes nothing", "which line of the statement", "must be one of wrong_amount", "where the evidence is"} {
		if !errs.Is(err, errs.Invalid) || !strings.Contains(faultsOf(err), fault) {
			t.Errorf("%v does not say %q", err, fault)
		}
	}
	if _, err := h.pay.Adjust(t.Context(), h.agents[0], h.goodwill(0, 100, nil)); !errs.Is(err, errs.Forbidden) {
		t.Errorf("one's own pay: %v", err)
	}
	if _, err := h.pay.Adjust(t.Context(), h.manager, h.goodwill(0, 100, func(in *commissions.NewAdjustment) { in.User = 999 })); !errs.Is(err, errs.NotFound) {
		t.Errorf("nobody: %v", err)
	}
	stranger := h.manager
	stranger.Clients = []auth.ClientID{h.newClient("Contoso", "UTC")}
	if _, err := h.pay.Adjust(t.Context(), stranger, h.goodwill(0, 100, func(in *commissions.NewAdjustment) { in.Adjusts = 1 })); !errs.Is(err, errs.NotFound) {
		t.Errorf("another client's entry: %v", err)
	}
	a, err := h.pay.Adjust(t.Context(), h.manager, h.goodwill(0, 100, nil))
	h.must(err)
	if _, err := h.pay.DecideAdjustment(t.Context(), stranger, a.ID, true); !errs.Is(err, errs.NotFound) {
		t.Errorf("another client's adjustment: %v", err)
	}
	if a, err = h.pay.DecideAdjustment(t.Context(), h.ben, a.ID, false); err != nil || a.State != commissions.AdjustmentRefused {
		t.Errorf("%+v (%v)", a, err)
	}
	if n := h.count(`SELECT count(*) FROM entries WHERE kind = 'adjust'`); n != 0 {
		t.Errorf("%d entries of a refused adjustment", n)
	}
	if items, n, err := h.pay.Adjustments(t.Context(), h.manager, "refused", 10, 0); err != nil || n != 1 || items[0].ID != a.ID {
		t.Errorf("%+v %d (%v)", items, n, err)
	}
}

// TestACorrectionOfAPaidLine: November is paid; a line of it was wrong. The delta is posted to the open month, points at the
// line, counts for its time, and a correction run pays it without waiting for December to end.
func TestACorrectionOfAPaidLine(t *testing.T) {
	t.Parallel()
	h := november(t)
	paid := h.locked("2026-11-10")
	if _, err := h.pay.OpenRun(t.Context(), h.ana, commissions.NewRun{Corrects: 99}); !errs.Is(err, errs.NotFound) {
		t.Errorf("a correction of nothing: %v", err)
	}
	line := commissions.EntryID(h.count(`SELECT id FROM entries WHERE kind = 'earn' AND component = 'upsell'`))
	a, err := h.pay.Adjust(t.Context(), h.manager, h.goodwill(0, 9_00, func(in *commissions.NewAdjustment) {
		in.User, in.Component, in.Reason, in.Adjusts = 0, "", "wrong_amount", line
	}))
	h.must(err)
	_, err = h.pay.DecideAdjustment(t.Context(), h.ben, a.ID, true)
	h.must(err)
	if n := h.count(`SELECT count(*) FROM entries e JOIN periods p ON p.id = e.period_id WHERE e.adjusts_id = $1 AND p.starts_on = '2026-12-01'
		AND e.effective_at < '2026-12-01' AND e.credit_id IS NOT NULL AND e.plan_version_id IS NOT NULL`, line); n != 1 {
		t.Fatalf("%d deltas of entry %d in the open month", n, line)
	}
	h.happened(result{ID: 20, Agent: h.agents[1], Kind: "save", At: "2026-12-01T18:00:00Z"}) // December's: not the correction's
	h.setClock("2026-12-08T17:00:00Z")

	run, err := h.pay.OpenRun(t.Context(), h.ana, commissions.NewRun{Corrects: paid.ID})
	if err != nil || run.Corrects != paid.ID || run.Seq != 2 || run.Period.ID != paid.Period.ID {
		t.Fatalf("%+v (%v)", run, err)
	}
	if again, err := h.pay.OpenRun(t.Context(), h.ana, commissions.NewRun{Corrects: paid.ID}); err != nil || again.ID != run.ID {
		t.Errorf("a second correction at once: %+v (%v)", again, err)
	}
	for _, step := range []func() (commissions.Run, error){
		func() (commissions.Run, error) { return h.pay.Calculate(t.Context(), h.ana, run.ID) },
		func() (commissions.Run, error) { return h.pay.Review(t.Context(), h.ana, run.ID) },
		func() (commissions.Run, error) { return h.pay.Approve(t.Context(), h.ben, run.ID) },
		func() (commissions.Run, error) { return h.pay.Lock(t.Context(), h.ana, run.ID) },
	} {
		if run, err = step(); err != nil {
			t.Fatal(err)
		}
	}
	if run.Total != usd(9_00) || run.Lines != 1 || run.Payees != 1 {
		t.Errorf("the correction pays %s in %d lines", run.Total, run.Lines)
	}
	if v := h.verify(); !v.OK() {
		t.Errorf("%q", v.Faults)
	}
	if _, err := h.pay.Lock(t.Context(), h.ana, paid.ID); !errs.Is(err, errs.Conflict) {
		t.Errorf("the first run was opened again: %v", err)
	}
}

// TestWhoEditsDoesNotExport: whoever had a hand in an amount, or wrote the plan, does not send the file.
func TestWhoEditsDoesNotExport(t *testing.T) {
	t.Parallel()
	h := november(t)
	h.vest()
	a, err := h.pay.Adjust(t.Context(), h.ana, h.goodwill(1, 20_00, func(in *commissions.NewAdjustment) {
		in.User, in.Adjusts = 0, commissions.EntryID(h.count(`SELECT min(id) FROM entries WHERE kind = 'earn'`))
	}))
	h.must(err)
	_, err = h.pay.DecideAdjustment(t.Context(), h.ben, a.ID, true)
	h.must(err)
	run := h.locked("2026-11-10")
	for _, by := range []auth.Actor{h.ana, h.manager} {
		if _, err := h.pay.Export(t.Context(), by, run.ID, &strings.Builder{}); !errs.Is(err, errs.Forbidden) || !strings.Contains(err.Error(), "somebody else has to send the file") {
			t.Errorf("%s exported: %v", by.Name, err)
		}
		if _, err := h.db.Exec(`UPDATE runs SET exported_by = $1 WHERE id = $2`, by.User, run.ID); err == nil {
			t.Errorf("the database took %s as exporter", by.Name)
		}
	}
	if run, err := h.pay.Export(t.Context(), h.ben, run.ID, &strings.Builder{}); err != nil || run.ExportedBy != "Ben Payroll" {
		t.Errorf("%+v (%v)", run, err)
	}
}

// TestALeaversDebtIsWrittenOff: what was taken back after it was paid, and no later pay makes good, is given up by two
// people; the next run settles both and pays nothing.
func TestALeaversDebtIsWrittenOff(t *testing.T) {
	t.Parallel()
	h := november(t)
	h.locked("2026-11-10")
	leaver := h.agents[0].User
	in := commissions.NewWriteOff{User: leaver, Currency: "USD", Evidence: "HR-2026-12"}
	if _, err := h.pay.WriteOff(t.Context(), h.manager, in); !errs.Is(err, errs.Conflict) {
		t.Errorf("nothing is owed: %v", err)
	}
	h.reversed(2, "2026-12-06T18:00:00Z") // the paid upsell: 90.00
	a, err := h.pay.WriteOff(t.Context(), h.manager, in)
	if err != nil || a.Amount != usd(90_00) || a.Kind != "write_off" || a.Reason != "left" {
		t.Fatalf("%+v (%v)", a, err)
	}
	second, err := h.pay.WriteOff(t.Context(), h.manager, in)
	h.must(err)
	_, err = h.pay.DecideAdjustment(t.Context(), h.ben, a.ID, true)
	h.must(err)
	if _, err := h.pay.DecideAdjustment(t.Context(), h.ben, second.ID, true); !errs.Is(err, errs.Conflict) {
		t.Errorf("written off twice: %v", err)
	}
	want := map[string]string{
		"expense:incentive:save_bonus": "-45.00", "expense:writeoff": "-90.00", h.agent(1, "earned"): "15.00", "payroll_clearing:1": "120.00",
	}
	if diff := cmp.Diff(want, h.books()); diff != "" {
		t.Error(diff)
	}
	h.setClock("2027-01-02T17:00:00Z")
	run := h.locked("2026-12-10")
	if run.Total != usd(15_00) || len(run.Notes) != 0 {
		t.Errorf("December %+v", run)
	}
	if n := h.count(`SELECT count(*) FROM payables WHERE run_id IS NULL`); n != 0 {
		t.Errorf("%d lines are left unsettled", n)
	}
	if v := h.verify(); !v.OK() {
		t.Errorf("%q", v.Faults)
	}
}
