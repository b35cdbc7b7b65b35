package commissions_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"saveline/commissions"
	"saveline/internal/facts"
	"saveline/internal/money"
	"saveline/internal/pg"
	"saveline/retention"
)

// seeds is how many random cases a property is tried on: SAVELINE_PAY_SEEDS, else 20, else 4 in the inner loop (-short).
func seeds(t *testing.T) uint64 {
	t.Helper()
	if text := os.Getenv("SAVELINE_PAY_SEEDS"); text != "" {
		n, err := strconv.ParseUint(text, 10, 32)
		if err != nil {
			t.Fatalf("SAVELINE_PAY_SEEDS: %v", err)
		}
		return n
	}
	if testing.Short() {
		return 4
	}
	return 20
}

// checkBooks looks at what a history left: the chain and every checksum verify (I1, I4), facts told again post nothing (I3,
// I13), and every cent of every file is an entry and the other way round (I9).
func (l *life) checkBooks() {
	l.t.Helper()
	l.seal()
	if v := l.verify(); !v.OK() {
		l.t.Errorf("%q", v.Faults)
	}
	before, checksums := l.count(`SELECT count(*) FROM entries`), l.checksums()
	for _, c := range l.pay.Consumers() {
		l.must(l.log.Replay(l.ctx(), c.Name))
	}
	l.drain()
	for _, sql := range []string{`UPDATE periods SET state = 'open' WHERE state = 'closed'`, `UPDATE entries SET amount_minor = 1`} {
		_, _ = l.db.Exec(sql) // whatever is tried
	}
	if n := l.count(`SELECT count(*) FROM entries`); n != before {
		l.t.Errorf("facts told again posted %d entries", n-before)
	}
	if v := l.verify(); !v.OK() || l.checksums() != checksums {
		l.t.Errorf("told again: %q", v.Faults)
	}
	for _, run := range l.runs() {
		if run.ExportedAt != nil {
			l.fileIsTheLedger(run)
		}
	}
}

func (h *house) checksums() (all string) {
	h.t.Helper()
	h.must(h.db.Get(&all, `SELECT COALESCE(string_agg(period_id || ':' || encode(checksum, 'hex'), ' ' ORDER BY period_id), '') FROM closes`))
	return all
}

// fileIsTheLedger compares a run's file with the ledger in both directions: each row's amount comes from the entries it
// names, all settled by this run, and each settled entry of somebody who is paid stands in one row.
func (h *house) fileIsTheLedger(run commissions.Run) {
	h.t.Helper()
	var file bytes.Buffer
	h.must(h.pay.File(h.ctx(), h.ana, run.ID, &file))
	rows, err := csv.NewReader(&file).ReadAll()
	h.must(err)
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	total := money.Amount{Currency: run.Currency}
	for _, row := range rows[1:] {
		a, err := money.Parse(row[column["amount"]], run.Currency)
		h.must(err)
		total.Minor += a.Minor
		for id := range strings.FieldsSeq(row[column["source_entries"]]) {
			if h.count(`SELECT count(*) FROM payables WHERE run_id = $1 AND entry_id = $2`, run.ID, id) != 1 {
				h.t.Errorf("run %d: its file names entry %s, which it did not settle", run.ID, id)
			}
		}
	}
	ledger := h.count(`SELECT COALESCE(SUM(amount_minor), 0) FROM entries WHERE credit = 'payroll_clearing:' || $1`, run.ID)
	settled := h.count(`SELECT COALESCE(SUM(`+commissions.PayableMinor+`), 0) FROM payables d JOIN entries e ON e.id = d.entry_id WHERE d.run_id = $1`, run.ID) +
		h.count(`SELECT COALESCE(SUM(amount_minor), 0) FROM entries WHERE run_id = $1 AND kind = 'carry'`, run.ID) // left for the next run
	if total.Minor != int64(ledger) || settled != ledger {
		h.t.Errorf("run %d: the file pays %d, the ledger %d, the lines it settled come to %d", run.ID, total.Minor, ledger, settled)
	}
}

