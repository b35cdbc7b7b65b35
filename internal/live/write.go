package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

const (
	channel    = "saveline_live"
	everyTopic = "*" // a row that every stream hears
	resetEvent = "reset"
)

// The lock makes ids appear in order: the next writer gets its ids only after this one's rows are visible, because
// PostgreSQL shows a commit before it lets the lock go. So no reader's cursor can pass an id that is yet to appear.
const (
	lockEvents   = `SELECT pg_advisory_xact_lock(hashtext('live_events'))`
	insertEvents = `
INSERT INTO live_events (at, topic, event, data)
SELECT $1, topic, event, data::jsonb
FROM unnest($2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS news (topic, event, data, place)
ORDER BY place`
	wakeNodes    = `SELECT pg_notify($1, 'look')`
	deleteEvents = `DELETE FROM live_events WHERE at < $1`
)

type batch struct {
	topics, events, data []string
}

// write puts what waits into the database, at most one batch each h.pace.flush, on a connection of its own: a pool
// that is busy with requests does not make screens wait.
func (h *Hub) write(ctx context.Context) error {
	var conn *sqlx.Conn
	defer func() { drop(conn) }()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-h.written:
		}
		b := h.take()
		err := h.flush(ctx, &conn, b)
		switch {
		case isUnfit(err):
			h.log.ErrorContext(ctx, "news cannot be stored; pages are told to refetch", slog.Any("err", err))
			h.spill()
		case err != nil && ctx.Err() == nil:
			h.log.WarnContext(ctx, "news are not written yet", slog.Any("err", err))
			drop(conn)
			conn = nil
			h.putBack(b)
			rest(ctx, retryDBWait)
			continue
		}
		poke(h.look)
		rest(ctx, h.pace.flush)
	}
}

// isUnfit reports that the data itself was refused (SQLSTATE class 22): the same batch would be refused again.
func isUnfit(err error) bool {
	var e *pq.Error
	return errors.As(err, &e) && e.Code.Class() == "22"
}

func (h *Hub) spill() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.spilled = true
	poke(h.written)
}

func drop(conn *sqlx.Conn) {
	if conn != nil {
		_ = conn.Close() // it goes back to the pool, which drops it if it is broken
	}
}

// take empties what waits. If too much waited, one row tells every page to refetch instead.
func (h *Hub) take() batch {
	h.mu.Lock()
	defer h.mu.Unlock()
	var b batch
	for _, k := range h.order {
		b.add(k, h.pending[k])
	}
	if h.spilled {
		b = batch{}
		b.add(kind{everyTopic, resetEvent}, json.RawMessage("null"))
	}
	h.pending, h.order, h.spilled = map[kind]json.RawMessage{}, nil, false
	return b
}

func (b *batch) add(k kind, raw json.RawMessage) {
	b.topics, b.events, b.data = append(b.topics, k.topic), append(b.events, k.event), append(b.data, string(raw))
}

// putBack returns a batch that was not written, before what came since and without overtaking it.
func (h *Hub) putBack(b batch) {
	h.mu.Lock()
	defer h.mu.Unlock()
	newer, newerOrder := h.pending, h.order
	h.pending, h.order = map[kind]json.RawMessage{}, nil
	for i := range b.topics {
		h.note(kind{b.topics[i], b.events[i]}, json.RawMessage(b.data[i]))
	}
	for _, k := range newerOrder {
		h.note(k, newer[k])
	}
	poke(h.written)
}

// flush writes one batch and then, outside of the transaction, wakes the other nodes: a NOTIFY inside would take a
// database-wide lock at commit.
func (h *Hub) flush(ctx context.Context, conn **sqlx.Conn, b batch) error {
	if len(b.topics) == 0 {
		return nil
	}
	if *conn == nil {
		c, err := h.db.Connx(ctx)
		if err != nil {
			return fmt.Errorf("connect: %w", err)
		}
		*conn = c
	}
	if err := insert(ctx, *conn, h.now(), b); err != nil {
		return err
	}
	if _, err := (*conn).ExecContext(ctx, wakeNodes, channel); err != nil {
		h.log.WarnContext(ctx, "other nodes were not woken; they look by themselves", slog.Any("err", err))
		drop(*conn)
		*conn = nil
	}
	return nil
}

func insert(ctx context.Context, conn *sqlx.Conn, now time.Time, b batch) error {
	tx, err := conn.BeginTxx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing; before, the error that led here says more
	if _, err := tx.ExecContext(ctx, lockEvents); err != nil {
		return fmt.Errorf("lock news: %w", err)
	}
	_, err = tx.ExecContext(ctx, insertEvents, now, pq.Array(b.topics), pq.Array(b.events), pq.Array(b.data))
	if err != nil {
		return fmt.Errorf("write news: %w", err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit news: %w", err)
	}
	return nil
}

// prune deletes what no page can resume from any more.
func (h *Hub) prune(ctx context.Context) error {
	for ctx.Err() == nil {
		if _, err := h.db.ExecContext(ctx, deleteEvents, h.now().Add(-eventsKept)); err != nil && ctx.Err() == nil {
			h.log.WarnContext(ctx, "old news are not deleted", slog.Any("err", err))
		}
		rest(ctx, h.pace.prune)
	}
	return nil
}
