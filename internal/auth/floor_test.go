package auth_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/jmoiron/sqlx"

	"saveline/internal/auth"
	"saveline/internal/httpx"
	"saveline/internal/pgtest"
)

// clock is the time of a test.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// floor is the service over a database of its own, behind the real front door.
type floor struct {
	t       *testing.T
	db      *sqlx.DB
	svc     *auth.Service
	clock   *clock
	handler http.Handler
	api     huma.API
	house   auth.Actor
	acme    auth.Client
	globex  auth.Client
}

const password = "correct horse battery"

func newFloor(t *testing.T) *floor {
	t.Helper()
	t.Parallel()
	f := &floor{t: t, db: pgtest.New(t), clock: &clock{t: time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)}}
	quiet := slog.New(slog.DiscardHandler)
	f.svc = auth.NewService(f.db, f.clock.now, quiet, auth.NewSecretKey())
	f.handler, f.api = httpx.New(httpx.Config{Title: "test", Version: "1"}, f.svc, f.svc, quiet)
	f.svc.Routes(f.api)
	f.house = auth.System("test")
	f.acme, f.globex = f.client("Acme"), f.client("Globex")
	return f
}

func (f *floor) client(name string) auth.Client {
	f.t.Helper()
	c, err := f.svc.CreateClient(context.Background(), f.house, auth.NewClient{Name: name})
	if err != nil {
		f.t.Fatal(err)
	}
	return c
}

// hire adds a person of a client with the test's password.
func (f *floor) hire(email string, role auth.Role, clients ...auth.ClientID) auth.User {
	f.t.Helper()
	u, _, err := f.svc.CreateUser(context.Background(), f.house, auth.NewUser{
		Email: email, Name: "Name of " + email, Password: password, Roles: []auth.Role{role}, ClientIDs: clients,
		AllClients: len(clients) == 0,
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return u
}

// actor is a person as the front door knows them.
func (f *floor) actor(u auth.UserID) auth.Actor {
	f.t.Helper()
	r := httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/", nil)
	r.AddCookie(&http.Cookie{Name: auth.SessionCookie, Value: f.session(u)})
	ctx, _, err := f.svc.Authenticate(r)
	if err != nil {
		f.t.Fatal(err)
	}
	return auth.ActorFrom(ctx)
}

func (f *floor) session(u auth.UserID) string {
	f.t.Helper()
	s, err := f.svc.OpenSession(context.Background(), u)
	if err != nil {
		f.t.Fatal(err)
	}
	return s.Cookie
}

// answer is what came back.
type answer struct {
	code   int
	header http.Header
	body   string
}

func (a answer) field(t *testing.T, name string) string {
	t.Helper()
	var all map[string]any
	if err := json.Unmarshal([]byte(a.body), &all); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
	s, _ := all[name].(string)
	return s
}

func (a answer) cookie() *http.Cookie {
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		if c.Name == auth.SessionCookie {
			return c
		}
	}
	return &http.Cookie{}
}

// send sends a request with a session cookie ("" for none) and further header pairs.
func (f *floor) send(session, method, path, body string, header ...string) answer {
	f.t.Helper()
	r := httptest.NewRequestWithContext(context.Background(), method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if session != "" {
		r.AddCookie(&http.Cookie{Name: auth.SessionCookie, Value: session})
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	return answer{w.Code, w.Header(), w.Body.String()}
}

func (f *floor) signIn(email, pass, code string) answer {
	f.t.Helper()
	body, err := json.Marshal(map[string]string{"email": email, "password": pass, "totp": code})
	if err != nil {
		f.t.Fatal(err)
	}
	return f.send("", "POST", "/v1/session", string(body))
}

// want fails the test unless the answer has this status.
func (f *floor) want(code int, got answer) answer {
	f.t.Helper()
	if got.code != code {
		f.t.Fatalf("answer %d, want %d: %s", got.code, code, got.body)
	}
	return got
}

// audited counts the audit rows of an act.
func (f *floor) audited(act string) int {
	f.t.Helper()
	var n int
	if err := f.db.Get(&n, `SELECT count(*) FROM audit WHERE act = $1`, act); err != nil {
		f.t.Fatal(err)
	}
	return n
}
