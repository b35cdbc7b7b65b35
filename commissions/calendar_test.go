package commissions_test

import (
	"bytes"
	"strings"
	"testing"

	"saveline/commissions"
	"saveline/commissions/rules"
	"saveline/internal/auth"
)

const weeklyPlan = `
plan: weekly
currency: USD
calendar: {pay: weekly, tz: America/New_York, workweek_start: sunday}
measures:
  saves: {when: 'outcome.type == "save"', count: outcome.id}
components:
  - {id: weekly_save, type: per_unit, measure: saves, amount: "10.00"}
`

// periodIn is the period of a calendar that a day is in.
func (h *house) periodIn(calendar, day string) commissions.Period {
	h.t.Helper()
	p, err := h.pay.PeriodIn(h.ctx(), h.ana, h.client, calendar, instant(day+"T17:00:00Z"))
	h.must(err)
	return p
}

// settledIn takes a run of a calendar's period to its lock.
func (h *house) settledIn(calendar, day string) commissions.Run {
	h.t.Helper()
	run, err := h.pay.OpenRun(h.ctx(), h.ana, commissions.NewRun{Period: h.periodIn(calendar, day).ID, Currency: "USD"})
	h.must(err)
	for _, step := range []struct {
		act func(auth.Actor, commissions.RunID) (commissions.Run, error)
		by  auth.Actor
	}{
		{func(by auth.Actor, id commissions.RunID) (commissions.Run, error) {
			return h.pay.Calculate(h.ctx(), by, id)
		}, h.ana},
		{func(by auth.Actor, id commissions.RunID) (commissions.Run, error) {
			return h.pay.Review(h.ctx(), by, id)
		}, h.ana},
		{func(by auth.Actor, id commissions.RunID) (commissions.Run, error) {
			return h.pay.Approve(h.ctx(), by, id)
		}, h.ben},
		{func(by auth.Actor, id commissions.RunID) (commissions.Run, error) { return h.pay.Lock(h.ctx(), by, id) }, h.ana},
	} {
		run, err = step.act(step.by, run.ID)
		h.must(err)
	}
	return run
}

func TestTwoCalendarsInOneClient(t *testing.T) {
	t.Parallel()
	const weeks, months = "weekly:2000-01-02", "monthly"
	h := newHouse(t, 2)
	h.written(weeklyPlan, h.agents[0])
	h.plan(saves(0), h.agents[1])
	h.happened(
		result{ID: 1, Agent: h.agents[0], Kind: "save", At: "2026-11-03T18:00:00Z"}, // the week from 1 November
		result{ID: 2, Agent: h.agents[1], Kind: "save", At: "2026-11-04T18:00:00Z"},
		result{ID: 3, Agent: h.agents[0], Kind: "save", At: "2026-11-10T18:00:00Z"}, // the next week
	)
	h.setClock("2026-11-09T17:00:00Z")
	week := h.settledIn(weeks, "2026-11-03")
	if week.Total != usd(10_00) || week.Payees != 1 || week.Period.StartsOn != "2026-11-01" || week.Period.EndsOn != "2026-11-08" {
		t.Fatalf("the first week pays %s to %d, %+v", week.Total, week.Payees, week.Period)
	}
	h.setClock("2026-11-12T17:00:00Z")
	h.happened( // both heard of late: the week is closed, the month is not
		result{ID: 4, Agent: h.agents[0], Kind: "save", At: "2026-11-04T18:00:00Z"},
		result{ID: 5, Agent: h.agents[1], Kind: "save", At: "2026-11-04T19:00:00Z"},
	)
	h.vest()
	in := func(result int) (from rules.Date) {
		h.must(h.db.Get(&from, `
SELECT to_char(p.starts_on, 'YYYY-MM-DD') || ' ' || p.calendar FROM entries e JOIN periods p ON p.id = e.period_id JOIN credits c ON c.id = e.credit_id
WHERE c.result_id = $1 AND e.kind = 'accrue'`, result))
		return from
	}
	for result, want := range map[int]rules.Date{1: "2026-11-01 " + weeks, 3: "2026-11-08 " + weeks, 4: "2026-11-08 " + weeks, 2: "2026-11-01 " + months, 5: "2026-11-01 " + months} {
		if got := in(result); got != want {
			t.Errorf("result %d counts in %s, want %s", result, got, want)
		}
	}
	mine, err := h.pay.Preview(t.Context(), h.agents[0], "2026-11-10")
	if err != nil || mine.Period != (commissions.MyPeriod{StartsOn: "2026-11-08", EndsOn: "2026-11-15"}) || mine.Earned != usd(20_00) {
		t.Errorf("the weekly agent sees %+v (%v)", mine, err)
	}
	h.monthThenWeek(week)
}

