package commissions_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"

	"saveline/commissions"
	"saveline/internal/errs"
)

// sealed is november paid, reconciled and sealed in several rounds, with something in the open month as well.
func sealed(t *testing.T) *house {
	t.Helper()
	h := november(t)
	h.seal()
	run := h.locked("2026-11-10")
	h.seal()
	_, err := h.pay.Export(t.Context(), h.ana, run.ID, &bytes.Buffer{})
	h.must(err)
	_, err = h.pay.Reconcile(t.Context(), h.ana, run.ID)
	h.must(err)
	h.reversed(2, "2026-12-06T18:00:00Z")
	h.happened(result{ID: 9, Agent: h.agents[1], Kind: "save", At: "2026-12-05T16:00:00Z"})
	h.seal()
	return h
}

func (h *house) seal() {
	h.t.Helper()
	_, err := h.pay.Seal(h.ctx())
	h.must(err)
}

func (h *house) verify(anchors ...commissions.Anchor) *commissions.Verification {
	h.t.Helper()
	v, err := h.pay.Verify(h.ctx(), h.manager, anchors...)
	h.must(err)
	return v
}

func TestSealedBooksVerify(t *testing.T) {
	t.Parallel()
	h := sealed(t)
	v := h.verify()
	if !v.OK() || len(v.Chains) != 1 {
		t.Fatalf("%+v", v)
	}
	c := v.Chains[0]
	if entries := int64(h.count(`SELECT count(*) FROM entries`)); c.Lines != entries || c.Seals != 3 || c.Waiting != 0 || c.Periods != 1 || c.Runs != 1 {
		t.Errorf("%d entries, %+v", entries, c)
	}
	h.happened(result{ID: 10, Agent: h.agents[1], Kind: "save", At: "2026-12-05T16:30:00Z"})
	if v := h.verify(c.Head); !v.OK() || v.Chains[0].Waiting == 0 {
		t.Errorf("with a line that waits, and the head that was kept: %+v", v)
	}
	h.seal()
	if n, err := h.pay.Seal(t.Context()); n != 0 || err != nil {
		t.Errorf("%d lines were sealed twice (%v)", n, err)
	}
	if v := h.verify(c.Head); !v.OK() || v.Chains[0].Head == c.Head {
		t.Errorf("the chain went on, and the head that was kept is in it: %+v", v)
	}
	text := c.Head.String()
	if back, err := commissions.ParseAnchor(text); err != nil || back != c.Head {
		t.Errorf("%s came back as %v (%v)", text, back, err)
	}
	if _, err := commissions.ParseAnchor(text + "0"); !errs.Is(err, errs.Invalid) {
		t.Errorf("an anchor that is too long: %v", err)
	}
}

// TestAChainThatIsWrittenAnew has somebody change a line and seal everything again, consistently: only a head that was kept
// outside of the database finds it.
func TestAChainThatIsWrittenAnew(t *testing.T) {
	t.Parallel()
	h := sealed(t)
	kept := h.verify().Chains[0].Head
	h.tamper(`TRUNCATE seals, seal_lines, seal_heads`)
	h.tamper(`UPDATE entries SET basis = basis || '{"note": "x"}' WHERE id = (SELECT max(id) FROM entries)`)
	h.seal()
	if v := h.verify(); !v.OK() {
		t.Errorf("it was written anew with care: %q", v.Faults)
	}
	if v := h.verify(kept); v.OK() || !strings.Contains(v.Faults[0], "written anew") {
		t.Errorf("with the head that was kept: %+v", v)
	}
}

// tamper does what no statement of the house may: with the triggers off.
func (h *house) tamper(sql string) {
	h.t.Helper()
	c, err := h.db.Connx(h.ctx())
	h.must(err)
	defer func() { h.must(c.Close()) }()
	for _, q := range []string{"SET session_replication_role = replica", sql, "SET session_replication_role = DEFAULT"} {
		if _, err := c.ExecContext(context.Background(), q); err != nil {
			h.t.Fatalf("%s: %v", q, err)
		}
	}
}

const someEntry = `(SELECT id FROM entries ORDER BY md5(id::text || '%d') LIMIT 1)`

