package campaigns

import (
	"context"
	"encoding/json"
	"sync"
	"testing"
	"time"

	"saveline/campaigns/compliance"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

func TestGateMovesRefusedLeadsOn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.campaign("Spring")
	evening := time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC) // 21:00 in New York

	late := h.lead(c)
	h.at(evening)
	h.reserveOne(late)
	a := h.place(late.ID)
	if morning := evening.Add(11 * time.Hour); a.Verdict.Allowed || a.ID != 0 || !h.leadNow(late.ID).DueAt.Equal(morning) {
		t.Errorf("at 21:00: %+v, due %v; want a refusal until %v", a.Verdict, h.leadNow(late.ID).DueAt, morning)
	}
	h.at(noon)

	worn := h.lead(c)
	h.must(exec(h, `UPDATE leads SET attempts = 6 WHERE id = $1`, worn.ID))
	h.reserveOne(worn)
	if a := h.place(worn.ID); a.Verdict.Reason != compliance.LeadCap || h.leadNow(worn.ID).State != Done {
		t.Errorf("after six attempts: %s, %+v", a.Verdict.Reason, h.leadNow(worn.ID))
	}

	listed := h.lead(c)
	h.reserveOne(listed)
	h.must(exec(h, `INSERT INTO suppressions (client_id, number, reason, created_by, created_at) VALUES ($1, $2, '', 'x', $3)`, h.client, listed.Number, noon))
	if a := h.place(listed.ID); a.Verdict.Reason != compliance.DoNotCall || h.leadNow(listed.ID).State != Suppressed {
		t.Errorf("on the do-not-call list: %s, %+v", a.Verdict.Reason, h.leadNow(listed.ID))
	}
	if n := h.count(`SELECT count(*) FROM attempts`); n != 0 {
		t.Errorf("%d refused attempts were counted", n)
	}
}

func exec(h *house, query string, args ...any) error {
	_, err := h.db.Exec(query, args...)
	return err
}

func TestVerdictIsKeptWithTheAttempt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	lead := h.lead(h.campaign("Spring"))
	h.reserveOne(lead)
	a := h.place(lead.ID)
	var raw []byte
	h.must(h.db.Get(&raw, `SELECT verdict FROM attempts WHERE id = $1`, a.ID))
	var kept compliance.Verdict
	h.must(json.Unmarshal(raw, &kept))
	if !kept.Allowed || kept.Version == "" || len(kept.Checks) < 8 || kept.Zones[0] != "America/New_York" || !kept.At.Equal(noon) {
		t.Errorf("the proof is %s", raw)
	}
}

// The fourth attempt of a day, over all campaigns of the client, waits until the first is 24 hours old.
func TestCapsCountByPersonAndByNumber(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	lead := h.lead(h.campaign("One"), "+12125551001")
	shared := h.lead(h.campaign("Two"), "+12125551001") // somebody else in the same house
	for i := range 3 {
		h.at(noon.Add(time.Duration(i) * time.Hour))
		h.reserveOne(lead)
		a := h.place(lead.ID)
		if !a.Verdict.Allowed {
			t.Fatalf("attempt %d: %s", i+1, a.Verdict.Sentence())
		}
		h.settle(lead.ID, Settlement{Attempt: a.ID, Disposition: "busy"})
	}
	h.at(noon.Add(3 * time.Hour))
	for _, l := range []Lead{lead, shared} {
		h.reserveOne(l)
		a := h.place(l.ID)
		if a.Verdict.Allowed || !a.Verdict.NextAt.Equal(noon.Add(24*time.Hour)) || !h.leadNow(l.ID).DueAt.Equal(noon.Add(24*time.Hour)) {
			t.Errorf("lead %d: %s, next %v; want it at the same hour tomorrow", l.ID, a.Verdict.Sentence(), a.Verdict.NextAt)
		}
	}
}

// Ten people share a number and ten dialers are in a hurry: the number is dialed three times, and nobody deadlocks.
func TestSharedNumberNeverExceedsTheCap(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.campaign("Spring")
	var leads []Lead
	for range 10 {
		leads = append(leads, h.lead(c, "+12125551001"))
	}
	h.reserve(c, 10)
	var wait sync.WaitGroup
	faults := make(chan error, len(leads))
	for _, l := range leads {
		wait.Go(func() {
			_, err := h.tryPlace(l.ID, Dialing{Epoch: 1, Mode: "progressive", Trunk: "sim"})
			faults <- err
		})
	}
	wait.Wait()
	close(faults)
	for err := range faults {
		h.must(err)
	}
	if n := h.count(`SELECT count(*) FROM attempts WHERE number = '+12125551001'`); n != 3 {
		t.Errorf("the number was dialed %d times in a day, want 3", n)
	}
	if n := h.count(`SELECT count(*) FROM leads WHERE state = 'waiting' AND due_at = $1`, noon.Add(24*time.Hour)); n != 7 {
		t.Errorf("%d leads wait for tomorrow, want 7", n)
	}
}

