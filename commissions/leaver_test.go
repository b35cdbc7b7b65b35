package commissions_test

import (
	"fmt"
	"strings"
	"testing"

	"saveline/commissions"
	"saveline/internal/auth"
)

const drawPlan = `
plan: drawn
currency: USD
calendar: {pay: monthly, tz: America/New_York}
measures:
  saves: {when: 'outcome.type == "save"', count: outcome.id}
components:
  - {id: b, type: per_unit, measure: saves, amount: "100.00"}
clawback: {window_days: 90, method: full%s}
draw: {kind: recoverable, amount: "500.00", from: "2026-11-01", to: "2027-03-01"}
`

// written makes and approves a plan written as text, and puts these people on it from 1 November.
func (h *house) written(text string, people ...auth.Actor) commissions.Plan {
	h.t.Helper()
	p, err := h.pay.CreatePlan(h.ctx(), h.manager, commissions.NewPlan{Client: h.client, Name: fmt.Sprintf("Plan %d", h.serial()), NewVersion: commissions.NewVersion{Text: text}})
	h.must(err)
	p, err = h.pay.ApproveVersion(h.ctx(), h.ana, p.Versions[0].ID)
	h.must(err)
	for _, a := range people {
		_, err := h.pay.Assign(h.ctx(), h.manager, commissions.NewAssignment{Plan: p.ID, User: a.User, FromDate: "2026-11-01"})
		h.must(err)
	}
	return p
}

// toldOf imports rows of a file of events: effective_at, type, agent, ref and attributes.
func (h *house) toldOf(rows ...[]string) {
	h.t.Helper()
	file := "event_id,effective_at,recorded_at,type,agent,ref,attrs\n"
	for _, r := range rows {
		file += fmt.Sprintf("e%d,%s,%s,%s,%s,%s,%s\n", h.serial(), r[0], r[0], r[1], r[2], r[3], `"`+strings.ReplaceAll(r[4], `"`, `""`)+`"`)
	}
	_, err := h.pay.ImportEvents(h.ctx(), h.ana, h.client, strings.NewReader(file))
	h.must(err)
	h.must(h.pay.Value(h.ctx()))
	h.vest()
}

func (h *house) valued(at string) {
	h.t.Helper()
	h.setClock(at)
	h.must(h.pay.Value(h.ctx()))
	h.vest()
}

func TestALeaversDrawIsWrittenOffByItself(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 1)
	h.written(fmt.Sprintf(drawPlan, ""), h.agents...)
	h.toldOf([]string{"2026-11-05T12:00:00Z", "outcome", "A-001", "r1", `{"type": "save"}`})
	owed, given := h.agent(0, "draw_receivable"), "expense:writeoff"
	h.valued("2026-12-02T12:00:00Z")
	if got := h.balance(owed); got != "-400.00" {
		t.Fatalf("after November the agent owes %s of the draw, want -400.00", got)
	}
	h.toldOf([]string{"2026-12-10T12:00:00Z", "employment", "A-001", "-", `{"status": "left"}`})
	h.valued("2026-12-20T12:00:00Z")
	if got := h.balance(given); got != "0.00" {
		t.Fatalf("%s is written off before the period of leaving is over", got)
	}
	h.valued("2027-01-02T12:00:00Z")
	entries := h.count(`SELECT count(*) FROM entries`)
	h.exec(`INSERT INTO pay_dirty (client_id, user_id) VALUES ($1, $2)`, h.client, h.agents[0].User)
	h.valued("2027-01-03T12:00:00Z")
	if n := h.count(`SELECT count(*) FROM entries`); n != entries {
		t.Errorf("valuing again posted %d entries", n-entries)
	}
	if o, g := h.balance(owed), h.balance(given); o != "0.00" || strings.TrimPrefix(g, "-") == "0.00" {
		t.Fatalf("owes %s, given up %s", o, g)
	}
	notes, n, err := h.pay.Notices(t.Context(), h.agents[0], 10, 0)
	if err != nil || n != 1 || notes[0].Cause != "left" {
		t.Fatalf("%+v (%v)", notes, err)
	}
	why, err := h.pay.ExplainOwn(t.Context(), h.agents[0], notes[0].Entry)
	if err != nil || !why.Complete || !strings.Contains(why.Text, "the agent has left") {
		t.Errorf("%+v (%v)", why, err)
	}
	// It turns out that the agent came back before the period was over: the debt stands.
	h.toldOf([]string{"2026-12-28T12:00:00Z", "employment", "A-001", "-", `{"status": "returned"}`})
	h.valued("2027-01-05T12:00:00Z")
	if g := h.balance(given); g != "0.00" {
		t.Errorf("%s is still given up", g)
	}
	if v := h.verify(); !v.OK() {
		t.Errorf("%q", v.Faults)
	}
}

// Who may no longer sign in has left, as far as pay knows; who may again has not.
func TestARunWritesOffWhatALeaverOwes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rest  string
		leave string
		want  string // owed after the run
		given string
	}{
		"employment event": {"", "event", "0.00", "-100.00"},
		"payroll's date":   {"", "payroll", "0.00", "-100.00"},
		"disabled":         {"", "disabled", "0.00", "-100.00"},
		"disabled in time": {"", "again", "-100.00", "0.00"},
		"the plan carries": {", on_termination: carry", "event", "-100.00", "0.00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, 1)
			text := fmt.Sprintf(strings.Split(drawPlan, "draw:")[0], c.rest)
			h.written(text, h.agents...)
			u := h.agents[0].User
			h.toldOf([]string{"2026-11-05T12:00:00Z", "outcome", "A-001", "r1", `{"type": "save"}`})
			h.setClock("2026-12-02T12:00:00Z")
			if run := h.locked("2026-11-10"); run.Total != usd(100_00) {
				t.Fatalf("the advance is paid: %s", run.Total)
			}
			h.toldOf([]string{"2026-12-05T12:00:00Z", "cancel", "-", "r1", `{"cause": "customer"}`})
			switch c.leave {
			case "event":
				h.toldOf([]string{"2026-12-10T12:00:00Z", "employment", "A-001", "-", `{"status": "left"}`})
			case "payroll":
				day := "2026-12-10"
				h.exec(`INSERT INTO payroll_people (client_id, user_id, employee_id, first_name, last_name, title, pay_group, department, frequency, jurisdiction, status, netting_consent, left_on, updated_at)
VALUES ($1, $2, '', '', '', '', '', '', '', '', '', false, $3, $4)`, h.client, u, day, h.now())
			default:
				h.exec(`UPDATE users SET disabled_at = $2 WHERE id = $1`, u, instant("2026-12-10T12:00:00Z"))
			}
			h.setClock("2027-01-02T12:00:00Z")
			if c.leave == "again" {
				h.exec(`UPDATE users SET disabled_at = NULL WHERE id = $1`, u)
			}
			run := h.locked("2026-12-10")
			if got, given := h.balance(h.agent(0, "receivable")), h.balance("expense:writeoff"); got != c.want || given != c.given || run.Total != usd(0) {
				t.Errorf("owes %s, given up %s, the run pays %s; want %s, %s and nothing", got, given, run.Total, c.want, c.given)
			}
			if v := h.verify(); !v.OK() {
				t.Errorf("%q", v.Faults)
			}
			cover, err := h.pay.Coverage(t.Context(), h.ana)
			if err != nil || len(cover) != 1 || cover[0].Settled.Minor == 0 {
				t.Errorf("%+v (%v)", cover, err)
			}
		})
	}
}
