package config

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caarlos0/env/v11"
)

func from(set map[string]string) func(string) string {
	return func(name string) string { return set[name] }
}

func TestDefaultsRunEverythingOnThisMachine(t *testing.T) {
	t.Parallel()
	c, err := Load(from(map[string]string{"HOME": "/home/ann"}))
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != "127.0.0.1:8080" || !c.Private() || c.Node == "" || c.Level() != slog.LevelInfo {
		t.Errorf("defaults are %+v", c)
	}
	for _, r := range Roles {
		if !c.Has(r) {
			t.Errorf("the default lacks the role %s", r)
		}
	}
}

func TestEveryFaultIsNamedAtOnce(t *testing.T) {
	t.Parallel()
	_, err := Load(from(map[string]string{
		"DATABASE_URL": "mysql://root:hunter2@db", "SAVELINE_DATABASE_POOL": "1", "SAVELINE_ADDR": "8080",
		"SAVELINE_DATA_DIR": "here", "SAVELINE_SECRET_KEY": "hunter3", "SAVELINE_ROLES": "api,cook",
		"SAVELINE_TRUSTED_PROXIES": "proxy.example", "SAVELINE_LOG": "loud", "SAVELINE_LOG_FORMAT": "xml",
	}))
	if err == nil {
		t.Fatal("nothing was refused")
	}
	for _, want := range []string{
		"DATABASE_URL", "SAVELINE_DATABASE_POOL", "SAVELINE_ADDR", "SAVELINE_DATA_DIR", "SAVELINE_SECRET_KEY",
		`"cook"`, "SAVELINE_TRUSTED_PROXIES", "SAVELINE_LOG ", "SAVELINE_LOG_FORMAT",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not name %s: %v", want, err)
		}
	}
	if strings.Contains(err.Error(), "hunter") {
		t.Errorf("the error shows a secret: %v", err)
	}
}

func TestSecretsAreNeverPrinted(t *testing.T) {
	t.Parallel()
	c := Config{DatabaseURL: "postgres://u:hunter2@db/x", SecretKey: "hunter2"}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("started", "config", c, "url", c.DatabaseURL)
	wire, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, shown := range []string{fmt.Sprint(c), fmt.Sprintf("%+v %#v %s %q", c, c, c.SecretKey, c.SecretKey), log.String(), string(wire)} {
		if strings.Contains(shown, "hunter2") {
			t.Errorf("a secret shows in %s", shown)
		}
	}
}

func TestAPrivateInstallationMakesItsKeyOnce(t *testing.T) {
	t.Parallel()
	c := Config{DataDir: filepath.Join(t.TempDir(), "data")}
	first, err := c.Key()
	if err != nil {
		t.Fatal(err)
	}
	second, err := c.Key()
	if err != nil || !bytes.Equal(first, second) || len(first) != keyBytes {
		t.Errorf("keys %x and %x (%v)", first, second, err)
	}
	path := filepath.Join(c.DataDir, "secret.key")
	if fi, err := os.Stat(path); err != nil || fi.Mode().Perm() != 0o600 {
		t.Errorf("the key's file: %v (%v)", fi.Mode(), err)
	}

	if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Key(); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("a damaged key gave %v", err)
	}
}

func TestASharedDatabaseNeedsTheKeyFromOutside(t *testing.T) {
	t.Parallel()
	c := Config{DataDir: t.TempDir(), DatabaseURL: "postgres://db/x"}
	if _, err := c.Key(); err == nil || !strings.Contains(err.Error(), "SAVELINE_SECRET_KEY") {
		t.Errorf("without a key: %v", err)
	}
	c.SecretKey = Secret(base64.StdEncoding.EncodeToString(make([]byte, keyBytes)))
	if key, err := c.Key(); err != nil || len(key) != keyBytes {
		t.Errorf("key %x (%v)", key, err)
	}
}

func TestEverySettingIsDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/operate.md")
	if err != nil {
		t.Fatal(err)
	}
	params, err := env.GetFieldParams(&Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range params {
		if !strings.Contains(string(page), "`"+p.Key+"`") {
			t.Errorf("docs/operate.md does not tell of %s", p.Key)
		}
		if p.DefaultValue != "" && !strings.Contains(string(page), "`"+p.DefaultValue+"`") {
			t.Errorf("docs/operate.md does not tell the default of %s, %s", p.Key, p.DefaultValue)
		}
	}
}
