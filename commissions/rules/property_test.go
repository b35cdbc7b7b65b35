package rules_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"saveline/commissions/rules"
)

// worldPlan has one of everything whose books depend on order, knowledge or each other.
const worldPlan = `
plan: world
currency: USD
calendar: {pay: monthly, tz: America/New_York}
quota: {measure: sold, amount: "3000.00", per: month}
measures:
  saves: {when: 'outcome.type == "save" && outcome.confirmed_days >= 3', count: outcome.id}
  sold:  {when: 'outcome.type == "sale"', sum: outcome.value}
  qa:    {avg: qa.score, min_samples: 2}
components:
  - {id: save_bonus, type: per_unit, measure: saves, amount: "15.00"}
  - {id: share, type: percent, measure: sold, rate: "3.33%"}
  - {id: steps, type: tiered, measure: sold, axis: quota_attainment, tiers: [{from: "0%", rate: "1.7%"}, {from: "50%", rate: "2.9%"}, {from: "100%", rate: "5.1%"}]}
  - {id: whole, type: tiered, measure: saves, axis: count, mode: whole, tiers: [{from: "0", amount: "1.00"}, {from: "5", amount: "2.50"}]}
  - {id: prize, type: contest, measure: saves, window: 2026-03-01/2026-04-01, prizes: ["100.01", "50.00"], outside_cap: true}
gates:
  - {id: quality, metric: qa, gte: "80", applies_to: [save_bonus], else: zero, missing: hold}
caps: [{scope: plan, components: [save_bonus, share, steps, whole], amount: "120.00", per: month}]
override: {id: lead, to: team_lead, base: team.sold, rate: "0.77%", exclude_own: true, clawback_flows: true}
clawback: {window_days: 90, method: pro_rata_days}
`

