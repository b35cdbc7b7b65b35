package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"saveline/cmd/saveline/rehearsal"
	"saveline/commissions"
	"saveline/commissions/payroll"
	"saveline/dialer/sim"
	"saveline/internal/auth"
	"saveline/internal/httpx"
	"saveline/internal/live"
	"saveline/internal/pgtest"
)

// marker stands in everything that the own client's people have written.
const marker = "Quetzalcoatl"

// world is an assembled house in which one client has lived through a day, and another has not.
type world struct {
	*office
	api     huma.API
	handler http.Handler
	other   auth.Client
	ids     map[string]int64
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{office: &office{t: t, db: pgtest.New(t)}, ids: map[string]int64{}}
	w.live()
	hub := live.NewHub(w.db, "", time.Now, slog.New(slog.DiscardHandler))
	sw := sim.New(sim.Config{Now: time.Now})
	log := slog.New(slog.DiscardHandler)
	w.house = build(ground{db: w.db, now: time.Now, log: log, sw: sw, pub: live.Nowhere{}, node: "test", key: auth.NewSecretKey()})
	rehearsals := rehearsal.NewService(w.db, time.Now, log, w.house.campaigns, w.house.jobs, live.Nowhere{}, nil)
	n := &node{house: w.house, hub: hub}
	n.openTopics()
	w.handler, w.api = w.house.front(log, hub, rehearsals, health{d: &database{DB: w.db}})
	var err error
	if w.other, err = w.house.auth.CreateClient(t.Context(), auth.System("test"), auth.NewClient{Name: "Globex"}); err != nil {
		t.Fatal(err)
	}
	w.collect()
	return w
}

// live lets a small rehearsed day happen in the database, and marks what it left.
func (w *world) live() {
	w.t.Helper()
	c := rehearsal.Config{Generate: 150, Agents: 5, Hours: 0.5, AnswerRate: 0.4, Mode: "progressive", Seed: 7, Start: rehearsal.DefaultStart}
	quiet := slog.New(slog.DiscardHandler)
	if _, err := rehearsal.Run(w.t.Context(), wire(quiet, auth.NewSecretKey()), &rehearsal.Scratch{DB: w.db}, c, nil); err != nil {
		w.t.Fatal(err)
	}
	for _, column := range []string{
		"clients.name", "users.name", "people.name", "people.external_id", "campaigns.name", "lists.name", "imports.file_name",
		"offer_versions.name", "offer_versions.say", "plans.name", "scripts.name", "script_versions.body", "customers.external_id",
		"cancel_requests.reason_text", "order_items.name", "audit.actor", "audit.why",
	} {
		table, name, _ := strings.Cut(column, ".")
		if _, err := w.db.Exec(`UPDATE ` + table + ` SET ` + name + ` = '` + marker + ` ' || coalesce(` + name + `, '') || ctid::text`); err != nil {
			w.t.Fatalf("mark %s: %v", column, err)
		}
	}
}

