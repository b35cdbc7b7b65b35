package commissions_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"saveline/commissions"
	"saveline/commissions/rules"
	"saveline/migrations"
)

// beforeEngine is the migration before the one that brought the engine of the plan language.
const beforeEngine = 13

// oldHouse is a house of the time of two-component plans, written as its code wrote it: one plan, November closed and paid.
//
//	1  save, earned, paid                  2  save, earned, reversed before the run
//	3  save of December, on hold           4  save of December, earned
//	5  upsell of 1,200.00, earned, paid
type oldHouse struct {
	*house
	entries map[string]commissions.EntryID
}

func newOldHouse(t *testing.T) *oldHouse {
	t.Helper()
	h := &oldHouse{house: newHouse(t, 1), entries: map[string]commissions.EntryID{}}
	p, err := migrations.Provider(h.db.DB)
	h.must(err)
	_, err = p.DownTo(h.ctx(), beforeEngine)
	h.must(err)
	u := h.agents[0].User
	terms := `{"currency":"USD","holdDays":3,"components":[{"id":"save_bonus","type":"per_unit","result":"save","amount":"15.00"},{"id":"upsell","type":"percent","result":"upsell","rate":"7.5%"}]}`
	h.exec(`INSERT INTO plans (id, client_id, name, created_at) OVERRIDING SYSTEM VALUE VALUES (1, $1, 'Saves', $2)`, h.client, h.now())
	h.exec(`INSERT INTO plan_versions (id, plan_id, version, terms, sha256, author_id, approver_id, approved_at, created_at)
OVERRIDING SYSTEM VALUE VALUES (1, 1, 1, $1::text::jsonb, sha256(convert_to($1::text, 'UTF8')), $2, $3, $4, $4)`, terms, h.manager.User, h.ana.User, h.now())
	h.exec(`INSERT INTO assignments (client_id, plan_id, user_id, from_date, created_by, created_at) VALUES ($1, 1, $2, '2026-11-01', 'Mia Manager', $3)`, h.client, u, h.now())
	h.exec(`INSERT INTO periods (id, client_id, starts_on, ends_on, zone, state) OVERRIDING SYSTEM VALUE
VALUES (1, $1, '2026-11-01', '2026-12-01', 'America/New_York', 'open'), (2, $1, '2026-12-01', '2027-01-01', 'America/New_York', 'open')`, h.client)
	for _, r := range []result{
		{ID: 1, Kind: "save", At: "2026-11-02T18:00:00Z"},
		{ID: 2, Kind: "save", At: "2026-11-03T18:00:00Z"},
		{ID: 5, Kind: "upsell", Value: 1200_00, At: "2026-11-04T18:00:00Z"},
		{ID: 4, Kind: "save", At: "2026-12-01T18:00:00Z"},
		{ID: 3, Kind: "save", At: "2026-12-04T18:00:00Z"},
	} {
		r.Agent = h.agents[0]
		h.setClock(r.At)
		h.outcome(r)
		h.exec(`INSERT INTO credits (id, client_id, result_id, user_id, kind, value_minor, currency, call_id, effective_at, recorded_at)
OVERRIDING SYSTEM VALUE VALUES ($1::bigint, $2, $1, $3, $4, $5, 'USD', 1000 + $1::bigint, $6, $6)`, r.ID, h.client, u, r.Kind, r.Value, r.At)
	}
	h.reversal(2, "2026-11-20T18:00:00Z")
	h.exec(`INSERT INTO credit_reversals (result_id, client_id, cause, effective_at, recorded_at) VALUES (2, $1, 'customer_cancelled', $2, $2)`, h.client, "2026-11-20T18:00:00Z")
	h.books()
	return h
}

// books posts the old entries, pays November and closes it.
func (h *oldHouse) books() {
	h.t.Helper()
	u := h.agents[0].User
	for _, r := range []struct {
		result, period, earnPeriod int
		component                  string
		minor                      int64
		at, earned                 string
	}{
		{1, 1, 1, "save_bonus", 15_00, "2026-11-02T18:00:00Z", "2026-11-05T18:00:00Z"},
		{2, 1, 1, "save_bonus", 15_00, "2026-11-03T18:00:00Z", "2026-11-06T18:00:00Z"},
		{5, 1, 1, "upsell", 90_00, "2026-11-04T18:00:00Z", "2026-11-07T18:00:00Z"},
		{4, 2, 2, "save_bonus", 15_00, "2026-12-01T18:00:00Z", "2026-12-04T18:00:00Z"},
		{3, 2, 0, "save_bonus", 15_00, "2026-12-04T18:00:00Z", ""},
	} {
		accrue := fmt.Sprintf("accrue:r%d:u%d:owner:%s", r.result, u, r.component)
		h.entry(accrue, "accrue", "expense:incentive:"+r.component, h.agent(0, "advance"), r.minor, r.result, r.period, "", r.at)
		if r.earned == "" {
			h.exec(`INSERT INTO holds (entry_id, client_id, vests_at) VALUES ($1, $2, '2026-12-07T18:00:00Z')`, h.entries[accrue], h.client)
			continue
		}
		h.entry("earn:"+accrue, "earn", h.agent(0, "advance"), h.agent(0, "earned"), r.minor, r.result, r.earnPeriod, "", r.earned)
		h.due("earn:"+accrue, r.earnPeriod)
	}
	two := fmt.Sprintf("accrue:r2:u%d:owner:save_bonus", u)
	h.entry("reverse:"+two, "reverse", h.agent(0, "advance"), "expense:incentive:save_bonus", 15_00, 2, 1, two, "2026-11-20T18:00:00Z")
	h.entry("reverse:earn:"+two, "reverse", h.agent(0, "earned"), h.agent(0, "advance"), 15_00, 2, 1, "earn:"+two, "2026-11-20T18:00:00Z")
	h.due("reverse:earn:"+two, 1)

	h.exec(`INSERT INTO runs (id, client_id, period_id, state, total_minor, created_by, calculated_by, calculated_at, reviewed_by, reviewed_at, approved_by, approved_at, locked_at, created_at)
OVERRIDING SYSTEM VALUE VALUES (1, $1, 1, 'locked', 10500, $2, $2, $4, $2, $4, $3, $4, $4, $4)`, h.client, h.ana.User, h.ben.User, "2026-12-02T12:00:00Z")
	h.exec(`UPDATE payables SET run_id = 1 WHERE period_id = 1`)
	for _, table := range []string{"runs", "periods", "credits", "plans", "plan_versions"} {
		h.exec(`SELECT setval(pg_get_serial_sequence('` + table + `', 'id'), 100)`)
	}
	h.entry(fmt.Sprintf("payout:run1:u%d", u), "payout", h.agent(0, "earned"), "payroll_clearing:1", 105_00, 0, 2, "", "2026-12-02T12:00:00Z")
	h.exec(`UPDATE periods SET state = 'closed', closed_at = '2026-12-02T12:00:00Z' WHERE id = 1`)
}

