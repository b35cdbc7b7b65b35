package eligibility_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"saveline/internal/money"
	"saveline/retention/eligibility"
)

// quarter is 25 % off for three months: 60 dollars on an 80 dollar plan.
func quarter() eligibility.Offer {
	return eligibility.Offer{ID: 1, Version: 1, Code: "quarter_off", Family: "discount", PriceOff: true, Off: amount("60.00", "USD"), Cost: amount("60.00", "USD")}
}

func whys(v eligibility.Verdict) []eligibility.Why {
	out := []eligibility.Why{}
	for _, r := range v.Reasons {
		out = append(out, r.Why)
	}
	return out
}

func ago(days int) time.Time { return subject().At.AddDate(0, 0, -days) }

func budget(dec, currency string) *money.Amount { return new(amount(dec, currency)) }

func granted(g ...eligibility.Grant) func(*eligibility.Offer, *eligibility.Subject) {
	return func(_ *eligibility.Offer, s *eligibility.Subject) { s.History.Grants = g }
}

func must(c *eligibility.Condition, err error) *eligibility.Condition {
	if err != nil {
		panic(err)
	}
	return c
}

var guardrails = []struct {
	name string
	so   func(*eligibility.Offer, *eligibility.Subject)
	want eligibility.Why // "": eligible
	says string
}{
	{"nothing against it", func(*eligibility.Offer, *eligibility.Subject) {}, "", ""},
	{"begins tomorrow", func(o *eligibility.Offer, s *eligibility.Subject) { o.From = s.At.AddDate(0, 0, 1) }, eligibility.NotYet, "begins on 2026-11-25"},
	{"begins now", func(o *eligibility.Offer, s *eligibility.Subject) { o.From = s.At }, "", ""},
	{"ends now", func(o *eligibility.Offer, s *eligibility.Subject) { o.Until = s.At }, eligibility.Expired, "ended on 2026-11-24"},
	{"another state", func(o *eligibility.Offer, _ *eligibility.Subject) { o.Regions = []string{"US-TX", "KR"} }, eligibility.OutOfRegion, "not given in US-CA"},
	{"the whole country", func(o *eligibility.Offer, _ *eligibility.Subject) { o.Regions = []string{"US"} }, "", ""},
	{"declined before", func(_ *eligibility.Offer, s *eligibility.Subject) {
		s.History.Declined = []eligibility.Decline{{Offer: 1}}
	}, eligibility.DeclinedBefore, "declined it"},
	{"second step too early", func(o *eligibility.Offer, s *eligibility.Subject) {
		o.Ladder, o.Rung, s.History.Declined = "price", 2, []eligibility.Decline{{Offer: 5, Ladder: "other", Rung: 1}}
	}, eligibility.RungLocked, "step 1 was not declined"},
	{"second step unlocked", func(o *eligibility.Offer, s *eligibility.Subject) {
		o.Ladder, o.Rung, s.History.Declined = "price", 2, []eligibility.Decline{{Offer: 5, Ladder: "price", Rung: 1}}
	}, "", ""},
	{"third step after the first", func(o *eligibility.Offer, s *eligibility.Subject) {
		o.Ladder, o.Rung, s.History.Declined = "price", 3, []eligibility.Decline{{Offer: 5, Ladder: "price", Rung: 1}}
	}, eligibility.RungLocked, "step 2 was not declined"},
	{"past due", func(_ *eligibility.Offer, s *eligibility.Subject) { s.Subscription.PastDue = true }, eligibility.PastDue, "settle the payment"},
	{"past due, but no money off", func(o *eligibility.Offer, s *eligibility.Subject) { o.PriceOff, s.Subscription.PastDue = false, true }, "", ""},
	{"a discount is active", func(_ *eligibility.Offer, s *eligibility.Subject) { s.Subscription.DiscountActive = true }, eligibility.Stacking, "a discount is active"},
	{"and this one stacks", func(o *eligibility.Offer, s *eligibility.Subject) {
		o.Stacks, s.Subscription.DiscountActive = true, true
	}, "", ""},
	{"the family rests", granted(eligibility.Grant{Offer: 9, Family: "discount", At: ago(364)}), eligibility.FamilyCooldown, "possible after 365 days, on 2026-11-25"},
	{"the family has rested", granted(eligibility.Grant{Offer: 9, Family: "discount", At: ago(365)}), "", ""},
	{"the offer's own rest is longer", func(o *eligibility.Offer, s *eligibility.Subject) {
		o.CooldownDays, s.History.Grants = 500, []eligibility.Grant{{Family: "discount", At: ago(800)}, {Family: "discount", At: ago(400)}}
	}, eligibility.FamilyCooldown, "after 500 days"},
	{"any offer rests", granted(eligibility.Grant{Offer: 9, Family: "pause", At: ago(29)}), eligibility.AnyCooldown, "an offer on 2026-10-26"},
	{"any offer has rested", granted(eligibility.Grant{Offer: 9, Family: "pause", At: ago(30)}), "", ""},
	{"had it twice", func(o *eligibility.Offer, s *eligibility.Subject) {
		o.CustomerMax, s.History.Grants = 2, []eligibility.Grant{{Offer: 1, At: ago(900)}, {Offer: 1, At: ago(500)}}
	}, eligibility.CustomerMax, "2 times"},
	{"had it once", func(o *eligibility.Offer, s *eligibility.Subject) {
		o.CustomerMax, s.History.Grants = 2, []eligibility.Grant{{Offer: 1, At: ago(900)}, {Offer: 2, At: ago(500)}}
	}, "", ""},
	{"used up", func(o *eligibility.Offer, _ *eligibility.Subject) { o.Left = new(0) }, eligibility.UsedUp, "used up"},
	{"one left", func(o *eligibility.Offer, _ *eligibility.Subject) { o.Left = new(1) }, "", ""},
	{"the week's money is gone", func(o *eligibility.Offer, _ *eligibility.Subject) { o.BudgetLeft = budget("59.99", "USD") }, eligibility.OverBudget, "59.99 USD of this week's budget"},
	{"just enough", func(o *eligibility.Offer, _ *eligibility.Subject) { o.BudgetLeft = budget("60.00", "USD") }, "", ""},
	{"a budget in won", func(o *eligibility.Offer, _ *eligibility.Subject) { o.BudgetLeft = budget("60000", "KRW") }, eligibility.WrongCurrency, "cannot be compared"},
	{"discounts of a lifetime", func(_ *eligibility.Offer, s *eligibility.Subject) {
		s.Limits.DiscountMax, s.History.Grants = amount("100.00", "USD"), []eligibility.Grant{{Off: amount("40.01", "USD"), At: ago(900)}}
	}, eligibility.LifetimeMax, "would be 100.01 USD"},
	{"up to the limit", func(_ *eligibility.Offer, s *eligibility.Subject) {
		s.Limits.DiscountMax, s.History.Grants = amount("100.00", "USD"), []eligibility.Grant{{Off: amount("40.00", "USD"), At: ago(900)}}
	}, "", ""},
	{"a limit in won", func(_ *eligibility.Offer, s *eligibility.Subject) { s.Limits.DiscountMax = amount("1", "KRW") }, eligibility.WrongCurrency, "cannot be compared"},
	{"discounts in two currencies", func(_ *eligibility.Offer, s *eligibility.Subject) {
		s.Limits.DiscountMax, s.History.Grants = amount("100.00", "USD"), []eligibility.Grant{{Off: amount("40000", "KRW"), At: ago(900)}}
	}, eligibility.WrongCurrency, "cannot be added"},
	{"its condition", func(o *eligibility.Offer, _ *eligibility.Subject) {
		o.Condition = must(compiler.Compile(`customer.value_tier == "high" && customer.tenure_months > 6`))
	}, eligibility.ConditionFailed, "value tier must be high"},
}

