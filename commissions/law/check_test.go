package law

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"saveline/internal/money"
)

// clean are facts of one nonexempt person in a jurisdiction, about whom there is nothing to say.
func clean(jurisdiction, currency string) Facts {
	amount := func(minor int64) money.Amount { return money.Amount{Minor: minor, Currency: currency} }
	yes := true
	p := Person{
		ID: "101", Name: "Ana Ruiz", Jurisdiction: jurisdiction, Status: Nonexempt,
		Incentives: []Incentive{{
			Component: "save_bonus", Kind: Commission, Amount: amount(100_00), ByWeek: map[Date]money.Amount{"2026-09-06": amount(60_00), "2026-09-13": amount(40_00)},
			Basic13th: &yes, AvgWage: &yes,
		}},
		Signed: Signed{Signed: "2026-01-02", Received: "2026-01-02", FirstEarning: "2026-01-05"}, Basic: amount(120_000_00),
		Statement: Statement{Items: true, Hours: true},
	}
	for i := range 2 {
		p.Weeks = append(p.Weeks, Week{From: addDays("2026-09-06", 7*i), Hours: worked("40"), Wage: amount(800_00), Minimum: amount(7_25)})
	}
	return Facts{
		Period: Span{"2026-09-06", "2026-09-20"}, Cycle: Biweekly, Method: ByWeekEarned, Open: "2026-09-06", People: []Person{p},
		Control: Control{Calculator: "Ana P", Approver: "Ben P", PlanAuthors: []string{"Mia"}, PlanApprovers: []string{"Ben P"}, Payees: []string{"Ana Ruiz"}, Evidence: true, Totals: true},
		Costs:   []Contract{{ID: "K-1", Amount: amount(60_00), Term: 12, Start: "2026-09-06"}},
	}
}

// said are the findings of one rule, as "severity: sentence".
func said(r Report, rule string) (out []string) {
	for _, f := range r.Findings {
		if f.Rule == rule {
			out = append(out, string(f.Severity)+": "+f.Sentence)
		}
	}
	return out
}

func outcomeOf(r Report, rule string) Outcome {
	for _, v := range r.Verdicts {
		if v.Rule == rule {
			return v.Outcome
		}
	}
	return ""
}

func TestNothingIsFoundWhereNothingIsWrong(t *testing.T) {
	t.Parallel()
	for jurisdiction, currency := range map[string]string{"US-TX": "USD", "US-CA": "USD", "US-NY": "USD", "PH": "PHP", "KR": "KRW"} {
		r := Check(clean(jurisdiction, currency))
		for _, f := range r.Findings {
			if f.Severity != Advice {
				t.Errorf("%s: %s %s: %s", jurisdiction, f.Rule, f.Severity, f.Sentence)
			}
		}
		if len(r.Verdicts) != 18 {
			t.Errorf("%s: %d rules were looked at", jurisdiction, len(r.Verdicts))
		}
	}
	r := Check(clean("KR", "KRW"))
	for rule, want := range map[string]Outcome{"L1": NotRelevant, "L10": NotRelevant, "L14": NotRelevant, "L15": NotRelevant, "L16": Held, "L17": Held, "L18": Held} {
		if got := outcomeOf(r, rule); got != want {
			t.Errorf("in Korea %s is %s, want %s", rule, got, want)
		}
	}
	if r := Check(clean("US-CA", "USD")); outcomeOf(r, "L9") != Held || outcomeOf(r, "L13") != Held || outcomeOf(r, "L14") != NotRelevant {
		t.Errorf("in California: %+v", r.Verdicts)
	}
}

// overtime makes the first week one of 46 hours at 12.00 and the incentive 46.00 of that week.
func overtime(f *Facts) {
	p := &f.People[0]
	p.Weeks[0].Hours, p.Weeks[0].Overtime, p.Weeks[0].Wage, p.Weeks[0].Paid = worked("46"), worked("6"), usd(552_00), usd(36_00)
	p.Incentives[0].Amount, p.Incentives[0].ByWeek = usd(46_00), map[Date]money.Amount{"2026-09-06": usd(46_00)}
}

func clawed(c Clawback) func(*Facts, *Person) {
	return func(f *Facts, p *Person) {
		c.Component, c.Amount = "save_bonus", money.Amount{Minor: 7_50, Currency: f.Costs[0].Amount.Currency}
		if c.Amount.Currency == "KRW" {
			c.Amount.Minor = 750
		}
		p.Clawbacks = []Clawback{c}
	}
}

