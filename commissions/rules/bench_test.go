package rules_test

import (
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"saveline/commissions/rules"
	"saveline/internal/money"
)

const benchPlan = `
plan: bench
currency: USD
calendar: {pay: monthly, tz: America/New_York}
quota: {measure: upsell_value, amount: "20000.00", per: month}
measures:
  saves:        {when: 'outcome.type == "save" && outcome.confirmed_days >= 3', count: outcome.id}
  upsell_value: {when: 'outcome.type == "upsell" && offer.campaign in ["winback", "retention"]', sum: outcome.first_year_value}
  value:        {sum: outcome.value}
components:
  - {id: save_bonus, type: per_unit, measure: saves, amount: "15.00"}
  - {id: upsell, type: tiered, measure: upsell_value, axis: quota_attainment, mode: marginal, tiers: [{from: "0%", rate: "5%"}, {from: "100%", rate: "7.5%"}, {from: "150%", rate: "10%"}]}
  - {id: share, type: percent, measure: value, rate: "0.75%", kicker: {when: 'money(outcome.value) >= money("90.00")', rate: "10%"}}
  - {id: steps, type: tiered, measure: saves, axis: count, mode: whole, tiers: [{from: "0", amount: "1.00"}, {from: "100", amount: "1.25"}]}
  - {id: night, type: shift_premium, of: [save_bonus], rate: "10%", when: 'local_time(call.start) >= "22:00" || local_time(call.start) < "06:00"'}
caps: [{scope: plan, amount: "100000.00", per: month}]
clawback: {window_days: 90, method: pro_rata_days}
`

// benchEvents are outcomes of agents over three months, in the order of their agents.
func benchEvents(events, agents int) []rules.Event {
	out := make([]rules.Event, 0, events)
	start := time.Date(2026, 1, 1, 14, 0, 0, 0, time.UTC)
	per := events / agents
	for a := range agents {
		for i := range per {
			t := start.Add(time.Duration(i) * 88 * 24 * time.Hour / time.Duration(per))
			n := a*per + i
			kind, extra := "save", ""
			if n%3 == 0 {
				kind, extra = "upsell", fmt.Sprintf(`,"first_year_value":"%d.%02d"`, 100+n%900, n%100)
			}
			e := rules.Event{ID: "e" + strconv.Itoa(n), EffectiveAt: t, RecordedAt: t, Type: rules.EventOutcome, Agent: "A" + strconv.Itoa(10_000+a), Ref: "r" + strconv.Itoa(n)}
			attrs := fmt.Sprintf(`{"type":%q,"value":"%d.%02d","currency":"USD","confirmed_days":%d,"offer":{"id":"o1","campaign":"winback"},"call":{"id":"c%d","start":%q}%s}`,
				kind, 10+n%90, n%100, n%5+1, n, t.Add(-10*time.Minute).Format(time.RFC3339), extra)
			if err := rules.DecodeAttrs(&e, []byte(attrs)); err != nil {
				panic(err)
			}
			out = append(out, e)
		}
	}
	return out
}

// BenchmarkStream computes 1,000,000 events (SAVELINE_BENCH_EVENTS) of 1,000 agents with five components.
func BenchmarkStream(b *testing.B) {
	n := 1_000_000
	if v, err := strconv.Atoi(os.Getenv("SAVELINE_BENCH_EVENTS")); err == nil {
		n = v
	}
	plan, err := rules.ParsePlan([]byte(benchPlan))
	if err != nil {
		b.Fatal(err)
	}
	events := benchEvents(n, 1000)
	for b.Loop() {
		lines, total := 0, int64(0)
		err := rules.Stream(rules.PayBook{Plans: []*rules.PayPlan{plan}, Events: events}, func(a rules.AgentPay) error {
			lines += len(a.Lines)
			for _, l := range a.Lines {
				total += l.Amount.Minor
			}
			if len(a.Gaps) > 0 {
				return fmt.Errorf("%s", a.Gaps[0])
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
		b.ReportMetric(float64(lines), "lines")
		b.Log(money.Amount{Minor: total, Currency: "USD"})
	}
}
