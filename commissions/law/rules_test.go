package law

import (
	"slices"
	"strings"
	"testing"

	"saveline/internal/money"
)

// ruleCase changes clean facts of a jurisdiction so that a rule has something to say.
type ruleCase struct {
	rule, in string
	change   func(*Facts, *Person)
	want     string // severity: beginning of the sentence
}

func TestFederalRulesOnHours(t *testing.T) {
	t.Parallel()
	checkRules(t, map[string]ruleCase{
		"weeks without hours": {"L1", "US-TX", func(_ *Facts, p *Person) { p.Weeks = p.Weeks[:1] }, "missing_facts: Ana Ruiz has no hours for the workweeks of 2026-09-13"},
		"a week of no period": {"L1", "US-TX", func(_ *Facts, p *Person) { p.Incentives[0].ByWeek["2026-10-04"] = usd(1) }, "block: Ana Ruiz has save_bonus that belongs to no workweek"},
		"overtime, no wage": {"L2", "US-TX", func(f *Facts, p *Person) {
			overtime(f)
			p.Weeks[0].Wage = money.Amount{}
		}, "missing_facts: Ana Ruiz worked overtime in the week of 2026-09-06 and we do not know the wage"},
		"overtime paid short": {"L2", "US-TX", func(f *Facts, p *Person) {
			overtime(f)
			p.Weeks[0].Paid = usd(35_99)
		}, "warn: Ana Ruiz was paid 35.99 for the overtime of the week of 2026-09-06; half of the regular rate on the wage alone is 36.00"},
		"more overtime than hours":   {"L2", "US-TX", func(_ *Facts, p *Person) { p.Weeks[0].Overtime = worked("41") }, "block: Ana Ruiz has hours that cannot be"},
		"a true-up":                  {"L3", "US-TX", func(f *Facts, _ *Person) { overtime(f) }, "warn: Ana Ruiz has overtime in weeks that this incentive belongs to: 3.00 more is due"},
		"no method":                  {"L4", "US-TX", func(f *Facts, _ *Person) { f.Method = "" }, `block: The run says "" of how commissions are spread`},
		"weeks of earning not known": {"L4", "US-TX", func(_ *Facts, p *Person) { p.Incentives[0].ByWeek = nil }, "missing_facts: Ana Ruiz has save_bonus of which we do not know the weeks"},
		"a late debit in a closed one": {"L5", "US-TX", func(f *Facts, _ *Person) {
			f.Late = []Late{{Person: "101", Of: "2026-08-09", PostedTo: "2026-08-09", Amount: usd(-5_00)}}
		}, "block: Ana Ruiz has a correction of -5.00 for 2026-08-09 that is posted to 2026-08-09"},
		"another month's weeks": {"L6", "US-TX", func(_ *Facts, p *Person) { p.Incentives[0].ByWeek["2026-10-04"] = usd(7_00) }, "block: Ana Ruiz has 7.00 of save_bonus in the week of 2026-10-04"},
		"left out of the rate":  {"L7", "US-TX", func(_ *Facts, p *Person) { p.Incentives[0].Excluded = "a gift" }, "warn: Ana Ruiz has save_bonus outside of the regular rate (a gift)"},
	})
}

func TestFederalRulesOnExemptionsAndMinimums(t *testing.T) {
	t.Parallel()
	checkRules(t, map[string]ruleCase{
		"no status":             {"L8", "US-TX", func(_ *Facts, p *Person) { p.Status = "" }, "missing_facts: Ana Ruiz has no status"},
		"7(i) without a period": {"L8", "US-TX", func(_ *Facts, p *Person) { p.Status = Retail7i }, "missing_facts: Ana Ruiz is exempt under 7(i) and we do not know"},
		"7(i) by a week": {"L8", "US-TX", func(_ *Facts, p *Person) {
			p.Status, p.Share = Retail7i, Share{Span: Span{"2026-09-06", "2026-09-13"}, Commissions: usd(6), All: usd(10)}
		}, "block: Ana Ruiz is exempt under 7(i) by a representative period of 7 days"},
		"7(i) by exactly half": {"L8", "US-TX", func(_ *Facts, p *Person) {
			p.Status, p.Share = Retail7i, Share{Span: Span{"2026-08-01", "2026-09-01"}, Commissions: usd(5), All: usd(10)}
		}, "block: Ana Ruiz is exempt under 7(i) and only 0.05 of 0.10 came from commissions"},
		"7(i) at exactly 1.5 minimum wages": {"L8", "US-TX", func(f *Facts, p *Person) {
			overtime(f)
			p.Status, p.Share = Retail7i, Share{Span: Span{"2026-08-01", "2026-09-01"}, Commissions: usd(6), All: usd(10)}
			p.Weeks[0].Wage = usd(454_25) // with 46.00: 500.25 = 46 x 7.25 x 1.5
		}, "block: Ana Ruiz is exempt under 7(i) and was paid 500.25 for 46.00 hours"},
		"below the minimum": {"L9", "US-TX", func(_ *Facts, p *Person) { p.Weeks[1].Wage = usd(249_99) }, "block: Ana Ruiz was paid 289.99 for 40.00 hours in the week of 2026-09-13; the minimum is 290.00"},
		"too much of a draw": {"L9", "US-TX", func(_ *Facts, p *Person) {
			p.Draw.Recovered = usd(1120_01) // room: (860 - 290) + (840 - 290) = 1120.00
		}, "block: Ana Ruiz gives back 1120.01 of a draw; only 1120.00 lies above the minimum wage"},
		"a draw and hours not known": {"L9", "US-TX", func(_ *Facts, p *Person) { p.Draw.Recovered, p.Weeks = usd(1), nil }, "missing_facts: Ana Ruiz gives back 0.01 of a draw"},
		"a leaver's draw":            {"L9", "US-TX", func(_ *Facts, p *Person) { p.Left, p.Draw.Owed = true, usd(5_00) }, "block: Ana Ruiz has left and still owes 5.00 of a draw"},
	})
}

