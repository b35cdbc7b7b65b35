package campaigns

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"saveline/internal/auth"
	"saveline/internal/live"
	"saveline/internal/pg"
	"saveline/internal/pgtest"
	"saveline/internal/phone"
)

// noon is a Monday, 12:00 in New York, 09:00 in Los Angeles: everybody in the lower 48 may be called.
var noon = time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC)

// house is a service on a database of its own, with a clock that the test moves.
type house struct {
	*Service
	t      testing.TB
	db     *sqlx.DB
	client auth.ClientID
	by     auth.Actor
	mu     sync.Mutex
	clock  time.Time
	people int
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{t: t, db: pgtest.New(t), clock: noon}
	h.must(h.db.Get(&h.client, `INSERT INTO clients (name, created_at) VALUES ('Acme', $1) RETURNING id`, noon))
	h.by = auth.Actor{User: h.user("Mia"), Name: "Mia", Roles: []auth.Role{auth.Admin}, Clients: []auth.ClientID{h.client}}
	h.Service = New(h.db, h.time, slog.New(slog.DiscardHandler), live.Nowhere{})
	return h
}

func (h *house) time() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.clock
}

func (h *house) at(t time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clock = t
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) user(name string) auth.UserID {
	h.t.Helper()
	var id auth.UserID
	h.must(h.db.Get(&id, `INSERT INTO users (email, name, password_hash, created_at) VALUES ($1, $2, 'x', $3) RETURNING id`,
		name+"@example.com", name, noon))
	return id
}

// campaign makes a running one, open round the clock so that only the person's hours count.
func (h *house) campaign(name string) ID {
	h.t.Helper()
	retry, err := json.Marshal(DefaultRetry())
	h.must(err)
	var id ID
	h.must(h.db.Get(&id, `INSERT INTO campaigns (client_id, name, purpose, mode, state, windows, zone, caller_id, retry, created_by, created_at, updated_at)
		VALUES ($1, $2, 'upsell', 'progressive', 'running', $3, 'America/New_York', '+12125550100', $4, 'test', $5, $5) RETURNING id`,
		h.client, name, `[{"days":["mon","tue","wed","thu","fri","sat","sun"],"from":"00:00","to":"24:00"}]`, retry, noon))
	return id
}

func (h *house) tx(fn func(ctx context.Context, tx *pg.Tx) error) error {
	return pg.InTx(context.Background(), h.db, func(tx *pg.Tx) error { return fn(context.Background(), tx) })
}

// lead adds somebody new with these numbers (one in New York if none is given) to the campaign.
func (h *house) lead(c ID, numbers ...phone.E164) Lead {
	h.t.Helper()
	h.people++
	if len(numbers) == 0 {
		numbers = []phone.E164{phone.E164(fmt.Sprintf("+1212555%04d", 1000+h.people))}
	}
	var out Lead
	h.must(h.tx(func(ctx context.Context, tx *pg.Tx) error {
		p, err := h.UpsertPersonTx(ctx, tx, NewPerson{Client: h.client, Name: fmt.Sprintf("Person %d", h.people), Phones: numbers, Now: h.time()})
		if err != nil {
			return err
		}
		out = Lead{Person: p, Number: numbers[0], Campaign: c, Client: h.client}
		out.ID, err = h.AddLeadTx(ctx, tx, NewLead{Campaign: c, Person: p, Now: h.time()})
		return err
	}))
	return out
}

func (h *house) reserve(c ID, n int, agents ...auth.UserID) []Lead {
	h.t.Helper()
	out, err := h.Reserve(context.Background(), Lease{c, 1}, n, agents)
	h.must(err)
	return out
}

// reserveOne reserves this very lead under epoch 1.
func (h *house) reserveOne(l Lead) {
	h.t.Helper()
	h.must(h.tx(func(ctx context.Context, tx *pg.Tx) error {
		_, err := h.ReserveOneTx(ctx, tx, l.ID, Lease{l.Campaign, 1})
		return err
	}))
}

func (h *house) place(l LeadID) Attempt {
	h.t.Helper()
	a, err := h.tryPlace(l, Dialing{Epoch: 1, Mode: "progressive", Trunk: "sim"})
	h.must(err)
	return a
}

func (h *house) tryPlace(l LeadID, by Dialing) (a Attempt, err error) {
	err = h.tx(func(ctx context.Context, tx *pg.Tx) error {
		a, err = h.PlaceTx(ctx, tx, l, by)
		return err
	})
	return a, err
}

func (h *house) settle(l LeadID, st Settlement) {
	h.t.Helper()
	if st.Now.IsZero() {
		st.Now = h.time()
	}
	h.must(h.tx(func(ctx context.Context, tx *pg.Tx) error { return h.SettleTx(ctx, tx, l, st) }))
}

type leadNow struct {
	State    LeadState `db:"state"`
	Ready    bool      `db:"ready"`
	DueAt    time.Time `db:"due_at"`
	Attempts int       `db:"attempts"`
	Last     string    `db:"last_disposition"`
	Owner    int64     `db:"owner"`
	Number   string    `db:"number"`
	Zone     string    `db:"zone"`
	Priority int       `db:"priority"`
}

func (h *house) leadNow(l LeadID) leadNow {
	h.t.Helper()
	var out leadNow
	h.must(h.db.Get(&out, `SELECT l.state, l.ready, l.due_at, l.attempts, l.last_disposition, COALESCE(l.owner_id, 0) AS owner, ph.number, l.zone,
		l.priority FROM leads l JOIN phones ph ON ph.id = l.phone_id WHERE l.id = $1`, l))
	out.DueAt = out.DueAt.UTC()
	return out
}

func (h *house) count(query string, args ...any) int {
	h.t.Helper()
	var n int
	h.must(h.db.Get(&n, query, args...))
	return n
}
