package main

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"saveline/cmd/saveline/rehearsal"
	"saveline/internal/auth"
	"saveline/internal/pgtest"
)

func TestMigrateUserAddAndTheFirstSignIn(t *testing.T) {
	t.Parallel()
	dsn := emptyDSN(t)
	for range 2 { // the second time there is nothing to do
		if out := works(t, dsn, "migrate"); !strings.Contains(out, "up to date") {
			t.Errorf("migrate says %q", out)
		}
	}
	out := works(t, dsn, "user", "add", "--email", "ada@example.com", "--name", "Ada", "--role", "admin")
	password := wordAfter(t, out, "password")
	if strings.Count(out, "\n") != 3 || !strings.Contains(out, "ada@example.com") {
		t.Errorf("user add says %q", out)
	}
	for _, args := range [][]string{
		{"user", "add", "--email", "ada@example.com", "--name", "Ada", "--role", "admin"}, // taken
		{"user", "add", "--email", "b@example.com", "--name", "B", "--role", "emperor"},
		{"user", "add", "--email", "nobody", "--name", "B", "--role", "agent"},
		{"user", "remove"},
		{"user", "add"},
	} {
		if code, _, errs := saveline(t, dsn, args...); code == 0 || errs == "" {
			t.Errorf("%v: status %d, %q", args, code, errs)
		}
	}

	node := serve(t, dsn, "one")
	ada := newBrowser(t, at(node))
	ada.signIn("ada@example.com", password)
	var me struct {
		Roles      []string `json:"roles"`
		MustChange bool     `json:"mustChange"`
	}
	ada.get("/v1/me", &me)
	if !me.MustChange || len(me.Roles) != 1 || me.Roles[0] != "admin" {
		t.Errorf("who signed in is %+v", me)
	}
	ada.refused("GET", "/v1/users", nil, 403) // first a password of her own
	ada.post("/v1/me/password", map[string]string{"current": password, "next": "a much better passphrase"}, nil)
	ada.get("/v1/users", nil)
	ada.post("/v1/clients", map[string]string{"name": "Northwind"}, nil)
}

// wordAfter is the word that follows another one in what a command printed.
func wordAfter(t *testing.T, text, word string) string {
	t.Helper()
	fields := strings.Fields(text)
	for i, f := range fields {
		if f == word && i+1 < len(fields) {
			return fields[i+1]
		}
	}
	t.Fatalf("no %q in %q", word, text)
	return ""
}

func TestTheBankListIsImportedFromTheCommandLine(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("SAVELINE_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	file := filepath.Join(dir, "data", "bank_campaign.csv")
	if _, err := os.Stat(file); err != nil {
		t.Skipf("the shared data is not here (set SAVELINE_SHARED): %v", err)
	}
	o := newOffice(t, 1)
	var campaign int64
	if err := o.db.Get(&campaign, `
INSERT INTO campaigns (client_id, name, purpose, mode, state, windows, zone, caller_id, retry, created_by, created_at, updated_at)
VALUES ($1, 'Bank', 'acquisition', 'manual', 'draft', '[]', 'UTC', '+12125550100', '{}', 'test', now(), now()) RETURNING id`, o.staff.Client.ID); err != nil {
		t.Fatal(err)
	}
	id := fmt.Sprint(campaign)
	for _, want := range []string{"41188 rows read, 41188 added, 0 known, 0 rejected", "41188 rows read, 0 added, 41188 known, 0 rejected"} {
		if out := works(t, o.dsn, "import", "leads", file, "--campaign", id, "--generate-phones", "7"); !strings.Contains(out, want) {
			t.Errorf("import says %q, want %q", out, want)
		}
	}
	if n := o.number(`SELECT count(*) FROM leads l JOIN lists i ON i.id = l.list_id WHERE i.synthetic`); n != 41188 {
		t.Errorf("%d leads on a synthetic list", n)
	}
	for _, args := range [][]string{
		{"import", "leads", "/no/such/file.csv", "--campaign", id},
		{"import", "leads", file, "--campaign", id, "--generate-phones", "many"},
		{"import", "leads", file},
		{"import"},
	} {
		if code, _, errs := saveline(t, o.dsn, args...); code != 2 || errs == "" {
			t.Errorf("%v: status %d, %q; want 2 and a sentence", args, code, errs)
		}
	}
}

func TestABackupComesBackWhole(t *testing.T) {
	t.Parallel()
	from, to := pgtest.DSN(t), emptyDSN(t)
	lived := open(t, from)
	c := rehearsal.Config{Generate: 120, Agents: 5, Hours: 0.5, AnswerRate: 0.4, Mode: "progressive", Seed: 9, Start: rehearsal.DefaultStart}
	if _, err := rehearsal.Run(t.Context(), wire(slog.New(slog.DiscardHandler), auth.NewSecretKey()), &rehearsal.Scratch{DB: lived}, c, nil); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "backup")

	saved := works(t, from, "backup", dir)
	restored := works(t, to, "restore", dir)

	if rowsAndTables(saved) != rowsAndTables(restored) {
		t.Errorf("saved: %s restored: %s", saved, restored)
	}
	if diff := cmp.Diff(business(t, lived), business(t, open(t, to))); diff != "" {
		t.Errorf("what came back is not what went (-saved +restored):\n%s", diff)
	}
	if code, _, errs := saveline(t, to, "restore", dir); code == 0 || !strings.Contains(errs, "empty") {
		t.Errorf("a restore over data: status %d, %q", code, errs)
	}
	if code, _, errs := saveline(t, from, "backup", dir); code == 0 || errs == "" {
		t.Errorf("a backup over a backup: status %d, %q", code, errs)
	}
}

