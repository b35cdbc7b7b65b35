package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"saveline/internal/pgembed"
)

const makingMax = 10 * time.Minute // of the demo's past, with the race detector and other packages beside it; a minute on a quiet machine

// demoHome is a demo's data directory, which the private server's user can enter also when the test runs as root.
type demoHome struct {
	t   *testing.T
	dir string
}

func newDemoHome(t *testing.T) demoHome {
	t.Helper()
	dir := t.TempDir()
	for d := dir; d != filepath.Clean(os.TempDir()) && d != "/"; d = filepath.Dir(d) {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return demoHome{t, filepath.Join(dir, "data")}
}

func (h demoHome) start(args ...string) *child {
	h.t.Helper()
	return startChild(h.t, map[string]string{"SAVELINE_DATA_DIR": h.dir}, append([]string{"demo", "-addr", "127.0.0.1:0"}, args...)...)
}

// tool runs a command beside the demo, on its database.
func (h demoHome) tool(dir string, args ...string) string {
	h.t.Helper()
	code, out, errs := savelineIn(h.t, map[string]string{"SAVELINE_DATA_DIR": dir, "SAVELINE_LOG": "warn"}, args...)
	if code != 0 {
		h.t.Fatalf("saveline %v: status %d\n%s%s", args, code, out, errs)
	}
	return out
}

// logins are those that the demo printed, by e-mail address.
func (h demoHome) logins(c *child) map[string]login {
	h.t.Helper()
	_, list, found := strings.Cut(c.text(), "Saveline demo: http://")
	if !found {
		h.t.Fatalf("it printed no logins")
	}
	out := map[string]login{}
	for line := range strings.Lines(list) {
		if f := strings.Fields(line); len(f) == 3 && strings.Contains(f[1], "@") {
			out[f[1]] = login{f[0], f[1], f[2]}
		}
	}
	return out
}

func TestTheDemoFromTheFirstStartToTheLast(t *testing.T) {
	t.Parallel()
	h := newDemoHome(t)

	demo := h.start()
	until(t, makingMax, "it lives through a shift", func() bool { return strings.Contains(demo.text(), "living through a shift") })
	demo.kill() // in the middle of its making: the next start begins anew

	demo = h.start("--logins", filepath.Join(t.TempDir(), "logins.json")).serving(makingMax)
	logins := h.logins(demo)
	h.everybodySignsIn(demo, logins)
	h.floorIsAlive(demo, logins)
	h.backedUpAndRestored()
	calls := h.calls(demo, logins)
	demo.signal(syscall.SIGTERM)
	if status := demo.status(20 * time.Second); status != 0 {
		t.Errorf("a demo that is asked to stop: status %d", status)
	}

	began := time.Now()
	demo = h.start().serving(10 * time.Second) // again: fast, with the same people and what they did
	t.Logf("started again in %v", time.Since(began).Round(time.Millisecond))
	if diff := cmp.Diff(logins, h.logins(demo)); diff != "" {
		t.Errorf("the second start has other logins:\n%s", diff)
	}
	h.everybodySignsIn(demo, logins)
	if now := h.calls(demo, logins); now < calls {
		t.Errorf("%d calls, there were %d", now, calls)
	}
	hashes := h.passwords()
	demo.kill()

	demo = h.start("--reset") // after a kill -9 of the demo, and so of its database's parent
	until(t, makingMax, "it starts over", func() bool { return strings.Contains(demo.text(), "living through a shift") })
	if now := h.passwords(); len(now) != len(logins) {
		t.Errorf("%d people have passwords after --reset, of %d", len(now), len(logins))
	} else {
		for email, hash := range now {
			if hashes[email] == hash {
				t.Errorf("%s has the same password after --reset", email)
			}
		}
	}
}

// passwords are the hashes of those who can sign in, from the database that the demo runs.
func (h demoHome) passwords() map[string]string {
	h.t.Helper()
	dsn, err := pgembed.Attach(h.t.Context(), pgembed.Config{Root: filepath.Join(h.dir, "demo", "postgres")})
	if err != nil {
		h.t.Fatal(err)
	}
	db := open(h.t, dsn)
	defer func() { _ = db.Close() }()
	var rows []struct {
		Email string `db:"email"`
		Hash  string `db:"password_hash"`
	}
	if err := db.Select(&rows, `SELECT email, password_hash FROM users WHERE NOT simulated`); err != nil {
		h.t.Fatal(err)
	}
	out := map[string]string{}
	for _, r := range rows {
		out[r.Email] = r.Hash
	}
	return out
}

// everybodySignsIn: one of each role, and two for payroll.
func (h demoHome) everybodySignsIn(c *child, logins map[string]login) {
	h.t.Helper()
	roles := map[string]int{}
	for _, l := range logins {
		b := newBrowser(h.t, at(c))
		b.signIn(l.Email, l.Password)
		var me struct {
			Roles      []string `json:"roles"`
			MustChange bool     `json:"mustChange"`
		}
		b.get("/v1/me", &me)
		if len(me.Roles) != 1 || me.Roles[0] != l.Role || me.MustChange {
			h.t.Errorf("%s is printed as %s and signs in as %+v", l.Email, l.Role, me)
		}
		roles[l.Role]++
	}
	want := map[string]int{"manager": 1, "agent": 1, "supervisor": 1, "payroll": 2, "compliance": 1, "admin": 1}
	if diff := cmp.Diff(want, roles); diff != "" {
		h.t.Errorf("roles that sign in (-want +got):\n%s", diff)
	}
}

func (h demoHome) as(c *child, logins map[string]login, email string) *browser {
	b := newBrowser(h.t, at(c))
	b.signIn(email, logins[email].Password)
	return b
}

// floorIsAlive: simulated agents take calls by themselves, and last month is paid.
func (h demoHome) floorIsAlive(c *child, logins map[string]login) {
	h.t.Helper()
	supervisor := h.as(c, logins, "supervisor@saveline.test")
	until(h.t, time.Minute, "simulated agents are at work", func() bool {
		var floor struct {
			Agents []struct {
				State string `json:"state"`
			} `json:"agents"`
			Campaigns []struct {
				Ringing int `json:"ringing"`
			} `json:"campaigns"`
		}
		supervisor.get("/v1/floor", &floor)
		ringing, atWork := 0, 0
		for _, a := range floor.Agents {
			if a.State != "away" {
				atWork++
			}
		}
		for _, x := range floor.Campaigns {
			ringing += x.Ringing
		}
		return atWork > 3 && ringing > 0
	})
	var runs struct {
		Items []struct {
			State string          `json:"state"`
			Total json.RawMessage `json:"total"`
		} `json:"items"`
	}
	h.as(c, logins, "payroll@saveline.test").get("/v1/pay/runs", &runs)
	if len(runs.Items) != 1 || runs.Items[0].State != "reconciled" {
		h.t.Errorf("the demo's pay runs: %+v", runs)
	}
}

func (h demoHome) calls(c *child, logins map[string]login) int {
	h.t.Helper()
	var calls struct {
		Total int `json:"total"`
	}
	h.as(c, logins, "manager@saveline.test").get("/v1/calls?size=1", &calls)
	if calls.Total < 100 {
		h.t.Errorf("the demo's past has %d calls", calls.Total)
	}
	return calls.Total
}

// backedUpAndRestored: the private server has no pg_dump, and needs none. The backup is taken while the demo works.
func (h demoHome) backedUpAndRestored() {
	h.t.Helper()
	demo, dir, other := filepath.Join(h.dir, "demo"), filepath.Join(h.t.TempDir(), "backup"), newDemoHome(h.t).dir
	if _, out, _ := savelineIn(h.t, map[string]string{"SAVELINE_DATA_DIR": demo}, "doctor"); strings.Count(out, "fail ") > strings.Count(out, "fail  pages") {
		h.t.Errorf("the doctor on the demo (whether the pages are built is not the test's affair):\n%s", out)
	}
	saved := h.tool(demo, "backup", dir)
	restored := h.tool(other, "restore", dir)
	if rowsAndTables(saved) != rowsAndTables(restored) {
		h.t.Errorf("saved: %s restored: %s", saved, restored)
	}
	server, err := pgembed.Start(h.t.Context(), pgembed.Config{Root: filepath.Join(other, "postgres")})
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = server.Stop() }()
	db := open(h.t, server.DSN())
	books := business(h.t, db)
	if books["calls"] == "0" || books["entries"] == "0" || books["statements"] == "0" {
		h.t.Errorf("what came back: %v", books)
	}
	_ = db.Close()
}
