package rehearsal

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"

	"github.com/jmoiron/sqlx"

	"saveline/internal/pg"
	"saveline/migrations"
)

// scratchPrefix marks databases of rehearsals; nothing else may be dropped.
const scratchPrefix = "saveline_rehearsal_"

// Scratch is a database that lives as long as one rehearsal. The live tables are in another one.
type Scratch struct {
	DB     *sqlx.DB
	server string
	name   string
}

// NewScratch makes and migrates a scratch database on the server that dsn names. migrateJobs adds the job queue's tables.
func NewScratch(ctx context.Context, dsn string, migrateJobs func(context.Context, *sqlx.DB) error) (_ *Scratch, err error) {
	s := &Scratch{server: dsn, name: scratchPrefix + randomName()}
	if err := s.onServer(ctx, "CREATE DATABASE "+s.name); err != nil {
		return nil, fmt.Errorf("make scratch database: %w", err)
	}
	defer func() {
		if err != nil {
			_ = s.Drop(context.WithoutCancel(ctx))
		}
	}()
	// Nothing in a scratch database outlives a crash, so it need not wait for the disk.
	if err := s.onServer(ctx, "ALTER DATABASE "+s.name+" SET synchronous_commit = off"); err != nil {
		return nil, fmt.Errorf("set up scratch database: %w", err)
	}
	if s.DB, err = pg.Open(ctx, WithDatabase(dsn, s.name), pg.Settings{MaxOpen: 8}); err != nil {
		return nil, err
	}
	if err := migrations.Up(ctx, s.DB.DB); err != nil {
		return nil, err
	}
	return s, migrateJobs(ctx, s.DB)
}

// Drop closes and removes the scratch database.
func (s *Scratch) Drop(ctx context.Context) error {
	if s.DB != nil {
		_ = s.DB.Close()
	}
	if !strings.HasPrefix(s.name, scratchPrefix) {
		return fmt.Errorf("%s is not a scratch database", s.name)
	}
	if err := s.onServer(ctx, "DROP DATABASE IF EXISTS "+s.name+" WITH (FORCE)"); err != nil {
		return fmt.Errorf("drop scratch database: %w", err)
	}
	return nil
}

func (s *Scratch) onServer(ctx context.Context, statement string) error {
	db, err := pg.Open(ctx, s.server, pg.Settings{MaxOpen: 1})
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	_, err = db.ExecContext(ctx, statement)
	return err
}

// WithDatabase is dsn, a URL, with another database name.
func WithDatabase(dsn, name string) string {
	u, err := url.Parse(dsn)
	if err != nil {
		return dsn // opening it will say what is wrong
	}
	u.Path = "/" + name
	return u.String()
}

// WithSetting is dsn, a URL, with a setting of the server for its sessions.
func WithSetting(dsn, name, value string) string {
	u, err := url.Parse(dsn)
	if err != nil {
		return dsn // opening it will say what is wrong
	}
	q := u.Query()
	q.Set(name, value)
	u.RawQuery = q.Encode()
	return u.String()
}

func randomName() string {
	b := make([]byte, 6)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the process instead
	return hex.EncodeToString(b)
}
