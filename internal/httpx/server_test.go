package httpx_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"saveline/internal/httpx"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// journal notes what happened, in order.
type journal struct {
	mu    sync.Mutex
	lines []string
}

func (j *journal) note(line string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, line)
}

func (j *journal) step(name string, err error) httpx.Step {
	return httpx.Step{Name: name, Max: time.Minute, Do: func(context.Context) error {
		j.note(name)
		return err
	}}
}

func get(t *testing.T, url string) (string, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(r)
	if err != nil {
		return "", err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	return string(body), err
}

func TestTheServerStopsInWrittenOrder(t *testing.T) {
	t.Parallel()
	j := &journal{}
	entered, release := make(chan struct{}), make(chan struct{})
	srv, err := httpx.NewServer("127.0.0.1:0", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			close(entered)
			<-release
			j.note("slow request answered")
		}
		_, _ = io.WriteString(w, "ok")
	}), quiet())
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + srv.Addr().String()
	ctx, stop := context.WithCancel(context.Background())
	drainCalls := httpx.Step{Name: "drain calls", Max: time.Minute, Do: func(context.Context) error {
		j.note("drain calls")
		if body, err := get(t, url); err != nil || body != "ok" || !srv.Draining() {
			t.Errorf("while calls drain the API answers %q (%v), draining %v", body, err, srv.Draining())
		}
		close(release)
		return nil
	}}
	ended := make(chan error, 1)
	go func() {
		ended <- srv.Run(ctx, j.step("refuse new", nil), drainCalls, srv.CloseDoor(), j.step("stop workers", errors.New("one hangs")), j.step("close database", nil))
	}()
	slow := make(chan error, 1)
	go func() {
		_, err := get(t, url+"/slow")
		slow <- err
	}()
	<-entered
	if srv.Draining() {
		t.Error("draining before the stop")
	}
	stop()
	err = <-ended
	if err == nil || !strings.Contains(err.Error(), "stop workers: one hangs") {
		t.Errorf("Run: %v, want the failed step named", err)
	}
	if err := <-slow; err != nil {
		t.Errorf("a request at work was cut off: %v", err)
	}
	want := []string{"refuse new", "drain calls", "slow request answered", "stop workers", "close database"}
	if !slices.Equal(j.lines, want) {
		t.Errorf("order %q, want %q", j.lines, want)
	}
	if _, err := get(t, url); err == nil {
		t.Error("the stopped server answers")
	}
}

func TestALateStepIsGivenUp(t *testing.T) {
	t.Parallel()
	srv, err := httpx.NewServer("127.0.0.1:0", http.NotFoundHandler(), quiet())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	j := &journal{}
	err = srv.Run(ctx, httpx.Step{Name: "drain calls", Max: time.Millisecond, Do: func(ctx context.Context) error {
		<-ctx.Done()
		return ctx.Err()
	}}, j.step("next", nil))
	if !errors.Is(err, context.DeadlineExceeded) || len(j.lines) != 1 {
		t.Errorf("Run: %v, then %q", err, j.lines)
	}
}

func TestATakenPortIsAnErrorOfTheStart(t *testing.T) {
	t.Parallel()
	first, err := httpx.NewServer("127.0.0.1:0", http.NotFoundHandler(), quiet())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := httpx.NewServer(first.Addr().String(), http.NotFoundHandler(), quiet()); err == nil {
		t.Error("two servers listen on one port")
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if err := first.Run(ctx); err != nil {
		t.Error(err)
	}
}

// Not parallel: signals are the whole process's.
func TestTheSecondSignalKills(t *testing.T) {
	killed := make(chan int, 1)
	parent, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM) // as main has it, for every command
	defer stop()
	ctx, end := httpx.Signals(parent, func(status int) { killed <- status })
	defer end()
	if err := syscall.Kill(syscall.Getpid(), syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-ctx.Done()
	select {
	case <-killed:
		t.Fatal("the first signal kills")
	case <-time.After(50 * time.Millisecond): // both hear of it, in either order
	}
	if err := syscall.Kill(syscall.Getpid(), syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if status := <-killed; status == 0 {
		t.Error("killed with success")
	}
}
