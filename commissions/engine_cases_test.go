package commissions_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"saveline/commissions"
	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/money"
)

// workedCases are those of the language that a client with one plan can live through: every kind of component, gates, caps,
// floors, draws, guarantees, holdbacks, tranches, splits, overrides, clawbacks and what comes late.
var workedCases = []string{
	"bonus-table", "cap-corrected-by-clawback", "clawback-pro-rata-months", "draw-forgiven", "gate-zero", "quota-whole", "rounding-floor", "tiered-interpolated", "max-recovery", "caps-and-floors", "clawback-pro-rata", "clawback-retier", "contest-ties", "draw-limited",
	"draw-non-recoverable", "draw-recoverable", "factor-and-kicker", "fx-event", "gate-hold-missing", "gate-scale", "guarantee-prorated",
	"leaver-written-off", "leaver-carried", "leaver-returned", "fx-period-end",
	"calendar-15-14", "calendar-biweekly", "calendar-semimonthly", "calendar-weekly",
	"holdback", "kpi-bonus", "late-after-close", "per-unit-rules", "quota-prorated", "shift-premium", "split-three",
	"tiered-marginal-quarter", "trace", "trace-cap", "trace-qa-missing", "tranches",
}

// TestTheWorkedCasesThroughTheHouse lets a house live through cases of the language as its clients do: a plan as text, people
// assigned to it, files of events, months closed. The ledger then says what the case expects, and verifies.
func TestTheWorkedCasesThroughTheHouse(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 0)
	names := workedCases
	if testing.Short() {
		names = []string{"trace", "draw-recoverable", "late-after-close", "split-three", "cap-corrected-by-clawback"}
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) { //nolint:paralleltest // they share the house's clock
			h.t = t
			c := readWorked(t, name)
			c.house = h
			c.live()
			if got, want := c.sums(), c.expected(); !maps.Equal(got, want) {
				t.Errorf("posted %v\nwant   %v", got, want)
			}
			if want := c.expectedPaid(); len(want) > 0 && !maps.Equal(c.paid, want) {
				t.Errorf("paid %v\nwant %v", c.paid, want)
			}
			if v := h.verify(); !v.OK() {
				t.Errorf("%q", v.Faults)
			}
			h.explained()
		})
	}
}

// explained demands a complete path of every entry: to what happened, the line of the plan, and the rounding.
func (h *house) explained() {
	h.t.Helper()
	var ids []commissions.EntryID
	h.must(h.db.Select(&ids, `SELECT id FROM entries WHERE client_id = $1 AND kind NOT IN ('payout','recover','reconcile') ORDER BY id`, h.client))
	by := auth.System("test", h.client)
	for _, id := range ids {
		if e, err := h.pay.Explain(h.ctx(), by, id); err != nil || !e.Complete {
			h.t.Errorf("entry %d lacks %v (%v):\n%s", id, e.Missing, err, e.Text)
		}
	}
}

type worked struct {
	*house
	dir    string
	plan   string
	events [][]string // with their header
	people map[string]auth.Actor
	paid   map[string]string // by period and agent: paid and carried, as runs have it
}

