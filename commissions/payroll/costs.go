package payroll

import (
	"fmt"
	"strings"

	"saveline/internal/money"
)

// CostRow is the commission on one contract, as accounting needs it to spread it over its benefit (ASC 340-40).
type CostRow struct {
	Contract  string
	Amount    money.Amount // below zero for a clawback, which takes the asset back
	Months    int          // 0 is not known, and blank
	Start     string
	Treatment string // asset, expense, unknown
	Clawback  bool
}

// CostHeader is the first line of the accounting file.
const CostHeader = "contract_id,amount,currency,term_months,amort_start,treatment,clawback,run_id"

// Accounting writes the commissions of a run by contract. It is the one file besides a journal with amounts below zero.
func Accounting(run int64, rows []CostRow) (File, error) {
	records := [][]string{strings.Split(CostHeader, ",")}
	for _, r := range rows {
		clawback := string(No)
		if r.Clawback {
			clawback = string(Yes)
		}
		records = append(records, []string{
			r.Contract, r.Amount.String(), r.Amount.Currency, blankZero(int64(r.Months)), r.Start, r.Treatment, clawback, fmt.Sprint(run),
		})
	}
	body, err := encodeCSV(records, ',', true)
	return File{Name: fmt.Sprintf("accounting-run-%d.csv", run), Type: typeCSV, Body: body, Rows: len(rows)}, err
}
