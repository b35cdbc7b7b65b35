package gaming

import (
	"slices"
	"time"
)

// Pattern is a way of gaming, by its number in the design's table.
type Pattern string

// The 14 patterns.
const (
	Phantom     Pattern = "phantom_save"     // 1
	Dropped     Pattern = "dropped_call"     // 2
	FakeCancel  Pattern = "fake_cancel"      // 3
	Immature    Pattern = "immature_save"    // 4
	Shrinking   Pattern = "denominator"      // 5
	NoIntent    Pattern = "no_intent"        // 6
	OpenPromise Pattern = "open_promise"     // 7
	Resaving    Pattern = "resaving"         // 8
	MaxFirst    Pattern = "max_discount"     // 9
	ReSign      Pattern = "resign"           // 10
	NotExecuted Pattern = "promise_not_kept" // 11
	Padding     Pattern = "upsell_padding"   // 12
	RubberStamp Pattern = "rubber_stamp"     // 13
	GateRush    Pattern = "gate_rush"        // 14
)

// trial is one occasion on which the pattern could have shown, and whether it did.
type trial struct {
	who  int64
	hit  bool
	base bool // an occasion of the person's own that says what is ordinary, and is no trial
	Evidence
}

// detector says what counts as an occasion of a pattern and what as the pattern. limit is in the unit of its rule.
type detector struct {
	pattern Pattern
	trials  func(b Book, limit int) []trial
}

// detectors are the table of the design. Each counts what is recorded anyway; none trusts what an agent says of itself.
var detectors = []detector{
	{Phantom, saves(func(_ Book, r Result, _ int) bool { return r.Objected || slices.Contains(disowned, r.Cause) })},
	{Dropped, talks(func(t Talk, limit int) bool {
		return t.HungUpBy == "agent" && t.Seconds <= limit && slices.Contains(undecided, t.Code)
	})},
	{FakeCancel, fakeCancels},
	{Immature, saves(func(_ Book, r Result, limit int) bool { return !r.EndedAt.IsZero() && within(r.At, r.EndedAt, limit) })},
	{Shrinking, talks(func(t Talk, _ int) bool { return slices.Contains(excluding, t.Code) })},
	{NoIntent, saves(func(_ Book, r Result, _ int) bool { return r.ByAgent && !r.Words })},
	{OpenPromise, saves(func(b Book, r Result, limit int) bool {
		return !r.PromiseSince.IsZero() && !r.PromiseSince.After(r.At) && !within(r.PromiseSince, b.Now, limit)
	})},
	{Resaving, resaves},
	{MaxFirst, firstOffers},
	{ReSign, kind("sale", func(r Result, limit int) bool { return !r.CancelledAt.IsZero() && within(r.CancelledAt, r.At, limit) })},
	{NotExecuted, promises},
	{Padding, kind("upsell", func(r Result, limit int) bool {
		removed := !r.RemovedAt.IsZero() && within(r.At, r.RemovedAt, limit)
		offset := !r.DiscountedAt.IsZero() && within(r.DiscountedAt, r.At, limit) && r.NetMinor <= 0
		return removed || offset
	})},
	{RubberStamp, approvals},
	{GateRush, gateRush},
}

// Codes of outcomes and of reversals.
var (
	disowned  = []string{"no_consent", "wrong"}
	undecided = []string{"callback", "other", "no_disposition"}
	excluding = []string{"other", "not_interested", "wrong_number", "do_not_call", "no_disposition"}
)

const day = 24 * time.Hour

// within reports whether b is not before a and at most so many days after it.
func within(a, b time.Time, days int) bool {
	return !b.Before(a) && b.Sub(a) <= time.Duration(days)*day
}

// evidence names the result as one whose pay is in question, unless its pay has been taken back already.
func (r Result) evidence() Evidence {
	e := Evidence{Kind: "result", ID: r.ID, Call: r.Call, Case: r.Case, At: r.At}
	if r.EndedAt.IsZero() {
		e.Result = r.ID
	}
	return e
}

func (t Talk) evidence() Evidence {
	return Evidence{Kind: "call", ID: t.Call, Call: t.Call, Case: t.Case, At: t.At}
}

func kind(of string, hit func(r Result, limit int) bool) func(Book, int) []trial {
	return func(b Book, limit int) []trial {
		var out []trial
		for _, r := range b.Results {
			if r.Kind == of {
				out = append(out, trial{who: r.Agent, hit: hit(r, limit), Evidence: r.evidence()})
			}
		}
		return out
	}
}

