package payroll

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"saveline/internal/money"
)

// Manifest goes along with an export: what whoever receives the files can check them by.
type Manifest struct {
	Run         int64          `json:"runId"`
	Batch       string         `json:"batchId" doc:"the same for the same run"`
	Layout      string         `json:"layout"`
	PeriodStart string         `json:"periodStart"`
	PeriodEnd   string         `json:"periodEnd" doc:"the last day"`
	Rows        int            `json:"rows"`
	People      int            `json:"people"`
	Totals      []ControlTotal `json:"totals" nullable:"false" doc:"as read back off the files, by currency and code"`
	Files       []FileFact     `json:"files" nullable:"false"`
}

// ControlTotal is the sum of one code in one currency.
type ControlTotal struct {
	Code   string       `json:"code"`
	Rows   int          `json:"rows"`
	Amount money.Amount `json:"amount"`
}

// FileFact is what a file can be known by.
type FileFact struct {
	Name   string `json:"name"`
	Bytes  int    `json:"bytes"`
	SHA256 string `json:"sha256"`
	Rows   int    `json:"rows"`
}

// Describe makes the manifest of files that a layout has written for a job.
func (l Layout) Describe(job Job, files []File) (Manifest, error) {
	batch, err := BatchID(job.Run)
	if err != nil {
		return Manifest{}, err
	}
	out := Manifest{Run: job.Run, Batch: batch, Layout: l.Name, PeriodStart: job.PeriodStart, PeriodEnd: job.PeriodEnd, Totals: []ControlTotal{}}
	lines, err := l.read(job, files)
	if err != nil {
		return Manifest{}, err
	}
	people := map[string]bool{}
	for _, line := range lines {
		people[line.Employee] = true
		if err := out.count(line); err != nil {
			return Manifest{}, err
		}
	}
	slices.SortFunc(out.Totals, func(a, b ControlTotal) int {
		return cmp.Or(cmp.Compare(a.Amount.Currency, b.Amount.Currency), cmp.Compare(a.Code, b.Code))
	})
	out.Rows, out.People = len(lines), len(people)
	for _, f := range files {
		out.Files = append(out.Files, FileFact{Name: f.Name, Bytes: len(f.Body), SHA256: Sum(f.Body), Rows: f.Rows})
	}
	return out, nil
}

// Sum is the SHA-256 of a file in hex.
func Sum(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

func (m *Manifest) count(line Line) (err error) {
	i := slices.IndexFunc(m.Totals, func(t ControlTotal) bool { return t.Code == line.Code && t.Amount.Currency == line.Amount.Currency })
	if i < 0 {
		i = len(m.Totals)
		m.Totals = append(m.Totals, ControlTotal{Code: line.Code, Amount: money.Amount{Currency: line.Amount.Currency}})
	}
	m.Totals[i].Rows++
	m.Totals[i].Amount, err = m.Totals[i].Amount.Add(line.Amount)
	return err
}

// JSON is the manifest as a file, the same bytes for the same manifest.
func (m Manifest) JSON() ([]byte, error) {
	body, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the manifest: %w", err)
	}
	return append(body, '\n'), nil
}
