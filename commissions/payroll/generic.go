package payroll

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// GenericHeader is the first line of the generic layout, which carries enough for any payroll system to be mapped to, for
// Philippine 13th-month pay and for Korean wage statements.
const GenericHeader = "run_id,row_no,employee_no,employee_name,pay_group,period_start,period_end,pay_date,earning_code,earning_name," +
	"amount,currency,hours,units,rate,source_entries,rr_included,ph_13th_basic,kr_avg_wage,calc_basis,row_hash"

// regularRate says that commissions belong to the regular rate of pay from which overtime is counted (29 CFR 778.117).
const regularRate = "Y"

// Generic writes the rows of a run in the generic layout: CSV as RFC 4180 has it, UTF-8, CRLF. The same run and rows give
// the same bytes. row_hash is the SHA-256 of the row's other fields joined by U+001F, in hex. Fields that the rows do not
// know (pay group, pay date, hours, rate, the two national marks) are blank.
//
// Codes: invalid (a row without a usable employee number, or that pays nothing; all such rows are named).
func Generic(run int64, rows []Row) ([]byte, error) {
	if err := check(rows); err != nil {
		return nil, err
	}
	return encodeCSV(genericRecords(run, rows), ',', true)
}

func genericRecords(run int64, rows []Row) [][]string {
	records := [][]string{strings.Split(GenericHeader, ",")}
	for i, r := range rows {
		records = append(records, genericRecord(run, i+1, r))
	}
	return records
}

// rowHash is the last column of a row.
func rowHash(at place, r Row) string {
	r.PayDate = cmp.Or(r.PayDate, at.job.PayDate)
	record := genericRecord(at.job.Run, at.no, r)
	return record[len(record)-1]
}

func encodeCSV(records [][]string, delimiter rune, crlf bool) ([]byte, error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.Comma, w.UseCRLF = delimiter, crlf
	if err := w.WriteAll(records); err != nil {
		return nil, fmt.Errorf("write a payroll file: %w", err)
	}
	return out.Bytes(), nil
}

func genericRecord(run int64, no int, r Row) []string {
	record := []string{
		strconv.FormatInt(run, 10), strconv.Itoa(no), r.EmployeeNo, safe(r.EmployeeName), safe(r.PayGroup), r.PeriodStart, r.PeriodEnd,
		r.PayDate, safe(r.EarningCode), safe(r.EarningName), r.Amount.String(), r.Amount.Currency, r.Hours, blankZero(r.Units), r.Rate, r.Sources,
		regularRate, string(r.PH13Basic), string(r.KRAvgWage), safe(r.Basis),
	}
	sum := sha256.Sum256([]byte(strings.Join(record, "\x1f")))
	return append(record, hex.EncodeToString(sum[:]))
}
