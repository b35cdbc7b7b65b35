package payroll_test

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"saveline/commissions/payroll"
	"saveline/internal/money"
)

// nasty are names that have broken imports.
var nasty = rapid.OneOf(
	rapid.StringMatching(`[A-Z][a-z]{1,8}`), rapid.StringMatching(`[=+\-@',"\t\r\n;| A-Za-zéß김ñ]{0,12}`), rapid.String(),
)

// draw makes a run that a layout can carry; names are anything, codes and numbers are the layout's.
func draw(t *rapid.T, layout string) company {
	c := company{job: fortnight}
	c.job.Run = rapid.Int64Range(1, 79_999_999).Draw(t, "run")
	currency := "USD"
	codes := map[string][]string{
		"gusto": {"bonus", "commission"}, "paychex": {"Commission", "Spiff", "Night work"},
	}[layout]
	if codes == nil {
		codes = []string{"C", "SPF", "N1"}
	}
	if layout == "korea" {
		currency = "KRW"
	}
	c.job.Currency = currency
	pattern := map[string]string{"gusto": `[a-z0-9]{6}`, "adp_wfn": `[1-9][0-9]{0,5}`}[layout]
	if pattern == "" {
		pattern = `[A-Z0-9]{1,10}`
	}
	for _, no := range rapid.SliceOfNDistinct(rapid.StringMatching(pattern), 0, 5, rapid.ID[string]).Draw(t, "numbers") {
		name := nasty.Draw(t, "name")
		for range rapid.IntRange(1, 3).Draw(t, "rows") {
			amount := money.Amount{Minor: rapid.Int64Range(1, 10_000_000_000).Draw(t, "amount"), Currency: currency}
			c.rows = append(c.rows, payroll.Row{
				EmployeeNo: no, EmployeeName: name, FirstName: "A" + name, LastName: "B" + name, Title: name, EarningCode: rapid.SampledFrom(codes).Draw(t, "code"),
				EarningName: name, Basis: "b" + name, Amount: amount, PeriodStart: c.job.PeriodStart, PeriodEnd: c.job.PeriodEnd, PH13Basic: payroll.Yes, KRAvgWage: payroll.No,
				Frequency: rapid.SampledFrom([]payroll.Frequency{"", payroll.Weekly, payroll.Monthly}).Draw(t, "frequency"),
			})
		}
	}
	return c
}

// sums are what each person gets of each code, whatever the order and number of rows.
func sums(lines []payroll.Line) map[string]int64 {
	out := map[string]int64{}
	for _, l := range lines {
		out[strings.TrimLeft(l.Employee, "0")+" "+l.Code+" "+l.Amount.Currency] += l.Amount.Minor
	}
	return out
}

func TestReadingAFileBackGivesItsRows(t *testing.T) {
	t.Parallel()
	for _, l := range payroll.Layouts {
		rapid.Check(t, func(t *rapid.T) {
			c := draw(t, l.Name)
			files, err := l.Write(c.job, c.rows)
			if err != nil {
				t.Fatalf("%s: %v", l.Name, err)
			}
			again, err := l.Write(c.job, c.rows)
			if err != nil || !slices.EqualFunc(files, again, func(a, b payroll.File) bool { return a.Name == b.Name && bytes.Equal(a.Body, b.Body) }) {
				t.Fatalf("%s differs the second time (%v)", l.Name, err)
			}
			lines, err := l.Read(c.job, files)
			if err != nil {
				t.Fatalf("%s: %v", l.Name, err)
			}
			var want []payroll.Line
			for _, r := range c.rows {
				want = append(want, payroll.Line{Employee: r.EmployeeNo, Code: r.EarningCode, Amount: r.Amount})
			}
			if diff := gocmp.Diff(sums(want), sums(lines)); diff != "" {
				t.Fatalf("%s: %s", l.Name, diff)
			}
			m, err := l.Describe(c.job, files)
			if err != nil {
				t.Fatal(err)
			}
			var total int64
			for _, x := range m.Totals {
				total += x.Amount.Minor
			}
			if sum, err := payroll.Total(c.rows); err != nil || sum.Minor != total {
				t.Fatalf("%s: the manifest says %d, the rows %s (%v)", l.Name, total, sum, err)
			}
			notAFormula(t, l.Name, files)
		})
	}
}

