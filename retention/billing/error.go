package billing

import (
	"context"
	"errors"
	"fmt"
)

// ErrorKind says what an error means for the change that was asked for.
type ErrorKind string

// The kinds of error. Of an error that is none of these nothing is known, so it is Unclear.
const (
	Unsupported ErrorKind = "unsupported" // this billing system cannot do that
	NotFound    ErrorKind = "not_found"   // it knows no such subscription or invoice
	Refused     ErrorKind = "refused"     // it understood, and said no
	Unclear     ErrorKind = "unclear"     // no answer, or none that says whether the change was made
)

// Error is an answer of a billing system that is no yes. Message is fit for the people who mend it; it holds no secret.
type Error struct {
	Kind    ErrorKind
	Message string
	Cause   error
}

// Errorf returns an error of a kind.
func Errorf(kind ErrorKind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

func (e *Error) Error() string {
	if e.Cause == nil {
		return e.Message
	}
	return e.Message + ": " + e.Cause.Error()
}

func (e *Error) Unwrap() error { return e.Cause }

// KindOf is the kind of err: Unclear for an error that does not say, "" for none.
func KindOf(err error) ErrorKind {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok && !errors.Is(err, context.Canceled) {
		return e.Kind
	}
	return Unclear
}
