package rules_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"saveline/commissions/rules"
)

func planText(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "cases", name, "plan.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

const shortPlan = `plan: short
currency: USD
calendar: {pay: monthly, tz: UTC}
measures:
  saves: {when: 'outcome.type == "save"', count: outcome.id}
components:
  - {id: save_bonus, type: per_unit, measure: saves, amount: "15.00"}
`

func TestCheckTextSaysWhere(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		text         string
		line, column int
		says         string
	}{
		"a colon without its space":  {strings.Replace(shortPlan, "currency: USD", "currency:USD", 1), 2, 1, "not YAML"},
		"a bare number":              {strings.Replace(shortPlan, `"15.00"`, "15.00", 1), 7, 54, "quotes"},
		"an unknown key":             {shortPlan + "hold: 3\n", 8, 1, "unknown key"},
		"a measure that is not":      {strings.Replace(shortPlan, "measure: saves", "measure: sales", 1), 7, 38, "no measure"},
		"a condition that is wrong":  {strings.Replace(shortPlan, "outcome.type", "outcome.kind", 1), 5, 11, "outcome"},
		"a key that is not there":    {strings.Replace(shortPlan, "currency: USD\n", "", 1), 1, 1, "missing"},
		"a minimum number of saves":  {shortPlan + "gates: [{id: least, metric: saves, gte: \"10\", applies_to: [save_bonus], else: zero}]\n", 8, 9, "least number of saves"},
		"a whole tier has its cliff": {shortPlan + wholeTiers, 13, 42, "changes pay by"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := rules.CheckText([]byte(tt.text))
			for _, f := range c.Findings {
				if strings.Contains(f.Message, tt.says) {
					if f.Line != tt.line || f.Column != tt.column {
						t.Errorf("%s is at %d:%d, want %d:%d", f, f.Line, f.Column, tt.line, tt.column)
					}
					return
				}
			}
			t.Errorf("no finding says %q: %v", tt.says, c.Findings)
		})
	}
}

const wholeTiers = `  - id: many
    type: tiered
    measure: saves
    axis: count
    mode: whole
    tiers: [{from: "0", amount: "5.00"}, {from: "10", amount: "8.00"}]
`

func TestCheckedDocumentIsThePlan(t *testing.T) {
	t.Parallel()
	text := planText(t, "trace")
	c := rules.CheckText(text)
	if c.Blocked() || !json.Valid(c.Document) {
		t.Fatalf("the trace is refused: %v\n%s", c.Findings, c.Document)
	}
	again, err := rules.ParsePlan(c.Document) // JSON is YAML
	if err != nil || again.SHA != c.Plan.SHA {
		t.Errorf("the document is another plan: %v", err)
	}
	want := rules.PlanNeeds{Results: []string{"save", "upsell"}, Numbers: []string{"qa"}, Fields: []string{"offer.campaign", "call.start", "outcome.confirmed_days"}}
	if diff := cmp.Diff(want, c.Needs); diff != "" {
		t.Error(diff)
	}
	bad := rules.CheckText([]byte(strings.Replace(shortPlan, `"15.00"`, `"15.001"`, 1)))
	if !bad.Blocked() || bad.Document == nil {
		t.Error("a form has nothing to show while one amount is wrong")
	}
}

func TestCliffsSayHowMuchHangs(t *testing.T) {
	t.Parallel()
	c := rules.CheckText(planText(t, "quota-whole"))
	for _, f := range c.Findings {
		if f.Rule == "cliff" && f.Hangs != nil && f.Hangs.Amount.Minor > 0 && f.Hangs.On != "" {
			return
		}
	}
	t.Errorf("no cliff with its amount: %v", c.Findings)
}

func TestExampleIsTheWorkedTrace(t *testing.T) {
	t.Parallel()
	p, err := rules.ParsePlan(planText(t, "trace"))
	if err != nil {
		t.Fatal(err)
	}
	pay, err := rules.RunExample(p, rules.PlanExample{
		Day: "2026-03-10",
		Results: []rules.ExampleResult{
			{Kind: "save", Count: 34},
			{Kind: "save", Count: 6, At: "23:00"},
			{Kind: "upsell", Count: 8, Value: "2050.00", Campaign: "winback"},
		},
		Numbers: []rules.ExampleNumber{{Name: "qa", Value: "88.4", Samples: 6}},
	})
	if err != nil {
		t.Fatal(err)
	}
	// 600.00 + 9.00 + 1,015.00, and the first prize of 200.00, for nobody else takes part
	if pay.Total.String() != "1824.00" || !pay.AloneWins || len(pay.Gaps)+len(pay.Held) > 0 {
		t.Errorf("the trace comes to %s (%v %v)", pay.Total, pay.Gaps, pay.Held)
	}
	for _, l := range pay.Lines {
		if len(l.Why.From) == 0 {
			t.Errorf("%s has no explanation", l.Component)
		}
	}
}

func TestExampleOfEveryCaseAnswers(t *testing.T) {
	t.Parallel()
	dirs, err := filepath.Glob("testdata/cases/*/plan.yaml")
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, path := range dirs {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		c := rules.CheckText(text)
		if c.Plan == nil {
			continue
		}
		x := rules.PlanExample{Day: "2026-03-02"}
		for _, kind := range c.Needs.Results {
			x.Results = append(x.Results, rules.ExampleResult{Kind: kind, Count: 3, Value: "100.00", Depth: "10"})
		}
		for _, n := range c.Needs.Numbers {
			x.Numbers = append(x.Numbers, rules.ExampleNumber{Name: n, Value: "90", Samples: 5})
		}
		if _, err := rules.RunExample(c.Plan, x); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestExampleHasLimits(t *testing.T) {
	t.Parallel()
	p, err := rules.ParsePlan([]byte(shortPlan))
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []rules.PlanExample{
		{Day: "soon"},
		{Day: "2026-03-02", Results: []rules.ExampleResult{{Kind: "save", Count: 201}}},
		{Day: "2026-03-02", Results: []rules.ExampleResult{{Kind: "gift", Count: 1}}},
		{Day: "2026-03-02", Numbers: []rules.ExampleNumber{{Value: "1"}}},
		{Day: "2026-03-02", Results: make([]rules.ExampleResult, 21)},
	} {
		if _, err := rules.RunExample(p, x); err == nil {
			t.Errorf("%+v is taken", x)
		}
	}
}
