package commissions_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"saveline/internal/auth"
	"saveline/internal/httpx"
)

// door is the real front door before a house; who knocks says so in a header.
type door struct {
	*house
	http.Handler
	actors map[string]auth.Actor
}

func newDoor(t *testing.T, h *house) *door {
	t.Helper()
	stranger := h.ana
	stranger.Clients = []auth.ClientID{h.newClient("Contoso", "Asia/Seoul")}
	stranger.Roles = []auth.Role{auth.Payroll, auth.Manager, auth.Agent}
	d := &door{house: h, actors: map[string]auth.Actor{"mia": h.manager, "ana": h.ana, "ben": h.ben, "agent": h.agents[0], "stranger": stranger}}
	engine, api := httpx.New(httpx.Config{Title: "test"}, d, noAnswers{}, slog.New(slog.DiscardHandler))
	h.pay.Routes(api)
	d.Handler = engine
	return d
}

// Authenticate believes the header.
func (d *door) Authenticate(r *http.Request) (context.Context, httpx.Caller, error) {
	a, ok := d.actors[r.Header.Get("X-Test-Actor")]
	if !ok {
		return nil, nil, nil
	}
	return auth.WithActor(r.Context(), a), a, nil
}

type noAnswers struct{}

func (noAnswers) Claim(context.Context, httpx.AnswerKey) (*httpx.Answer, error) { return nil, nil }
func (noAnswers) Keep(context.Context, httpx.AnswerKey, httpx.Answer) error     { return nil }
func (noAnswers) Release(context.Context, httpx.AnswerKey) error                { return nil }

type object = map[string]any

// send returns the answer's body; the test fails unless the status is the expected one.
func (d *door) send(who, method, path string, want int, body any) []byte {
	d.t.Helper()
	var raw []byte
	if body != nil {
		var err error
		raw, err = json.Marshal(body)
		d.must(err)
	}
	r := httptest.NewRequest(method, path, bytes.NewReader(raw))
	r.Header.Set("X-Test-Actor", who)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	if w.Code != want {
		d.t.Fatalf("%s %s as %s: %d, want %d\n%s", method, path, who, w.Code, want, w.Body)
	}
	return w.Body.Bytes()
}

func (d *door) ask(who, method, path string, want int, body any) object {
	d.t.Helper()
	out := object{}
	d.must(json.Unmarshal(d.send(who, method, path, want, body), &out))
	return out
}

// field digs a value out of an answer: field(a, "items", 0, "amount", "amount").
func field(from any, path ...any) any {
	for _, p := range path {
		switch key := p.(type) {
		case string:
			m, _ := from.(object)
			from = m[key]
		case int:
			list, _ := from.([]any)
			if key >= len(list) {
				return nil
			}
			from = list[key]
		}
	}
	return from
}

