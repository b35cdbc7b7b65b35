package payroll_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"saveline/commissions/payroll"
	"saveline/internal/errs"
	"saveline/internal/money"
)

// company is the job and the rows that a layout is shown with; each payroll system has numbers and codes of its own.
type company struct {
	job  payroll.Job
	rows []payroll.Row
}

var fortnight = payroll.Job{
	Run: 42, Company: "ABC", Frequency: payroll.Biweekly, Currency: "USD", PeriodStart: "2026-09-14", PeriodEnd: "2026-09-27",
	PayDate: "2026-10-02", Expense: "Commissions:Sales", Liability: "Payroll Liabilities",
}

func paid(no, first, last, code string, minor int64) payroll.Row {
	return payroll.Row{
		EmployeeNo: no, EmployeeName: first + " " + last, FirstName: first, LastName: last, PeriodStart: "2026-09-14", PeriodEnd: "2026-09-27",
		EarningCode: code, EarningName: "Earning " + code, Amount: usd(minor), Units: 3, Sources: "11 12", Basis: "3 results",
	}
}

func with(r payroll.Row, change func(*payroll.Row)) payroll.Row {
	change(&r)
	return r
}

func companyFor(layout string) company {
	c := company{job: fortnight}
	ids := [3]string{"101", "A7", "2044"}
	codes := [2]string{"C", "SPF"}
	switch layout {
	case "adp_wfn":
		ids[1] = "77"
	case "gusto":
		ids, codes = [3]string{"a1b2c3", "d4e5f6", "000777"}, [2]string{"commission", "bonus"}
	case "paychex":
		codes = [2]string{"Commission", "Spiff Prize"}
	}
	c.rows = []payroll.Row{
		paid(ids[0], "Ana", "Ruiz", codes[0], 172_400),
		paid(ids[0], "Ana", "Ruiz", codes[1], 10_000),
		with(paid(ids[1], "Pat \"The\nVoice\"", "O'Neil, jr.", codes[0], 1), func(r *payroll.Row) { r.Frequency = payroll.Weekly }),
		paid(ids[2], "=Zoë", "@García 김", codes[0], 99_999_999),
	}
	if layout == "philippines" || layout == "korea" {
		c.rows = national(c.rows, map[string]string{"philippines": "PHP", "korea": "KRW"}[layout])
		c.job.Currency = c.rows[0].Amount.Currency
	}
	return c
}

func national(rows []payroll.Row, currency string) []payroll.Row {
	out := slices.Clone(rows)
	for i := range out {
		out[i].Amount.Currency = currency
		out[i].PH13Basic, out[i].KRAvgWage = payroll.Yes, payroll.Yes
		out[i].Time = payroll.Hours{Days: "10", Work: "80.0", Overtime: "4.5", Night: "8.0"}
	}
	out[1].PH13Basic = payroll.No
	return out
}

// golden compares a file with the agreed one, which -update writes.
func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s: %s", path, diff)
	}
}

func TestEveryLayoutIsAsAgreed(t *testing.T) {
	t.Parallel()
	for _, l := range payroll.Layouts {
		c := companyFor(l.Name)
		files, err := l.Write(c.job, c.rows)
		if err != nil {
			t.Errorf("%s: %v", l.Name, err)
			continue
		}
		for _, f := range files {
			if l.Name == "generic_xlsx" {
				golden(t, filepath.Join("testdata", f.Name+".txt"), listCells(t, f.Body))
				continue
			}
			golden(t, filepath.Join("testdata", l.Name+"."+f.Name), f.Body)
		}
		m, err := l.Describe(c.job, files)
		if err != nil {
			t.Errorf("%s: %v", l.Name, err)
			continue
		}
		raw, err := m.JSON()
		if err != nil {
			t.Fatal(err)
		}
		if l.Name == "adp_run" {
			golden(t, "testdata/adp_run.manifest.json", raw)
		}
		if m.People != 3 || m.Rows != 4 || m.Batch != "S0000042" {
			t.Errorf("%s: the manifest says %d people, %d rows, batch %s", l.Name, m.People, m.Rows, m.Batch)
		}
	}
}

