// Package authtest walks every operation of an API with every role, of the client whose things they are and of another.
package authtest

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"saveline/internal/auth"
	"saveline/internal/httpx"
)

// Operation is one registered operation and the permission it declares.
type Operation struct {
	ID         string
	Method     string
	Path       string // huma's, with {parameters}
	Permission httpx.Permission
	Described  *huma.Operation
}

// Operations lists what is registered with api, by id.
func Operations(api huma.API) []Operation {
	var all []Operation
	for path, item := range api.OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Head, item.Post, item.Put, item.Patch, item.Delete} {
			if op == nil {
				continue
			}
			p, _ := op.Metadata[httpx.PermissionKey].(httpx.Permission)
			all = append(all, Operation{ID: op.OperationID, Method: op.Method, Path: path, Permission: p, Described: op})
		}
	}
	slices.SortFunc(all, func(a, b Operation) int { return strings.Compare(a.ID, b.ID) })
	return all
}

// Matrix says what to walk. Own is the client in whose world the things named in Paths live; Foreign is another one.
type Matrix struct {
	API     huma.API
	Handler http.Handler
	Auth    *auth.Service
	Own     auth.ClientID
	Foreign auth.ClientID
	Paths   map[string]string // operation id -> path of a thing of Own's; an operation with {parameters} needs one
	Bodies  map[string]string // operation id -> a valid body, where one made from the schema does not do
	House   map[string]bool   // operation ids whose {parameters} name things of no client
	Marker  string            // a word that stands in Own's data and must never reach Foreign; "" = not looked for
}

const (
	requestTimeout = 10 * time.Second // an event stream ends sooner: a recorder takes no write deadline
	refusedByRole  = "your role does not allow this"
)

// Run sends every operation as nobody and as every role of both clients:
// nobody gets 401; a role without the permission gets 403; a role with it gets neither, and no fault of ours;
// somebody of the foreign client gets 404 for a thing of Own's, and never sees Marker.
func (m Matrix) Run(t *testing.T) {
	t.Helper()
	own, foreign := m.people(t, m.Own), m.people(t, m.Foreign)
	for _, op := range Operations(m.API) {
		t.Run(op.ID, func(t *testing.T) {
			m.asNobody(t, op)
			for _, role := range auth.Roles { // refusals first: they change nothing
				if !may(role, op.Permission) {
					m.refused(t, op, own[role], role)
				}
			}
			for _, role := range auth.Roles {
				if may(role, op.Permission) {
					m.kept(t, op, foreign[role], role)
				}
			}
			isFirst := true
			for _, role := range auth.Roles {
				if may(role, op.Permission) {
					m.allowed(t, op, own[role], role, isFirst)
					isFirst = false
				}
			}
		})
	}
}

func may(r auth.Role, p httpx.Permission) bool { return auth.Actor{Roles: []auth.Role{r}}.Can(p) }

func (m Matrix) people(t *testing.T, client auth.ClientID) map[auth.Role]auth.UserID {
	t.Helper()
	out := map[auth.Role]auth.UserID{}
	for _, role := range auth.Roles {
		u, _, err := m.Auth.CreateUser(context.Background(), auth.System("authtest"), auth.NewUser{
			Email: fmt.Sprintf("%s-of-%d@matrix.example", role, client), Name: fmt.Sprintf("%s of %d", role, client),
			Roles: []auth.Role{role}, ClientIDs: []auth.ClientID{client}, Simulated: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		out[role] = u.ID
	}
	return out
}

func (m Matrix) asNobody(t *testing.T, op Operation) {
	t.Helper()
	if op.Permission == httpx.Public {
		return // whether it answers 401 is its own affair: a wrong password does
	}
	if w := m.send(t, op, 0); w.Code != http.StatusUnauthorized {
		t.Errorf("nobody: %s answers %d, want 401", op.ID, w.Code)
	}
}

func (m Matrix) refused(t *testing.T, op Operation, user auth.UserID, role auth.Role) {
	t.Helper()
	w := m.send(t, op, user)
	if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), refusedByRole) {
		t.Errorf("%s lacks %s, yet %s answers %d: %s", role, op.Permission, op.ID, w.Code, w.Body)
	}
}

// allowed sends op as somebody of Own's who may. The first one must find the thing that Foreign did not; a later one
// may find it gone.
func (m Matrix) allowed(t *testing.T, op Operation, user auth.UserID, role auth.Role, isFirst bool) {
	t.Helper()
	w := m.send(t, op, user)
	isFault := w.Code >= http.StatusInternalServerError && w.Code != http.StatusServiceUnavailable
	isRefused := w.Code == http.StatusForbidden && strings.Contains(w.Body.String(), refusedByRole)
	if isFault || isRefused || w.Code == http.StatusUnauthorized && op.Permission != httpx.Public {
		t.Errorf("%s has %s, yet %s answers %d: %s", role, op.Permission, op.ID, w.Code, w.Body)
	}
	if isFirst && w.Code == http.StatusNotFound && m.Paths[op.ID] != "" {
		t.Errorf("%s of the own client does not find %s either: %s", role, m.Paths[op.ID], w.Body)
	}
}

// kept checks that somebody with the permission, but of another client, does not get at Own's things.
func (m Matrix) kept(t *testing.T, op Operation, user auth.UserID, role auth.Role) {
	t.Helper()
	w := m.send(t, op, user)
	if m.Marker != "" && strings.Contains(w.Body.String(), m.Marker) {
		t.Errorf("foreign %s: %s shows another client's data: %s", role, op.ID, w.Body)
	}
	if !strings.Contains(op.Path, "{") || m.House[op.ID] || op.Permission == httpx.Public {
		return
	}
	if m.Paths[op.ID] == "" {
		t.Fatalf("%s: say in Paths which thing of Own's to ask for (%s)", op.ID, op.Path)
	}
	if w.Code != http.StatusNotFound {
		t.Errorf("foreign %s: %s answers %d, want 404: %s", role, op.ID, w.Code, w.Body)
	}
}

// send sends op as the given person (0 = nobody), each time in a session of its own: an operation may end sessions.
func (m Matrix) send(t *testing.T, op Operation, user auth.UserID) *httptest.ResponseRecorder {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), requestTimeout)
	defer cancel()
	path := m.Paths[op.ID]
	if path == "" {
		path = parameters.ReplaceAllString(op.Path, "1")
	}
	body := m.Bodies[op.ID]
	if body == "" {
		body = sampleBody(m.API, op.Described)
	}
	r := httptest.NewRequestWithContext(ctx, op.Method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", contentType(op.Described))
	r.Header.Set("If-Match", httpx.ETag(1))
	if user != 0 {
		session, err := m.Auth.OpenSession(ctx, user)
		if err != nil {
			t.Fatal(err)
		}
		r.AddCookie(&http.Cookie{Name: auth.SessionCookie, Value: session.Cookie})
	}
	w := httptest.NewRecorder()
	m.Handler.ServeHTTP(w, r)
	return w
}