// notAFormula looks at every field of every text file as a spreadsheet would. QuickBooks' amounts may be below zero.
func notAFormula(t *rapid.T, layout string, files []payroll.File) {
	for _, f := range files {
		if layout == "generic_xlsx" {
			continue
		}
		body := strings.TrimPrefix(string(f.Body), "\xef\xbb\xbf")
		body = strings.TrimPrefix(body, "##GENERIC## V1.0\r\n")
		r := csv.NewReader(strings.NewReader(body))
		r.FieldsPerRecord = -1
		if layout == "quickbooks" {
			r.Comma, r.LazyQuotes = '\t', true
		}
		records, err := r.ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		for i, record := range records {
			for k, value := range record {
				if _, err := money.Parse(value, "USD"); err != nil && strings.ContainsAny(first(value), "=+-@") {
					t.Fatalf("%s row %d column %d is a formula: %q", f.Name, i, k, value)
				}
			}
		}
	}
}

func first(s string) string {
	s = strings.TrimLeft(s, " ")
	return s[:min(len(s), 1)]
}

// Rows in another order are the same people and the same sums.
func TestOrderChangesNoSum(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := rapid.SampledFrom(payroll.Layouts).Draw(t, "layout")
		c := draw(t, l.Name)
		files, err := l.Write(c.job, c.rows)
		if err != nil {
			t.Fatal(err)
		}
		sorted := slices.SortedFunc(slices.Values(c.rows), func(a, b payroll.Row) int { return cmp.Compare(b.Amount.Minor, a.Amount.Minor) })
		other, err := l.Write(c.job, sorted)
		if err != nil {
			t.Fatal(err)
		}
		a, errA := l.Read(c.job, files)
		b, errB := l.Read(c.job, other)
		if diff := gocmp.Diff(sums(a), sums(b)); diff != "" || errA != nil || errB != nil {
			t.Fatal(l.Name, diff, errA, errB)
		}
	})
}

func FuzzNamesReachTheFileWhole(f *testing.F) {
	for _, name := range []string{"Ana Ruiz", `O"Neil, Pat`, "=cmd|' /C calc'!A0", "-Dash\r\nbreak", "김민수", "\x00", "\ufeff", "a\tb", `\.`, " @at", "é;|"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		for _, l := range payroll.Layouts {
			c := companyFor(l.Name)
			for i := range c.rows {
				c.rows[i].EmployeeName, c.rows[i].EarningName, c.rows[i].Basis = name, name, "x"+name
			}
			files, err := l.Write(c.job, c.rows)
			if err != nil {
				t.Fatalf("%s: %v", l.Name, err)
			}
			lines, err := l.Read(c.job, files)
			if err != nil || len(lines) != len(c.rows) {
				t.Fatalf("%s: %d lines for %d rows (%v)", l.Name, len(lines), len(c.rows), err)
			}
		}
		if got, want := readName(t, name), "'"+name; got != name && got != want && got != oneLine(name) && got != "'"+oneLine(name) {
			t.Fatalf("%q came out as %q", name, got)
		}
	})
}

func oneLine(s string) string {
	return strings.NewReplacer("\r", " ", "\n", " ", "\t", " ", "\x00", " ").Replace(string([]rune(s)))
}

// readName is a name as a generic file carries it.
func readName(t *testing.T, name string) string {
	t.Helper()
	c := companyFor("generic_csv")
	c.rows[0].EmployeeName = name
	l, _ := payroll.Find("generic_csv")
	files, err := l.Write(c.job, c.rows)
	if err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(bytes.NewReader(files[0].Body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(records[1][3])
}
