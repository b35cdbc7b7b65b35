package payroll

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"saveline/internal/money"
)

// readFirst reads the earnings off the first file of an export.
func readFirst(m FileMapping) func(Job, []File) ([]Line, error) {
	return func(job Job, files []File) ([]Line, error) { return m.read(job, files[0].Body) }
}

// read is what a payroll system reads off a file of this mapping.
func (m FileMapping) read(job Job, body []byte) ([]Line, error) {
	records, err := m.table(body)
	if err != nil {
		return nil, err
	}
	var lines []Line
	for i, record := range records {
		if m.Header && i == 0 {
			continue
		}
		line, currency, amount := Line{}, job.Currency, ""
		for k, c := range m.Columns {
			switch value := cell(record, k); c.Field {
			case "employee_no":
				line.Employee = value
			case "earning_code":
				line.Code = value
			case "amount":
				amount = value
			case "currency":
				currency = value
			}
		}
		if line.Amount, err = money.Parse(amount, currency); err != nil {
			return nil, fmt.Errorf("row %d: %w", i+1, err)
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// cell is a column of a record; a workbook leaves out blank cells at the end.
func cell(record []string, k int) string {
	if k < len(record) {
		return record[k]
	}
	return ""
}

// table is a file as lines of columns.
func (m FileMapping) table(body []byte) ([][]string, error) {
	if m.Kind == KindXLSX {
		book, err := excelize.OpenReader(bytes.NewReader(body))
		if err != nil {
			return nil, fmt.Errorf("open the workbook: %w", err)
		}
		rows, err := book.GetRows(sheetName, excelize.Options{RawCellValue: true})
		if err != nil {
			return nil, fmt.Errorf("read the workbook: %w", err)
		}
		return rows, book.Close()
	}
	body, found := bytes.CutPrefix(body, []byte(m.opening()))
	if !found {
		return nil, fmt.Errorf("the file does not begin with %q", m.opening())
	}
	return readCSV(body, delimiters[m.Delimiter])
}

func readCSV(body []byte, delimiter rune) ([][]string, error) {
	r := csv.NewReader(strings.NewReader(string(body)))
	r.Comma = delimiter
	records, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read the file: %w", err)
	}
	return records, nil
}
