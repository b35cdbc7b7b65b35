package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"saveline/cmd/saveline/rehearsal"
	"saveline/internal/config"
	"saveline/internal/jobs"
	"saveline/internal/pg"
	"saveline/internal/pgembed"
	"saveline/migrations"
)

// database is an open one, and the private server under it if there is one.
type database struct {
	*sqlx.DB
	dsn     string
	private *pgembed.Server
}

// openDatabase opens the one that the environment names, or starts the private one.
func openDatabase(ctx context.Context, cfg config.Config, log *slog.Logger) (*database, error) {
	d := &database{dsn: string(cfg.DatabaseURL)}
	if cfg.Private() {
		// Others may enter the data directory: as root, the private server runs as another user.
		err := os.MkdirAll(cfg.DataDir, 0o755)
		if err != nil {
			return nil, fmt.Errorf("data directory: %w", err)
		}
		d.private, err = pgembed.Start(ctx, pgembed.Config{Root: cfg.PostgresDir(), Log: log})
		if err != nil {
			return nil, fmt.Errorf("private database (set DATABASE_URL to use your own): %w", err)
		}
		d.dsn = d.private.DSN()
	}
	return d, d.open(ctx, cfg)
}

// joinDatabase is openDatabase for a tool: it may work beside a service that runs the private server already.
func joinDatabase(ctx context.Context, cfg config.Config, log *slog.Logger) (*database, error) {
	if cfg.Private() {
		dsn, err := pgembed.Attach(ctx, pgembed.Config{Root: cfg.PostgresDir(), Log: log})
		if err == nil {
			d := &database{dsn: dsn}
			return d, d.open(ctx, cfg)
		}
		if !errors.Is(err, pgembed.ErrNotRunning) {
			return nil, err
		}
	}
	return openDatabase(ctx, cfg, log)
}

func (d *database) open(ctx context.Context, cfg config.Config) (err error) {
	if d.DB, err = pg.Open(ctx, d.dsn, pg.Settings{MaxOpen: cfg.DatabasePool}); err != nil {
		return d.stopAfter(err)
	}
	return nil
}

func (d *database) stopAfter(err error) error {
	if d.private != nil {
		_ = d.private.Stop()
	}
	return err
}

// close ends the connections, then the private server.
func (d *database) close() error {
	err := d.DB.Close()
	if d.private == nil {
		return err
	}
	return d.private.Stop()
}

// migrate brings the schema and the job queue's tables up to date.
func (d *database) migrate(ctx context.Context) error {
	if err := migrations.Up(ctx, d.DB.DB); err != nil {
		return err
	}
	return jobs.Migrate(ctx, d.DB)
}

// runMigrate is `saveline migrate`.
func runMigrate(ctx context.Context, e env, args []string) error {
	if _, err := parse(e.flags("migrate"), args, 0); err != nil {
		return err
	}
	return e.withDatabase(ctx, func(d *database, _ config.Config, _ *slog.Logger) error {
		if err := d.migrate(ctx); err != nil {
			return err
		}
		_, err := fmt.Fprintln(e.stdout, "the database is up to date")
		return err
	})
}

// withDatabase reads the settings, opens the database for one command and closes it again.
func (e env) withDatabase(ctx context.Context, do func(*database, config.Config, *slog.Logger) error) (err error) {
	cfg, err := config.Load(e.getenv)
	if err != nil {
		return err
	}
	log := e.logger(cfg)
	d, err := joinDatabase(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer func() {
		if e := d.close(); err == nil {
			err = e
		}
	}()
	return do(d, cfg, log)
}

// recreate drops the private server's database and makes it again, empty.
func (d *database) recreate(ctx context.Context) error {
	if err := d.DB.Close(); err != nil {
		return err
	}
	server, err := pg.Open(ctx, rehearsal.WithDatabase(d.dsn, "postgres"), pg.Settings{MaxOpen: 1})
	if err != nil {
		return err
	}
	defer func() { _ = server.Close() }()
	name, err := databaseName(d.dsn)
	if err != nil {
		return err
	}
	for _, statement := range []string{"DROP DATABASE IF EXISTS " + name + " WITH (FORCE)", "CREATE DATABASE " + name} {
		if _, err := server.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("start over: %w", err)
		}
	}
	d.DB, err = pg.Open(ctx, d.dsn, pg.Settings{})
	return err
}

func databaseName(dsn string) (string, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return "", err
	}
	return pq.QuoteIdentifier(strings.TrimPrefix(u.Path, "/")), nil
}
