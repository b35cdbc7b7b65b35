package pgembed

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
)

// identity is the user that the server runs as.
type identity struct {
	uid, gid int
	drop     bool // we are root, and it is not
}

// whoRuns answers as whom the server runs: PostgreSQL refuses root, so as root we run it as an unprivileged user.
// That user must be in the password file, because initdb looks it up. Data that exists keeps its owner, so that
// it outlives the arrival of a `postgres` user.
func whoRuns(runAs, dataDir string) (identity, error) {
	if os.Geteuid() != 0 {
		return identity{uid: os.Geteuid(), gid: os.Getegid()}, nil
	}
	if fi, err := os.Stat(dataDir); err == nil {
		if st, ok := fi.Sys().(*syscall.Stat_t); ok && st.Uid != 0 {
			return identity{uid: int(st.Uid), gid: int(st.Gid), drop: true}, nil
		}
	}
	names := []string{"postgres", "nobody"}
	if runAs != "" {
		names = []string{runAs}
	}
	for _, name := range names {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errU := strconv.Atoi(u.Uid)
		gid, errG := strconv.Atoi(u.Gid)
		if errU == nil && errG == nil && uid != 0 {
			return identity{uid: uid, gid: gid, drop: true}, nil
		}
	}
	return identity{}, fmt.Errorf("PostgreSQL will not run as root, and this machine has none of the users %v", names)
}

// own gives a file of ours to the server's user.
func (id identity) own(path string) error {
	if !id.drop {
		return nil
	}
	return os.Lchown(path, id.uid, id.gid)
}

// owns refuses a directory that somebody else made under our name: a socket there could be anybody's.
func (id identity) owns(dir string) error {
	fi, err := os.Lstat(dir)
	if err != nil {
		return fmt.Errorf("private database: %w", err)
	}
	if st, ok := fi.Sys().(*syscall.Stat_t); !ok || !fi.IsDir() || int(st.Uid) != id.uid {
		return fmt.Errorf("%s is not a directory of uid %d: not using it for the private database", dir, id.uid)
	}
	return nil
}

// reaches refuses a directory that the server's user cannot get to, such as one in root's home: initdb would only say
// "permission denied".
func (id identity) reaches(dir string) error {
	if !id.drop {
		return nil
	}
	for parent := filepath.Dir(dir); ; parent = filepath.Dir(parent) {
		fi, err := os.Stat(parent)
		if err != nil {
			return fmt.Errorf("private database: %w", err)
		}
		st, ok := fi.Sys().(*syscall.Stat_t)
		open := fi.Mode().Perm()&0o001 != 0 || ok && int(st.Uid) == id.uid && fi.Mode().Perm()&0o100 != 0
		if !open {
			return fmt.Errorf("as root the private database runs as uid %d, which cannot enter %s: choose another data "+
				"directory (SAVELINE_DATA_DIR), or run as an ordinary user", id.uid, parent)
		}
		if parent == filepath.Dir(parent) {
			return nil
		}
	}
}

// attr is how a child of ours is started: away from the terminal's ^C, and without root's rights.
func (id identity) attr() *syscall.SysProcAttr {
	a := sysProcAttr()
	if id.drop {
		a.Credential = &syscall.Credential{Uid: uint32(id.uid), Gid: uint32(id.gid)}
	}
	return a
}

// output runs a short child of the server's user. The parent-death signal fires when the thread that forked dies, and
// Go ends threads as it likes: so the goroutine keeps its thread until the child is done.
func (s *Server) output(cmd *exec.Cmd) ([]byte, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd.Env, cmd.SysProcAttr = s.env(), s.owner.attr()
	return cmd.CombinedOutput()
}

// env is a clean environment: the caller's PG* and locale variables must not leak into the server.
func (s *Server) env() []string {
	return []string{"PATH=/usr/bin:/bin", "LC_ALL=C", "TZ=UTC", "HOME=" + s.cfg.Root, "TMPDIR=" + os.TempDir()}
}

// socketPathMax is the shortest limit among our systems (macOS) on the length of a Unix socket's path.
const socketPathMax = 103

// socketDir is where the server listens: beside the data, or under the temporary directory if that path is too long.
func (s *Server) socketDir() string {
	dir := filepath.Join(s.cfg.Root, "run")
	if len(dir)+len("/.s.PGSQL.5432.lock") <= socketPathMax {
		return dir
	}
	sum := sha256.Sum256([]byte(s.cfg.Root))
	return filepath.Join("/tmp", "saveline-pg-"+hex.EncodeToString(sum[:6]))
}
