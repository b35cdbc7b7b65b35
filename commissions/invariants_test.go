package commissions_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"saveline/commissions"
)

// invariants are what is always true of pay, each with what shows it on books of a written plan in a real database. On the
// rules alone the same are tried with many more cases: rules/property_test.go and rules/tiers_property_test.go name them too.
var invariants = []struct {
	id, says string
	holds    func(*chronicle)
}{
	{"I1", "postings sum to zero in every currency", (*chronicle).sumsToZero},
	{"I2", "any order of arrival and any number of nodes give the same run hash and the same books; after a close the same sums", (*chronicle).sameInAnyOrder},
	{"I3", "valuing again posts nothing", (*chronicle).again3},
	{"I4", "a closed period keeps its checksum", (*chronicle).closedStays},
	{"I5", "the parts of a split add up to the whole", (*chronicle).splitsAddUp},
	{"I6", "marginal tiers pay what the definition says", (*chronicle).marginalByDefinition},
	{"I7", "no more is taken back than was given; what comes back is restored", (*chronicle).takenIsBounded},
	{"I8", "the cap holds after every correction", (*chronicle).capHolds},
	{"I9", "every cent of a file is an entry, and the other way round", (*chronicle).filesAreEntries},
	{"I10", "net pay is the sum over all states", (*chronicle).netIsAllStates},
	{"I11", "a later version alters no line of an earlier one", (*chronicle).versionsStay},
	{"I12", "nothing is paid without a result that qualifies", (*chronicle).onlyForResults},
	{"I13", "what is told twice changes nothing", (*chronicle).toldTwice},
	{"I14", "a gate that does not know its number holds, and pays when it does", (*chronicle).missingHolds},
}

const chroniclePlan = `
plan: chronicle
version: %d
currency: USD
calendar: {pay: monthly, tz: America/New_York}
quota: {measure: sold, amount: "3000.00", per: month}
measures:
  saves: {when: 'outcome.type == "save" && outcome.confirmed_days >= 3', count: outcome.id}
  all:   {count: outcome.id}
  sold:  {when: 'outcome.type == "sale"', sum: outcome.value}
  qa:    {avg: qa.score, min_samples: 1}
components:
  - {id: save_bonus, type: per_unit, measure: saves, amount: "%s"}
  - {id: any, type: per_unit, measure: all, amount: "10.01"}
  - {id: share, type: percent, measure: sold, rate: "3.33%%"}
  - {id: steps, type: tiered, measure: sold, axis: quota_attainment, tiers: [{from: "0%%", rate: "1.7%%"}, {from: "50%%", rate: "2.9%%"}, {from: "100%%", rate: "5.1%%"}]}
  - {id: whole, type: tiered, measure: saves, axis: count, mode: whole, tiers: [{from: "0", amount: "1.00"}, {from: "3", amount: "2.50"}]}
gates: [{id: quality, metric: qa, gte: "50", applies_to: [save_bonus], else: zero, missing: hold}]
caps: [{scope: component, components: [share], amount: "60.00", per: month}]
override: {id: lead, to: team_lead, base: team.sold, rate: "0.77%%", exclude_own: true, clawback_flows: true}
clawback: {window_days: 90, method: pro_rata_days}
`

// chronicle is a random autumn of three people, as rows of a file of events, and houses that heard of it in different ways.
type chronicle struct {
	*house   // heard everything in some order, in bits, valued by two nodes at once
	r        *rand.Rand
	rows     [][]string
	run, one commissions.Run // the house's, and that of a house that heard everything in order
	calm     *house
	late     *house // heard a part of it after November was closed
}

func (c *chronicle) add(id string, at time.Time, kind, agent, ref, attrs string) {
	when := at.UTC().Format(time.RFC3339)
	c.rows = append(c.rows, []string{id, when, when, kind, agent, ref, attrs})
}

