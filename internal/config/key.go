package config

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Key is the key that secrets in the database are encrypted under. An installation with a private database makes its
// own on the first start and keeps it beside the data; with DATABASE_URL it must be given, because all nodes share it.
func (c Config) Key() ([]byte, error) {
	if c.SecretKey != "" {
		return c.SecretKey.key()
	}
	if !c.Private() {
		return nil, errors.New("SAVELINE_SECRET_KEY is not set: with DATABASE_URL every node needs the same key; " +
			"make one with `openssl rand -base64 32` and keep it outside of the database's backups")
	}
	path := filepath.Join(c.DataDir, "secret.key")
	b, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return makeKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("secret key: %w", err)
	}
	key, err := Secret(strings.TrimSpace(string(b))).key()
	if err != nil {
		return nil, fmt.Errorf("secret key: %s is damaged: restore it from a backup: %w", path, err)
	}
	return key, nil
}

// makeKey writes the key beside its final name first: half a key would lock every secret for good.
func makeKey(path string) ([]byte, error) {
	key := make([]byte, keyBytes)
	_, _ = rand.Read(key) // never fails: crypto/rand aborts the process instead
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("secret key: %w", err)
	}
	tmp := path + ".new"
	if err := os.WriteFile(tmp, []byte(base64.StdEncoding.EncodeToString(key)+"\n"), 0o600); err != nil {
		return nil, fmt.Errorf("secret key: %w", err)
	}
	if err := os.Rename(tmp, path); err != nil {
		return nil, fmt.Errorf("secret key: %w", err)
	}
	return key, nil
}
