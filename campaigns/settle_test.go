package campaigns

import (
	"context"
	"testing"
	"time"

	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/internal/phone"
)

// called is a lead that is being called.
func (h *house) called(c ID, numbers ...phone.E164) (Lead, Attempt) {
	h.t.Helper()
	lead := h.lead(c, numbers...)
	h.reserveOne(lead)
	a := h.place(lead.ID)
	if !a.Verdict.Allowed {
		h.t.Fatal(a.Verdict.Sentence())
	}
	return lead, a
}

func TestRetryRuleByDisposition(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.campaign("Spring")
	for _, x := range []struct {
		disposition, outcome string
		state                LeadState
		after                time.Duration
	}{
		{"busy", "", Waiting, 15 * time.Minute},
		{"no_answer", "", Waiting, 2 * time.Hour},
		{"abandoned", "", Waiting, 72 * time.Hour},
		{"lost", "", Waiting, 2 * time.Hour}, // never at once
		{"rejected", "", Done, 0},
		{"blocked", "", Done, 0},
		{"answered", "not_interested", Done, 0},
		{"answered", "sale", Done, 0},
		{"answered", "lost", Done, 0},           // the outcome, not the disposition of that name
		{"answered", "no_disposition", Done, 0}, // not recycled
	} {
		lead, a := h.called(c)
		h.settle(lead.ID, Settlement{Attempt: a.ID, Disposition: x.disposition, Outcome: x.outcome})
		now := h.leadNow(lead.ID)
		if now.State != x.state || (x.state == Waiting && !now.DueAt.Equal(noon.Add(x.after))) || now.Ready {
			t.Errorf("%s %s: %+v, want %s after %v", x.disposition, x.outcome, now, x.state, x.after)
		}
	}
	if n := h.count(`SELECT count(*) FROM attempts WHERE settled_at IS NULL OR disposition IS NULL`); n != 0 {
		t.Errorf("%d attempts are not settled", n)
	}
}

func TestRetryEnds(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.campaign("Spring")
	h.must(exec(h, `UPDATE campaigns SET retry = '{"busy":{"afterMinutes":1500,"max":2},"no_answer":{"afterMinutes":1500,"max":9}}', attempts_max = 4`))
	busy, silent := h.lead(c), h.lead(c)
	try := func(l Lead, disposition string) leadNow {
		h.reserveOne(l)
		a := h.place(l.ID)
		h.settle(l.ID, Settlement{Attempt: a.ID, Disposition: disposition})
		return h.leadNow(l.ID)
	}
	for i := range 4 {
		h.at(noon.Add(time.Duration(i) * 25 * time.Hour).Truncate(time.Hour))
		if i > 2 {
			h.at(noon.Add(96 * time.Hour))
		}
		if i < 3 {
			if now := try(busy, "busy"); (now.State == Done) != (i == 2) {
				t.Errorf("busy %d: %+v", i+1, now)
			}
		}
		if now := try(silent, "no_answer"); (now.State == Done) != (i == 3) {
			t.Errorf("no answer %d: %+v", i+1, now)
		}
	}
}

func TestCallbackIsMovedIntoLawfulTime(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.campaign("Spring")
	lead, a := h.called(c)
	night := time.Date(2026, 11, 24, 3, 30, 0, 0, time.UTC) // 22:30 in New York
	h.settle(lead.ID, Settlement{Attempt: a.ID, Disposition: "answered", Outcome: "callback", Callback: &CallbackRequest{At: night}})
	morning := time.Date(2026, 11, 24, 13, 0, 0, 0, time.UTC)
	if now := h.leadNow(lead.ID); !now.DueAt.Equal(morning) || now.State != Waiting || now.Priority != callbackBoost {
		t.Errorf("callback at 22:30: %+v, want it at 08:00 the next day", now)
	}
	h.at(morning)
	promote(h)
	h.reserveOne(lead)
	a = h.place(lead.ID)
	h.settle(lead.ID, Settlement{Attempt: a.ID, Disposition: "answered", Outcome: "sale"})
	if n := h.count(`SELECT count(*) FROM callbacks WHERE state = 'done'`); n != 1 || h.leadNow(lead.ID).Priority != 0 {
		t.Errorf("the callback is not done: %+v", h.leadNow(lead.ID))
	}
}