// monthThenWeek pays November while a week that its end cuts is not over, and then that week.
func (h *house) monthThenWeek(week commissions.Run) {
	const weeks, months = "weekly:2000-01-02", "monthly"
	h.t.Helper()
	t := h.t
	h.happened( // in the week that the month's end cuts
		result{ID: 6, Agent: h.agents[0], Kind: "save", At: "2026-11-30T18:00:00Z"},
		result{ID: 7, Agent: h.agents[0], Kind: "save", At: "2026-12-01T18:00:00Z"},
	)
	h.setClock("2026-12-02T17:00:00Z")
	month := h.settledIn(months, "2026-11-10")
	if month.Total != usd(30_00) || month.Payees != 1 {
		t.Errorf("November pays %s to %d", month.Total, month.Payees)
	}
	if got := h.periodIn(weeks, "2026-11-30"); got.State != "open" || got.StartsOn != "2026-11-29" {
		t.Errorf("the week that is not over: %+v", got)
	}
	if got := h.periodIn(weeks, "2026-11-10"); got.State != "closed" {
		t.Errorf("closing November left the week of 8 November %s", got.State)
	}
	h.setClock("2026-12-07T17:00:00Z")
	last := h.settledIn(weeks, "2026-11-30") // what no week has paid, up to this one
	if last.Total != usd(40_00) {
		t.Errorf("the weekly run pays %s, want 40.00", last.Total)
	}
	before, err := h.pay.Compare(t.Context(), h.ana, last.ID)
	if err != nil || before.Before == nil || before.Before.ID != week.ID {
		t.Errorf("compared with %+v (%v), want the week's run %d", before.Before, err, week.ID)
	}
	items, n, err := h.pay.Periods(t.Context(), h.ana, 50, 0)
	kinds := map[string]bool{}
	for _, p := range items {
		kinds[p.Calendar] = true
	}
	if err != nil || n != len(items) || !kinds[weeks] || !kinds[months] {
		t.Errorf("%d periods of %v (%v)", n, kinds, err)
	}
	if v := h.verify(); !v.OK() {
		t.Errorf("%q", v.Faults)
	}
	h.weekInItsFiles(last)
}

// weekInItsFiles looks at the days and the frequency of a week's run in the files that payroll gets.
func (h *house) weekInItsFiles(run commissions.Run) {
	h.t.Helper()
	var file bytes.Buffer
	if _, err := h.pay.Export(h.ctx(), h.ana, run.ID, &file); err != nil || !strings.Contains(file.String(), "2026-11-29,2026-12-05") {
		h.t.Errorf("%s (%v)", file.String(), err)
	}
	h.settings(func(s *commissions.PayrollSettings) {
		s.Company = "NW"
		s.Codes = []commissions.PayrollCode{{Component: "weekly_save", Code: "WS"}}
	})
	h.known(0, func(p *commissions.PayrollPerson) { p.EmployeeID = "A001" })
	made, err := h.pay.ExportIn(h.ctx(), h.ana, run.ID, commissions.NewExport{Layout: "adp_run"})
	h.must(err)
	out, err := h.pay.ExportFile(h.ctx(), h.ana, made.ID, 1)
	if err != nil || !strings.Contains(string(out.Body), ",W,11/29/2026,12/05/2026,") {
		h.t.Errorf("%s (%v)", out.Body, err)
	}
}