func TestGeneratedNumbersAreNeverDialedOnALiveSwitch(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.campaign("Spring")
	seed := uint64(1)
	h.load(NewImport{List: h.list(c, "Generated"), GeneratePhone: &seed}, "name\nAnn\nBob\n")
	noHours := h.reserve(c, 10)
	if len(noHours) == 0 {
		h.at(noon.Add(3 * time.Hour)) // some area codes are far away
		noHours = h.reserve(c, 10)
	}
	for _, l := range noHours {
		a, err := h.tryPlace(l.ID, Dialing{Epoch: 1, Mode: "manual", Trunk: "carrier", LiveSwitch: true})
		if err != nil || a.Verdict.Allowed || a.Verdict.Reason != compliance.Synthetic {
			t.Errorf("on a live switch: %+v, %v", a.Verdict, err)
		}
	}
	h.reserveOne(noHours[0])
	if a := h.place(noHours[0].ID); !a.Verdict.Allowed {
		t.Errorf("on the simulator: %s", a.Verdict.Sentence())
	}
}

func TestTheStopSwitchWorksAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.campaign("Spring")
	lead, other := h.lead(c), h.lead(c)
	h.reserve(c, 2)
	if _, err := h.Stop(t.Context(), h.by, "wrong script"); err != nil {
		t.Fatal(err)
	}
	node := New(h.db, h.time, h.log, h.pub) // another node
	err := h.tx(func(ctx context.Context, tx *pg.Tx) error {
		a, err := node.PlaceTx(ctx, tx, lead.ID, Dialing{Epoch: 1, Mode: "progressive", Trunk: "sim"})
		if a.Verdict.Allowed || a.Verdict.Reason != compliance.Stopped {
			t.Errorf("another node dials on: %+v", a.Verdict)
		}
		return err
	})
	h.must(err)
	if now := h.leadNow(lead.ID); now.State != Waiting || !now.Ready {
		t.Errorf("the lead is %+v; want it back in its place", now)
	}
	if got := h.reserve(c, 2); len(got) != 0 {
		t.Errorf("%d leads reserved on a stopped floor", len(got))
	}
	if _, err := h.EndStop(t.Context(), h.by, "fixed"); err != nil {
		t.Fatal(err)
	}
	if got := h.reserve(c, 2); len(got) != 1 || got[0].ID != lead.ID {
		t.Errorf("reserved %+v after the stop", got)
	}
	_ = other
}

func TestPlaceNeedsTheReservationsEpoch(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.campaign("Spring")
	lead := h.lead(c)
	if _, err := h.tryPlace(lead.ID, Dialing{Epoch: 1}); !errs.Is(err, errs.Conflict) {
		t.Errorf("a lead that nobody reserved: %v", err)
	}
	h.reserve(c, 1)
	if _, err := h.tryPlace(lead.ID, Dialing{Epoch: 2}); !errs.Is(err, errs.Conflict) {
		t.Errorf("a lead of another epoch: %v", err)
	}
	if _, err := h.tryPlace(lead.ID+1000, Dialing{Epoch: 1}); !errs.Is(err, errs.NotFound) {
		t.Errorf("no such lead: %v", err)
	}
	h.must(exec(h, `UPDATE campaigns SET state = 'paused' WHERE id = $1`, c))
	if a := h.place(lead.ID); a.Verdict.Reason != compliance.NotOpen || h.leadNow(lead.ID).State != Waiting {
		t.Errorf("a paused campaign dials: %+v", a.Verdict)
	}
}

func TestWhyIsTheGatesOwnAnswer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.campaign("Spring")
	lead := h.lead(c)
	h.at(noon.Add(10 * time.Hour)) // 22:00 in New York
	why, err := h.WhyNot(t.Context(), h.by, lead.ID)
	h.must(err)
	h.reserveOne(lead)
	a := h.place(lead.ID)
	if why.Allowed || why.Reason != a.Verdict.Reason || !why.NextAt.Equal(a.Verdict.NextAt) || why.Sentence == "" {
		t.Errorf("why says %+v, the gate %+v", why, a.Verdict)
	}
	if n := h.count(`SELECT count(*) FROM leads WHERE state = 'reserved'`); n != 0 {
		t.Error("asking why changed something")
	}
}
