package pgembed

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/lib/pq"
)

// password reads the cluster's password, or makes it before the cluster is made.
func (s *Server) password() (string, error) {
	path := filepath.Join(s.cfg.Root, "password")
	b, err := os.ReadFile(path)
	if err == nil {
		return strings.TrimSpace(string(b)), nil
	}
	if !os.IsNotExist(err) {
		return "", fmt.Errorf("password of the private database: %w", err)
	}
	raw := make([]byte, 24)
	_, _ = rand.Read(raw) // never fails: crypto/rand aborts the process instead
	password := hex.EncodeToString(raw)
	if err := os.WriteFile(path, []byte(password+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("password of the private database: %w", err)
	}
	return password, s.owner.own(path)
}

// ensureCluster makes the cluster beside its final name, so that a kill half-way leaves nothing that looks like one.
func (s *Server) ensureCluster(ctx context.Context) error {
	if _, err := os.Stat(filepath.Join(s.dataDir(), "PG_VERSION")); err == nil {
		return nil
	}
	if entries, err := os.ReadDir(s.dataDir()); err == nil && len(entries) > 0 {
		return fmt.Errorf("%s is not empty and holds no PostgreSQL cluster: not touching it", s.dataDir())
	}
	tmp := s.dataDir() + ".init" // ours alone: a server never ran on it
	if err := os.RemoveAll(tmp); err != nil {
		return fmt.Errorf("make the private database: %w", err)
	}
	cmd := exec.CommandContext(ctx, filepath.Join(s.binDir, "initdb"), "-D", tmp, "-U", "postgres", "-A", "scram-sha-256",
		"--pwfile="+filepath.Join(s.cfg.Root, "password"), "-E", "UTF8", "--no-locale", "--data-checksums", "--no-instructions")
	cmd.Dir = s.cfg.Root
	if out, err := s.output(cmd); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	_ = os.Remove(s.dataDir()) // at most an empty directory
	if err := os.Rename(tmp, s.dataDir()); err != nil {
		return fmt.Errorf("make the private database: %w", err)
	}
	return nil
}

const (
	sqlDatabaseExists = `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`
	sqlCreateDatabase = `CREATE DATABASE `
)

func (s *Server) ensureDatabase(ctx context.Context) error {
	db, err := sql.Open("postgres", s.admin)
	if err != nil {
		return fmt.Errorf("private database: %w", err)
	}
	defer func() { _ = db.Close() }()
	var exists bool
	if err := db.QueryRowContext(ctx, sqlDatabaseExists, s.cfg.Database).Scan(&exists); err != nil {
		return fmt.Errorf("private database: %w", err)
	}
	if exists {
		return nil
	}
	if _, err := db.ExecContext(ctx, sqlCreateDatabase+pq.QuoteIdentifier(s.cfg.Database)); err != nil {
		return fmt.Errorf("private database: %w", err)
	}
	return nil
}
