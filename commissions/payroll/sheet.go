package payroll

import (
	"bytes"
	"fmt"

	"github.com/xuri/excelize/v2"
)

// sheetName is the one sheet of a workbook.
const sheetName = "Payroll"

// workbook is the records as an XLSX. A cell has a type: text is text and can be no formula, an amount is the number as its
// digits are written, so that nothing is lost on the way.
func workbook(m FileMapping, records [][]string) ([]byte, error) {
	book := excelize.NewFile()
	if err := book.SetSheetName("Sheet1", sheetName); err != nil {
		return nil, fmt.Errorf("name the sheet: %w", err)
	}
	for i, record := range records {
		heading := m.Header && i == 0
		for k, value := range record {
			if err := setCell(book, m.Columns[k], heading, k+1, i+1, value); err != nil {
				return nil, err
			}
		}
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		return nil, fmt.Errorf("write the workbook: %w", err)
	}
	return out.Bytes(), book.Close()
}

func setCell(book *excelize.File, c Column, heading bool, column, row int, value string) error {
	if value == "" {
		return nil // blank, and never zero
	}
	at, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		return fmt.Errorf("cell %d of row %d: %w", column, row, err)
	}
	set := book.SetCellStr
	if !heading && c.Field == "amount" {
		set = book.SetCellDefault
	}
	if err := set(sheetName, at, value); err != nil {
		return fmt.Errorf("cell %s: %w", at, err)
	}
	return nil
}
