package commissions_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"saveline/commissions"
	"saveline/commissions/law"
	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/errs"
)

func asError(err error) (*errs.Error, bool) { return errors.AsType[*errs.Error](err) }

// calculated takes november's run to its calculation.
func (h *house) calculated() commissions.Run {
	h.t.Helper()
	run, err := h.pay.Calculate(h.ctx(), h.ana, h.openRun("2026-11-10").ID)
	h.must(err)
	return run
}

// law is what the law says of a run by one rule.
func (h *house) law(run commissions.Run, rule string) (out []commissions.LawFinding) {
	h.t.Helper()
	report, err := h.pay.LawReportFor(h.ctx(), h.ana, run.ID)
	h.must(err)
	for _, f := range report.Findings {
		if f.Rule == rule {
			out = append(out, f)
		}
	}
	return out
}

func (h *house) hours(rows ...string) {
	h.t.Helper()
	file := "employee_no,workweek_start,work,overtime,wage,premium_paid,minimum_wage,currency\n" + strings.Join(rows, "\n") + "\n"
	got, err := h.pay.ImportHours(h.ctx(), h.ana, 0, strings.NewReader(file))
	h.must(err)
	if got.Weeks != len(rows) {
		h.t.Fatalf("%d weeks of %d", got.Weeks, len(rows))
	}
}

// What was paid for the week of 1 November with 46 hours at 12.00 and 105.00 of incentives in it: 105.00 x 6 / 92.
func TestTheRegularRateFeedOfARun(t *testing.T) {
	t.Parallel()
	h := november(t)
	h.settings(func(s *commissions.PayrollSettings) {
		s.Codes = []commissions.PayrollCode{{Component: "save_bonus", Code: "SB", Kind: law.FlatSum}, {Component: "upsell", Code: "C", Kind: law.Commission}}
	})
	h.known(0, func(p *commissions.PayrollPerson) { p.Jurisdiction, p.Status = "US-CA", law.Nonexempt })
	h.hours("A-001,2026-11-01,46,6,552.00,36.00,7.25,USD")
	run := h.calculated()
	file, err := h.pay.RateFeed(h.ctx(), h.ana, run.ID)
	want := "employee_no,workweek_start,hours_total,hours_ot,hours_nonot,incentive_alloc,alloc_method,bonus_kind,ot_premium_due_fed,ot_premium_due_ca,run_id\r\n" +
		"A-001,2026-11-01,46.00,6.00,40.00,15.00,by_week_earned,flat_sum,0.98,3.38,#\r\n" + // 15.00 x 6 / 92; 15.00 / 40 x 1.5 x 6
		"A-001,2026-11-01,46.00,6.00,40.00,90.00,by_week_earned,commission,5.87,5.87,#\r\n" +
		"A-002,2026-11-01,,,,15.00,by_week_earned,flat_sum,,,#\r\n"
	if got := string(file.Body); err != nil || got != strings.ReplaceAll(want, "#", fmt.Sprint(run.ID)) {
		t.Errorf("%s (%v)", got, err)
	}
	if f := h.law(run, "L3"); len(f) != 1 || !strings.Contains(f[0].Sentence, "6.85 more is due") {
		t.Errorf("L3: %+v", f)
	}
	if f := h.law(run, "L13"); len(f) != 1 || !strings.Contains(f[0].Sentence, "overtime gets 3.38 on it instead of 0.98") {
		t.Errorf("L13: %+v", f)
	}
	if f := h.law(run, "facts"); len(f) != 1 || !strings.HasPrefix(f[0].Sentence, "Agent 2 works in no place") {
		t.Errorf("facts: %+v", f)
	}
	report, err := h.pay.LawReportFor(h.ctx(), h.ana, run.ID)
	if err != nil || len(report.Verdicts) != 18 {
		t.Errorf("%d verdicts (%v)", len(report.Verdicts), err)
	}
}

