package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// page fetches a page as a stranger does.
func page(t *testing.T, node *child, method, path string) (status int, header http.Header, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, node.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Body.Close() }()
	raw, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.StatusCode, w.Header, string(raw)
}

func TestTheFirstStartOnAnEmptyDatabase(t *testing.T) {
	t.Parallel()
	dsn := emptyDSN(t)
	node := serve(t, dsn, "one")
	for _, table := range []string{"users", "clients", "tokens"} {
		var n int
		if err := open(t, dsn).Get(&n, `SELECT count(*) FROM `+table); err != nil || n != 0 {
			t.Errorf("%d %s after the first start (%v)", n, table, err)
		}
	}
	stranger := newBrowser(t, at(node))
	stranger.refused("POST", "/v1/session", map[string]string{"email": "admin", "password": "admin"}, 401)

	for path, want := range map[string]string{
		"/healthz": `"status":"ok"`, "/readyz": `"database":"ok"`, "/metrics": `saveline_build_info{version="dev"} 1`,
		"/openapi.json": `"openapi":"3.1.0"`, "/openapi.yaml": "openapi: 3.1.0", "/docs": "<html", "/": "<html", "/campaigns/7": "<html",
	} {
		status, header, body := page(t, node, http.MethodGet, path)
		if status != 200 || !strings.Contains(body, want) {
			t.Errorf("%s: %d without %s: %.200s", path, status, want, body)
		}
		if strings.Contains(body, "https://") && strings.HasPrefix(path, "/docs") {
			t.Errorf("%s loads something from elsewhere", path)
		}
		if path == "/" && header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s has no security headers: %v", path, header)
		}
	}
	for _, c := range []struct {
		method, path string
		want         int
	}{{"GET", "/v1/nothing", 404}, {"POST", "/v1/nothing", 404}, {"DELETE", "/v1/campaigns", 405}, {"GET", "/v1/campaigns", 401}} {
		status, header, body := page(t, node, c.method, c.path)
		if status != c.want || header.Get("Content-Type") != "application/problem+json" || !strings.Contains(body, `"requestId"`) {
			t.Errorf("%s %s: %d %s %s", c.method, c.path, status, header.Get("Content-Type"), body)
		}
	}
}

// measured checks that the metrics which operators are promised are there. The house has made calls.
func (o *office) measured(node *child) {
	o.t.Helper()
	_, _, body := page(o.t, node, http.MethodGet, "/metrics")
	for _, want := range []string{
		`saveline_calls_last_hour{disposition="answered"}`, `saveline_calls_last_hour{disposition="lost"}`, `saveline_agents{state="away"}`,
		"saveline_abandon_ratio{campaign=", "saveline_facts_lag{consumer=", `go_sql_open_connections{db_name="saveline"}`,
		"process_resident_memory_bytes",
	} {
		if !strings.Contains(body, want) {
			o.t.Errorf("/metrics lacks %s", want)
		}
	}
}

// A node that only answers requests leaves the work to others, and says how long it has been waiting.
func TestANodeWithoutTheSchedulerLeavesJobsLyingAndSaysSo(t *testing.T) {
	t.Parallel()
	o := newOffice(t, 1)
	env := map[string]string{
		"DATABASE_URL": o.dsn, "SAVELINE_SECRET_KEY": testKey, "SAVELINE_DATA_DIR": t.TempDir(), "SAVELINE_ROLES": "api",
	}
	node := startChild(t, env, "serve", "-addr", "127.0.0.1:0").serving(30 * time.Second)
	manager := o.signIn(o.staff.Manager, at(node))
	var c campaignView
	manager.post("/v1/campaigns", map[string]any{
		"name": "Waiting", "purpose": "acquisition", "mode": "manual", "zone": "UTC", "callerId": "+12125550199",
		"windows": []any{map[string]any{"days": []string{"mon"}, "from": "09:00", "to": "17:00"}},
	}, &c)
	manager.post(path("/v1/campaigns/%d/rehearsals", c.ID), map[string]any{"agents": 1, "hours": 0.1, "answerRate": 0.5}, nil)

	until(t, 10*time.Second, "the age of the waiting job is a metric", func() bool {
		_, _, body := page(t, node, http.MethodGet, "/metrics")
		return strings.Contains(body, `saveline_job_overdue_seconds{kind="rehearsal"}`)
	})
	o.none("a rehearsal that a node without the scheduler ran", `SELECT count(*) FROM rehearsals WHERE state <> 'queued'`)
}

type news struct {
	id    string
	event string
}

// hear opens the event stream as a page does, and passes on what it says until the returned function is called.
func (b *browser) hear(topics, lastID string) (heard <-chan news, leave func()) {
	b.t.Helper()
	ctx, cancel := context.WithCancel(b.t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, b.base()+"/v1/events?topics="+topics, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	if lastID != "" {
		r.Header.Set("Last-Event-ID", lastID)
	}
	stream := http.Client{Jar: b.http.Jar} // without the time limit of an ordinary request
	w, err := stream.Do(r)
	if err != nil || w.StatusCode != http.StatusOK {
		b.t.Fatalf("events: %v %v", w, err)
	}
	out := make(chan news, 100)
	done := make(chan struct{})
	go func() {
		defer close(done)
		var n news
		for lines := bufio.NewScanner(w.Body); lines.Scan(); {
			switch key, value, _ := strings.Cut(lines.Text(), ": "); {
			case key == "id":
				n.id = value
			case key == "event":
				n.event = value
			case key == "" && n.id != "":
				out <- n
				n = news{}
			}
		}
	}()
	leave = func() {
		cancel()
		<-done
		_ = w.Body.Close()
		stream.CloseIdleConnections()
	}
	b.t.Cleanup(leave)
	return out, leave
}

// next waits for a piece of news.
func next(t *testing.T, heard <-chan news, event string) news {
	t.Helper()
	for late := time.After(5 * time.Second); ; {
		select {
		case n := <-heard:
			if n.event == event {
				return n
			}
		case <-late:
			t.Fatalf("no news of kind %q", event)
		}
	}
}

func TestADeskHearsOfItsChangesAndOfThoseItMissed(t *testing.T) {
	t.Parallel()
	o := newOffice(t, 1)
	node := serve(t, o.dsn, "one")
	agent := o.signIn(o.staff.Person, at(node))
	topic := path("agent:%d", o.staff.Person.User)
	away := func(reason string) {
		agent.post("/v1/desk/state", map[string]any{"state": "away", "reason": reason}, nil)
	}
	heard, leave := agent.hear(topic, "")
	next(t, heard, "") // the id of now

	away("lunch")
	first := next(t, heard, "state")
	leave()
	away("training") // while the page is closed
	heard, leave = agent.hear(topic, first.id)
	missed := next(t, heard, "state")
	leave()

	a, errA := strconv.Atoi(first.id)
	b, errB := strconv.Atoi(missed.id)
	if errA != nil || errB != nil || b <= a {
		t.Errorf("ids %q and %q do not rise", first.id, missed.id)
	}
	heard, _ = agent.hear(topic, "999999999")
	next(t, heard, "reset") // nobody knows what it missed: it fetches everything again

	other := path("/v1/events?topics=agent:%d", o.staff.Agents[0].User)
	agent.refused(http.MethodGet, other, nil, 404)
	agent.refused(http.MethodGet, "/v1/events?topics=floor", nil, 403)
	newBrowser(t, at(node)).refused(http.MethodGet, "/v1/events?topics="+topic, nil, 401)
}