func saves(hit func(b Book, r Result, limit int) bool) func(Book, int) []trial {
	return func(b Book, limit int) []trial {
		return kind("save", func(r Result, limit int) bool { return hit(b, r, limit) })(b, limit)
	}
}

func talks(hit func(t Talk, limit int) bool) func(Book, int) []trial {
	return func(b Book, limit int) []trial {
		out := make([]trial, 0, len(b.Talks))
		for _, t := range b.Talks {
			out = append(out, trial{who: t.Agent, hit: hit(t, limit), Evidence: t.evidence()})
		}
		return out
	}
}

// fakeCancels are customers who were told that they are cancelled while their subscription only rests, and saves that rest
// likewise and of which nobody has paid since the rest was over. limit is in days that billing is given to catch up.
func fakeCancels(b Book, limit int) []trial {
	out := saves(func(b Book, r Result, limit int) bool {
		over := !r.SuspendedUntil.IsZero() && r.SuspendedUntil.Before(b.Now) && !within(r.SuspendedUntil, b.Now, limit)
		return over && !r.Paid
	})(b, limit)
	for _, c := range b.Cancels {
		e := Evidence{Kind: "case", ID: c.Case, Call: c.Call, Case: c.Case, At: c.At}
		out = append(out, trial{who: c.Agent, hit: c.Alive && c.Suspended && !within(c.At, b.Now, limit), Evidence: e})
	}
	return out
}

// resaves are saves of customers whom the same agent saved before, at most limit days ago.
func resaves(b Book, limit int) []trial {
	type pair struct{ agent, customer int64 }
	of := map[pair][]Result{}
	for _, r := range b.Results {
		if r.Kind == "save" {
			of[pair{r.Agent, r.Customer}] = append(of[pair{r.Agent, r.Customer}], r)
		}
	}
	return saves(func(_ Book, r Result, limit int) bool {
		return r.Customer != 0 && slices.ContainsFunc(of[pair{r.Agent, r.Customer}], func(before Result) bool {
			return before.ID != r.ID && before.At.Before(r.At) && within(before.At, r.At, limit)
		})
	})(b, limit)
}

// firstOffers are conversations that began with an offer which gives away limit (hundredths of a percent) or more. The
// pay in question is that of the save that came of it.
func firstOffers(b Book, limit int) []trial {
	saved := map[int64]int64{}
	for _, r := range b.Results {
		if r.Kind == "save" && r.EndedAt.IsZero() {
			saved[r.Call] = r.ID
		}
	}
	var out []trial
	for _, t := range b.Talks {
		if t.Shown {
			e := t.evidence()
			e.Result = saved[t.Call]
			out = append(out, trial{who: t.Agent, hit: t.FirstDepthBP >= limit, Evidence: e})
		}
	}
	return out
}

// promises are changes in billing that failed, or are not done limit hours after the promise or when the next invoice
// comes, whichever is first.
func promises(b Book, limit int) []trial {
	out := make([]trial, 0, len(b.Promises))
	for _, p := range b.Promises {
		due := p.At.Add(time.Duration(limit) * time.Hour)
		if !p.DueAt.IsZero() && p.DueAt.Before(due) {
			due = p.DueAt
		}
		done := p.AppliedAt
		if done.IsZero() {
			done = b.Now
		}
		e := Evidence{Kind: "grant", ID: p.Grant, Call: p.Call, Case: p.Case, Result: p.Result, At: p.At}
		out = append(out, trial{who: p.Agent, hit: p.Failed || done.After(due), Evidence: e})
	}
	return out
}

// approvals are a supervisor's answers; one given within limit seconds has not been read.
func approvals(b Book, limit int) []trial {
	out := make([]trial, 0, len(b.Approvals))
	for _, a := range b.Approvals {
		e := Evidence{Kind: "approval", ID: a.ID, Call: a.Call, Case: a.Case, At: a.At}
		hit := a.Approved && (a.Seconds <= limit || a.Approver == a.Agent)
		out = append(out, trial{who: a.Approver, hit: hit, Evidence: e})
	}
	return out
}

// gateRush are saves in the last limit days of the month. What is ordinary is how much of the agent's own work falls on
// these days: whoever works only then is not in a rush.
func gateRush(b Book, limit int) []trial {
	out := saves(func(_ Book, r Result, limit int) bool { return r.MonthDaysLeft < limit })(b, limit)
	for _, t := range b.Talks {
		out = append(out, trial{who: t.Agent, hit: t.MonthDaysLeft < limit, base: true})
	}
	return out
}
