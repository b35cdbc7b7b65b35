package campaigns

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

func TestReserveTakesOnlyOpenZones(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.campaign("Spring")
	east, west, both, toll := h.lead(c, "+12125551001"), h.lead(c, "+13105551001"), h.lead(c, "+18505551001"), h.lead(c, "+18005551001")
	h.at(noon.Add(-4 * time.Hour)) // 08:00 Eastern, 05:00 Pacific, 07:00 Central
	h.must(exec(h, `UPDATE leads SET due_at = $1, ready = true`, noon.Add(-5*time.Hour)))
	if got := h.reserve(c, 10); len(got) != 1 || got[0].ID != east.ID {
		t.Errorf("at 08:00 Eastern: %+v, want lead %d only", got, east.ID)
	}
	h.at(noon.Add(-3 * time.Hour)) // 09:00 Eastern
	if got := h.reserve(c, 10); len(got) != 1 || got[0].ID != both.ID {
		t.Errorf("at 09:00 Eastern: %+v, want lead %d, whose number may be Eastern or Central", got, both.ID)
	}
	h.at(noon.Add(time.Hour)) // 13:00 Eastern
	if got := h.reserve(c, 10); len(got) != 1 || got[0].ID != west.ID {
		t.Errorf("at 13:00 Eastern: %+v, want lead %d", got, west.ID)
	}
	h.at(noon.Add(2 * time.Hour)) // 14:00 Eastern
	if got := h.reserve(c, 10); len(got) != 1 || got[0].ID != toll.ID {
		t.Errorf("at 14:00 Eastern: %+v, want lead %d, which may be anywhere", got, toll.ID)
	}
}

func TestReserveGoesByPriorityThenAge(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.campaign("Spring")
	old, young, first := h.lead(c), h.lead(c, "+13125551001"), h.lead(c)
	h.must(exec(h, `UPDATE leads SET due_at = $2 WHERE id = $1`, old.ID, noon.Add(-time.Hour)))
	h.must(exec(h, `UPDATE leads SET priority = 5 WHERE id = $1`, first.ID))
	off := h.list(c, "Off")
	hidden := h.lead(c)
	h.must(exec(h, `UPDATE leads SET list_id = $2, priority = 9 WHERE id = $1`, hidden.ID, off))
	if _, err := h.SwitchList(t.Context(), h.by, off, false); err != nil {
		t.Fatal(err)
	}
	for i, want := range []LeadID{first.ID, old.ID, young.ID} {
		if got := h.reserve(c, 1); len(got) != 1 || got[0].ID != want {
			t.Errorf("%d: reserved %+v, want %d", i, got, want)
		}
	}
	if got := h.reserve(c, 1); len(got) != 0 {
		t.Errorf("a list that is switched off gave %+v", got)
	}
}

// RETURNING keeps no order: with another join than the usual one the rows come back in the order of the phones.
func TestReserveKeepsItsOrderWhateverTheServerPlans(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.must(exec(h, `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET enable_nestloop = off', current_database()); END $$`))
	h.db.SetMaxIdleConns(0) // from here on every connection is new, and plans so
	c := h.campaign("Spring")
	var rows strings.Builder
	rows.WriteString("name,phone\n")
	for i := range 60 {
		_, _ = fmt.Fprintf(&rows, "Ann %d,212555%04d\n", i, 1000+i)
	}
	h.load(NewImport{List: h.list(c, "A")}, rows.String())
	h.must(exec(h, `UPDATE leads SET due_at = $1::timestamptz - make_interval(secs => (id * 37 % 101)::double precision), ready = true`, noon))

	got := h.reserve(c, 50)

	if len(got) != 50 {
		t.Fatalf("%d leads reserved, want 50", len(got))
	}
	for i := 1; i < len(got); i++ {
		if got[i].DueAt.Before(got[i-1].DueAt) {
			t.Fatalf("lead %d is due at %s and comes after one due at %s", got[i].ID, got[i].DueAt, got[i-1].DueAt)
		}
	}
}

func TestReservationRunsOut(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.campaign("Spring")
	lead := h.lead(c)
	h.reserve(c, 1)
	h.at(noon.Add(reservedFor))
	if n, err := h.Promote(t.Context()); n != 1 || err != nil {
		t.Fatalf("promoted %d, %v", n, err)
	}
	if got := h.reserve(c, 1); len(got) != 1 || got[0].ID != lead.ID {
		t.Errorf("reserved %+v", got)
	}
	h.must(h.tx(func(ctx context.Context, tx *pg.Tx) error { return h.ReleaseTx(ctx, tx, lead.ID) }))
	if now := h.leadNow(lead.ID); now.State != Waiting || !now.Ready {
		t.Errorf("released: %+v", now)
	}
}