func TestABlockingFindingIsAnsweredForByAnother(t *testing.T) {
	t.Parallel()
	h := november(t)
	h.known(0, func(p *commissions.PayrollPerson) { p.Jurisdiction, p.Status = "US-CA", law.Nonexempt })
	run := h.calculated()
	_, err := h.pay.Review(h.ctx(), h.ana, run.ID)
	h.must(err)
	if _, err := h.pay.Approve(h.ctx(), h.ben, run.ID); !errs.Is(err, errs.Conflict) || !strings.Contains(err.Error(), "Agent 1 has commissions and no signed plan") {
		t.Fatalf("approved in spite of the law: %v", err)
	}
	found := h.law(run, "L10")
	if len(found) != 1 || found[0].Severity != law.Block {
		t.Fatalf("%+v", found)
	}
	in := commissions.NewAcknowledgement{Key: found[0].Key, Reason: "signed on paper, file 12"}
	byToken := h.ben
	byToken.Token = 5
	for _, c := range []struct {
		by   auth.Actor
		in   commissions.NewAcknowledgement
		want errs.Code
	}{
		{h.ana, in, errs.Forbidden},   // calculated it
		{byToken, in, errs.Forbidden}, // is a program
		{h.ben, commissions.NewAcknowledgement{Key: in.Key, Reason: " "}, errs.Invalid},
		{h.ben, commissions.NewAcknowledgement{Key: "none", Reason: "x"}, errs.NotFound},
	} {
		if _, err := h.pay.Acknowledge(h.ctx(), c.by, run.ID, c.in); !errs.Is(err, c.want) {
			t.Errorf("%s, %+v: %v, want %s", c.by.Name, c.in, err, c.want)
		}
	}
	report, err := h.pay.Acknowledge(h.ctx(), h.ben, run.ID, in)
	i := slices.IndexFunc(report.Findings, func(f commissions.LawFinding) bool { return f.Key == in.Key })
	if err != nil || report.Open != 0 || report.Findings[i].Acknowledgement == nil || report.Findings[i].Acknowledgement.Name != "Ben Payroll" {
		t.Fatalf("%+v (%v)", report, err)
	}
	if _, err := h.pay.Acknowledge(h.ctx(), h.ben, run.ID, in); !errs.Is(err, errs.Conflict) {
		t.Errorf("answered twice: %v", err)
	}
	for _, sql := range []string{`UPDATE law_acknowledgements SET reason = 'x'`, `DELETE FROM law_acknowledgements`} {
		if _, err := h.db.Exec(sql); err == nil {
			t.Errorf("the database did this: %s", sql)
		}
	}
	if n := h.count(`SELECT count(*) FROM audit WHERE act = 'run.law_acknowledge' AND why = $1`, in.Reason); n != 1 {
		t.Errorf("%d audit rows", n)
	}
	if run, err = h.pay.Approve(h.ctx(), h.ben, run.ID); err != nil || run.State != commissions.RunApproved {
		t.Fatalf("%+v (%v)", run, err)
	}
	if _, err := h.pay.Acknowledge(h.ctx(), h.ben, run.ID, in); !errs.Is(err, errs.Conflict) {
		t.Errorf("answered after the approval: %v", err)
	}
}

func TestASignedPlanBlocksNothing(t *testing.T) {
	t.Parallel()
	h := november(t)
	signed, late := rules.Date("2026-11-01"), rules.Date("2026-11-03")
	h.known(0, func(p *commissions.PayrollPerson) {
		p.Jurisdiction, p.SignedOn, p.ReceivedOn = "US-CA", &signed, &signed
	})
	h.known(1, func(p *commissions.PayrollPerson) { p.Jurisdiction, p.SignedOn = "US-NY", &late })
	run := h.calculated()
	if f := append(h.law(run, "L10"), h.law(run, "L14")...); len(f) != 0 { // the first earning of agent 2 is of 4 November
		t.Errorf("%+v", f)
	}
}