func TestStateRules(t *testing.T) {
	t.Parallel()
	checkRules(t, map[string]ruleCase{
		"California, not signed":   {"L10", "US-CA", func(_ *Facts, p *Person) { p.Signed.Signed = "" }, "block: Ana Ruiz has commissions and no signed plan"},
		"California, signed late":  {"L10", "US-CA", func(_ *Facts, p *Person) { p.Signed.Signed = "2026-01-06" }, "block: Ana Ruiz signed the plan on 2026-01-06, after the first earning of 2026-01-05"},
		"California, no receipt":   {"L10", "US-CA", func(_ *Facts, p *Person) { p.Signed.Received = "" }, "warn: Ana Ruiz has signed the plan and has not confirmed a copy"},
		"California, since when":   {"L10", "US-CA", func(_ *Facts, p *Person) { p.Signed = Signed{} }, "missing_facts: Ana Ruiz has commissions and we do not know since when"},
		"a pooled chargeback":      {"L11", "US-CA", clawed(Clawback{Clause: "clawback", State: "advance"}), "block: Ana Ruiz has a chargeback of 7.50 on save_bonus that is on no sale"},
		"a chargeback of nothing":  {"L11", "US-CA", clawed(Clawback{OwnSale: true, State: "advance"}), "block: Ana Ruiz has a chargeback of 7.50 on save_bonus that names no clause"},
		"a chargeback of earnings": {"L11", "US-CA", clawed(Clawback{OwnSale: true, Clause: "clawback", State: "earned"}), "block: Ana Ruiz has a chargeback of 7.50 on save_bonus that takes back what was earned"},
		"inside sales, half": {"L12", "US-CA", func(_ *Facts, p *Person) {
			p.Status, p.AsPaid = InsideSales, Share{Commissions: usd(1000_00), All: usd(2000_00), Hours: worked("80")}
		}, "block: Ana Ruiz is exempt as inside sales; of 2000.00 paid for 80.00 hours 1000.00 are commissions"},
		"inside sales, low pay": {"L12", "US-CA", func(_ *Facts, p *Person) {
			p.Status, p.AsPaid = InsideSales, Share{Commissions: usd(800_00), All: usd(870_00), Hours: worked("80")} // 80 x 7.25 x 1.5 = 870.00
		}, "block: Ana Ruiz is exempt as inside sales; of 870.00"},
		"inside sales, not known": {"L12", "US-CA", func(_ *Facts, p *Person) { p.Status = InsideSales }, "missing_facts: Ana Ruiz is exempt as inside sales and we do not know"},
		"a flat sum": {"L13", "US-CA", func(f *Facts, p *Person) {
			overtime(f)
			p.Incentives[0].Kind = FlatSum
		}, "warn: Ana Ruiz has save_bonus, a flat sum in California: overtime gets 10.35 on it instead of 3.00"}, // 46 / 40 x 1.5 x 6
		"a sum of no kind": {"L13", "US-CA", func(f *Facts, p *Person) {
			overtime(f)
			p.Incentives[0].Kind = ""
		}, "missing_facts: Ana Ruiz has save_bonus and we do not know whether it is a flat sum"},
		"New York, not signed": {"L14", "US-NY", func(_ *Facts, p *Person) { p.Signed.Signed = "" }, "block: Ana Ruiz has commissions and no signed plan"},
		"New York, terms":      {"L14", "US-NY", func(_ *Facts, p *Person) { p.Signed.Missing = []string{"how often draws are reconciled"} }, "warn: Ana Ruiz has a written plan that does not say how often draws are reconciled"},
	})
}