func (h *oldHouse) entry(key, kind, debit, credit string, minor int64, result, period int, reverses, at string) {
	h.t.Helper()
	var component *string
	if result != 0 {
		name := "save_bonus"
		if result == 5 {
			name = "upsell"
		}
		component = &name
	}
	var id commissions.EntryID
	h.must(h.db.Get(&id, `
INSERT INTO entries (client_id, period_id, key, kind, debit, credit, amount_minor, currency, user_id, credit_id, plan_version_id, component, run_id, reverses_id, basis, effective_at, recorded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'USD', $8, NULLIF($9::bigint, 0), CASE WHEN $9::bigint <> 0 THEN 1 END, COALESCE($10, ''), CASE WHEN $4 = 'payout' THEN 1 END,
        NULLIF($11::bigint, 0), '{"plan": "Saves", "version": 1, "holdDays": 3}', $12, $12) RETURNING id`,
		h.client, period, key, kind, debit, credit, minor, h.agents[0].User, result, component, h.entries[reverses], at))
	h.entries[key] = id
}

func (h *oldHouse) due(key string, period int) {
	h.t.Helper()
	h.exec(`INSERT INTO payables (entry_id, client_id, user_id, period_id, currency) VALUES ($1, $2, $3, $4, 'USD')`, h.entries[key], h.client, h.agents[0].User, period)
}

// The books of the old engine are the new one's: valuing them again posts nothing, months stay months, and what is taken back
// is taken of the old lots.
func TestBooksFromBeforeTheEngineGoOn(t *testing.T) {
	t.Parallel()
	h := newOldHouse(t)
	before, entries := h.house.books(), h.count(`SELECT count(*) FROM entries`)
	h.setClock("2026-12-05T17:00:00Z")
	h.must(migrations.Up(h.ctx(), h.db.DB))
	for range 2 {
		h.drain() // all facts again
		h.valued("2026-12-05T17:00:00Z")
	}
	if diff := cmp.Diff(before, h.house.books()); diff != "" || h.count(`SELECT count(*) FROM entries`) != entries {
		t.Fatalf("valuing again posted %d entries:\n%s", h.count(`SELECT count(*) FROM entries`)-entries, diff)
	}
	old, _, err := h.pay.Periods(t.Context(), h.ana, 10, 0)
	if err != nil || len(old) != 2 || old[1].Calendar != rules.Monthly.Key() || old[1].State != "closed" {
		t.Fatalf("%+v (%v)", old, err)
	}
	for _, r := range []int64{1, 3, 4} { // paid, on hold, earned
		h.reversed(r, "2026-12-05T18:00:00Z")
	}
	want := map[string]string{"expense:incentive:upsell": "-90.00", h.agent(0, "receivable"): "-15.00", "payroll_clearing:1": "105.00"}
	if diff := cmp.Diff(want, h.house.books()); diff != "" {
		t.Error(diff)
	}
	for _, key := range []string{"accrue:r1:u%d:owner:save_bonus", "accrue:r3:u%d:owner:save_bonus", "accrue:r4:u%d:owner:save_bonus", "earn:accrue:r1:u%d:owner:save_bonus"} {
		if n := h.count(`SELECT count(*) FROM entries WHERE reverses_id = $1`, h.entries[fmt.Sprintf(key, h.agents[0].User)]); n != 1 {
			t.Errorf("%s was taken back by %d entries", key, n)
		}
	}
	if n := h.count(`SELECT count(*) FROM holds`); n != 0 {
		t.Errorf("%d holds are left", n)
	}
	h.happened(result{ID: 6, Agent: h.agents[0], Kind: "save", At: "2026-12-05T18:00:00Z"}, result{ID: 7, Agent: h.agents[0], Kind: "upsell", Value: 1000_00, At: "2026-12-05T19:00:00Z"})
	h.setClock("2027-01-02T17:00:00Z")
	if run := h.locked("2026-12-10"); run.Total != usd(75_00) { // 15.00 and 75.00, less the 15.00 that had been paid
		t.Errorf("December pays %s, want 75.00", run.Total)
	}
	h.seal()
	if v := h.verify(); !v.OK() {
		t.Errorf("%q", v.Faults)
	}
}
