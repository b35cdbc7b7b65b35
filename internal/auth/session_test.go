package auth_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/httpx"
)

func TestSigningInAndOut(t *testing.T) {
	f := newFloor(t)
	f.hire("Ann@Acme.example", auth.Supervisor, f.acme.ID)
	in := f.want(200, f.signIn("ann@acme.EXAMPLE", password, ""))
	c := in.cookie()
	if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Secure || c.MaxAge <= 0 {
		t.Errorf("cookie %+v", c)
	}
	for _, want := range []string{`"floor.read"`, `"Acme"`, `"supervisor"`, `"mustChange":false`} {
		if !strings.Contains(in.body, want) {
			t.Errorf("no %s in %s", want, in.body)
		}
	}
	if strings.Contains(in.body, "Globex") || strings.Contains(in.body, "pay.read") {
		t.Errorf("says too much: %s", in.body)
	}
	if me := f.want(200, f.send(c.Value, "GET", "/v1/me", "")); me.body != in.body {
		t.Errorf("/v1/me says %s, sign-in said %s", me.body, in.body)
	}
	var stored int
	if err := f.db.Get(&stored, `SELECT count(*) FROM sessions WHERE position($1::bytea in token_hash) > 0`, []byte(c.Value)); err != nil || stored > 0 {
		t.Errorf("the cookie itself lies in the database (%d, %v)", stored, err)
	}
	out := f.want(204, f.send(c.Value, "DELETE", "/v1/session", ""))
	if gone := out.cookie(); gone.Value != "" || gone.MaxAge >= 0 {
		t.Errorf("the cookie stays in the browser: %+v", gone)
	}
	f.want(401, f.send(c.Value, "GET", "/v1/me", ""))
	f.want(204, f.send(c.Value, "DELETE", "/v1/session", ""))
	if f.audited("session.open") != 1 || f.audited("session.end") != 1 {
		t.Error("sign-in and sign-out are not audited once each")
	}
}

func TestTheCookieIsSecureOverHTTPS(t *testing.T) {
	f := newFloor(t)
	u := f.hire("ann@acme.example", auth.Agent, f.acme.ID)
	ctx := httpx.WithRequest(context.Background(), httpx.Request{Secure: true})
	if _, err := f.svc.SignIn(ctx, auth.Credentials{Email: u.Email, Password: password}); err != nil {
		t.Fatal(err)
	}
	quiet := f.send("", "POST", "https://localhost/v1/session", fmt.Sprintf(`{"email":%q,"password":%q}`, u.Email, password))
	if !f.want(200, quiet).cookie().Secure {
		t.Error("the cookie of an https request goes over http too")
	}
}

