package auth_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/httpx"
)

func TestAddingAPerson(t *testing.T) {
	f := newFloor(t)
	session := f.session(f.hire("boss@house.example", auth.Admin).ID)
	body := fmt.Sprintf(`{"email":"ann@acme.example","name":"Ann","roles":["agent"],"clientIds":[%d],"employeeNo":"E7"}`, f.acme.ID)
	made := f.want(201, f.send(session, "POST", "/v1/users", body))
	if made.header.Get("ETag") != `"1"` || !strings.Contains(made.body, `"mustChange":true`) {
		t.Errorf("made %v %s", made.header, made.body)
	}
	f.want(200, f.signIn("ann@acme.example", made.field(t, "password"), ""))
	for name, c := range map[string]struct {
		body string
		code int
	}{
		"address taken":   {`{"email":"ANN@acme.example","name":"A","roles":["agent"]}`, 409},
		"number taken":    {`{"email":"a@b.example","name":"A","roles":["agent"],"employeeNo":"E7"}`, 409},
		"unknown role":    {`{"email":"a@b.example","name":"A","roles":["emperor"]}`, 422},
		"no role":         {`{"email":"a@b.example","name":"A","roles":[]}`, 422},
		"unknown zone":    {`{"email":"a@b.example","name":"A","roles":["agent"],"zone":"Mars/Olympus"}`, 422},
		"no address":      {`{"email":"Ann <a@b.example>","name":"A","roles":["agent"]}`, 422},
		"weak password":   {`{"email":"a@b.example","name":"A","roles":["agent"],"password":"short"}`, 422},
		"unknown client":  {`{"email":"a@b.example","name":"A","roles":["agent"],"clientIds":[999]}`, 404},
		"unknown tongue":  {`{"email":"a@b.example","name":"A","roles":["agent"],"language":"tlh"}`, 422},
		"nothing but air": {`{"email":"a@b.example","name":"   ","roles":["agent"]}`, 422},
	} {
		if got := f.send(session, "POST", "/v1/users", c.body); got.code != c.code {
			t.Errorf("%s: %d, want %d: %s", name, got.code, c.code, got.body)
		}
	}
	found := f.want(200, f.send(session, "GET", "/v1/users?q=E7&role=agent", ""))
	if !strings.Contains(found.body, `"total":1`) || !strings.Contains(found.body, `"Ann"`) {
		t.Errorf("found %s", found.body)
	}
	if none := f.want(200, f.send(session, "GET", "/v1/users?q=%25", "")); !strings.Contains(none.body, `"total":0`) {
		t.Errorf("a per cent sign matches everybody: %s", none.body)
	}
}

func TestChangingAPerson(t *testing.T) {
	f := newFloor(t)
	session := f.session(f.hire("boss@house.example", auth.Admin).ID)
	u := f.hire("ann@acme.example", auth.Agent, f.acme.ID)
	path := fmt.Sprintf("/v1/users/%d", u.ID)
	patch := `{"name":"Ann Lee","roles":["agent","supervisor"]}`
	f.want(428, f.send(session, "PATCH", path, patch))
	changed := f.want(200, f.send(session, "PATCH", path, patch, "If-Match", `"1"`))
	if changed.header.Get("ETag") != `"2"` || !strings.Contains(changed.body, `"supervisor"`) || !strings.Contains(changed.body, "Ann Lee") {
		t.Errorf("changed %v %s", changed.header, changed.body)
	}
	f.want(412, f.send(session, "PATCH", path, `{"name":"Somebody Else"}`, "If-Match", `"1"`))
	fewer := f.want(200, f.send(session, "PATCH", path, `{"roles":["agent"],"clientIds":[]}`, "If-Match", `"2"`))
	if strings.Contains(fewer.body, "supervisor") || !strings.Contains(fewer.body, `"clientIds":[]`) {
		t.Errorf("taken away: %s", fewer.body)
	}
	if f.audited("user.update") != 2 {
		t.Errorf("%d changes audited, want 2", f.audited("user.update"))
	}
}