// rowsAndTables is "N rows of M tables" of what backup and restore print.
func rowsAndTables(out string) string {
	words := strings.Fields(out)
	return strings.Join(words[:min(5, len(words))], " ")
}

// business is what a company would miss: how many of everything, and what its books say.
func business(t *testing.T, db *sqlx.DB) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, table := range []string{
		"users", "people", "leads", "attempts", "calls", "call_events", "outcomes", "results", "cases", "presentations", "facts", "credits",
		"entries", "runs", "statements", "audit",
	} {
		var n string
		if err := db.Get(&n, `SELECT count(*)::text FROM `+table); err != nil {
			t.Fatal(err)
		}
		out[table] = n
	}
	var accounts []struct{ Account, Sum string }
	if err := db.Select(&accounts, `
SELECT account, sum(amount)::text AS sum FROM (
    SELECT debit AS account, amount_minor AS amount FROM entries UNION ALL SELECT credit, -amount_minor FROM entries) x
GROUP BY 1 ORDER BY 1`); err != nil {
		t.Fatal(err)
	}
	for _, a := range accounts {
		out["account "+a.Account] = a.Sum
	}
	var digest string
	if err := db.Get(&digest, `SELECT coalesce(md5(string_agg(f::text, '|' ORDER BY id)), '') FROM facts f`); err != nil {
		t.Fatal(err)
	}
	out["facts word by word"] = digest
	return out
}

func TestDoctorSaysWhatItFindsAndFailsIfSomethingDoesNotWork(t *testing.T) {
	t.Parallel()
	code, out, errs := saveline(t, pgtest.DSN(t), "doctor")
	if fails := strings.Contains("\n"+out, "\nfail "); fails != (code == 1) { // a test server that does not wait for its disk is a fault
		t.Errorf("status %d after:\n%s%s", code, out, errs)
	}
	for _, want := range []string{"ok    database ", "ok    migrations", "ok    clock", "switch"} {
		if !strings.Contains(out, want) {
			t.Errorf("doctor lacks %q:\n%s", want, out)
		}
	}
	code, out, errs = saveline(t, emptyDSN(t), "doctor")
	if code != 1 || !strings.Contains(out, "fail  migrations") || !strings.Contains(out, "→") || errs == "" {
		t.Errorf("on a database without tables: status %d\n%s%s", code, out, errs)
	}
}

func TestVersionHelpAndCommandsThatAreNone(t *testing.T) {
	t.Parallel()
	if out := works(t, "", "version"); !strings.HasPrefix(out, "saveline dev\ncommit ") {
		t.Errorf("version says %q", out)
	}
	for _, args := range [][]string{{"help"}, {}, {"serve", "-h"}} {
		if out := works(t, "", args...); !strings.Contains(strings.ToLower(out), "usage") {
			t.Errorf("%v says %q", args, out)
		}
	}
	for _, args := range [][]string{{"dance"}, {"migrate", "now"}, {"backup"}, {"restore"}, {"serve", "--loudly"}, {"version", "--x"}} {
		code, _, errs := saveline(t, "", args...)
		if code != 2 || errs == "" {
			t.Errorf("%v: status %d, %q; want 2 and a sentence", args, code, errs)
		}
	}
}

func TestServeSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	dsn, dir := pgtest.DSN(t), t.TempDir()
	for _, c := range []struct {
		name string
		env  map[string]string
		args []string
		says string
	}{
		{"no key", map[string]string{"DATABASE_URL": dsn}, nil, "openssl rand -base64 32"},
		{"bad key", map[string]string{"DATABASE_URL": dsn, "SAVELINE_SECRET_KEY": "short"}, nil, "SAVELINE_SECRET_KEY"},
		{"no database there", map[string]string{"DATABASE_URL": "postgres://x@127.0.0.1:1/x?connect_timeout=2", "SAVELINE_SECRET_KEY": testKey}, nil, "refused"},
		{"bad role", map[string]string{"DATABASE_URL": dsn, "SAVELINE_SECRET_KEY": testKey}, []string{"-roles", "cook"}, "cook"},
		{"bad address", map[string]string{"DATABASE_URL": dsn, "SAVELINE_SECRET_KEY": testKey}, []string{"-addr", "here"}, "here"},
	} {
		c.env["SAVELINE_DATA_DIR"] = dir
		code, _, errs := savelineIn(t, c.env, append([]string{"serve", "-addr", "127.0.0.1:0"}, c.args...)...)
		if code == 0 || !strings.Contains(errs, c.says) {
			t.Errorf("%s: status %d, %q; want %q", c.name, code, errs, c.says)
		}
	}
}
