package eligibility_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/retention/eligibility"
)

var compiler = eligibility.NewCompiler()

func amount(dec, currency string) money.Amount {
	a, err := money.Parse(dec, currency)
	if err != nil {
		panic(err)
	}
	return a
}

// subject is a customer of two years who pays 80 dollars a month, with nothing against them.
func subject() eligibility.Subject {
	return eligibility.Subject{
		At:       time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC),
		Customer: eligibility.Customer{Country: "US", State: "US-CA", Language: "en", ValueTier: "mid", TenureMonths: 24},
		Subscription: eligibility.Subscription{
			Plan: "fiber", Status: "active", Term: "month_to_month", MRR: amount("80.00", "USD"), TenureMonths: 20,
		},
		Case:    eligibility.Case{Kind: "inbound", Reason: "competitor_price", Reasons: []string{"price", "competitor_price"}},
		History: eligibility.History{DaysSinceSave: eligibility.Never, DaysSinceOffer: eligibility.Never},
		Limits:  eligibility.DefaultLimits(),
	}
}

func compiled(t testing.TB, text string) *eligibility.Condition {
	t.Helper()
	c, err := compiler.Compile(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return c
}

func TestConditions(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{ // what fails, in words; "" holds
		``:                                                                     "",
		"  ":                                                                   "",
		`customer.tenure_months >= 12`:                                         "",
		`customer.tenure_months >= 36`:                                         "months as a customer must be at least 36; it is 24",
		`subscription.mrr >= money("80")`:                                      "",
		`subscription.mrr > money("80.00")`:                                    "the monthly price must be above 80.00; it is 80.00 USD",
		`subscription.mrr == money("80.0")`:                                    "",
		`subscription.mrr != money("80")`:                                      "the monthly price must not be 80; it is 80.00 USD",
		`subscription.mrr < money("80.001")`:                                   "subscription.mrr < money(\"80.001\") could not be answered",
		`money("1.5") < money("1.51")`:                                         "",
		`subscription.mrr > history.discount_lifetime`:                         "",
		`!subscription.past_due`:                                               "",
		`subscription.past_due`:                                                "payment is past due must be yes; it is no",
		`subscription.plan in ["basic", "gold"]`:                               "the plan must be one of basic, gold; it is fiber",
		`subscription.plan in ["basic", "fiber"]`:                              "",
		`"price" in case.reasons`:                                              "",
		`case.reasons.exists(r, r == "moved")`:                                 "this does not hold: case.reasons.exists(r, r == \"moved\")",
		`case.reason.startsWith("competitor")`:                                 "",
		`history.days_since_offer > 30`:                                        "",
		`customer.tenure_months > 100 || customer.value_tier == "mid"`:         "",
		`customer.value_tier == "high"`:                                        "the customer's value tier must be high; it is mid",
		`customer.tenure_months / (customer.tenure_months - 24) > 1`:           "could not be answered: division by zero",
		`customer.tenure_months > 12 && !(customer.state == "US-CA")`:          "this does not hold: !(customer.state == \"US-CA\")",
		`customer.tenure_months > 12 && subscription.mrr >= money("100.00")`:   "the monthly price must be at least 100.00; it is 80.00 USD",
		`customer.country == "KR" && subscription.plan == "gold" && 1 + 1 < 3`: "the customer's country must be KR; it is US\nthe plan must be gold; it is fiber",
	} {
		var got []string
		for _, f := range compiled(t, text).Holds(subject()) {
			got = append(got, f.Sentence)
		}
		said := strings.Join(got, "\n")
		if (want == "") != (said == "") || !strings.Contains(said, want) {
			t.Errorf("%s: %q, want %q", text, said, want)
		}
	}
}

func TestMoneyIsComparedInTheSubscriptionsCurrency(t *testing.T) {
	t.Parallel()
	won := subject()
	won.Subscription.MRR = amount("39000", "KRW")
	if f := compiled(t, `subscription.mrr >= money("30000")`).Holds(won); f != nil {
		t.Errorf("39,000 won: %v", f)
	}
	if f := compiled(t, `subscription.mrr >= money("30000.50")`).Holds(won); len(f) != 1 || !strings.Contains(f[0].Sentence, "at most 0 decimals") {
		t.Errorf("half a won: %v", f)
	}
	won.History.Grants = []eligibility.Grant{{Off: amount("5.00", "USD")}, {Off: amount("9000", "KRW")}}
	if f := compiled(t, `history.discount_lifetime == money("9000")`).Holds(won); f != nil {
		t.Errorf("discounts in won: %v", f)
	}
	unknown := subject()
	unknown.Subscription.MRR = money.Amount{}
	if f := compiled(t, `subscription.mrr >= money("0")`).Holds(unknown); len(f) != 1 {
		t.Error("a price nobody knows is compared")
	}
}

func TestFaultsSayWhatToDo(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`customer.tenure > 6`:                                        `column 9: there is no fact or function "customer.tenure"; did you mean customer.tenure_months?`,
		`tenure_month > 6`:                                           `there is no fact or function "tenure_month"; did you mean customer.tenure_months?`,
		`subscription.mrr > 25`:                                      `column 18: > cannot be used with money and whole number; write amounts as money("25.00")`,
		`subscription.mrr > "25"`:                                    `> cannot be used with money and text; write amounts`,
		`customer.tenure_months > "6"`:                               "> cannot be used with whole number and text",
		`customer.tenure_months > 6.5`:                               "write numbers without decimals",
		`double(customer.tenure_months) > 6.0`:                       "write numbers without decimals",
		`customer.tenure_months`:                                     "a condition must be true or false, and this is a whole number",
		`subscription.mrr`:                                           "and this is a money",
		`subscription.mrr > money("a few")`:                          `money("a few") is no amount`,
		`subscription.mrr > money("0.12345")`:                        `is no amount`,
		`subscription.mrr > money(customer.state)`:                   "write an amount out",
		`customer.tenure_months > `:                                  "this cannot be read",
		"customer.tenure_months > 6 &&\n  moved":                     `line 2, column 3: there is no fact or function "moved"`,
		strings.Repeat("!", 3000) + "true":                           "this cannot be read",
		strings.Repeat("(", 300) + "true" + strings.Repeat(")", 300): "this cannot be read",
	} {
		_, err := compiler.Compile(text)
		var e *errs.Error
		if !errors.As(err, &e) || e.Code != errs.Invalid || len(e.Fields) == 0 || e.Fields[0].Path != "condition" || !strings.Contains(e.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

func TestACostlyConditionIsNotAnswered(t *testing.T) {
	t.Parallel()
	s := subject()
	s.Case.Reasons = slices.Repeat([]string{strings.Repeat("a", 100)}, 200)
	costly := compiled(t, `case.reasons.all(a, case.reasons.all(b, case.reasons.all(c, a + b + c != "x")))`)
	if f := costly.Holds(s); len(f) != 1 || !strings.Contains(f[0].Sentence, "cost limit exceeded") {
		t.Errorf("%v", f)
	}
}

func TestFactsAreDocumented(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, f := range eligibility.Facts() {
		if seen[f.Name] || f.Doc == "" || !strings.Contains(f.Name, ".") {
			t.Errorf("%+v is there twice, or says nothing", f)
		}
		seen[f.Name] = true
		text := map[string]string{
			eligibility.Text: ` != "x"`, eligibility.Number: ` >= 0`, eligibility.YesNo: ` == true || true`,
			eligibility.Money: ` >= money("0")`, eligibility.Texts: ` != []`,
		}[f.Type]
		if failed := compiled(t, f.Name+text).Holds(subject()); failed != nil {
			t.Errorf("%s: %v", f.Name, failed)
		}
	}
}

// FuzzCompile: any text is either refused with a sentence or answered, and a condition holds as a whole exactly when
// none of its clauses fails.
func FuzzCompile(f *testing.F) {
	for _, seed := range []string{
		`customer.tenure_months > 6 && subscription.mrr >= money("25.00")`, `!(subscription.past_due || case.reason in ["a", "b"])`,
		`case.reasons.exists(r, r == "moved") ? true : history.saves == 0`, `money("1") == money("1.0") && 1/0 > 0`, `"\xff" == "a"`, `b"\xff" == b"a"`,
		`[1, 2].all(x, x > 0 && x < 3) && has(customer.state)`, `duration("1h") > duration("1m") && timestamp(0) < timestamp(1)`, "true\n&& /*", `-1 < 2 && 1u < 2u`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := compiler.Compile(text)
		if err != nil {
			if !errs.Is(err, errs.Invalid) || err.Error() == "" {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		s := subject()
		s.Subscription.PastDue = len(text)%2 == 0
		failed := c.Holds(s)
		whole, err := compiler.Compile("(" + text + "\n) == true") // one clause
		if err != nil {
			return // longer or deeper than allowed, or the bracket closes something else
		}
		if holds := whole.Holds(s) == nil; holds != (failed == nil) {
			t.Fatalf("%q as a whole %v, by clauses %v", text, holds, failed)
		}
	})
}