func TestTheLastAdministratorStays(t *testing.T) {
	f := newFloor(t)
	u := f.hire("boss@house.example", auth.Admin)
	yes, agent := true, []auth.Role{auth.Agent}
	for name, p := range map[string]auth.UserPatch{"disabled": {Disabled: &yes}, "demoted": {Roles: &agent}} {
		p.Version = u.Version
		if _, err := f.svc.UpdateUser(context.Background(), f.house, u.ID, p); !errs.Is(err, errs.Conflict) {
			t.Errorf("%s: %v, want conflict", name, err)
		}
	}
	f.hire("boss2@house.example", auth.Admin)
	if _, err := f.svc.UpdateUser(context.Background(), f.house, u.ID, auth.UserPatch{Version: u.Version, Disabled: &yes}); err != nil {
		t.Errorf("one of two: %v", err)
	}
}

// An administrator of one client must not find a way into another's world through the people who work for both.
func TestAnAdministratorOfOneClient(t *testing.T) {
	f := newFloor(t)
	ctx := context.Background()
	by := f.actor(f.hire("admin@acme.example", auth.Admin, f.acme.ID).ID)
	both := f.hire("both@house.example", auth.Supervisor, f.acme.ID, f.globex.ID)
	house := f.hire("all@house.example", auth.Supervisor)
	foreign := f.hire("them@globex.example", auth.Agent, f.globex.ID)

	seen, total, err := f.svc.Users(ctx, by, auth.UserFilter{Limit: 50})
	if err != nil || total != 3 {
		t.Fatalf("sees %d people (%v), want 3", total, err)
	}
	for _, u := range seen {
		if slices.Contains(u.ClientIDs, f.globex.ID) || u.ID == foreign.ID {
			t.Errorf("sees %+v", u)
		}
	}
	all, globex := true, []auth.ClientID{f.acme.ID, f.globex.ID}
	name := "X"
	attempts := map[string]struct {
		err  error
		want errs.Code
	}{}
	note := func(what string, want errs.Code, err error) {
		attempts[what] = struct {
			err  error
			want errs.Code
		}{err, want}
	}
	_, err = f.svc.ResetPassword(ctx, by, both.ID)
	note("reset of one of both clients", errs.Forbidden, err)
	_, err = f.svc.ResetPassword(ctx, by, house.ID)
	note("reset of the house's own", errs.Forbidden, err)
	_, err = f.svc.ResetPassword(ctx, by, foreign.ID)
	note("reset of a foreign one", errs.NotFound, err)
	_, err = f.svc.UpdateUser(ctx, by, both.ID, auth.UserPatch{Version: 1, Name: &name})
	note("change of one of both clients", errs.Forbidden, err)
	_, err = f.svc.UpdateUser(ctx, by, by.User, auth.UserPatch{Version: 1, AllClients: &all})
	note("giving oneself all clients", errs.Forbidden, err)
	_, err = f.svc.UpdateUser(ctx, by, by.User, auth.UserPatch{Version: 1, ClientIDs: &globex})
	note("giving oneself another client", errs.NotFound, err)
	_, _, err = f.svc.CreateUser(ctx, by, auth.NewUser{Email: "a@b.example", Name: "A", Roles: []auth.Role{auth.Admin}, AllClients: true})
	note("making one who sees all", errs.Forbidden, err)
	_, _, err = f.svc.CreateToken(ctx, by, auth.NewToken{User: both.ID, Name: "t", Scopes: []httpx.Permission{auth.FloorRead}})
	note("a token of one of both clients", errs.Forbidden, err)
	_, _, err = f.svc.CreateToken(ctx, by, auth.NewToken{User: foreign.ID, Name: "t", Scopes: []httpx.Permission{auth.DeskWork}})
	note("a token of a foreign one", errs.NotFound, err)
	note("dropping a foreign one's authenticator", errs.NotFound, f.svc.DropTOTP(ctx, by, foreign.ID))
	for what, got := range attempts {
		if !errs.Is(got.err, got.want) {
			t.Errorf("%s: %v, want %s", what, got.err, got.want)
		}
	}

	made, err := f.svc.CreateClient(ctx, by, auth.NewClient{Name: "Initech"})
	if err != nil {
		t.Fatal(err)
	}
	if again := f.actor(by.User); !again.Sees(made.ID) || again.Sees(f.globex.ID) {
		t.Errorf("after making a client sees %v", again.Clients)
	}
}

