package rules_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"saveline/commissions/rules"
	"saveline/internal/errs"
)

func TestCompileNamesEveryFault(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		terms rules.Terms
		want  []string // paths
	}{
		"nothing at all": {rules.Terms{}, []string{"terms.currency", "terms.components"}},
		"numbers out of range": {rules.Terms{Currency: "USD", HoldDays: 366, Components: []rules.Component{
			{ID: "a", Type: rules.PerUnit, Result: "sale", Amount: "0"},
			{ID: "b", Type: rules.Percent, Result: "sale", Rate: "100.5%"},
		}}, []string{"terms.holdDays", "terms.components.0.amount", "terms.components.1.rate"}},
		"not numbers": {rules.Terms{Currency: "USD", Components: []rules.Component{
			{ID: "a", Type: rules.PerUnit, Result: "sale", Amount: "15.005"},
			{ID: "b", Type: rules.Percent, Result: "sale", Rate: "seven"},
		}}, []string{"terms.components.0.amount", "terms.components.1.rate"}},
		"won have no decimals": {rules.Terms{Currency: "KRW", Components: []rules.Component{
			{ID: "a", Type: rules.PerUnit, Result: "sale", Amount: "1500.50"},
		}}, []string{"terms.components.0.amount"}},
		"names": {rules.Terms{Currency: "USD", Components: []rules.Component{
			{ID: "Sale Bonus", Type: rules.PerUnit, Result: "sale", Amount: "1"},
			{ID: "b", Type: "tiered", Result: "sale"},
			{ID: "b", Type: rules.PerUnit, Result: "chat", Amount: "1", Rate: "1%"},
		}}, []string{
			"terms.components.0.id", "terms.components.1.type", "terms.components.2.id", "terms.components.2.result",
			"terms.components.2.rate",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := rules.Compile(c.terms, "terms")
			var e *errs.Error
			if !errors.As(err, &e) || e.Code != errs.Invalid {
				t.Fatalf("Compile: %v, want invalid", err)
			}
			var got []string
			for _, f := range e.Fields {
				got = append(got, f.Path)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTwoSpellingsOfTheSameTermsAreOnePlan(t *testing.T) {
	t.Parallel()
	spell := func(amount, rate string) []byte {
		p, err := rules.Compile(rules.Terms{Currency: "USD", HoldDays: 30, Components: []rules.Component{
			{ID: "save_bonus", Type: rules.PerUnit, Result: "save", Amount: amount},
			{ID: "upsell", Type: rules.Percent, Result: "upsell", Rate: rate},
		}}, "terms")
		if err != nil {
			t.Fatal(err)
		}
		return p.Canonical()
	}
	want := `{"currency":"USD","holdDays":30,"components":[{"id":"save_bonus","type":"per_unit","result":"save","amount":"15.00"},` +
		`{"id":"upsell","type":"percent","result":"upsell","rate":"7.5%"}]}`
	for _, got := range [][]byte{spell("15", "7.5%"), spell("15.00", "0.075"), spell("+15.0", "7.5000%")} {
		if string(got) != want {
			t.Errorf("canonical:\n%s\nwant\n%s", got, want)
		}
	}
}

// Simple terms are valued by the engine of the language: what they are written as must parse, whatever they are.
func TestTermsAreWrittenInTheLanguage(t *testing.T) {
	t.Parallel()
	terms := rules.Terms{Currency: "KRW", HoldDays: 7, Components: []rules.Component{
		{ID: "a", Type: rules.PerUnit, Result: "sale", Amount: "1500"},
		{ID: "b-2", Type: rules.Percent, Result: "sale", Rate: "0.0001"},
		{ID: "c", Type: rules.Percent, Result: "upsell", Rate: "100%"},
		{ID: "d", Type: rules.PerUnit, Result: "appointment", Amount: "1"},
	}}
	for _, hold := range []int{0, 1, 365} {
		terms.HoldDays = hold
		p, err := rules.Compile(terms, "terms")
		if err != nil {
			t.Fatal(err)
		}
		got, err := rules.ParsePlan([]byte(p.Text(`The "plan": 7`, 3, "Asia/Seoul")))
		if err != nil || got.ID() != `The "plan": 7@3` || got.Currency != "KRW" {
			t.Fatalf("%+v (%v)\n%s", got, err, p.Text("x", 3, "Asia/Seoul"))
		}
	}
}
