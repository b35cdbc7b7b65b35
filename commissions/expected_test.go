package commissions_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/pg"
	"saveline/retention"
)

func (h *house) expected(agent auth.Actor, saves ...retention.ResultFactV2) (out []int64) {
	h.t.Helper()
	h.must(pg.InTx(h.ctx(), h.db, func(tx *pg.Tx) (err error) {
		out, err = h.pay.ExpectedPayTx(context.Background(), tx, retention.SupposedSaves{Client: h.client, Agent: agent.User, At: h.now(), Saves: saves})
		return err
	}))
	return out
}

// What a save would pay is what the agent's plan pays for it, by its depth; nothing is written, and who is on no plan is
// paid nothing.
func TestExpectedPayIsThePlansOwn(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 2)
	h.plan(rules.Terms{Currency: "USD", HoldDays: 3, Components: []rules.Component{
		{ID: "share", Type: rules.Percent, Result: "save", Rate: "5%"},
	}}, h.agents[0])
	small := retention.ResultFactV2{Kind: "save", ValueMinor: 8000, Currency: "USD", Offer: 1, OfferKind: "credit", DepthBP: 500, MRRBeforeMinor: 8000, MRRAfterMinor: 8000, Payable: true}
	large := small
	large.ValueMinor, large.DepthBP = 96_000, 10_000
	for range 2 { // the second answer is from what was kept
		if diff := cmp.Diff([]int64{400, 4800}, h.expected(h.agents[0], small, large)); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
	if diff := cmp.Diff([]int64{0}, h.expected(h.agents[1], small)); diff != "" {
		t.Errorf("on no plan (-want +got)\n%s", diff)
	}
	var entries int
	h.must(h.db.Get(&entries, `SELECT count(*) FROM entries`))
	if entries != 0 {
		t.Errorf("%d entries of what has not happened", entries)
	}
}

const twoRulesPlan = `
plan: two
currency: USD
calendar: {pay: monthly, tz: America/New_York}
measures:
  saves: {when: 'outcome.type == "save"', count: outcome.id}
components:
  - id: save_bonus
    type: per_unit
    measure: saves
    rules: [{priority: 1, when: 'outcome.type != "sale"', amount: "10.00"}, {priority: 1, when: 'outcome.type == "save"', amount: "12.00"}]
`

// A plan that cannot say what a save pays holds up nobody with a customer on the line: it counts as nothing.
func TestWhatCannotBeValuedIsNotExpected(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 1)
	h.written(twoRulesPlan, h.agents...)
	save := retention.ResultFactV2{Kind: "save", ValueMinor: 8000, Currency: "USD", Offer: 1, OfferKind: "credit", DepthBP: 500, MRRBeforeMinor: 8000, MRRAfterMinor: 8000, Payable: true}
	if diff := cmp.Diff([]int64{0, 0}, h.expected(h.agents[0], save, save)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// The ledger is what the kept events give: nothing differs until somebody changes a line, and then that line is named.
func TestTheLedgerIsValuedAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 1)
	h.plan(saves(3), h.agents[0])
	h.happened(
		result{ID: 1, Agent: h.agents[0], Kind: "save", Value: 8000, At: "2026-11-02T16:00:00Z"},
		result{ID: 2, Agent: h.agents[0], Kind: "upsell", Value: 4000, At: "2026-11-02T16:30:00Z"},
	)
	h.reversal(2, "2026-11-02T16:45:00Z")
	h.must(h.log.Drain(h.ctx()))
	h.must(h.pay.Value(h.ctx()))
	differences := func() int {
		t.Helper()
		diffs, people, err := h.pay.ReplayedPay(h.ctx(), h.client)
		h.must(err)
		if people != 1 {
			t.Errorf("the pay of %d people was valued again", people)
		}
		return len(diffs)
	}
	if n := differences(); n != 0 {
		t.Fatalf("%d differences in untouched books", n)
	}
	found := 0
	for _, tampering := range []string{
		`UPDATE entries SET amount_minor = amount_minor + 1 WHERE id = (SELECT min(id) FROM entries WHERE kind = 'accrue')`,
		`DELETE FROM pay_events WHERE type = 'cancel'`,
	} {
		h.must(pg.InTx(h.ctx(), h.db, func(tx *pg.Tx) error {
			for _, statement := range []string{`SET LOCAL session_replication_role = replica`, tampering} { // past the triggers
				if _, err := tx.ExecContext(h.ctx(), statement); err != nil {
					return err
				}
			}
			return nil
		}))
		n := differences()
		if n <= found {
			t.Errorf("%d differences after %s, %d before", n, tampering, found)
		}
		found = n
	}
}
