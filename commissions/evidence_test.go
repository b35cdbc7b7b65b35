package commissions_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"testing"

	"saveline/commissions"
	"saveline/internal/errs"
)

func TestTheEvidenceOfARun(t *testing.T) {
	t.Parallel()
	h := november(t)
	h.outcome(result{ID: 30, Agent: h.manager, Kind: "save", At: "2026-11-05T18:00:00Z"}) // on no plan: an exception
	h.drain()
	h.seal()
	approved := h.approved("2026-11-10")
	if err := h.pay.Evidence(t.Context(), h.ana, approved.ID, io.Discard); !errs.Is(err, errs.Conflict) {
		t.Errorf("evidence before the lock: %v", err)
	}
	run, err := h.pay.Lock(t.Context(), h.ana, approved.ID)
	h.must(err)
	var pack bytes.Buffer
	h.must(h.pay.Evidence(t.Context(), h.ana, run.ID, &pack))
	again, _, err := commissions.BuildEvidence(t.Context(), h.db, run.ID)
	if err != nil || !bytes.Equal(again, pack.Bytes()) {
		t.Errorf("made again, the pack is another one (%v)", err)
	}
	parts := unzip(t, pack.Bytes())
	var head struct {
		Hash, MerkleRoot, PeriodChecksum, SealHash string
		Total                                      struct{ Amount string }
		Entries, Payees, Watermark                 int64
	}
	h.must(json.Unmarshal(parts["run.json"], &head))
	if head.Hash != run.Hash || head.Total.Amount != "120.00" || head.Entries != 5 || head.Payees != 2 || head.Watermark != 5 ||
		len(head.MerkleRoot) != 64 || len(head.PeriodChecksum) != 64 || len(head.SealHash) != 64 {
		t.Errorf("%+v", head)
	}
	var totals []struct {
		Component, Kind string
		Lines           int64
		Amount          struct{ Amount string }
	}
	h.must(json.Unmarshal(parts["totals.json"], &totals))
	if len(totals) != 2 || totals[0].Component != "save_bonus" || totals[0].Amount.Amount != "30.00" || totals[1].Amount.Amount != "90.00" {
		t.Errorf("%+v", totals)
	}
	for part, want := range map[string]int{"plans.json": 1, "exceptions.json": 1, "approvals.json": 4, "adjustments.json": 0} {
		var rows []map[string]any
		if err := json.Unmarshal(parts[part], &rows); err != nil || len(rows) != want {
			t.Errorf("%s has %d rows, want %d (%v)\n%s", part, len(rows), want, err, parts[part])
		}
	}
	h.must(h.pay.Evidence(t.Context(), h.ana, run.ID, io.Discard))
	for _, sql := range []string{`UPDATE run_evidence SET body = ''`, `DELETE FROM run_evidence`} {
		if _, err := h.db.Exec(sql); err == nil {
			t.Errorf("the database did this: %s", sql)
		}
	}
	h.tamper(`UPDATE run_evidence SET body = body || 'x'`)
	if err := h.pay.Evidence(t.Context(), h.ana, run.ID, io.Discard); err == nil {
		t.Error("a pack that somebody changed was handed out")
	}
}

func unzip(t *testing.T, raw []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if out[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// TestAClosedPeriodHasSeveralRuns: closing is an act of its own; runs of the month follow, each paying what none has.
func TestAClosedPeriodHasSeveralRuns(t *testing.T) {
	t.Parallel()
	h := november(t)
	h.vest()
	p, err := h.pay.PeriodAt(t.Context(), h.ana, h.client, instant("2026-11-10T17:00:00Z"))
	h.must(err)
	open, err := h.pay.PeriodAt(t.Context(), h.ana, h.client, h.now())
	h.must(err)
	if _, err := h.pay.ClosePeriod(t.Context(), h.ana, open.ID); !errs.Is(err, errs.Conflict) {
		t.Errorf("a month that is not over was closed: %v", err)
	}
	for range 2 {
		if p, err = h.pay.ClosePeriod(t.Context(), h.ana, p.ID); err != nil || p.State != "closed" {
			t.Fatalf("%+v (%v)", p, err)
		}
	}
	first := h.locked("2026-11-10")
	second := h.locked("2026-11-10")
	if first.Seq != 1 || first.Total != usd(120_00) || second.Seq != 2 || second.Total != usd(0) || second.ID == first.ID {
		t.Errorf("%+v\n%+v", first, second)
	}
	if v := h.verify(); !v.OK() || v.Chains[0].Periods != 1 || v.Chains[0].Runs != 2 {
		t.Errorf("%+v", v)
	}
}
