package live

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/lib/pq"

	"saveline/internal/errs"
)

const (
	queueMax    = 256  // rows a stream may be behind before it is told to refetch
	backlogMax  = 1000 // rows a resuming page is given before it is told to refetch
	retryMillis = 2000 // a browser comes back after this
)

// stream is one open page.
type stream struct {
	topics []string
	queue  chan row
	lost   atomic.Bool // the queue was full: the page must refetch
}

// offer queues r, or notes that the stream is too slow.
func (s *stream) offer(r row) {
	select {
	case s.queue <- r:
	default:
		s.lost.Store(true)
	}
}

// sink is where frames go; Flush sends what was written.
type sink interface {
	io.Writer
	Flush() error
}

// open registers a stream for its topics and says up to which row it has missed everything.
//
// Codes: unavailable (the hub does not run).
func (h *Hub) open(topics []string) (*stream, int64, error) {
	s := &stream{topics: topics, queue: make(chan row, queueMax)}
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.isOpen {
		return nil, 0, errs.Newf(errs.Unavailable, "this server is starting or stopping; the page connects again by itself")
	}
	for _, t := range slices.Concat(topics, []string{everyTopic}) {
		if h.streams[t] == nil {
			h.streams[t] = map[*stream]struct{}{}
		}
		h.streams[t][s] = struct{}{}
	}
	return s, h.cursor, nil
}

func (h *Hub) leave(s *stream) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, t := range slices.Concat(s.topics, []string{everyTopic}) {
		delete(h.streams[t], s)
		if len(h.streams[t]) == 0 {
			delete(h.streams, t)
		}
	}
}

// serve sends a stream its news until the client leaves, the hub closes, or the stream is old enough to be authorised
// again. lastID is what the browser says it heard last, "" for a page that has just been loaded.
func (h *Hub) serve(ctx context.Context, s *stream, from int64, lastID string, out sink) error {
	defer h.leave(s)
	if _, err := fmt.Fprintf(out, "retry: %d\n\n", retryMillis); err != nil {
		return err
	}
	heard, err := h.resume(ctx, s, from, lastID, out)
	if err != nil {
		return err
	}
	keepAlive := time.NewTicker(h.pace.keepAlive)
	defer keepAlive.Stop()
	end := time.NewTimer(h.pace.streamMax)
	defer end.Stop()
	for {
		if err := out.Flush(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-h.over:
			return nil
		case <-end.C:
			return nil
		case <-keepAlive.C:
			_, err = io.WriteString(out, ": keep-alive\n\n")
		case r := <-s.queue:
			heard, err = s.send(out, r, heard)
		}
		if err != nil {
			return err
		}
	}
}

// send writes r and what waits behind it, as far as the page has not heard it. If the queue was full in between, what
// is left of it is dropped and the page refetches.
func (s *stream) send(out io.Writer, r row, heard int64) (int64, error) {
	for {
		if s.lost.Swap(false) {
			for len(s.queue) > 0 {
				r = <-s.queue
			}
			r.Event, r.Data = resetEvent, "null"
		}
		if r.ID > heard || r.Event == resetEvent {
			heard = max(heard, r.ID)
			if err := frame(out, heard, r.Event, r.Data); err != nil {
				return heard, err
			}
		}
		select {
		case r = <-s.queue:
		default:
			return heard, nil
		}
	}
}

func frame(out io.Writer, id int64, event, data string) error {
	_, err := fmt.Fprintf(out, "id: %d\nevent: %s\ndata: %s\n\n", id, event, data)
	return err
}

// The row the page heard last comes along: if it is gone, so may be those after it.
const selectBacklog = `
SELECT id, topic, event, data::text AS data FROM live_events
WHERE id = $1 OR (id > $1 AND id <= $2 AND topic = ANY($3)) ORDER BY id LIMIT $4`

// resume gives a page what it missed, or tells it to refetch if that is unknown or too much. It returns the id up to
// which the page has heard everything.
func (h *Hub) resume(ctx context.Context, s *stream, from int64, lastID string, out io.Writer) (int64, error) {
	if lastID == "" {
		_, err := fmt.Fprintf(out, "id: %d\n\n", from) // no event: the browser only notes where it is
		return from, err
	}
	last, err := strconv.ParseInt(lastID, 10, 64)
	if err != nil {
		return from, frame(out, from, resetEvent, "null")
	}
	if last == from {
		return from, nil
	}
	var rows []row
	topics := append([]string{everyTopic}, s.topics...)
	if err := h.db.SelectContext(ctx, &rows, selectBacklog, last, from, pq.Array(topics), backlogMax+2); err != nil {
		return from, fmt.Errorf("read missed news: %w", err)
	}
	if len(rows) == 0 || rows[0].ID != last || len(rows) > backlogMax+1 {
		return from, frame(out, from, resetEvent, "null")
	}
	for _, r := range rows[1:] {
		if err := frame(out, r.ID, r.Event, r.Data); err != nil {
			return from, err
		}
	}
	return max(last, from), nil
}
