package payroll_test

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"saveline/commissions/payroll"
	"saveline/internal/errs"
	"saveline/internal/money"
)

var update = flag.Bool("update", false, "write the golden files")

func usd(minor int64) money.Amount { return money.Amount{Minor: minor, Currency: "USD"} }

func november(no, name, component string, amount money.Amount) payroll.Row {
	return payroll.Row{
		EmployeeNo: no, EmployeeName: name, PeriodStart: "2026-11-01", PeriodEnd: "2026-11-30", EarningCode: component,
		EarningName: component, Amount: amount, Units: 3, Sources: "11 12 13", Basis: "3 results",
	}
}

// sheet is a run with everything that has ever broken a payroll import.
var sheet = []payroll.Row{
	november("000101", "Ana Ruiz", "save_bonus", usd(4500)),
	november("000101", "Ana Ruiz", "upsell", usd(172_450)),
	november("A-7", `O"Neil, Pat`, "save_bonus", usd(1)),
	november("A-8", "=HYPERLINK(\"http://x\")", "save_bonus", usd(100_000_000)),
	november("A-9", "-Dash\r\nand break", "save_bonus", usd(150)),
	november("K.1", "김민수", "save_bonus", money.Amount{Minor: 15_000, Currency: "USD"}),
	{EmployeeNo: "Z/1", EmployeeName: " @at", PeriodStart: "2026-11-01", PeriodEnd: "2026-11-30", EarningCode: "x", EarningName: "x", Amount: usd(99)},
}

func TestGenericIsAsAgreed(t *testing.T) {
	t.Parallel()
	const golden = "testdata/generic.csv"
	got, err := payroll.Generic(42, sheet)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestTheHeaderIsTheAgreedOne(t *testing.T) {
	t.Parallel()
	got, err := payroll.Generic(1, nil)
	want := "run_id,row_no,employee_no,employee_name,pay_group,period_start,period_end,pay_date,earning_code,earning_name,amount," +
		"currency,hours,units,rate,source_entries,rr_included,ph_13th_basic,kr_avg_wage,calc_basis,row_hash\r\n"
	if err != nil || string(got) != want {
		t.Errorf("an empty run is %q (%v), want its header", got, err)
	}
}

func TestEveryRowProvesItself(t *testing.T) {
	t.Parallel()
	file, err := payroll.Generic(42, sheet)
	if err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(strings.NewReader(string(file))).ReadAll()
	if err != nil || len(records) != len(sheet)+1 {
		t.Fatalf("%d records, %v", len(records), err)
	}
	total := money.Amount{}
	for _, r := range records[1:] {
		sum := sha256.Sum256([]byte(strings.Join(r[:20], "\x1f")))
		if r[20] != hex.EncodeToString(sum[:]) {
			t.Errorf("row %s does not match its hash", r[1])
		}
		a, err := money.Parse(r[10], r[11])
		if err != nil {
			t.Fatal(err)
		}
		if total, err = total.Add(a); err != nil {
			t.Fatal(err)
		}
		for i, field := range r {
			if field != "" && strings.Contains("=+-@", field[:1]) {
				t.Errorf("row %s column %d is a formula to a spreadsheet: %q", r[1], i, field)
			}
		}
	}
	if want, err := payroll.Total(sheet); err != nil || total != want {
		t.Errorf("the file pays %s, the rows %s (%v)", total, want, err)
	}
}

func TestNothingIsWrittenWhenARowIsWrong(t *testing.T) {
	t.Parallel()
	rows := []payroll.Row{
		november("1", "Right", "a", usd(5)), november("", "Ana Ruiz", "a", usd(5)), november("=1", "Bo", "a", usd(5)),
		november("4", "Cy", "a", usd(0)), november("5", "Di", "a", usd(-5)),
	}
	got, err := payroll.Generic(1, rows)
	var e *errs.Error
	if !errors.As(err, &e) || e.Code != errs.Invalid || len(e.Fields) != 4 || got != nil {
		t.Fatalf("%d bytes, %v", len(got), err)
	}
	if want := `Ana Ruiz has no employee number that payroll could read ("")`; e.Fields[0].Message != want {
		t.Errorf("%q, want %q", e.Fields[0].Message, want)
	}
}

func TestSettleKeepsTheSumAndOwesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var parts []payroll.Part
		var sum int64
		for _, id := range rapid.SliceOfNDistinct(rapid.StringMatching(`[a-d]{1,2}`), 0, 6, rapid.ID[string]).Draw(t, "components") {
			p := payroll.Part{Component: id, Amount: usd(rapid.Int64Range(-500, 1000).Draw(t, "amount"))}
			sum += p.Amount.Minor
			parts = append(parts, p)
		}
		if sum < 0 {
			return
		}
		out, _ := payroll.Settle(parts)
		for _, p := range out {
			if p.Amount.Minor <= 0 {
				t.Fatalf("%s is %s", p.Component, p.Amount)
			}
			sum -= p.Amount.Minor
		}
		if sum != 0 {
			t.Fatalf("%d went missing", sum)
		}
	})
}

func TestSettleTakesFromTheOthersInOrder(t *testing.T) {
	t.Parallel()
	out, taken := payroll.Settle([]payroll.Part{
		{Component: "upsell", Amount: usd(900)}, {Component: "save", Amount: usd(-1000)}, {Component: "sale", Amount: usd(600)},
	})
	if diff := cmp.Diff([]payroll.Part{{Component: "upsell", Amount: usd(500)}}, out); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]money.Amount{"sale": usd(600), "upsell": usd(400)}, taken); diff != "" {
		t.Error(diff)
	}
}
