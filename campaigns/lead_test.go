package campaigns

import (
	"testing"
	"time"
)

func TestOneLeadFromReservationToDone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.campaign("Spring")
	lead := h.lead(c)
	got := h.reserve(c, 10)
	if len(got) != 1 || got[0].ID != lead.ID || got[0].Number != lead.Number || got[0].Zone != "America/New_York" {
		t.Fatalf("reserved %+v, want lead %d", got, lead.ID)
	}
	a := h.place(lead.ID)
	if !a.Verdict.Allowed || a.ID == 0 || a.CallerID != "+12125550100" || a.RingFor != 25*time.Second {
		t.Fatalf("attempt %+v: want it allowed and counted", a)
	}
	h.settle(lead.ID, Settlement{Attempt: a.ID, Disposition: "no_answer"})
	if now := h.leadNow(lead.ID); now.State != Waiting || now.Ready || !now.DueAt.Equal(noon.Add(2*time.Hour)) {
		t.Fatalf("after no answer: %+v, want waiting in two hours", now)
	}
	h.at(noon.Add(2 * time.Hour))
	if n, err := h.Promote(t.Context()); err != nil || n != 1 {
		t.Fatalf("promoted %d, %v", n, err)
	}
	if got := h.reserve(c, 10); len(got) != 1 || got[0].Attempts != 1 {
		t.Fatalf("reserved %+v", got)
	}
	a = h.place(lead.ID)
	h.settle(lead.ID, Settlement{Attempt: a.ID, Disposition: "answered", Outcome: "sale"})
	if now := h.leadNow(lead.ID); now.State != Done || now.Last != "sale" || now.Attempts != 2 {
		t.Fatalf("after a sale: %+v", now)
	}
}