// changes are one of each way to falsify the books; %s is some entry.
var changes = map[string]string{
	"amount":         `UPDATE entries SET amount_minor = amount_minor + 1 WHERE id = %s`,
	"key":            `UPDATE entries SET key = key || 'x' WHERE id = %s`,
	"debit":          `UPDATE entries SET debit = 'expense:incentive:other' WHERE id = %s`,
	"credit":         `UPDATE entries SET credit = 'expense:incentive:other' WHERE id = %s`,
	"currency":       `UPDATE entries SET currency = 'EUR' WHERE id = %s`,
	"user":           `UPDATE entries SET user_id = COALESCE(user_id, 0) + 1 WHERE id = %s`,
	"credit id":      `UPDATE entries SET credit_id = COALESCE(credit_id, 0) + 1 WHERE id = %s`,
	"version":        `UPDATE entries SET plan_version_id = COALESCE(plan_version_id, 0) + 1 WHERE id = %s`,
	"component":      `UPDATE entries SET component = component || 'x' WHERE id = %s`,
	"run":            `UPDATE entries SET run_id = COALESCE(run_id, 0) + 1 WHERE id = %s`,
	"period":         `UPDATE entries SET period_id = period_id + 1000 WHERE id = %s`,
	"reverses":       `UPDATE entries SET reverses_id = -id WHERE id = %s`,
	"adjusts":        `UPDATE entries SET adjusts_id = id WHERE id = %s`,
	"basis":          `UPDATE entries SET basis = basis || '{"rate": "99%%"}' WHERE id = %s`,
	"effective":      `UPDATE entries SET effective_at = effective_at + interval '1 microsecond' WHERE id = %s`,
	"recorded":       `UPDATE entries SET recorded_at = recorded_at - interval '1 microsecond' WHERE id = %s`,
	"missing":        `DELETE FROM entries WHERE id = %s`,
	"missing seal":   `DELETE FROM seals WHERE seq = 2 OR seq = %s * 0`,
	"last seal gone": `DELETE FROM seals WHERE seq = 3 OR seq = %s * 0`,
	"seal's hash":    `UPDATE seals SET hash = sha256(hash) WHERE seq = 1 + %s %% 3`,
	"seal's prev":    `UPDATE seals SET prev_hash = sha256(prev_hash) WHERE seq = 1 + %s %% 3`,
	"seal's reach":   `UPDATE seals SET last_position = last_position + 1 WHERE seq = 1 + %s %% 3`,
	"head":           `UPDATE seal_heads SET position = position - 1 + %s * 0`,
	"digest":         `UPDATE seal_lines SET digest = sha256(digest) WHERE entry_id = %s`,
	"line unsealed":  `DELETE FROM seal_lines WHERE entry_id = %s`,
	"checksum":       `UPDATE closes SET checksum = sha256(checksum), entries = entries + %s * 0`,
	"evidence":       `UPDATE run_evidence SET root = sha256(root) WHERE run_id > %s * 0`,
	"checksum gone":  `DELETE FROM closes WHERE period_id > %s * 0`,
	"put in": `INSERT INTO entries (client_id, period_id, key, kind, debit, credit, amount_minor, currency, user_id, credit_id, plan_version_id, component, effective_at, recorded_at)
		SELECT client_id, period_id, 'accrue:forged', 'accrue', 'expense:incentive:save_bonus', 'agent:1:advance', 1, currency, user_id, credit_id, plan_version_id, 'save_bonus', effective_at, '2026-11-03T00:00:00Z'
		FROM entries WHERE id = %s`,
}

