package gaming

import (
	"math"
	"math/big"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"
)

var now = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

const (
	gamer   = 1
	others  = 6 // colleagues, agents 2 to 7
	perDesk = 20
)

// desks is a book in which everybody did the same perDesk times; hits of the gamer's are changed by turn.
type desks struct {
	Book
	next int64
}

func (d *desks) id() int64 { d.next++; return d.next }

func ordinary() *desks {
	d := &desks{Book: Book{Now: now}}
	for agent := int64(1); agent <= 1+others; agent++ {
		for i := range perDesk {
			at := now.AddDate(0, 0, -40).Add(time.Duration(i) * time.Hour)
			call := d.id()
			d.Talks = append(d.Talks, Talk{
				Call: call, Case: call, Agent: agent, At: at, Seconds: 200, HungUpBy: "customer", Code: "lost", MonthDaysLeft: 15, Shown: true, FirstDepthBP: 1000,
			})
			d.Results = append(d.Results,
				Result{ID: d.id(), Call: call, Case: call, Agent: agent, Customer: d.id(), Kind: "save", At: at, Words: true, MonthDaysLeft: 15, Paid: true},
				Result{ID: d.id(), Call: call, Agent: agent, Kind: "sale", At: at},
				Result{ID: d.id(), Call: call, Agent: agent, Kind: "upsell", At: at, NetMinor: 500})
			d.Cancels = append(d.Cancels, Cancel{Case: d.id(), Agent: agent, At: at})
			d.Promises = append(d.Promises, Promise{Grant: d.id(), Agent: agent, At: at, AppliedAt: at.Add(time.Minute)})
			d.Approvals = append(d.Approvals, Approval{ID: d.id(), Approver: agent, Agent: 99, At: at, Seconds: 40, Approved: true})
		}
	}
	return d
}

// of are the gamer's first n results of a kind.
func (d *desks) of(kind string, n int, change func(r *Result)) {
	for i := range d.Results {
		if r := &d.Results[i]; r.Agent == gamer && r.Kind == kind && n > 0 {
			change(r)
			n--
		}
	}
}

func (d *desks) talks(n int, change func(t *Talk)) {
	for i := range d.Talks {
		if t := &d.Talks[i]; t.Agent == gamer && n > 0 {
			change(t)
			n--
		}
	}
}

