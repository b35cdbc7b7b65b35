package httpx

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"saveline/internal/errs"
)

// statusOf is the one map from our error codes to HTTP.
var statusOf = map[errs.Code]int{
	errs.Invalid:         http.StatusUnprocessableEntity,
	errs.Unauthenticated: http.StatusUnauthorized,
	errs.Forbidden:       http.StatusForbidden,
	errs.NotFound:        http.StatusNotFound,
	errs.Conflict:        http.StatusConflict,
	errs.Stale:           http.StatusPreconditionFailed,
	errs.Unversioned:     http.StatusPreconditionRequired,
	errs.Limited:         http.StatusTooManyRequests,
	errs.Unavailable:     http.StatusServiceUnavailable,
	errs.Internal:        http.StatusInternalServerError,
}

const (
	problemType  = "application/problem+json"
	oursSentence = "something went wrong on our side; the request id helps us find it"
	goneSentence = "the request ended before it could be answered"
)

// Details is the body of every answer that is not a success: RFC 9457 with the place of each fault and the request's id.
type Details struct {
	Title     string  `json:"title" doc:"the status in words"`
	Status    int     `json:"status"`
	Detail    string  `json:"detail" doc:"what happened and what to do, for a person"`
	Errors    []Fault `json:"errors,omitempty" doc:"each fault of the input"`
	RequestID string  `json:"requestId,omitempty" doc:"name it when you ask for help"`
}

// Fault is one fault of the input, and where: "body.windows.0.from", "query.page".
type Fault struct {
	Location string `json:"location"`
	Message  string `json:"message"`
}

// Error makes Details an error that huma passes through.
func (d *Details) Error() string { return d.Detail }

// GetStatus is the HTTP status.
func (d *Details) GetStatus() int { return d.Status }

// ContentType turns the negotiated type into its problem form.
func (d *Details) ContentType(string) string { return problemType }

var _ huma.StatusError = (*Details)(nil)

// huma asks these two package variables for each error it makes itself (validation, unreadable bodies, negotiation).
// They are set once, before any request: all errors of the process look alike. huma's own details repeat the faulty
// value; ours do not, because it may be a password.
func init() {
	huma.NewError = func(status int, detail string, faults ...error) huma.StatusError {
		return newDetails(context.Background(), status, detail, faults)
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, detail string, faults ...error) huma.StatusError {
		if ctx == nil {
			return newDetails(context.Background(), status, detail, faults)
		}
		if status >= http.StatusInternalServerError {
			return problemOf(ctx.Context(), errors.Join(append([]error{errors.New(detail)}, faults...)...))
		}
		return newDetails(ctx.Context(), status, detail, faults)
	}
}

func newDetails(ctx context.Context, status int, detail string, faults []error) *Details {
	d := &Details{Title: http.StatusText(status), Status: status, Detail: detail, RequestID: RequestID(ctx)}
	for _, f := range faults {
		var at huma.ErrorDetailer
		switch {
		case f == nil:
		case errors.As(f, &at):
			d.Errors = append(d.Errors, Fault{dotted(at.ErrorDetail().Location), at.ErrorDetail().Message})
		default:
			d.Errors = append(d.Errors, Fault{"body", f.Error()})
		}
	}
	if detail == "validation failed" && len(d.Errors) > 0 {
		d.Detail = "some of the input needs attention: " + d.Errors[0].Location + ": " + d.Errors[0].Message
	}
	return d
}

var indexPattern = regexp.MustCompile(`\[(\d+)\]`)

// dotted writes huma's "body.windows[0].from" as "body.windows.0.from", the form a page can look fields up by.
func dotted(location string) string { return indexPattern.ReplaceAllString(location, ".$1") }

// Problem turns any error into an RFC 9457 problem. What an operator needs is logged, never sent.
func Problem(ctx context.Context, err error) error { return problemOf(ctx, err) }

func problemOf(ctx context.Context, err error) *Details {
	var (
		e       *errs.Error
		already *Details
		tooBig  *http.MaxBytesError
	)
	switch {
	case errors.As(err, &already):
		return already
	case errors.As(err, &tooBig):
		return newDetails(ctx, http.StatusRequestEntityTooLarge, "the body is larger than this operation takes", nil)
	case errors.As(err, &e):
		return ofHouse(ctx, e, err)
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		return newDetails(ctx, http.StatusServiceUnavailable, goneSentence, nil)
	}
	logFor(ctx).ErrorContext(ctx, "request failed", slog.Any("err", err))
	return newDetails(ctx, http.StatusInternalServerError, oursSentence, nil)
}

func ofHouse(ctx context.Context, e *errs.Error, whole error) *Details {
	status, known := statusOf[e.Code]
	if !known {
		status = http.StatusInternalServerError
	}
	detail := e.Message
	switch {
	case status == http.StatusInternalServerError:
		logFor(ctx).ErrorContext(ctx, "request failed", slog.Any("err", whole))
		detail = oursSentence
	case e.Cause != nil:
		logFor(ctx).WarnContext(ctx, "request refused", slog.String("code", string(e.Code)), slog.Any("err", whole))
	}
	d := newDetails(ctx, status, detail, nil)
	for _, f := range e.Fields {
		d.Errors = append(d.Errors, Fault{placed(f.Path), f.Message})
	}
	return d
}

// placed says which part of the request a field's path is of; a path that does not say is of the body.
func placed(path string) string {
	for _, part := range []string{"body.", "query.", "path.", "header."} {
		if strings.HasPrefix(path, part) {
			return path
		}
	}
	return "body." + path
}

// writeProblem answers with err outside of huma: unknown paths, panics, cross-site requests.
func writeProblem(ctx context.Context, w http.ResponseWriter, err error) {
	d := problemOf(ctx, err)
	w.Header().Set("Content-Type", problemType)
	w.WriteHeader(d.Status)
	_ = json.NewEncoder(w).Encode(d) // the client has gone: there is nobody left to tell
}
