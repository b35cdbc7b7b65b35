package flow

import (
	"slices"
	"time"
)

// Stages are the days on which a save is verified, and graceDays what an invoice may be late.
var stages = []int{30, 60, 90}

const (
	graceDays = 3
	day       = 24 * time.Hour
)

func stopClock(c *Case, e Event) string {
	if e.Data.ExpiresAt == nil || !e.Data.ExpiresAt.After(e.At) {
		return "say when the clock goes on"
	}
	c.resume, c.PauseUntil = c.State, *e.Data.ExpiresAt
	c.Pauses = append(c.Pauses, Interval{From: e.At})
	return ""
}

func resumeClock(c *Case, e Event) string {
	c.closePause(e.At)
	return ""
}

// closePause ends the running pause, never later than it was to last.
func (c *Case) closePause(at time.Time) {
	last := &c.Pauses[len(c.Pauses)-1]
	last.To = at
	if at.After(c.PauseUntil) {
		last.To = c.PauseUntil
	}
	c.PauseUntil, c.resume = time.Time{}, ""
}

func verify(c *Case, e Event) string {
	switch {
	case e.Data.Evidence == nil || !e.Data.Evidence.Passes():
		return "the evidence does not show a customer who stayed and pays"
	case c.Ref == "":
		return "a save without evidence of agreement is not verified"
	case e.At.Before(c.VerifyDue(stages[len(c.Stages)])):
		return "its day has not come"
	}
	c.Stages = append(c.Stages, stages[len(c.Stages)])
	c.Evidence = append(c.Evidence, *e.Data.Evidence)
	return ""
}

// VerifyDue is when a save is verified at a stage of 30, 60 or 90 days: that long after it was agreed, not counting
// pauses, and the grace for an invoice. While the clock stands still nothing is due: the answer counts the pause as
// lasting until it ends by itself.
func (c *Case) VerifyDue(stage int) time.Time { return c.dueWith(stage, nil) }

// dueWith is VerifyDue where billing knows of more pauses than the case; what both know of counts once.
func (c *Case) dueWith(stage int, more []Interval) time.Time {
	at := c.SavedAt.Add(time.Duration(stage) * day)
	for _, p := range Union(slices.Concat(c.pauses(), more)) { // in order: a pause after the due day does not move it
		if p.From.Before(c.SavedAt) {
			p.From = c.SavedAt
		}
		if p.From.Before(at) && p.From.Before(p.To) {
			at = at.Add(p.To.Sub(p.From))
		}
	}
	return at.Add(graceDays * day)
}

// pauses are the case's, the running one as long as it is to last.
func (c *Case) pauses() []Interval {
	out := slices.Clone(c.Pauses)
	if n := len(out); n > 0 && out[n-1].To.IsZero() {
		out[n-1].To = c.PauseUntil
	}
	return out
}

// PausedFor is how long the clock has stood still by now.
func (c *Case) PausedFor(now time.Time) time.Duration { return Paused(c.pauses(), c.SavedAt, now) }

// Union merges intervals that touch or overlap, in order; empty ones are left out.
func Union(all []Interval) []Interval {
	all = slices.DeleteFunc(slices.Clone(all), func(i Interval) bool { return !i.From.Before(i.To) })
	slices.SortFunc(all, func(a, b Interval) int { return a.From.Compare(b.From) })
	var out []Interval
	for _, i := range all {
		if n := len(out); n > 0 && !out[n-1].To.Before(i.From) {
			if i.To.After(out[n-1].To) {
				out[n-1].To = i.To
			}
			continue
		}
		out = append(out, i)
	}
	return out
}

// Paused is how much of the time between since and now the intervals cover together; what two cover counts once.
func Paused(all []Interval, since, now time.Time) time.Duration {
	var sum time.Duration
	for _, i := range Union(all) {
		from, to := i.From, i.To
		if from.Before(since) {
			from = since
		}
		if to.After(now) {
			to = now
		}
		if from.Before(to) {
			sum += to.Sub(from)
		}
	}
	return sum
}
