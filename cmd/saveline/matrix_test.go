package main

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"

	"saveline/internal/auth"
	"saveline/internal/auth/authtest"
	"saveline/internal/httpx"
	"saveline/retention"
	"saveline/retention/gaming"
)

func TestEveryOperationForEveryRoleOfBothClients(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	authtest.Matrix{
		API: w.api, Handler: w.handler, Auth: w.house.auth, Own: auth.ClientID(w.ids["client"]), Foreign: w.other.ID, Marker: marker,
		Paths: w.paths(), Bodies: w.bodies(), House: map[string]bool{ // one's own: tested beside its code
			"get-my-statement": true, "get-my-statement-csv": true, "get-my-statement-pdf": true, "explain-my-entry": true,
			"get-my-dispute": true, "list-my-statement-held": true, "say-in-my-dispute": true, "withdraw-dispute": true, "sign-my-plan": true, "get-my-signed-plan": true,
		},
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
	if len(ops) < 140 {
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

// tailsOf are the operations on each thing, by what follows its address.
var tailsOf = map[string]map[string]string{
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
		"pass-next-offer": "/asked-to-stay",
		"verify-party":    "/verification", "ask-account-request": "/requests",
	},
	"customer":       {"get-customer": "", "write-note": "/notes", "set-verification-answers": "/answers"},
	"order":          {"move-order": "/status"},
	"request":        {"decide-account-request": "/decision", "move-account-request": "/status"},
	"grant":          {"retry-grant": "/retry", "settle-grant": "/settle"},
	"incident":       {"give-incident": "/owner"},
	"reconciliation": {"list-billing-differences": "/differences"},
	"run": {
		"get-pay-run": "", "approve-pay-run": "/approve", "calculate-pay-run": "/calculate", "export-pay-run": "/export",
		"get-payroll-file": "/export.csv", "lock-pay-run": "/lock", "reconcile-pay-run": "/reconcile", "review-pay-run": "/review",
		"list-statements": "/statements", "list-run-held": "/held", "compare-pay-run": "/comparison", "get-pay-evidence": "/evidence.zip",
		"list-run-exports": "/exports", "export-pay-run-in": "/exports",
		"get-regular-rate-feed": "/regular-rate.csv", "get-accounting-file": "/accounting.csv", "get-run-law": "/law",
		"acknowledge-finding": "/law/acknowledgements", "preview-payroll-mapping": "/mapping-preview",
	},
	"agent":  {"get-user": "", "update-user": "", "reset-password": "/reset-password", "drop-totp": "/totp", "force-agent-state": "/state"},
	"lead":   {"get-lead": "", "explain-lead": "/why"},
	"import": {"get-import": "", "download-rejects": "/rejects.csv"},
	"offer":  {"get-offer": "", "edit-offer": "", "retire-offer": "/retire"},
	"plan": {
		"get-plan": "", "add-plan-version": "/versions", "get-plan-draft": "/draft", "save-plan-draft": "/draft",
		"submit-plan-draft": "/draft/submit", "list-plan-signers": "/signers",
	},
	"signature": {"get-signed-plan": "/copy.txt"},

	"simulatedPlan": {"simulate-plan": "/simulations", "list-plan-simulations": "/simulations"},
	"simulation":    {"get-plan-simulation": "", "get-plan-simulation-csv": "/people.csv"},

	"list": {"switch-list": ""},
	"case": {
		"get-case-verifications": "/verifications", "verify-case": "/verify",
		"get-case": "", "cancel-case": "/cancel", "withdraw-case": "/withdraw", "duplicate-case": "/duplicate", "uncancel-case": "/uncancel",
	},
	"approval":     {"decide-approval": "/decision"},
	"outcome":      {"review-outcome": "/review"},
	"result":       {"reverse-result": "/reverse", "remove-upsell": "/removals"},
	"presentation": {"decide-presentation": "/decision"},
	"version":      {"approve-plan-version": "/approve"},
	"assignment":   {"end-assignment": "/end"},
	"statement":    {"get-statement": "", "explain-statement": "/explain", "get-statement-csv": "/lines.csv", "get-statement-pdf": "/statement.pdf", "list-statement-held": "/held"},
	"finding":      {"get-gaming-finding": "", "decide-gaming-finding": "/decision"},
	"period":       {"close-pay-period": "/close"},
	"entry":        {"explain-entry": "/explain"},
	"adjustment":   {"approve-adjustment": "/approve", "refuse-adjustment": "/refuse"},
	"dispute":      {"get-dispute": "", "say-in-dispute": "/messages", "decide-dispute": "/decide"},
	"mapping":      {"save-payroll-mapping": ""},
	"export":       {"get-run-export-file": "/files/1", "get-run-export-manifest": "/manifest.json"},
	"rehearsal":    {"get-rehearsal": ""},
	"message":      {"get-message": "", "resend-message": "/resend"},
	"outreach":     {"stop-outreach": "/stop", "get-outreach-result": "/result"},
	"objection":    {"resolve-objection": "/resolve"},
	"booking": {
		"get-booking": "", "edit-booking": "", "confirm-booking": "/confirm", "settle-booking": "/settle", "judge-booking": "/judge",
		"reschedule-booking": "/reschedule", "cancel-booking": "/cancel", "book-booking": "/book",
	},
	"token": {"revoke-token": ""},
}

// paths names a thing of the own client for every operation whose address has a parameter.
func (w *world) paths() map[string]string {
	out := map[string]string{
		"events":                w.path("/v1/events?topics=campaign:%d", "campaign"),
		"start-import":          w.path("/v1/lists/%d/imports?fileName=more.csv", "list"),
		"import-cases":          w.path("/v1/cases/import?campaignId=%d", "campaign"),
		"remove-suppression":    w.path("/v1/suppressions/%d/+12125550111?why=mistake", "client"),
		"receive-billing-event": w.path("/v1/billing/events/%d", "client"),
		"list-saves-behind":     "/v1/retention/report/cases?number=gross",
		"report-outcomes":       "/v1/reports/outcomes?from=2026-01-01T00:00:00Z&to=2026-12-31T00:00:00Z",
	}
	for thing, at := range tailsOf {
		for op, tail := range at {
			out[op] = path("%s/%d%s", folderOf[thing], w.ids[thing], tail)
		}
	}
	out["force-agent-state"] = w.path("/v1/floor/agents/%d/state", "agent")
	out["save-payroll-person"] = w.path("/v1/payroll/people/%d", "agent")
	out["force-hangup"] = w.path("/v1/floor/calls/%d/hangup", "call")
	return out
}

var folderOf = map[string]string{
	"campaign": "/v1/campaigns", "call": "/v1/calls", "run": "/v1/pay/runs", "agent": "/v1/users", "lead": "/v1/leads",
	"import": "/v1/imports", "offer": "/v1/offers", "plan": "/v1/plans", "list": "/v1/lists", "case": "/v1/cases",
	"outcome": "/v1/outcomes", "result": "/v1/results", "presentation": "/v1/presentations", "version": "/v1/plan-versions",
	"approval": "/v1/approvals", "assignment": "/v1/assignments", "statement": "/v1/pay/statements", "rehearsal": "/v1/rehearsals", "token": "/v1/tokens",
	"message": "/v1/messages", "objection": "/v1/objections", "booking": "/v1/bookings", "outreach": "/v1/outreaches", "period": "/v1/pay/periods",
	"entry": "/v1/entries", "adjustment": "/v1/pay/adjustments", "dispute": "/v1/pay/disputes",
	"signature": "/v1/plan-signatures", "mapping": "/v1/payroll/mappings", "export": "/v1/pay/exports",
	"customer": "/v1/customers", "order": "/v1/orders", "request": "/v1/requests", "grant": "/v1/grants", "incident": "/v1/incidents",
	"reconciliation": "/v1/billing/reconciliations", "finding": "/v1/gaming/findings",

	"simulatedPlan": "/v1/plans", "simulation": "/v1/plan-simulations",
}

const (
	someMapping = `{"kind":"csv","delimiter":"comma","header":true,"dates":"iso","crlf":true,"bom":false,"ascii":false,"negative":false,"fileName":"x.csv",` +
		`"columns":[{"header":"a","field":"employee_no"},{"header":"b","field":"earning_code"},{"header":"c","field":"amount"}]}`
	somePayroll = `{"clientId":%d,"company":"ABC","frequency":"M","expense":"","liability":"","method":"equal_week","cycle":"monthly",` +
		`"workweekStart":"sunday","disputeDays":14,"version":0,"codes":[]}`
	somePerson  = `{"clientId":%d,"userId":1,"nettingConsent":false}`
	someTerms   = `{"currency":"USD","holdDays":0,"components":[{"id":"x","type":"per_unit","result":"sale","amount":"1.00"}]}`
	somePlanTry = `{"text":"{plan: x, currency: USD, calendar: {pay: monthly, tz: UTC}, measures: {n: {count: outcome.id}}, ` +
		`components: [{id: x, type: per_unit, measure: n, amount: '1.00'}]}","day":"2026-11-02","results":[],"numbers":[]}`
	someOffer    = `{"code":"one","name":"One","kind":"sale","say":"Would you?","purposes":["acquisition"],"value":{"amount":"1.00","currency":"USD"}}`
	someWindow   = `"windows":[{"days":["mon"],"from":"09:00","to":"17:00"}]`
	someSettled  = `{"clientId":%d,"pauseReasons":["lunch"],"previewSeconds":30,"version":0}`
	someSurvey   = `{"clientId":%d,"code":"x","samplePercent":5,"questions":[{"id":"a","kind":"scale","ask":{"en":"How?"}}]}`
	someOutreach = `{"clientId":%d,"name":"x","kind":"proactive","campaignId":%d,"scoreMin":1,"holdoutPercent":10,"measureDays":30}`
	someCase     = `{"clientId":%d,"externalId":"X-1","customer":{"externalId":"C-1","phone":"+12125550123"},` +
		`"subscription":{"externalId":"S-1","price":{"amount":"10.00","currency":"USD"}}}`
)

const (
	someRouting   = `{"clientId":%d,"version":0,"mode":"thompson","rules":[],"explorePercent":10,"marginPercent":50,"contactMinor":0,"stopped":[]}`
	someBilling   = `{"clientId":%d,"kind":"webhook","url":"https://billing.example.com","secret":"one","signing":"two"}`
	someCustomer  = `{"clientId":%d,"externalId":"C-7","subscription":{"price":{"amount":"10.00","currency":"USD"}}}`
	someQuestions = `{"clientId":%d,"questions":[{"code":"zip","prompt":"Your ZIP code?","fact":"postal_code"}]}`
	someLimits    = `{"clientId":%d,"limits":[{"role":"agent","amount":{"amount":"10.00","currency":"USD"}}]}`
)

// bodies are those that the schema alone does not give: they name things, or the pieces have to fit together.
func (w *world) bodies() map[string]string {
	own := w.ids["client"]
	out := map[string]string{
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
		"create-offer":        someOffer, "edit-offer": someOffer,
		"enter-adjustment":   path(`{"clientId":%d,"userId":%d,"amount":{"amount":"5.00","currency":"USD"},"component":"x","reason":"goodwill","evidence":"T-1"}`, own, w.ids["agent"]),
		"enter-write-off":    path(`{"clientId":%d,"userId":%d,"currency":"USD","evidence":"T-1"}`, own, w.ids["agent"]),
		"open-dispute":       path(`{"entryId":%d,"claim":{"amount":"5.00","currency":"USD"},"message":"too little"}`, w.ids["entry"]),
		"decide-dispute":     `{"uphold":false,"message":"the plan says so"}`,
		"ask-what-if":        `{"results":[{"kind":"save","count":2,"value":{"amount":"1.00","currency":"USD"}}]}`,
		"open-pay-run":       path(`{"clientId":%d,"periodId":%d}`, own, w.ids["period"]),
		"add-suppression":    path(`{"clientId":%d,"number":"+12125550122","reason":"asked"}`, own),
		"create-token":       `{"name":"crm","scopes":["leads.read"]}`,
		"create-user":        path(`{"email":"new@matrix.example","name":"New","roles":["agent"],"clientIds":[%d]}`, own),
		"update-user":        `{"name":"Renamed"}`,
		"import-cases":       "customer_id,phone,reason_code,monthly_charge\nC9,+12125550124,price,10.00\n",
		"start-import":       "external_id,name,phone\nM1,Somebody,+12125550125\n",
		"edit-booking":       `{"host":"Dr. Kim","place":"","minutes":30}`,
		"remove-upsell":      `{"externalId":"x","removed":{"amount":"1.00","currency":"USD"}}`,
		"save-survey":        path(someSurvey, own),
		"start-outreach":     path(someOutreach, own, w.ids["campaign"]),
		"import-risk-scores": `{"scores":[{"customerId":"C-1","score":1}]}`,
		"make-cancel-link":   `{"subscriptionId":"S-1","days":30}`,
		"cancel-booking":     `{"reason":"by_person"}`,
		"book-booking":       `{}`,
		"judge-booking":      `{"state":"rejected","reason":"no_budget"}`,
		"settle-booking":     `{"state":"held","evidence":"host"}`,
		"save-message-settings": `{"publicUrl":"https://desk.example.com","language":"en","emailFrom":"","emailName":"","replyTo":"","smtpHost":"",` +
			`"smtpPort":587,"smtpSecurity":"starttls","smtpUser":"","textUrl":"","textFrom":"","minuteMax":60,"personDayMax":5,"textFromHour":9,` +
			`"textUntilHour":20,"frameOrigins":[],"version":0,"hasPassword":false,"hasTextSecret":false}`,
		"add-message-template":   `{"kind":"survey","channel":"text","language":"en","body":"{{link}}"}`,
		"set-billing-connection": path(someBilling, own),
		"mirror-customer":        path(someCustomer, own),
		"import-customers":       "customer_id,price\nC8,10.00\n", "preview-customers": "customer_id,price\nC8,10.00\n",
		"set-verification-questions": path(someQuestions, own),
		"set-verification-answers":   `{"answers":{}}`,
		"set-request-limits":         path(someLimits, own),
		"ask-account-request":        `{"kind":"address","details":{"city":"Austin"}}`,
		"decide-account-request":     `{"approve":false,"reason":"no"}`,
		"move-account-request":       `{"status":"done"}`, "move-order": `{"status":"paid"}`,
		"settle-grant":  `{"ref":"by hand"}`,
		"give-incident": path(`{"ownerId":%d}`, w.ids["agent"]),
		"verify-party":  `{"answers":{}}`,
	}
	maps.Copy(out, w.saveBodies(own))
	maps.Copy(out, w.payBodies(own))
	return out
}

// payBodies are those of plans and payroll.
func (w *world) payBodies(own int64) map[string]string {
	return map[string]string{
		"create-plan":             `{"name":"second","terms":` + someTerms + `}`,
		"add-plan-version":        `{"terms":` + someTerms + `}`,
		"try-plan":                somePlanTry,
		"simulate-plan":           `{"versionId":1,"from":"2026-01-01","until":"2026-02-01"}`,
		"submit-plan-draft":       `{"revision":1000}`,
		"sign-my-plan":            `{"versionId":1,"sha256":"x","name":"x","language":"en"}`,
		"export-pay-run-in":       `{"layout":"generic_csv"}`,
		"acknowledge-finding":     `{"key":"none","reason":"because"}`,
		"preview-payroll-mapping": `{"mapping":` + someMapping + `}`,
		"create-payroll-mapping":  path(`{"clientId":%d,"name":"Second","mapping":`+someMapping+`}`, own),
		"save-payroll-mapping":    `{"version":1,"name":"Third","mapping":` + someMapping + `}`,
		"save-payroll-settings":   path(somePayroll, own),
		"save-payroll-person":     path(somePerson, own),
		"import-pay-events":       "event_id,effective_at,recorded_at,type,agent,ref,attrs\nx,2026-11-01T12:00:00Z,2026-11-01T12:00:00Z,attendance,NOBODY,-,{}\n",
		"import-work-weeks":       "employee_no,workweek_start,work,overtime\nNOBODY,2026-11-01,40,0\n",
	}
}

// saveBodies are those of the save desk.
func (w *world) saveBodies(own int64) map[string]string {
	return map[string]string{
		"ask-approval":          path(`{"offerId":%d}`, w.ids["offer"]),
		"try-fix":               `{"code":"router","solved":false}`,
		"record-step":           `{"notice":"cancel_any_time"}`,
		"record-reason":         `{"code":"too_expensive"}`,
		"decide-approval":       `{"approve":false}`,
		"withdraw-case":         `{"evidence":"chat-1"}`,
		"uncancel-case":         `{"request":"R-2","evidence":"letter-1","method":"letter"}`,
		"duplicate-case":        path(`{"of":%d}`, w.ids["case"]),
		"preview-offer":         path(`{"clientId":%d,"eligibility":""}`, own),
		"save-save-settings":    path(`{"clientId":%d,"holdoutBp":0,"offerMinutes":60,"lifetimeCapMinor":0,"anyCooldownDays":30,"version":0}`, own),
		"set-authority":         path(`{"clientId":%d,"limits":[{"role":"agent","valueTier":"","percentMax":50,"amountMaxMinor":0,"cyclesMax":0,"weekBudgetMinor":0}]}`, own),
		"set-reasons":           path(`{"clientId":%d,"reasons":[{"code":"price","parent":"","name":"Price","saveable":true,"active":true,"billingCode":"too_expensive"}]}`, own),
		"decide-gaming-finding": `{"decision":"cleared","note":"listened","version":1}`,
		"scan-gaming":           path(`{"clientId":%d}`, own),
		"set-gaming-rules":      w.someThresholds(own),
		"save-offer-routing":    path(someRouting, own), "preview-offer-routing": path(someRouting, own),
		"set-fixes": path(`{"clientId":%d,"fixes":[{"code":"router","kind":"fix","name":"Router","steps":["restart"],"active":true}]}`, own),
	}
}

// someThresholds are the house's own, as a client's.
func (w *world) someThresholds(client int64) string {
	raw, err := json.Marshal(retention.GamingRulesInput{Client: auth.ClientID(client), Rules: gaming.Defaults()})
	w.must(err)
	return string(raw)
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
		{auth.Manager, "POST", "/v1/gaming/scans", path(`{"clientId":%d}`, own)},
		{auth.Manager, "PUT", "/v1/gaming/rules", w.someThresholds(own)},
		{auth.Manager, "PUT", "/v1/billing/connection", path(someBilling, own)},
		{auth.Manager, "GET", path("/v1/billing/connection?clientId=%d", own), ""},
		{auth.Manager, "POST", path("/v1/billing/reconciliations?clientId=%d", own), ""},
		{auth.Manager, "POST", "/v1/customers", path(someCustomer, own)},
		{auth.Manager, "POST", path("/v1/customers/import?clientId=%d", own), w.bodies()["import-customers"]},
		{auth.Manager, "PUT", "/v1/verification/questions", path(someQuestions, own)},
		{auth.Agent, "GET", path("/v1/verification/questions?clientId=%d", own), ""},
		{auth.Manager, "PUT", "/v1/request-limits", path(someLimits, own)},
		{auth.Manager, "GET", path("/v1/request-limits?clientId=%d", own), ""},
		{auth.Manager, "PUT", "/v1/desk-settings", path(someSettled, own)},
		{auth.Manager, "GET", path("/v1/desk-settings?clientId=%d", own), ""},
		{auth.Manager, "POST", "/v1/outreaches", path(someOutreach, own, w.ids["campaign"])},
		{auth.Manager, "POST", "/v1/risk-scores", path(`{"clientId":%d,"scores":[{"customerId":"C-1","score":1}]}`, own)},
		{auth.Manager, "POST", "/v1/surveys", path(someSurvey, own)},
		{auth.Manager, "POST", "/v1/cancel-links", path(`{"clientId":%d,"subscriptionId":"S-1","days":30}`, own)},
		{auth.Manager, "GET", path("/v1/message-settings?clientId=%d", own), ""},
		{auth.Manager, "PUT", path("/v1/message-settings?clientId=%d", own), w.bodies()["save-message-settings"]},
		{auth.Manager, "GET", path("/v1/message-templates?clientId=%d", own), ""},
		{auth.Manager, "POST", "/v1/message-templates", strings.Replace(w.bodies()["add-message-template"], "{", path(`{"clientId":%d,`, own), 1)},
		{auth.Manager, "POST", "/v1/offers", strings.Replace(someOffer, "{", path(`{"clientId":%d,`, own), 1)},
		{auth.Manager, "POST", "/v1/offers/preview", w.bodies()["preview-offer"]},
		{auth.Manager, "PUT", "/v1/save-settings", w.bodies()["save-save-settings"]},
		{auth.Manager, "GET", path("/v1/save-settings?clientId=%d", own), ""},
		{auth.Manager, "PUT", "/v1/authority", w.bodies()["set-authority"]},
		{auth.Manager, "GET", path("/v1/authority?clientId=%d", own), ""},
		{auth.Manager, "PUT", "/v1/reasons", w.bodies()["set-reasons"]},
		{auth.Manager, "GET", path("/v1/reasons?clientId=%d", own), ""},
		{auth.Manager, "PUT", "/v1/offer-routing", w.bodies()["save-offer-routing"]},
		{auth.Manager, "GET", path("/v1/offer-routing?clientId=%d", own), ""},
		{auth.Manager, "POST", "/v1/offer-routing/preview", w.bodies()["save-offer-routing"]},
		{auth.Manager, "GET", path("/v1/offer-routing/estimates?clientId=%d", own), ""},
		{auth.Manager, "PUT", "/v1/fixes", w.bodies()["set-fixes"]},
		{auth.Manager, "GET", path("/v1/fixes?clientId=%d", own), ""},
		{auth.Manager, "POST", "/v1/plans", path(`{"clientId":%d,"name":"theirs","terms":%s}`, own, someTerms)},
		{auth.Agent, "POST", "/v1/desk/state", path(`{"state":"ready","campaignId":%d}`, w.ids["campaign"])},
		{auth.Agent, "POST", "/v1/suppressions", path(`{"clientId":%d,"number":"+12125550122","reason":"asked"}`, own)},
		{auth.Payroll, "POST", "/v1/pay/runs", path(`{"clientId":%d,"periodId":%d}`, own, w.ids["period"])},
		{auth.Payroll, "POST", "/v1/pay/runs", path(`{"periodId":%d}`, w.ids["period"])},
		{auth.Payroll, "POST", "/v1/pay/runs", path(`{"correctsId":%d}`, w.ids["run"])},
		{auth.Payroll, "POST", "/v1/pay/adjustments", w.bodies()["enter-adjustment"]},
		{auth.Payroll, "POST", "/v1/pay/adjustments", path(`{"adjustsId":%d,"amount":{"amount":"5.00","currency":"USD"},"reason":"goodwill","evidence":"T-1"}`, w.ids["entry"])},
		{auth.Manager, "POST", "/v1/pay/write-offs", w.bodies()["enter-write-off"]},
		{auth.Agent, "POST", "/v1/my/disputes", w.bodies()["open-dispute"]},
		{auth.Payroll, "PUT", "/v1/payroll/settings", path(somePayroll, own)},
		{auth.Payroll, "GET", path("/v1/payroll/settings?clientId=%d", own), ""},
		{auth.Payroll, "GET", path("/v1/payroll/people?clientId=%d", own), ""},
		{auth.Payroll, "PUT", path("/v1/payroll/people/%d", w.ids["agent"]), path(somePerson, own)},
		{auth.Payroll, "PUT", path("/v1/payroll/people/%d", w.ids["agent"]), `{"nettingConsent":true}`},
		{auth.Payroll, "POST", "/v1/payroll/mappings", w.bodies()["create-payroll-mapping"]},
		{auth.Payroll, "POST", path("/v1/payroll/hours?clientId=%d", own), w.bodies()["import-work-weeks"]},
		{auth.Payroll, "POST", path("/v1/pay-events?clientId=%d", own), w.bodies()["import-pay-events"]},
		{auth.Admin, "POST", "/v1/users", path(`{"email":"spy@globex.example","name":"Spy","roles":["admin"],"clientIds":[%d]}`, own)},
		{auth.Admin, "POST", "/v1/users", `{"email":"spy@globex.example","name":"Spy","roles":["admin"],"allClients":true}`},
		{auth.Admin, "POST", "/v1/tokens", path(`{"name":"spy","scopes":["leads.read"],"userId":%d}`, w.ids["manager"])},
		{auth.Supervisor, "GET", path("/v1/events?topics=campaign:%d", w.ids["campaign"]), ""},
		{auth.Manager, "GET", path("/v1/events?topics=import:%d", w.ids["import"]), ""},
		{auth.Payroll, "GET", path("/v1/events?topics=run:%d", w.ids["run"]), ""},
		{auth.Supervisor, "GET", path("/v1/events?topics=agent:%d", w.ids["agent"]), ""},
	}
}
