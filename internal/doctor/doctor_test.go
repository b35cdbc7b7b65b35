package doctor

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	"saveline/internal/pgtest"
)

func find(t *testing.T, findings []Finding, check string) Finding {
	t.Helper()
	for _, f := range findings {
		if f.Check == check {
			return f
		}
	}
	t.Fatalf("no finding of %q in %+v", check, findings)
	return Finding{}
}

func TestASoundInstallation(t *testing.T) {
	t.Parallel()
	d := Deps{
		DB: pgtest.New(t).DB, Now: time.Now, DataDir: t.TempDir(), Pool: 20,
		Pending: func(context.Context) (int, error) { return 0, nil },
		Switch:  func(context.Context) (string, error) { return "simulator", nil },
		Pages:   func() bool { return true }, Needed: map[string]bool{"SAVELINE_SECRET_KEY": true},
	}
	findings := Run(t.Context(), d)
	if len(findings) != 10 {
		t.Errorf("%d findings, want 10", len(findings))
	}
	for _, f := range findings {
		// The tests' server forgets on purpose, and the disk is whose it is.
		if f.Grade != OK && f.Check != "database settings" && f.Check != "disk" {
			t.Errorf("%+v", f)
		}
		if (f.Grade == OK) != (f.WhatToDo == "") || f.Sentence == "" {
			t.Errorf("advice and grade do not fit: %+v", f)
		}
	}
	if f := find(t, findings, "database settings"); f.Grade != Fail || !strings.Contains(f.Sentence, "fsync") {
		t.Errorf("a server without fsync: %+v", f)
	}
}

func TestEachAilmentIsFoundAndAdvised(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t).DB
	gone, err := sql.Open("postgres", "postgres://nobody@127.0.0.1:1/none?sslmode=disable&connect_timeout=1")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = gone.Close() }()
	off := func(by time.Duration) func() time.Time { return func() time.Time { return time.Now().Add(by) } }
	for _, c := range []struct {
		name, check string
		deps        Deps
		grade       Grade
		says        string
	}{
		{"no database", "database", Deps{DB: gone}, Fail, "does not answer"},
		{"no database, settings", "database settings", Deps{DB: gone}, Fail, "cannot be read"},
		{"clock far off", "clock", Deps{DB: db, Now: off(time.Hour)}, Fail, "calling hours and leases would be wrong"},
		{"clock a little off", "clock", Deps{DB: db, Now: off(-2 * time.Second)}, Warn, "away from"},
		{"too many connections", "connections", Deps{DB: db, Pool: 100_000}, Fail, "may open 100000"},
		{"no second node", "connections", Deps{DB: db, Pool: 350}, Warn, "two nodes"},
		{"old schema", "migrations", Deps{Pending: func(context.Context) (int, error) { return 3, nil }}, Fail, "3 migrations"},
		{"switch down", "switch", Deps{Switch: func(context.Context) (string, error) { return "", errors.New("refused") }}, Fail, "refused"},
		{"no pages", "pages", Deps{Pages: func() bool { return false }}, Fail, "without the pages"},
		{"no data directory", "disk", Deps{DataDir: "/no/such/directory"}, Fail, "cannot be read"},
		{"missing settings", "settings", Deps{Needed: map[string]bool{"B": false, "A": false, "C": true}}, Warn, "A, B"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := find(t, Run(context.Background(), c.deps), c.check)
			if f.Grade != c.grade || !strings.Contains(f.Sentence, c.says) || f.WhatToDo == "" {
				t.Errorf("found %+v, want %s and %q", f, c.grade, c.says)
			}
		})
	}
}

func TestWorstAndPrint(t *testing.T) {
	t.Parallel()
	findings := []Finding{ok("fine"), warn("oil it", "it squeaks"), fail("mend it", "it broke"), ok("fine")}
	if Worst(findings) != Fail || Worst(findings[:2]) != Warn || Worst(findings[:1]) != OK || Worst(nil) != OK {
		t.Error("the worst grade is wrong")
	}
	text := Print(findings)
	for _, want := range []string{"fail", "it broke", "→ mend it", "warn"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in:\n%s", want, text)
		}
	}
}
