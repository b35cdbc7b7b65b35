package httpx_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"saveline/internal/httpx"
)

func TestSafeCell(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"":                        "",
		"Ann Lee":                 "Ann Lee",
		"-12.50":                  "-12.50",
		"+14155550123":            "+14155550123",
		"2026-11-23":              "2026-11-23",
		"=1+1":                    "'=1+1",
		"+1+cmd|' /C calc'!A0":    "'+1+cmd|' /C calc'!A0",
		"-2+3":                    "'-2+3",
		"@SUM(A1)":                "'@SUM(A1)",
		"\t=1":                    "'\t=1",
		"\r=1":                    "'\r=1",
		"\n=1":                    "'\n=1",
		" =1+1":                   "' =1+1",
		"\u00a0=1":                "'\u00a0=1",
		"\u200b=HYPERLINK(\"x\")": "'\u200b=HYPERLINK(\"x\")",
		"\ufeff=1":                "'\ufeff=1",
		"＝1":                      "'＝1",
		"|calc":                   "'|calc",
		"%0A=1":                   "'%0A=1",
		"a=b":                     "a=b",
	} {
		if got := httpx.SafeCell(cell); got != want {
			t.Errorf("SafeCell(%q) = %q, want %q", cell, got, want)
		}
	}
}

func TestACSVReadsBackAndStartsNoFormula(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(rapid.String(), 2, 2), 1, 5).Draw(t, "rows")
		var b bytes.Buffer
		w := httpx.NewCSV(&b, httpx.CSVOptions{})
		want := [][]string{}
		for _, row := range rows {
			if err := w.Write(row...); err != nil {
				t.Fatal(err)
			}
			var safe []string
			for _, cell := range row {
				// The writer makes every line end CRLF and the reader makes it LF: carriage returns do not survive.
				safe = append(safe, strings.ReplaceAll(httpx.SafeCell(cell), "\r", ""))
			}
			want = append(want, safe)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		got, err := csv.NewReader(bytes.NewReader(b.Bytes())).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range got {
			for _, cell := range row {
				if strings.HasPrefix(cell, "=") || strings.HasPrefix(cell, "@") {
					t.Fatalf("%q starts a formula", cell)
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestCSVOptions(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	w := httpx.NewCSV(&b, httpx.CSVOptions{BOM: true, Separator: ';'})
	if err := errors.Join(w.Write("a;b", `say "hi"`), w.Write("=1", "2"), w.Close()); err != nil {
		t.Fatal(err)
	}
	if want := "\ufeff\"a;b\";\"say \"\"hi\"\"\"\r\n'=1;2\r\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestACSVKeepsItsFirstError(t *testing.T) {
	t.Parallel()
	w := httpx.NewCSV(brokenPipe{}, httpx.CSVOptions{BOM: true})
	if err := w.Write("a"); err == nil || w.Close() == nil {
		t.Error("writing to a broken pipe succeeds")
	}
}

func TestXLSX(t *testing.T) {
	t.Parallel()
	x, err := httpx.NewXLSX("Statements")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(x.Write("name", "amount"), x.Write("=cmd|' /C calc'!A0", -12.5), x.Write("+14155550123", nil)); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := x.Close(&b); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := f.GetRows("Statements")
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"name", "amount"}, {"'=cmd|' /C calc'!A0", "-12.5"}, {"+14155550123"}}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
	if formula, err := f.GetCellFormula("Statements", "A2"); err != nil || formula != "" {
		t.Errorf("A2 holds the formula %q (%v)", formula, err)
	}
}
