package dialer

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"saveline/campaigns"
	"saveline/dialer/sim"
	"saveline/dialer/telephony"
	"saveline/internal/auth"
	"saveline/internal/live"
	"saveline/internal/pg"
	"saveline/internal/pgtest"
	"saveline/internal/phone"
)

// noon is a Monday, 12:00 in New York.
var noon = time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC)

// clock is a clock that the test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.After(c.at) {
		c.at = t
	}
}

// house is one client with one campaign, people to call, agents, a simulated switch and the dialer, in virtual time.
type house struct {
	*Service
	t        testing.TB
	db       *sqlx.DB
	dsn      string
	numbers  []string
	clock    *clock
	leads    *campaigns.Service
	sim      *sim.Switch
	client   auth.ClientID
	campaign campaigns.ID
	agents   []auth.Actor
	boss     auth.Actor
	ids      []campaigns.LeadID
}

type setup struct {
	mode   string
	agents int
	plan   []string  // numbers of the number plan; else
	leads  int       // so many people of the seeded world
	world  sim.World // the default world if zero
	seed   uint64
	real   bool // the agents are people with desks whose hearts must beat
}

func newHouse(t testing.TB, in setup) *house {
	t.Helper()
	h := &house{t: t, dsn: pgtest.DSN(t), clock: &clock{at: noon}}
	db, err := pg.Open(context.Background(), h.dsn, pg.Settings{MaxOpen: 8})
	h.must(err)
	t.Cleanup(func() { _ = db.Close() })
	h.db = db
	if in.world == (sim.World{}) {
		in.world = sim.DefaultWorld()
	}
	h.leads = campaigns.New(h.db, h.clock.now, slog.New(slog.DiscardHandler), live.Nowhere{})
	h.sim = sim.New(sim.Config{Seed: in.seed, Now: h.clock.now, World: in.world, NumberPlan: in.plan != nil})
	h.get(&h.client, `INSERT INTO clients (name, created_at) VALUES ('Acme', $1) RETURNING id`, noon)
	h.boss = auth.Actor{User: h.user("boss", true), Name: "Boss", Roles: []auth.Role{auth.Supervisor}, Clients: []auth.ClientID{h.client}}
	h.newCampaign(in.mode)
	for i := range in.agents {
		u := h.user(fmt.Sprintf("agent%d", i+1), !in.real)
		h.exec(`INSERT INTO campaign_agents (campaign_id, user_id) VALUES ($1, $2)`, h.campaign, u)
		h.agents = append(h.agents, auth.Actor{User: u, Name: "Agent", Roles: []auth.Role{auth.Agent}, Clients: []auth.ClientID{h.client}})
	}
	if in.plan == nil {
		for i := range in.leads {
			in.plan = append(in.plan, fmt.Sprintf("+1212555%04d", i+1000))
		}
	}
	for i, number := range in.plan {
		h.lead(fmt.Sprintf("Person %d", i+1), phone.E164(number))
	}
	h.restart("node-1", h.db, h.sim)
	return h
}

