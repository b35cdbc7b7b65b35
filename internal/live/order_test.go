package live

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"saveline/internal/pg"
	"saveline/internal/pgtest"
)

// A row whose id is given out early and committed late must not be passed by a reader's cursor. Here one writer holds
// its rows back while another wants to write: without the lock the second one's higher ids would be seen first, and
// the first one's never.
func TestNoNewsAreSkippedWhenCommitsComeInAnotherOrder(t *testing.T) {
	t.Parallel()
	n := newNode(t, pgtest.DSN(t))
	p := n.open("floor", "")
	ctx := context.Background()
	slow, err := n.db.BeginTxx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := slow.ExecContext(ctx, lockEvents); err != nil {
		t.Fatal(err)
	}
	if _, err := slow.ExecContext(ctx, insertEvents, time.Now(), "{floor}", "{first}", `{"1"}`); err != nil {
		t.Fatal(err)
	}
	n.hub.Publish("floor", "second", 2)
	await(t, "the hub's writer to wait behind the slow one", func() bool {
		var waiting int
		const query = `SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
			WHERE d.datname = current_database() AND l.locktype = 'advisory' AND NOT l.granted`
		if err := n.db.Get(&waiting, query); err != nil {
			t.Fatal(err)
		}
		return waiting == 1
	})
	if err := slow.Commit(); err != nil {
		t.Fatal(err)
	}
	first, second := p.want("first", "1"), p.want("second", "2")
	if first.id >= second.id {
		t.Errorf("ids %d, %d", first.id, second.id)
	}
}

// Several nodes write at once, and every page hears everything once and in order.
func TestManyWritersNothingLostNothingTwice(t *testing.T) {
	t.Parallel()
	dsn := pgtest.DSN(t)
	nodes := []*node{newNode(t, dsn), newNode(t, dsn), newNode(t, dsn)}
	var pages []*page
	for _, n := range nodes {
		pages = append(pages, n.open("floor", ""))
	}
	const each = 60 // distinct events, so that none coalesces
	var writers sync.WaitGroup
	for i, n := range nodes {
		writers.Go(func() {
			for j := range each {
				n.hub.Publish("floor", fmt.Sprintf("n%d-%d", i, j), j)
				time.Sleep(time.Millisecond) // so that there are many batches
			}
		})
	}
	writers.Wait()
	var heard [][]news
	for _, p := range pages {
		var all []news
		for range each * len(nodes) {
			all = append(all, p.next())
		}
		heard = append(heard, all)
	}
	last, seen := int64(0), map[string]bool{}
	for _, e := range heard[0] {
		if e.id <= last || seen[e.event] || e.event == resetEvent {
			t.Fatalf("%+v comes after id %d (seen before: %v)", e, last, seen[e.event])
		}
		last, seen[e.event] = e.id, true
	}
	for i := range heard[1:] {
		if diff := cmp.Diff(heard[0], heard[i+1], cmp.AllowUnexported(news{})); diff != "" {
			t.Errorf("two pages heard different news: %s", diff)
		}
	}
}

func TestASlowPageIsToldToRefetch(t *testing.T) {
	t.Parallel()
	s := &stream{queue: make(chan row, queueMax)}
	for i := range queueMax + 50 {
		s.offer(row{ID: int64(i + 1), Topic: "floor", Event: "changed", Data: "1"})
	}
	var out strings.Builder
	heard, err := s.send(&out, <-s.queue, 0)
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("id: %d\nevent: reset\ndata: null\n\n", queueMax); out.String() != want {
		t.Errorf("sent %q, want one reset", out.String())
	}
	s.offer(row{ID: queueMax + 51, Topic: "floor", Event: "changed", Data: "2"})
	out.Reset()
	if heard, err = s.send(&out, <-s.queue, heard); err != nil || heard != queueMax+51 || !strings.Contains(out.String(), "data: 2") {
		t.Errorf("after the reset: heard up to %d, %q, %v", heard, out.String(), err)
	}
}

// What a page heard on another node, which was ahead, does not come twice.
func TestNewsHeardElsewhereAreNotRepeated(t *testing.T) {
	t.Parallel()
	s := &stream{queue: make(chan row, queueMax)}
	for id := int64(5); id <= 9; id++ {
		s.offer(row{ID: id, Event: "changed", Data: "1"})
	}
	var out strings.Builder
	heard, err := s.send(&out, <-s.queue, 7)
	if err != nil || heard != 9 || strings.Count(out.String(), "event: ") != 2 || strings.Contains(out.String(), "id: 7") {
		t.Errorf("heard %d (%v): %q", heard, err, out.String())
	}
}

type stuck struct{ writes int }

func (s *stuck) Write(b []byte) (int, error) { s.writes++; return len(b), nil }

func (s *stuck) Flush() error { return errors.New("i/o timeout") }

func TestAStreamThatTakesNothingEnds(t *testing.T) {
	t.Parallel()
	h := NewHub(nil, "", time.Now, slog.New(slog.DiscardHandler))
	h.isOpen = true
	s, from, err := h.open([]string{"floor"})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.serve(context.Background(), s, from, "", &stuck{}); err == nil {
		t.Error("the stream goes on")
	}
	if len(h.streams) != 0 {
		t.Error("the ended stream is still told news")
	}
}

// A client that connects and reads nothing fills the system's buffers; then its stream must end by itself.
func TestAClientThatReadsNothingIsLetGo(t *testing.T) {
	t.Parallel()
	n := newNode(t, pgtest.DSN(t), func(h *Hub) { h.pace.write = 50 * time.Millisecond })
	var dial net.Dialer
	conn, err := dial.DialContext(context.Background(), "tcp", strings.TrimPrefix(n.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, "GET /v1/events?topics=floor HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	open := func() int {
		n.hub.mu.Lock()
		defer n.hub.mu.Unlock()
		return len(n.hub.streams)
	}
	await(t, "the stream to open", func() bool { return open() > 0 })
	long, i := strings.Repeat("x", 1<<18), 0
	await(t, "the stream to end", func() bool {
		i++
		n.hub.hand([]row{{ID: int64(i), Topic: "floor", Event: "changed", Data: long}})
		return open() == 0
	})
}

// News that the database refuses as such would be refused again and again, and hold up all that comes after them.
func TestNewsThatCannotBeStoredHoldNothingUp(t *testing.T) {
	t.Parallel()
	n := newNode(t, pgtest.DSN(t))
	p := n.open("floor", "")
	n.hub.Publish("floor", "bad", "no database takes a \x00")
	p.want(resetEvent, "null")
	n.hub.Publish("floor", "good", 1)
	p.want("good", "1")
}

// While the database is away news wait, and go out when it is back.
func TestNewsWaitForTheDatabase(t *testing.T) {
	t.Parallel()
	dsn := pgtest.DSN(t)
	n := newNode(t, dsn)
	p := n.open("floor", "")
	admin, err := pg.Open(context.Background(), dsn, pg.Settings{MaxOpen: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = admin.Close() })
	n.hub.Publish("floor", "before", 1)
	p.want("before", "1")
	const cut = `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`
	if _, err := admin.Exec(cut); err != nil {
		t.Fatal(err)
	}
	n.hub.Publish("floor", "after", 2)
	p.want("after", "2")
}
