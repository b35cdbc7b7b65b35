package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"saveline/cmd/saveline/rehearsal"
	"saveline/internal/config"
	"saveline/internal/errs"
	"saveline/internal/httpx"
	"saveline/internal/pg"
)

// demoDrainMax: the people of a demo do not mind being cut off.
const demoDrainMax = 2 * time.Second

// login is one line of what the demo prints.
type login struct {
	Role     string `json:"role"`
	Email    string `json:"email"`
	Password string `json:"password"`
}

// runDemo is `saveline demo`: a company with a past, agents that work by themselves, and a desk for whoever looks.
// Its switch is the simulator; there is no trunk it could reach.
func runDemo(ctx context.Context, e env, args []string) error {
	cfg, err := config.Load(e.getenv)
	if err != nil {
		return err
	}
	cfg.DataDir = filepath.Join(cfg.DataDir, "demo")
	fs := e.flags("demo")
	fs.StringVar(&cfg.Addr, "addr", cfg.Addr, "address to listen on")
	reset := fs.Bool("reset", false, "start over: the demo's own database is emptied first")
	logins := fs.String("logins", "", "also write the logins to this file, as JSON")
	if _, err := parse(fs, args, 0); err != nil {
		return err
	}
	if err := cfg.Validate(); err != nil {
		return err
	}
	log := e.logger(cfg)
	d, err := openDatabase(ctx, cfg, log)
	if err != nil {
		return err
	}
	n, err := demoNode(ctx, e, cfg, d, log, *reset, *logins)
	if err != nil {
		return errors.Join(err, d.close())
	}
	ctx, stop := httpx.Signals(ctx, os.Exit)
	defer stop()
	return n.run(ctx)
}

// demoAtHome are the fictional numbers 555-0190 to 555-0199: whoever tries the demo, or tests it, dials them and is answered.
const demoAtHome = "555019"

// demoNode makes the company if the database is empty, and seats its agents on the real clock.
func demoNode(ctx context.Context, e env, cfg config.Config, d *database, log *slog.Logger, reset bool, loginsTo string) (*node, error) {
	if reset || unfinished(cfg, d) {
		if err := emptyDemo(ctx, cfg, d); err != nil {
			return nil, err
		}
	}
	world := rehearsal.DemoWorld()
	world.AtHome = demoAtHome
	n, err := newNode(ctx, cfg, d, log, world)
	if err != nil {
		return nil, err
	}
	logins, err := demoCompany(ctx, e, cfg, n, log)
	if err != nil {
		return nil, err
	}
	floor, err := rehearsal.ReopenDemo(ctx, n.services(n.sw), n.ears)
	if err != nil {
		return nil, err
	}
	n.extra = append(n.extra, floor.Run)
	if err := n.openTill(ctx); err != nil {
		return nil, err
	}
	n.drain = func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, demoDrainMax)
		defer cancel()
		_ = n.dialer.Drain(ctx) // calls that are still up are no fault of a demo
		return nil
	}
	if err := writeLogins(loginsTo, logins); err != nil {
		return nil, err
	}
	return n, printLogins(e.stdout, n.server.Addr().String(), logins)
}

// demoCompany is the company's logins; the company is made first if it is not there.
func demoCompany(ctx context.Context, e env, cfg config.Config, n *node, log *slog.Logger) ([]login, error) {
	kept := filepath.Join(cfg.DataDir, "logins.json")
	house, err := n.auth.House(ctx, "demo")
	if err != nil {
		return nil, err
	}
	if len(house.Clients) > 0 {
		return readLogins(kept)
	}
	key, err := secretKey(cfg)
	if err != nil {
		return nil, err
	}
	start := time.Now()
	progress := func(what string) { _, _ = fmt.Fprintf(e.stderr, "demo: %s\n", what) }
	// A past that a crash cuts short is thrown away and made again, so it need not wait for the disk.
	past, err := pg.Open(ctx, rehearsal.WithSetting(n.d.dsn, "synchronous_commit", "off"), pg.Settings{MaxOpen: 4})
	if err != nil {
		return nil, err
	}
	defer func() { _ = past.Close() }()
	made, err := rehearsal.MakeDemo(ctx, wire(quieter(log), key), past, start, progress)
	if err != nil {
		return nil, fmt.Errorf("make the demo company: %w", err)
	}
	progress(fmt.Sprintf("ready after %s", time.Since(start).Round(time.Second)))
	logins := loginsOf(made.Staff)
	return logins, writeLogins(kept, logins)
}

func loginsOf(st *rehearsal.Staff) []login {
	var all []login
	for _, a := range st.People() {
		all = append(all, login{Role: string(a.Roles[0]), Email: a.Email, Password: st.Passwords[a.Email]})
	}
	return all
}

func readLogins(name string) ([]login, error) {
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errs.Newf(errs.Conflict, "this database holds a company that the demo did not make; set another DATABASE_URL, or unset it for a private one")
	}
	if err != nil {
		return nil, err
	}
	var all []login
	return all, json.Unmarshal(text, &all)
}

func writeLogins(name string, all []login) error {
	if name == "" {
		return nil
	}
	text, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, append(text, '\n'), 0o600)
}

func printLogins(w io.Writer, addr string, all []login) error {
	_, err := fmt.Fprintf(w, "\nSaveline demo: http://%s\n\n", addr)
	for _, l := range all {
		_, _ = fmt.Fprintf(w, "  %-11s %-26s %s\n", l.Role, l.Email, l.Password)
	}
	_, _ = fmt.Fprint(w, "\nSimulated agents are at work; sign in as agent to take calls beside them. Ctrl-C stops, twice at once.\n")
	return err
}

// unfinished reports a private demo whose making was cut short: its logins are written last.
func unfinished(cfg config.Config, d *database) bool {
	_, err := os.Stat(filepath.Join(cfg.DataDir, "logins.json"))
	return d.private != nil && errors.Is(err, fs.ErrNotExist)
}

// emptyDemo empties the demo's private database. A database that somebody else gave is never emptied.
func emptyDemo(ctx context.Context, cfg config.Config, d *database) error {
	if d.private == nil {
		return errs.Newf(errs.Conflict, "--reset works on the demo's private database only; for DATABASE_URL make a new database yourself")
	}
	if err := os.Remove(filepath.Join(cfg.DataDir, "logins.json")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return d.recreate(ctx)
}