// TestEveryChangeIsFound falsifies sealed books in every way there is, each at several lines, and undoes it again.
func TestEveryChangeIsFound(t *testing.T) {
	t.Parallel()
	h := sealed(t)
	h.exec(`CREATE SCHEMA kept`)
	tables := []string{"entries", "seals", "seal_lines", "seal_heads", "closes", "run_evidence"}
	for _, table := range tables {
		h.exec(`CREATE TABLE kept.` + table + ` AS SELECT * FROM ` + table)
	}
	rounds := histories / 10
	if testing.Short() {
		rounds = 1
	}
	for name, sql := range changes {
		for range rounds {
			salt := rand.IntN(1_000_000)
			h.tamper(fmt.Sprintf(sql, fmt.Sprintf(someEntry, salt)))
			if v := h.verify(); v.OK() {
				t.Errorf("%s (entry by salt %d) went unnoticed", name, salt)
			}
			for _, table := range tables {
				h.tamper(`DELETE FROM ` + table)
				h.tamper(`INSERT INTO ` + table + ` OVERRIDING SYSTEM VALUE SELECT * FROM kept.` + table)
			}
		}
	}
	if v := h.verify(); !v.OK() {
		t.Errorf("undone, it is still wrong: %q", v.Faults)
	}
}

// TestPeriodsOfOlderBooksGetTheirChecksum: a period that an older version closed has none until the next round of seals.
func TestPeriodsOfOlderBooksGetTheirChecksum(t *testing.T) {
	t.Parallel()
	h := sealed(t)
	h.tamper(`DELETE FROM closes`)
	if v := h.verify(); v.OK() || !strings.Contains(v.Faults[0], "2026-11-01 has no checksum") {
		t.Errorf("%q", v.Faults)
	}
	h.seal()
	if v := h.verify(); !v.OK() {
		t.Errorf("%q", v.Faults)
	}
}

// TestTheLedgerAddsUpInHledger has another program read the whole journal, strictly, and add everything up again.
func TestTheLedgerAddsUpInHledger(t *testing.T) {
	t.Parallel()
	h := sealed(t)
	var journal bytes.Buffer
	h.must(h.pay.ExportLedger(t.Context(), h.manager, "hledger", &journal))
	if !strings.Contains(journal.String(), "account agent:4:earned  ; type:L\n") || !strings.Contains(journal.String(), "commodity 0.00 USD\n") {
		t.Errorf("journal:\n%s", journal.String())
	}
	hledger, err := exec.LookPath("hledger")
	if err != nil {
		t.Skip("hledger is not installed on this machine (.ci/up.sh installs it): the journal was written, and nobody else has added it up")
	}
	call := func(args ...string) string {
		cmd := exec.CommandContext(t.Context(), hledger, append([]string{"-f", "-"}, args...)...)
		cmd.Stdin = bytes.NewReader(journal.Bytes())
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("hledger %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	call("check", "--strict")
	want := map[string]string{}
	for account, net := range h.books() {
		if net = "-" + net; strings.HasPrefix(net, "--") {
			net = net[2:]
		}
		want[account] = net + " USD"
	}
	rows, err := csv.NewReader(strings.NewReader(call("balance", "--flat", "--no-total", "-O", "csv"))).ReadAll()
	h.must(err)
	for _, row := range rows[1:] {
		if want[row[0]] != row[1] {
			t.Errorf("hledger says %s holds %s, the books %q", row[0], row[1], want[row[0]])
		}
		delete(want, row[0])
	}
	if len(want) != 0 {
		t.Errorf("hledger does not know of %v", want)
	}
	journal.WriteString("2026-12-31 forged\n    payroll_liability  1.00 USD = 1.00 USD\n    expense:writeoff\n")
	cmd := exec.CommandContext(t.Context(), hledger, "-f", "-", "check", "--strict")
	cmd.Stdin = bytes.NewReader(journal.Bytes())
	if err := cmd.Run(); err == nil {
		t.Error("hledger took a forged journal")
	}
}

func TestTheLedgerAsCSV(t *testing.T) {
	t.Parallel()
	h := sealed(t)
	var out bytes.Buffer
	h.must(h.pay.ExportLedger(t.Context(), h.manager, "csv", &out))
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil || len(rows) != 1+h.count(`SELECT count(*) FROM entries`) || len(rows[1][20]) != 64 {
		t.Errorf("%d rows (%v)", len(rows), err)
	}
	if err := h.pay.ExportLedger(t.Context(), h.manager, "xml", &out); !errs.Is(err, errs.Invalid) {
		t.Errorf("xml: %v", err)
	}
}
