package pgembed

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

var errExited = errors.New("postgres exited before it was ready")

// bringUp adopts or launches the server and waits until it takes connections. Backends of a killed server need a
// moment to notice that they are orphans; until they are gone PostgreSQL rightly refuses to start ("pre-existing
// shared memory block is still in use"), so an early exit is tried again. It is never forced.
func (s *Server) bringUp(ctx context.Context) error {
	for deadline := time.Now().Add(lingerTimeout); ; {
		if !s.adopt() {
			s.awaitStopping(deadline)
			if err := s.launch(); err != nil {
				return err
			}
		}
		err := s.ready(ctx)
		if err == nil || !errors.Is(err, errExited) || time.Now().After(deadline) || ctx.Err() != nil {
			return err
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// adopt takes over a server that outlived a killed predecessor. We hold the lock, so it has no other supervisor.
func (s *Server) adopt() bool {
	pid, status := s.pidFile()
	if pid == 0 || !s.isOurs(pid) || status != "ready" && status != "starting" {
		return false
	}
	s.cfg.Log.Info("adopting the private database that is running", "pid", pid)
	done := make(chan struct{})
	s.set(nil, pid, done)
	go func() { // it is not our child, so there is nothing to wait on but its life
		for s.isOurs(pid) {
			time.Sleep(100 * time.Millisecond)
		}
		close(done)
	}()
	return true
}

func (s *Server) set(cmd *exec.Cmd, pid int, done chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cmd, s.pid, s.done, s.exitErr = cmd, pid, done, nil
}

// pidFile reads what the postmaster wrote about itself: its pid on line 1, its status on line 8.
func (s *Server) pidFile() (pid int, status string) {
	b, err := os.ReadFile(filepath.Join(s.dataDir(), "postmaster.pid"))
	if err != nil {
		return 0, ""
	}
	lines := strings.Split(string(b), "\n")
	pid, _ = strconv.Atoi(strings.TrimSpace(lines[0]))
	if len(lines) > 7 {
		status = strings.TrimSpace(lines[7])
	}
	return max(pid, 0), status
}

// isOurs guards against a recycled pid: the process must be a postgres on our data.
func (s *Server) isOurs(pid int) bool {
	command := commandOf(pid)
	return strings.Contains(command, "postgres") && strings.Contains(command, s.dataDir())
}

// awaitStopping lets a predecessor that is shutting down finish.
func (s *Server) awaitStopping(deadline time.Time) {
	for time.Now().Before(deadline) {
		if pid, status := s.pidFile(); status != "stopping" || !s.isOurs(pid) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// disownRecycledPid handles the one stale postmaster.pid that PostgreSQL cannot judge itself: its pid now belongs to
// another process. The file must stay, because its shared-memory key is what stops a start beside surviving
// backends; so only the pid is overwritten, with one that cannot exist.
func (s *Server) disownRecycledPid() error {
	pid, _ := s.pidFile()
	if pid == 0 || s.isOurs(pid) || errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return nil
	}
	path := filepath.Join(s.dataDir(), "postmaster.pid")
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	_, rest, _ := strings.Cut(string(b), "\n")
	return os.WriteFile(path, []byte("2147483646\n"+rest), 0o600)
}

func (s *Server) launch() error {
	if err := s.disownRecycledPid(); err != nil {
		return fmt.Errorf("private database: %w", err)
	}
	args := []string{"-D", s.dataDir(), "-k", s.socketDir(), "-c", "listen_addresses=", "-c", "unix_socket_permissions=0700"}
	for name, value := range s.cfg.Params {
		args = append(args, "-c", name+"="+value)
	}
	out, err := os.OpenFile(s.logFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("private database: %w", err)
	}
	cmd := exec.Command(filepath.Join(s.binDir, "postgres"), args...)
	cmd.Env, cmd.SysProcAttr, cmd.Dir = s.env(), s.owner.attr(), s.cfg.Root
	cmd.Stdout, cmd.Stderr = out, out
	done, started := make(chan struct{}), make(chan error)
	go func() {
		// The parent-death signal fires when the thread that forked dies: keep that thread while the child lives.
		runtime.LockOSThread()
		err := cmd.Start()
		_ = out.Close()
		if err != nil {
			started <- err
			return
		}
		s.set(cmd, cmd.Process.Pid, done)
		started <- nil
		err = cmd.Wait()
		s.mu.Lock()
		s.exitErr = err
		s.mu.Unlock()
		close(done)
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("start postgres: %w", err)
	}
	return nil
}

// ready waits for the first connection that works.
func (s *Server) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	db, err := sql.Open("postgres", s.admin+"&connect_timeout=5")
	if err != nil {
		return fmt.Errorf("private database: %w", err)
	}
	defer func() { _ = db.Close() }()
	gone := s.gone()
	for {
		err := db.PingContext(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the private database is not ready: %w; see %s", err, s.logFile())
		case <-gone:
			return fmt.Errorf("%w; see %s", errExited, s.logFile())
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func (s *Server) gone() chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.done
}
