package backup

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

const (
	manifestFile = "manifest.json"
	formatNow    = 1 // of the directory; raised when an older binary could misread it
)

// Manifest says what a backup holds. It is written last: a directory without one is half a backup.
type Manifest struct {
	Format    int        `json:"format"`
	MadeAt    time.Time  `json:"madeAt"`
	Program   string     `json:"program"` // the version that made it
	Schema    Schema     `json:"schema"`
	Tables    []Table    `json:"tables"`
	Sequences []Sequence `json:"sequences"`
}

// Table is one file of a backup.
type Table struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
	Rows    int64    `json:"rows"`
	SHA256  string   `json:"sha256"` // hex, of the file's lines before compression
}

// Sequence is where a sequence stood, at or after the moment of the tables' picture.
type Sequence struct {
	Name   string `json:"name"`
	Last   int64  `json:"last"`
	Called bool   `json:"called"`
}

// Rows is how many rows the backup holds in all.
func (m Manifest) Rows() (n int64) {
	for _, t := range m.Tables {
		n += t.Rows
	}
	return n
}

// Read returns a backup's manifest. It refuses a directory that no finished backup is in, and one of a later format.
func Read(dir string) (Manifest, error) {
	b, err := os.ReadFile(filepath.Join(dir, manifestFile))
	if errors.Is(err, os.ErrNotExist) {
		return Manifest{}, fmt.Errorf("%s is no backup, or one that was not finished: it has no %s", dir, manifestFile)
	}
	if err != nil {
		return Manifest{}, fmt.Errorf("read backup: %w", err)
	}
	var m Manifest
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return Manifest{}, fmt.Errorf("read backup: %s: %w", manifestFile, err)
	}
	if m.Format != formatNow {
		return Manifest{}, fmt.Errorf("the backup is of format %d, and this program reads %d: use the program that made it (%s)",
			m.Format, formatNow, m.Program)
	}
	return m, nil
}

// write puts the manifest beside its final name first, so that there is never half of one.
func (m Manifest) write(dir string) error {
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(dir, manifestFile)
	if err := writeSynced(path+".new", append(b, '\n')); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	return syncDir(dir)
}

func writeSynced(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Sync(), f.Close())
}

// syncDir makes the names in a directory outlive a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func fileOf(dir, table string) string { return filepath.Join(dir, table+".copy.gz") }