func TestDoNotCallOutcomeSilencesThePerson(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.campaign("Spring")
	lead, a := h.called(c, "+12125551001", "+12125551002")
	house := h.lead(c, "+12125551002") // somebody who shares the second number
	h.reserveOne(house)
	h.settle(lead.ID, Settlement{Attempt: a.ID, Disposition: "answered", Outcome: "do_not_call"})
	if h.leadNow(lead.ID).State != Suppressed || h.leadNow(house.ID).State != Suppressed {
		t.Errorf("after do_not_call: %+v, %+v", h.leadNow(lead.ID), h.leadNow(house.ID))
	}
	if n := h.count(`SELECT count(*) FROM suppressions WHERE source LIKE 'call:%'`); n != 2 {
		t.Errorf("%d numbers are suppressed, want both", n)
	}
}

func TestWrongNumberGoesToTheNextOne(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.campaign("Spring")
	lead, a := h.called(c, "+12125551001", "+13105551002")
	h.settle(lead.ID, Settlement{Attempt: a.ID, Disposition: "answered", Outcome: "wrong_number"})
	if now := h.leadNow(lead.ID); now.State != Waiting || now.Number != "+13105551002" || now.Zone != "America/Los_Angeles" || !now.Ready {
		t.Fatalf("after a wrong number: %+v", now)
	}
	h.at(noon.Add(time.Hour))
	h.reserveOne(lead)
	a = h.place(lead.ID)
	h.settle(lead.ID, Settlement{Attempt: a.ID, Disposition: "invalid"})
	if now := h.leadNow(lead.ID); now.State != Done || now.Last != "no_number_left" {
		t.Errorf("no number is left: %+v", now)
	}
}

func TestSettleOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.campaign("Spring")
	lead, a := h.called(c)
	h.settle(lead.ID, Settlement{Attempt: a.ID, Disposition: "busy"})
	again := h.tx(func(ctx context.Context, tx *pg.Tx) error {
		return h.SettleTx(ctx, tx, lead.ID, Settlement{Attempt: a.ID, Disposition: "no_answer", Now: noon})
	})
	if !errs.Is(again, errs.Conflict) || h.leadNow(lead.ID).Last != "busy" {
		t.Errorf("settled twice: %v, %+v", again, h.leadNow(lead.ID))
	}
	withdrawn, a := h.called(c)
	h.must(h.tx(func(ctx context.Context, tx *pg.Tx) error {
		return h.WithdrawLeadTx(ctx, tx, withdrawn.ID, "case closed")
	}))
	h.settle(withdrawn.ID, Settlement{Attempt: a.ID, Disposition: "answered", Outcome: "save"})
	if now := h.leadNow(withdrawn.ID); now.State != Withdrawn {
		t.Errorf("a withdrawn lead came back: %+v", now)
	}
	skipped := h.lead(c)
	h.reserveOne(skipped)
	h.settle(skipped.ID, Settlement{Disposition: "skipped"})
	if now := h.leadNow(skipped.ID); now.State != Waiting || now.Attempts != 0 || !now.DueAt.Equal(noon.Add(30*time.Minute)) {
		t.Errorf("a skipped lead: %+v", now)
	}
}

func TestAddLeadAgainAndSuppressed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.campaign("Spring")
	lead, a := h.called(c)
	h.settle(lead.ID, Settlement{Attempt: a.ID, Disposition: "answered", Outcome: "save"})
	add := func(p PersonID) (id LeadID, err error) {
		err = h.tx(func(ctx context.Context, tx *pg.Tx) error {
			id, err = h.AddLeadTx(ctx, tx, NewLead{Campaign: c, Person: p, Now: noon, CaseID: 0})
			return err
		})
		return id, err
	}
	if id, err := add(lead.Person); err != nil || id != lead.ID || h.leadNow(id).State != Waiting {
		t.Errorf("a second case of the person: lead %d, %v", id, err)
	}
	h.reserveOne(lead)
	if _, err := add(lead.Person); !errs.Is(err, errs.Conflict) {
		t.Errorf("while being called: %v, want conflict", err)
	}
	if _, err := h.Suppress(t.Context(), h.by, 0, "+12125559999", "asked"); err != nil {
		t.Fatal(err)
	}
	if l := h.lead(c, "+12125559999"); h.leadNow(l.ID).State != Suppressed {
		t.Errorf("a listed number was added as %+v", h.leadNow(l.ID))
	}
}
