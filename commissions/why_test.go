package commissions_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"saveline/commissions"
	"saveline/internal/errs"
)

// conversations gives the results of a house, which so far were only told of by facts, what retention and the dialer keep
// of them: a call, an outcome, an offer that was shown and taken.
func (h *house) conversations() {
	h.t.Helper()
	for _, sql := range []string{
		`INSERT INTO campaigns (id, client_id, name, purpose, mode, zone, caller_id, windows, retry, state, created_by, created_at, updated_at)
		 OVERRIDING SYSTEM VALUE SELECT 1, id, 'Winter', 'acquisition', 'manual', 'UTC', '+12125550100', '[]', '{}', 'running', 'x', created_at, created_at FROM clients LIMIT 1
		 ON CONFLICT DO NOTHING`,
		`INSERT INTO offers (id, client_id, code, created_at) OVERRIDING SYSTEM VALUE SELECT 1, min(id), 'year20', '2026-11-01' FROM clients ON CONFLICT DO NOTHING`,
		`INSERT INTO offer_versions (id, offer_id, version, name, kind, result, say, terms, purposes, created_by, created_at)
		 OVERRIDING SYSTEM VALUE VALUES (1, 1, 1, 'A year at 20 % off', 'discount_percent', 'save', 'x', '{}', '{}', 'x', '2026-11-01') ON CONFLICT DO NOTHING`,
		`INSERT INTO calls (id, client_id, campaign_id, lead_id, person_id, attempt_id, number, state, agent_id, epoch, placed_at)
		 OVERRIDING SYSTEM VALUE SELECT call_id, client_id, 1, 1, 1, call_id, '+12125550123', 'ended', user_id, 1, effective_at - interval '5 minutes' FROM credits ON CONFLICT DO NOTHING`,
		`INSERT INTO outcomes (id, client_id, call_id, agent_id, code, effective_at, recorded_at)
		 OVERRIDING SYSTEM VALUE SELECT result_id, client_id, call_id, user_id, kind, effective_at, effective_at FROM credits ON CONFLICT DO NOTHING`,
		`INSERT INTO presentations (id, client_id, call_id, offer_version_id, agent_id, presented_at, decision, decided_at)
		 OVERRIDING SYSTEM VALUE SELECT result_id, client_id, call_id, 1, user_id, effective_at, 'accepted', effective_at FROM credits ON CONFLICT DO NOTHING`,
		`INSERT INTO results (id, client_id, outcome_id, kind, presentation_id, value_minor, currency)
		 OVERRIDING SYSTEM VALUE SELECT result_id, client_id, result_id, kind, result_id, value_minor, currency FROM credits ON CONFLICT DO NOTHING`,
	} {
		h.tamper(sql)
	}
}

func (h *house) entry(where string) commissions.EntryID {
	h.t.Helper()
	return commissions.EntryID(h.count(`SELECT min(id) FROM entries WHERE ` + where))
}

func TestAnAmountExplainsItselfDownToTheCall(t *testing.T) {
	t.Parallel()
	h := november(t)
	h.seal()
	run := h.locked("2026-11-10")
	h.seal()
	earned := h.entry(`kind = 'earn' AND component = 'upsell'`)
	bare, err := h.pay.Explain(t.Context(), h.ana, earned)
	if err != nil || bare.Complete || fmt.Sprint(bare.Missing) != "[result outcome call]" {
		t.Errorf("without the conversation: %v %v (%v)", bare.Complete, bare.Missing, err)
	}
	h.conversations()
	e, err := h.pay.ExplainOwn(t.Context(), h.agents[0], earned)
	if err != nil || !e.Complete || len(e.Missing) != 0 {
		t.Fatalf("%+v (%v)", e, err)
	}
	for _, says := range []string{
		fmt.Sprintf("90.00 USD: earn upsell (entry %d,", earned), "7.5% of the value 1200.00 of the upsell = 90.00", "rounded half_up: 90.00 becomes 90.00",
		"plan Plan 1@sha256:", "version 1, line 11 (upsell); written by Mia Manager, approved by Ana Payroll", "credited to Agent 1 as owner, 100% of it",
		"outcome 2: upsell, concluded 2026-11-03T18:00:00Z", "call 1002 of campaign Winter, placed 2026-11-03T17:55:00Z",
		"presented (no. 2) and accepted", "offer year20 version 1: A year at 20 % off", fmt.Sprintf("settled by run %d (no. 1 of 2026-11-01), locked", run.ID),
		fmt.Sprintf("accrued by entry %d", h.entry(`kind = 'accrue' AND component = 'upsell'`)), "of the chain, digest ",
	} {
		if !strings.Contains(e.Text, says) {
			t.Errorf("it does not say %q:\n%s", says, e.Text)
		}
	}
	payout, err := h.pay.Explain(t.Context(), h.ana, h.entry(`kind = 'payout'`))
	if err != nil || !payout.Complete || strings.Count(payout.Text, "earn ") != 2 {
		t.Errorf("the payout: %s (%v)", payout.Text, err)
	}
	if _, err := h.pay.ExplainOwn(t.Context(), h.agents[1], earned); !errs.Is(err, errs.NotFound) {
		t.Errorf("somebody else's: %v", err)
	}
	stranger := h.ana
	stranger.Clients = nil
	if _, err := h.pay.Explain(t.Context(), stranger, earned); !errs.Is(err, errs.NotFound) {
		t.Errorf("another client's: %v", err)
	}
}