// collect makes what the day did not, and notes one id of each kind of thing.
func (w *world) collect() {
	w.t.Helper()
	id := func(name, query string) {
		w.t.Helper()
		var id int64
		if err := w.db.Get(&id, query); err != nil {
			w.t.Fatalf("%s: %v", name, err)
		}
		w.ids[name] = id
	}
	id("client", `SELECT min(id) FROM clients`)
	id("agent", `SELECT user_id FROM agent_states JOIN entries USING (user_id) GROUP BY user_id ORDER BY count(*) DESC, user_id LIMIT 1`)
	id("manager", `SELECT min(user_id) FROM user_roles WHERE role = 'manager'`)
	admin := w.actor(`SELECT min(user_id) FROM user_roles WHERE role = 'admin'`)
	manager := w.actor(`SELECT min(user_id) FROM user_roles WHERE role = 'manager'`)
	token, _, err := w.house.auth.CreateToken(w.t.Context(), admin, auth.NewToken{Name: marker, Scopes: []httpx.Permission{auth.LeadsRead}})
	w.must(err)
	w.ids["token"] = token.ID
	id("campaign", `SELECT min(id) FROM campaigns`)
	_, err = w.house.campaigns.Suppress(w.t.Context(), manager, 0, "+12125550111", marker)
	w.must(err)
	w.bill()
	var approval int64
	for name, table := range map[string]string{
		"list": "lists", "import": "imports", "lead": "leads", "call": "calls", "offer": "offers", "outcome": "outcomes", "result": "results",
		"case": "cases", "presentation": "presentations", "plan": "plans", "version": "plan_versions", "assignment": "assignments",
		"period": "periods", "run": "runs", "statement": "statements", "customer": "customers", "grant": "grants", "incident": "incidents",
		"request": "account_requests", "order": "orders", "reconciliation": "reconciliations",
	} {
		id(name, `SELECT min(id) FROM `+table)
	}
	w.must(w.db.Get(&approval, `INSERT INTO approvals (client_id, case_id, call_id, offer_version_id, requested_by, owner_id, why, requested_at, expires_at)
		SELECT c.client_id, c.id, p.call_id, p.offer_version_id, p.agent_id, p.agent_id, $1, now(), now() + interval '1 hour'
		FROM presentations p JOIN cases c ON c.id = p.case_id ORDER BY p.id LIMIT 1 RETURNING id`, marker))
	w.ids["approval"] = approval
	w.follow()
	for name, table := range map[string]string{"message": "messages", "objection": "objections", "booking": "appointments", "outreach": "outreaches"} {
		id(name, `SELECT min(id) FROM `+table)
	}
	id("finding", `INSERT INTO gaming_findings (client_id, agent_id, pattern, state, numbers, found_at, opened_at)
		SELECT client_id, agent_id, 'phantom_save', 'open', '{}', now(), now() FROM calls WHERE agent_id IS NOT NULL ORDER BY id LIMIT 1 RETURNING id`)
	id("signature", `INSERT INTO plan_signatures (client_id, user_id, assignment_id, version_id, typed_name, sha256, language, words, words_sha256, signed_at)
		SELECT a.client_id, a.user_id, a.id, v.id, '`+marker+`', v.sha256, 'en', '`+marker+`', v.sha256, v.created_at
		FROM assignments a JOIN plan_versions v ON v.plan_id = a.plan_id ORDER BY a.id, v.id LIMIT 1 RETURNING id`)
	w.ids["simulatedPlan"] = w.ids["plan"]
	id("simulation", `INSERT INTO plan_simulations (client_id, plan_id, text, sha256, from_on, until_on, state, progress, watermark, inputs_sha256, result, error, asked_by, asked_at)
		SELECT p.client_id, p.id, '`+marker+`', v.sha256, '2026-01-01', '2026-02-01', 'done', 1, 1, v.sha256,
		'{"summary":{"totals":[],"held":[]},"people":[],"periods":[],"booked":[],"cliffs":[],"exceptions":[]}', '`+marker+`', v.author_id, v.created_at
		FROM plans p JOIN plan_versions v ON v.plan_id = p.id AND v.author_id IS NOT NULL ORDER BY p.id, v.id LIMIT 1 RETURNING id`)
	id("entry", `SELECT min(id) FROM entries WHERE user_id = `+fmt.Sprint(w.ids["agent"]))
	id("adjustment", `INSERT INTO adjustments (client_id, user_id, kind, amount_minor, currency, component, reason, note, evidence, state, entered_by, entered_at)
		SELECT client_id, user_id, 'manual', 100, currency, component, 'goodwill', '`+marker+`', '`+marker+`', 'proposed', (SELECT min(user_id) FROM user_roles WHERE role = 'manager'), recorded_at
		FROM entries WHERE id = `+fmt.Sprint(w.ids["entry"])+` RETURNING id`)
	id("dispute", `WITH d AS (INSERT INTO disputes (client_id, user_id, entry_id, claim_minor, currency, state, opened_at, answer_by)
		SELECT client_id, user_id, id, 100, currency, 'open', recorded_at, recorded_at FROM entries WHERE id = `+fmt.Sprint(w.ids["entry"])+` RETURNING *)
		INSERT INTO dispute_messages (client_id, dispute_id, author_id, body, created_at) SELECT client_id, id, user_id, '`+marker+`', opened_at FROM d RETURNING dispute_id`)
	w.payroll()
	var r struct{ ID int64 }
	w.decode(w.as(manager.User, "POST", path("/v1/campaigns/%d/rehearsals", w.ids["campaign"]), `{"agents":1,"hours":0.1,"answerRate":0.2}`), 202, &r)
	w.ids["rehearsal"] = r.ID
}

// follow makes what goes on after a call, of the own client.
func (w *world) follow() {
	w.t.Helper()
	for _, query := range []string{
		`INSERT INTO messages (client_id, person_id, kind, key, ref, channel, language, template_version, body, state, due_at, queued_at)
			SELECT client_id, id, 'outcome_notice', 'x', 'x', 'email', 'en', 0, $1, 'failed', created_at, created_at FROM people ORDER BY id LIMIT 1`,
		`INSERT INTO objections (client_id, message_id, said, at) SELECT client_id, id, $1, queued_at FROM messages`,
		`INSERT INTO appointments (client_id, result_id, person_id, setter_id, starts_at, state, host, created_at, updated_at)
			SELECT r.client_id, r.id, c.person_id, o.agent_id, o.effective_at + interval '400 days', 'booked', $1, o.effective_at, o.effective_at
			FROM results r JOIN outcomes o ON o.id = r.outcome_id JOIN calls c ON c.id = o.call_id ORDER BY r.id LIMIT 1`,
		`INSERT INTO outreaches (client_id, name, kind, campaign_id, holdout_percent, measure_days, salt, created_by, created_at)
			SELECT client_id, $1, 'proactive', id, 10, 30, 'x', 'test', created_at FROM campaigns ORDER BY id LIMIT 1`,
	} {
		_, err := w.db.Exec(query, marker)
		w.must(err)
	}
}

