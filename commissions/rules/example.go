package rules

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"saveline/internal/errs"
	"saveline/internal/money"
)

// Limits of an example: it answers while somebody types.
const (
	exampleRowsMax    = 20
	exampleCountMax   = 200
	exampleResultsMax = 1000 // of all rows
	exampleTextMax    = 80   // bytes
	exampleDaysMax    = 400
	exampleAgent      = "agent"
)

// PlanExample is a small month that is paid by a plan: one agent, some results, some numbers.
type PlanExample struct {
	Day     Date // any day of the period; results are of this day
	Results []ExampleResult
	Numbers []ExampleNumber
}

// ExampleResult is Count results that are alike. Decimals are text.
type ExampleResult struct {
	Kind            string
	Count           int
	Value           string // of the contract and of its first year, in the plan's currency
	Campaign, Depth string // of the offer
	Family, Product string
	At              string // "22:30" by the plan's clock; noon when left out
	CancelledAfter  int    // days; 0 stays
}

// ExampleNumber is a number that the plan looks at, as PlanNeeds names it. Samples is how many values it is the mean of.
type ExampleNumber struct {
	Name, Value string
	Samples     int
}

// ExampleLine sums the lines of one component, tier and period that came about alike.
type ExampleLine struct {
	Component, Slice, Period string
	Kind                     LineKind
	Count                    int
	Amount                   money.Amount
	Why                      Why // of the last of them
}

// ExamplePay is what the example comes to.
type ExamplePay struct {
	Period     string
	Total      money.Amount // of the period
	Later      money.Amount // of periods after it: tranches, what a holdback releases, what is taken back
	Lines      []ExampleLine
	Held       []ExampleLine
	Gaps       []PayGap
	AloneWins  bool // there is a contest, and nobody else is in it
	Unverified bool // parts that wait for a verification are paid as if all passed
}

// Validate names every fault.
func (x PlanExample) Validate() error {
	var f errs.Faults
	_, ok := parseDay(string(x.Day))
	f.Check(ok, "day", "must be a date such as 2026-03-01")
	f.Check(len(x.Results) <= exampleRowsMax, "results", fmt.Sprintf("at most %d rows", exampleRowsMax))
	f.Check(len(x.Numbers) <= exampleRowsMax, "numbers", fmt.Sprintf("at most %d numbers", exampleRowsMax))
	all := 0
	for i, r := range x.Results {
		at := fmt.Sprintf("results.%d", i)
		f.Check(slices.Contains(resultKinds, r.Kind), at+".kind", "must be save, sale, upsell or appointment")
		f.Check(r.Count >= 0 && r.Count <= exampleCountMax, at+".count", fmt.Sprintf("must be from 0 to %d", exampleCountMax))
		f.Check(r.CancelledAfter >= 0 && r.CancelledAfter <= exampleDaysMax, at+".cancelledAfter", fmt.Sprintf("must be from 0 to %d days", exampleDaysMax))
		_, err := time.Parse("15:04", cmp.Or(r.At, "12:00"))
		f.Check(err == nil, at+".at", "must be a time such as 22:30")
		f.Check(len(r.Campaign)+len(r.Depth)+len(r.Family)+len(r.Product)+len(r.Value) <= exampleTextMax, at, fmt.Sprintf("at most %d characters of text", exampleTextMax))
		all += max(r.Count, 0)
	}
	f.Check(all <= exampleResultsMax, "results", fmt.Sprintf("at most %d results", exampleResultsMax))
	for i, n := range x.Numbers {
		f.Check(n.Name != "" && len(n.Name) <= exampleTextMax, fmt.Sprintf("numbers.%d.name", i), "name the number")
		f.Check(n.Samples >= 0 && n.Samples <= exampleCountMax, fmt.Sprintf("numbers.%d.samples", i), fmt.Sprintf("must be from 0 to %d", exampleCountMax))
	}
	return f.Err()
}

// RunExample pays an example by a plan, as the books would.
//
// Codes: invalid (the example, or what the plan makes of it).
func RunExample(p *PayPlan, x PlanExample) (ExamplePay, error) {
	if err := x.Validate(); err != nil {
		return ExamplePay{}, err
	}
	m := exampleMaker{p: p, x: x}
	m.first, _ = parseDay(string(x.Day)) // Validate has read it
	if err := m.make(); err != nil {
		return ExamplePay{}, err
	}
	period := p.cal.period(m.first)
	h := Horizon{AsOf: (m.first + 2*exampleDaysMax).start(p.cal.zone)}
	if p.guarantee != nil || p.draw != nil || len(p.floors) > 0 {
		h.To = Date(period.to.String()) // months without work would each pay the least
	}
	pay, err := Compute(PayBook{Plans: []*PayPlan{p}, Events: m.events, Horizon: h})
	if err != nil {
		return ExamplePay{}, err
	}
	out := ExamplePay{Period: p.cal.label(period), Gaps: pay.Gaps, Lines: inGroups(pay.Lines), Held: inGroups(pay.Held), Total: p.amount(0), Later: p.amount(0)}
	for _, l := range pay.Lines {
		into := &out.Later
		if l.Period == out.Period {
			into = &out.Total
		}
		if *into, err = into.Add(l.Amount); err != nil {
			return ExamplePay{}, errs.WithCause(errs.Invalid, err, "the example comes to more than can be counted")
		}
	}
	for _, k := range p.components {
		out.AloneWins = out.AloneWins || k.typ == Contest
		out.Unverified = out.Unverified || len(k.tranches) > 0
	}
	return out, nil
}

