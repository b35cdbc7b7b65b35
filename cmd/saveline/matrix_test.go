package main

import (
	"net/http"
	"strings"
	"testing"

	"saveline/internal/auth"
	"saveline/internal/auth/authtest"
	"saveline/internal/httpx"
)

func TestEveryOperationForEveryRoleOfBothClients(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	authtest.Matrix{
		API: w.api, Handler: w.handler, Auth: w.house.auth, Own: auth.ClientID(w.ids["client"]), Foreign: w.other.ID, Marker: marker,
		Paths: w.paths(), Bodies: w.bodies(), House: map[string]bool{"get-my-statement": true}, // one's own: tested beside its code
	}.Run(t)
}

// What a foreign person names in a body is as unknown to them as what they name in an address.
func TestNothingOfAnotherClientCanBeNamedInABody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	people := map[auth.Role]auth.UserID{}
	for _, role := range auth.Roles {
		u, _, err := w.house.auth.CreateUser(t.Context(), auth.System("test"), auth.NewUser{
			Email: string(role) + "@globex.example", Name: "somebody", Roles: []auth.Role{role}, ClientIDs: []auth.ClientID{w.other.ID}, Simulated: true,
		})
		w.must(err)
		people[role] = u.ID
	}
	for _, c := range w.foreignBodies() {
		rec := w.as(people[c.role], c.method, c.path, c.body)
		if rec.Code != http.StatusNotFound && rec.Code != http.StatusForbidden || strings.Contains(rec.Body.String(), marker) {
			t.Errorf("%s of another client, %s %s %s: %d %s", c.role, c.method, c.path, c.body, rec.Code, rec.Body)
		}
	}
}

// Everybody can read every permission of the description, and no operation slipped through without one.
func TestEveryOperationSaysWhoMayCallIt(t *testing.T) {
	t.Parallel()
	ops := authtest.Operations(describe())
	if len(ops) < 111 {
		t.Errorf("%d operations", len(ops))
	}
	for _, op := range ops {
		mayAnybody := false
		for _, role := range auth.Roles {
			mayAnybody = mayAnybody || auth.Actor{Roles: []auth.Role{role}}.Can(op.Permission)
		}
		if op.Permission == "" || !mayAnybody && op.Permission != httpx.Public {
			t.Errorf("%s needs %q, which nobody has", op.ID, op.Permission)
		}
	}
}

// paths names a thing of the own client for every operation whose address has a parameter.
func (w *world) paths() map[string]string {
	out := map[string]string{
		"events":             w.path("/v1/events?topics=campaign:%d", "campaign"),
		"start-import":       w.path("/v1/lists/%d/imports?fileName=more.csv", "list"),
		"import-cases":       w.path("/v1/cases/import?campaignId=%d", "campaign"),
		"remove-suppression": w.path("/v1/suppressions/%d/+12125550111?why=mistake", "client"),
		"report-outcomes":    "/v1/reports/outcomes?from=2026-01-01T00:00:00Z&to=2026-12-31T00:00:00Z",
	}
	for thing, at := range map[string]map[string]string{
		"campaign": {
			"get-campaign": "", "update-campaign": "", "list-campaign-agents": "/agents", "set-campaign-agents": "/agents",
			"finish-campaign": "/finish", "list-imports": "/imports", "list-leads": "/leads", "list-lists": "/lists", "create-list": "/lists",
			"pause-campaign": "/pause", "list-rehearsals": "/rehearsals", "rehearse-campaign": "/rehearsals", "schedule-campaign": "/schedule",
			"set-campaign-script": "/script", "start-campaign": "/start",
		},
		"call": {
			"get-call": "", "hangup-call": "/hangup", "hold-call": "/hold", "list-call-offers": "/offers", "conclude-call": "/outcome",
			"present-offer": "/presentations", "get-save-desk": "/save-desk", "record-reason": "/reason", "record-step": "/steps",
			"try-fix": "/fixes", "ask-approval": "/approvals", "make-confirmation-link": "/confirmation-link", "cancel-now": "/cancel",
		},
		"run": {
			"get-pay-run": "", "approve-pay-run": "/approve", "calculate-pay-run": "/calculate", "export-pay-run": "/export",
			"get-payroll-file": "/export.csv", "lock-pay-run": "/lock", "reconcile-pay-run": "/reconcile", "review-pay-run": "/review",
			"list-statements": "/statements",
		},
		"agent":  {"get-user": "", "update-user": "", "reset-password": "/reset-password", "drop-totp": "/totp", "force-agent-state": "/state"},
		"lead":   {"get-lead": "", "explain-lead": "/why"},
		"import": {"get-import": "", "download-rejects": "/rejects.csv"},
		"offer":  {"get-offer": "", "edit-offer": "", "retire-offer": "/retire"},
		"plan":   {"get-plan": "", "add-plan-version": "/versions"},
		"list":   {"switch-list": ""},
		"case": {
			"get-case": "", "cancel-case": "/cancel", "withdraw-case": "/withdraw", "duplicate-case": "/duplicate", "uncancel-case": "/uncancel",
		},
		"approval":     {"decide-approval": "/decision"},
		"outcome":      {"review-outcome": "/review"},
		"result":       {"reverse-result": "/reverse"},
		"presentation": {"decide-presentation": "/decision"},
		"version":      {"approve-plan-version": "/approve"},
		"assignment":   {"end-assignment": "/end"},
		"statement":    {"get-statement": ""},
		"rehearsal":    {"get-rehearsal": ""},
		"token":        {"revoke-token": ""},
	} {
		for op, tail := range at {
			out[op] = path("%s/%d%s", folderOf[thing], w.ids[thing], tail)
		}
	}
	out["force-agent-state"] = w.path("/v1/floor/agents/%d/state", "agent")
	out["force-hangup"] = w.path("/v1/floor/calls/%d/hangup", "call")
	return out
}

