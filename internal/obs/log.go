// Package obs is how the service is watched: its log, its metrics and whether it is well.
package obs

import (
	"context"
	"io"
	"log/slog"
	"slices"
)

// NewHandler writes records to w as text or JSON, each with what Note put into its context.
func NewHandler(w io.Writer, level slog.Level, asJSON bool) slog.Handler {
	o := &slog.HandlerOptions{Level: level}
	if asJSON {
		return noting{slog.NewJSONHandler(w, o)}
	}
	return noting{slog.NewTextHandler(w, o)}
}

type notesKey struct{}

// Note returns a context whose log records carry the attributes, such as the call that is being worked on:
// obs.Note(ctx, obs.Call(id)).
func Note(ctx context.Context, attrs ...slog.Attr) context.Context {
	before, _ := ctx.Value(notesKey{}).([]slog.Attr)
	return context.WithValue(ctx, notesKey{}, append(slices.Clip(before), attrs...))
}

// Call names the call in the log. The key is the same everywhere, so that one search finds all of a call's lines.
func Call[ID ~int64](id ID) slog.Attr { return slog.Int64("call", int64(id)) }

// noting adds the context's notes to each record.
type noting struct{ slog.Handler }

func (h noting) Handle(ctx context.Context, r slog.Record) error {
	if notes, ok := ctx.Value(notesKey{}).([]slog.Attr); ok {
		r = r.Clone()
		r.AddAttrs(notes...)
	}
	return h.Handler.Handle(ctx, r)
}

func (h noting) WithAttrs(attrs []slog.Attr) slog.Handler { return noting{h.Handler.WithAttrs(attrs)} }

func (h noting) WithGroup(name string) slog.Handler { return noting{h.Handler.WithGroup(name)} }