// imagine makes the autumn up. The third person, who leads the others, never has a form: the gate cannot know.
func (c *chronicle) imagine() {
	begin := instant("2026-11-02T15:00:00Z")
	for _, a := range []string{"A-001", "A-002"} {
		c.add("as-"+a, begin.AddDate(0, 0, -1), "assignment", a, "", `{"team":"T","lead":"A-003"}`)
		for m := range 2 {
			c.add(fmt.Sprintf("qa-%s-%d", a, m), begin.AddDate(0, m, 3), "qa", a, "f", fmt.Sprintf(`{"score":"%d.5"}`, 60+c.r.IntN(39)))
		}
	}
	for i := range 30 {
		at, ref := begin.Add(time.Duration(c.r.IntN(55*24*60))*time.Minute), fmt.Sprintf("r%d", i)
		agent := []string{"A-001", "A-002", "A-003"}[i%3]
		attrs := fmt.Sprintf(`{"type":"save","confirmed_days":%d%s}`, c.r.IntN(7), c.split(i))
		if c.r.IntN(2) == 0 {
			attrs = fmt.Sprintf(`{"type":"sale","value":"%d.%02d","currency":"USD"%s}`, c.r.IntN(1500), c.r.IntN(100), c.split(i))
		}
		c.add("o"+ref, at, "outcome", agent, ref, attrs)
		if c.r.IntN(3) > 0 {
			continue
		}
		gone := at.Add(time.Duration(c.r.IntN(60*24)) * time.Hour)
		c.add("c"+ref, gone, "cancel", "", ref, fmt.Sprintf(`{"cause":"customer","fraction":%q}`, []string{"1", "0.5", "1/3"}[c.r.IntN(3)]))
		if c.r.IntN(2) == 0 {
			c.add("b"+ref, gone.AddDate(0, 0, 3), "reinstate", "", ref, `{}`)
		}
	}
}

func (c *chronicle) split(i int) string {
	if i%5 > 0 {
		return ""
	}
	return `,"splits":[{"agent":"A-001","share":"1/3"},{"agent":"A-002","share":"1/3"},{"agent":"A-003","share":"1/3"}]`
}

// heard has a house hear rows, as a file.
func (h *house) heard(rows [][]string) {
	h.t.Helper()
	if len(rows) == 0 {
		return
	}
	var file bytes.Buffer
	w := csv.NewWriter(&file)
	h.must(w.WriteAll(rows))
	_, err := h.pay.ImportEvents(h.ctx(), h.ana, h.client, strings.NewReader(eventsHead+file.String()))
	h.must(err)
}

func chronicleHouse(t *testing.T) *house {
	t.Helper()
	h := newHouse(t, 3)
	h.writtenFrom(fmt.Sprintf(chroniclePlan, 1, "15.00"), "2026-11-01")
	h.setClock("2027-01-05T17:00:00Z")
	return h
}

// settled computes and vests everything, and calculates the run of March, in which the last of the autumn is earned.
func (h *house) settled() commissions.Run {
	h.t.Helper()
	h.setClock("2027-04-05T17:00:00Z")
	h.must(h.pay.Value(h.ctx()))
	h.vest()
	run, err := h.pay.Calculate(h.ctx(), h.ana, h.openRun("2027-03-10").ID)
	h.must(err)
	return run
}

// live tells the chronicle to its houses.
func (c *chronicle) live(t *testing.T) {
	c.calm = chronicleHouse(t)
	c.calm.heard(c.rows)
	c.one = c.calm.settled()

	c.late = chronicleHouse(t)
	known := len(c.rows) * 2 / 3
	mixed := c.mixed()
	c.late.heard(mixed[:known])
	p, err := c.late.pay.PeriodAt(t.Context(), c.ana, c.late.client, instant("2026-11-10T17:00:00Z"))
	c.must(err)
	_, err = c.late.pay.ClosePeriod(t.Context(), c.late.ana, p.ID)
	c.must(err)
	c.late.heard(mixed[known:])
	c.late.must(c.late.pay.Value(t.Context()))

	other := commissions.New(c.db, c.now, slog.New(slog.DiscardHandler), c.news)
	for rows := c.mixed(); len(rows) > 0; {
		n := min(len(rows), 1+c.r.IntN(12))
		c.heard(rows[:n])
		rows = rows[n:]
		c.setClock(instant("2027-01-05T17:00:00Z").Add(time.Duration(c.r.IntN(80*24)) * time.Hour).Format(time.RFC3339))
		var nodes errgroup.Group
		nodes.Go(func() error { return c.pay.Value(t.Context()) })
		nodes.Go(func() error { return other.Value(t.Context()) })
		c.must(nodes.Wait())
		c.vest()
	}
	c.run = c.settled()
}

func (c *chronicle) mixed() [][]string {
	out := make([][]string, len(c.rows))
	for i, at := range c.r.Perm(len(c.rows)) {
		out[i] = c.rows[at]
	}
	return out
}

// TestTheInvariantsOfAWrittenPlan lives through random autumns and looks at each invariant in turn.
func TestTheInvariantsOfAWrittenPlan(t *testing.T) {
	t.Parallel()
	for seed := range max(1, seeds(t)/10) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			c := &chronicle{r: rand.New(rand.NewPCG(seed, 8)), house: chronicleHouse(t)}
			c.imagine()
			c.live(t)
			for _, inv := range invariants {
				t.Run(inv.id+" "+inv.says, func(t *testing.T) { //nolint:paralleltest // they look at the same books, one after the other
					c.t, c.calm.t, c.late.t = t, t, t
					inv.holds(c)
				})
			}
			c.t, c.calm.t, c.late.t = t, t, t
			c.seal()
			if v := c.verify(); !v.OK() {
				t.Errorf("%q", v.Faults)
			}
		})
	}
}