// Each pattern fires on what it is about, and not on what only resembles it.
var cases = []struct {
	pattern    Pattern
	fire, near func(d *desks)
}{
	{
		Phantom,
		func(d *desks) {
			d.of("save", 6, func(r *Result) { r.Objected = true })
		},
		func(d *desks) {
			d.of("save", 6, func(r *Result) { r.EndedAt, r.Cause = r.At.AddDate(0, 0, 35), "moved" })
		},
	},
	{
		Dropped,
		func(d *desks) {
			d.talks(10, func(t *Talk) { t.HungUpBy, t.Seconds, t.Code = "agent", 60, "callback" })
		},
		func(d *desks) {
			d.talks(10, func(t *Talk) { t.HungUpBy, t.Seconds, t.Code = "agent", 61, "callback" })
		},
	},
	{
		FakeCancel,
		func(d *desks) {
			for i := range d.Cancels {
				d.Cancels[i].Alive, d.Cancels[i].Suspended = d.Cancels[i].Agent == gamer, true
			}
		},
		func(d *desks) {
			for i := range d.Cancels {
				d.Cancels[i].Suspended = true // and they are cancelled all the same
			}
		},
	},
	{
		Immature,
		func(d *desks) {
			d.of("save", 9, func(r *Result) { r.EndedAt = r.At.AddDate(0, 0, 30) })
		},
		func(d *desks) { d.of("save", 9, func(r *Result) { r.EndedAt = r.At.AddDate(0, 0, 31) }) },
	},
	{
		Shrinking,
		func(d *desks) { d.talks(8, func(t *Talk) { t.Code = "wrong_number" }) },
		func(d *desks) { d.talks(8, func(t *Talk) { t.Code = "callback" }) },
	},
	{
		NoIntent,
		func(d *desks) { d.of("save", 6, func(r *Result) { r.ByAgent, r.Words = true, false }) },
		func(d *desks) { d.of("save", 6, func(r *Result) { r.ByAgent = true }) },
	},
	{
		OpenPromise,
		func(d *desks) { d.of("save", 6, func(r *Result) { r.PromiseSince = r.At.Add(-time.Hour) }) },
		func(d *desks) { d.of("save", 6, func(r *Result) { r.PromiseSince = now.AddDate(0, 0, -7) }) },
	},
	{
		Resaving,
		func(d *desks) { d.of("save", 8, func(r *Result) { r.Customer = 7_000_000 }) },
		func(d *desks) {
			n := 0
			d.of("save", 8, func(r *Result) { r.Customer, r.At = 7_000_000, r.At.AddDate(0, 0, -181*n); n++ })
		},
	},
	{
		MaxFirst,
		func(d *desks) { d.talks(12, func(t *Talk) { t.FirstDepthBP = 2500 }) },
		func(d *desks) { d.talks(12, func(t *Talk) { t.FirstDepthBP = 2499 }) },
	},
	{
		ReSign,
		func(d *desks) { d.of("sale", 6, func(r *Result) { r.CancelledAt = r.At.AddDate(0, 0, -90) }) },
		func(d *desks) { d.of("sale", 6, func(r *Result) { r.CancelledAt = r.At.AddDate(0, 0, -91) }) },
	},
	{
		NotExecuted,
		func(d *desks) {
			for i := range d.Promises {
				if d.Promises[i].Agent == gamer && i%2 == 0 {
					d.Promises[i].AppliedAt = time.Time{}
				}
			}
		},
		func(d *desks) {
			for i := range d.Promises {
				d.Promises[i].AppliedAt = d.Promises[i].At.Add(72 * time.Hour)
			}
		},
	},
	{
		Padding,
		func(d *desks) {
			d.of("upsell", 8, func(r *Result) { r.DiscountedAt, r.NetMinor = r.At.AddDate(0, 0, -3), -100 })
		},
		func(d *desks) { d.of("upsell", 8, func(r *Result) { r.DiscountedAt = r.At.AddDate(0, 0, -3) }) },
	},
	{
		RubberStamp,
		func(d *desks) {
			for i := range d.Approvals {
				if d.Approvals[i].Approver == gamer {
					d.Approvals[i].Seconds = 2
				}
			}
		},
		func(d *desks) {
			for i := range d.Approvals {
				if d.Approvals[i].Approver == gamer {
					d.Approvals[i].Seconds, d.Approvals[i].Approved = 2, false
				}
			}
		},
	},
	{
		GateRush,
		func(d *desks) { d.of("save", 12, func(r *Result) { r.MonthDaysLeft = 1 }) },
		func(d *desks) { // who works only at the end of the month is in no rush
			d.of("save", perDesk, func(r *Result) { r.MonthDaysLeft = 1 })
			d.talks(perDesk, func(t *Talk) { t.MonthDaysLeft = 1 })
		},
	},
}

func TestEachPatternFires(t *testing.T) {
	t.Parallel()
	seen := map[Pattern]bool{}
	for _, c := range cases {
		seen[c.pattern] = true
		fire, near := ordinary(), ordinary()
		c.fire(fire)
		c.near(near)
		found := only(Find(fire.Book, Defaults()), c.pattern)
		if len(found) != 1 || found[0].Who != gamer {
			t.Errorf("%s does not fire on the gamer alone: %+v", c.pattern, found)
			continue
		}
		f := found[0]
		if len(f.Evidence) != f.Hits || f.PeerTrials == 0 || f.Chance > 0.01 {
			t.Errorf("%s: numbers %+v with %d pieces of evidence", c.pattern, f.Numbers, len(f.Evidence))
		}
		if found := only(Find(near.Book, Defaults()), c.pattern); len(found) != 0 {
			t.Errorf("%s fires on what only resembles it: %+v", c.pattern, found)
		}
	}
	for _, p := range Patterns() {
		if !seen[p] {
			t.Errorf("%s is not tried", p)
		}
	}
}

func TestOrdinaryDesksShowNothing(t *testing.T) {
	t.Parallel()
	if found := Find(ordinary().Book, Defaults()); len(found) != 0 {
		t.Fatalf("found %+v", found)
	}
	if found := Find(Book{}, Defaults()); len(found) != 0 {
		t.Fatalf("an empty book shows %+v", found)
	}
}

func only(all []Finding, p Pattern) (out []Finding) {
	for _, f := range all {
		if f.Pattern == p {
			out = append(out, f)
		}
	}
	return out
}

// The same book in another order gives the same findings.
func TestOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	const seed = 20261120
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 1))
	for _, c := range cases {
		d := ordinary()
		c.fire(d)
		want := Find(d.Book, Defaults())
		rnd.Shuffle(len(d.Talks), func(i, j int) { d.Talks[i], d.Talks[j] = d.Talks[j], d.Talks[i] })
		rnd.Shuffle(len(d.Results), func(i, j int) { d.Results[i], d.Results[j] = d.Results[j], d.Results[i] })
		rnd.Shuffle(len(d.Cancels), func(i, j int) { d.Cancels[i], d.Cancels[j] = d.Cancels[j], d.Cancels[i] })
		if got := Find(d.Book, Defaults()); !reflect.DeepEqual(got, want) {
			t.Fatalf("%s: another order finds %+v, not %+v", c.pattern, got, want)
		}
	}
}

