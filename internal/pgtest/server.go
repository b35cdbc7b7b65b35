package pgtest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"saveline/internal/pgembed"
)

const (
	envDSN    = "SAVELINE_TEST_DSN"
	envServer = "SAVELINE_TEST_SERVER" // set for the process that keeps the shared server; its root

	serverIdleMax   = 5 * time.Minute // after the last test that asked for a database
	serverStartWait = 2 * time.Minute
)

// ServerParams make a server that forgets on a power cut and is fast for it.
func ServerParams() map[string]string {
	return map[string]string{
		"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
		"max_connections": "400", "shared_buffers": "256MB",
	}
}

// init turns a test binary that was started by startKeeper into the keeper of the shared server. Test binaries share
// no parent that could own one, so the first of them starts itself once more, detached.
func init() {
	if root := os.Getenv(envServer); root != "" {
		if err := keepServer(root); err != nil && !errors.Is(err, pgembed.ErrInUse) {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
}

// adminDSN is the server that tests make their databases on: SAVELINE_TEST_DSN, else one that all test binaries of
// this user share and that stops itself when none has used it for serverIdleMax.
var adminDSN = sync.OnceValues(func() (string, error) {
	if dsn := os.Getenv(envDSN); dsn != "" {
		return dsn, nil
	}
	root := filepath.Join(os.TempDir(), "saveline-pgtest-"+strconv.Itoa(os.Getuid()))
	if err := os.MkdirAll(root, 0o755); err != nil {
		return "", err
	}
	for deadline := time.Now().Add(serverStartWait); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if dsn, err := runningServer(root); err == nil {
			return dsn, nil
		}
		if err := startKeeper(root); err != nil {
			return "", err
		}
	}
	return "", fmt.Errorf("no test server within %v: see %s, or set %s", serverStartWait, filepath.Join(root, "keeper.log"), envDSN)
})

// runningServer reads the address that the keeper wrote and tries it, after saying that somebody is here.
func runningServer(root string) (string, error) {
	touch(root)
	b, err := os.ReadFile(filepath.Join(root, "dsn"))
	if err != nil {
		return "", err
	}
	dsn := strings.TrimSpace(string(b))
	srv, err := connect(dsn)
	if err != nil {
		return "", err
	}
	return dsn, srv.Close()
}

func touch(root string) {
	path := filepath.Join(root, "used")
	now := time.Now()
	if os.Chtimes(path, now, now) != nil {
		_ = os.WriteFile(path, nil, 0o644)
	}
}

// startKeeper starts this binary again as the keeper, unless there is one: that one's lock makes the new one leave.
func startKeeper(root string) error {
	out, err := os.OpenFile(filepath.Join(root, "keeper.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	defer func() { _ = out.Close() }()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), envServer+"="+root)
	cmd.Dir, cmd.Stderr = root, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	exited := make(chan struct{})
	go func() { _ = cmd.Wait(); close(exited) }()
	for {
		select {
		case <-exited: // another was first, or it failed and said so in keeper.log
			return nil
		case <-time.After(50 * time.Millisecond):
			if _, err := runningServer(root); err == nil {
				return nil
			}
		}
	}
}

// keepServer runs the shared server until nobody has used it for a while.
func keepServer(root string) error {
	ctx := context.Background()
	quiet := slog.New(slog.DiscardHandler)
	srv, err := pgembed.Start(ctx, pgembed.Config{Root: filepath.Join(root, "pg"), Database: "postgres", Params: ServerParams(), Log: quiet})
	if err != nil {
		return err
	}
	defer func() { _ = srv.Stop() }()
	path := filepath.Join(root, "dsn")
	if err := os.WriteFile(path, []byte(srv.DSN()+"\n"), 0o600); err != nil {
		return err
	}
	defer func() { _ = os.Remove(path) }()
	for {
		time.Sleep(time.Second)
		used, err := os.Stat(filepath.Join(root, "used"))
		if err != nil || time.Since(used.ModTime()) > serverIdleMax {
			return nil
		}
	}
}
