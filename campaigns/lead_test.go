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

func TestLeadsSortInTheDatabase(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.campaign("Spring")
	first, second := h.lead(c), h.lead(c)
	_, err := h.db.Exec(`UPDATE leads SET attempts = 3, state = 'done' WHERE id = $1`, first.ID)
	h.must(err)
	for sort, want := range map[string]LeadID{
		"": first.ID, "name": first.ID, "-name": second.ID, "attempts": second.ID, "-attempts": first.ID, "state": first.ID, "-state": second.ID,
	} {
		rows, total, err := h.Leads(t.Context(), h.by, c, LeadQuery{Sort: sort, Limit: 1})
		h.must(err)
		if total != 2 || len(rows) != 1 || rows[0].ID != want {
			t.Errorf("sorted by %q the first of %d is %+v, want lead %d", sort, total, rows, want)
		}
	}
}
