package rules_test

import (
	"os"
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