// What is lawful: chargebacks of advances on one's own sales, consent in Korea, the exemptions one cent above their limits.
func TestWhatIsAllowedIsNotFound(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rule, in string
		change   func(*Facts, *Person)
	}{
		"an advance of one's own": {"L11", "US-CA", clawed(Clawback{OwnSale: true, Clause: "clawback", State: "advance"})},
		"consent":                 {"L16", "KR", clawed(Clawback{Settlement: "consent"})},
		"an invoice":              {"L16", "KR", clawed(Clawback{Settlement: "invoice"})},
		"inside sales": {"L12", "US-CA", func(_ *Facts, p *Person) {
			p.Status, p.AsPaid = InsideSales, Share{Commissions: usd(435_01), All: usd(870_01), Hours: worked("80")}
		}},
		"7(i)": {"L8", "US-TX", func(f *Facts, p *Person) {
			overtime(f)
			p.Status, p.Share = Retail7i, Share{Span: Span{"2026-08-01", "2026-09-01"}, Commissions: usd(6), All: usd(10)}
			p.Weeks[0].Wage = usd(454_26)
		}},
		"all of the room for a draw": {"L9", "US-TX", func(_ *Facts, p *Person) { p.Draw.Recovered = usd(1120_00) }},
		"a leaver's draw forgiven":   {"L9", "US-TX", func(_ *Facts, p *Person) { p.Left, p.Draw = true, Draw{Owed: usd(5), WrittenOff: true} }},
		"additive bonuses":           {"L10", "US-CA", func(_ *Facts, p *Person) { p.Signed, p.Incentives[0].Kind = Signed{}, FlatSum }},
		"late into the open period":  {"L5", "US-TX", func(f *Facts, _ *Person) { f.Late = []Late{{Person: "101", Of: "2026-08-09", PostedTo: f.Open}} }},
	} {
		currency := map[string]string{"KR": "KRW"}[c.in]
		if currency == "" {
			currency = "USD"
		}
		f := clean(c.in, currency)
		c.change(&f, &f.People[0])
		if got := said(Check(f), c.rule); len(got) != 0 {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestRulesAreDated(t *testing.T) {
	t.Parallel()
	if n := len(InForce("2026-09-30")); n != 18 {
		t.Errorf("%d rules are in force, want 18", n)
	}
	for day, want := range map[Date]bool{"2018-03-04": false, "2018-03-05": true} {
		got := slices.ContainsFunc(InForce(day), func(r Rule) bool { return r.ID == "L13" })
		if got != want {
			t.Errorf("on %s L13 is in force: %v", day, got)
		}
	}
	for i, r := range Rules {
		if r.Source == "" || r.Title == "" || r.check == nil || r.ID != fmt.Sprintf("L%d", i+1) {
			t.Errorf("row %d is %+v", i, r)
		}
	}
}

func TestSomebodyOfNowhereIsSaid(t *testing.T) {
	t.Parallel()
	f := clean("", "USD")
	r := Check(f)
	if got := said(r, "facts"); len(got) != 1 || !strings.HasPrefix(got[0], "missing_facts: Ana Ruiz works in no place") {
		t.Errorf("%q", got)
	}
	if len(r.Blocking()) != 0 {
		t.Errorf("%+v", r.Blocking())
	}
}

func TestFindingsCarryTheirNumbersAndSource(t *testing.T) {
	t.Parallel()
	f := clean("US-TX", "USD")
	f.People[0].Weeks[1].Wage = usd(249_99)
	got := Check(f).Blocking()
	if len(got) != 1 || got[0].Version != "2017-10-12" || got[0].Person != "101" || !strings.Contains(got[0].Source, "hhgregg") || got[0].Jurisdiction != "US" {
		t.Fatalf("%+v", got)
	}
	if want := []Number{{"pay", "289.99"}, {"hours", "40.00"}, {"minimum", "7.25"}, {"least", "290.00"}}; !slices.Equal(got[0].Numbers, want) {
		t.Errorf("%v, want %v", got[0].Numbers, want)
	}
}

func TestAmortisation(t *testing.T) {
	t.Parallel()
	a := Amortise(Contract{ID: "K", Amount: usd(100_00), Term: 36, Start: "2026-09-01"})
	sum := money.Amount{}
	for _, m := range a.Monthly {
		sum = plus(sum, m)
	}
	if a.Treatment != Asset || sum != usd(100_00) || len(a.Monthly) != 36 || a.Monthly[0] != usd(2_78) || a.Monthly[35] != usd(2_77) {
		t.Errorf("%+v", a)
	}
	if a := Amortise(Contract{ID: "K", Amount: usd(-5), Term: 36, Start: "2026-09-01"}); a.Treatment != Asset || a.Monthly[0].Minor != -1 {
		t.Errorf("a clawback takes the asset back: %+v", a)
	}
	if a := Amortise(Contract{Amount: usd(5), Term: 12, Start: "2026-09-01"}); a.Treatment != Expense || len(a.Monthly) != 1 {
		t.Errorf("%+v", a)
	}
	if a := Amortise(Contract{Amount: usd(5), Term: 12}); a.Treatment != Unknown {
		t.Errorf("%+v", a)
	}
}

func TestRecordsAreKeptLongEnough(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]int{"US-NY": 6, "US-CA": 4, "US-TX": 3, "KR": 3, "PH": 3, "DE": HouseYears, "": HouseYears} {
		if got := RetentionYears(in); got != want || got > HouseYears {
			t.Errorf("%q keeps records for %d years, want %d", in, got, want)
		}
	}
}
