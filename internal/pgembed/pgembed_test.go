package pgembed

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A process with this variable set is the service of a test that kills it; the value is the root.
const envService = "PGEMBED_TEST_SERVICE"

func TestMain(m *testing.M) {
	if root := os.Getenv(envService); root != "" {
		serve(root)
		return
	}
	os.Exit(m.Run())
}

// serve starts the server, writes a row, says its pid and waits to be killed.
func serve(root string) {
	s, err := Start(context.Background(), configAt(root))
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
	if err := write(s); err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
	fmt.Println("up", s.Pid())
	select {}
}

func configAt(root string) Config {
	return Config{
		Root: root, Packages: []Package{}, Params: map[string]string{"shared_buffers": "16MB", "max_connections": "20"},
		Log: slog.New(slog.DiscardHandler),
	}
}

// newRoot is a directory that the server's user can enter also when the test runs as root.
func newRoot(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for d := dir; d != filepath.Clean(os.TempDir()) && d != "/"; d = filepath.Dir(d) {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "pg")
}

func start(t *testing.T, root string) *Server {
	t.Helper()
	s, err := Start(t.Context(), configAt(root))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func write(s *Server) error {
	db, err := sql.Open("postgres", s.DSN())
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	_, err = db.Exec(`CREATE TABLE IF NOT EXISTS kept (n int); INSERT INTO kept SELECT count(*) FROM kept`)
	return err
}

// rows counts what is kept, trying again for as long as the server takes to come back.
func rows(t *testing.T, s *Server) int {
	t.Helper()
	db, err := sql.Open("postgres", s.DSN())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(time.Minute)
	for {
		var n int
		err := db.QueryRow(`SELECT count(*) FROM kept`).Scan(&n)
		if err == nil {
			return n
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("the server did not come back: %v", err)
		}
	}
}

func TestRunStartsAKilledServerAgain(t *testing.T) {
	t.Parallel()
	s := start(t, newRoot(t))
	if err := write(s); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ran := make(chan error)
	go func() { ran <- s.Run(ctx) }()

	for want := 1; want <= 2; want++ {
		killed, gone := s.Pid(), s.gone()
		if err := syscall.Kill(killed, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		<-gone
		if got := rows(t, s); got != want {
			t.Errorf("after kill %d there are %d rows, want %d", want, got, want)
		}
		if s.Pid() == killed {
			t.Errorf("the pid is still %d", killed)
		}
		if err := write(s); err != nil {
			t.Fatal(err)
		}
	}
	cancel()
	if err := <-ran; err != nil {
		t.Error(err)
	}
}

func TestRowsSurviveTheServicesDeath(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		database bool // the postmaster is killed too
	}{{"service", false}, {"service and server", true}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			root := newRoot(t)
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), envService+"="+root)
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			line, _ := bufio.NewReader(out).ReadString('\n')
			var pid int
			if _, err := fmt.Sscanf(line, "up %d", &pid); err != nil {
				t.Fatalf("the service said %q", line)
			}

			_ = cmd.Process.Kill()
			if c.database {
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
			_ = cmd.Wait()

			if got := rows(t, start(t, root)); got != 1 {
				t.Errorf("%d rows survived, want 1", got)
			}
		})
	}
}

func TestOneSupervisorPerRoot(t *testing.T) {
	t.Parallel()
	root := newRoot(t)
	first := start(t, root)

	_, err := Start(t.Context(), configAt(root))

	if !errors.Is(err, ErrInUse) {
		t.Errorf("the second Start gave %v, want ErrInUse", err)
	}
	if err := write(first); err != nil {
		t.Errorf("the refused Start disturbed the first: %v", err)
	}
}

func TestAServerThatOutlivedItsServiceIsAdopted(t *testing.T) {
	t.Parallel()
	root := newRoot(t)
	first := start(t, root)
	if err := write(first); err != nil {
		t.Fatal(err)
	}
	_ = first.lock.Close() // as the kernel does when the service is killed

	second := start(t, root)

	if second.Pid() != first.Pid() {
		t.Errorf("pid %d was started beside %d", second.Pid(), first.Pid())
	}
	if got := rows(t, second); got != 1 {
		t.Errorf("%d rows, want 1", got)
	}
}