func readWorked(t *testing.T, name string) *worked {
	t.Helper()
	c := &worked{dir: filepath.Join("rules", "testdata", "cases", name), people: map[string]auth.Actor{}, paid: map[string]string{}}
	text, err := os.ReadFile(filepath.Join(c.dir, "plan.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	c.plan, c.events = string(text), readCSV(t, filepath.Join(c.dir, "events.csv"))
	return c
}

func readCSV(t testing.TB, path string) [][]string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

var zoneOfPlan = regexp.MustCompile(`tz: "?([A-Za-z_]+(/[A-Za-z_]+)?)`)

// live goes through the case in the order in which things were heard of.
func (c *worked) live() {
	c.t.Helper()
	rows := slices.Clone(c.events[1:])
	slices.SortStableFunc(rows, func(a, b []string) int { return instant(a[2]).Compare(instant(b[2])) })
	zone := zoneOfPlan.FindStringSubmatch(c.plan)[1]
	c.setClock("2020-01-01T00:00:00Z")
	c.client = c.newClient(filepath.Base(c.dir), zone)
	for _, a := range []*auth.Actor{&c.manager, &c.ana, &c.ben} {
		a.Clients = []auth.ClientID{c.client}
	}
	c.putOnPlan(rows)
	last := instant(rows[0][2])
	var heard [][]string
	for _, row := range rows {
		last = latest(last, latest(instant(row[1]), instant(row[2])))
		switch rules.EventType(row[3]) {
		case rules.EventPlanVersion:
		case rules.EventPay:
			c.hear(heard, instant(row[2]))
			heard = nil
			c.payPeriod(row)
		case rules.EventClose:
			c.hear(heard, instant(row[2]))
			heard = nil
			c.close(row)
		default:
			heard = append(heard, row)
		}
	}
	local := last.In(mustZone(c.t, zone))
	c.hear(heard, time.Date(local.Year(), local.Month()+1, 1, 0, 0, 1, 0, local.Location()))
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func mustZone(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// putOnPlan makes the plan and puts everybody on it who is named.
func (c *worked) putOnPlan(rows [][]string) {
	c.t.Helper()
	p, err := c.pay.CreatePlan(c.ctx(), c.manager, commissions.NewPlan{Client: c.client, Name: "The plan", NewVersion: commissions.NewVersion{Text: c.plan}})
	c.must(err)
	_, err = c.pay.ApproveVersion(c.ctx(), c.ana, p.Versions[0].ID)
	c.must(err)
	days := map[string]commissions.NewAssignment{}
	for _, row := range rows {
		for _, name := range namesIn(row) {
			if _, known := c.people[name]; !known {
				c.people[name] = c.person(filepath.Base(c.dir)+" "+name, fmt.Sprintf("%d-%s", c.client, name), auth.Agent)
			}
		}
		if row[3] == string(rules.EventAssignment) {
			days[row[4]] = commissions.NewAssignment{FromDate: rules.Date(attr(row, "from")), UntilDate: rules.Date(attr(row, "to"))}
		}
	}
	for name, who := range c.people {
		in, assigned := days[name]
		if !assigned && len(days) > 0 {
			continue
		}
		if in.FromDate == "" {
			in.FromDate = "2020-01-01"
		}
		in.Plan, in.User = p.ID, who.User
		_, err := c.pay.Assign(c.ctx(), c.manager, in)
		c.must(err)
	}
}

var (
	splitAgents = regexp.MustCompile(`"agent": ?"([^"]+)"`)
	leads       = regexp.MustCompile(`"lead": ?"([^"]+)"`)
)

func namesIn(row []string) (out []string) {
	if row[4] != "" && row[4] != "-" && !strings.HasPrefix(row[4], "team:") {
		out = append(out, row[4])
	}
	for _, m := range slices.Concat(splitAgents.FindAllStringSubmatch(row[6], -1), leads.FindAllStringSubmatch(row[6], -1)) {
		out = append(out, m[1])
	}
	return out
}

func attr(row []string, name string) string {
	if m := regexp.MustCompile(`"` + name + `": ?"([^"]+)"`).FindStringSubmatch(row[6]); m != nil {
		return m[1]
	}
	return ""
}

// hear imports a file of events and computes what has come due by a time.
func (c *worked) hear(rows [][]string, at time.Time) {
	c.t.Helper()
	c.setClock(at.UTC().Format(time.RFC3339))
	var file bytes.Buffer
	w := csv.NewWriter(&file)
	c.must(w.Write(c.events[0]))
	for _, row := range rows {
		row = slices.Clone(row)
		for _, name := range namesIn(row) {
			number := fmt.Sprintf("%d-%s", c.client, name)
			if row[4] == name {
				row[4] = number
			}
			row[6] = strings.ReplaceAll(row[6], `"`+name+`"`, `"`+number+`"`)
		}
		c.must(w.Write(row))
	}
	w.Flush()
	_, err := c.pay.ImportEvents(c.ctx(), c.ana, c.client, &file)
	c.must(err)
	c.must(c.pay.Value(c.ctx()))
	c.vest()
}

func (c *worked) close(row []string) {
	c.t.Helper()
	p, err := c.pay.PeriodAt(c.ctx(), c.ana, c.client, instant(dayIn(row)+"T17:00:00Z"))
	c.must(err)
	_, err = c.pay.ClosePeriod(c.ctx(), c.ana, p.ID)
	c.must(err)
}

// payPeriod pays a period by a run, and remembers what it pays whom.
func (c *worked) payPeriod(row []string) {
	c.t.Helper()
	period := attr(row, "period")
	run := c.locked(dayIn(row))
	items, _, err := c.pay.Statements(c.ctx(), c.ana, run.ID, 100, 0)
	c.must(err)
	for _, st := range items {
		for name, who := range c.people {
			if who.User == st.User {
				c.paid[period+" "+name] = st.Amount.String() + " " + st.Left.String()
			}
		}
	}
}

func (c *worked) expectedPaid() map[string]string {
	c.t.Helper()
	path := filepath.Join(c.dir, "expected_paid.csv")
	if _, err := os.Stat(path); err != nil {
		return nil
	}
	out := map[string]string{}
	for _, row := range readCSV(c.t, path)[1:] {
		out[row[0]+" "+row[1]] = row[2] + " " + row[3]
	}
	return out
}

// dayIn is a day of the period that a mark names: "2026-03", or a day itself.
func dayIn(row []string) string {
	period := attr(row, "period")
	if len(period) == len("2026-03") {
		return period + "-10"
	}
	return period
}

// sums are the ledger's, by period, agent and component: what the client was charged with or has lent as a draw.
func (c *worked) sums() map[string]string {
	c.t.Helper()
	var rows []struct {
		Period    string      `db:"period"`
		User      auth.UserID `db:"user_id"`
		Component string      `db:"component"`
		Currency  string      `db:"currency"`
		Minor     int64       `db:"minor"`
	}
	c.must(c.db.Select(&rows, `
SELECT to_char(p.starts_on, CASE p.calendar WHEN 'monthly' THEN 'YYYY-MM' ELSE 'YYYY-MM-DD' END) AS period, e.user_id, e.component, e.currency,
       SUM(CASE WHEN e.debit LIKE 'expense:%' OR e.debit LIKE '%:draw_receivable' OR e.debit LIKE '%:reserve' THEN e.amount_minor ELSE -e.amount_minor END)::bigint AS minor
FROM entries e JOIN periods p ON p.id = e.period_id WHERE e.client_id = $1 AND e.line_key <> '' AND e.kind NOT IN ('writeoff', 'hold') GROUP BY 1, 2, 3, 4`, c.client))
	names := map[auth.UserID]string{}
	for name, who := range c.people {
		names[who.User] = name
	}
	out := map[string]string{}
	for _, r := range rows {
		if r.Minor != 0 {
			out[strings.Join([]string{r.Period, names[r.User], r.Component}, " ")] = money.Amount{Minor: r.Minor, Currency: r.Currency}.String()
		}
	}
	return out
}

func (c *worked) expected() map[string]string {
	c.t.Helper()
	out := map[string]string{}
	for _, row := range readCSV(c.t, filepath.Join(c.dir, "expected.csv"))[1:] {
		out[strings.Join(row[:3], " ")] = row[3]
	}
	return out
}
