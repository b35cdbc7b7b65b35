package live

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"go.uber.org/goleak"

	"saveline/internal/errs"
	"saveline/internal/httpx"
	"saveline/internal/pg"
	"saveline/internal/pgtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must come; what must not come is shown by something that comes after it.
const patience = 20 * time.Second

// everybody lets any request in; what it may hear is up to the topic checks.
type everybody struct{}

type somebody struct{}

func (somebody) Require(httpx.Permission) error { return nil }
func (somebody) Label() string                  { return "user:1" }

func (everybody) Authenticate(r *http.Request) (context.Context, httpx.Caller, error) {
	return r.Context(), somebody{}, nil
}

// node is one server of several over one database.
type node struct {
	t    *testing.T
	hub  *Hub
	db   *sqlx.DB
	url  string
	stop func()
}

// quickly makes a hub hurry, so that tests do not wait.
func quickly(h *Hub) { h.pace.flush, h.pace.poll = 5*time.Millisecond, 50*time.Millisecond }

func newNode(t *testing.T, dsn string, change ...func(*Hub)) *node {
	t.Helper()
	db, err := pg.Open(context.Background(), dsn, pg.Settings{MaxOpen: 6})
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	hub := NewHub(db, dsn, time.Now, log)
	quickly(hub)
	for _, c := range change {
		c(hub)
	}
	hub.Allow("agent", func(_ context.Context, id string) error {
		if id == "666" {
			return errs.Newf(errs.NotFound, "there is no agent 666 here")
		}
		return nil
	})
	hub.Allow("floor", func(context.Context, string) error { return nil })
	engine, api := httpx.New(httpx.Config{}, everybody{}, nil, log)
	hub.Routes(api)
	server := httptest.NewServer(engine)
	ctx, cancel := context.WithCancel(context.Background())
	var ended sync.WaitGroup
	ended.Go(func() {
		if err := hub.Run(ctx); err != nil {
			t.Errorf("run: %v", err)
		}
	})
	n := &node{t: t, hub: hub, db: db, url: server.URL}
	n.stop = sync.OnceFunc(func() {
		cancel()
		ended.Wait()
		server.Close()
		_ = db.Close()
	})
	t.Cleanup(n.stop)
	await(t, "the hub to open", func() bool {
		hub.mu.Lock()
		defer hub.mu.Unlock()
		return hub.isOpen
	})
	return n
}

func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// news is one event as a page gets it.
type news struct {
	id    int64
	event string
	data  string
}

// page is one open stream.
type page struct {
	t      *testing.T
	events chan news
	lines  chan string // comments
	close  func()
	mu     sync.Mutex
	last   string // what the browser would send as Last-Event-ID
}

func (n *node) open(topics, lastID string) *page {
	n.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, n.url+"/v1/events?topics="+topics, nil)
	if err != nil {
		n.t.Fatal(err)
	}
	if lastID != "" {
		r.Header.Set("Last-Event-ID", lastID)
	}
	res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
	if err != nil {
		n.t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/event-stream" {
		n.t.Fatalf("stream answers %d %v", res.StatusCode, res.Header)
	}
	p := &page{t: n.t, events: make(chan news, 5000), lines: make(chan string, 100)}
	var ended sync.WaitGroup
	ended.Go(func() {
		defer close(p.events)
		defer func() { _ = res.Body.Close() }()
		p.read(bufio.NewScanner(res.Body))
	})
	p.close = sync.OnceFunc(func() {
		cancel()
		ended.Wait()
	})
	n.t.Cleanup(p.close)
	if lastID == "" {
		await(n.t, "the page to know where it is", func() bool { return p.lastID() != "" })
	}
	return p
}

func (p *page) lastID() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.last
}

// read follows the standard's rules for event streams.
func (p *page) read(in *bufio.Scanner) {
	var e news
	for in.Scan() {
		name, value, _ := strings.Cut(in.Text(), ": ")
		switch {
		case in.Text() == "":
			if e.data != "" {
				p.events <- e
			}
			e = news{}
		case name == "":
			select {
			case p.lines <- value:
			default:
			}
		case name == "id":
			e.id, _ = strconv.ParseInt(value, 10, 64)
			p.mu.Lock()
			p.last = value
			p.mu.Unlock()
		case name == "event":
			e.event = value
		case name == "data":
			e.data = value
		}
	}
}