// TestEveryPaidCentHasAPath: what runs have settled explains itself completely, line by line and in the sum; one line that
// does not is noticed.
func TestEveryPaidCentHasAPath(t *testing.T) {
	t.Parallel()
	h := november(t)
	h.vest()
	a, err := h.pay.Adjust(t.Context(), h.manager, h.goodwill(1, 20_00, nil))
	h.must(err)
	_, err = h.pay.DecideAdjustment(t.Context(), h.ben, a.ID, true)
	h.must(err)
	h.conversations()
	h.locked("2026-11-10")
	h.reversed(2, "2026-12-06T18:00:00Z")
	h.setClock("2027-01-02T17:00:00Z")
	h.locked("2026-12-10")
	var settled int64
	for _, run := range h.runs() {
		items, _, err := h.pay.Statements(t.Context(), h.ana, run.ID, 100, 0)
		h.must(err)
		for _, st := range items {
			if st.Carried {
				st.Lines-- // what is carried to the next run has no entry of its own yet
			}
			all, err := h.pay.ExplainStatement(t.Context(), h.ana, st.ID)
			h.must(err)
			if len(all) != st.Lines {
				t.Errorf("%d of %d lines of statement %d are explained", len(all), st.Lines, st.ID)
			}
			for _, e := range all {
				if settled += e.Tree.Amount.Minor; !e.Complete {
					t.Errorf("entry %d lacks %v:\n%s", e.Entry, e.Missing, e.Text)
				}
			}
		}
	}
	cover, err := h.pay.Coverage(t.Context(), h.ana)
	if err != nil || len(cover) != 1 || cover[0].Settled != cover[0].Explained || cover[0].Settled != usd(settled) || settled == 0 {
		t.Errorf("%+v, %d cents by line (%v)", cover, settled, err)
	}
	h.tamper(`DELETE FROM outcomes WHERE id = 3`)
	if cover, err = h.pay.Coverage(t.Context(), h.ana); err != nil || cover[0].Explained != usd(settled-15_00) {
		t.Errorf("with an outcome gone: %+v (%v)", cover, err)
	}
}

func (h *house) runs() []commissions.Run {
	h.t.Helper()
	all, _, err := h.pay.Runs(h.ctx(), h.ana, 100, 0)
	h.must(err)
	return all
}

func TestStatementsAsFiles(t *testing.T) {
	t.Parallel()
	d := newDoor(t, november(t))
	d.locked("2026-11-10")
	own := fmt.Sprintf("/v1/my/statements/%v", field(d.ask("agent", "GET", "/v1/my/statements", 200, nil), "items", 0, "id"))
	rows, err := csv.NewReader(bytes.NewReader(d.send("agent", "GET", own+"/lines.csv", 200, nil))).ReadAll()
	if err != nil || len(rows) != 3 || rows[2][11] != "7.5% of 1200.00" || rows[2][15] != "90.00" || rows[2][8] != "1002" || fmt.Sprint(rows[2][17:]) != "[2 base half_up line]" {
		t.Errorf("%q (%v)", rows, err)
	}
	pages := map[string][]byte{}
	for _, language := range []string{"en", "ko", "fil"} {
		pages[language] = d.send("agent", "GET", own+"/statement.pdf?language="+language, 200, nil)
		if !bytes.HasPrefix(pages[language], []byte("%PDF-")) || len(pages[language]) < 5000 {
			t.Errorf("%s: %d bytes that begin with %.10q", language, len(pages[language]), pages[language])
		}
	}
	if bytes.Equal(pages["en"], pages["ko"]) || bytes.Equal(pages["en"], pages["fil"]) {
		t.Error("the languages are all the same")
	}
	d.send("agent", "GET", own+"/statement.pdf?language=fr", 422, nil)
	d.send("stranger", "GET", own+"/statement.pdf", 404, nil)
	d.send("ana", "GET", strings.Replace(own, "/my/", "/pay/", 1)+"/statement.pdf?language=ko", 200, nil)
	d.send("stranger", "GET", strings.Replace(own, "/my/", "/pay/", 1)+"/lines.csv", 404, nil)
}

func TestAComparisonShowsTheLargestChangesFirst(t *testing.T) {
	t.Parallel()
	d := newDoor(t, november(t))
	nov := d.locked("2026-11-10")
	first := d.ask("ana", "GET", fmt.Sprintf("/v1/pay/runs/%d/comparison", nov.ID), 200, nil)
	d.expect("before the first", first["before"], nil)
	d.expect("largest", field(first, "changes", 0, "change", "amount"), "105.00")
	d.setClock("2027-01-02T17:00:00Z")
	dec := d.locked("2026-12-10")
	next := d.ask("ana", "GET", fmt.Sprintf("/v1/pay/runs/%d/comparison", dec.ID), 200, nil)
	d.expect("before", field(next, "before", "id"), nov.ID)
	d.expect("who fell most", field(next, "changes", 0, "name"), "Agent 1")
	d.expect("by", field(next, "changes", 0, "change", "amount"), "-105.00")
	d.expect("second", field(next, "changes", 1, "change", "amount"), "0.00")
	d.send("stranger", "GET", fmt.Sprintf("/v1/pay/runs/%d/comparison", dec.ID), 404, nil)
}
