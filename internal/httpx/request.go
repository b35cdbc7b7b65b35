package httpx

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
)

const requestIDHeader = "X-Request-Id"

// Request is what the front door knows of the request at hand, whoever sent it.
type Request struct {
	ID      string
	Address string // the client's, as far as the trusted proxies can be believed
	Agent   string // the browser's or program's own name, cut to userAgentMax bytes
	Secure  bool   // the client came by https
	log     *slog.Logger
}

const userAgentMax = 200

type requestKey struct{}

// RequestFrom is the request ctx belongs to; outside of a request all its fields are zero.
func RequestFrom(ctx context.Context) Request {
	r, _ := ctx.Value(requestKey{}).(Request)
	return r
}

// RequestID is the id of the request ctx belongs to, "" outside of a request.
func RequestID(ctx context.Context) string { return RequestFrom(ctx).ID }

// WithRequest puts r into ctx; the front door and tests call it.
func WithRequest(ctx context.Context, r Request) context.Context {
	return context.WithValue(ctx, requestKey{}, r)
}

// logFor is the logger of the engine that serves ctx.
func logFor(ctx context.Context) *slog.Logger {
	if l := RequestFrom(ctx).log; l != nil {
		return l
	}
	return slog.Default()
}

// Logs is a slog.Handler that adds the request's id to every record made while serving it.
func Logs(next slog.Handler) slog.Handler { return idHandler{next} }

type idHandler struct{ slog.Handler }

func (h idHandler) Handle(ctx context.Context, r slog.Record) error {
	if id := RequestID(ctx); id != "" {
		r = r.Clone()
		r.AddAttrs(slog.String("request", id))
	}
	return h.Handler.Handle(ctx, r)
}

func (h idHandler) WithAttrs(a []slog.Attr) slog.Handler { return idHandler{h.Handler.WithAttrs(a)} }

func (h idHandler) WithGroup(g string) slog.Handler { return idHandler{h.Handler.WithGroup(g)} }

var requestIDPattern = regexp.MustCompile(`^[A-Za-z0-9._:-]{6,80}$`)

// identify gives the request its id (the caller's own if it is a fit one) and tells it back.
func identify(log *slog.Logger) gin.HandlerFunc {
	return func(c *gin.Context) {
		id := c.GetHeader(requestIDHeader)
		if !requestIDPattern.MatchString(id) {
			id = newRequestID()
		}
		agent := c.Request.UserAgent()
		if len(agent) > userAgentMax {
			agent = strings.ToValidUTF8(agent[:userAgentMax], "")
		}
		c.Header(requestIDHeader, id)
		c.Request = c.Request.WithContext(WithRequest(c.Request.Context(), Request{
			ID: id, Address: c.ClientIP(), Agent: agent, Secure: isSecure(c), log: log,
		}))
		c.Next()
	}
}

// isSecure believes X-Forwarded-Proto only from a proxy we trust: gin then names another client than the peer.
func isSecure(c *gin.Context) bool {
	if c.Request.TLS != nil {
		return true
	}
	return c.ClientIP() != c.RemoteIP() && c.GetHeader("X-Forwarded-Proto") == "https"
}

func newRequestID() string {
	var b [10]byte
	_, _ = rand.Read(b[:]) // crypto/rand never fails
	return hex.EncodeToString(b[:])
}

// accessLog writes one line a request. It names the route, not the path: a path may hold a phone number.
func accessLog(log *slog.Logger) gin.HandlerFunc {
	return func(c *gin.Context) {
		start := time.Now()
		c.Next()
		route := c.FullPath()
		if route == "" {
			route = "-"
		}
		log.LogAttrs(c.Request.Context(), levelOf(c.Writer.Status(), route), "request",
			slog.String("method", c.Request.Method), slog.String("route", route), slog.Int("status", c.Writer.Status()),
			slog.Int("bytes", max(c.Writer.Size(), 0)), slog.Duration("took", time.Since(start)),
			slog.String("address", c.ClientIP()), slog.String("by", c.GetString(callerName)))
	}
}

// levelOf keeps the probes, which come every few seconds, out of the way.
func levelOf(status int, route string) slog.Level {
	switch {
	case status >= http.StatusInternalServerError:
		return slog.LevelError
	case route == "/healthz" || route == "/readyz" || route == "/metrics":
		return slog.LevelDebug
	}
	return slog.LevelInfo
}

// recoverPanics answers a panic with a problem and keeps its stack in the log.
func recoverPanics(log *slog.Logger) gin.HandlerFunc {
	return func(c *gin.Context) {
		defer func() {
			p := recover()
			switch {
			case p == nil:
				return
			case p == http.ErrAbortHandler: //nolint:errorlint // net/http compares the panic value itself
				panic(p)
			}
			ctx := c.Request.Context()
			log.ErrorContext(ctx, "panic", slog.String("panic", fmt.Sprint(p)), slog.String("stack", string(debug.Stack())))
			c.Abort()
			if c.Writer.Written() {
				panic(http.ErrAbortHandler) // half an answer is out: cut the connection, so that nobody takes it for whole
			}
			writeProblem(ctx, c.Writer, newDetails(ctx, http.StatusInternalServerError, oursSentence, nil))
		}()
		c.Next()
	}
}
