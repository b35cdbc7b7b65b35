package gaming

import (
	"fmt"

	"saveline/internal/errs"
)

// Rule is what a client's manager sets for one pattern.
type Rule struct {
	On      bool `json:"on"`
	Trials  int  `json:"trialsMin"` // occasions below which nobody is judged
	Hits    int  `json:"hitsMin"`   // times it must have shown
	BasisBP int  `json:"basisBp"`   // what is ordinary at least, in hundredths of a percent of the occasions
	Limit   int  `json:"limit"`     // in Unit of the pattern
}

// Rules are a client's.
type Rules struct {
	WindowDays int              `json:"windowDays"` // how far back is looked
	FalseBP    int              `json:"falseBp"`    // expected share of false findings, in hundredths of a percent (Benjamini-Hochberg's q)
	Patterns   map[Pattern]Rule `json:"patterns"`
}

// LimitRange is what a limit may be, and its unit: seconds, hours, days, basis_points; none: the pattern has no limit.
type LimitRange struct {
	Unit     string `json:"unit"`
	Min, Max int
}

// defaults are the thresholds of the design: 60 seconds, 30, 90 and 180 days, more than 25 % off.
var defaults = map[Pattern]struct {
	Rule
	LimitRange
}{
	Phantom:     {Rule{true, 8, 3, 300, 0}, LimitRange{"none", 0, 0}},
	Dropped:     {Rule{true, 15, 5, 1000, 60}, LimitRange{"seconds", 5, 600}},
	FakeCancel:  {Rule{true, 8, 3, 200, 14}, LimitRange{"days", 1, 120}},
	Immature:    {Rule{true, 10, 4, 1000, 30}, LimitRange{"days", 1, 90}},
	Shrinking:   {Rule{true, 12, 5, 500, 0}, LimitRange{"none", 0, 0}},
	NoIntent:    {Rule{true, 8, 3, 300, 0}, LimitRange{"none", 0, 0}},
	OpenPromise: {Rule{true, 8, 3, 300, 7}, LimitRange{"days", 1, 90}},
	Resaving:    {Rule{true, 8, 3, 300, 180}, LimitRange{"days", 7, 365}},
	MaxFirst:    {Rule{true, 12, 5, 1000, 2500}, LimitRange{"basis_points", 500, 10_000}},
	ReSign:      {Rule{true, 5, 3, 200, 90}, LimitRange{"days", 7, 365}},
	NotExecuted: {Rule{true, 8, 3, 200, 72}, LimitRange{"hours", 1, 1000}},
	Padding:     {Rule{true, 8, 3, 500, 90}, LimitRange{"days", 7, 365}},
	RubberStamp: {Rule{true, 15, 8, 500, 4}, LimitRange{"seconds", 1, 60}},
	GateRush:    {Rule{true, 12, 6, 1000, 3}, LimitRange{"days", 1, 10}},
}

// Limits of what can be set.
const (
	windowDaysDefault = 120
	windowDaysMin     = 14
	windowDaysMax     = 400
	falseBPDefault    = 100
	falseBPMin        = 1
	falseBPMax        = 2000
	countMax          = 10_000
	wholeBP           = 10_000
)

// Patterns are all of them, in the design's order.
func Patterns() []Pattern {
	out := make([]Pattern, 0, len(detectors))
	for _, d := range detectors {
		out = append(out, d.pattern)
	}
	return out
}

// RangeOf is the unit and the range of a pattern's limit.
func RangeOf(p Pattern) LimitRange { return defaults[p].LimitRange }

// Defaults are the rules of a client whose manager has set nothing.
func Defaults() Rules {
	out := Rules{WindowDays: windowDaysDefault, FalseBP: falseBPDefault, Patterns: map[Pattern]Rule{}}
	for p, d := range defaults {
		out.Patterns[p] = d.Rule
	}
	return out
}

// Validate names every fault. Every pattern needs its rule, and there are no others.
func (in Rules) Validate() error {
	var f errs.Faults
	f.Check(in.WindowDays >= windowDaysMin && in.WindowDays <= windowDaysMax, "windowDays", "from 14 to 400 days")
	f.Check(in.FalseBP >= falseBPMin && in.FalseBP <= falseBPMax, "falseBp", "from 1 (0.01 %) to 2000 (20 %)")
	f.Check(len(in.Patterns) == len(defaults), "patterns", "name each of the 14 patterns once")
	for _, p := range Patterns() {
		r, given := in.Patterns[p]
		at := "patterns." + string(p)
		f.Check(given, at, "this pattern has no rule")
		if given {
			r.check(&f, at, RangeOf(p))
		}
	}
	return f.Err()
}

func (r Rule) check(f *errs.Faults, at string, is LimitRange) {
	f.Check(r.Trials >= 1 && r.Trials <= countMax, at+".trialsMin", "from 1 to 10,000")
	f.Check(r.Hits >= 1 && r.Hits <= countMax, at+".hitsMin", "from 1 to 10,000")
	f.Check(r.BasisBP >= 1 && r.BasisBP < wholeBP, at+".basisBp", "from 1 (0.01 %) to 9999")
	f.Check(r.Limit >= is.Min && r.Limit <= is.Max, at+".limit", fmt.Sprintf("from %d to %d (%s)", is.Min, is.Max, is.Unit))
}