// Where everybody behaves alike, at rates well above the rules' basis, the stated share of false findings holds.
func TestFalseFindings(t *testing.T) {
	t.Parallel()
	const seed, worlds = 7, 400
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 2))
	rules := Defaults()
	rules.FalseBP = 500
	found := 0
	for range worlds {
		b, rate := Book{Now: now}, 0.05+0.3*rnd.Float64()
		for agent := int64(1); agent <= 12; agent++ {
			for i := range 30 + rnd.IntN(40) {
				r := Result{ID: int64(i + 1), Agent: agent, Kind: "save", At: now.AddDate(0, 0, -50), Objected: rnd.Float64() < rate}
				b.Results = append(b.Results, r)
			}
		}
		if len(Find(b, rules)) > 0 {
			found++
		}
	}
	if share := float64(found) / worlds; share > 0.05 { // all null: any finding is a false one, so q bounds their share
		t.Fatalf("%.1f %% of the worlds without a gamer had a finding", 100*share)
	}
}

func TestRuleOffAndThresholds(t *testing.T) {
	t.Parallel()
	d := ordinary()
	cases[0].fire(d)
	rules := Defaults()
	r := rules.Patterns[Phantom]
	r.Hits = 7
	rules.Patterns[Phantom] = r
	if len(Find(d.Book, rules)) != 0 {
		t.Error("six hits count where seven are wanted")
	}
	r.Hits, r.Trials = 3, perDesk+1
	rules.Patterns[Phantom] = r
	if len(Find(d.Book, rules)) != 0 {
		t.Error("who has too few occasions is judged")
	}
	r.Trials, r.On = 8, false
	rules.Patterns[Phantom] = r
	if len(Find(d.Book, rules)) != 0 {
		t.Error("a rule that is off finds something")
	}
}

func TestRulesAreValidated(t *testing.T) {
	t.Parallel()
	if err := Defaults().Validate(); err != nil {
		t.Fatalf("the defaults: %v", err)
	}
	for _, bad := range []func(r *Rules){
		func(r *Rules) { r.WindowDays = 3 },
		func(r *Rules) { r.FalseBP = 0 },
		func(r *Rules) { delete(r.Patterns, ReSign) },
		func(r *Rules) { r.Patterns["another"] = Rule{true, 1, 1, 1, 0} },
		func(r *Rules) { r.Patterns[Dropped] = Rule{true, 5, 5, 100, 4} },
		func(r *Rules) { r.Patterns[Dropped] = Rule{true, 0, 5, 100, 60} },
	} {
		r := Defaults()
		bad(&r)
		if r.Validate() == nil {
			t.Errorf("%+v passes", r)
		}
	}
}

// exact is the tail in rational numbers.
func exact(n, hits int, num, den int64) float64 {
	sum, p, q := new(big.Rat), big.NewRat(num, den), big.NewRat(den-num, den)
	for k := hits; k <= n; k++ {
		term := new(big.Rat).SetInt(new(big.Int).Binomial(int64(n), int64(k)))
		for range k {
			term.Mul(term, p)
		}
		for range n - k {
			term.Mul(term, q)
		}
		sum.Add(sum, term)
	}
	f, _ := sum.Float64()
	return f
}

func TestTailIsExact(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n, hits  int
		num, den int64
	}{{1, 1, 1, 2}, {10, 3, 1, 20}, {40, 12, 1, 10}, {60, 60, 9, 10}, {25, 0, 1, 3}} {
		want := exact(c.n, c.hits, c.num, c.den)
		if got := Tail(c.n, c.hits, float64(c.num)/float64(c.den)); math.Abs(got-want) > 1e-12+1e-9*want {
			t.Errorf("%d or more of %d at %d/%d: %g, want %g", c.hits, c.n, c.num, c.den, got, want)
		}
	}
}

func FuzzTail(f *testing.F) {
	f.Add(10, 3, uint16(500))
	f.Add(10_000, 400, uint16(300))
	f.Fuzz(func(t *testing.T, n, hits int, bp uint16) {
		n, p := min(max(n, 0), 5000), float64(bp%wholeBP)/wholeBP
		hits = min(max(hits, 0), n)
		got, more := Tail(n, hits, p), Tail(n, hits+1, p)
		if !(got >= 0 && got <= 1) || more > got+1e-12 {
			t.Fatalf("%d or more of %d at %g: %g; one more: %g", hits, n, p, got, more)
		}
	})
}
