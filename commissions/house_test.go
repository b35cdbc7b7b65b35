package commissions_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"saveline/commissions"
	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/facts"
	"saveline/internal/money"
	"saveline/internal/pg"
	"saveline/internal/pgtest"
)

// house is a client with a manager, two people in payroll and some agents, in a database of its own, at a time of its own.
type house struct {
	t       testing.TB
	dsn     string
	db      *sqlx.DB
	pay     *commissions.Service
	log     *facts.Log
	news    *news
	client  auth.ClientID
	manager auth.Actor
	ana     auth.Actor // payroll: calculates
	ben     auth.Actor // payroll: approves
	agents  []auth.Actor
	mu      sync.Mutex
	at      time.Time
	calls   int64
}

// news remembers what desks were told.
type news struct {
	mu     sync.Mutex
	topics []string
}

func (n *news) Publish(topic, event string, _ any) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.topics = append(n.topics, topic+" "+event)
}

func (n *news) heard(what string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Contains(n.topics, what)
}

// newHouse stands at noon of 2 November 2026 in New York, with the given number of agents.
func newHouse(t testing.TB, agents int) *house {
	t.Helper()
	h := &house{t: t, dsn: pgtest.DSN(t), news: &news{}, at: instant("2026-11-02T17:00:00Z")}
	var err error
	h.db, err = pg.Open(context.Background(), h.dsn, pg.Settings{MaxOpen: 16})
	h.must(err)
	t.Cleanup(func() { _ = h.db.Close() })
	quiet := slog.New(slog.DiscardHandler)
	h.pay = commissions.New(h.db, h.now, quiet, h.news)
	h.log = facts.NewLog(h.db, h.now, quiet)
	for _, c := range h.pay.Consumers() {
		h.log.Register(c)
	}
	h.client = h.newClient("Northwind", "America/New_York")
	h.manager = h.person("Mia Manager", "", auth.Manager)
	h.ana = h.person("Ana Payroll", "P-1", auth.Payroll)
	h.ben = h.person("Ben Payroll", "P-2", auth.Payroll)
	for i := range agents {
		h.agents = append(h.agents, h.person(fmt.Sprintf("Agent %d", i+1), fmt.Sprintf("A-%03d", i+1), auth.Agent))
	}
	return h
}

func (h *house) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *house) setClock(text string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = instant(text)
}

func instant(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return t
}

func (h *house) newClient(name, zone string) (id auth.ClientID) {
	h.t.Helper()
	h.must(h.db.Get(&id, `INSERT INTO clients (name, zone, created_at) VALUES ($1, $2, $3) RETURNING id`, name, zone, h.now()))
	return id
}

func (h *house) person(name, employeeNo string, role auth.Role) auth.Actor {
	h.t.Helper()
	var id auth.UserID
	h.must(h.db.Get(&id, `
INSERT INTO users (email, name, password_hash, employee_no, created_at) VALUES (lower(replace($1, ' ', '.')) || '@x.test', $1, '', NULLIF($2, ''), $3)
RETURNING id`, name, employeeNo, h.now()))
	h.exec(`INSERT INTO user_clients (user_id, client_id) VALUES ($1, $2)`, id, h.client)
	h.exec(`INSERT INTO user_roles (user_id, role) VALUES ($1, $2)`, id, role)
	return auth.Actor{User: id, Name: name, Roles: []auth.Role{role}, Clients: []auth.ClientID{h.client}}
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) exec(sql string, args ...any) {
	h.t.Helper()
	_, err := h.db.Exec(sql, args...)
	h.must(err)
}

func (h *house) ctx() context.Context { return h.t.Context() }

// saves pays 15.00 a save and 7.5 % of an upsell, after a hold.
func saves(holdDays int) rules.Terms {
	return rules.Terms{Currency: "USD", HoldDays: holdDays, Components: []rules.Component{
		{ID: "save_bonus", Type: rules.PerUnit, Result: "save", Amount: "15.00"},
		{ID: "upsell", Type: rules.Percent, Result: "upsell", Rate: "7.5%"},
	}}
}

// plan makes and approves a plan and puts these people on it from 1 November.
func (h *house) plan(terms rules.Terms, people ...auth.Actor) commissions.Plan {
	h.t.Helper()
	p, err := h.pay.CreatePlan(h.ctx(), h.manager, commissions.NewPlan{Name: fmt.Sprintf("Plan %d", h.serial()), NewVersion: commissions.NewVersion{Terms: terms}})
	h.must(err)
	p, err = h.pay.ApproveVersion(h.ctx(), h.ana, p.Versions[0].ID)
	h.must(err)
	for _, a := range people {
		_, err := h.pay.Assign(h.ctx(), h.manager, commissions.NewAssignment{Plan: p.ID, User: a.User, FromDate: "2026-11-01"})
		h.must(err)
	}
	return p
}

