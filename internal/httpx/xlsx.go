package httpx

import (
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"
)

// XLSX writes one sheet row by row; rows are spilled to disk, so a long sheet needs no memory. Text goes through
// SafeCell: it starts no formula when somebody edits the cell or saves the sheet as CSV.
type XLSX struct {
	file   *excelize.File
	stream *excelize.StreamWriter
	row    int
}

// NewXLSX starts a workbook with one sheet of that name (1 to 31 characters).
func NewXLSX(sheet string) (*XLSX, error) {
	f := excelize.NewFile()
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		return nil, fmt.Errorf("sheet %q: %w", sheet, err)
	}
	s, err := f.NewStreamWriter(sheet)
	if err != nil {
		return nil, fmt.Errorf("sheet %q: %w", sheet, err)
	}
	return &XLSX{file: f, stream: s}, nil
}

// Write adds one row; cells are strings, numbers, times or nil.
func (x *XLSX) Write(cells ...any) error {
	x.row++
	at, err := excelize.CoordinatesToCellName(1, x.row)
	if err != nil {
		return fmt.Errorf("row %d: %w", x.row, err)
	}
	safe := make([]any, len(cells))
	for i, cell := range cells {
		if s, isText := cell.(string); isText {
			cell = SafeCell(s)
		}
		safe[i] = cell
	}
	if err := x.stream.SetRow(at, safe); err != nil {
		return fmt.Errorf("row %d: %w", x.row, err)
	}
	return nil
}

// Close finishes the workbook onto w and removes what was spilled.
func (x *XLSX) Close(w io.Writer) error {
	defer func() { _ = x.file.Close() }()
	if err := x.stream.Flush(); err != nil {
		return fmt.Errorf("finish sheet: %w", err)
	}
	if err := x.file.Write(w); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}
