package rules_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"saveline/commissions/rules"
)

func seeds(f *testing.F, pattern string) {
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds in %s: %v", pattern, err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
}

// A plan is refused or compiled, whatever its text; a compiled one has one identity and can be looked at.
func FuzzParsePlan(f *testing.F) {
	seeds(f, "testdata/cases/*/plan.yaml")
	f.Add([]byte("a: &a [*a]"))
	f.Add([]byte("{plan: 1.0, components: [{id: [], type: {}}]}"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := rules.ParsePlan(text)
		if err != nil {
			if strings.TrimSpace(err.Error()) == "" {
				t.Error("refused without a word")
			}
			return
		}
		again, err := rules.ParsePlan(text)
		if err != nil || again.SHA != p.SHA {
			t.Errorf("read again: %v", err)
		}
		rules.Lint(p)
		_, err = rules.Compute(rules.PayBook{Plans: []*rules.PayPlan{p}, Events: []rules.Event{
			event(rules.EventOutcome, "e", march, "A", "r", `{"type":"save","value":"10.00"}`),
		}})
		_ = err // it may be refused; it may not panic
	})
}

// Events are refused or decoded, whatever their text, and what is decoded can be computed.
func FuzzDecodeEvents(f *testing.F) {
	seeds(f, "testdata/cases/*/events.csv")
	f.Add([]byte(rules.EventsHeader + "\ne,2026-03-01T00:00:00Z,2026-03-01T00:00:00Z,hours,A,-,\"{\"\"work\"\":\"\"1e9\"\"}\"\n"))
	p := mustPlan(f, worldPlan)
	f.Fuzz(func(t *testing.T, text []byte) {
		events, err := rules.DecodeEvents(bytes.NewReader(text))
		if err != nil || len(events) > 50 {
			return
		}
		_, err = rules.Replay([]*rules.PayPlan{p}, events, rules.Horizon{From: "2026-01-01", To: "2026-12-01"})
		_ = err // it may be refused; it may not panic
	})
}
