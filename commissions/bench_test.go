package commissions_test

import (
	"context"
	"os"
	"runtime"
	"runtime/metrics"
	"strconv"
	"testing"
	"time"

	"github.com/lib/pq"

	"saveline/commissions"
	"saveline/internal/auth"
)

// What `make bench` holds pay to.
const (
	valueShareMax = 1.0 // of the time of one SQL statement that computes and inserts the same rows
	heapGrowthMax = 1.5 // of the largest heap, with four times the events
	eventsAgent   = 1000
)

// eventsOfBench is how many events are valued: SAVELINE_BENCH_ROWS, or a tenth of the million; a thousand a person.
func eventsOfBench(b *testing.B) int {
	b.Helper()
	text := os.Getenv("SAVELINE_BENCH_ROWS")
	if text == "" {
		return 100_000
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		b.Fatalf("SAVELINE_BENCH_ROWS=%s is no number of rows", text)
	}
	return max(n, 4*eventsAgent)
}

// benchPlan has five components: for one, marginal tiers of a quota, a share with a kicker, whole tiers, a premium by night.
// What it gives is an advance for ninety days.
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
clawback: {window_days: 90, method: pro_rata_days}
`

// benchEvents are results of people over three months, as a file of another system would tell them.
const benchEvents = `
INSERT INTO pay_events (client_id, source, event_id, type, user_id, ref, attrs, effective_at, recorded_at)
SELECT $1, 'file', 'e' || n, 'outcome', ($2::bigint[])[1 + n / $4::int], 'r' || n, jsonb_build_object(
    'type', CASE WHEN n % 3 = 0 THEN 'upsell' ELSE 'save' END, 'value', (10 + n % 90) || '.' || lpad((n % 100)::text, 2, '0'), 'currency', 'USD',
    'confirmed_days', n % 5 + 1, 'offer', jsonb_build_object('id', 'o1', 'campaign', 'winback'),
    'call', jsonb_build_object('id', 'c' || n, 'start', to_char(at - interval '10 minutes', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')))
    || CASE WHEN n % 3 = 0 THEN jsonb_build_object('first_year_value', (100 + n % 900) || '.' || lpad((n % 100)::text, 2, '0')) ELSE '{}' END,
    at AT TIME ZONE 'UTC', at AT TIME ZONE 'UTC'
FROM (SELECT n, timestamp '2026-09-01 14:00:00' + make_interval(secs => (n % $4::int) * (88 * 86400 / $4::int)) AS at
      FROM generate_series(0, $3::int - 1) AS n) e`

// benchHouse is a house with people on the plan, whose events are there and whose pay is marked but not valued.
func benchHouse(b *testing.B, events int) *house {
	b.Helper()
	h := newHouse(b, events/eventsAgent)
	h.setClock("2026-12-02T17:00:00Z")
	p, err := h.pay.CreatePlan(h.ctx(), h.manager, commissions.NewPlan{Name: "bench", NewVersion: commissions.NewVersion{Text: benchPlan}})
	h.must(err)
	_, err = h.pay.ApproveVersion(h.ctx(), h.ana, p.Versions[0].ID)
	h.must(err)
	people := usersOf(h.agents)
	h.exec(`INSERT INTO assignments (client_id, plan_id, user_id, from_date, created_by, created_at)
		SELECT $1, $2, u, '2026-09-01', $4, $5 FROM unnest($3::bigint[]) AS u`, h.client, p.ID, people, h.manager.User, h.now())
	h.unhurried(benchEvents, h.client, people, events, eventsAgent)
	h.exec(`INSERT INTO pay_dirty (client_id, user_id) SELECT $1, unnest($2::bigint[])`, h.client, people)
	h.exec(`INSERT INTO periods (client_id, starts_on, ends_on, zone, state) SELECT $1, d, d + interval '1 month', 'America/New_York', 'open'
		FROM generate_series(timestamp '2026-09-01', timestamp '2026-11-01', interval '1 month') AS d`, h.client)
	h.exec(`VACUUM ANALYZE`)
	h.exec(`CHECKPOINT`)
	return h
}

func usersOf(agents []auth.Actor) any {
	var out []int64
	for _, a := range agents {
		out = append(out, int64(a.User))
	}
	return pq.Array(out)
}

// unhurried runs a statement that may take as long as it does, with memory to sort in, and says how long that was.
func (h *house) unhurried(statement string, args ...any) time.Duration {
	h.t.Helper()
	tx, err := h.db.BeginTxx(context.Background(), nil)
	h.must(err)
	defer func() { _ = tx.Rollback() }()
	_, err = tx.Exec(`SET LOCAL statement_timeout = 0; SET LOCAL work_mem = '256MB'`)
	h.must(err)
	start := time.Now()
	_, err = tx.Exec(statement, args...)
	h.must(err)
	h.must(tx.Commit())
	return time.Since(start)
}

// BenchmarkValue values everybody and posts every line, and compares that with one SQL statement that computes and inserts
// the same rows into the same tables of another database; that they are the same, column by column, is looked at too.
func BenchmarkValue(b *testing.B) {
	n := eventsOfBench(b)
	var engine, statement, stream time.Duration
	lines := 0
	for b.Loop() {
		peer, h := benchHouse(b, n), benchHouse(b, n)
		statement += peer.unhurried(valueInSQL, peer.client, peer.now())
		stream += h.streamed(n)
		start := time.Now()
		h.must(h.pay.Value(h.ctx()))
		engine += time.Since(start)
		want, got := peer.posted(), h.posted()
		if want != got {
			b.Fatalf("the statement posted %+v, pay %+v", want, got)
		}
		lines = got.Entries
	}
	b.ReportMetric(float64(n)*float64(b.N)/engine.Seconds(), "events/s")
	b.ReportMetric(float64(lines), "lines")
	b.ReportMetric(engine.Seconds()/stream.Seconds(), "of-reading-them")
	share := engine.Seconds() / statement.Seconds()
	b.ReportMetric(share, "of-one-statement")
	if share > valueShareMax {
		b.Errorf("valuing takes %.2f of the time of one SQL statement, and at most %.2f is wanted", share, valueShareMax)
	}
}

// streamed reads all events in the order of their people and decodes nothing.
func (h *house) streamed(events int) time.Duration {
	h.t.Helper()
	start := time.Now()
	rows, err := h.db.Query(`SELECT event_id, type, user_id, ref, attrs, effective_at, recorded_at FROM pay_events WHERE client_id = $1 ORDER BY user_id, effective_at`, h.client)
	h.must(err)
	defer func() { _ = rows.Close() }()
	seen := 0
	for rows.Next() {
		var id, typ, ref string
		var user int64
		var attrs []byte
		var effective, recorded time.Time
		h.must(rows.Scan(&id, &typ, &user, &ref, &attrs, &effective, &recorded))
		seen++
	}
	h.must(rows.Err())
	if seen != events {
		h.t.Fatalf("%d events were read, not %d", seen, events)
	}
	return time.Since(start)
}

// postedRows is what stands in the ledger, in a few numbers: two that are equal hold the same rows, but for their ids.
type postedRows struct {
	Entries int    `db:"entries"`
	Minor   int64  `db:"minor"`
	Digest  string `db:"digest"`
	Holds   string `db:"holds"`
}

func (h *house) posted() (out postedRows) {
	h.t.Helper()
	h.must(h.db.Get(&out, `
SELECT count(*) AS entries, sum(e.amount_minor) AS minor,
       sum(hashtextextended((to_jsonb(e) - 'id')::text, 0)::numeric)::text AS digest,
       sum(hashtextextended((to_jsonb(h) - 'entry_id' || jsonb_build_object('key', e.key))::text, 0)::numeric)::text AS holds
FROM entries e LEFT JOIN holds h ON h.entry_id = e.id`))
	return out
}

// BenchmarkValueHeap values a quarter of the events and all of them: what is held does not grow with their number.
func BenchmarkValueHeap(b *testing.B) {
	n := eventsOfBench(b)
	var few, many uint64
	for b.Loop() {
		few, many = benchHouse(b, n/4).heapOfValue(), benchHouse(b, n).heapOfValue()
	}
	growth := float64(many) / float64(few)
	b.ReportMetric(float64(many)/(1<<20), "MB")
	b.ReportMetric(growth, "of-a-quarter")
	if growth > heapGrowthMax {
		b.Errorf("with four times the events the heap is %.2f times as large, and at most %.2f is wanted", growth, heapGrowthMax)
	}
}

// heapOfValue is the most memory that was in use on the heap while everybody was valued.
func (h *house) heapOfValue() (peak uint64) {
	h.t.Helper()
	runtime.GC()
	done, seen := make(chan struct{}), make(chan uint64)
	go func() {
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		top := uint64(0)
		for {
			select {
			case <-done:
				seen <- top
				return
			case <-tick.C:
				metrics.Read(sample)
				top = max(top, sample[0].Value.Uint64())
			}
		}
	}()
	err := h.pay.Value(h.ctx())
	close(done)
	peak = <-seen
	h.must(err)
	return peak
}
