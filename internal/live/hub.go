package live

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
	"golang.org/x/sync/errgroup"

	"saveline/internal/errs"
)

const (
	pendingMax  = 10_000 // topic-event pairs that wait to be written; beyond it, everybody is told to refetch
	topicsMax   = 20     // of one stream
	eventsKept  = 10 * time.Minute
	retryDBWait = 500 * time.Millisecond
)

// pace is how often the hub does what it does again and again.
type pace struct {
	flush     time.Duration // least time between two batches of this node
	poll      time.Duration // rows are looked for so often even if no wake-up comes
	prune     time.Duration
	keepAlive time.Duration // a comment goes out on a quiet stream
	streamMax time.Duration // then the browser connects again, and is authorised again
	write     time.Duration // for one frame to a client
}

var usualPace = pace{
	flush: 50 * time.Millisecond, poll: time.Second, prune: time.Minute,
	keepAlive: 15 * time.Second, streamMax: 5 * time.Minute, write: 10 * time.Second,
}

// Check says whether the person in the context may hear a topic of its kind; id is what follows the colon ("7").
// A refusal is an error of the house, mostly not_found.
type Check func(ctx context.Context, id string) error

// Hub takes news from this node's slices, shares them with the other nodes through PostgreSQL, and sends every open
// stream those of its topics. A row of live_events is a piece of news; its id is global, and every reader sees ids
// appear in rising order, because they are given out under one lock.
type Hub struct {
	db     *sqlx.DB
	dsn    string
	now    func() time.Time
	log    *slog.Logger
	pace   pace
	checks map[string]Check

	written chan struct{} // something waits to be written
	look    chan struct{} // something was written, here or elsewhere
	over    chan struct{} // closed when streams are to end

	mu      sync.Mutex
	pending map[kind]json.RawMessage
	order   []kind // of pending, oldest first
	spilled bool   // pending overflowed
	streams map[string]map[*stream]struct{}
	cursor  int64 // last row handed to streams
	isOpen  bool
	isOver  bool
}

type kind struct{ topic, event string }

// NewHub returns a hub; it carries news while Run runs. dsn is the database's address, for the one connection that
// listens for other nodes' wake-ups.
func NewHub(db *sqlx.DB, dsn string, now func() time.Time, log *slog.Logger) *Hub {
	return &Hub{
		db: db, dsn: dsn, now: now, log: log, pace: usualPace, checks: map[string]Check{},
		written: make(chan struct{}, 1), look: make(chan struct{}, 1), over: make(chan struct{}),
		pending: map[kind]json.RawMessage{}, streams: map[string]map[*stream]struct{}{},
	}
}

// Allow registers who may hear the topics "prefix" and "prefix:id". A topic without a check is refused. All checks
// are registered before the first request.
func (h *Hub) Allow(prefix string, check Check) { h.checks[prefix] = check }

// Publish implements Publisher: it notes the news and returns. What waits while the database is away is bounded.
func (h *Hub) Publish(topic, event string, data any) {
	raw, err := json.Marshal(data)
	if err != nil {
		h.log.Error("news is no JSON", slog.String("topic", topic), slog.String("event", event), slog.Any("err", err))
		return
	}
	h.mu.Lock()
	h.note(kind{topic, event}, raw)
	h.mu.Unlock()
	poke(h.written)
}

// note adds news to those that wait. Newer data replaces what waits for the same topic and event.
func (h *Hub) note(k kind, raw json.RawMessage) {
	if _, waits := h.pending[k]; !waits {
		if len(h.pending) >= pendingMax {
			h.spilled = true
			return
		}
		h.order = append(h.order, k)
	}
	h.pending[k] = raw
}

func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // it was poked already
	}
}

const selectCursor = `SELECT coalesce(max(id), 0) FROM live_events`

// Run carries news until ctx ends; then all streams have ended too.
func (h *Hub) Run(ctx context.Context) error {
	defer h.Close()
	var cursor int64
	for {
		err := h.db.GetContext(ctx, &cursor, selectCursor)
		if err == nil {
			break
		}
		if ctx.Err() != nil {
			return nil
		}
		h.log.WarnContext(ctx, "news wait for the database", slog.Any("err", err))
		rest(ctx, retryDBWait)
	}
	h.mu.Lock()
	h.cursor, h.isOpen = cursor, !h.isOver
	h.mu.Unlock()

	work, ctx := errgroup.WithContext(ctx)
	work.Go(func() error { return h.write(ctx) })
	work.Go(func() error { return h.read(ctx) })
	work.Go(func() error { return h.listen(ctx) })
	work.Go(func() error { return h.prune(ctx) })
	return work.Wait()
}

// Close ends all streams and refuses new ones; the browsers come back to another node and resume. It is the step of a
// stop before the front door closes. News are still taken and shared while Run runs.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.isOver {
		close(h.over)
	}
	h.isOpen, h.isOver = false, true
}

// rest waits for d or the end of ctx, whichever is first.
func rest(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// may checks every topic of a stream.
//
// Codes: invalid (none, too many, or of no known kind), and those of the checks.
func (h *Hub) may(ctx context.Context, topics []string) error {
	if len(topics) == 0 || len(topics) > topicsMax {
		return errs.Newf(errs.Invalid, "name 1 to %d topics", topicsMax)
	}
	for _, topic := range topics {
		prefix, id, _ := strings.Cut(topic, ":")
		check, known := h.checks[prefix]
		if !known {
			return errs.Newf(errs.Invalid, "there are no news about %q", topic)
		}
		if err := check(ctx, id); err != nil {
			return err
		}
	}
	return nil
}
