package retention

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"saveline/internal/auth"
	"saveline/internal/httpx"
)

// door is the real front door before the service; who knocks says so in a header.
type door struct {
	*desk
	http.Handler
	actors map[string]auth.Actor
}

func newDoor(t *testing.T) *door {
	d := &door{desk: newDesk(t)}
	stranger := d.boss
	stranger.Clients = []auth.ClientID{d.client + 1}
	d.actors = map[string]auth.Actor{"boss": d.boss, "ann": d.ann, "ben": d.ben, "stranger": stranger}
	engine, api := httpx.New(httpx.Config{Title: "test"}, d, noAnswers{}, slog.New(slog.DiscardHandler))
	d.Routes(api)
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

// ask sends a request and decodes the answer; it fails the test unless the status is the expected one.
func (d *door) ask(who, method, path string, want int, body any) map[string]any {
	d.t.Helper()
	var reader io.Reader
	contentType := "application/json"
	switch b := body.(type) {
	case nil:
	case string:
		reader, contentType = strings.NewReader(b), "text/csv"
	default:
		raw, err := json.Marshal(b)
		d.must(err)
		reader = bytes.NewReader(raw)
	}
	r := httptest.NewRequest(method, path, reader)
	r.Header.Set("X-Test-Actor", who)
	r.Header.Set("Content-Type", contentType)
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	if w.Code != want {
		d.t.Fatalf("%s %s as %s: %d, want %d\n%s", method, path, who, w.Code, want, w.Body)
	}
	out := map[string]any{}
	if w.Body.Len() > 0 {
		d.must(json.Unmarshal(w.Body.Bytes(), &out))
	}
	return out
}

type object = map[string]any

func usd(s string) object { return object{"amount": s, "currency": "USD"} }

func TestAPIAOfferFromMakingToRetiring(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	body := object{
		"code": "stay-25", "name": "25 % for 3 months", "kind": "discount_percent", "say": "Hello {{person.name}}", "value": usd("0.00"),
		"cost": usd("60.00"), "terms": object{"percent": 25, "cycles": 3}, "purposes": []string{"retention_save"},
	}
	made := d.ask("boss", "POST", "/v1/offers", 201, body)
	if made["version"] != 1.0 || made["result"] != "save" || made["rank"] != 100.0 {
		t.Errorf("made %v", made)
	}
	path := fmt.Sprintf("/v1/offers/%v", made["id"])
	d.ask("ann", "POST", "/v1/offers", 403, body)
	d.ask("boss", "POST", "/v1/offers", 409, body)
	bad := object{"code": "x", "name": "x", "kind": "credit", "say": "x", "purposes": []string{"party"}, "terms": object{"amount": "no"}}
	refused := d.ask("boss", "POST", "/v1/offers", 422, bad)
	if len(refused["errors"].([]any)) != 2 {
		t.Errorf("refused %v", refused)
	}
	if again := d.ask("boss", "PUT", path, 200, body); again["version"] != 1.0 {
		t.Error("an edit that changes nothing made a version")
	}
	body["name"] = "A quarter off"
	if edited := d.ask("boss", "PUT", path, 200, body); edited["version"] != 2.0 {
		t.Errorf("edited %v", edited)
	}
	d.ask("stranger", "PUT", path, 404, body)
	d.ask("stranger", "POST", path+"/retire", 404, nil)
	d.ask("boss", "POST", path+"/retire", 200, nil)
	d.ask("boss", "PUT", path, 409, body)
	if l := d.ask("ann", "GET", "/v1/offers", 200, nil); l["total"] != 0.0 {
		t.Errorf("list %v", l)
	}
	if l := d.ask("ann", "GET", "/v1/offers?retired=true", 200, nil); l["total"] != 1.0 {
		t.Errorf("list %v", l)
	}
	if n := d.count(`SELECT count(*) FROM audit WHERE object = 'offer:' || $1`, made["id"]); n != 3 {
		t.Errorf("%d audit rows", n)
	}
}

func TestAPIASaveFromRequestToReversal(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	save := d.offer("discount_percent", 0, "retention_save")
	d.campaign("retention_save")
	request := object{
		"externalId": "r1", "reasonCode": "too_expensive", "customer": object{"externalId": "c1", "name": "Sam Smith", "phone": "(212) 555-0134", "region": "US-TX"},
		"subscription": object{"plan": "Gold", "price": usd("80.00")},
	}
	opened := d.ask("boss", "POST", "/v1/cases", 201, request)
	if again := d.ask("boss", "POST", "/v1/cases", 200, request); again["duplicate"] != true || again["id"] != opened["id"] {
		t.Errorf("again %v", again)
	}
	d.ask("boss", "POST", "/v1/cases", 422, object{
		"externalId": "r2", "customer": object{"externalId": "c2", "phone": "12"},
		"subscription": object{"price": usd("1.00")},
	})
	casePath := fmt.Sprintf("/v1/cases/%v", opened["id"])
	d.ask("stranger", "GET", casePath, 404, nil)

	call := d.connect(d.caseNow(CaseID(opened["id"].(float64))).Lead, d.ann)
	base := fmt.Sprintf("/v1/calls/%d", call)
	d.ask("boss", "GET", base+"/offers", 403, nil)
	d.ask("ben", "GET", base+"/offers", 409, nil)
	items := d.ask("ann", "GET", base+"/offers", 200, nil)["items"].([]any)
	if first := items[0].(object); first["sayRendered"] != "Hello Sam, I am Ann." || first["presentation"] != nil {
		t.Errorf("shelf %v", items)
	}
	shown := d.ask("ann", "POST", base+"/presentations", 200, object{"offerId": save.ID})
	decision := fmt.Sprintf("/v1/presentations/%v/decision", shown["id"])
	d.ask("ben", "POST", decision, 409, object{"decision": "accepted"})
	d.ask("ann", "POST", decision, 200, object{"decision": "accepted"})
	d.ask("ann", "POST", base+"/outcome", 422, object{"code": "lost"})
	out := d.ask("ann", "POST", base+"/outcome", 200, object{"code": "save", "note": "stays"})
	result := out["results"].([]any)[0].(object)
	if result["kind"] != "save" || result["value"].(object)["amount"] != "80.00" {
		t.Errorf("outcome %v", out)
	}
	detail := d.ask("boss", "GET", casePath, 200, nil)
	if detail["state"] != "saved_provisional" || len(detail["presentations"].([]any)) != 1 {
		t.Errorf("case %v", detail)
	}
	report := d.ask("boss", "GET", "/v1/reports/outcomes?from=2026-11-01&to=2026-12-01", 200, nil)
	if report["saves"] != 1.0 || report["contacts"] != 1.0 || report["outcomes"].(object)["save"] != 1.0 {
		t.Errorf("report %v", report)
	}
	d.ask("boss", "GET", "/v1/reports/outcomes?from=soon", 422, nil)
	if other := d.ask("stranger", "GET", "/v1/reports/outcomes", 200, nil); other["contacts"] != 0.0 {
		t.Errorf("another client's report %v", other)
	}
	reverse := fmt.Sprintf("/v1/results/%v/reverse", result["id"])
	d.pass(time.Hour)
	d.ask("stranger", "POST", reverse, 404, object{"cause": "cancelled"})
	d.ask("boss", "POST", reverse, 422, object{"cause": "They left us."})
	d.ask("boss", "POST", reverse, 200, object{"cause": "cancelled", "effectiveAt": noon.Add(time.Minute)})
}

func TestAPIImportAndReview(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	d.campaign("retention_save")
	file := "customer_id,phone,monthly_charge\nA1,+12125550101,10\nA2,nonsense,10\n"
	rep := d.ask("boss", "POST", "/v1/cases/import", 200, file)
	if rep["rows"] != 2.0 || rep["opened"] != 1.0 || len(rep["rejected"].([]any)) != 1 {
		t.Errorf("report %v", rep)
	}
	d.ask("ann", "POST", "/v1/cases/import", 403, file)
	d.ask("boss", "POST", "/v1/cases/import", 422, "a,b\n1,2\n")
	cases := d.ask("boss", "GET", "/v1/cases?state=open", 200, nil)["items"].([]any)
	lead := cases[0].(object)["leadId"].(float64)
	call := d.connect(campaignLead(lead), d.ann)
	d.hangUp(call)
	d.must(d.ExpireWrapUp(ctx, call))
	queue := d.ask("boss", "GET", "/v1/outcomes?code=no_disposition&reviewed=false", 200, nil)["items"].([]any)
	review := fmt.Sprintf("/v1/outcomes/%v/review", queue[0].(object)["id"])
	d.ask("ann", "POST", review, 403, object{})
	d.ask("boss", "POST", review, 422, object{"code": "save"})
	d.ask("stranger", "POST", review, 404, object{"code": "lost"})
	d.ask("boss", "POST", review, 200, object{"code": "lost", "note": "recording 1:20"})
	d.ask("boss", "POST", review, 409, object{"code": "other"})
}
