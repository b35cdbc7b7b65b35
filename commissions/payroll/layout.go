package payroll

import (
	"fmt"

	"saveline/internal/errs"
	"saveline/internal/money"
)

// File is one file of an export.
type File struct {
	Name string
	Type string // its media type
	Body []byte
	Rows int // earnings in it; 0 for what goes along with the earnings
}

const (
	typeCSV  = "text/csv; charset=utf-8"
	typeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	typeIIF  = "application/x-iif"
)

// Line is what a payroll system reads off one row of a file.
type Line struct {
	Employee string
	Code     string
	Amount   money.Amount
}

// Layout is a file format of a payroll system. Write makes its files; Read reads them as the payroll system would, which
// is how an export proves its own totals.
type Layout struct {
	Name    string // "adp_wfn"
	Title   string // "ADP Workforce Now"
	About   string // what the other side expects, in a sentence
	Base    *FileMapping
	write   func(Job, []Row) ([]File, error)
	read    func(Job, []File) ([]Line, error)
	journal bool // books, pays nobody
}

// Layouts are all layouts by the order in which a person is shown them.
var Layouts = []Layout{
	mapped("generic_csv", "Generic CSV", "Every field this house knows, for any system that can be mapped.", genericMapping),
	mapped("generic_xlsx", "Generic workbook", "The same as an XLSX with typed cells.", genericSheet),
	mapped("adp_wfn", "ADP Workforce Now", "Paydata (EPI): Co Code of 2 or 3, File # of 6 digits, one earnings code a row.", adpWorkforceNow),
	{Name: "adp_run", Title: "ADP RUN", About: "Time-sheet import: one frequency a file, one row for each person and code.", Base: &adpRun, write: writeRun, read: readRun},
	mapped("paychex", "Paychex Flex", "SPI: sixteen columns in a fixed order; the pay component must be a configured name.", paychex),
	{Name: "gusto", Title: "Gusto", About: "One row a person; the codes are the columns bonus and commission.", write: writeGusto, read: readGusto},
	mapped("paylocity", "Paylocity", "No header; Det E with a DetCode; the amount stands, whatever the hours.", paylocity),
	mapped("workday", "Workday", "Submit Payroll Input, one row an input.", workday),
	{Name: "quickbooks", Title: "QuickBooks journal", About: "IIF journal entry: commissions against the payroll liability.", write: writeIIF, read: readIIF, journal: true},
	{Name: "philippines", Title: "Philippines", About: "Generic CSV with 13th-month marks, and the two totals by person.", Base: &philippines, write: writePhilippines, read: readFirst(philippines)},
	{Name: "korea", Title: "Korea", About: "Generic CSV for Excel in Korean, and the items of the wage statement.", Base: &korea, write: writeKorea, read: readFirst(korea)},
}

// Find is the layout of a name.
//
// Codes: invalid (there is none).
func Find(name string) (Layout, error) {
	for _, l := range Layouts {
		if l.Name == name {
			return l, nil
		}
	}
	return Layout{}, errs.Newf(errs.Invalid, "there is no payroll layout %q", name)
}

// Custom is a client's own mapping as a layout.
//
// Codes: invalid (each fault of the mapping).
func Custom(title string, m FileMapping) (Layout, error) {
	if err := m.Validate(); err != nil {
		return Layout{}, err
	}
	return mapped("custom", title, "A mapping of this client.", m), nil
}

func mapped(name, title, about string, m FileMapping) Layout {
	return Layout{
		Name: name, Title: title, About: about, Base: &m,
		write: func(job Job, rows []Row) ([]File, error) {
			file, err := m.write(job, rows)
			return []File{file}, err
		},
		read: readFirst(m),
	}
}

// Write makes the files of a run. The same job and rows give the same bytes. What was written is read back, and nothing is
// returned unless it pays exactly what the rows pay.
//
// Codes: invalid (every fault of every person at once; nothing is written).
func (l Layout) Write(job Job, rows []Row) ([]File, error) {
	files, err := l.write(job, rows)
	if err != nil {
		return nil, err
	}
	lines, err := l.read(job, files)
	if err != nil {
		return nil, fmt.Errorf("read the %s file back: %w", l.Title, err)
	}
	want, err := Total(rows)
	if err != nil {
		return nil, err
	}
	var got money.Amount
	for _, line := range lines {
		if got, err = got.Add(line.Amount); err != nil {
			return nil, err
		}
	}
	if got != want {
		return nil, fmt.Errorf("the %s file pays %s, the rows %s", l.Title, got, want)
	}
	return files, nil
}

// Read is what the other side reads off the files of a job.
func (l Layout) Read(job Job, files []File) ([]Line, error) { return l.read(job, files) }
