package pgembed

import (
	"context"
	"fmt"
	"syscall"
	"time"
)

// A server that dies more often than this is not helped by starting it again.
const (
	restartsMax   = 5
	restartWindow = time.Minute
)

// Run keeps the server up until ctx ends: one that was killed is started again on the same address. It returns nil
// when ctx ends (the server stays up until Stop) and an error when the server cannot be kept alive.
func (s *Server) Run(ctx context.Context) error {
	var restarts []time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.gone():
		}
		if s.isStopped() {
			return nil
		}
		now := time.Now()
		if restarts = append(restarts, now); len(restarts) > restartsMax {
			if now.Sub(restarts[0]) < restartWindow {
				return fmt.Errorf("the private database died %d times within %v; see %s", len(restarts), restartWindow, s.logFile())
			}
			restarts = restarts[1:]
		}
		s.cfg.Log.Warn("the private database died; starting it again", "exit", s.exit())
		if err := s.bringUp(ctx); err != nil && ctx.Err() == nil {
			return err
		}
	}
}

func (s *Server) exit() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return fmt.Sprint(s.exitErr)
}

func (s *Server) isStopped() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stopped
}

// Stop asks for a fast shutdown (rolls back, checkpoints, exits), then for an immediate one (recovers on the next
// start), and lets go of the root. A second Stop does nothing.
func (s *Server) Stop() error {
	s.mu.Lock()
	pid, done, again := s.pid, s.done, s.stopped
	s.stopped = true
	s.mu.Unlock()
	if again {
		return nil
	}
	defer func() {
		if s.lock != nil {
			_ = s.lock.Close()
		}
	}()
	if pid == 0 {
		return nil
	}
	for _, ask := range []struct {
		signal syscall.Signal
		wait   time.Duration
	}{{syscall.SIGINT, fastStopTimeout}, {syscall.SIGQUIT, quitTimeout}} {
		select {
		case <-done:
			return nil // gone already, so its pid may be somebody else's
		default:
		}
		_ = syscall.Kill(pid, ask.signal)
		select {
		case <-done:
			return nil
		case <-time.After(ask.wait):
		}
	}
	return fmt.Errorf("postgres %d did not stop", pid)
}
