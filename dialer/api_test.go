package dialer

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
	"time"

	"saveline/internal/auth"
	"saveline/internal/httpx"
)

// door is the real front door before the dialer; who knocks says so in a header.
type door struct {
	*house
	http.Handler
	actors map[string]auth.Actor
}

func newDoor(t *testing.T, in setup) *door {
	d := &door{house: newHouse(t, in)}
	stranger := d.boss
	stranger.Clients = []auth.ClientID{d.client + 1}
	manager := d.boss
	manager.Roles = []auth.Role{auth.Manager}
	d.actors = map[string]auth.Actor{"agent": d.agents[0], "boss": d.boss, "stranger": stranger, "manager": manager}
	engine, api := httpx.New(httpx.Config{Title: "test", Version: "1"}, d, noAnswers{}, slog.New(slog.DiscardHandler))
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

// knock sends a request; it fails the test unless the status is the expected one.
func (d *door) knock(who, method, path string, want int, body any) map[string]any {
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
		d.t.Fatalf("%s %s as %s: %d %s, want %d", method, path, who, w.Code, w.Body, want)
	}
	var out map[string]any
	if w.Body.Len() > 0 {
		d.must(json.Unmarshal(w.Body.Bytes(), &out))
	}
	return out
}

// while keeps the dialer at work, as Run does, until fn is done.
func (d *door) while(fn func()) {
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
				d.sim.Advance(d.clock.now())
				_ = d.Step(context.Background())
			}
		}
	}()
	fn()
	close(stop)
	<-done
}

func TestDeskOverTheAPI(t *testing.T) {
	t.Parallel()
	d := newDoor(t, setup{mode: "manual", agents: 1, plan: []string{"+1200015000001"}})
	desk := d.knock("agent", "GET", "/v1/desk", 200, nil)
	if got := desk["agent"].(map[string]any)["state"]; got != "away" {
		t.Errorf("a new desk is %v", got)
	}
	d.knock("agent", "POST", "/v1/desk/state", 422, map[string]any{"state": "talking"})
	d.knock("agent", "POST", "/v1/desk/state", 404, map[string]any{"state": "ready", "campaignId": 999})
	desk = d.knock("agent", "POST", "/v1/desk/state", 200, map[string]any{"state": "ready", "campaignId": d.campaign})
	if got := desk["campaigns"].([]any)[0].(map[string]any)["openNow"]; got != true {
		t.Errorf("the campaign is open: %v", got)
	}
	if beat := d.knock("agent", "POST", "/v1/desk/heartbeat", 200, nil); beat["state"] != "ready" {
		t.Errorf("heartbeat: %v", beat)
	}
	leads := d.knock("agent", "GET", "/v1/desk/leads?q=person", 200, nil)
	if leads["total"] != 1.0 {
		t.Errorf("leads: %v", leads)
	}
	d.while(func() {
		desk = d.knock("agent", "POST", "/v1/desk/dial", 200, map[string]any{"leadId": d.ids[0]})
		d.knock("agent", "POST", "/v1/desk/dial", 409, map[string]any{"leadId": d.ids[0]})
		d.knock("agent", "POST", "/v1/desk/skip", 409, map[string]any{"leadId": d.ids[0]})
	})
	call := desk["call"].(map[string]any)
	if call["state"] != "placed" || desk["card"].(map[string]any)["number"] != "+1200015000001" {
		t.Errorf("after dialing: %v", call)
	}
	d.until(time.Minute, "they talk", func() bool { return d.agentNow(d.agents[0]).State == Talking })
	path := fmt.Sprintf("/v1/calls/%v", call["id"])
	d.while(func() {
		d.knock("agent", "POST", path+"/hold", 204, map[string]any{"on": true})
		d.knock("agent", "POST", path+"/hold", 204, map[string]any{"on": false})
		d.knock("boss", "POST", "/v1/floor/calls/999/hangup", 404, nil)
		d.knock("agent", "POST", path+"/hangup", 204, nil)
	})
	d.run(time.Second, nil)
	d.knock("agent", "GET", path, 403, nil)
	d.knock("stranger", "GET", path, 404, nil)
	detail := d.knock("boss", "GET", path, 200, nil)
	if n := len(detail["events"].([]any)); n < 5 {
		t.Errorf("%d events", n)
	}
	if list := d.knock("boss", "GET", fmt.Sprintf("/v1/calls?campaignId=%d", d.campaign), 200, nil); list["total"] != 1.0 {
		t.Errorf("history: %v", list)
	}
	if list := d.knock("stranger", "GET", "/v1/calls", 200, nil); list["total"] != 0.0 {
		t.Errorf("a stranger sees %v", list)
	}
}

