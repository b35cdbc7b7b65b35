package payroll

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"saveline/internal/errs"
	"saveline/internal/money"
)

// iifHead opens a journal entry. QuickBooks' time-sheet import carries hours only, so commissions go in as a journal.
var iifHead = []string{
	"!TRNS\tTRNSID\tTRNSTYPE\tDATE\tACCNT\tNAME\tCLASS\tAMOUNT\tDOCNUM\tMEMO",
	"!SPL\tSPLID\tTRNSTYPE\tDATE\tACCNT\tNAME\tCLASS\tAMOUNT\tDOCNUM\tMEMO",
	"!ENDTRNS",
}

const journalType = "GENERAL JOURNAL"

// writeIIF makes one journal entry: the liability is credited with everything (below zero, as IIF writes a credit) and the
// expense debited row by row, so that the entry sums to nothing. It is the one layout that carries an amount below zero.
func writeIIF(job Job, rows []Row) ([]File, error) {
	var f errs.Faults
	job.check(&f)
	f.Check(accountName(job.Expense), "expense", "name the expense account that commissions are booked to, as QuickBooks has it")
	f.Check(accountName(job.Liability), "liability", "name the liability account that payroll pays from, as QuickBooks has it")
	for i, r := range rows {
		checkJournal(&f, job, fmt.Sprintf("rows.%d", i), r)
	}
	if err := refusal(f); err != nil {
		return nil, err
	}
	total, err := Total(rows)
	if err != nil {
		return nil, err
	}
	credit, err := total.Neg()
	if err != nil {
		return nil, err
	}
	batch, err := BatchID(job.Run)
	if err != nil {
		return nil, err
	}
	day := DateUS.write(job.PeriodEnd)
	line := func(what, account, name, amount, memo string) string {
		return strings.Join([]string{what, "", journalType, day, account, name, "", amount, batch, memo}, "\t")
	}
	lines := iifHead
	if len(rows) > 0 {
		lines = append(slices.Clone(lines), line("TRNS", job.Liability, "", credit.String(), fmt.Sprintf("Commissions, run %d", job.Run)))
		for _, r := range rows {
			lines = append(lines, line("SPL", job.Expense, iifText(r.EmployeeName), r.Amount.String(), r.EmployeeNo+" "+r.EarningCode))
		}
		lines = append(lines, "ENDTRNS")
	}
	body := strings.Join(lines, "\r\n") + "\r\n"
	return []File{{Name: fmt.Sprintf("journal-%s.iif", batch), Type: typeIIF, Body: []byte(body), Rows: len(rows)}}, nil
}

func checkJournal(f *errs.Faults, job Job, path string, r Row) {
	who := cmp.Or(r.EmployeeName, r.EmployeeNo)
	f.Check(ValidEmployeeNo(r.EmployeeNo), path+".employee_no", fmt.Sprintf("%s: the employee number %q must be letters and digits", who, r.EmployeeNo))
	f.Check(r.EarningCode != "" && machineText(r.EarningCode) && isASCII(r.EarningCode) && !strings.ContainsAny(r.EarningCode, `"`), path+".earning_code",
		fmt.Sprintf("%s: the earning code %q has characters that QuickBooks cannot read", who, r.EarningCode))
	f.Check(r.Amount.Minor > 0, path+".amount", fmt.Sprintf("%s would be paid %s for %s: a row pays more than zero", who, r.Amount, r.EarningCode))
	f.Check(r.Amount.Currency == job.Currency, path+".currency", fmt.Sprintf("%s is paid in %s; this journal is in %s", who, r.Amount.Currency, job.Currency))
}

func accountName(s string) bool { return s != "" && machineText(s) && !strings.Contains(s, `"`) }

// iifText is text that QuickBooks reads as one field: it knows no way to write a quote or a tab inside of one.
func iifText(s string) string { return strings.ReplaceAll(safe(s), `"`, "'") }

// readIIF reads the debits of a journal, and refuses one that does not sum to nothing.
func readIIF(job Job, files []File) (lines []Line, err error) {
	var sum money.Amount
	for text := range strings.SplitSeq(string(files[0].Body), "\r\n") {
		cols := strings.Split(text, "\t")
		if cols[0] != "TRNS" && cols[0] != "SPL" {
			continue
		}
		if len(cols) != len(strings.Split(iifHead[0], "\t")) {
			return nil, fmt.Errorf("a line of %d columns: %q", len(cols), text)
		}
		amount, err := money.Parse(cols[7], job.Currency)
		if err != nil {
			return nil, err
		}
		if sum, err = sum.Add(amount); err != nil {
			return nil, err
		}
		if cols[0] == "SPL" {
			employee, code, _ := strings.Cut(cols[9], " ")
			lines = append(lines, Line{employee, code, amount})
		}
	}
	if sum.Minor != 0 {
		return nil, errors.New("the journal does not sum to nothing: " + sum.String())
	}
	return lines, nil
}