func TestWrongCredentialsAllLookAlike(t *testing.T) {
	f := newFloor(t)
	f.hire("ann@acme.example", auth.Agent, f.acme.ID)
	gone := f.hire("gone@acme.example", auth.Agent, f.acme.ID)
	yes := true
	if _, err := f.svc.UpdateUser(context.Background(), f.house, gone.ID, auth.UserPatch{Version: 1, Disabled: &yes}); err != nil {
		t.Fatal(err)
	}
	_, _, err := f.svc.CreateUser(context.Background(), f.house, auth.NewUser{
		Email: "bot@acme.example", Name: "Bot", Roles: []auth.Role{auth.Agent}, Simulated: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	var sentence string
	for _, c := range [][2]string{
		{"ann@acme.example", "wrong password"},
		{"nobody@acme.example", password},
		{"gone@acme.example", password},
		{"bot@acme.example", password},
		{"bot@acme.example", "!"},
		{"ann@acme.example", strings.Repeat("x", 900)},
		{"", ""},
	} {
		got := f.want(401, f.signIn(c[0], c[1], "")).field(t, "detail")
		if sentence == "" {
			sentence = got
		}
		if got != sentence {
			t.Errorf("%q is told %q, others %q", c[0], got, sentence)
		}
	}
}

func TestTooManyFailuresOfAPerson(t *testing.T) {
	f := newFloor(t)
	f.hire("ann@acme.example", auth.Agent, f.acme.ID)
	f.hire("bob@acme.example", auth.Agent, f.acme.ID)
	for range 7 {
		f.want(401, f.signIn("ann@acme.example", "wrong", ""))
	}
	f.want(200, f.signIn("ANN@acme.example", password, "")) // forgives
	for range 8 {
		f.want(401, f.signIn("Ann@acme.example", "wrong", ""))
	}
	f.want(429, f.signIn("ann@acme.example", password, ""))
	f.want(200, f.signIn("bob@acme.example", password, ""))
	f.clock.pass(16 * time.Minute)
	f.want(200, f.signIn("ann@acme.example", password, ""))
}

func TestAttemptsAtOnceDoNotOutrunTheLimit(t *testing.T) {
	f := newFloor(t)
	f.hire("ann@acme.example", auth.Agent, f.acme.ID)
	var (
		all      sync.WaitGroup
		mu       sync.Mutex
		examined int
	)
	for range 24 {
		all.Go(func() {
			_, err := f.svc.SignIn(context.Background(), auth.Credentials{Email: "ann@acme.example", Password: "wrong"})
			mu.Lock()
			defer mu.Unlock()
			if errs.Is(err, errs.Unauthenticated) {
				examined++
			} else if !errs.Is(err, errs.Limited) {
				t.Errorf("sign-in: %v", err)
			}
		})
	}
	all.Wait()
	if examined != 8 {
		t.Errorf("%d attempts at once were examined, want 8", examined)
	}
}

func TestTooManyFailuresFromAnAddress(t *testing.T) {
	f := newFloor(t)
	u := f.hire("ann@acme.example", auth.Agent, f.acme.ID)
	const spray = `INSERT INTO login_failures (key, at) SELECT 'address:203.0.113.9', $1 FROM generate_series(1, 99)`
	if _, err := f.db.Exec(spray, f.clock.now()); err != nil {
		t.Fatal(err)
	}
	from := httpx.WithRequest(context.Background(), httpx.Request{Address: "203.0.113.9"})
	in := auth.Credentials{Email: u.Email, Password: password}
	if _, err := f.svc.SignIn(from, in); err != nil {
		t.Fatalf("the hundredth attempt: %v", err)
	}
	// A success takes back its own attempt and no other: an account of one's own does not clear the slate.
	if _, err := f.svc.SignIn(from, auth.Credentials{Email: "x@y.example", Password: "wrong"}); !errs.Is(err, errs.Unauthenticated) {
		t.Fatal(err)
	}
	if _, err := f.svc.SignIn(from, in); !errs.Is(err, errs.Limited) {
		t.Errorf("past the limit: %v, want limited", err)
	}
	elsewhere := httpx.WithRequest(context.Background(), httpx.Request{Address: "203.0.113.10"})
	if _, err := f.svc.SignIn(elsewhere, in); err != nil {
		t.Errorf("from another address: %v", err)
	}
}

func TestSessionsSlideAndEnd(t *testing.T) {
	f := newFloor(t)
	u := f.hire("ann@acme.example", auth.Agent, f.acme.ID)
	idle, busy := f.session(u.ID), f.session(u.ID)
	for range 3 {
		f.clock.pass(8 * time.Hour)
		f.want(200, f.send(busy, "GET", "/v1/me", ""))
	}
	f.want(401, f.send(idle, "GET", "/v1/me", ""))
	for range 18 { // seven days since it began: over, however busy
		f.clock.pass(8 * time.Hour)
		f.send(busy, "GET", "/v1/me", "")
	}
	f.want(401, f.send(busy, "GET", "/v1/me", ""))
	if err := f.svc.Prune(context.Background(), f.clock.now()); err != nil {
		t.Fatal(err)
	}
	var left int
	if err := f.db.Get(&left, `SELECT count(*) FROM sessions`); err != nil || left != 0 {
		t.Errorf("%d sessions are left (%v)", left, err)
	}
}

func TestDisablingEndsEverythingAtOnce(t *testing.T) {
	f := newFloor(t)
	u := f.hire("ann@acme.example", auth.Integrator, f.acme.ID)
	session := f.session(u.ID)
	_, token, err := f.svc.CreateToken(context.Background(), f.house, auth.NewToken{User: u.ID, Name: "crm", Scopes: []httpx.Permission{auth.LeadsRead}})
	if err != nil {
		t.Fatal(err)
	}
	f.want(200, f.send("", "GET", "/v1/me", "", "Authorization", "Bearer "+token))
	yes, no := true, false
	u, err = f.svc.UpdateUser(context.Background(), f.house, u.ID, auth.UserPatch{Version: u.Version, Disabled: &yes})
	if err != nil {
		t.Fatal(err)
	}
	f.want(401, f.send(session, "GET", "/v1/me", ""))
	f.want(401, f.send("", "GET", "/v1/me", "", "Authorization", "Bearer "+token))
	f.want(401, f.signIn(u.Email, password, ""))
	if _, err := f.svc.UpdateUser(context.Background(), f.house, u.ID, auth.UserPatch{Version: u.Version, Disabled: &no}); err != nil {
		t.Fatal(err)
	}
	f.want(401, f.send(session, "GET", "/v1/me", ""))
	f.want(200, f.signIn(u.Email, password, ""))
}

func TestPasswordResetAndChange(t *testing.T) {
	f := newFloor(t)
	boss := f.hire("boss@house.example", auth.Admin)
	ann := f.hire("ann@acme.example", auth.Supervisor, f.acme.ID)
	old := f.session(ann.ID)
	made := f.want(200, f.send(f.session(boss.ID), "POST", fmt.Sprintf("/v1/users/%d/reset-password", ann.ID), "")).field(t, "password")
	f.want(401, f.send(old, "GET", "/v1/me", ""))
	f.want(401, f.signIn(ann.Email, password, ""))
	in := f.want(200, f.signIn(ann.Email, made, ""))
	if !strings.Contains(in.body, `"mustChange":true`) {
		t.Errorf("the page is not told to ask for a password: %s", in.body)
	}
	session, other := in.cookie().Value, f.session(ann.ID)
	refused := f.want(403, f.send(session, "GET", "/v1/users", ""))
	if !strings.Contains(refused.body, "password of your own") {
		t.Errorf("refused without the reason: %s", refused.body)
	}
	change := func(current, next string) answer {
		return f.send(session, "POST", "/v1/me/password", fmt.Sprintf(`{"current":%q,"next":%q}`, current, next))
	}
	for name, c := range map[string][2]string{
		"wrong current": {"not it at all", "a better one 42"}, "short": {made, "short"}, "the same": {made, made},
		"the address": {made, "ann1234567"}, "one letter": {made, "aaaaaaaaaaaaaaa"},
	} {
		if got := change(c[0], c[1]); got.code != 422 {
			t.Errorf("%s: %d %s", name, got.code, got.body)
		}
	}
	f.want(204, change(made, "a better one 42"))
	f.want(200, f.send(session, "GET", "/v1/users", "")) // this session goes on
	f.want(401, f.send(other, "GET", "/v1/me", ""))
	f.want(200, f.signIn(ann.Email, "a better one 42", ""))
	if f.audited("user.password_reset") != 1 || f.audited("user.password_change") != 1 {
		t.Error("reset and change are not audited once each")
	}
	var secrets int
	if err := f.db.Get(&secrets, `SELECT count(*) FROM audit WHERE data::text LIKE '%' || $1 || '%' OR data::text LIKE '%argon2%'`, made); err != nil || secrets > 0 {
		t.Errorf("%d audit rows hold a password (%v)", secrets, err)
	}
}