func (p *page) next() news {
	p.t.Helper()
	select {
	case e, isOpen := <-p.events:
		if !isOpen {
			p.t.Fatal("the stream has ended")
		}
		return e
	case <-time.After(patience):
		p.t.Fatal("no news came")
	}
	return news{}
}

// want fails the test unless the next event is this one.
func (p *page) want(event, data string) news {
	p.t.Helper()
	got := p.next()
	if got.event != event || got.data != data || got.id == 0 {
		p.t.Fatalf("got %+v, want %s %s", got, event, data)
	}
	return got
}

func TestNewsReachThePagesOfTheirTopicOnEveryNode(t *testing.T) {
	t.Parallel()
	dsn := pgtest.DSN(t)
	a, b := newNode(t, dsn), newNode(t, dsn)
	onA, onB, other := a.open("agent:7", ""), b.open("floor,agent:7", ""), b.open("agent:8", "")
	a.hub.Publish("agent:7", "state", map[string]string{"state": "ready"})
	if x, y := onA.want("state", `{"state": "ready"}`), onB.want("state", `{"state": "ready"}`); x.id != y.id {
		t.Errorf("one piece of news has the ids %d and %d", x.id, y.id)
	}
	b.hub.Publish("agent:8", "call", 5)
	other.want("call", "5") // and nothing of agent:7 before it
}

func TestWakeUpsDoNotWaitForThePoll(t *testing.T) {
	t.Parallel()
	dsn := pgtest.DSN(t)
	neverPolls := func(h *Hub) { h.pace.poll = time.Hour }
	a, b := newNode(t, dsn, neverPolls), newNode(t, dsn, neverPolls)
	p := b.open("floor", "")
	await(t, "a wake-up to come through", func() bool { // b's listener connects at its own time
		a.hub.Publish("floor", "changed", 1)
		return len(p.events) > 0
	})
}

func TestPollingWorksWithoutWakeUps(t *testing.T) {
	t.Parallel()
	dsn := pgtest.DSN(t)
	a := newNode(t, dsn)
	deaf := newNode(t, dsn, func(h *Hub) { h.dsn = "postgres://127.0.0.1:1/nowhere?sslmode=disable&connect_timeout=1" })
	p := deaf.open("floor", "")
	a.hub.Publish("floor", "changed", 1)
	p.want("changed", "1")
}

func TestNewsOfOneBatchAreCoalesced(t *testing.T) {
	t.Parallel()
	h := NewHub(nil, "", time.Now, slog.New(slog.DiscardHandler))
	for i := range 100 {
		h.Publish("floor", "changed", i)
		h.Publish("floor", "stop", i)
	}
	b := h.take()
	if len(b.topics) != 2 || b.data[0] != "99" || b.events[1] != "stop" {
		t.Errorf("batch %+v", b)
	}
	h.Publish("floor", "changed", "newer")
	h.putBack(b)
	if b = h.take(); len(b.topics) != 2 || b.data[0] != `"newer"` || b.data[1] != "99" {
		t.Errorf("a batch that came back overtook newer news: %+v", b)
	}
	if b = h.take(); len(b.topics) != 0 {
		t.Errorf("taken twice: %+v", b)
	}
}

func TestWhatWaitsIsBounded(t *testing.T) {
	t.Parallel()
	h := NewHub(nil, "", time.Now, slog.New(slog.DiscardHandler))
	for i := range pendingMax + 1 {
		h.Publish(fmt.Sprint("agent:", i), "state", i)
	}
	if b := h.take(); len(b.topics) != 1 || b.topics[0] != everyTopic || b.events[0] != resetEvent {
		t.Errorf("past the bound %d rows go out, first %s", len(b.topics), b.topics[0])
	}
	h.Publish("floor", "bad", func() {}) // no JSON: logged and dropped
	if b := h.take(); len(b.topics) != 0 {
		t.Errorf("took %+v", b)
	}
}