func (c *chronicle) sumsToZero() {
	for _, h := range []*house{c.house, c.calm, c.late} {
		h.t = c.t
		sums, err := h.pay.LedgerSum(h.ctx(), h.manager)
		h.must(err)
		if len(sums) != 1 || sums[0].Minor != 0 {
			c.t.Errorf("%v", sums)
		}
	}
}

// byComponent is what each person has of each component, over all periods.
func (h *house) byComponent() map[string]int64 {
	h.t.Helper()
	var rows []struct {
		What  string `db:"what"`
		Minor int64  `db:"minor"`
	}
	h.must(h.db.Select(&rows, `
SELECT user_id || ' ' || component AS what, SUM(CASE WHEN debit LIKE 'expense:%' THEN amount_minor ELSE -amount_minor END)::bigint AS minor
FROM entries WHERE debit LIKE 'expense:%' OR credit LIKE 'expense:%' GROUP BY 1`))
	out := map[string]int64{}
	for _, r := range rows {
		if r.Minor != 0 {
			out[r.What] = r.Minor
		}
	}
	return out
}

func (c *chronicle) sameInAnyOrder() {
	if c.run.Hash != c.one.Hash || c.run.Total != c.one.Total || c.run.Total.Minor == 0 {
		c.t.Errorf("in order %s %s, in any order %s %s", c.one.Total, c.one.Hash, c.run.Total, c.run.Hash)
	}
	if got, want := c.books(), c.calm.books(); !maps.Equal(got, want) {
		c.t.Errorf("the books are %v, in order %v", got, want)
	}
	if got, want := c.late.byComponent(), c.calm.byComponent(); !maps.Equal(got, want) {
		c.t.Errorf("after the close the sums are %v, in order %v", got, want)
	}
}

func (c *chronicle) again3() {
	for _, h := range []*house{c.house, c.late} {
		h.t = c.t
		before := h.count(`SELECT count(*) FROM entries`)
		h.exec(`INSERT INTO pay_dirty (client_id, user_id) SELECT $1, unnest($2::bigint[])`, h.client, usersOf(h.agents))
		h.must(h.pay.Value(h.ctx()))
		if n := h.count(`SELECT count(*) FROM entries`); n != before {
			c.t.Errorf("%d entries became %d", before, n)
		}
	}
}

func (c *chronicle) closedStays() {
	h := c.late
	before := h.checksums()
	c.late.heard([][]string{{"late", "2026-11-20T17:00:00Z", "2027-01-05T17:00:00Z", "outcome", "A-001", "late", `{"type":"sale","value":"77.00","currency":"USD"}`}})
	h.must(h.pay.Value(h.ctx()))
	_, err := h.db.Exec(`INSERT INTO entries (client_id, period_id, key, kind, debit, credit, amount_minor, currency, effective_at, recorded_at)
		SELECT client_id, period_id, 'x', 'accrue', debit, credit, 1, currency, effective_at, recorded_at FROM entries WHERE period_id = (SELECT id FROM periods WHERE state = 'closed') LIMIT 1`)
	if err == nil {
		c.t.Error("something was posted to a closed period")
	}
	h.seal()
	if v := h.verify(); before == "" || h.checksums() != before || !v.OK() {
		c.t.Errorf("%q became %q: %q", before, h.checksums(), v.Faults)
	}
	if h.count(`SELECT count(*) FROM entries WHERE line_key LIKE '%|late|%'`) == 0 {
		c.t.Error("what was late was not paid at all")
	}
}

func (c *chronicle) splitsAddUp() {
	if n := c.count(`SELECT count(DISTINCT split_part(line_key, '|', 5)) FROM entries WHERE component = 'any' AND kind = 'accrue' AND split_part(line_key, '|', 5) IN (SELECT ref FROM pay_parts)`); n != 6 {
		c.t.Fatalf("%d results were split, want 6", n)
	}
	if n := c.count(`SELECT count(*) FROM (SELECT split_part(line_key, '|', 5) FROM entries WHERE component = 'any' AND line_key LIKE '%|earn|%' AND debit LIKE 'expense:%'
		GROUP BY 1 HAVING SUM(amount_minor) <> 1001) x`); n != 0 {
		c.t.Errorf("of %d results the parts do not add up to 10.01", n)
	}
}