func TestFloorOverTheAPI(t *testing.T) {
	t.Parallel()
	d := newDoor(t, setup{mode: "progressive", agents: 2, plan: []string{"+1200025000001", "+1200015000002"}, real: true})
	d.ready(d.agents...)
	d.until(time.Minute, "both talk", func() bool { return d.count(`SELECT count(*) FROM calls WHERE state = 'connected'`) == 2 })
	d.run(20*time.Second, func() { _, _ = d.Heartbeat(context.Background(), d.agents[0]) })
	floor := d.knock("boss", "GET", "/v1/floor", 200, nil)
	if n := len(floor["agents"].([]any)); n != 2 {
		t.Fatalf("%d agents", n)
	}
	strip := floor["campaigns"].([]any)[0].(map[string]any)
	for key, want := range map[string]any{
		"talking": 2.0, "agentsTalking": 2.0, "answeredLive": 2.0, "abandoned": 0.0, "abandonRate": 0.0, "attemptsToday": 2.0,
		"leadsLeft": 2.0, "openNow": true, "heldBy": "node-1",
	} {
		if strip[key] != want {
			t.Errorf("%s is %v, want %v", key, strip[key], want)
		}
	}
	if strip["lastDecision"] == "" {
		t.Error("the floor does not say why it dials as it does")
	}
	incident := floor["incidents"].([]any)[0].(map[string]any)
	if incident["kind"] != "silent_desk" || !strings.Contains(incident["sentence"].(string), "agent2") {
		t.Errorf("incident: %v", incident)
	}
	if n := len(d.knock("stranger", "GET", "/v1/floor", 200, nil)["agents"].([]any)); n != 0 {
		t.Errorf("a stranger sees %d agents", n)
	}
	second := fmt.Sprintf("/v1/floor/agents/%d/state", d.agents[1].User)
	d.knock("stranger", "POST", second, 404, map[string]any{"state": "away", "reason": "forced"})
	d.knock("agent", "POST", second, 403, map[string]any{"state": "away", "reason": "forced"})
	d.knock("boss", "POST", second, 204, map[string]any{"state": "away", "reason": "forced"})
	a := d.agentNow(d.agents[1])
	if a.State != Talking || a.AfterWrap != Away {
		t.Errorf("forced away, the agent is %s and then %s: a live call is never cut", a.State, a.AfterWrap)
	}
	if n := d.count(`SELECT count(*) FROM audit WHERE act = 'agent.force_away'`); n != 1 {
		t.Error("forcing leaves no trace")
	}
}

func TestDeskSettings(t *testing.T) {
	t.Parallel()
	d := newDoor(t, setup{mode: "manual", agents: 1, plan: []string{"+1200015000001"}})
	set := d.knock("manager", "GET", "/v1/desk-settings", 200, nil)
	if set["version"] != 0.0 || set["previewSeconds"] != float64(defaultPreviewSecs) {
		t.Fatalf("defaults: %v", set)
	}
	change := map[string]any{"clientId": d.client, "pauseReasons": []string{"tea"}, "previewSeconds": 30, "version": 0}
	d.knock("agent", "PUT", "/v1/desk-settings", 403, change)
	d.knock("manager", "PUT", "/v1/desk-settings", 422, map[string]any{"clientId": d.client, "pauseReasons": []string{}, "previewSeconds": 30, "version": 0})
	if set = d.knock("manager", "PUT", "/v1/desk-settings", 200, change); set["version"] != 1.0 {
		t.Errorf("after a change: %v", set)
	}
	d.knock("manager", "PUT", "/v1/desk-settings", 412, change)
	d.knock("stranger", "GET", fmt.Sprintf("/v1/desk-settings?clientId=%d", d.client), 404, nil)
	desk := d.knock("agent", "GET", "/v1/desk", 200, nil)
	if got := fmt.Sprint(desk["pauseReasons"]); got != "[tea]" {
		t.Errorf("the desk offers %v", got)
	}
}
