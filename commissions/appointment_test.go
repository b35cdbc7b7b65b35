package commissions_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"saveline/commissions/rules"
	"saveline/internal/facts"
	"saveline/internal/pg"
	"saveline/retention"
)

// became posts what became of an appointment.
func (h *house) became(result int64, state string, credited bool, at string) {
	h.t.Helper()
	h.must(pg.InTx(h.ctx(), h.db, func(tx *pg.Tx) error {
		return facts.AppendTx(h.ctx(), tx, facts.Fact{
			Kind: retention.FactAppointment, Key: fmt.Sprintf("appointment:%d:%s", result, state), Client: int64(h.client),
			EffectiveAt: instant(at), RecordedAt: h.now(),
		}, retention.AppointmentFact{
			Appointment: result, Result: result, State: state, Credited: credited, Agent: int64(h.agents[0].User), Call: 1000 + result, Currency: "USD",
		})
	}))
	h.drain()
}

func TestAnAppointmentEarnsWhenItWasHeld(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 1)
	h.plan(rules.Terms{Currency: "USD", Components: []rules.Component{
		{ID: "meetings", Type: rules.PerUnit, Result: "appointment", Amount: "25.00"},
	}}, h.agents[0])
	for id := range int64(3) {
		h.happened(result{ID: id + 1, Agent: h.agents[0], Kind: "appointment", At: "2026-11-02T18:10:00Z"})
	}
	if diff := cmp.Diff(map[string]string{}, h.books()); diff != "" {
		t.Fatalf("made, and paid already: %s", diff)
	}
	h.setClock("2026-12-03T18:00:00Z")
	h.became(1, "held", true, "2026-12-03T17:00:00Z")
	h.became(2, "no_show", false, "2026-12-03T17:00:00Z")
	h.became(3, "held", false, "2026-12-03T17:00:00Z") // a duplicate
	want := map[string]string{"expense:incentive:meetings": "-25.00", h.agent(0, "advance"): "25.00"}
	if diff := cmp.Diff(want, h.books()); diff != "" {
		t.Fatal(diff)
	}
	if n := h.count(`SELECT count(*) FROM credits WHERE effective_at = '2026-12-03T17:00:00Z'`); n != 1 {
		t.Errorf("%d credits at the time it was held", n)
	}
	h.became(1, "rejected", false, "2026-12-03T19:00:00Z")
	h.reversed(1, "2026-12-03T19:00:00Z")
	if diff := cmp.Diff(map[string]string{}, h.books()); diff != "" {
		t.Errorf("rejected, and still paid: %s", diff)
	}
	if n := h.count(`SELECT count(*) FROM pay_exceptions`); n != 0 {
		t.Errorf("%d exceptions", n)
	}
}
