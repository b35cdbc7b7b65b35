// Package config reads the settings of the process from the environment. What a manager may want to change is in the
// database instead.
package config

import (
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"
)

// A Role is a part of the service that this process plays. Every node plays all of them unless told otherwise.
type Role string

// The roles.
const (
	RoleAPI       Role = "api"       // answers requests and serves the pages
	RoleScheduler Role = "scheduler" // fires what is due, runs jobs, numbers and consumes facts
	RoleDialer    Role = "dialer"    // holds campaigns and their calls
)

// Roles are all there are.
var Roles = []Role{RoleAPI, RoleScheduler, RoleDialer}

// Config is the settings of one process. Its fields are documented in docs/operate.md; a test compares the two.
type Config struct {
	DatabaseURL    Secret   `env:"DATABASE_URL"`                                     // postgres:// URL; empty = a private server
	DatabasePool   int      `env:"SAVELINE_DATABASE_POOL" envDefault:"20"`           // connections of this process
	Addr           string   `env:"SAVELINE_ADDR" envDefault:"127.0.0.1:8080"`        // host:port to listen on
	DataDir        string   `env:"SAVELINE_DATA_DIR"`                                // files of this installation
	SecretKey      Secret   `env:"SAVELINE_SECRET_KEY"`                              // base64 of 32 bytes
	Roles          []Role   `env:"SAVELINE_ROLES" envDefault:"api,scheduler,dialer"` // what this process does
	Node           string   `env:"SAVELINE_NODE"`                                    // its name among the nodes
	TrustedProxies []string `env:"SAVELINE_TRUSTED_PROXIES"`                         // addresses or CIDRs
	LogLevel       string   `env:"SAVELINE_LOG" envDefault:"info"`                   // debug, info, warn, error
	LogFormat      string   `env:"SAVELINE_LOG_FORMAT" envDefault:"text"`            // text or json
}

const poolMax = 500

// Load reads the environment through getenv. The error names every variable that is wrong, never a secret's value.
func Load(getenv func(string) string) (Config, error) {
	params, err := env.GetFieldParams(&Config{})
	if err != nil {
		return Config{}, fmt.Errorf("settings: %w", err)
	}
	set := map[string]string{}
	for _, p := range params {
		if v := strings.TrimSpace(getenv(p.Key)); v != "" {
			set[p.Key] = v
		}
	}
	var c Config
	if err := env.ParseWithOptions(&c, env.Options{Environment: set}); err != nil {
		return Config{}, fmt.Errorf("settings: %w", err)
	}
	if c.DataDir == "" {
		c.DataDir = defaultDataDir(getenv)
	}
	if c.Node == "" {
		c.Node = defaultNode()
	}
	return c, c.Validate()
}

// Validate names everything that is wrong, not only the first.
func (c Config) Validate() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if url := string(c.DatabaseURL); url != "" && !strings.HasPrefix(url, "postgres://") && !strings.HasPrefix(url, "postgresql://") {
		fault("DATABASE_URL must begin with postgres://")
	}
	if c.DatabasePool < 2 || c.DatabasePool > poolMax {
		fault("SAVELINE_DATABASE_POOL is %d: choose 2 to %d", c.DatabasePool, poolMax)
	}
	if _, _, err := net.SplitHostPort(c.Addr); err != nil {
		fault("SAVELINE_ADDR %q is not host:port", c.Addr)
	}
	if !filepath.IsAbs(c.DataDir) {
		fault("SAVELINE_DATA_DIR %q is not an absolute path", c.DataDir)
	}
	if c.SecretKey != "" {
		if _, err := c.SecretKey.key(); err != nil {
			fault("SAVELINE_SECRET_KEY must be the base64 of %d bytes: make one with `openssl rand -base64 %d`", keyBytes, keyBytes)
		}
	}
	if len(c.Roles) == 0 {
		fault("SAVELINE_ROLES names no role")
	}
	for _, r := range c.Roles {
		if !slices.Contains(Roles, r) {
			fault("SAVELINE_ROLES: %q is none of %v", r, Roles)
		}
	}
	for _, p := range c.TrustedProxies {
		if _, _, err := net.ParseCIDR(p); err != nil && net.ParseIP(p) == nil {
			fault("SAVELINE_TRUSTED_PROXIES: %q is neither an address nor a network", p)
		}
	}
	if _, err := c.level(); err != nil {
		fault("SAVELINE_LOG %q is none of debug, info, warn, error", c.LogLevel)
	}
	if c.LogFormat != "text" && c.LogFormat != "json" {
		fault("SAVELINE_LOG_FORMAT %q is neither text nor json", c.LogFormat)
	}
	return errors.Join(faults...)
}

// Has reports whether this process plays the role.
func (c Config) Has(r Role) bool { return slices.Contains(c.Roles, r) }

// Level is the least level that is logged.
func (c Config) Level() slog.Level {
	level, _ := c.level() // Validate has seen it
	return level
}

func (c Config) level() (slog.Level, error) {
	var level slog.Level
	err := level.UnmarshalText([]byte(c.LogLevel))
	if err == nil && !slices.Contains([]string{"debug", "info", "warn", "error"}, strings.ToLower(c.LogLevel)) {
		err = errors.New("unknown level")
	}
	return level, err
}

// Private reports that no database is configured, so the process runs one of its own in PostgresDir.
func (c Config) Private() bool { return c.DatabaseURL == "" }

// PostgresDir holds the private database.
func (c Config) PostgresDir() string { return filepath.Join(c.DataDir, "postgres") }

// defaultDataDir is where the system keeps such things: as root /var/lib, which a private PostgreSQL's user can enter.
func defaultDataDir(getenv func(string) string) string {
	if os.Geteuid() == 0 {
		return "/var/lib/saveline"
	}
	home := getenv("HOME")
	switch {
	case runtime.GOOS == "darwin":
		return filepath.Join(home, "Library", "Application Support", "saveline")
	case getenv("XDG_DATA_HOME") != "":
		return filepath.Join(getenv("XDG_DATA_HOME"), "saveline")
	}
	return filepath.Join(home, ".local", "share", "saveline")
}

func defaultNode() string {
	name, err := os.Hostname()
	if err != nil || name == "" {
		return "node"
	}
	return name
}

const keyBytes = 32

// Secret is a value that no log, error or page may show.
type Secret string

var (
	_ fmt.Stringer   = Secret("")
	_ slog.LogValuer = Secret("")
	_ fmt.GoStringer = Secret("")
)

// String says only whether there is one.
func (s Secret) String() string {
	if s == "" {
		return "[not set]"
	}
	return "[set]"
}

// GoString keeps %#v from showing it.
func (s Secret) GoString() string { return s.String() }

// LogValue keeps slog from showing it.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText keeps JSON from showing it.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

func (s Secret) key() ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(string(s))
	if err == nil && len(b) != keyBytes {
		err = fmt.Errorf("%d bytes, want %d", len(b), keyBytes)
	}
	return b, err
}
