package main

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"saveline/internal/auth"
	"saveline/internal/config"
	"saveline/internal/httpx"
	"saveline/internal/obs"
)

// logger writes to stderr, so that what a command prints stays clean.
func (e env) logger(cfg config.Config) *slog.Logger {
	return slog.New(httpx.Logs(obs.NewHandler(e.stderr, cfg.Level(), cfg.LogFormat == "json")))
}

// keptKey is the key that a private installation made for itself on its first start.
func keptKey(dir string) (auth.SecretKey, error) {
	name := filepath.Join(dir, "secret.key")
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		if text, err = makeKey(name); err != nil {
			return auth.SecretKey{}, fmt.Errorf("make %s: %w", name, err)
		}
	}
	if err != nil {
		return auth.SecretKey{}, err
	}
	return auth.ParseSecretKey(strings.TrimSpace(string(text)))
}

func makeKey(name string) ([]byte, error) {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the process instead
	text := []byte(base64.StdEncoding.EncodeToString(raw) + "\n")
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return nil, err
	}
	return text, os.WriteFile(name, text, 0o600)
}
