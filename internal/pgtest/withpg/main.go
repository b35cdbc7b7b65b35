// Command withpg runs a command with a PostgreSQL of its own for the tests and removes the server afterwards:
// go run ./internal/pgtest/withpg go test ./... A server that SAVELINE_TEST_DSN names already is used as it is.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"

	"saveline/internal/pgembed"
	"saveline/internal/pgtest"
)

func main() {
	code, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "withpg:", err)
	}
	os.Exit(code)
}

func run(args []string) (code int, err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if len(args) == 0 {
		return 2, errors.New("usage: withpg COMMAND [ARGUMENT...]")
	}
	env := os.Environ()
	if os.Getenv("SAVELINE_TEST_DSN") == "" {
		dsn, stop, err := start(ctx)
		if err != nil {
			return 1, err
		}
		defer stop()
		env = append(env, "SAVELINE_TEST_DSN="+dsn)
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = env, os.Stdin, os.Stdout, os.Stderr
	var exit *exec.ExitError
	if err := cmd.Run(); errors.As(err, &exit) {
		return max(exit.ExitCode(), 1), nil
	} else if err != nil {
		return 1, err
	}
	return 0, nil
}

// start runs a server in a directory that only this run knows.
func start(ctx context.Context) (dsn string, stop func(), err error) {
	root, err := os.MkdirTemp("", "saveline-withpg-")
	if err != nil {
		return "", nil, err
	}
	if err := os.Chmod(root, 0o755); err != nil {
		return "", nil, err
	}
	quiet := slog.New(slog.DiscardHandler)
	srv, err := pgembed.Start(ctx, pgembed.Config{
		Root: filepath.Join(root, "pg"), Database: "postgres", Params: pgtest.ServerParams(), Log: quiet,
	})
	if err != nil {
		_ = os.RemoveAll(root)
		return "", nil, err
	}
	return srv.DSN(), func() { _ = srv.Stop(); _ = os.RemoveAll(root) }, nil
}