func TestClients(t *testing.T) {
	f := newFloor(t)
	session := f.session(f.hire("boss@house.example", auth.Admin).ID)
	f.want(201, f.send(session, "POST", "/v1/clients", `{"name":"Initech","zone":"America/Chicago"}`))
	f.want(409, f.send(session, "POST", "/v1/clients", `{"name":"Initech"}`))
	f.want(422, f.send(session, "POST", "/v1/clients", `{"name":"Hooli","zone":"Local"}`))
	if all := f.want(200, f.send(session, "GET", "/v1/clients", "")); !strings.Contains(all.body, `"total":3`) {
		t.Errorf("clients %s", all.body)
	}
	agent := f.session(f.hire("ann@acme.example", auth.Agent, f.acme.ID).ID)
	if own := f.want(200, f.send(agent, "GET", "/v1/clients", "")); !strings.Contains(own.body, `"total":1`) {
		t.Errorf("an agent sees %s", own.body)
	}
}

func TestTokens(t *testing.T) {
	f := newFloor(t)
	boss := f.hire("boss@house.example", auth.Admin)
	bot := f.hire("bot@acme.example", auth.Integrator, f.acme.ID)
	session := f.session(boss.ID)
	body := fmt.Sprintf(`{"userId":%d,"name":"crm","scopes":["leads.read","cases.write"],"expiresAt":"2026-12-01T00:00:00Z"}`, bot.ID)
	made := f.want(201, f.send(session, "POST", "/v1/tokens", body))
	secret := made.field(t, "token")
	if !strings.HasPrefix(secret, "slt_") {
		t.Fatalf("made %s", made.body)
	}
	me := f.want(200, f.send("", "GET", "/v1/me", "", "Authorization", "bearer "+secret))
	if !strings.Contains(me.body, `"permissions":["leads.read","cases.write"]`) {
		t.Errorf("the token's permissions: %s", me.body)
	}
	if list := f.want(200, f.send(session, "GET", "/v1/tokens", "")); strings.Contains(list.body, secret) || !strings.Contains(list.body, `"usedAt":"2026-11-23T15:00:00Z"`) {
		t.Errorf("list %s", list.body)
	}
	for name, c := range map[string]struct {
		body string
		code int
	}{
		"no scope":             {`{"name":"x","scopes":[]}`, 422},
		"more than its person": {fmt.Sprintf(`{"userId":%d,"name":"x","scopes":["users.write"]}`, bot.ID), 422},
		"unknown scope":        {`{"name":"x","scopes":["everything"]}`, 422},
		"past":                 {`{"name":"x","scopes":["leads.read"],"expiresAt":"2026-01-01T00:00:00Z"}`, 422},
	} {
		if got := f.send(session, "POST", "/v1/tokens", c.body); got.code != c.code {
			t.Errorf("%s: %d, want %d: %s", name, got.code, c.code, got.body)
		}
	}
	for name, header := range map[string]string{"basic": "Basic YTpi", "unknown": "Bearer slt_nonsense", "empty": "Bearer "} {
		if got := f.send(session, "GET", "/v1/me", "", "Authorization", header); got.code != 401 {
			t.Errorf("%s: %d, want 401 even beside a good cookie", name, got.code)
		}
	}
	f.want(204, f.send(session, "DELETE", fmt.Sprintf("/v1/tokens/%s", idOf(t, made)), ""))
	f.want(401, f.send("", "GET", "/v1/me", "", "Authorization", "Bearer "+secret))
	if f.audited("token.create") != 1 || f.audited("token.revoke") != 1 {
		t.Error("tokens are not audited once each")
	}
}

func idOf(t *testing.T, a answer) string {
	t.Helper()
	_, rest, found := strings.Cut(a.body, `"id":`)
	if !found {
		t.Fatalf("no id in %s", a.body)
	}
	id, _, _ := strings.Cut(rest, ",")
	return id
}

