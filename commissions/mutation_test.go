package commissions_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/lib/pq"
)

// ledgerTables are what the ledger is made of: the lines, what stands beside them, the chain, and the bytes kept of runs.
var ledgerTables = []string{"entries", "holds", "payables", "seals", "seal_lines", "seal_heads", "closes", "run_evidence", "run_files"}

// unverified are the columns that a verification says nothing about, and why.
var unverified = map[string]string{
	"holds.vests_at":          "until when a line waits is the plan's word at the time; what is earned early or late is a line that is sealed",
	"seals.sealed_at":         "when the sealer saw the lines: it only says which lines without a seal are late",
	"closes.closed_by":        "a name for people; the audit log has it as well",
	"closes.recorded_at":      "the period has the time of its close, and the audit log",
	"run_evidence.created_at": "the evidence itself has its times",
	"run_files.format":        "how the bytes are offered for download; the bytes are verified",
	"run_files.rows":          "a count for people; the bytes are verified",
	"run_files.created_by":    "a name for people; the audit log has it as well",
	"run_files.created_at":    "the run has the time of its export",
}

// refused are columns that the tables themselves do not let anybody change so: an entry's number is given by the database, and
// an adjustment's stands on all of its entries and on no others.
var refused = []string{"entries.id", "entries.adjustment_id"}

// column is one of a table's, and its type.
type column struct {
	Table string `db:"table_name"`
	Name  string `db:"column_name"`
	Type  string `db:"data_type"`
}

// changed is an expression that gives another value of the column's type.
func (c column) changed() string {
	name := c.Name
	switch {
	case c.Table == "entries" && c.Name == "kind":
		return `CASE kind WHEN 'retro' THEN 'accrue' ELSE 'retro' END`
	case c.Table == "entries" && (c.Name == "debit" || c.Name == "credit"):
		return `CASE ` + name + ` WHEN 'expense:incentive:other' THEN 'payroll_liability' ELSE 'expense:incentive:other' END`
	case c.Name == "first_position":
		return name + ` - 1`
	case c.Name == "currency":
		return `CASE currency WHEN 'EUR' THEN 'KRW' ELSE 'EUR' END`
	case c.Type == "bigint" || c.Type == "integer":
		return `COALESCE(` + name + `, 0) + 1000003`
	case c.Type == "text":
		return name + ` || 'x'`
	case c.Type == "bytea":
		return `sha256(` + name + `)`
	case c.Type == "jsonb":
		return name + ` || '{"rate": "99%"}'`
	case c.Type == "date":
		return `COALESCE(` + name + `, DATE '2026-01-01') + 1`
	case strings.HasPrefix(c.Type, "timestamp"):
		return `COALESCE(` + name + `, TIMESTAMPTZ '2026-01-01') + interval '1 second'`
	}
	return ""
}

// fullBooks are sealed books of a written plan with a run that is reconciled, something taken back and something that waits.
func fullBooks(t *testing.T) *house {
	t.Helper()
	h := unvalued(t)
	h.must(h.pay.Value(t.Context()))
	h.setClock("2027-03-05T17:00:00Z")
	h.vest()
	h.seal()
	run := h.locked("2027-02-10")
	_, err := h.pay.Export(t.Context(), h.ana, run.ID, &bytes.Buffer{})
	h.must(err)
	_, err = h.pay.Reconcile(t.Context(), h.ana, run.ID)
	h.must(err)
	h.must(second(h.pay.ImportEvents(t.Context(), h.ana, h.client, strings.NewReader(eventsHead+
		"e9,2027-03-02T18:00:00Z,2027-03-02T18:00:00Z,outcome,A-003,r9,\"{\"\"type\"\":\"\"upsell\"\",\"\"value\"\":\"\"500.00\"\",\"\"currency\"\":\"\"USD\"\"}\"\n"+
		"c9,2027-03-03T18:00:00Z,2027-03-03T18:00:00Z,cancel,-,r9,\"{\"\"cause\"\":\"\"customer\"\",\"\"fraction\"\":\"\"1/2\"\"}\"\n"))))
	h.seal()
	return h
}