var folderOf = map[string]string{
	"campaign": "/v1/campaigns", "call": "/v1/calls", "run": "/v1/pay/runs", "agent": "/v1/users", "lead": "/v1/leads",
	"import": "/v1/imports", "offer": "/v1/offers", "plan": "/v1/plans", "list": "/v1/lists", "case": "/v1/cases",
	"outcome": "/v1/outcomes", "result": "/v1/results", "presentation": "/v1/presentations", "version": "/v1/plan-versions",
	"approval": "/v1/approvals", "assignment": "/v1/assignments", "statement": "/v1/pay/statements", "rehearsal": "/v1/rehearsals", "token": "/v1/tokens",
}

const (
	someTerms   = `{"currency":"USD","holdDays":0,"components":[{"id":"x","type":"per_unit","result":"sale","amount":"1.00"}]}`
	someOffer   = `{"code":"one","name":"One","kind":"sale","say":"Would you?","purposes":["acquisition"],"value":{"amount":"1.00","currency":"USD"}}`
	someWindow  = `"windows":[{"days":["mon"],"from":"09:00","to":"17:00"}]`
	someSettled = `{"clientId":%d,"pauseReasons":["lunch"],"previewSeconds":30,"version":0}`
	someCase    = `{"clientId":%d,"externalId":"X-1","customer":{"externalId":"C-1","phone":"+12125550123"},` +
		`"subscription":{"externalId":"S-1","price":{"amount":"10.00","currency":"USD"}}}`
)

// bodies are those that the schema alone does not give: they name things, or the pieces have to fit together.
func (w *world) bodies() map[string]string {
	own := w.ids["client"]
	return map[string]string{
		"assign-plan":         path(`{"planId":%d,"userId":%d,"fromDate":"2027-01-01"}`, w.ids["plan"], w.ids["agent"]),
		"create-campaign":     `{"name":"new","purpose":"acquisition","mode":"manual","zone":"UTC","callerId":"+12125550100",` + someWindow + `}`,
		"set-campaign-agents": path(`{"userIds":[%d]}`, w.ids["agent"]),
		"rehearse-campaign":   `{"agents":1,"hours":0.1,"answerRate":0.5}`,
		"open-case":           path(someCase, own),
		"save-desk-settings":  path(someSettled, own),
		"desk-dial":           path(`{"leadId":%d}`, w.ids["lead"]),
		"desk-skip":           path(`{"leadId":%d}`, w.ids["lead"]),
		"set-desk-state":      path(`{"state":"ready","campaignId":%d}`, w.ids["campaign"]),
		"force-agent-state":   `{"state":"away","reason":"lunch"}`,
		"conclude-call":       `{"code":"not_interested"}`,
		"present-offer":       path(`{"offerId":%d}`, w.ids["offer"]),
		"ask-approval":        path(`{"offerId":%d}`, w.ids["offer"]),
		"try-fix":             `{"code":"router","solved":false}`,
		"record-step":         `{"notice":"cancel_any_time"}`,
		"record-reason":       `{"code":"too_expensive"}`,
		"decide-approval":     `{"approve":false}`,
		"withdraw-case":       `{"evidence":"chat-1"}`,
		"uncancel-case":       `{"request":"R-2","evidence":"letter-1","method":"letter"}`,
		"duplicate-case":      path(`{"of":%d}`, w.ids["case"]),
		"preview-offer":       path(`{"clientId":%d,"eligibility":""}`, own),
		"save-save-settings":  path(`{"clientId":%d,"holdoutBp":0,"offerMinutes":60,"lifetimeCapMinor":0,"anyCooldownDays":30,"version":0}`, own),
		"set-authority":       path(`{"clientId":%d,"limits":[{"role":"agent","valueTier":"","percentMax":50,"amountMaxMinor":0,"cyclesMax":0,"weekBudgetMinor":0}]}`, own),
		"set-reasons":         path(`{"clientId":%d,"reasons":[{"code":"price","parent":"","name":"Price","saveable":true,"active":true,"billingCode":"too_expensive"}]}`, own),
		"set-fixes":           path(`{"clientId":%d,"fixes":[{"code":"router","kind":"fix","name":"Router","steps":["restart"],"active":true}]}`, own),
		"create-offer":        someOffer, "edit-offer": someOffer,
		"open-pay-run":     path(`{"clientId":%d,"periodId":%d}`, own, w.ids["period"]),
		"create-plan":      `{"name":"second","terms":` + someTerms + `}`,
		"add-plan-version": `{"terms":` + someTerms + `}`,
		"add-suppression":  path(`{"clientId":%d,"number":"+12125550122","reason":"asked"}`, own),
		"create-token":     `{"name":"crm","scopes":["leads.read"]}`,
		"create-user":      path(`{"email":"new@matrix.example","name":"New","roles":["agent"],"clientIds":[%d]}`, own),
		"update-user":      `{"name":"Renamed"}`,
		"import-cases":     "customer_id,phone,reason_code,monthly_charge\nC9,+12125550124,price,10.00\n",
		"start-import":     "external_id,name,phone\nM1,Somebody,+12125550125\n",
	}
}