func mustPlan(t interface{ Fatal(args ...any) }, text string) *rules.PayPlan {
	p, err := rules.ParsePlan([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func event(typ rules.EventType, id string, t time.Time, agent, ref, attrs string) rules.Event {
	e := rules.Event{ID: id, EffectiveAt: t, RecordedAt: t, Type: typ, Agent: agent, Ref: ref}
	if err := rules.DecodeAttrs(&e, []byte(attrs)); err != nil {
		panic(err)
	}
	return e
}

var march = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// drawWorld makes three agents, one of them the lead, and what they did in March and April.
func drawWorld(t *rapid.T) []rules.Event {
	var out []rules.Event
	for _, a := range []string{"A", "B", "L"} {
		lead := `,"lead":"L"`
		if a == "L" {
			lead = ""
		}
		out = append(out, event(rules.EventAssignment, "as-"+a, march.AddDate(0, -1, 0), a, "", `{"plan":"world","from":"2026-01-01","team":"T"`+lead+`}`))
	}
	n := rapid.IntRange(0, 25).Draw(t, "outcomes")
	for i := range n {
		at := march.Add(time.Duration(rapid.IntRange(0, 45*24*60).Draw(t, "minute")) * time.Minute)
		agent := rapid.SampledFrom([]string{"A", "B", "L"}).Draw(t, "agent")
		ref := fmt.Sprintf("r%d", i)
		attrs := fmt.Sprintf(`{"type":"sale","value":"%d.%02d","currency":"USD"%s}`, rapid.IntRange(0, 900).Draw(t, "value"), rapid.IntRange(0, 99).Draw(t, "cents"), splitOf(t))
		if rapid.Bool().Draw(t, "save") {
			attrs = fmt.Sprintf(`{"type":"save","confirmed_days":%d%s}`, rapid.IntRange(0, 6).Draw(t, "days"), splitOf(t))
		}
		out = append(out, event(rules.EventOutcome, "o"+ref, at, agent, ref, attrs))
		if rapid.IntRange(0, 2).Draw(t, "cancelled") == 0 {
			later := at.Add(time.Duration(rapid.IntRange(0, 100*24).Draw(t, "hours kept")) * time.Hour)
			cause := rapid.SampledFrom([]string{"customer", "company"}).Draw(t, "cause")
			fraction := rapid.SampledFrom([]string{"1", "0.5", "1/3"}).Draw(t, "fraction")
			out = append(out, event(rules.EventCancel, "c"+ref, later, "", ref, fmt.Sprintf(`{"cause":%q,"fraction":%q}`, cause, fraction)))
			if rapid.Bool().Draw(t, "reinstated") {
				out = append(out, event(rules.EventReinstate, "i"+ref, later.AddDate(0, 0, 3), "", ref, `{}`))
			}
		}
	}
	for i := range rapid.IntRange(0, 8).Draw(t, "forms") {
		at := march.Add(time.Duration(rapid.IntRange(0, 45*24).Draw(t, "hour")) * time.Hour)
		out = append(out, event(rules.EventQA, fmt.Sprintf("q%d", i), at, rapid.SampledFrom([]string{"A", "B"}).Draw(t, "scored"), fmt.Sprintf("f%d", i),
			fmt.Sprintf(`{"score":"%d.5"}`, rapid.IntRange(60, 99).Draw(t, "score"))))
	}
	return out
}

func splitOf(t *rapid.T) string {
	if rapid.IntRange(0, 3).Draw(t, "split") > 0 {
		return ""
	}
	return rapid.SampledFrom([]string{
		`,"splits":[{"agent":"A","share":"1/3"},{"agent":"B","share":"1/3"},{"agent":"L","share":"1/3"}]`,
		`,"splits":[{"agent":"B","share":"70%"},{"agent":"A","share":"30%"}]`,
	}).Draw(t, "splits")
}

func compute(t interface{ Fatal(args ...any) }, b rules.PayBook) rules.Pay {
	pay, err := rules.Compute(b)
	if err != nil {
		t.Fatal(err)
	}
	return pay
}

func texts(lines []rules.PayLine) []string {
	var out []string
	for i := range lines {
		out = append(out, strings.TrimSpace(string(lines[i].Canonical())))
	}
	return out
}

// I2, I13: any order of arrival, with repeats, gives the same bytes.
func TestAnyOrderAndRepeatsGiveTheSameHash(t *testing.T) {
	t.Parallel()
	p := mustPlan(t, worldPlan)
	rapid.Check(t, func(t *rapid.T) {
		events := drawWorld(t)
		want := compute(t, rules.PayBook{Plans: []*rules.PayPlan{p}, Events: events})
		shuffled := slices.Concat(events, events[:len(events)/2])
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		for range 5 {
			r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			got := compute(t, rules.PayBook{Plans: []*rules.PayPlan{p}, Events: shuffled})
			if rules.RunHash(rules.RunLines(got.Lines)) != rules.RunHash(rules.RunLines(want.Lines)) {
				t.Fatal(cmp.Diff(texts(want.Lines), texts(got.Lines)))
			}
		}
	})
}

// I3: what is posted already gives nothing new.
func TestComputingAgainPostsNothing(t *testing.T) {
	t.Parallel()
	p := mustPlan(t, worldPlan)
	rapid.Check(t, func(t *rapid.T) {
		b := rules.PayBook{Plans: []*rules.PayPlan{p}, Events: drawWorld(t)}
		b.Posted = compute(t, b).Lines
		b.ClosedTo = map[string]rules.Date{"world": rapid.SampledFrom([]rules.Date{"2026-03-01", "2026-04-01", "2026-05-01"}).Draw(t, "closed")}
		if again := compute(t, b); len(again.Lines) != 0 {
			t.Fatal(texts(again.Lines))
		}
	})
}

// sums adds up by agent and component, over all periods.
func sums(lines []rules.PayLine) map[string]int64 {
	out := map[string]int64{}
	for i := range lines {
		out[lines[i].Agent+" "+lines[i].Component] += lines[i].Amount.Minor
	}
	for k, v := range out {
		if v == 0 {
			delete(out, k)
		}
	}
	return out
}

// After a close the sums are those of the books that knew everything in time, and no line of the closed period changes.
func TestWhatIsLateComesToTheSameSum(t *testing.T) {
	t.Parallel()
	p := mustPlan(t, worldPlan)
	rapid.Check(t, func(t *rapid.T) {
		events := drawWorld(t)
		closed := time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)
		known := slices.Clone(events)
		for i := range events {
			if rapid.IntRange(0, 3).Draw(t, "late") == 0 {
				events[i].RecordedAt = latest(events[i].RecordedAt, closed.AddDate(0, 0, rapid.IntRange(1, 20).Draw(t, "days late")))
			}
		}
		books, err := rules.Replay([]*rules.PayPlan{p}, append(events, event(rules.EventClose, "close", closed, "", "", `{"period":"2026-03"}`)), rules.Horizon{})
		if err != nil {
			t.Fatal(err)
		}
		in := compute(t, rules.PayBook{Plans: []*rules.PayPlan{p}, Events: append(known, event(rules.EventClose, "close", closed, "", "", `{"period":"2026-03"}`))})
		if diff := cmp.Diff(sums(in.Lines), sums(books.Lines)); diff != "" {
			t.Fatal(diff)
		}
		if was, is := rules.Canonical(rules.RunLines(in.Lines)), rules.Canonical(rules.RunLines(books.Lines)); was != is {
			t.Fatal(cmp.Diff(was, is))
		}
		for _, l := range books.Lines {
			if l.Corrects != "" && (l.Period == "2026-03" || l.Reason == "") {
				t.Fatalf("a correction in the closed period, or without a reason: %s", l.Canonical())
			}
		}
	})
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// I5: the parts of a split add up to the whole.
func TestSplitsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.IntRange(1, 10_000).Draw(t, "cents")
		p := mustPlan(t, fmt.Sprintf(`{plan: s, currency: USD, calendar: {pay: monthly, tz: UTC}, measures: {n: {count: outcome.id}},
components: [{id: c, type: per_unit, measure: n, amount: "%d.%02d"}]}`, amount/100, amount%100))
		n := rapid.IntRange(2, 6).Draw(t, "agents")
		weights, all := make([]int, n), 0
		for i := range weights {
			weights[i] = rapid.IntRange(1, 50).Draw(t, "weight")
			all += weights[i]
		}
		var parts []string
		for i, w := range weights {
			parts = append(parts, fmt.Sprintf(`{"agent":"a%d","share":"%d/%d"}`, i, w, all))
		}
		pay := compute(t, rules.PayBook{Plans: []*rules.PayPlan{p}, Events: []rules.Event{
			event(rules.EventOutcome, "e", march, "a0", "r", `{"type":"save","splits":[`+strings.Join(parts, ",")+`]}`),
		}})
		sum := int64(0)
		for _, l := range pay.Lines {
			sum += l.Amount.Minor
			var i int
			_, _ = fmt.Sscanf(l.Agent, "a%d", &i)
			if off := l.Amount.Minor*int64(all) - int64(amount*weights[i]); off >= int64(all) || off <= -int64(all) {
				t.Fatalf("%s has %d of %d at %d/%d", l.Agent, l.Amount.Minor, amount, weights[i], all)
			}
		}
		if sum != int64(amount) {
			t.Fatalf("the parts of %d add up to %d", amount, sum)
		}
	})
}