func listCells(t *testing.T, body []byte) []byte {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows("Payroll", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for i, row := range rows {
		for k, value := range row {
			at, _ := excelize.CoordinatesToCellName(k+1, i+1)
			kind, err := book.GetCellType("Payroll", at)
			if err != nil {
				t.Fatal(err)
			}
			formula, err := book.GetCellFormula("Payroll", at)
			if err != nil || formula != "" {
				t.Errorf("%s holds the formula %q (%v)", at, formula, err)
			}
			fmt.Fprintf(&out, "%s %d %q\n", at, kind, value)
		}
	}
	return out.Bytes()
}

// The agreed headers and names, as the other side's documents have them.
func TestHeadersAndNames(t *testing.T) {
	t.Parallel()
	for layout, want := range map[string][2]string{ // name, beginning
		"generic_csv": {"payroll-run-42.csv", payroll.GenericHeader + "\r\n42,1,101,Ana Ruiz,"},
		"adp_wfn": {
			"PRABCEPI.csv", "Co Code,Batch ID,File #,Reg Hours,O/T Hours,Hours 3 Code,Hours 3 Amount,Earnings 3 Code,Earnings 3 Amount\r\n" +
				"ABC,S0000042,000101,,,,,C,1724.00\r\nABC,S0000042,000101,,,,,SPF,100.00\r\n",
		},
		"adp_run": {
			"Biweekly-09142026-09272026.csv", "##GENERIC## V1.0\r\nIID,Pay Frequency,Pay Period Start Date,Pay Period End Date,Employee ID,Earnings Code," +
				"Pay Hours,Dollars,Separate Check,Worked In Dept,Rate Code\r\nABC,B,09/14/2026,09/27/2026,101,C,,1724.00,0,,BASE\r\n",
		},
		"paychex": {
			"ABC_SPI_S0000042.csv", "Client ID,Worker ID,Org,Job Number,Pay Component,Rate,Rate Number,Hours,Units,Line Date,Amount,Check Seq Number,Override State," +
				"Override Local,Override Local Jurisdiction,Labor Assignment\r\nABC,101,,,Commission,,,,,,1724.00,,,,,\r\n",
		},
		"gusto": {
			"gusto-run-42.csv", "last_name,first_name,ssn,title,gusto_employee_id,bonus,commission\r\nRuiz,Ana,,,a1b2c3,100.00,1724.00\r\n",
		},
		"paylocity": {"SLS0000042.csv", "101,E,C,,1724.00,,,,,,,,09/14/2026,09/27/2026,\r\n"},
		"workday": {
			"payroll-input-S0000042.csv", "Spreadsheet Key,Row ID,Batch ID,Start Date,End Date,Worker,Earning,Amount\r\n1,1,S0000042,2026-09-14,2026-09-27,101,C,1724.00\r\n",
		},
		"quickbooks":  {"journal-S0000042.iif", "!TRNS\tTRNSID\tTRNSTYPE\tDATE\tACCNT\t"},
		"philippines": {"payroll-ph-run-42.csv", payroll.GenericHeader},
		"korea":       {"payroll-kr-run-42.csv", "\xef\xbb\xbf" + payroll.GenericHeader},
	} {
		l, err := payroll.Find(layout)
		if err != nil {
			t.Fatal(err)
		}
		c := companyFor(layout)
		files, err := l.Write(c.job, c.rows)
		if err != nil {
			t.Fatalf("%s: %v", layout, err)
		}
		if files[0].Name != want[0] || !strings.HasPrefix(string(files[0].Body), want[1]) {
			t.Errorf("%s is %s:\n%s", layout, files[0].Name, files[0].Body)
		}
		if ending := string(files[0].Body); !strings.HasSuffix(ending, "\r\n") {
			t.Errorf("%s does not end its last line", layout)
		}
	}
	if _, err := payroll.Find("nowhere"); !errs.Is(err, errs.Invalid) {
		t.Errorf("a layout that does not exist: %v", err)
	}
}

func TestACompanyCodeOfTwoIsPadded(t *testing.T) {
	t.Parallel()
	l, _ := payroll.Find("adp_wfn")
	c := companyFor("adp_wfn")
	c.job.Company = "AB"
	files, err := l.Write(c.job, c.rows)
	if err != nil || files[0].Name != "PRAB_EPI.csv" || !strings.Contains(string(files[0].Body), "\r\nAB,S0000042,") {
		t.Fatalf("%v (%v)", files, err)
	}
}

// The generic layout as a mapping is the generic file, to the byte.
func TestTheGenericMappingWritesTheGenericFile(t *testing.T) {
	t.Parallel()
	l, _ := payroll.Find("generic_csv")
	c := companyFor("generic_csv")
	files, err := l.Write(c.job, c.rows)
	if err != nil {
		t.Fatal(err)
	}
	want, err := payroll.Generic(c.job.Run, withPayDate(c))
	if diff := cmp.Diff(string(want), string(files[0].Body)); diff != "" || err != nil {
		t.Errorf("%s (%v)", diff, err)
	}
}

func withPayDate(c company) []payroll.Row {
	out := slices.Clone(c.rows)
	for i := range out {
		out[i].PayDate = c.job.PayDate
	}
	return out
}

func TestBatchIDs(t *testing.T) {
	t.Parallel()
	for run, want := range map[int64]string{1: "S0000001", 42: "S0000042", 9_999_999: "S9999999", 10_000_000: "T0000000", 79_999_999: "Z9999999"} {
		if got, err := payroll.BatchID(run); err != nil || got != want {
			t.Errorf("run %d is %s (%v), want %s", run, got, err, want)
		}
	}
	for _, run := range []int64{0, -1, 80_000_000} {
		if got, err := payroll.BatchID(run); !errs.Is(err, errs.Invalid) {
			t.Errorf("run %d is %s (%v)", run, got, err)
		}
	}
}

// Everything that is wrong is said at once, of each person, and nothing is written.
func TestAllFaultsAreNamedAtOnce(t *testing.T) {
	t.Parallel()
	bad := map[string][]string{ // layout -> sentences
		"adp_wfn": {
			`Ana Ruiz: the employee number "A-7" must be a File # of at most 6 digits`,
			`Bo Lee: the earning code "COMMISSION" must be an earnings code of 1 to 3 letters and digits`,
			`Cy Ng: the employee number is missing`, `Di Oz would be paid -5.00 for C: a row pays more than zero`,
			`the company "ABCD" must be ADP's Co Code of 2 or 3 letters and digits`,
		},
		"adp_run": {
			`Ana Ruiz: the employee number "A-7" must be an Employee ID of at most 12 letters and digits`, `Cy Ng: the employee number is missing`,
			`Di Oz would be paid -5.00 for C: a row pays more than zero`,
		},
		"paychex": {
			`Ana Ruiz: the employee number "A-7" must be a Worker ID of at most 10 letters and digits`, `Cy Ng: the employee number is missing`,
		},
		"gusto": {
			`Ana Ruiz: the employee number "A-7" must be Gusto's id of 6 letters and digits`,
			`Bo Lee: the earning code "COMMISSION" must be bonus or commission, as Gusto imports no others`, `Di Oz would be paid -5.00 for C`,
		},
		"paylocity": {`Ana Ruiz: the employee number "A-7" must be an EmployeeId of at most 10 letters and digits`, `Cy Ng: the employee number is missing`},
		"workday":   {`Cy Ng: the employee number is missing`, `Di Oz would be paid -5.00 for C: a row pays more than zero`},
		"quickbooks": {
			`Cy Ng: the employee number "" must be letters and digits`, `Di Oz would be paid -5.00 for C: a row pays more than zero`,
		},
		"generic_csv": {`Cy Ng: the employee number is missing`, `Di Oz would be paid -5.00 for C: a row pays more than zero`},
		"philippines": {`Ana Ruiz: the 13th-month mark is missing`, `Bo Lee: the 13th-month mark is missing`},
		"korea":       {`Ana Ruiz: the average-wage mark is missing`, `Cy Ng: the employee number is missing`},
	}
	rows := []payroll.Row{
		paid("A-7", "Ana", "Ruiz", "C", 5), paid("12", "Bo", "Lee", "COMMISSION", 5), paid("", "Cy", "Ng", "C", 5), paid("13", "Di", "Oz", "C", -500),
	}
	for layout, sentences := range bad {
		l, err := payroll.Find(layout)
		if err != nil {
			t.Fatal(err)
		}
		job := fortnight
		job.Company = "ABCD"
		files, err := l.Write(job, rows)
		e, ok := errors.AsType[*errs.Error](err)
		if !ok || e.Code != errs.Invalid || files != nil || !strings.HasPrefix(e.Message, "nothing was written: ") {
			t.Errorf("%s wrote %d files (%v)", layout, len(files), err)
			continue
		}
		for _, want := range sentences {
			if !slices.ContainsFunc(e.Fields, func(f errs.Field) bool { return strings.Contains(f.Message, want) }) {
				t.Errorf("%s does not say %q but %q", layout, want, e.Fields)
			}
		}
		for i, f := range e.Fields {
			if slices.ContainsFunc(e.Fields[:i], func(g errs.Field) bool { return g.Message == f.Message }) {
				t.Errorf("%s says twice: %s", layout, f.Message)
			}
		}
	}
}

func TestAFileWithoutACurrencyPaysOne(t *testing.T) {
	t.Parallel()
	for _, layout := range []string{"adp_wfn", "adp_run", "paychex", "gusto", "paylocity", "workday", "quickbooks"} {
		l, _ := payroll.Find(layout)
		c := companyFor(layout)
		c.rows[1].Amount = money.Amount{Minor: 5, Currency: "EUR"}
		if _, err := l.Write(c.job, c.rows); !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), "EUR") {
			t.Errorf("%s: %v", layout, err)
		}
	}
}

func TestTheRegularRateFeedIsAsAgreed(t *testing.T) {
	t.Parallel()
	rows := []payroll.RateRow{
		{EmployeeNo: "101", WorkweekFrom: "2026-09-13", HoursTotal: "46.00", HoursOT: "6.00", HoursNonOT: "40.00", Incentive: usd(4600), Method: "by_week_earned", BonusKind: "commission", DueFederal: "3.00"},
		{EmployeeNo: "101", WorkweekFrom: "2026-09-20", Incentive: usd(100), Method: "equal_week", BonusKind: "flat_sum"},
	}
	file, err := payroll.RegularRate(42, rows)
	if err != nil || file.Name != "regular-rate-run-42.csv" {
		t.Fatal(file.Name, err)
	}
	golden(t, "testdata/regular-rate-run-42.csv", file.Body)
	rows[0].EmployeeNo, rows[1].EmployeeNo = "=1", ""
	if _, err := payroll.RegularRate(42, rows); len(fields(err)) != 2 {
		t.Errorf("faults %v", err)
	}
}

func fields(err error) []errs.Field {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Fields
	}
	return nil
}