// A node that lost its lease and does not know it yet: the higher epoch wins, whoever comes first.
func TestLowerEpochIsFenced(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.campaign("Spring")
	for range 40 {
		h.lead(c)
	}
	type got struct {
		epoch int64
		leads []Lead
		err   error
	}
	answers := make(chan got)
	for _, epoch := range []int64{7, 8} {
		go func() {
			var all got
			all.epoch = epoch
			for range 10 {
				leads, err := h.Reserve(context.Background(), Lease{c, epoch}, 2, nil)
				if err != nil {
					all.err = err
					break
				}
				all.leads = append(all.leads, leads...)
			}
			answers <- all
		}()
	}
	seen := map[LeadID]int64{}
	for range 2 {
		a := <-answers
		if a.epoch == 8 && (a.err != nil || len(a.leads) != 20) {
			t.Errorf("the owner got %d leads, %v", len(a.leads), a.err)
		}
		if a.epoch == 7 && a.err != nil && !errs.Is(a.err, errs.Conflict) {
			t.Errorf("the fenced node: %v", a.err)
		}
		for _, l := range a.leads {
			if other, twice := seen[l.ID]; twice {
				t.Errorf("lead %d went to epochs %d and %d", l.ID, other, a.epoch)
			}
			seen[l.ID] = a.epoch
		}
	}
	if _, err := h.Reserve(t.Context(), Lease{c, 7}, 1, nil); !errs.Is(err, errs.Conflict) {
		t.Errorf("epoch 7 after 8: %v, want conflict", err)
	}
	err := h.tx(func(ctx context.Context, tx *pg.Tx) error {
		_, err := h.ReserveOneTx(ctx, tx, 1, Lease{c, 7})
		return err
	})
	if !errs.Is(err, errs.Conflict) {
		t.Errorf("one lead under epoch 7: %v, want conflict", err)
	}
}

func TestDoNotCallReachesReservedLeads(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.campaign("Spring")
	waiting, reserved, shared := h.lead(c, "+12125551001"), h.lead(c, "+12125551001"), h.lead(c, "+12125551002")
	h.reserveOne(reserved)
	if _, err := h.Suppress(t.Context(), h.by, 0, "(212) 555-1001", "asked by mail"); err != nil {
		t.Fatal(err)
	}
	for _, l := range []Lead{waiting, reserved} {
		if now := h.leadNow(l.ID); now.State != Suppressed || now.Ready {
			t.Errorf("lead %d is %+v", l.ID, now)
		}
	}
	// a number that got onto the list behind our back is still caught while reserving
	h.must(exec(h, `INSERT INTO suppressions (client_id, number, reason, created_by, created_at) VALUES ($1, $2, 'x', 'x', $3)`, h.client, shared.Number, noon))
	if got := h.reserve(c, 10); len(got) != 0 || h.leadNow(shared.ID).State != Suppressed {
		t.Errorf("reserved %+v", got)
	}
	if err := h.Unsuppress(t.Context(), h.by, h.client, shared.Number, ""); !errs.Is(err, errs.Invalid) {
		t.Errorf("taken off without a reason: %v", err)
	}
	if err := h.Unsuppress(t.Context(), h.by, h.client, shared.Number, "typing error"); err != nil {
		t.Error(err)
	}
}

func TestOwnedCallbacksGoToTheirOwner(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.campaign("Spring")
	ann, bob := h.user("Ann"), h.user("Bob")
	lead := h.lead(c)
	h.reserveOne(lead)
	a := h.place(lead.ID)
	h.settle(lead.ID, Settlement{Attempt: a.ID, Disposition: "answered", Outcome: "callback", Callback: &CallbackRequest{At: noon.Add(time.Hour), Owner: ann, Note: "after lunch"}})
	mine, err := h.Callbacks(t.Context(), auth.Actor{User: ann, Clients: h.by.Clients}, true)
	if err != nil || len(mine) != 1 || mine[0].Note != "after lunch" || !mine[0].DueAt.Equal(noon.Add(time.Hour)) || mine[0].LocalDue != "2026-11-23T13:00:00-05:00" {
		t.Errorf("Ann's callbacks: %+v, %v", mine, err)
	}
	h.at(noon.Add(time.Hour))
	promote(h)
	other := h.lead(c)
	if got := h.reserve(c, 10, bob); len(got) != 1 || got[0].ID != other.ID {
		t.Errorf("Bob got %+v, want lead %d", got, other.ID)
	}
	if got := h.reserve(c, 10, bob, ann); len(got) != 1 || got[0].ID != lead.ID || got[0].Owner != ann {
		t.Errorf("Ann got %+v, want her callback", got)
	}
	h.must(h.tx(func(ctx context.Context, tx *pg.Tx) error { return h.ReleaseTx(ctx, tx, lead.ID) }))
	h.at(noon.Add(time.Hour + 30*time.Minute))
	promote(h)
	if got := h.reserve(c, 1, bob); len(got) != 1 || got[0].ID != lead.ID || got[0].Owner != 0 {
		t.Errorf("after the grace: %+v, want the callback for anybody", got)
	}
}

func promote(h *house) {
	h.t.Helper()
	_, err := h.Promote(context.Background())
	h.must(err)
}
