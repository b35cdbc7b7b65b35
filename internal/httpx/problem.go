package httpx

import (
	"context"
	"errors"
	"net/http"

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
	errs.Limited:         http.StatusTooManyRequests,
	errs.Unavailable:     http.StatusServiceUnavailable,
	errs.Internal:        http.StatusInternalServerError,
}

// Problem turns any error into an RFC 9457 problem. What an operator needs is logged, never sent.
func Problem(_ context.Context, err error) error {
	var e *errs.Error
	if !errors.As(err, &e) {
		return huma.NewError(http.StatusInternalServerError, "something went wrong on our side; the request id helps us find it", nil)
	}
	details := make([]error, 0, len(e.Fields))
	for _, f := range e.Fields {
		details = append(details, &huma.ErrorDetail{Location: "body." + f.Path, Message: f.Message})
	}
	return huma.NewError(statusOf[e.Code], e.Message, details...)
}