func TestARecycledPidDoesNotStopTheStart(t *testing.T) {
	t.Parallel()
	root := newRoot(t)
	first := start(t, root)
	if err := write(first); err != nil {
		t.Fatal(err)
	}
	gone := first.gone()
	if err := syscall.Kill(first.Pid(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-gone
	if err := first.Stop(); err != nil {
		t.Fatal(err)
	}
	other := exec.Command("sleep", "600")
	other.SysProcAttr = first.owner.attr()
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Process.Kill(); _ = other.Wait() }()
	path := filepath.Join(first.dataDir(), "postmaster.pid")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(b), "\n")
	if err := os.WriteFile(path, fmt.Appendf(nil, "%d\n%s", other.Process.Pid, rest), 0o600); err != nil {
		t.Fatal(err)
	}

	if got := rows(t, start(t, root)); got != 1 {
		t.Errorf("%d rows, want 1", got)
	}
	if err := other.Process.Signal(syscall.Signal(0)); err != nil {
		t.Errorf("the process with the recycled pid was harmed: %v", err)
	}
}

func TestBinariesOfAnotherMajorVersionAreRefused(t *testing.T) {
	t.Parallel()
	root := newRoot(t)
	first := start(t, root)
	if err := write(first); err != nil {
		t.Fatal(err)
	}
	if err := first.Stop(); err != nil {
		t.Fatal(err)
	}
	version := filepath.Join(first.dataDir(), "PG_VERSION")
	made, err := os.ReadFile(version)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(version, []byte("99\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	before := listing(t, first.dataDir())

	_, err = Start(t.Context(), configAt(root))

	if err == nil || !strings.Contains(err.Error(), "99, the version of the data") {
		t.Errorf("Start gave %v", err)
	}
	if after := listing(t, first.dataDir()); after != before {
		t.Error("the refused Start changed the data")
	}
	if err := os.WriteFile(version, made, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := rows(t, start(t, root)); got != 1 {
		t.Errorf("%d rows, want 1", got)
	}
}

// listing is every file's name, size and time of change.
func listing(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.Walk(dir, func(path string, fi os.FileInfo, err error) error {
		if err == nil {
			fmt.Fprintln(&b, path, fi.Size(), fi.ModTime().UnixNano())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestADirectoryWithSomethingElseIsNotTouched(t *testing.T) {
	t.Parallel()
	root := newRoot(t)
	file := filepath.Join(root, "data", "letter.txt")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("dear"), 0o600); err != nil {
		t.Fatal(err)
	}

	_, err := Start(t.Context(), configAt(root))

	if err == nil || !strings.Contains(err.Error(), "not touching it") {
		t.Errorf("Start gave %v", err)
	}
	if b, err := os.ReadFile(file); err != nil || string(b) != "dear" {
		t.Errorf("the file now holds %q (%v)", b, err)
	}
}

func TestACommandAttachesToARunningServerOnly(t *testing.T) {
	t.Parallel()
	root := newRoot(t)
	if _, err := Attach(t.Context(), configAt(root)); !errors.Is(err, ErrNotRunning) {
		t.Errorf("before the start: %v", err)
	}
	s := start(t, root)

	dsn, err := Attach(t.Context(), configAt(root))

	if err != nil || dsn != s.DSN() {
		t.Errorf("attached to %q (%v), want %q", dsn, err, s.DSN())
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := Attach(t.Context(), configAt(root)); !errors.Is(err, ErrNotRunning) {
		t.Errorf("after the stop: %v", err)
	}
}

func TestALongRootStillHasASocket(t *testing.T) {
	t.Parallel()
	root := filepath.Join(newRoot(t), strings.Repeat("long", 30))
	if err := os.MkdirAll(filepath.Dir(root), 0o755); err != nil {
		t.Fatal(err)
	}
	s := start(t, root)
	t.Cleanup(func() { _ = os.RemoveAll(s.socketDir()) })
	if err := write(s); err != nil {
		t.Error(err)
	}
}
