package commissions_test

import (
	"testing"
)

const heldPlan = `
plan: held
currency: USD
calendar: {pay: monthly, tz: America/New_York}
measures:
  sales: {when: 'outcome.type == "sale"', sum: outcome.value}
components:
  - {id: b, type: percent, measure: sales, rate: "10%"}
clawback: {window_days: 20, method: full}
holdback: {components: [b], rate: "20%", window_days: 60, release: window_end}
`

// What a holdback keeps is a balance of its own until its day, shrinks with what is cancelled, and is paid when it is due.
func TestAHoldbackIsABalanceOfTheLedger(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 1)
	h.written(heldPlan, h.agents...)
	reserve := h.agent(0, "reserve")
	sale := `{"type": "sale", "value": "100.00", "currency": "USD"}`
	h.toldOf([]string{"2026-11-05T12:00:00Z", "outcome", "A-001", "r1", sale}, []string{"2026-11-06T12:00:00Z", "outcome", "A-001", "r2", sale})
	h.setClock("2026-12-01T12:00:00Z")
	if run := h.locked("2026-11-10"); run.Total != usd(16_00) || h.balance(reserve) != "4.00" {
		t.Fatalf("November pays %s and %s is kept, want 16.00 and 4.00", run.Total, h.balance(reserve))
	}
	mine, err := h.pay.Preview(t.Context(), h.agents[0], "2026-11-10")
	if err != nil || mine.Reserve != usd(4_00) || mine.Paid != usd(16_00) {
		t.Errorf("my pay says %s is kept and %s paid (%v)", mine.Reserve, mine.Paid, err)
	}
	h.toldOf([]string{"2026-11-10T12:00:00Z", "cancel", "-", "r2", `{"cause": "customer"}`}) // heard of late
	if got, owed := h.balance(reserve), h.balance(h.agent(0, "receivable")); got != "2.00" || owed != "-8.00" {
		t.Fatalf("after a cancellation %s is kept and %s owed, want 2.00 and -8.00", got, owed)
	}
	h.valued("2027-01-04T12:00:00Z") // 60 days after the first
	entries := h.count(`SELECT count(*) FROM entries`)
	if got := h.count(`SELECT count(*) FROM entries WHERE kind = 'release' AND debit = $1 AND amount_minor = 200`, reserve); got != 1 || h.balance(reserve) != "0.00" {
		t.Fatalf("%d releases, %s is kept still", got, h.balance(reserve))
	}
	h.exec(`INSERT INTO pay_dirty (client_id, user_id) VALUES ($1, $2)`, h.client, h.agents[0].User)
	h.valued("2027-01-05T12:00:00Z")
	if n := h.count(`SELECT count(*) FROM entries`); n != entries {
		t.Errorf("valuing again posted %d entries", n-entries)
	}
	// A cancellation of a time within the window, heard of after the release, takes both parts.
	h.toldOf([]string{"2026-11-20T12:00:00Z", "cancel", "-", "r1", `{"cause": "customer"}`})
	h.valued("2027-01-06T12:00:00Z")
	if got := h.balance("expense:incentive:b"); got != "0.00" {
		t.Errorf("%s of cancelled results is left as an expense: %v", got, h.books())
	}
	if v := h.verify(); !v.OK() {
		t.Errorf("%q", v.Faults)
	}
}