// TestAnyArrivalGivesTheSameHash tells the same month to two houses, once in order and once in any order, late, twice and in
// bits, with vesting in between whenever: the run has the same hash and the same total (I2).
func TestAnyArrivalGivesTheSameHash(t *testing.T) {
	t.Parallel()
	for seed := range seeds(t) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 2))
			var month []told
			for i := range 14 {
				at := instant("2026-11-02T18:00:00Z").Add(time.Duration(r.IntN(20*24*60)) * time.Minute)
				month = append(month, told{id: int64(i + 1), agent: r.IntN(3), kind: []string{"save", "upsell"}[r.IntN(2)], value: r.Int64N(300_00), at: at})
				switch later := at.Add(time.Duration(r.IntN(8*24)) * time.Hour); r.IntN(4) {
				case 0:
					month = append(month, told{id: int64(i + 1), reversal: true, at: later})
				case 1: // a part of it, before it is earned or after
					month = append(month, told{id: int64(i + 1), ppm: 1 + r.Int64N(999_999), at: later})
				}
			}
			inOrder := tell(t, month, 0, rand.New(rand.NewPCG(seed, 3)), false)
			anyHow := tell(t, month, 500, r, true)
			if inOrder.Hash != anyHow.Hash || inOrder.Total != anyHow.Total {
				t.Errorf("in order %s %s, in any order %s %s", inOrder.Total, inOrder.Hash, anyHow.Total, anyHow.Hash)
			}
		})
	}
}

// removal posts the fact that a part of a result was taken off again.
func (h *house) removal(result, ppm int64, at string) {
	h.t.Helper()
	h.must(pg.InTx(h.ctx(), h.db, func(tx *pg.Tx) error {
		return facts.AppendTx(h.ctx(), tx, facts.Fact{
			Kind: retention.FactUpsellRemoval, Key: fmt.Sprintf("removal:%d", result), Client: int64(h.client), EffectiveAt: instant(at), RecordedAt: h.now(),
		}, retention.UpsellRemovalFact{Result: result, RemovedMinor: 1, FractionPPM: ppm, Currency: "USD"})
	}))
}

// told is one fact of a month.
type told struct {
	id       int64
	agent    int
	kind     string
	value    int64
	at       time.Time
	reversal bool
	ppm      int64 // of the result's value, taken off again
}

// tell makes a house hear a month, and calculates its run in December. Ids are moved, so that the hash cannot hang on them.
func tell(t *testing.T, month []told, move int64, r *rand.Rand, shuffled bool) commissions.Run {
	t.Helper()
	h := newHouse(t, 3)
	for range move / 100 {
		h.exec(`INSERT INTO plans (client_id, name, created_at) VALUES ($1, $2, $3)`, h.client, fmt.Sprint("other ", r.Int64()), h.now())
	}
	p, err := h.pay.CreatePlan(h.ctx(), h.manager, commissions.NewPlan{Name: "The plan", NewVersion: commissions.NewVersion{Terms: saves(3)}})
	h.must(err)
	_, err = h.pay.ApproveVersion(h.ctx(), h.ben, p.Versions[0].ID)
	h.must(err)
	for _, a := range h.agents {
		_, err := h.pay.Assign(h.ctx(), h.manager, commissions.NewAssignment{Plan: p.ID, User: a.User, FromDate: "2026-11-01"})
		h.must(err)
	}
	order := r.Perm(len(month))
	for i := range month {
		f := month[i]
		if shuffled {
			f = month[order[i]]
		}
		if h.now().Before(f.at) && !shuffled {
			h.setClock(f.at.Format(time.RFC3339))
		}
		switch {
		case f.ppm > 0:
			h.removal(f.id+move, f.ppm, f.at.Format(time.RFC3339))
		case f.reversal:
			h.reversal(f.id+move, f.at.Format(time.RFC3339))
		default:
			h.outcome(result{ID: f.id + move, Agent: h.agents[f.agent], Kind: f.kind, Value: f.value, At: f.at.Format(time.RFC3339)})
		}
		if r.IntN(2) == 0 || !shuffled {
			h.drain()
		}
		if shuffled && r.IntN(4) == 0 {
			h.setClock(instant("2026-11-10T17:00:00Z").Add(time.Duration(r.IntN(24*20)) * time.Hour).Format(time.RFC3339))
			h.vest()
		}
		if shuffled && r.IntN(5) == 0 {
			h.must(h.log.Replay(context.Background(), h.pay.Consumers()[0].Name))
		}
	}
	h.drain()
	h.setClock("2026-12-10T17:00:00Z")
	run := h.openRun("2026-11-10")
	run, err = h.pay.Calculate(h.ctx(), h.ana, run.ID)
	h.must(err)
	return run
}
