package payroll

import (
	"regexp"
	"strings"
)

// columns makes columns from "Header=field" or "Header=:constant" or "Header".
func columns(specs ...string) []Column {
	out := make([]Column, len(specs))
	for i, spec := range specs {
		header, what, _ := strings.Cut(spec, "=")
		out[i] = Column{Header: header}
		if constant, ok := strings.CutPrefix(what, ":"); ok {
			out[i].Constant = constant
		} else {
			out[i].Field = what
		}
	}
	return out
}

// need puts a check on the column of a field.
func need(cols []Column, field, pattern, must string) []Column {
	for i := range cols {
		if cols[i].Field == field {
			cols[i].fits, cols[i].must = regexp.MustCompile(pattern), must
		}
	}
	return cols
}

// genericMapping is the generic layout as a mapping: it writes what Generic writes, and refuses what Generic would quote.
var genericMapping = FileMapping{
	Kind: KindCSV, Delimiter: "comma", Header: true, Dates: DateISO, CRLF: true, FileName: "payroll-run-{run}.csv",
	Columns: genericColumns(),
}

var genericSheet = FileMapping{Kind: KindXLSX, Header: true, Dates: DateISO, FileName: "payroll-run-{run}.xlsx", Columns: genericColumns()}

func genericColumns() []Column {
	names := strings.Split(GenericHeader, ",")
	out := make([]Column, len(names))
	for i, name := range names {
		out[i] = Column{Header: name, Field: name}
		switch name {
		case "source_entries":
			out[i].Field = "sources"
		case "calc_basis":
			out[i].Field = "basis"
		}
	}
	return need(out, "employee_no", EmployeeNoPattern, "must be letters and digits")
}

// adpWorkforceNow is ADP Workforce Now's paydata import (EPI). The file must be called PRcccEPI.csv; a company code of two
// is padded with an underscore. Source: ADP's field list of the paydata import.
var adpWorkforceNow = FileMapping{
	Kind: KindCSV, Delimiter: "comma", Header: true, Dates: DateUS, CRLF: true, ASCII: true, FileName: "PR{co3}EPI.csv",
	Columns: adpColumns(),
}

func adpColumns() []Column {
	cols := columns("Co Code=company", "Batch ID=batch_id", "File #=employee_no", "Reg Hours", "O/T Hours", "Hours 3 Code", "Hours 3 Amount",
		"Earnings 3 Code=earning_code", "Earnings 3 Amount=amount")
	cols[2].Pad = fileNumber
	need(cols, "company", `^[A-Za-z0-9]{2,3}$`, "must be ADP's Co Code of 2 or 3 letters and digits")
	need(cols, "employee_no", `^[0-9]{6}$`, "must be a File # of at most 6 digits")
	return need(cols, "earning_code", `^[A-Za-z0-9]{1,3}$`, "must be an earnings code of 1 to 3 letters and digits")
}

const fileNumber = 6 // digits of ADP's File #

// paychex is Paychex Flex's SPI: columns A to P, all present and in this order. Lengths are those of Paychex's page.
var paychex = FileMapping{
	Kind: KindCSV, Delimiter: "comma", Header: true, Dates: DateUS, CRLF: true, ASCII: true, FileName: "{company}_SPI_{batch}.csv",
	Columns: paychexColumns(),
}

func paychexColumns() []Column {
	cols := columns("Client ID=company", "Worker ID=employee_no", "Org=department", "Job Number", "Pay Component=earning_code", "Rate",
		"Rate Number", "Hours", "Units", "Line Date", "Amount=amount", "Check Seq Number", "Override State", "Override Local",
		"Override Local Jurisdiction", "Labor Assignment")
	cols[2].Max = 60
	need(cols, "company", `^[A-Za-z0-9]{1,8}$`, "must be Paychex's Client ID of at most 8 letters and digits")
	need(cols, "employee_no", `^[A-Za-z0-9]{1,10}$`, "must be a Worker ID of at most 10 letters and digits")
	return need(cols, "earning_code", `^[A-Za-z0-9][A-Za-z0-9 ._/-]{0,19}$`, "must be a pay component's name of at most 20 characters")
}

// paylocity has no header. Det E is an earning; the amount overrides hours times rate.
var paylocity = FileMapping{
	Kind: KindCSV, Delimiter: "comma", Dates: DateUS, CRLF: true, ASCII: true, FileName: "SL{batch}.csv", Columns: paylocityColumns(),
}

func paylocityColumns() []Column {
	cols := columns("EmployeeId=employee_no", "Det=:E", "DetCode=earning_code", "Hours", "Amount=amount", "TempRate", "RateCode",
		"CostCenter1=department", "CostCenter2", "CostCenter3", "JobCode", "Shift", "BeginDate=period_start", "EndDate=period_end", "WorkersCompCode")
	need(cols, "employee_no", `^[A-Za-z0-9]{1,10}$`, "must be an EmployeeId of at most 10 letters and digits")
	return need(cols, "earning_code", `^[A-Za-z0-9]{1,10}$`, "must be a DetCode of at most 10 letters and digits")
}

// workday is the Submit Payroll Input template: one row an input, days as ISO 8601.
var workday = FileMapping{
	Kind: KindCSV, Delimiter: "comma", Header: true, Dates: DateISO, CRLF: true, FileName: "payroll-input-{batch}.csv", Columns: workdayColumns(),
}

func workdayColumns() []Column {
	cols := columns("Spreadsheet Key=:1", "Row ID=row_no", "Batch ID=batch_id", "Start Date=period_start", "End Date=period_end",
		"Worker=employee_no", "Earning=earning_code", "Amount=amount")
	need(cols, "employee_no", EmployeeNoPattern, "must be a Worker of letters and digits")
	return need(cols, "earning_code", `^[A-Za-z0-9][A-Za-z0-9 ._/-]{0,63}$`, "must be an earning's code")
}
