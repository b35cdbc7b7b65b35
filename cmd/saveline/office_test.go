package main

import (
	"bytes"
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"saveline/cmd/saveline/rehearsal"
	"saveline/dialer/sim"
	"saveline/internal/auth"
	"saveline/internal/config"
	"saveline/internal/live"
	"saveline/internal/pg"
	"saveline/internal/pgtest"
)

// office is a company in a database of the test's own, and the test's own look into that database. The company's
// people work through nodes that are other processes.
type office struct {
	t     *testing.T
	dsn   string
	db    *sqlx.DB
	house *house // the test's own: it runs nothing
	staff *rehearsal.Staff
}

func newOffice(t *testing.T, agents int) *office {
	t.Helper()
	o := &office{t: t, dsn: pgtest.DSN(t)}
	var err error
	if o.db, err = pg.Open(context.Background(), o.dsn, pg.Settings{MaxOpen: 4}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = o.db.Close() })
	key, err := secretKey(config.Config{SecretKey: testKey})
	if err != nil {
		t.Fatal(err)
	}
	sw := sim.New(sim.Config{Now: time.Now})
	quiet := slog.New(slog.DiscardHandler)
	o.house = build(ground{db: o.db, now: time.Now, log: quiet, sw: sw, pub: live.Nowhere{}, node: "test", key: key})
	company := rehearsal.Company{Name: "Northwind", Agents: agents, Zone: "America/New_York", CanLogin: true}
	if o.staff, err = rehearsal.Found(context.Background(), o.house.services(sw), company); err != nil {
		t.Fatal(err)
	}
	return o
}

// signIn is somebody with a password at the sign-in page.
func (o *office) signIn(who auth.Actor, base func() string) *browser {
	o.t.Helper()
	b := newBrowser(o.t, base)
	b.signIn(who.Email, o.staff.Passwords[who.Email])
	return b
}

type campaignView struct {
	ID    int64  `json:"id"`
	State string `json:"state"`
}

// campaign makes a progressive campaign as a manager does: settings, agents, a list of people somewhere in the world
// whom the law lets us call now, and start.
func (o *office) campaign(manager *browser, name string, agents []auth.Actor, firstLead, leads int) int64 {
	o.t.Helper()
	var c campaignView
	manager.post("/v1/campaigns", map[string]any{
		"name": name, "purpose": "acquisition", "mode": "progressive", "zone": "UTC", "callerId": "+12125550199",
		"windows":     []any{map[string]any{"days": []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}, "from": "00:00", "to": "24:00"}},
		"ringSeconds": 15, "wrapupSeconds": 60, "abandonMessage": "Sorry.",
	}, &c)
	ids := make([]auth.UserID, len(agents))
	for i, a := range agents {
		ids[i] = a.User
	}
	manager.must("PUT", path("/v1/campaigns/%d/agents", c.ID), map[string]any{"userIds": ids}, nil)
	o.importList(manager, c.ID, firstLead, leads)
	manager.post(path("/v1/campaigns/%d/start", c.ID), nil, &c)
	if c.State != "running" {
		o.t.Fatalf("the campaign is %s after its start", c.State)
	}
	return c.ID
}

func (o *office) importList(manager *browser, campaign int64, first, n int) {
	o.t.Helper()
	var file bytes.Buffer
	if err := rehearsal.WriteWorldLeads(&file, 5, first, n); err != nil {
		o.t.Fatal(err)
	}
	var list, im struct {
		ID        int64  `json:"id"`
		State     string `json:"state"`
		RowsAdded int    `json:"rowsAdded"`
		Error     string `json:"error"`
	}
	manager.post(path("/v1/campaigns/%d/lists", campaign), map[string]string{"name": "people"}, &list)
	manager.post(path("/v1/lists/%d/imports?fileName=people.csv", list.ID), file.Bytes(), &im)
	until(o.t, 30*time.Second, "the list is imported", func() bool {
		manager.get(path("/v1/imports/%d", im.ID), &im)
		return im.State == "done" || im.State == "failed"
	})
	if im.State != "done" || im.RowsAdded != n {
		o.t.Fatalf("import is %s with %d of %d rows: %s", im.State, im.RowsAdded, n, im.Error)
	}
}

// number asks the database for one number.
func (o *office) number(query string, args ...any) int {
	o.t.Helper()
	var n int
	if err := o.db.Get(&n, query, args...); err != nil {
		o.t.Fatalf("%s: %v", query, err)
	}
	return n
}

// none fails the test if the database has any such row.
func (o *office) none(what, query string, args ...any) {
	o.t.Helper()
	if n := o.number(query, args...); n != 0 {
		o.t.Errorf("%d times: %s", n, what)
	}
}