func (d *door) expect(what string, got, want any) {
	d.t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		d.t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func TestAPIPlansFromWritingToEnding(t *testing.T) {
	t.Parallel()
	d := newDoor(t, newHouse(t, 1))
	terms := object{"currency": "USD", "holdDays": 3, "components": []object{
		{"id": "save_bonus", "type": "per_unit", "result": "save", "amount": "15"}, {"id": "upsell", "type": "percent", "result": "upsell", "rate": "0.075"},
	}}
	plan := d.ask("mia", "POST", "/v1/plans", 201, object{"name": "Saves", "terms": terms})
	d.expect("rate", field(plan, "versions", 0, "terms", "components", 1, "rate"), "7.5%")
	d.expect("amount", field(plan, "versions", 0, "terms", "components", 0, "amount"), "15.00")
	planPath, versionPath := fmt.Sprintf("/v1/plans/%v", plan["id"]), fmt.Sprintf("/v1/plan-versions/%v/approve", field(plan, "versions", 0, "id"))

	bad := d.ask("mia", "POST", "/v1/plans", 422, object{"name": "", "terms": object{"currency": "USD", "holdDays": 0, "components": []object{
		{"id": "a", "type": "per_unit", "result": "save", "amount": "x"},
	}}})
	d.expect("first fault", field(bad, "errors", 0, "location"), "body.name")
	d.expect("second fault", field(bad, "errors", 1, "location"), "body.terms.components.0.amount")
	d.send("agent", "POST", "/v1/plans", 403, object{"name": "Mine", "terms": terms})

	d.expect("plans", d.ask("ana", "GET", "/v1/plans", 200, nil)["total"], 1)
	d.expect("a stranger's plans", d.ask("stranger", "GET", "/v1/plans", 200, nil)["total"], 0)
	d.send("stranger", "GET", planPath, 404, nil)
	d.expect("name", d.ask("ana", "GET", planPath, 200, nil)["name"], "Saves")

	d.send("mia", "POST", versionPath, 403, nil)
	d.send("stranger", "POST", versionPath, 404, nil)
	d.expect("approver", field(d.ask("ana", "POST", versionPath, 200, nil), "versions", 0, "approver"), "Ana Payroll")
	d.send("ana", "POST", versionPath, 409, nil)
	d.expect("version", field(d.ask("mia", "POST", planPath+"/versions", 201, object{"terms": terms}), "versions", 0, "version"), 2)
	d.send("stranger", "POST", planPath+"/versions", 404, object{"terms": terms})

	on := object{"planId": plan["id"], "userId": d.agents[0].User, "fromDate": "2026-11-01"}
	a := d.ask("mia", "POST", "/v1/assignments", 201, on)
	d.expect("name", a["name"], "Agent 1")
	if detail := d.ask("mia", "POST", "/v1/assignments", 409, on)["detail"]; !strings.Contains(fmt.Sprint(detail), "Agent 1 is on plan Saves from 2026-11-01 on") {
		t.Errorf("detail %v", detail)
	}
	d.send("stranger", "POST", "/v1/assignments", 404, on)
	d.expect("assignments", d.ask("ana", "GET", "/v1/assignments", 200, nil)["total"], 1)
	d.send("agent", "GET", "/v1/assignments", 403, nil)
	endPath := fmt.Sprintf("/v1/assignments/%v/end", a["id"])
	d.send("mia", "POST", endPath, 422, object{"untilDate": "2026-11-01"})
	d.expect("end", d.ask("mia", "POST", endPath, 200, object{"untilDate": "2027-01-01"})["untilDate"], "2027-01-01")
}

func TestAPIARunFromOpeningToTheFile(t *testing.T) {
	t.Parallel()
	d := newDoor(t, november(t))
	periods := d.ask("ana", "GET", "/v1/pay/periods", 200, nil)
	d.expect("newest month", field(periods, "items", 0, "startsOn"), "2026-12-01")
	d.send("agent", "GET", "/v1/pay/periods", 403, nil)
	d.send("ana", "POST", "/v1/pay/runs", 404, object{"periodId": 999})
	run := d.ask("ana", "POST", "/v1/pay/runs", 201, object{"periodId": field(periods, "items", 1, "id")})
	path := fmt.Sprintf("/v1/pay/runs/%v", run["id"])
	d.expect("state", run["state"], "draft")
	d.expect("currency", run["currency"], "USD")
	d.send("stranger", "GET", path, 404, nil)

	for _, step := range []struct{ who, act, state string }{
		{"ana", "calculate", "calculated"},
		{"ana", "review", "reviewed"},
		{"ben", "approve", "approved"},
		{"ana", "lock", "locked"},
		{"ana", "export", "exported"},
		{"ana", "reconcile", "reconciled"},
	} {
		d.send("stranger", "POST", path+"/"+step.act, 404, nil)
		if step.act == "approve" {
			d.send("ana", "POST", path+"/approve", 403, nil)
		}
		if step.act == "export" {
			d.send("ana", "GET", path+"/export.csv", 409, nil)
			d.send("ana", "POST", path+"/reconcile", 409, nil)
		}
		run = d.ask(step.who, "POST", path+"/"+step.act, 200, nil)
		d.expect("state", run["state"], step.state)
		if step.act == "calculate" {
			d.send("ana", "POST", path+"/lock", 409, nil)
		}
	}
	d.expect("total", field(run, "total", "amount"), "120.00")
	d.expect("exported", field(run, "exported", "amount"), "120.00")
	d.expect("a stranger's runs", d.ask("stranger", "GET", "/v1/pay/runs", 200, nil)["total"], 0)
	d.send("mia", "GET", path, 403, nil)
	d.expect("state in the list", field(d.ask("ana", "GET", "/v1/pay/runs", 200, nil), "items", 0, "state"), "reconciled")

	file := d.send("ana", "GET", path+"/export.csv", 200, nil)
	withMark := d.send("ana", "GET", path+"/export.csv?bom=true", 200, nil)
	if !strings.HasPrefix(string(file), "run_id,row_no,employee_no,") || string(withMark) != "\xef\xbb\xbf"+string(file) {
		t.Errorf("file:\n%s", file)
	}
	d.send("stranger", "GET", path+"/export.csv", 404, nil)
	d.apiStatements(path)
}

// apiStatements looks at the statements of november's run from both sides.
func (d *door) apiStatements(runPath string) {
	d.t.Helper()
	list := d.ask("ana", "GET", runPath+"/statements", 200, nil)
	d.expect("statements", list["total"], 2)
	d.expect("lines", field(list, "items", 0, "lines"), 2)
	d.expect("amount", field(list, "items", 0, "amount", "amount"), "105.00")
	d.send("stranger", "GET", runPath+"/statements", 404, nil)
	path := fmt.Sprintf("/v1/pay/statements/%v", field(list, "items", 0, "id"))
	st := d.ask("ana", "GET", path, 200, nil)
	d.expect("call", field(st, "lines", 1, "callId"), 1002)
	d.expect("basis", field(st, "lines", 1, "basis", "value"), "1200.00")
	d.send("stranger", "GET", path, 404, nil)
	d.send("agent", "GET", path, 403, nil)

	own := d.ask("agent", "GET", "/v1/my/statements", 200, nil)
	d.expect("my statements", own["total"], 1)
	d.expect("my lines", len(field(d.ask("agent", "GET", fmt.Sprintf("/v1/my/statements/%v", field(own, "items", 0, "id")), 200, nil), "lines").([]any)), 2)
	d.send("agent", "GET", fmt.Sprintf("/v1/my/statements/%v", field(list, "items", 1, "id")), 404, nil)
}

func TestAPIMyPayAndExceptions(t *testing.T) {
	t.Parallel()
	d := newDoor(t, newHouse(t, 2))
	d.plan(saves(30), d.agents[0])
	d.happened(
		result{ID: 1, Agent: d.agents[0], Kind: "save", At: "2026-11-02T18:00:00Z"},
		result{ID: 2, Agent: d.agents[1], Kind: "save", At: "2026-11-02T18:00:00Z"},
	)
	pay := d.ask("agent", "GET", "/v1/my/pay", 200, nil)
	d.expect("advance", field(pay, "advance", "amount"), "15.00")
	d.expect("pending", field(pay, "pending", "amount"), "0.00")
	d.expect("month", field(pay, "period", "startsOn"), "2026-11-01")
	d.expect("line", field(pay, "lines", 0, "callId"), 1001)
	d.expect("December's earned", field(d.ask("agent", "GET", "/v1/my/pay?day=2026-12-24", 200, nil), "earned", "amount"), "0.00")
	d.send("agent", "GET", "/v1/my/pay?day=christmas", 422, nil)
	d.send("mia", "GET", "/v1/my/pay", 403, nil)

	open := d.ask("ana", "GET", "/v1/pay/exceptions", 200, nil)
	d.expect("exceptions", open["total"], 1)
	d.expect("why", field(open, "items", 0, "why"), "the agent was on no plan on 2026-11-02")
	d.send("agent", "GET", "/v1/pay/exceptions", 403, nil)
	d.expect("solved", d.ask("ana", "POST", "/v1/pay/exceptions/retry", 200, nil)["solved"], 0)
	d.send("mia", "POST", "/v1/pay/exceptions/retry", 403, nil)
	d.exec(`INSERT INTO assignments (client_id, plan_id, user_id, from_date, created_by, created_at)
SELECT client_id, plan_id, $1, from_date, created_by, created_at FROM assignments`, d.agents[1].User)
	d.expect("solved", d.ask("ana", "POST", "/v1/pay/exceptions/retry", 200, nil)["solved"], 1)
}