// payroll makes a mapping of the own client and a run's files in a layout.
func (w *world) payroll() {
	w.t.Helper()
	payer := w.actor(`SELECT min(user_id) FROM user_roles WHERE role = 'payroll'`)
	m, err := w.house.commissions.AddMapping(w.t.Context(), payer, commissions.NewMapping{Name: marker, Mapping: *payroll.Layouts[0].Base})
	w.must(err)
	w.ids["mapping"] = int64(m.ID)
	made, err := w.house.commissions.ExportIn(w.t.Context(), payer, commissions.RunID(w.ids["run"]), commissions.NewExport{Mapping: m.ID})
	w.must(err)
	w.ids["export"] = int64(made.ID)
}

// bill adds what a day without a billing system does not leave: a grant that failed, its incident, a request, a
// comparison with a difference, a note, an order.
func (w *world) bill() {
	w.t.Helper()
	for _, statement := range []string{
		`INSERT INTO grants (client_id, subscription_id, billing_key, kind, change, status, error, currency, created_at)
			SELECT client_id, id, external_id, 'uncancel', '{"kind":"uncancel"}', 'failed', $1, 'USD', updated_at FROM subscriptions ORDER BY id LIMIT 1`,
		`INSERT INTO incidents (client_id, grant_id, cause, opened_at, note) SELECT client_id, id, 'failed', created_at, $1 FROM grants`,
		`INSERT INTO account_requests (client_id, customer_id, kind, details, status, asked_by, asked_at, updated_at)
			SELECT client_id, id, 'address', jsonb_build_object('city', $1::text), 'waiting', (SELECT min(user_id) FROM agent_states), created_at, created_at
			FROM customers ORDER BY id LIMIT 1`,
		`INSERT INTO reconciliations (client_id, started_at, ended_at)
			SELECT client_id, created_at, created_at FROM customers WHERE $1 <> '' ORDER BY id LIMIT 1`,
		`WITH word AS (SELECT $1::text AS word) INSERT INTO billing_differences (client_id, reconciliation_id, subscription_id, field, ours, theirs, found_at)
			SELECT r.client_id, r.id, (SELECT min(id) FROM subscriptions), 'plan', word, word, r.started_at FROM reconciliations r, word`,
		`INSERT INTO notes (client_id, customer_id, author_id, text, created_at)
			SELECT client_id, id, (SELECT min(user_id) FROM agent_states), $1, created_at FROM customers`,
		`WITH word AS (SELECT $1::text AS word) INSERT INTO orders (client_id, person_id, status, total_minor, currency, payment_link, placed_at, updated_at)
			SELECT client_id, person_id, 'placed', 100, 'USD', word, created_at, created_at FROM customers, word ORDER BY id LIMIT 1`,
	} {
		if _, err := w.db.Exec(statement, marker); err != nil {
			w.t.Fatalf("%s: %v", statement, err)
		}
	}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// actor is a person of the own client, as the front door would know them.
func (w *world) actor(query string) auth.Actor {
	w.t.Helper()
	var user auth.UserID
	w.must(w.db.Get(&user, query))
	session, err := w.house.auth.OpenSession(w.t.Context(), user)
	w.must(err)
	r := httptest.NewRequest(http.MethodGet, "/v1/me", nil)
	r.AddCookie(&http.Cookie{Name: auth.SessionCookie, Value: session.Cookie})
	ctx, _, err := w.house.auth.Authenticate(r)
	w.must(err)
	return auth.ActorFrom(ctx)
}

// as sends a request of somebody signed in.
func (w *world) as(user auth.UserID, method, path, body string) *httptest.ResponseRecorder {
	w.t.Helper()
	session, err := w.house.auth.OpenSession(w.t.Context(), user)
	w.must(err)
	ctx, cancel := context.WithTimeout(w.t.Context(), 10*time.Second)
	defer cancel()
	r := httptest.NewRequestWithContext(ctx, method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.AddCookie(&http.Cookie{Name: auth.SessionCookie, Value: session.Cookie})
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	return rec
}

func (w *world) decode(rec *httptest.ResponseRecorder, want int, into any) {
	w.t.Helper()
	if rec.Code != want {
		w.t.Fatalf("%d, want %d: %s", rec.Code, want, rec.Body)
	}
	w.must(json.Unmarshal(rec.Body.Bytes(), into))
}

func (w *world) path(format, thing string) string { return path(format, w.ids[thing]) }