func TestAPageResumesWhereItWas(t *testing.T) {
	t.Parallel()
	n := newNode(t, pgtest.DSN(t))
	p := n.open("agent:7", "")
	n.hub.Publish("agent:7", "state", 1)
	p.want("state", "1")
	p.close()
	watcher := n.open("floor", "")
	for i := 2; i <= 4; i++ {
		n.hub.Publish("agent:7", fmt.Sprint("event", i), i)
		n.hub.Publish("agent:8", "not mine", i)
	}
	n.hub.Publish("floor", "changed", true)
	watcher.want("changed", "true") // so the node has read what is before it
	again := n.open("agent:7", p.lastID())
	for i := 2; i <= 4; i++ {
		again.want(fmt.Sprint("event", i), fmt.Sprint(i))
	}
	n.hub.Publish("agent:7", "state", 5)
	again.want("state", "5")
}

func TestAnUnknownOrOldIDMeansReset(t *testing.T) {
	t.Parallel()
	n := newNode(t, pgtest.DSN(t))
	p := n.open("agent:7", "")
	n.hub.Publish("agent:7", "state", 1)
	old := p.want("state", "1").id
	if _, err := n.db.Exec(`UPDATE live_events SET at = at - interval '11 minutes'`); err != nil {
		t.Fatal(err)
	}
	if _, err := n.db.Exec(deleteEvents, time.Now().Add(-eventsKept)); err != nil {
		t.Fatal(err)
	}
	n.hub.Publish("agent:7", "state", 2)
	p.want("state", "2")
	for _, lastID := range []string{fmt.Sprint(old), "999999999", "-5", "nonsense"} {
		again := n.open("agent:7", lastID)
		if got := again.next(); got.event != resetEvent || got.id <= old {
			t.Errorf("after %s: %+v, want a reset that says where the page is now", lastID, got)
		}
		again.close()
	}
}

func TestOldNewsAreDeleted(t *testing.T) {
	t.Parallel()
	dsn := pgtest.DSN(t)
	n := newNode(t, dsn, func(h *Hub) { h.pace.prune = 5 * time.Millisecond })
	const insert = `INSERT INTO live_events (at, topic, event, data) VALUES (now() - interval '11 minutes', 'floor', 'old', '1'), (now(), 'floor', 'new', '1')`
	if _, err := n.db.Exec(insert); err != nil {
		t.Fatal(err)
	}
	await(t, "the old row to go", func() bool {
		var events []string
		if err := n.db.Select(&events, `SELECT event FROM live_events`); err != nil {
			t.Fatal(err)
		}
		return len(events) == 1 && events[0] == "new"
	})
}

func TestKeepAlive(t *testing.T) {
	t.Parallel()
	n := newNode(t, pgtest.DSN(t), func(h *Hub) { h.pace.keepAlive = 5 * time.Millisecond })
	p := n.open("floor", "")
	for range 2 {
		select {
		case line := <-p.lines:
			if line != "keep-alive" {
				t.Errorf("comment %q", line)
			}
		case <-time.After(patience):
			t.Fatal("no keep-alive")
		}
	}
}

func TestStreamsEndWhenTheHubCloses(t *testing.T) {
	t.Parallel()
	n := newNode(t, pgtest.DSN(t))
	p := n.open("floor", "")
	n.hub.Close()
	for range p.events { // until the stream ends
	}
	res, err := http.Get(n.url + "/v1/events?topics=floor") //nolint:noctx // ends by itself
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a closed hub answers %d, want 503", res.StatusCode)
	}
	n.hub.mu.Lock()
	defer n.hub.mu.Unlock()
	if len(n.hub.streams) != 0 {
		t.Errorf("%d topics still have streams", len(n.hub.streams))
	}
}

func TestAStreamEndsToBeAuthorisedAgain(t *testing.T) {
	t.Parallel()
	n := newNode(t, pgtest.DSN(t), func(h *Hub) { h.pace.streamMax = 20 * time.Millisecond })
	p := n.open("floor", "")
	for range p.events { // until the stream ends
	}
}

func TestTopicsAreAuthorised(t *testing.T) {
	t.Parallel()
	n := newNode(t, pgtest.DSN(t))
	many := strings.Repeat("floor,", topicsMax) + "floor"
	for topics, want := range map[string]int{
		"agent:666": 404, "agent:7,agent:666": 404, "weather": 422, "": 422, "*": 422, many: 422,
	} {
		res, err := http.Get(n.url + "/v1/events?topics=" + topics) //nolint:noctx // refused at once
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("topics %q answer %d, want %d", topics, res.StatusCode, want)
		}
	}
}