// I7: a clawback takes at most what was posted, nothing after the window, and a reinstatement restores it.
func TestClawbackIsBounded(t *testing.T) {
	t.Parallel()
	p := mustPlan(t, worldPlan)
	rapid.Check(t, func(t *rapid.T) {
		events := drawWorld(t)
		posted, taken := map[string]int64{}, map[string]int64{}
		restored := map[string]bool{}
		for _, e := range events {
			restored[e.Ref] = restored[e.Ref] || e.Type == rules.EventReinstate
		}
		for _, l := range compute(t, rules.PayBook{Plans: []*rules.PayPlan{p}, Events: events}).Lines {
			key := strings.Join([]string{l.Agent, l.Component, l.Ref, l.Slice}, "|")
			switch l.Kind {
			case rules.KindEarn:
				posted[key] += l.Amount.Minor
			case rules.KindClawback, rules.KindReinstate:
				taken[key] -= l.Amount.Minor
			}
			if l.Kind == rules.KindClawback && l.At.Sub(march.AddDate(0, 0, 45)) > 90*24*time.Hour {
				t.Fatalf("taken after the window: %s", l.Canonical())
			}
		}
		for key, minor := range taken {
			if minor < 0 || minor > posted[key] {
				t.Fatalf("%s: %d taken of %d", key, minor, posted[key])
			}
			if restored[strings.Split(key, "|")[2]] && minor != 0 {
				t.Fatalf("%s came back, and %d are still taken", key, minor)
			}
		}
	})
}

