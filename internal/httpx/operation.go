// Package httpx is the house's front door: engine, middleware, problem+json, paging, idempotency and the outgoing client.
package httpx

import (
	"context"
	"fmt"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// Permission names one thing a role may do. The table of who may what is in internal/auth.
type Permission string

// Public marks an operation that needs no sign-in.
const Public Permission = "public"

// SignedIn marks an operation that any signed-in person may call about themselves.
const SignedIn Permission = "signed_in"

// Operation declares one API operation. ID is kebab-case and unique; Path is huma's ("/v1/campaigns/{id}").
type Operation struct {
	ID         string
	Method     string
	Path       string
	Summary    string
	Tag        string
	Permission Permission
	Status     int    // success status; 0 lets huma choose (200, or 204 without a body)
	BodyMax    int64  // bytes; 0 means bodyMaxDefault
	Upload     string // content type of a body that is streamed to the handler; the input embeds Upload
	Download   string // content type of an answer that the handler streams (huma.StreamResponse)
}

const bodyMaxDefault = 1 << 20

// PermissionKey is where an operation's permission stands in its huma metadata; the front door enforces it from there.
const PermissionKey = "permission"

// Register adds an operation to the API. Errors of the house (errs) become problem+json with their one status.
// An operation without a permission is a fault of the program: Register panics, so the program does not start.
func Register[I, O any](api huma.API, op Operation, handle func(context.Context, *I) (*O, error)) {
	if op.Permission == "" {
		panic(fmt.Sprintf("httpx: operation %s declares no permission", op.ID))
	}
	if a, ok := api.(named); ok {
		a.names.register(op.ID, reflect.TypeFor[I](), reflect.TypeFor[O]())
	}
	huma.Register(api, op.describe(), func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, Problem(ctx, err)
		}
		return out, nil
	})
}

// describe is the operation as huma wants to hear of it.
func (op Operation) describe() huma.Operation {
	h := huma.Operation{
		OperationID: op.ID, Method: op.Method, Path: op.Path, Summary: op.Summary, DefaultStatus: op.Status,
		MaxBodyBytes: op.BodyMax, Metadata: map[string]any{PermissionKey: op.Permission},
	}
	if op.BodyMax == 0 {
		h.MaxBodyBytes = bodyMaxDefault
	}
	if op.Tag != "" {
		h.Tags = []string{op.Tag}
	}
	if op.Permission != Public {
		h.Security = []map[string][]string{{"session": {}}, {"token": {}}}
		h.Extensions = map[string]any{"x-permission": string(op.Permission)}
	}
	binary := &huma.Schema{Type: "string", Format: "binary"}
	if op.Upload != "" {
		h.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{op.Upload: {Schema: binary}}}
		h.Metadata[uploadKey] = true
	}
	if op.Download != "" {
		h.Responses = map[string]*huma.Response{"200": {
			Description: "OK", Content: map[string]*huma.MediaType{op.Download: {Schema: binary}},
		}}
	}
	return h
}

// Page is the paging every list takes; embed it in the input.
type Page struct {
	Page int `query:"page" minimum:"1" maximum:"1000000" default:"1" doc:"1 is the first page"`
	Size int `query:"size" minimum:"1" maximum:"200" default:"50" doc:"rows a page"`
}

// Offset is the number of rows before this page.
func (p Page) Offset() int { return (p.Page - 1) * p.Size }

// List is one page of a list, and how many rows there are in all.
type List[T any] struct {
	Items []T `json:"items"`
	Total int `json:"total" doc:"rows in all pages"`
}
