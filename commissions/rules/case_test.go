package rules_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"saveline/commissions/rules"
)

// Every folder of testdata/cases is a worked case of docs/plans.md.
func TestCases(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir("testdata/cases")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		t.Run(e.Name(), func(t *testing.T) {
			t.Parallel()
			c, err := rules.ReadCase(os.DirFS("testdata/cases/" + e.Name()))
			if err != nil {
				t.Fatal(err)
			}
			if diff := c.Run(); len(diff) > 0 {
				t.Error(strings.Join(diff, "\n"))
			}
		})
	}
}

// Every part of the language stands in some worked case, and every case that docs/plans.md names is there.
func TestEveryPartOfTheLanguageHasACase(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/cases/*/plan*")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, name := range files {
		more, err := filepath.Glob(name + "/*.yaml")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range append(more, name) {
			if text, err := os.ReadFile(file); err == nil {
				all.Write(text)
			}
		}
	}
	for _, part := range []string{
		"type: per_unit", "type: percent", "type: tiered", "type: bonus_table", "type: kpi_bonus", "type: contest", "type: shift_premium",
		"mode: marginal", "mode: whole", "mode: interpolated", "axis: amount", "axis: count", "axis: quota_attainment", "rules:", "factor:",
		"kicker:", "tranches:", "split_pool", "all_higher", "else: zero", "else: scale", "missing: hold", "missing: pass", "scope: component",
		"scope: plan", "floors:", "override:", "kind: recoverable", "kind: non_recoverable", "kind: forgiven", "max_recovery:", "guarantee:",
		"holdback:", "method: full", "method: pro_rata_days", "method: pro_rata_months", "basis: retier", "max_recovery_per_period:",
		"prorate: calendar_days", "date: event", "date: period_end", "date: pay", "pay: weekly", "pay: biweekly", "pay: semimonthly",
		"pay: monthly", `pay: "15-14"`, "half_even", "mode: floor", "scope: line", "scope: total", "team.", "per: quarter", "per: event",
	} {
		if !strings.Contains(all.String(), part) {
			t.Errorf("no case has %q", part)
		}
	}
	docs, err := os.ReadFile("../../docs/plans.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile("`((?:trace|tiered|quota|gate|draw|fx|calendar|clawback|rounding|per-unit|split|caps|cap|late|holdback|versions|kpi|contest|shift|bonus|factor|guarantee|tranches|max)-[a-z0-9-]*[*]?)`").FindAllStringSubmatch(string(docs), -1) {
		if found, err := filepath.Glob("testdata/cases/" + m[1]); err != nil || len(found) == 0 {
			t.Errorf("docs/plans.md names the case %s, and there is none", m[1])
		}
	}
}
