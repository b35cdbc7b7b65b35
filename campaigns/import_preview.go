package campaigns

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/httpx"
)

// Preview is what the beginning of a file looks like, and a guess at what its columns are.
type Preview struct {
	Separator string     `json:"separator"`
	Encoding  string     `json:"encoding"`
	Columns   []string   `json:"columns"`
	Sample    [][]string `json:"sample"`
	Guess     Mapping    `json:"guess"`
}

const (
	previewRows     = 20
	previewBytesMax = 256 << 10
)

// PreviewImport reads the first part of a file.
//
// Codes: invalid (empty, or no text).
func PreviewImport(r io.Reader) (Preview, error) {
	part, err := io.ReadAll(io.LimitReader(r, previewBytesMax))
	if err != nil {
		return Preview{}, errs.Wrap(err, "read file")
	}
	text, encoding, err := openText(bytes.NewReader(part), "")
	if err != nil {
		return Preview{}, err
	}
	sample, err := text.Peek(sampleBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return Preview{}, errs.Wrap(err, "read file")
	}
	sep := guessSeparator(string(sample))
	rows := newRows(text, sep)
	header, err := rows.next()
	if err != nil {
		return Preview{}, errs.WithCause(errs.Invalid, err, "the file is empty, or it is no text")
	}
	out := Preview{Separator: string(sep), Encoding: encoding, Columns: cleanHeader(header), Sample: firstRows(rows)}
	out.Guess = guessMapping(out.Columns)
	return out, nil
}

// firstRows reads up to previewRows. An error is the end of the part that was sent, which may stand within a row; what
// came before it is still worth showing.
func firstRows(in *rows) [][]string {
	sample := [][]string{}
	for len(sample) < previewRows {
		row, err := in.next()
		if err != nil {
			break
		}
		clean := slices.Clone(row)
		for i := range clean {
			clean[i] = strings.ToValidUTF8(cut(clean[i]), "\uFFFD")
		}
		sample = append(sample, clean)
	}
	return sample
}

type rejectRow struct {
	No     int    `db:"row_no"`
	Reason string `db:"reason"`
	Raw    string `db:"raw"`
}

func (r rejectRow) cells() (cells []string, err error) {
	err = json.Unmarshal([]byte(r.Raw), &cells)
	return cells, errs.Wrap(err, "cells of a rejected row")
}

// rejectsAfter pages through rejected rows; raw comes as JSON, because a row may have any number of cells.
const rejectsAfter = `
SELECT row_no, reason, array_to_json(raw)::text AS raw FROM import_rejects WHERE import_id = $1 AND row_no > $2 ORDER BY row_no LIMIT $3`

const rejectsPage = 1000

// WriteRejects writes the rejected rows of an import as CSV: row number, reason, then the row as it came. Cells that a
// spreadsheet would take for a formula are made text.
//
// Codes: not_found.
func (s *Service) WriteRejects(ctx context.Context, by auth.Actor, id ImportID, w io.Writer) error {
	if _, err := s.ImportOf(ctx, by, id); err != nil {
		return err
	}
	file := httpx.NewCSV(w, httpx.CSVOptions{BOM: true})
	if err := file.Write("row", "reason", "cells"); err != nil {
		return errs.Wrap(err, "write rejected rows")
	}
	for last := 0; ; {
		var page []rejectRow
		if err := s.db.SelectContext(ctx, &page, rejectsAfter, id, last, rejectsPage); err != nil {
			return errs.Wrap(err, "rejected rows")
		}
		for _, r := range page {
			cells, err := r.cells()
			if err != nil {
				return err
			}
			if err := file.Write(append([]string{itoa(r.No), r.Reason}, cells...)...); err != nil {
				return errs.Wrap(err, "write rejected rows")
			}
			last = r.No
		}
		if len(page) < rejectsPage {
			return errs.Wrap(file.Close(), "write rejected rows")
		}
	}
}