// marginalByDefinition adds up what every person sold in a month, by itself, and pays each part of it at its own rate.
func (c *chronicle) marginalByDefinition() {
	if n := c.count(`
WITH sold AS (
    SELECT p.u, date_trunc('month', e.effective_at AT TIME ZONE 'America/New_York') AS month, sum((e.attrs ->> 'value')::numeric * p.share) AS total
    FROM pay_events e CROSS JOIN LATERAL (
        SELECT e.user_id AS u, 1::numeric AS share WHERE e.attrs -> 'splits' IS NULL
        UNION ALL SELECT (s ->> 'agent')::bigint, 1::numeric / 3 FROM jsonb_array_elements(e.attrs -> 'splits') s) p
    WHERE e.type = 'outcome' AND e.attrs ->> 'type' = 'sale' GROUP BY 1, 2
), due AS (
    SELECT u, month, 100 * (least(total, 1500) * 0.017 + greatest(least(total, 3000) - 1500, 0) * 0.029 + greatest(total - 3000, 0) * 0.051) AS minor FROM sold
), paid AS (
    SELECT user_id AS u, date_trunc('month', line_on::timestamp) AS month, sum(CASE WHEN debit LIKE 'expense:%' THEN amount_minor ELSE -amount_minor END) AS minor
    FROM entries WHERE component = 'steps' AND line_key LIKE '%|earn|%' AND (debit LIKE 'expense:%' OR credit LIKE 'expense:%') GROUP BY 1, 2
)
SELECT count(*) FROM due FULL JOIN paid USING (u, month) WHERE abs(COALESCE(due.minor, 0) - COALESCE(paid.minor, 0)) > 1`); n != 0 {
		c.t.Errorf("%d people's months are not what the tiers give", n)
	}
}

func (c *chronicle) takenIsBounded() {
	const lots = `
SELECT count(*) FROM (
    SELECT user_id, component, split_part(line_key, '|', 5) AS ref, split_part(line_key, '|', 7) AS slice,
           SUM(CASE WHEN line_key LIKE '%|earn|%' THEN 1 ELSE 0 END * CASE WHEN debit LIKE 'expense:%' THEN amount_minor ELSE -amount_minor END) AS given,
           SUM(CASE WHEN line_key LIKE '%|earn|%' THEN 0 ELSE 1 END * CASE WHEN debit LIKE 'expense:%' THEN -amount_minor ELSE amount_minor END) AS taken
    FROM entries WHERE line_key <> '' AND component <> 'cap:component' AND (debit LIKE 'expense:%' OR credit LIKE 'expense:%') GROUP BY 1, 2, 3, 4) x WHERE `
	if n := c.count(lots + `taken > given OR taken < 0`); n != 0 {
		c.t.Errorf("of %d lots more was taken than given, or less than nothing", n)
	}
	if n := c.count(lots + `taken > 0`); n == 0 {
		c.t.Error("nothing was ever taken")
	}
	if n := c.count(lots + `taken <> 0 AND ref IN (SELECT ref FROM pay_events WHERE type = 'reinstate')`); n != 0 {
		c.t.Errorf("%d lots of results that came back are still short", n)
	}
}

func (c *chronicle) capHolds() {
	for _, h := range []*house{c.house, c.late} {
		h.t = c.t
		const months = `
SELECT count(*) FROM (
    SELECT user_id, COALESCE(to_char(o.effective_at AT TIME ZONE 'America/New_York', 'YYYY-MM'), left(split_part(e.line_key, '|', 5), 7)) AS month,
           SUM(CASE WHEN e.debit LIKE 'expense:%' THEN amount_minor ELSE -amount_minor END) AS minor, bool_or(e.component = 'cap:component') AS cut
    FROM entries e LEFT JOIN (SELECT ref, effective_at FROM pay_events WHERE type = 'outcome') o ON o.ref = split_part(e.line_key, '|', 5)
    WHERE e.component IN ('share', 'cap:component') AND (e.debit LIKE 'expense:%' OR e.credit LIKE 'expense:%') GROUP BY 1, 2) x WHERE `
		if n := h.count(months + `minor > 6000`); n != 0 {
			c.t.Errorf("%d people's months are above the cap", n)
		}
		if h.count(months+`cut`) == 0 {
			c.t.Error("the cap never took anything")
		}
	}
}