// I8: whatever is cancelled and whenever it is heard of, a month's results never come to more than the cap.
func TestTheCapHolds(t *testing.T) {
	t.Parallel()
	p := mustPlan(t, worldPlan)
	rapid.Check(t, func(t *rapid.T) {
		events := drawWorld(t)
		month := map[string]string{}
		zone := mustZone("America/New_York")
		for _, e := range events {
			if e.Type == rules.EventOutcome {
				month[e.Ref] = e.EffectiveAt.In(zone).Format("2006-01")
			}
		}
		sum := map[string]int64{}
		for _, l := range compute(t, rules.PayBook{Plans: []*rules.PayPlan{p}, Events: events}).Lines {
			switch l.Component {
			case "save_bonus", "share", "steps", "whole":
				sum[l.Agent+" "+month[l.Ref]] += l.Amount.Minor
			case "cap:plan":
				sum[l.Agent+" "+l.Ref[:7]] += l.Amount.Minor
			}
		}
		for key, minor := range sum {
			if minor > 12_000 {
				t.Fatalf("%s has %d, more than the cap", key, minor)
			}
		}
	})
}

// I11: a later version changes nothing of what an earlier one has paid.
func TestAVersionInForceLaterChangesNoEarlierLine(t *testing.T) {
	t.Parallel()
	v1 := mustPlan(t, worldPlan)
	v2 := mustPlan(t, strings.Replace(strings.Replace(worldPlan, "plan: world", "plan: world\nversion: 2", 1), `"15.00"`, `"99.00"`, 1))
	from := event(rules.EventPlanVersion, "v2", march.AddDate(0, 1, 0), "", "", `{"plan":"world","version":2,"from":"2026-04-01"}`)
	rapid.Check(t, func(t *rapid.T) {
		events := drawWorld(t)
		before := func(plans []*rules.PayPlan, events []rules.Event) []string {
			var out []string
			for _, l := range compute(t, rules.PayBook{Plans: plans, Events: events, Horizon: rules.Horizon{From: "2026-03-01", To: "2026-05-01"}}).Lines {
				if l.Plan.Version == 1 && l.Kind == rules.KindEarn && l.Component != "prize" && l.Period == "2026-03" {
					out = append(out, string(l.Canonical()))
				}
			}
			return out
		}
		if diff := cmp.Diff(before([]*rules.PayPlan{v1}, events), before([]*rules.PayPlan{v1, v2}, append(events, from))); diff != "" {
			t.Fatal(diff)
		}
	})
}

// I12: no bonus without a save that counts; I14: a gate that does not know its number holds, and neither pays nor forgets.
func TestNothingWithoutAResultAndMissingDataHolds(t *testing.T) {
	t.Parallel()
	p := mustPlan(t, worldPlan)
	rapid.Check(t, func(t *rapid.T) {
		events := drawWorld(t)
		counts, forms := map[string]bool{}, map[string]int{}
		for _, e := range events {
			if o, ok := e.Body.(*rules.Outcome); ok && o.Type == "save" && o.ConfirmedDays >= 3 {
				counts[e.Ref] = true
			}
			if e.Type == rules.EventQA {
				forms[e.Agent+e.EffectiveAt.In(mustZone("America/New_York")).Format("2006-01")]++
			}
		}
		pay := compute(t, rules.PayBook{Plans: []*rules.PayPlan{p}, Events: events})
		for _, l := range pay.Lines {
			if l.Component != "save_bonus" || l.Kind != rules.KindEarn {
				continue
			}
			if !counts[l.Ref] {
				t.Fatalf("paid without a save: %s", l.Canonical())
			}
			if forms[l.Agent+l.Period] < 2 {
				t.Fatalf("paid without the gate's number: %s", l.Canonical())
			}
		}
		held := map[string]bool{}
		for _, l := range pay.Held {
			held[l.Agent+l.Ref] = true
		}
		for _, e := range events {
			o, ok := e.Body.(*rules.Outcome)
			if ok && counts[e.Ref] && len(o.Splits) == 0 && forms[e.Agent+e.EffectiveAt.In(mustZone("America/New_York")).Format("2006-01")] < 2 && !held[e.Agent+e.Ref] {
				t.Fatalf("result %s of %s is neither paid nor held", e.Ref, e.Agent)
			}
		}
	})
}

func mustZone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return z
}
