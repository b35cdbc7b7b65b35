package httpx

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	headerReadTimeout = 10 * time.Second
	idleTimeout       = 2 * time.Minute
	headerBytesMax    = 64 << 10
	requestsEndMax    = 20 * time.Second // for requests at work when the listener closes
)

// Step is one step of stopping: "stop reserving", "drain calls", "stop workers". Do's context ends after Max. A step
// that fails or is late is named in the log and in Run's error, and the stop goes on with the next one.
type Step struct {
	Name string
	Max  time.Duration
	Do   func(context.Context) error
}

// Server serves until its context ends and then stops in written order.
type Server struct {
	http     *http.Server
	listener net.Listener
	log      *slog.Logger
	draining atomic.Bool
}

// NewServer listens on addr at once ("127.0.0.1:0" takes a free port), so that a taken port is an error of the start.
func NewServer(addr string, h http.Handler, log *slog.Logger) (*Server, error) {
	var listen net.ListenConfig
	l, err := listen.Listen(context.Background(), "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
	// No limit on reading or writing a whole message: uploads and event streams are long. Each operation limits its
	// own body, and the event stream its own writes.
	return &Server{listener: l, log: log, http: &http.Server{
		Handler: h, ReadHeaderTimeout: headerReadTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: headerBytesMax,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}}, nil
}

// Addr is where the server listens.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

// Draining reports that the stop has begun: /readyz says so, and the balancer sends new work elsewhere.
func (s *Server) Draining() bool { return s.draining.Load() }

// Run serves until ctx ends. Then it is Draining and takes each step in order, still answering requests (agents
// finish their calls through them) until a step closes the front door: s.CloseDoor(). If none does, Run does it last.
func (s *Server) Run(ctx context.Context, steps ...Step) error {
	served := make(chan error, 1)
	go func() { served <- s.http.Serve(s.listener) }()
	select {
	case err := <-served:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	s.draining.Store(true)
	ctx = context.WithoutCancel(ctx)
	var faults []error
	for _, step := range append(steps, s.CloseDoor()) {
		if err := s.take(ctx, step); err != nil {
			faults = append(faults, err)
		}
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		faults = append(faults, fmt.Errorf("serve: %w", err))
	}
	return errors.Join(faults...)
}

// CloseDoor is the step that takes no more requests and waits for those at work; taken twice, it does nothing more.
// Open event streams must have been ended by a step before.
func (s *Server) CloseDoor() Step {
	return Step{Name: "close the front door", Max: requestsEndMax, Do: func(ctx context.Context) error {
		err := s.http.Shutdown(ctx)
		if err != nil {
			return errors.Join(err, s.http.Close())
		}
		return nil
	}}
}

func (s *Server) take(ctx context.Context, step Step) error {
	ctx, cancel := context.WithTimeout(ctx, step.Max)
	defer cancel()
	start := time.Now()
	err := step.Do(ctx)
	if err != nil {
		s.log.WarnContext(ctx, "stop step failed", slog.String("step", step.Name), slog.Any("err", err))
		return fmt.Errorf("%s: %w", step.Name, err)
	}
	s.log.InfoContext(ctx, "stop step done", slog.String("step", step.Name), slog.Duration("took", time.Since(start)))
	return nil
}

// killed is the exit status of a program that a second signal ended.
const killed = 130

// Signals returns a context that ends at the first SIGINT or SIGTERM; a second one ends the program at once through
// exit (os.Exit). The returned function gives the signals back.
func Signals(parent context.Context, exit func(status int)) (context.Context, func()) {
	ctx, cancel := context.WithCancel(parent)
	got := make(chan os.Signal, 2)
	signal.Notify(got, syscall.SIGINT, syscall.SIGTERM)
	over, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for _, act := range []func(){cancel, func() { exit(killed) }} { // whether ctx has ended says nothing: parent may hear the same signal
			select {
			case <-got:
				act()
			case <-over:
				return
			}
		}
	}()
	return ctx, func() {
		signal.Stop(got)
		close(over)
		<-done
		cancel()
	}
}
