package payroll

import "testing"

// A spreadsheet of East Asia takes full-width signs for the plain ones, and blanks before them do not keep it from it.
func TestNoTextIsAFormula(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "＝1+1": "'＝1+1", "＋1": "'＋1", "－1": "'－1", "＠SUM(A1)": "'＠SUM(A1)",
		" =1": "' =1", "\u3000＝1": "'\u3000＝1", "\u00a0=1": "'\u00a0=1", "\t=1": "' =1", "": "", "  ": "  ", "1+1=2": "1+1=2", "Ann = Ben": "Ann = Ben", "김＝민": "김＝민",
	} {
		if got := safe(text); got != want {
			t.Errorf("%q is written as %q, want %q", text, got, want)
		}
	}
}