func (h *house) serial() int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls++
	return h.calls
}

// result is what an agent achieved, as a fact tells it.
type result struct {
	ID    int64
	Agent auth.Actor
	Kind  string
	Value int64 // USD cents
	At    string
}

// outcome posts the fact of one result without handing it out.
func (h *house) outcome(r result) {
	h.t.Helper()
	h.must(pg.InTx(h.ctx(), h.db, func(tx *pg.Tx) error {
		return facts.AppendTx(h.ctx(), tx, facts.Fact{
			Kind: "outcome.v1", Key: fmt.Sprintf("outcome:%d", r.ID), Client: int64(h.client), EffectiveAt: instant(r.At), RecordedAt: h.now(),
		}, map[string]any{
			"outcome": r.ID, "call": 1000 + r.ID, "campaign": 1, "agent": r.Agent.User, "code": r.Kind,
			"results": []map[string]any{{"result": r.ID, "kind": r.Kind, "valueMinor": r.Value, "currency": "USD", "offer": 0, "offerVersion": 0}},
		})
	}))
}

func (h *house) reversal(result int64, at string) {
	h.t.Helper()
	h.must(pg.InTx(h.ctx(), h.db, func(tx *pg.Tx) error {
		return facts.AppendTx(h.ctx(), tx, facts.Fact{
			Kind: "reversal.v1", Key: fmt.Sprintf("reversal:%d", result), Client: int64(h.client), EffectiveAt: instant(at), RecordedAt: h.now(),
		}, map[string]any{"result": result, "cause": "customer_cancelled"})
	}))
}

// happened posts the facts of results and hands them out.
func (h *house) happened(results ...result) {
	h.t.Helper()
	for _, r := range results {
		h.outcome(r)
	}
	h.drain()
}

func (h *house) reversed(result int64, at string) {
	h.t.Helper()
	h.reversal(result, at)
	h.drain()
}

func (h *house) drain() {
	h.t.Helper()
	h.must(h.log.Drain(h.ctx()))
}

func (h *house) vest() {
	h.t.Helper()
	_, err := h.pay.Vest(h.ctx())
	h.must(err)
}

// balance is what the house owes on an account.
func (h *house) balance(account string) string {
	h.t.Helper()
	all, err := h.pay.Balances(h.ctx(), h.manager)
	h.must(err)
	for _, b := range all {
		if b.Account == account {
			return b.Net().String()
		}
	}
	return "0.00"
}

// books are all balances of the client that are not zero.
func (h *house) books() map[string]string {
	h.t.Helper()
	all, err := h.pay.Balances(h.ctx(), h.manager)
	h.must(err)
	out := map[string]string{}
	for _, b := range all {
		if b.Net().Minor != 0 {
			out[b.Account] = b.Net().String()
		}
	}
	return out
}

func (h *house) agent(i int, account string) string {
	return fmt.Sprintf("agent:%d:%s", h.agents[i].User, account)
}

func (h *house) count(sql string, args ...any) (n int) {
	h.t.Helper()
	h.must(h.db.Get(&n, sql, args...))
	return n
}

// openRun begins a run of the month that day falls in.
func (h *house) openRun(day string) commissions.Run {
	h.t.Helper()
	p, err := h.pay.PeriodAt(h.ctx(), h.ana, h.client, instant(day+"T17:00:00Z"))
	h.must(err)
	run, err := h.pay.OpenRun(h.ctx(), h.ana, commissions.NewRun{Period: p.ID, Currency: "USD"})
	h.must(err)
	return run
}

// approved takes a run of a month to its approval.
func (h *house) approved(day string) commissions.Run {
	h.t.Helper()
	run := h.openRun(day)
	_, err := h.pay.Calculate(h.ctx(), h.ana, run.ID)
	h.must(err)
	_, err = h.pay.Review(h.ctx(), h.ana, run.ID)
	h.must(err)
	run, err = h.pay.Approve(h.ctx(), h.ben, run.ID)
	h.must(err)
	return run
}

// locked takes a run of a month to its lock.
func (h *house) locked(day string) commissions.Run {
	h.t.Helper()
	run, err := h.pay.Lock(h.ctx(), h.ana, h.approved(day).ID)
	h.must(err)
	return run
}

func usd(minor int64) money.Amount { return money.Amount{Minor: minor, Currency: "USD"} }
