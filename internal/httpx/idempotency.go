package httpx

import (
	"bytes"
	"context"
	"crypto/sha256"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"saveline/internal/errs"
)

const (
	idempotencyHeader = "Idempotency-Key"
	replayedHeader    = "Idempotency-Replayed"
	answerBytesMax    = 1 << 20 // a longer first answer is sent, but not kept
	finishTimeout     = 5 * time.Second
)

// AnswerKey names the first answer to one POST: whose key it is, and what was asked with it.
type AnswerKey struct {
	Owner string // Caller.Label
	Key   string // the Idempotency-Key header
	Input [sha256.Size]byte
}

// Answer is what a POST was answered, to be given again byte for byte.
type Answer struct {
	Status  int
	Headers map[string]string
	Body    []byte
}

// IdempotencyStore keeps first answers for a day.
type IdempotencyStore interface {
	// Claim makes the caller the first to use k (nil, nil) or returns the answer kept for it.
	//
	// Codes: invalid (the key came with another input), conflict (the first request is still at work, or was cut off).
	Claim(ctx context.Context, k AnswerKey) (*Answer, error)
	// Keep stores the answer of a claimed key.
	Keep(ctx context.Context, k AnswerKey, a Answer) error
	// Release forgets a claimed key: the act failed on our side and may be tried again.
	Release(ctx context.Context, k AnswerKey) error
}

var idempotencyKeyPattern = regexp.MustCompile(`^[\x21-\x7e]{1,200}$`)

// idempotent makes a POST that carries an Idempotency-Key happen once: the same key and input get the first answer.
// A public operation has no caller whose key it could be, and goes its way.
func idempotent(store IdempotencyStore) func(huma.Context, func(huma.Context)) {
	return func(hctx huma.Context, next func(huma.Context)) {
		key := hctx.Header(idempotencyHeader)
		caller := callerFrom(hctx.Context())
		if key == "" || hctx.Method() != http.MethodPost || caller == nil {
			next(hctx)
			return
		}
		c := humagin.Unwrap(hctx)
		k, body, err := answerKey(hctx, caller, key)
		if err != nil {
			writeProblem(c.Request.Context(), c.Writer, err)
			return
		}
		kept, err := store.Claim(c.Request.Context(), k)
		switch {
		case err != nil:
			writeProblem(c.Request.Context(), c.Writer, err)
		case kept != nil:
			replay(c.Writer, kept)
		default:
			runOnce(hctx, next, store, k, body)
		}
	}
}

// answerKey reads the whole body (it is within the operation's limit) and hashes what was asked.
func answerKey(hctx huma.Context, caller Caller, key string) (AnswerKey, []byte, error) {
	if !idempotencyKeyPattern.MatchString(key) {
		return AnswerKey{}, nil, errs.Newf(errs.Invalid, "an Idempotency-Key is 1 to 200 printable characters without spaces")
	}
	op := hctx.Operation()
	if op.Metadata[uploadKey] != nil {
		return AnswerKey{}, nil, errs.Newf(errs.Invalid, "an upload takes no Idempotency-Key: leave the header out")
	}
	if op.BodyReadTimeout > 0 {
		_ = hctx.SetReadDeadline(time.Now().Add(op.BodyReadTimeout)) // a recorder in a test has no deadlines
	}
	body, err := io.ReadAll(hctx.BodyReader())
	if err != nil {
		return AnswerKey{}, nil, err
	}
	u := hctx.URL()
	h := sha256.New()
	for _, part := range []string{u.Path, u.RawQuery, hctx.Header("If-Match")} {
		_, _ = io.WriteString(h, part) // a hash never fails
		_, _ = h.Write([]byte{0})
	}
	_, _ = h.Write(body)
	return AnswerKey{Owner: caller.Label(), Key: key, Input: [sha256.Size]byte(h.Sum(nil))}, body, nil
}

// runOnce lets the act happen and keeps its answer, unless it failed on our side or was told to come later. The
// answer is kept even if the client has gone meanwhile: it will ask again.
func runOnce(hctx huma.Context, next func(huma.Context), store IdempotencyStore, k AnswerKey, body []byte) {
	c := humagin.Unwrap(hctx)
	before := maps.Clone(c.Writer.Header())
	w := &answerCopy{Writer: hctx.BodyWriter()}
	finished := false
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(hctx.Context()), finishTimeout)
		defer cancel()
		status := c.Writer.Status()
		var err error
		switch {
		case !finished || status >= http.StatusInternalServerError || status == http.StatusTooManyRequests:
			err = store.Release(ctx, k)
		case w.isTooLong:
			// The claim stays: a second request hears that the first one came through, not its answer.
		default:
			err = store.Keep(ctx, k, Answer{status, newHeaders(before, c.Writer.Header()), w.kept.Bytes()})
		}
		if err != nil {
			logFor(ctx).ErrorContext(ctx, "idempotency key", slog.Any("err", err))
		}
	}()
	next(&onceContext{wrapped: hctx, body: bytes.NewReader(body), w: w})
	finished = true
}

// newHeaders are those the operation set, without what belongs to this one exchange or is a secret.
func newHeaders(before, after http.Header) map[string]string {
	out := map[string]string{}
	for name := range after {
		if name != "Set-Cookie" && !slices.Equal(before[name], after[name]) {
			out[name] = after.Get(name)
		}
	}
	return out
}

func replay(w http.ResponseWriter, a *Answer) {
	for name, value := range a.Headers {
		w.Header().Set(name, value)
	}
	w.Header().Set(replayedHeader, "true")
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Body) // the client has gone: it may ask once more
}

// answerCopy passes an answer on and keeps a copy of up to answerBytesMax.
type answerCopy struct {
	io.Writer
	kept      bytes.Buffer
	isTooLong bool
}

func (w *answerCopy) Write(p []byte) (int, error) {
	if w.kept.Len()+len(p) > answerBytesMax {
		w.isTooLong = true
	} else {
		w.kept.Write(p)
	}
	return w.Writer.Write(p)
}

// wrapped is huma.Context under a name that does not hide its method Context.
type wrapped = huma.Context

// onceContext hands the operation the body that was read ahead and a writer that keeps a copy.
type onceContext struct {
	wrapped
	body io.Reader
	w    io.Writer
}

func (c *onceContext) BodyReader() io.Reader { return c.body }
func (c *onceContext) BodyWriter() io.Writer { return c.w }

// Unwrap lets humagin find its own context underneath.
func (c *onceContext) Unwrap() huma.Context { return c.wrapped }
