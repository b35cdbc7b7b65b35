package payroll_test

import (
	"slices"
	"strings"
	"testing"

	"saveline/commissions/payroll"
	"saveline/internal/errs"
)

func upsheets() payroll.FileMapping {
	return payroll.FileMapping{
		Kind: payroll.KindCSV, Delimiter: "semicolon", Header: true, Dates: payroll.DateEuropean, CRLF: true, BOM: true, FileName: "xero-{from}-{to}-{company}-{batch}-{run}.csv",
		Columns: []payroll.Column{
			{Header: "first_name", Field: "first_name"},
			{Header: "last_name", Field: "last_name", Max: 8},
			{Header: "id", Field: "employee_no", Pad: 5},
			{Header: "date", Field: "period_end"},
			{Header: "type", Field: "earning_code"},
			{Header: "tracking_code"},
			{Header: "description", Constant: "Commission"},
			{Header: "rate", Field: "amount"},
		},
	}
}

func TestAMappingOfOnesOwn(t *testing.T) {
	t.Parallel()
	l, err := payroll.Custom("Xero", upsheets())
	if err != nil {
		t.Fatal(err)
	}
	c := companyFor("custom")
	files, err := l.Write(c.job, c.rows)
	if err != nil || files[0].Name != "xero-2026-09-14-2026-09-27-ABC-S0000042-42.csv" {
		t.Fatal(files, err)
	}
	golden(t, "testdata/custom.xero.csv", files[0].Body)
	if files, err := l.Write(c.job, nil); err != nil || strings.Count(string(files[0].Body), "\n") != 1 {
		t.Errorf("an empty run: %+v (%v)", files, err)
	}
}

func TestAMappingForAnOldSystem(t *testing.T) {
	t.Parallel()
	m := upsheets()
	m.Delimiter, m.Header, m.BOM, m.CRLF, m.ASCII, m.Dates, m.Negative = "pipe", false, false, false, true, payroll.DateCompact, true
	l, err := payroll.Custom("Old", m)
	if err != nil {
		t.Fatal(err)
	}
	rows := []payroll.Row{paid("7", "Zoë", "Müller-Lüdenscheidt", "C", -1250)}
	files, err := l.Write(fortnight, rows)
	if want := "Zoe|Muller-L|00007|20260927|C||Commission|-12.50\n"; err != nil || string(files[0].Body) != want {
		t.Fatalf("%+v (%v), want %q", files, err, want)
	}
	rows[0].EarningCode = "Prämie"
	if _, err := l.Write(fortnight, rows); !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), `the earning code "Prämie" has characters`) {
		t.Errorf("%v", err)
	}
}

func TestAMappingSaysWhatIsWrongWithIt(t *testing.T) {
	t.Parallel()
	m := payroll.FileMapping{
		Kind: "pdf", Delimiter: "space", Dates: "mayan", FileName: "../etc/passwd", Columns: []payroll.Column{
			{Field: "salary"}, {Field: "amount", Constant: "1"}, {Constant: "=1+1"}, {Field: "amount", Pad: 4}, {Header: "=x", Max: -1}, {Pad: 99},
		},
	}
	_, err := payroll.Custom("x", m)
	paths := []string{}
	for _, f := range fields(err) {
		paths = append(paths, f.Path)
	}
	for _, want := range []string{
		"kind", "delimiter", "dates", "fileName", "columns.0.field", "columns.1.constant", "columns.2.constant", "columns.3.pad", "columns.4.header", "columns.4.max",
		"columns.5.pad", "columns",
	} {
		if !slices.Contains(paths, want) {
			t.Errorf("%s is not among the faults %q", want, paths)
		}
	}
	for _, l := range payroll.Layouts {
		if l.Base == nil {
			continue
		}
		if err := l.Base.Validate(); err != nil {
			t.Errorf("%s is no mapping to begin with: %v", l.Name, fields(err))
		}
	}
}
