package pgembed

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// ErrNotRunning is returned by Attach when no server is up under the root.
var ErrNotRunning = errors.New("the private database is not running")

// Attach returns the address of the server that another process supervises under cfg.Root, for a command that works
// beside the service. It starts and changes nothing.
func Attach(ctx context.Context, cfg Config) (dsn string, err error) {
	s := &Server{cfg: cfg.withDefaults()}
	if s.cfg.Root, err = filepath.Abs(cfg.Root); err != nil {
		return "", fmt.Errorf("root of the private database: %w", err)
	}
	if pid, status := s.pidFile(); pid == 0 || status != "ready" || !s.isOurs(pid) {
		return "", fmt.Errorf("%w in %s", ErrNotRunning, s.cfg.Root)
	}
	password, err := os.ReadFile(filepath.Join(s.cfg.Root, "password"))
	if err != nil {
		return "", fmt.Errorf("password of the private database: %w", err)
	}
	dsn = s.dsnFor(strings.TrimSpace(string(password)), s.cfg.Database)
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return "", fmt.Errorf("private database: %w", err)
	}
	defer func() { _ = db.Close() }()
	if err := db.PingContext(ctx); err != nil {
		return "", fmt.Errorf("private database: %w", err)
	}
	return dsn, nil
}
