package live

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"saveline/internal/httpx"
)

type eventsInput struct {
	Topics      string `query:"topics" required:"true" maxLength:"500" doc:"comma-separated: agent:7,floor" example:"agent:7,floor"`
	LastEventID string `header:"Last-Event-ID" doc:"what the page heard last; sent by the browser when it connects again"`
}

// Routes registers the event stream.
func (h *Hub) Routes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "events", Method: http.MethodGet, Path: "/v1/events", Tag: "events", Permission: httpx.SignedIn,
		Summary:  "News for an open page, as server-sent events; the event reset means: fetch everything again",
		Download: "text/event-stream",
	}, h.events)
}

func (h *Hub) events(ctx context.Context, in *eventsInput) (*huma.StreamResponse, error) {
	topics := strings.Split(in.Topics, ",")
	if err := h.may(ctx, topics); err != nil {
		return nil, err
	}
	s, from, err := h.open(topics)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hctx huma.Context) {
		hctx.SetHeader("Content-Type", "text/event-stream")
		hctx.SetHeader("X-Accel-Buffering", "no") // nginx would hold events back
		hctx.SetStatus(http.StatusOK)
		w, isHTTP := hctx.BodyWriter().(http.ResponseWriter)
		if !isHTTP {
			h.leave(s)
			return
		}
		// The client leaves, or is too slow to take a frame: either way the stream is over, and it comes back.
		_ = h.serve(hctx.Context(), s, from, in.LastEventID, &httpSink{w, http.NewResponseController(w), h.pace.write})
	}}, nil
}

// httpSink writes frames to a client that may be slow to take them, each write with a time limit: a client that takes
// nothing must hold no goroutine, and no stop of this server.
type httpSink struct {
	http.ResponseWriter
	control *http.ResponseController
	within  time.Duration
}

func (s *httpSink) Write(b []byte) (int, error) {
	if err := s.limit(); err != nil {
		return 0, err
	}
	return s.ResponseWriter.Write(b)
}

// Flush sends what was written. The limit does not outlive it: a quiet stream is no slow one.
func (s *httpSink) Flush() error {
	if err := s.limit(); err != nil {
		return err
	}
	if err := s.control.Flush(); err != nil {
		return err
	}
	return s.control.SetWriteDeadline(time.Time{})
}

func (s *httpSink) limit() error { return s.control.SetWriteDeadline(time.Now().Add(s.within)) }