func (c *chronicle) filesAreEntries() {
	_, err := c.pay.Review(c.ctx(), c.ana, c.run.ID)
	c.must(err)
	_, err = c.pay.Approve(c.ctx(), c.ben, c.run.ID)
	c.must(err)
	_, err = c.pay.Lock(c.ctx(), c.ana, c.run.ID)
	c.must(err)
	_, err = c.pay.Export(c.ctx(), c.ana, c.run.ID, &bytes.Buffer{})
	c.must(err)
	for _, run := range c.runs() {
		if run.ExportedAt == nil || run.Total.Minor == 0 {
			c.t.Fatalf("%+v", run)
		}
		c.fileIsTheLedger(run)
	}
}

func (c *chronicle) netIsAllStates() {
	for i, a := range c.agents {
		states := c.count(`SELECT COALESCE(SUM(CASE WHEN credit LIKE 'agent:%' THEN amount_minor ELSE 0 END - CASE WHEN debit LIKE 'agent:%' THEN amount_minor ELSE 0 END), 0) FROM entries WHERE user_id = $1`, a.User)
		given := c.count(`SELECT COALESCE(SUM(CASE WHEN debit LIKE 'expense:%' THEN amount_minor ELSE 0 END - CASE WHEN credit LIKE 'expense:%' THEN amount_minor ELSE 0 END), 0) FROM entries WHERE user_id = $1`, a.User)
		paid := c.count(`SELECT COALESCE(SUM(amount_minor), 0) FROM entries WHERE user_id = $1 AND credit LIKE 'payroll_clearing:%'`, a.User)
		if states != given-paid || given == 0 {
			c.t.Errorf("agent %d: all states hold %d, given %d, paid %d", i+1, states, given, paid)
		}
	}
}

func (c *chronicle) versionsStay() {
	before := c.lines()
	plan := c.count(`SELECT max(id) FROM plans`)
	_, err := c.pay.AddVersion(c.ctx(), c.manager, commissions.PlanID(plan), commissions.NewVersion{Text: fmt.Sprintf(chroniclePlan, 2, "99.00")})
	c.must(err)
	_, err = c.pay.ApproveVersion(c.ctx(), c.ana, commissions.VersionID(c.count(`SELECT max(id) FROM plan_versions`)))
	c.must(err)
	c.must(c.pay.Value(c.ctx()))
	if after := c.lines(); after != before {
		c.t.Errorf("the lines were\n%s\nthey became\n%s", before, after)
	}
}

func (c *chronicle) onlyForResults() {
	if n := c.count(`
SELECT count(*) FROM entries e WHERE e.line_key LIKE '%|earn|%' AND NOT EXISTS (
    SELECT 1 FROM pay_events v WHERE v.type = 'outcome' AND v.ref = split_part(e.line_key, '|', 5) AND v.event_id = split_part(e.line_key, '|', 6)
      AND (e.component NOT IN ('save_bonus', 'whole') OR v.attrs ->> 'type' = 'save' AND (v.attrs ->> 'confirmed_days')::int >= 3)
      AND (e.component NOT IN ('share', 'steps', 'lead') OR v.attrs ->> 'type' = 'sale'))`); n != 0 {
		c.t.Errorf("%d lines pay for nothing", n)
	}
	if n := c.count(`SELECT count(*) FROM entries WHERE component = 'save_bonus'`); n == 0 {
		c.t.Error("no save was ever paid")
	}
}

func (c *chronicle) toldTwice() {
	before := c.lines()
	c.heard(c.mixed())
	c.must(c.pay.Value(c.ctx()))
	if after := c.lines(); after != before {
		c.t.Errorf("told again, the lines were\n%s\nthey became\n%s", before, after)
	}
}

func (c *chronicle) missingHolds() {
	third := c.agents[2].User
	const bonuses = `SELECT count(*) FROM entries WHERE component = 'save_bonus' AND kind = 'accrue' AND user_id = $1`
	const counted = `SELECT count(*) FROM entries WHERE component = 'whole' AND line_key LIKE '%|earn|%' AND kind = 'accrue' AND user_id = $1`
	waiting := c.count(counted, third)
	if n := c.count(bonuses, third); n != 0 || waiting == 0 {
		c.t.Fatalf("without a form %d of %d bonuses were paid", n, waiting)
	}
	c.heard([][]string{
		{"q3a", "2026-11-28T17:00:00Z", "2027-04-05T17:00:00Z", "qa", "A-003", "f", `{"score":"91.0"}`},
		{"q3b", "2026-12-28T17:00:00Z", "2027-04-05T17:00:00Z", "qa", "A-003", "f", `{"score":"91.0"}`},
	})
	c.must(c.pay.Value(c.ctx()))
	if n := c.count(bonuses, third); n != waiting {
		c.t.Errorf("with the form %d of %d bonuses were paid", n, waiting)
	}
}