// TestAnyColumnThatIsChangedIsFound changes one column of one row of every table of the ledger, as somebody with the triggers
// off would, column after column as the database has them, and undoes it. What a verification does not find is named above.
func TestAnyColumnThatIsChangedIsFound(t *testing.T) {
	t.Parallel()
	h := fullBooks(t)
	if v := h.verify(); !v.OK() {
		t.Fatalf("before anything was changed: %q", v.Faults)
	}
	h.exec(`CREATE SCHEMA kept`)
	for _, table := range ledgerTables {
		h.exec(`CREATE TABLE kept.` + table + ` AS SELECT * FROM ` + table)
		if h.count(`SELECT count(*) FROM kept.`+table) == 0 {
			t.Fatalf("%s is empty: nothing in it can be changed", table)
		}
	}
	var columns []column
	h.must(h.db.Select(&columns, `SELECT table_name, column_name, data_type FROM information_schema.columns
		WHERE table_schema = 'public' AND table_name = ANY($1) ORDER BY table_name, ordinal_position`, pq.Array(ledgerTables)))
	rounds := 3
	if testing.Short() {
		rounds = 1
	}
	for round := range rounds {
		r := rand.New(rand.NewPCG(uint64(round), 5))
		for _, c := range columns {
			h.changeOne(c, r)
		}
	}
	h.removals()
	if v := h.verify(); !v.OK() {
		t.Errorf("undone, it is still wrong: %q", v.Faults)
	}
}

// changeOne changes a column of some row, and wants that to be found, or refused by the table itself.
func (h *house) changeOne(c column, r *rand.Rand) {
	h.t.Helper()
	name, to := c.Table+"."+c.Name, c.changed()
	if to == "" {
		h.t.Fatalf("%s has the type %s, which this test cannot change", name, c.Type)
	}
	rows := h.count(`SELECT count(*) FROM kept.` + c.Table)
	err := h.tampered(fmt.Sprintf(`UPDATE %[1]s SET %[2]s = %[3]s WHERE ctid = (SELECT ctid FROM %[1]s ORDER BY md5(%[1]s::text) LIMIT 1 OFFSET %[4]d)`, c.Table, c.Name, to, r.IntN(rows)))
	if _, ok := errors.AsType[*pq.Error](err); ok && slices.Contains(refused, name) {
		return
	}
	h.must(err)
	found := !h.verify().OK()
	if _, known := unverified[name]; found == known {
		h.t.Errorf("%s was changed to %s: found %v", name, to, found)
	}
	h.restore(c.Table)
}

// removals takes a whole row away of each table. Of what is to be paid it is one that a run has settled: of an advance that no
// run has paid yet, only valuing knows that a run may.
func (h *house) removals() {
	h.t.Helper()
	for _, table := range ledgerTables {
		where := ""
		if table == "payables" {
			where = ` WHERE run_id IS NOT NULL`
		}
		h.must(h.tampered(`DELETE FROM ` + table + ` WHERE ctid = (SELECT max(ctid) FROM ` + table + where + `)`))
		if h.verify().OK() {
			h.t.Errorf("a row of %s was taken away, and nothing was found", table)
		}
		h.restore(table)
	}
}

func (h *house) restore(table string) {
	h.t.Helper()
	h.must(h.tampered(`DELETE FROM ` + table))
	h.must(h.tampered(`INSERT INTO ` + table + ` OVERRIDING SYSTEM VALUE SELECT * FROM kept.` + table))
}

// tampered is tamper for what the table itself may refuse.
func (h *house) tampered(sql string) error {
	h.t.Helper()
	tx, err := h.db.Beginx()
	h.must(err)
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.Exec(`SET LOCAL session_replication_role = replica`); err != nil {
		return err
	}
	if _, err := tx.Exec(sql); err != nil {
		return err
	}
	return tx.Commit()
}

// TestUnverifiedColumnsAreThere: what is excused is a column of the ledger.
func TestUnverifiedColumnsAreThere(t *testing.T) {
	t.Parallel()
	for name, why := range unverified {
		table, _, _ := strings.Cut(name, ".")
		if !slices.Contains(ledgerTables, table) || why == "" {
			t.Errorf("%s: %q", name, why)
		}
	}
}