type foreignBody struct {
	role               auth.Role
	method, path, body string
}

// foreignBodies name things of the own client to operations that take them in the body or the query.
func (w *world) foreignBodies() []foreignBody {
	own := w.ids["client"]
	return []foreignBody{
		{auth.Manager, "POST", "/v1/assignments", w.bodies()["assign-plan"]},
		{auth.Manager, "POST", "/v1/campaigns", strings.Replace(w.bodies()["create-campaign"], "{", path(`{"clientId":%d,`, own), 1)},
		{auth.Manager, "POST", "/v1/cases", path(someCase, own)},
		{auth.Manager, "POST", path("/v1/cases/import?clientId=%d", own), w.bodies()["import-cases"]},
		{auth.Manager, "POST", path("/v1/cases/import?campaignId=%d", w.ids["campaign"]), w.bodies()["import-cases"]},
		{auth.Manager, "PUT", "/v1/desk-settings", path(someSettled, own)},
		{auth.Manager, "GET", path("/v1/desk-settings?clientId=%d", own), ""},
		{auth.Manager, "POST", "/v1/offers", strings.Replace(someOffer, "{", path(`{"clientId":%d,`, own), 1)},
		{auth.Manager, "POST", "/v1/offers/preview", w.bodies()["preview-offer"]},
		{auth.Manager, "PUT", "/v1/save-settings", w.bodies()["save-save-settings"]},
		{auth.Manager, "GET", path("/v1/save-settings?clientId=%d", own), ""},
		{auth.Manager, "PUT", "/v1/authority", w.bodies()["set-authority"]},
		{auth.Manager, "GET", path("/v1/authority?clientId=%d", own), ""},
		{auth.Manager, "PUT", "/v1/reasons", w.bodies()["set-reasons"]},
		{auth.Manager, "GET", path("/v1/reasons?clientId=%d", own), ""},
		{auth.Manager, "PUT", "/v1/fixes", w.bodies()["set-fixes"]},
		{auth.Manager, "GET", path("/v1/fixes?clientId=%d", own), ""},
		{auth.Manager, "POST", "/v1/plans", path(`{"clientId":%d,"name":"theirs","terms":%s}`, own, someTerms)},
		{auth.Agent, "POST", "/v1/desk/state", path(`{"state":"ready","campaignId":%d}`, w.ids["campaign"])},
		{auth.Agent, "POST", "/v1/suppressions", path(`{"clientId":%d,"number":"+12125550122","reason":"asked"}`, own)},
		{auth.Payroll, "POST", "/v1/pay/runs", path(`{"clientId":%d,"periodId":%d}`, own, w.ids["period"])},
		{auth.Payroll, "POST", "/v1/pay/runs", path(`{"periodId":%d}`, w.ids["period"])},
		{auth.Admin, "POST", "/v1/users", path(`{"email":"spy@globex.example","name":"Spy","roles":["admin"],"clientIds":[%d]}`, own)},
		{auth.Admin, "POST", "/v1/users", `{"email":"spy@globex.example","name":"Spy","roles":["admin"],"allClients":true}`},
		{auth.Admin, "POST", "/v1/tokens", path(`{"name":"spy","scopes":["leads.read"],"userId":%d}`, w.ids["manager"])},
		{auth.Supervisor, "GET", path("/v1/events?topics=campaign:%d", w.ids["campaign"]), ""},
		{auth.Manager, "GET", path("/v1/events?topics=import:%d", w.ids["import"]), ""},
		{auth.Payroll, "GET", path("/v1/events?topics=run:%d", w.ids["run"]), ""},
		{auth.Supervisor, "GET", path("/v1/events?topics=agent:%d", w.ids["agent"]), ""},
	}
}