func TestGuardrails(t *testing.T) {
	t.Parallel()
	for _, c := range guardrails {
		o, s := quarter(), subject()
		c.so(&o, &s)
		v := eligibility.Match([]eligibility.Offer{o}, s)[0]
		want := []eligibility.Why{}
		if c.want != "" {
			want = append(want, c.want)
		}
		if diff := cmp.Diff(want, whys(v)); diff != "" || v.Eligible != (c.want == "") {
			t.Errorf("%s: eligible %v (-want +got)\n%s", c.name, v.Eligible, diff)
		}
		if c.want != "" && len(v.Reasons) > 0 && !strings.Contains(v.Reasons[0].Sentence, c.says) {
			t.Errorf("%s: %q, want %q", c.name, v.Reasons[0].Sentence, c.says)
		}
	}
}

func TestMatchKeepsScriptOrderAndEveryReason(t *testing.T) {
	t.Parallel()
	a, b, c := quarter(), quarter(), quarter()
	a.ID, a.Code, a.Rank = 7, "pause", 2
	b.ID, b.Code, b.Rank, b.Left = 3, "half_off", 1, new(0)
	b.Condition = compiled(t, `customer.value_tier == "high" && case.reason == "moved"`)
	c.ID, c.Code, c.Rank = 5, "fix", 1
	got := eligibility.Match([]eligibility.Offer{a, b, c}, subject())
	var order []string
	for _, v := range got {
		order = append(order, v.Code)
	}
	if diff := cmp.Diff([]string{"half_off", "fix", "pause"}, order); diff != "" {
		t.Errorf("order (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]eligibility.Why{eligibility.UsedUp, eligibility.ConditionFailed, eligibility.ConditionFailed}, whys(got[0])); diff != "" {
		t.Errorf("reasons (-want +got)\n%s", diff)
	}
	if f := got[0].Reasons[2].Failed; f == nil || f.Clause != `case.reason == "moved"` || f.Fact != "case.reason" || f.Is != "competitor_price" {
		t.Errorf("which clause: %+v", f)
	}
	if !got[1].Eligible || !got[2].Eligible {
		t.Errorf("%+v", got[1:])
	}
}

func drawGrants(t *rapid.T, at time.Time) (out []eligibility.Grant) {
	for range rapid.IntRange(0, 4).Draw(t, "grants") {
		out = append(out, eligibility.Grant{
			Offer:  rapid.Int64Range(1, 3).Draw(t, "offer"),
			Family: rapid.SampledFrom([]string{"discount", "pause", "plan"}).Draw(t, "family"),
			At:     at.Add(-time.Duration(rapid.IntRange(0, 800*24).Draw(t, "hours ago")) * time.Hour),
			Off:    amount(rapid.SampledFrom([]string{"0", "20.00", "75.50"}).Draw(t, "off"), "USD"),
		})
	}
	return out
}

// Whatever came before, what Match lets through keeps the limits: no two grants of a family within its cool-down, and
// the discounts of all time under the cap.
func TestLimitsHoldAfterAnyHistory(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s, o := subject(), quarter()
		s.Limits.DiscountMax = amount("100.00", "USD")
		s.History.Grants = drawGrants(t, s.At)
		o.CustomerMax = rapid.IntRange(0, 2).Draw(t, "max")
		if !eligibility.Match([]eligibility.Offer{o}, s)[0].Eligible {
			return
		}
		sum, mine := int64(6000), 0
		for _, g := range s.History.Grants {
			sum += g.Off.Minor
			if g.Offer == o.ID {
				mine++
			}
			if days := s.At.Sub(g.At).Hours() / 24; days < 30 || g.Family == "discount" && days < 365 {
				t.Fatalf("given %v days after %+v", days, g)
			}
		}
		if sum > 10000 || o.CustomerMax > 0 && mine >= o.CustomerMax {
			t.Fatalf("%d cents of discounts, %d of it taken before", sum, mine)
		}
	})
}

// More history never makes an offer eligible that was not, except for the declines that unlock a ladder.
func TestMoreGrantsNeverHelp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s, o := subject(), quarter()
		s.Limits.DiscountMax = amount("150.00", "USD")
		s.History.Grants = drawGrants(t, s.At)
		before := eligibility.Match([]eligibility.Offer{o}, s)[0].Eligible
		s.History.Grants = slices.Concat(s.History.Grants, drawGrants(t, s.At))
		if after := eligibility.Match([]eligibility.Offer{o}, s)[0].Eligible; after && !before {
			t.Fatalf("eligible because of %+v", s.History.Grants)
		}
	})
}