func TestATokenDoesOnlyWhatItMay(t *testing.T) {
	f := newFloor(t)
	boss := f.hire("boss@house.example", auth.Admin)
	soon := f.clock.now().Add(time.Hour)
	_, secret, err := f.svc.CreateToken(context.Background(), f.actor(boss.ID), auth.NewToken{
		Name: "narrow", Scopes: []httpx.Permission{auth.UsersRead, auth.TokensWrite}, ExpiresAt: &soon,
	})
	if err != nil {
		t.Fatal(err)
	}
	bearer := []string{"Authorization", "Bearer " + secret}
	f.want(200, f.send("", "GET", "/v1/users", "", bearer...))
	f.want(403, f.send("", "GET", "/v1/audit", "", bearer...))
	f.want(403, f.send("", "POST", "/v1/me/password", `{"current":"x","next":"y"}`, bearer...))
	f.want(403, f.send("", "POST", "/v1/me/totp", "", bearer...))
	f.want(403, f.send("", "POST", "/v1/tokens", `{"name":"wider","scopes":["users.write"]}`, bearer...))
	f.clock.pass(2 * time.Hour)
	f.want(401, f.send("", "GET", "/v1/users", "", bearer...))
}

func TestTheAuditTrail(t *testing.T) {
	f := newFloor(t)
	boss := f.hire("boss@house.example", auth.Admin)
	officer := f.hire("officer@acme.example", auth.Compliance, f.acme.ID)
	session := f.session(boss.ID)
	f.want(201, f.send(session, "POST", "/v1/clients", `{"name":"Initech"}`, "X-Request-Id", "edge-12345"))
	rows := f.want(200, f.send(session, "GET", "/v1/audit?act=client&page=1&size=1", ""))
	for _, want := range []string{`"total":3`, `"act":"client.create"`, `"requestId":"edge-12345"`, `"Name of boss@house.example"`, `Initech`} {
		if !strings.Contains(rows.body, want) {
			t.Errorf("no %s in %s", want, rows.body)
		}
	}
	one := f.want(200, f.send(session, "GET", fmt.Sprintf("/v1/audit?object=user:%d", officer.ID), ""))
	if !strings.Contains(one.body, `"total":1`) || !strings.Contains(one.body, `"user.create"`) {
		t.Errorf("one person's: %s", one.body)
	}
	if none := f.want(200, f.send(session, "GET", "/v1/audit?act=cli", "")); !strings.Contains(none.body, `"total":0`) {
		t.Errorf("half a noun matches: %s", none.body)
	}
	if old := f.want(200, f.send(session, "GET", "/v1/audit?until=2026-01-01T00:00:00Z", "")); !strings.Contains(old.body, `"total":0`) {
		t.Errorf("before there was anything: %s", old.body)
	}
	own := f.want(200, f.send(f.session(officer.ID), "GET", "/v1/audit", ""))
	if !strings.Contains(own.body, `"Acme"`) || strings.Contains(own.body, "Globex") || strings.Contains(own.body, "user.create") {
		t.Errorf("a client's officer sees %s", own.body)
	}
}

func TestTopics(t *testing.T) {
	f := newFloor(t)
	ann, bob := f.hire("ann@acme.example", auth.Agent, f.acme.ID), f.hire("bob@acme.example", auth.Agent, f.acme.ID)
	boss, them := f.hire("sup@acme.example", auth.Supervisor, f.acme.ID), f.hire("sup@globex.example", auth.Supervisor, f.globex.ID)
	hears := func(u auth.User, id string) bool {
		return f.svc.AgentTopic(auth.WithActor(context.Background(), f.actor(u.ID)), id) == nil
	}
	id := fmt.Sprint(ann.ID)
	for name, c := range map[string]struct {
		u    auth.User
		id   string
		want bool
	}{
		"own": {ann, id, true}, "a colleague": {bob, id, false}, "the supervisor": {boss, id, true},
		"another client's supervisor": {them, id, false}, "nonsense": {boss, "x", false}, "nobody": {boss, "99999", false},
	} {
		if got := hears(c.u, c.id); got != c.want {
			t.Errorf("%s hears: %v, want %v", name, got, c.want)
		}
	}
	floor := func(u auth.User) error {
		return f.svc.FloorTopic(auth.WithActor(context.Background(), f.actor(u.ID)), "")
	}
	if err := floor(ann); !errs.Is(err, errs.Forbidden) {
		t.Errorf("an agent hears the floor: %v", err)
	}
	if err := floor(boss); err != nil {
		t.Errorf("a supervisor: %v", err)
	}
}