// What is taken back after it was earned: unlawful in California, and in Korea without consent.
func TestTakingBackIsLookedAt(t *testing.T) {
	t.Parallel()
	h := november(t)
	yes := true
	h.known(0, func(p *commissions.PayrollPerson) { p.Jurisdiction = "KR" })
	h.vest() // it was earned
	h.reversed(1, "2026-12-05T16:00:00Z")
	h.settings(func(s *commissions.PayrollSettings) {
		s.Codes = []commissions.PayrollCode{{Component: "save_bonus", Code: "SB", AvgWage: &yes, Basic13th: &yes}, {Component: "upsell", Code: "C", AvgWage: &yes}}
	})
	run, err := h.pay.Calculate(h.ctx(), h.ana, h.openRun("2026-12-05").ID)
	h.must(err)
	if f := h.law(run, "L16"); len(f) == 0 || !strings.Contains(f[0].Sentence, "Agent 1 has 15.00 of save_bonus taken out of wages") {
		t.Errorf("L16: %+v", f)
	}
	h.known(0, func(p *commissions.PayrollPerson) { p.Jurisdiction, p.NettingConsent = "KR", true })
	for _, f := range h.law(run, "L16") {
		if f.Severity == law.Block {
			t.Errorf("with consent: %+v", f)
		}
	}
	h.known(0, func(p *commissions.PayrollPerson) { p.Jurisdiction = "US-CA" })
	if f := h.law(run, "L11"); len(f) != 1 || !strings.Contains(f[0].Sentence, "takes back what was earned already") {
		t.Errorf("L11: %+v", f)
	}
}

func TestHoursAreImportedWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 2)
	h.known(1, func(p *commissions.PayrollPerson) { p.EmployeeID = "E-2" })
	h.hours("A-001,2026-11-01,46.25,6.25,555.00,,7.25,USD", "E-2,2026-11-01,40,0,,,,")
	h.hours("A-001,2026-11-01,45,5,540.00,30.00,7.25,USD") // corrected
	items, total, err := h.pay.WorkWeeks(h.ctx(), h.ana, 10, 0)
	if err != nil || total != 2 || items[0].Hours != "45.00" || *items[0].Premium != usd(30_00) || items[1].Wage != nil || items[1].Name != "Agent 2" {
		t.Fatalf("%+v (%v)", items, err)
	}
	for file, want := range map[string]string{
		"":                   "no header",
		"employee_no,work\n": "no column workweek_start",
		"employee_no,workweek_start,work,overtime\n\"x": "cannot be read as CSV",
		"employee_no,workweek_start,work,overtime,wage,currency\nA-001,2026-11-08,40,0,1.00,USD\nA-001,2026-11-02,40,41,1.234,USD\nNOBODY,x,0,,-1,USD\n": "fields need attention",
	} {
		_, err := h.pay.ImportHours(h.ctx(), h.ana, 0, strings.NewReader(file))
		if !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", file, err, want)
		}
		if want != "fields need attention" {
			continue
		}
		all := fmt.Sprint(fieldsOf(err))
		for _, said := range []string{
			"{line 3 the workweek begins on sunday, 2026-11-02 is another day", "{line 3 40.00 hours with 41.00 of overtime cannot be", `{line 3 "1.234" is not an amount`,
			`{line 4 nobody here has the employee number "NOBODY"`, `{line 4 "x" is not a day`, "{line 4 wage must not be less than zero",
		} {
			if !strings.Contains(all, said) {
				t.Errorf("%s does not say %s", all, said)
			}
		}
	}
	if n := h.count(`SELECT count(*) FROM work_weeks`); n != 2 {
		t.Errorf("%d weeks, want the two of before", n)
	}
}

func TestTheAccountingFile(t *testing.T) {
	t.Parallel()
	h := november(t)
	year, long := 12, 36
	h.settings(func(s *commissions.PayrollSettings) {
		s.Codes = []commissions.PayrollCode{{Component: "save_bonus", Code: "SB", BenefitMonths: &year}, {Component: "upsell", Code: "C", BenefitMonths: &long}}
	})
	run := h.calculated()
	file, err := h.pay.Accounting(h.ctx(), h.ana, run.ID)
	want := "contract_id,amount,currency,term_months,amort_start,treatment,clawback,run_id\r\nresult:1,15.00,USD,12,2026-11-02,expense,N,#\r\n" +
		"result:2,90.00,USD,36,2026-11-03,asset,N,#\r\nresult:3,15.00,USD,12,2026-11-04,expense,N,#\r\n"
	if got := string(file.Body); err != nil || got != strings.ReplaceAll(want, "#", fmt.Sprint(run.ID)) {
		t.Errorf("%s (%v)", got, err)
	}
	if f := h.law(run, "L17"); len(f) != 1 || f[0].Severity != law.Advice || !strings.Contains(f[0].Sentence, "90.00") {
		t.Errorf("L17: %+v", f)
	}
}
