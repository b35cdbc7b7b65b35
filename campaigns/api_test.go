package campaigns

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

	"saveline/internal/auth"
	"saveline/internal/httpx"
)

// door is the real engine with somebody signed in.
type door struct {
	t   *testing.T
	web *httptest.Server
}

type signedIn struct{ by auth.Actor }

func (s signedIn) Authenticate(r *http.Request) (context.Context, httpx.Caller, error) {
	return auth.WithActor(r.Context(), s.by), s.by, nil
}

func newDoor(t *testing.T, h *house, by auth.Actor) *door {
	engine, api := httpx.New(httpx.Config{Title: "t", Version: "1"}, signedIn{by}, noAnswers{}, slog.New(slog.DiscardHandler))
	h.Routes(api)
	web := httptest.NewServer(engine)
	t.Cleanup(web.Close)
	return &door{t, web}
}

type noAnswers struct{ httpx.IdempotencyStore }

// do sends a request and returns status, headers and the answer; in is a string (raw) or anything for JSON.
func (d *door) do(method, path string, in any, header ...string) (int, http.Header, map[string]any, string) {
	d.t.Helper()
	var body io.Reader
	kind := "application/json"
	switch v := in.(type) {
	case nil:
	case string:
		body, kind = strings.NewReader(v), "application/octet-stream"
	default:
		raw, err := json.Marshal(v)
		if err != nil {
			d.t.Fatal(err)
		}
		body = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(d.t.Context(), method, d.web.URL+path, body)
	if err != nil {
		d.t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := d.web.Client().Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	var out map[string]any
	_ = json.Unmarshal(raw, &out)
	return res.StatusCode, res.Header, out, string(raw)
}

func (d *door) want(status int, method, path string, in any, header ...string) map[string]any {
	d.t.Helper()
	got, _, out, raw := d.do(method, path, in, header...)
	if got != status {
		d.t.Fatalf("%s %s: %d %s, want %d", method, path, got, raw, status)
	}
	return out
}

type obj = map[string]any

func TestCampaignOverTheAPI(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	d := newDoor(t, h, h.by)
	refused := d.want(422, "POST", "/v1/campaigns", obj{"name": "", "mode": "predictive", "windows": []obj{{"days": []string{"mon"}, "from": "9", "to": "17:00"}}})
	if raw := fmt.Sprint(refused["errors"]); !strings.Contains(raw, "body.windows.0.from") || !strings.Contains(raw, "predictive dialing is not available yet") {
		t.Errorf("faults: %s", raw)
	}
	c := d.want(201, "POST", "/v1/campaigns", obj{"name": "Spring", "callerId": "+12125550100"})
	path := fmt.Sprintf("/v1/campaigns/%v", c["id"])
	if c["state"] != "draft" || c["openNow"] != true || c["version"] != 1.0 {
		t.Errorf("new campaign: %v", c)
	}
	d.want(409, "POST", "/v1/campaigns", obj{"name": "Spring", "callerId": "+12125550100"})
	_, headers, _, _ := d.do("GET", path, nil)
	c = d.want(200, "PATCH", path, obj{"priority": 5}, "If-Match", headers.Get("ETag"))
	if c["priority"] != 5.0 || c["name"] != "Spring" || c["version"] != 2.0 {
		t.Errorf("changed campaign: %v", c)
	}
	d.want(412, "PATCH", path, obj{"priority": 6}, "If-Match", headers.Get("ETag"))
	d.want(409, "POST", path+"/pause", obj{})
	if c = d.want(200, "POST", path+"/start", obj{}); c["state"] != "running" {
		t.Errorf("started campaign: %v", c)
	}
	script := d.want(422, "PUT", path+"/script", obj{"name": "Hello", "body": "Hi {{person.nmae}}"})
	if raw := fmt.Sprint(script); !strings.Contains(raw, "{{person.nmae}}") || !strings.Contains(raw, "person.firstName") {
		t.Errorf("unknown field: %s", raw)
	}
	d.want(200, "PUT", path+"/script", obj{"name": "Hello", "body": "Hi {{person.firstName}}, I am {{agent.name}} about {{data.plan}}."})
	list := d.want(201, "POST", path+"/lists", obj{"name": "First"})
	im := d.want(202, "POST", fmt.Sprintf("/v1/lists/%v/imports?fileName=a.csv", list["id"]), "id,name,phone,plan\n1,Ann Lee,2125551001,Gold\n2,=Bob,12,Gold\n")
	if _, err := h.ResumeImports(t.Context()); err != nil {
		t.Fatal(err)
	}
	im = d.want(200, "GET", fmt.Sprintf("/v1/imports/%v", im["id"]), nil)
	if im["state"] != "done" || im["rowsAdded"] != 1.0 || im["rowsRejected"] != 1.0 {
		t.Errorf("import: %v", im)
	}
	_, _, _, file := d.do("GET", fmt.Sprintf("/v1/imports/%v/rejects.csv", im["id"]), nil)
	if want := "row,reason,cells\r\n3,\"\"\"12\"\" is not a phone number\",2,'=Bob,12,Gold\r\n"; strings.TrimPrefix(file, "\uFEFF") != want {
		t.Errorf("rejects: %q, want %q", file, want)
	}
	leads := d.want(200, "GET", path+"/leads?q=ann&state=waiting", nil)
	first := leads["items"].([]any)[0].(obj)
	card := d.want(200, "GET", fmt.Sprintf("/v1/leads/%v", first["id"]), nil)
	if body := card["script"].(obj)["body"]; body != "Hi Ann, I am Mia about Gold." {
		t.Errorf("script: %v", body)
	}
	why := d.want(200, "GET", fmt.Sprintf("/v1/leads/%v/why", first["id"]), nil)
	if why["allowed"] != true || len(why["checks"].([]any)) < 8 {
		t.Errorf("why: %v", why)
	}
	for _, p := range []string{"/v1/campaigns", path + "/lists", path + "/imports", path + "/agents", "/v1/callbacks", "/v1/suppressions"} {
		d.want(200, "GET", p, nil)
	}
}

func TestPreviewGuesses(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	d := newDoor(t, h, h.by)
	p := d.want(200, "POST", "/v1/imports/preview", "Customer ID;Full Name;Phone Number;ZIP;Plan\n1;Ann;212 555 1001;10001;Gold\n")
	want := `map[data:[Plan] externalId:Customer ID name:Full Name phone:Phone Number postalCode:ZIP]`
	if got := fmt.Sprint(p["guess"]); got != want || p["separator"] != ";" || p["encoding"] != "utf-8" {
		t.Errorf("preview %v, want guess %s", p, want)
	}
}

func TestStopOverTheAPI(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	d := newDoor(t, h, h.by)
	d.want(422, "POST", "/v1/stop", obj{"why": " "})
	if s := d.want(200, "POST", "/v1/stop", obj{"why": "wrong script"}); s["stopped"] != true || s["by"] != "Mia" || s["why"] != "wrong script" {
		t.Errorf("stop: %v", s)
	}
	d.want(409, "POST", "/v1/stop", obj{"why": "again"})
	if s := d.want(200, "POST", "/v1/stop/end", obj{"why": "fixed"}); s["stopped"] != false {
		t.Errorf("resume: %v", s)
	}
	if n := h.count(`SELECT count(*) FROM audit WHERE (act, why, actor) IN (('dial.stop','wrong script','Mia'), ('dial.resume','fixed','Mia'))`); n != 2 {
		t.Errorf("%d audit rows, want 2", n)
	}
}

func TestOtherClientsSeeNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.campaign("Spring")
	lead := h.lead(c)
	var other auth.ClientID
	h.must(h.db.Get(&other, `INSERT INTO clients (name, created_at) VALUES ('Other', $1) RETURNING id`, noon))
	stranger := h.by
	stranger.Clients = []auth.ClientID{other}
	d := newDoor(t, h, stranger)
	list := h.list(c, "First")
	for _, r := range [][2]string{
		{"GET", fmt.Sprintf("/v1/campaigns/%d", c)},
		{"POST", fmt.Sprintf("/v1/campaigns/%d/pause", c)},
		{"GET", fmt.Sprintf("/v1/campaigns/%d/lists", c)},
		{"GET", fmt.Sprintf("/v1/campaigns/%d/leads", c)},
		{"GET", fmt.Sprintf("/v1/campaigns/%d/imports", c)},
		{"GET", fmt.Sprintf("/v1/campaigns/%d/agents", c)},
		{"GET", fmt.Sprintf("/v1/leads/%d", lead.ID)},
		{"GET", fmt.Sprintf("/v1/leads/%d/why", lead.ID)},
		{"DELETE", fmt.Sprintf("/v1/suppressions/%d/+12125551001?why=x", h.client)},
	} {
		d.want(404, r[0], r[1], nil)
	}
	d.want(404, "PATCH", fmt.Sprintf("/v1/lists/%d", list), obj{"active": false})
	d.want(404, "POST", fmt.Sprintf("/v1/lists/%d/imports", list), "name,phone\nAnn,2125551001\n")
	if got := d.want(200, "GET", "/v1/campaigns", nil); got["total"] != 0.0 {
		t.Errorf("a stranger sees %v", got)
	}
}