// restart puts a new process in the place of the dialer: nothing but database and switch remembers.
func (h *house) restart(node string, db *sqlx.DB, sw telephony.Switch) {
	log := slog.New(slog.DiscardHandler)
	if testing.Verbose() {
		log = slog.New(slog.NewTextHandler(h.t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	}
	leads := campaigns.New(db, h.clock.now, log, live.Nowhere{})
	h.Service = New(db, h.clock.now, log, leads, sw, live.Nowhere{}, node)
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) get(dest any, query string, args ...any) {
	h.t.Helper()
	h.must(h.db.Get(dest, query, args...))
}

func (h *house) count(query string, args ...any) int {
	h.t.Helper()
	var n int
	h.get(&n, query, args...)
	return n
}

func (h *house) exec(query string, args ...any) {
	h.t.Helper()
	_, err := h.db.Exec(query, args...)
	h.must(err)
}

func (h *house) user(name string, simulated bool) (id auth.UserID) {
	h.t.Helper()
	h.get(&id, `INSERT INTO users (email, name, password_hash, simulated, created_at) VALUES ($1, $2, 'x', $3, $4) RETURNING id`,
		name+"@example.com", name, simulated, noon)
	h.exec(`INSERT INTO user_clients (user_id, client_id) VALUES ($1, $2)`, id, h.client)
	return id
}

func (h *house) newCampaign(mode string) {
	h.t.Helper()
	retry, err := json.Marshal(campaigns.DefaultRetry())
	h.must(err)
	h.get(&h.campaign, `INSERT INTO campaigns (client_id, name, purpose, mode, state, windows, zone, caller_id, retry, wrapup_seconds,
		abandon_message, created_by, created_at, updated_at)
		VALUES ($1, 'Spring', 'upsell', $2, 'running', $3, 'America/New_York', '+12125550100', $4, 30, 'sorry', 'test', $5, $5) RETURNING id`,
		h.client, mode, `[{"days":["mon","tue","wed","thu","fri","sat","sun"],"from":"00:00","to":"24:00"}]`, retry, noon)
}

// lead adds a person by SQL, so that the number plan's numbers, which are nobody's, need no permission.
func (h *house) lead(name string, number phone.E164) {
	h.t.Helper()
	var person, ph, list int64
	h.get(&list, `INSERT INTO lists (client_id, campaign_id, name, created_at) VALUES ($1, $2, 'List', $3)
		ON CONFLICT ON CONSTRAINT lists_name_key DO UPDATE SET name = excluded.name RETURNING id`, h.client, h.campaign, noon)
	h.get(&person, `INSERT INTO people (client_id, name, region, zone, created_at, updated_at)
		VALUES ($1, $2, 'US-NY', 'America/New_York', $3, $3) RETURNING id`, h.client, name, noon)
	h.get(&ph, `INSERT INTO phones (person_id, number) VALUES ($1, $2) RETURNING id`, person, number)
	var id campaigns.LeadID
	h.get(&id, `INSERT INTO leads (client_id, campaign_id, list_id, person_id, phone_id, zone, state, due_at, ready, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, 'America/New_York', 'waiting', $6, true, $6, $6) RETURNING id`, h.client, h.campaign, list, person, ph, noon)
	h.ids = append(h.ids, id)
}

func (h *house) ready(agents ...auth.Actor) {
	h.t.Helper()
	for _, a := range agents {
		h.must(h.SetAgentState(context.Background(), a, SetState{State: Ready, Campaign: h.campaign}))
	}
}

// step takes one pass with everything that is due.
func (h *house) step() {
	h.t.Helper()
	h.sim.Advance(h.clock.now())
	h.must(h.Step(context.Background()))
}

// run lets d of virtual time pass. act, if any, is called between passes: what people do.
func (h *house) run(d time.Duration, act func()) {
	h.t.Helper()
	end := h.clock.now().Add(d)
	for rounds := 0; h.clock.now().Before(end); rounds++ {
		if rounds > 200_000 {
			h.t.Fatal("time does not pass: something asks for another pass again and again")
		}
		h.step()
		if act != nil {
			act()
		}
		h.clock.set(h.nextInstant(end))
	}
	h.step()
}

// nextInstant is when something happens next, at most a second away: people look at their desks that often.
func (h *house) nextInstant(end time.Time) time.Time {
	next := h.clock.now().Add(time.Second)
	if end.Before(next) {
		next = end
	}
	for _, at := range []func() (time.Time, bool){h.sim.NextAt, h.NextAt} {
		if t, ok := at(); ok && t.Before(next) {
			next = t
		}
	}
	return next
}

// until runs until the condition holds, for at most d.
func (h *house) until(d time.Duration, what string, done func() bool) {
	h.t.Helper()
	end := h.clock.now().Add(d)
	for h.clock.now().Before(end) {
		h.step()
		if done() {
			return
		}
		h.clock.set(h.nextInstant(end))
	}
	h.t.Fatalf("not within %s: %s", d, what)
}

func (h *house) agentNow(a auth.Actor) agentRow {
	h.t.Helper()
	var row agentRow
	h.get(&row, agentByID, a.User)
	return row
}

func (h *house) calls() []Call {
	h.t.Helper()
	var out []Call
	h.must(h.db.Select(&out, `SELECT `+callColumns+` FROM calls k ORDER BY k.id`))
	return out
}

func (h *house) dispositions() map[string]int {
	out := map[string]int{}
	for _, c := range h.calls() {
		out[string(c.Disposition)]++
	}
	return out
}

// conclude records an outcome as package retention does: lead, call and agent in one transaction.
func (h *house) conclude(a auth.Actor, call CallID) {
	h.t.Helper()
	ctx := context.Background()
	h.must(pg.InTx(ctx, h.db, func(tx *pg.Tx) error {
		c, err := h.LockTx(ctx, tx, call, a.User)
		if err != nil {
			return err
		}
		st := campaigns.Settlement{Attempt: c.Attempt, Disposition: "answered", Outcome: "not_interested", Now: h.clock.now()}
		if err := h.leads.SettleTx(ctx, tx, c.Lead, st); err != nil {
			return err
		}
		return h.WrapUpDoneTx(ctx, tx, call, a.User)
	}))
}

// concludeAll is every agent in the wrap-up recording the outcome at once.
func (h *house) concludeAll() {
	h.t.Helper()
	var wrapping []agentRow
	h.must(h.db.Select(&wrapping, `SELECT `+agentColumns+` FROM agent_states a JOIN users u ON u.id = a.user_id WHERE a.state = 'wrapping'`))
	for _, row := range wrapping {
		h.conclude(auth.Actor{User: row.User}, row.Call)
	}
}
