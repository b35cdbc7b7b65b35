package live

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/lib/pq"
)

const (
	readRowsMax        = 500
	listenReconnectMin = 100 * time.Millisecond
	listenReconnectMax = 10 * time.Second
	listenPing         = time.Minute
)

// row is one piece of news as it lies in the database.
type row struct {
	ID    int64  `db:"id"`
	Topic string `db:"topic"`
	Event string `db:"event"`
	Data  string `db:"data"`
}

const selectNew = `
SELECT id, topic, event, data::text AS data FROM live_events WHERE id > $1 ORDER BY id LIMIT $2`

// read hands new rows to the streams, woken by the writer and the listener, and by itself each h.pace.poll.
func (h *Hub) read(ctx context.Context) error {
	tick := time.NewTicker(h.pace.poll)
	defer tick.Stop()
	fresh := h.now()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-h.look:
		case <-tick.C:
		}
		err := h.readNew(ctx)
		switch {
		case err == nil && h.now().Sub(fresh) > eventsKept:
			h.resetAll() // rows may have been deleted before this node came to read them
			fresh = h.now()
		case err == nil:
			fresh = h.now()
		case ctx.Err() == nil:
			h.log.WarnContext(ctx, "news are not read", slog.Any("err", err))
			rest(ctx, retryDBWait)
		}
	}
}

func (h *Hub) readNew(ctx context.Context) error {
	for {
		var rows []row
		if err := h.db.SelectContext(ctx, &rows, selectNew, h.cursorNow(), readRowsMax); err != nil {
			return fmt.Errorf("read news: %w", err)
		}
		h.hand(rows)
		if len(rows) < readRowsMax {
			return nil
		}
	}
}

func (h *Hub) cursorNow() int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.cursor
}

// hand gives each row to the streams of its topic. It never waits for a stream.
func (h *Hub) hand(rows []row) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range rows {
		h.cursor = r.ID
		tell(h.streams[r.Topic], r) // every stream is among those of everyTopic
	}
}

func tell(streams map[*stream]struct{}, r row) {
	for s := range streams {
		s.offer(r)
	}
}

func (h *Hub) resetAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	tell(h.streams[everyTopic], row{ID: h.cursor, Topic: everyTopic, Event: resetEvent, Data: "null"})
}

// listen waits for other nodes' wake-ups. While its connection is away the reader looks by itself; when it is back
// the listener wakes the reader once, for what was missed.
func (h *Hub) listen(ctx context.Context) error {
	l := pq.NewListener(h.dsn, listenReconnectMin, listenReconnectMax, func(e pq.ListenerEventType, err error) {
		if err != nil && e != pq.ListenerEventConnected && ctx.Err() == nil {
			h.log.Warn("wake-ups from other nodes are late", slog.Any("err", err))
		}
	})
	defer func() { _ = l.Close() }()
	listening := make(chan error, 1)
	var started sync.WaitGroup
	defer started.Wait()
	started.Go(func() { listening <- l.Listen(channel) }) // it blocks while the database is away; Close ends it
	ping := time.NewTicker(listenPing)
	defer ping.Stop()
	for {
		select {
		case <-ctx.Done():
			_ = l.Close() // before the wait
			return nil
		case err := <-listening:
			listening = nil
			if err != nil {
				h.log.Warn("wake-ups from other nodes are not heard", slog.Any("err", err))
			}
		case <-l.Notify: // nil after a reconnect: then too there may be news
			poke(h.look)
		case <-ping.C:
			_ = l.Ping() // finds out that a connection is dead; the listener then makes a new one
		}
	}
}
