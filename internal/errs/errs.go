// Package errs is the one error vocabulary of the program: a code, a sentence for people, and a cause.
package errs

import (
	"errors"
	"fmt"
)

// Code classes an error. Each has exactly one HTTP status, decided in package httpx and nowhere else.
type Code string

// The closed list of codes.
const (
	Invalid         Code = "invalid"         // the input is wrong; Fields says where
	Unauthenticated Code = "unauthenticated" // nobody is signed in
	Forbidden       Code = "forbidden"       // signed in, but not allowed
	NotFound        Code = "not_found"       // there is no such thing, or it is another client's
	Conflict        Code = "conflict"        // it is in another state, or exists already
	Stale           Code = "stale"           // somebody changed it since it was read (ETag)
	Unversioned     Code = "unversioned"     // a change must say which version it was made from (If-Match)
	Limited         Code = "limited"         // too many, too fast or too large
	Unavailable     Code = "unavailable"     // try again: a switch, a database or this node is not ready
	Internal        Code = "internal"        // our fault
)

// Field is one fault of one input field; Path is dotted, as the client sent it ("windows.0.from").
type Field struct {
	Path    string `json:"path"`
	Message string `json:"message"`
}

// Error carries what a person may read in Message and what an operator needs in Cause.
type Error struct {
	Code    Code
	Message string
	Fields  []Field
	Cause   error
}

func (e *Error) Error() string {
	if e.Cause == nil {
		return e.Message
	}
	return e.Message + ": " + e.Cause.Error()
}

func (e *Error) Unwrap() error { return e.Cause }

// Newf returns an error with a code and a sentence fit for the user's eyes.
func Newf(c Code, format string, args ...any) *Error {
	return &Error{Code: c, Message: fmt.Sprintf(format, args...)}
}

// WithCause is Newf that keeps the operator's cause.
func WithCause(c Code, cause error, format string, args ...any) *Error {
	return &Error{Code: c, Message: fmt.Sprintf(format, args...), Cause: cause}
}

// Wrap says what was being done when err happened; code and message of an *Error inside survive. A nil err stays nil.
func Wrap(err error, doing string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// CodeOf unwraps err to its code; an error that has none is Internal, nil is "".
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return Internal
}

// Is reports whether err carries code c.
func Is(err error, c Code) bool { return err != nil && CodeOf(err) == c }

// Faults collects the faults of one input, so that Validate can name them all at once.
type Faults []Field

// Addf notes one fault.
func (f *Faults) Addf(path, format string, args ...any) {
	*f = append(*f, Field{Path: path, Message: fmt.Sprintf(format, args...)})
}

// Check notes a fault unless ok.
func (f *Faults) Check(ok bool, path, message string) {
	if !ok {
		f.Addf(path, "%s", message)
	}
}

// Err is nil when nothing was noted, else one Invalid error with all fields.
func (f Faults) Err() error {
	if len(f) == 0 {
		return nil
	}
	e := Newf(Invalid, "%s: %s", f[0].Path, f[0].Message)
	if len(f) > 1 {
		e = Newf(Invalid, "%d fields need attention", len(f))
	}
	e.Fields = f
	return e
}