func TestNationalRules(t *testing.T) {
	t.Parallel()
	checkRules(t, map[string]ruleCase{
		"13th month, totals":   {"L15", "PH", func(*Facts, *Person) {}, "advice: Ana Ruiz has 100.00 that count to 13th-month pay and 0 that do not"},
		"13th month, no mark":  {"L15", "PH", func(_ *Facts, p *Person) { p.Incentives[0].Basic13th = nil }, "missing_facts: Ana Ruiz has save_bonus that nobody has marked"},
		"13th month, no basic": {"L15", "PH", func(_ *Facts, p *Person) { p.Basic = money.Amount{} }, "missing_facts: Ana Ruiz has no basic salary"},
		"Philippine minimum": {"L15", "PH", func(_ *Facts, p *Person) {
			p.Weeks[0].Wage, p.Weeks[0].Minimum = money.Amount{Minor: 100_00, Currency: "PHP"}, money.Amount{Minor: 80_00, Currency: "PHP"}
		}, "block: Ana Ruiz was paid 160.00 for 40.00 hours"},
		"Korea, netted":       {"L16", "KR", clawed(Clawback{OwnSale: true, Clause: "c", State: "advance", Settlement: "net"}), "block: Ana Ruiz has 750 of save_bonus taken out of wages"},
		"Korea, no mark":      {"L16", "KR", func(_ *Facts, p *Person) { p.Incentives[0].AvgWage = nil }, "missing_facts: Ana Ruiz has save_bonus that nobody has marked as counting to the average wage"},
		"Korea, no statement": {"L16", "KR", func(_ *Facts, p *Person) { p.Statement.Hours = false }, "missing_facts: Ana Ruiz needs a wage statement"},
		"Korea, a contractor": {"L16", "KR", func(_ *Facts, p *Person) { p.Status, p.Incentives[0].Amount.Minor = Contractor, 1_234_567 }, "advice: Ana Ruiz is a contractor: of 1234567 net, 37030 of income tax and 3700 of local tax are withheld"},
	})
}

func TestAccountingRules(t *testing.T) {
	t.Parallel()
	checkRules(t, map[string]ruleCase{
		"no term":                  {"L17", "US-TX", func(f *Facts, _ *Person) { f.Costs[0].Term = 0 }, "missing_facts: Commissions of 60.00 are on 1 contracts (the first is K-1) with no term"},
		"an asset":                 {"L17", "US-TX", func(f *Facts, _ *Person) { f.Costs[0].Term = 24 }, "advice: Commissions of 60.00 are on 1 contracts (the first is K-1) of more than a year"},
		"a renewal":                {"L17", "US-TX", func(f *Facts, _ *Person) { f.Costs[0].Renewal = true }, "missing_facts: Commissions of 60.00 are on 1 contracts (the first is K-1) that renew something"},
		"no contracts":             {"L17", "US-TX", func(f *Facts, _ *Person) { f.Costs = nil }, "missing_facts: No contracts"},
		"one person's run":         {"L18", "US-TX", func(f *Facts, _ *Person) { f.Control.Approver = "Ana P" }, "block: Ana P has calculated and approved this run"},
		"a payee's approval":       {"L18", "US-TX", func(f *Facts, _ *Person) { f.Control.Payees = []string{"Ben P"} }, "block: Ben P has approved a run that pays Ben P"},
		"an author's approval":     {"L18", "US-TX", func(f *Facts, _ *Person) { f.Control.PlanApprovers[0] = "Mia" }, "block: Mia has written and approved a plan"},
		"totals that do not agree": {"L18", "US-TX", func(f *Facts, _ *Person) { f.Control.Totals = false }, "block: The control totals"},
		"no evidence":              {"L18", "US-TX", func(f *Facts, _ *Person) { f.Control.Evidence = false }, "advice: The run has no evidence pack"},
		"nobody calculated":        {"L18", "US-TX", func(f *Facts, _ *Person) { f.Control.Calculator = "" }, "missing_facts: Nobody is known"},
	})
}

func checkRules(t *testing.T, cases map[string]ruleCase) {
	t.Helper()
	for name, c := range cases {
		currency := map[string]string{"PH": "PHP", "KR": "KRW"}[c.in]
		if currency == "" {
			currency = "USD"
		}
		f := clean(c.in, currency)
		c.change(&f, &f.People[0])
		r := Check(f)
		got := said(r, c.rule)
		if !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, c.want) }) {
			t.Errorf("%s: %s says %q, want %q", name, c.rule, got, c.want)
		}
		if outcome := outcomeOf(r, c.rule); outcome != Found && !strings.HasPrefix(c.want, "missing_facts") || outcome == Held {
			t.Errorf("%s: the outcome is %s", name, outcome)
		}
	}
}
