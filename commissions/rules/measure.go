package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// How a measure makes one number of many events.
type fold string

const (
	foldCount  fold = "count"
	foldSum    fold = "sum"
	foldAvg    fold = "avg"
	foldMax    fold = "max"
	foldMin    fold = "min"
	foldMetric fold = "metric"
)

// measure is what a plan counts.
type measure struct {
	index      int
	name       string
	when       *condition
	fold       fold
	path       path
	metric     string // of metric events, or built in
	minSamples int
	money      bool // in minor units of the plan's currency
	ownID      bool // counts outcomes by their own id: each is one
	line       int
	sees       map[EventType]bool // nil: all
}

// incremental reports whether each event adds to the measure by itself, so that it can be paid event by event.
func (m *measure) incremental() bool { return m.fold == foldCount || m.fold == foldSum }

func (c *planCompiler) compileMeasures() {
	for _, name := range slices.Sorted(maps.Keys(c.doc.Measures)) {
		d := c.doc.Measures[name]
		m := &measure{index: len(c.measures), name: name, minSamples: d.MinSamples, line: d.Line}
		at := "measures." + name
		m.when = c.condition(at+".when", d.When)
		c.compileFold(m, d, at)
		c.f.Check(d.MinSamples >= 0, at+".min_samples", "must not be negative")
		m.sees = seenBy(m)
		c.measures = append(c.measures, m)
		c.byName[name] = m
	}
}

func (c *planCompiler) compileFold(m *measure, d measureDoc, at string) {
	given := 0
	for _, x := range []struct {
		fold  fold
		field string
	}{{foldCount, d.Count}, {foldSum, d.Sum}, {foldAvg, d.Avg}, {foldMax, d.Max}, {foldMin, d.Min}} {
		if x.field == "" {
			continue
		}
		given++
		m.fold, m.path = x.fold, c.path(at+"."+string(x.fold), x.field)
		if m.path.root != "" && x.fold != foldCount && m.path.field.read == nil {
			c.f.Addf(at+"."+string(x.fold), "%s is no number", x.field)
		}
	}
	if d.Metric != "" {
		given++
		m.fold, m.metric = foldMetric, d.Metric
		c.f.Check(d.When == "", at+".when", "a metric comes from outside and has no condition")
	}
	if given != 1 {
		c.f.Addf(at, "needs exactly one of count, sum, avg, max, min and metric (line %d)", d.Line)
	}
	m.money = m.fold != foldCount && m.path.field.money
	m.ownID = m.fold == foldCount && (m.path.text == "outcome.id" || m.path.text == "event.id" || m.path.text == "event.ref" && m.when.dependsOn("outcome"))
}

// seenBy says which types of events a measure looks at, by the variables it names.
func seenBy(m *measure) map[EventType]bool {
	uses := func(names ...string) bool {
		return slices.Contains(names, m.path.root) || m.when.dependsOn(names...)
	}
	switch {
	case m.fold == foldMetric:
		return map[EventType]bool{}
	case uses("outcome", "offer", "call"):
		return map[EventType]bool{EventOutcome: true}
	case uses("qa"):
		return map[EventType]bool{EventQA: true}
	case uses("survey"):
		return map[EventType]bool{EventSurvey: true}
	}
	return nil
}

func (m *measure) seesType(t EventType) bool { return m.sees == nil || m.sees[t] }

// builtIn are the numbers that every plan knows, made of hours, attendance, qa and survey events.
var builtIn = map[string]func(*tally) (num, int, string){
	"calls_per_hour":         callsPerHour,
	"attendance":             occurrences,
	"occurrences":            occurrences,
	"attendance_occurrences": occurrences,
	"attendance.occurrences": occurrences,
	"hours":                  func(t *tally) (num, int, string) { return t.work, t.shifts, "" },
	"hours.work":             func(t *tally) (num, int, string) { return t.work, t.shifts, "" },
	"hours.overtime":         func(t *tally) (num, int, string) { return t.overtime, t.shifts, "" },
	"hours.available":        func(t *tally) (num, int, string) { return t.available, t.shifts, "" },
	"hours.calls":            func(t *tally) (num, int, string) { return whole(t.calls), t.shifts, "" },
	"qa":                     func(t *tally) (num, int, string) { return t.qa.mean(), t.qa.n, "" },
	"qa.score":               func(t *tally) (num, int, string) { return t.qa.mean(), t.qa.n, "" },
	"survey":                 func(t *tally) (num, int, string) { return t.survey.mean(), t.survey.n, "" },
	"survey.score":           func(t *tally) (num, int, string) { return t.survey.mean(), t.survey.n, "" },
}

// occurrences are none until somebody notes one: they are never missing.
func occurrences(t *tally) (num, int, string) {
	return whole(t.occurrences), max(t.absences, 1), ""
}

// callsPerHour is calls by hours on the phone (staffed less available), to the nearest whole number.
func callsPerHour(t *tally) (num, int, string) {
	hours := t.work.sub(t.available)
	if t.shifts == 0 || hours.sign() <= 0 {
		return num{}, 0, ""
	}
	exact := whole(t.calls).div(hours)
	rounded := whole(exact.round("half_up"))
	return rounded, t.shifts, fmt.Sprintf("%d calls / (%s - %s) h = %s, rounded to %s", t.calls, t.work, t.available, exact.approx(3), rounded)
}

// tally sums what built-in numbers are made of, for one agent and period.
type tally struct {
	work, overtime, available num
	calls                     int64
	shifts, absences          int
	occurrences               int64
	qa, survey                mean
}

type mean struct {
	sum num
	n   int
}

func (m mean) mean() num {
	if m.n == 0 {
		return num{}
	}
	return m.sum.div(whole(int64(m.n)))
}

func (t *tally) take(e *Event) {
	switch b := e.Body.(type) {
	case *Hours:
		t.work, t.overtime, t.available = t.work.add(b.Work.v), t.overtime.add(b.Overtime.v), t.available.add(b.Available.v)
		t.calls += int64(b.Calls)
		t.shifts++
	case *Attendance:
		t.occurrences += int64(b.Occurrences)
		t.absences++
	case *Score:
		into := &t.survey
		if e.Type == EventQA {
			into = &t.qa
		}
		into.sum, into.n = into.sum.add(b.Score.v), into.n+1
	}
}

// lookUp finds a measure for a component or a gate: of the plan, or a number from outside by its name, or the team's.
func (c *planCompiler) lookUp(at, name string, outside bool) measureRef {
	if team, is := strings.CutPrefix(name, "team."); is {
		m := c.lookUp(at, team, outside)
		m.team = true
		return m
	}
	if m, ok := c.byName[name]; ok {
		return measureRef{m: m}
	}
	if !outside {
		if _, ok := builtIn[name]; !ok {
			c.f.Addf(at, "there is no measure %q", name)
			return measureRef{m: &measure{name: name, fold: foldMetric, metric: name}}
		}
	}
	m := &measure{index: len(c.measures), name: name, fold: foldMetric, metric: name, sees: map[EventType]bool{}}
	c.measures, c.byName[name] = append(c.measures, m), m
	return measureRef{m: m}
}

// measureRef is a measure of the agent, or its sum over the agent's team.
type measureRef struct {
	m    *measure
	team bool
}