// inGroups sums lines of one component, slice, kind and period, in their order.
func inGroups(lines []PayLine) []ExampleLine {
	out := []ExampleLine{}
	for i := range lines {
		l := &lines[i]
		at := slices.IndexFunc(out, func(e ExampleLine) bool {
			return e.Component == l.Component && e.Slice == l.Slice && e.Kind == l.Kind && e.Period == l.Period
		})
		if at < 0 {
			at = len(out)
			out = append(out, ExampleLine{Component: l.Component, Slice: l.Slice, Period: l.Period, Kind: l.Kind, Amount: money.Amount{Currency: l.Amount.Currency}})
		}
		out[at].Count++
		out[at].Amount.Minor += l.Amount.Minor
		out[at].Why = Explain(l)
	}
	return out
}

// exampleMaker makes the events of an example.
type exampleMaker struct {
	p      *PayPlan
	x      PlanExample
	first  day
	events []Event
}

func (m *exampleMaker) add(t EventType, at time.Time, agent, ref string, attrs map[string]any) error {
	raw, err := json.Marshal(attrs)
	if err != nil {
		return fmt.Errorf("example: %w", err)
	}
	e := Event{ID: fmt.Sprintf("x%05d", len(m.events)), Type: t, EffectiveAt: at, RecordedAt: at, Agent: agent, Ref: ref}
	if err := DecodeAttrs(&e, raw); err != nil {
		return err
	}
	m.events = append(m.events, e)
	return nil
}

func (m *exampleMaker) make() error {
	for i, r := range m.x.Results {
		for n := range r.Count {
			if err := m.result(r, fmt.Sprintf("%s-%d-%d", r.Kind, i+1, n+1), n); err != nil {
				return err
			}
		}
	}
	for i, n := range m.x.Numbers {
		if err := m.number(n, i); err != nil {
			return err
		}
	}
	return nil
}

// result is one outcome with what becomes of it.
func (m *exampleMaker) result(r ExampleResult, ref string, n int) error {
	clock, _ := time.Parse("15:04", cmp.Or(r.At, "12:00"))
	at := m.first.start(m.p.cal.zone).Add(time.Duration(clock.Hour())*time.Hour + time.Duration(clock.Minute())*time.Minute + time.Duration(n)*time.Second)
	attrs := map[string]any{
		"type": r.Kind, "currency": m.p.Currency, "confirmed_days": 30, "product": r.Product,
		"offer": map[string]any{"id": "example", "campaign": r.Campaign, "depth": r.Depth, "family": r.Family},
		"call":  map[string]any{"id": ref, "start": at.Format(time.RFC3339), "campaign": r.Campaign},
	}
	if r.Value != "" {
		attrs["value"], attrs["first_year_value"] = r.Value, r.Value
	}
	if err := m.add(EventOutcome, at, exampleAgent, ref, attrs); err != nil {
		return err
	}
	for _, stage := range m.stages() {
		if r.CancelledAfter > 0 && stage >= r.CancelledAfter {
			break
		}
		if err := m.add(EventVerification, at.AddDate(0, 0, stage), "", ref, map[string]any{"stage": stage, "result": "pass"}); err != nil {
			return err
		}
	}
	if r.CancelledAfter == 0 {
		return nil
	}
	return m.add(EventCancel, at.AddDate(0, 0, r.CancelledAfter), "", ref, map[string]any{"cause": "customer"})
}

// stages are the verifications that components wait for, in order.
func (m *exampleMaker) stages() []int {
	var out []int
	for _, k := range m.p.components {
		for _, t := range k.tranches {
			if t.stage > 0 && !slices.Contains(out, t.stage) {
				out = append(out, t.stage)
			}
		}
	}
	slices.Sort(out)
	return out
}

// number is what somebody else would tell: forms, hours, occurrences, a quota, or any metric.
func (m *exampleMaker) number(n ExampleNumber, i int) error {
	at := m.first.start(m.p.cal.zone).Add(12 * time.Hour)
	whole, isWhole := parseDecimal(n.Value)
	count := int(whole.round(money.Floor))
	switch {
	case n.Name == "qa" || n.Name == "survey":
		for k := range max(n.Samples, 1) {
			if err := m.add(EventType(n.Name), at, exampleAgent, fmt.Sprintf("form-%d-%d", i, k), map[string]any{"score": n.Value}); err != nil {
				return err
			}
		}
		return nil
	case n.Name == numberQuota:
		return m.add(EventQuota, at, exampleAgent, "", map[string]any{"measure": m.p.doc.Quota.Measure, "amount": n.Value, "period": m.p.cal.label(m.p.cal.period(m.first))})
	case builtIn[n.Name] != nil && isWhole != "":
		return errs.Newf(errs.Invalid, "%q is no number: %s", n.Value, isWhole)
	case n.Name == "hours.calls":
		return m.add(EventHours, at, exampleAgent, "", map[string]any{"work": "1", "calls": count})
	case n.Name == "calls_per_hour":
		return m.add(EventHours, at, exampleAgent, "", map[string]any{"work": "1", "available": "0", "calls": count})
	case n.Name == "hours", strings.HasPrefix(n.Name, "hours."):
		hours := map[string]any{"work": n.Value}
		if name := strings.TrimPrefix(n.Name, "hours."); name != n.Name && name != "work" {
			hours = map[string]any{"work": n.Value, name: n.Value}
		}
		return m.add(EventHours, at, exampleAgent, "", hours)
	case builtIn[n.Name] != nil:
		return m.add(EventAttendance, at, exampleAgent, "", map[string]any{"occurrences": count})
	}
	return m.add(EventMetric, at, exampleAgent, "", map[string]any{"name": n.Name, "value": n.Value})
}
