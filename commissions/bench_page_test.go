package commissions_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"saveline/commissions"
)

// What the pages of pay may take, and the shares of it that gate.
const (
	explainMax      = 50 * time.Millisecond // for every line of one agent's month
	myPayMax        = time.Second           // from an outcome to the agent's page
	explainShareMax = 1.0
	myPayShareMax   = 0.5 // the rest is the way of the fact, and the page's
)

// explainedPlan has a line of each kind that its agents' results can have.
const explainedPlan = `
plan: explained
currency: USD
calendar: {pay: monthly, tz: America/New_York}
quota: {measure: sold, amount: "4000.00", per: month}
measures:
  saves: {when: 'outcome.type == "save"', count: outcome.id}
  sold:  {when: 'outcome.type == "upsell"', sum: outcome.value}
components:
  - {id: save_bonus, type: per_unit, measure: saves, amount: "15.00"}
  - {id: steps, type: tiered, measure: saves, axis: count, mode: whole, tiers: [{from: "0", amount: "1.00"}, {from: "50", amount: "1.25"}]}
  - {id: upsell, type: tiered, measure: sold, axis: quota_attainment, mode: marginal, tiers: [{from: "0%", rate: "5%"}, {from: "100%", rate: "7.5%"}]}
  - {id: share, type: percent, measure: sold, rate: "0.75%", kicker: {when: 'money(outcome.value) >= money("90.00")', rate: "10%"}}
`

// writtenFrom makes a plan of its text, approves it and puts the house's agents on it from a day.
func (h *house) writtenFrom(text, from string) {
	h.t.Helper()
	p, err := h.pay.CreatePlan(h.ctx(), h.manager, commissions.NewPlan{Name: fmt.Sprintf("Written %d", h.serial()), NewVersion: commissions.NewVersion{Text: text}})
	h.must(err)
	_, err = h.pay.ApproveVersion(h.ctx(), h.ana, p.Versions[0].ID)
	h.must(err)
	people := usersOf(h.agents)
	h.exec(`INSERT INTO assignments (client_id, plan_id, user_id, from_date, created_by, created_at)
		SELECT $1, $2, u, $6::date, $4, $5 FROM unnest($3::bigint[]) AS u`, h.client, p.ID, people, h.manager.User, h.now(), from)
	h.exec(`INSERT INTO pay_dirty (client_id, user_id) SELECT $1, unnest($2::bigint[])`, h.client, people)
}

// BenchmarkExplainAgentMonth explains every line of a month with a hundred results, two hundred lines, in a plan of the language.
func BenchmarkExplainAgentMonth(b *testing.B) {
	h := newHouse(b, 1)
	h.writtenFrom(explainedPlan, "2026-11-01")
	for i := range 100 {
		kind, value := "save", int64(0)
		if i%2 == 0 {
			kind, value = "upsell", int64(50_00+i*37)
		}
		h.outcome(result{ID: int64(i + 1), Agent: h.agents[0], Kind: kind, Value: value, At: fmt.Sprintf("2026-11-02T17:%02d:%02dZ", i/60, i%60)})
	}
	h.drain()
	h.conversations()
	h.setClock("2026-12-02T17:00:00Z")
	h.locked("2026-11-10")
	h.seal()
	h.exec(`VACUUM ANALYZE`)
	items, _, err := h.pay.Statements(b.Context(), h.ana, h.runs()[0].ID, 1, 0)
	h.must(err)
	lines, took := 0, []time.Duration{}
	for b.Loop() {
		for range 20 {
			start := time.Now()
			all, err := h.pay.ExplainStatement(b.Context(), h.ana, items[0].ID)
			took = append(took, time.Since(start))
			if err != nil || len(all) < 200 || !all[0].Complete {
				b.Fatalf("%d explained (%v)", len(all), err)
			}
			lines = len(all)
		}
	}
	b.ReportMetric(float64(lines), "lines")
	b.ReportMetric(float64(centile(took, 50).Microseconds())/1000, "p50-ms")
	gateShare(b, "explaining an agent's month, the least disturbed of twenty times", centile(took, 0), explainMax, explainShareMax)
}

// BenchmarkMyPay looks at the pay of everybody in a valued book, one after the other, while results go on coming in.
func BenchmarkMyPay(b *testing.B) {
	h := benchHouse(b, min(eventsOfBench(b), 50*eventsAgent))
	h.must(h.pay.Value(h.ctx()))
	h.vest()
	h.exec(`ANALYZE`)
	h.setClock("2026-11-20T17:00:00Z")
	var took []time.Duration
	serial := int64(0)
	for b.Loop() {
		for range 4 {
			for _, a := range h.agents {
				serial++
				h.happened(result{ID: serial, Agent: a, Kind: "save", At: "2026-11-20T16:00:00Z"})
				start := time.Now()
				my, err := h.pay.Preview(b.Context(), a, "")
				took = append(took, time.Since(start))
				if err != nil || len(my.Lines) == 0 || my.Advance.Minor == 0 {
					b.Fatalf("%+v (%v)", my, err)
				}
			}
		}
	}
	b.ReportMetric(float64(centile(took, 50).Microseconds())/1000, "p50-ms")
	gateShare(b, "my pay, p99", centile(took, 99), myPayMax, myPayShareMax)
}

// centile is the time that so many in a hundred do not exceed.
func centile(took []time.Duration, share int) time.Duration {
	slices.Sort(took)
	return took[min(len(took)*share/100, len(took)-1)]
}

// gateShare reports a time as a share of what it may take, and fails the run when that is too much.
func gateShare(b *testing.B, what string, took, limit time.Duration, most float64) {
	b.Helper()
	share := took.Seconds() / limit.Seconds()
	b.ReportMetric(float64(took.Microseconds())/1000, "ms")
	b.ReportMetric(share, "of-the-limit")
	if share > most {
		b.Errorf("%s: %.2f of the limit of %s, and at most %.2f is wanted", what, share, limit, most)
	}
}
