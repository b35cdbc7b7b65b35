package rules

import (
	"cmp"
	"slices"
	"time"
)

// Books are a whole history: what was posted at each close, what is open, and what was paid.
type Books struct {
	Lines []PayLine // posted, in the order of their keys
	Held  []PayLine
	Gaps  []PayGap
	Paid  []PaidRow
}

// PaidRow is what a pay run paid an agent. Carried is what was left over; less than zero is still to be recovered.
type PaidRow struct {
	Period, Agent, Currency string
	Paid, Carried           int64
}

// Replay goes through close and pay events in the order in which they were recorded. Each close posts what is known then;
// what is recorded later comes as corrections in the period that is open. A pay closes its period if nobody has.
//
// Codes: those of Compute.
func Replay(plans []*PayPlan, events []Event, h Horizon) (Books, error) {
	distinct, err := distinctEvents(events)
	if err != nil {
		return Books{}, err
	}
	marks := marksOf(distinct)
	var out Books
	run := replay{plans: plans, events: distinct, horizon: h, closedTo: map[string]Date{}, wallet: map[wallet]*purse{}, paid: map[int]bool{}}
	for _, m := range marks {
		if err := run.close(m); err != nil {
			return Books{}, err
		}
		if m.Type == EventPay {
			out.Paid = append(out.Paid, run.pay(m)...)
		}
	}
	pay, err := run.compute(time.Time{})
	if err != nil {
		return Books{}, err
	}
	out.Lines, out.Held, out.Gaps = slices.Concat(run.posted, pay.Lines), pay.Held, pay.Gaps
	if !slices.ContainsFunc(marks, func(e *Event) bool { return e.Type == EventPay }) {
		out.Paid = run.payAll(out.Lines)
	}
	out.Lines = inOrder(out.Lines)
	return out, nil
}

func marksOf(events []*Event) []*Event {
	var out []*Event
	for _, e := range events {
		if e.Type == EventClose || e.Type == EventPay {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b *Event) int { return cmp.Or(a.RecordedAt.Compare(b.RecordedAt), byTime(a, b)) })
	return out
}

// replay is the state between two closes.
type replay struct {
	plans    []*PayPlan
	events   []*Event
	horizon  Horizon
	posted   []PayLine
	closedTo map[string]Date
	closedAt time.Time
	wallet   map[wallet]*purse
	paid     map[int]bool // places in posted
}

// compute is what there is to post with what was known at a time; a zero time is now.
func (r *replay) compute(known time.Time) (Pay, error) {
	b := PayBook{Plans: r.plans, Horizon: r.horizon, Posted: r.posted, ClosedTo: r.closedTo, late: map[string][]*Event{}}
	owners := map[string][]string{}
	for _, e := range r.events {
		if !known.IsZero() && e.RecordedAt.After(known) {
			continue
		}
		b.Events = append(b.Events, *e)
		if o, ok := e.Body.(*Outcome); ok {
			owners[e.Ref] = o.agents(e.Agent)
		}
	}
	for i := range b.Events {
		e := &b.Events[i]
		if r.closedAt.IsZero() || !e.RecordedAt.After(r.closedAt) || e.Type == EventClose || e.Type == EventPay {
			continue
		}
		agents := []string{e.Agent}
		if list, ok := owners[e.Ref]; ok {
			agents = list
		}
		for _, a := range agents {
			b.late[a] = append(b.late[a], e)
		}
	}
	return Compute(b)
}

// close posts what is known and fixes the period and all before it.
func (r *replay) close(m *Event) error {
	pay, err := r.compute(m.RecordedAt)
	if err != nil {
		return err
	}
	ends := map[string]day{}
	for _, p := range r.plans {
		d, err := p.cal.parsePeriod(m.Body.(*PeriodMark).Period)
		if err != nil {
			return err
		}
		ends[p.Name] = p.cal.period(d).to
	}
	for _, l := range pay.Lines {
		posted, err := l.postedDay()
		if err == nil && posted < ends[l.Plan.Name] {
			r.posted = append(r.posted, l)
		}
	}
	for name, end := range ends {
		if had, ok := r.closedTo[name]; !ok || had < Date(end.String()) {
			r.closedTo[name], r.closedAt = Date(end.String()), m.RecordedAt
		}
	}
	return nil
}

// postedDay is a day of the period in which a line is posted.
func (l *PayLine) postedDay() (day, error) { return l.Plan.cal.parsePeriod(l.Period) }
