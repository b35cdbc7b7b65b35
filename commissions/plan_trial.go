package commissions

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/errs"
)

// Trial asks what a plan would have paid some people, had it been in force instead of what was.
type Trial struct {
	Client   auth.ClientID
	Plan     string        // the name of the plan that the candidate stands for
	Text     string        // the candidate in the language of plans
	From, To rules.Date    // the days that count, [From, To)
	Users    []auth.UserID // nobody: who was on the plan of that name in those days
	Progress func(share float64)
}

// PlanTrial is what came of a trial: of everything that is known at its time. Nothing of it is posted.
type PlanTrial struct {
	Users           []auth.UserID // who was tried on the candidate
	Actual, Instead TrialSide
}

// TrialSide is what everybody is paid one way.
type TrialSide struct {
	Sums  []TrialSum // by person, month, component and currency
	Held  []TrialSum // what gates hold
	Gaps  []rules.PayGap
	Edges []TrialEdge // of the people tried
}

// TrialSum is what one component pays one person in a month.
type TrialSum struct {
	TrialKey
	Minor int64
	Lines int
}

// TrialKey says of what a sum is.
type TrialKey struct {
	User      auth.UserID
	Month     rules.Date
	Component string
	Currency  string
}

// TrialEdge is a threshold that somebody came to.
type TrialEdge struct {
	rules.Edge
	User auth.UserID
}

// tried is added to the candidate's name, so that the plan and what is tried in its place stand side by side.
const tried = " (tried)"

// TryPlan values everybody's work by the plans in force, and by a candidate in the place of one for the people tried; what they
// share with others (contests, teams, leads) moves with them. Both are of one instant. It writes nothing.
//
// Codes: not_found (another's client), invalid (nobody to try it on; a plan that cannot be computed).
func (s *Service) TryPlan(ctx context.Context, by auth.Actor, in Trial) (PlanTrial, error) {
	client, err := by.ClientFor(in.Client)
	if err != nil {
		return PlanTrial{}, err
	}
	read, err := s.readInputs(ctx, client)
	if err != nil {
		return PlanTrial{}, err
	}
	return s.try(ctx, read, in)
}

// try is TryPlan of what has been read.
func (s *Service) try(ctx context.Context, read inputs, in Trial) (out PlanTrial, err error) {
	w := read.work
	candidate, err := rules.ParsePlan([]byte(in.Text))
	if err != nil {
		return out, err
	}
	candidate.Name = planKey(in.Plan) + tried
	if out.Users = in.Users; len(out.Users) == 0 {
		out.Users = w.onPlan(in.Plan, in.From, in.To)
	}
	if len(out.Users) == 0 {
		return out, errs.Newf(errs.Invalid, "nobody was on this plan from %s to %s: name the people that it is meant for", in.From, in.To)
	}
	t := trying{in: in, now: s.now(), events: read.events, watched: out.Users}
	if len(w.Plans) > 0 {
		if out.Actual, err = t.side(ctx, w, w.Plans); err != nil {
			return out, fmt.Errorf("the plans in force: %w", err)
		}
	}
	other, err := w.instead(candidate.Name, in, out.Users)
	if err != nil {
		return out, err
	}
	t.begun = sideShare
	out.Instead, err = t.side(ctx, other, append(slices.Clone(w.Plans), candidate))
	return out, err
}

// onPlan are the people who were on a plan on some of the days [from, to).
func (w *Workbook) onPlan(name string, from, to rules.Date) []auth.UserID {
	var out []auth.UserID
	for _, r := range w.assigned {
		if r.Plan == name && r.From < to && (r.Until == "" || r.Until > from) {
			out = append(out, r.User)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// instead is the workbook with people on the candidate. Who was chosen by being on the plan is on the candidate for those
// days; who was named, whenever they were on any plan, and else from the first day on.
func (w *Workbook) instead(candidate string, in Trial, users []auth.UserID) (*Workbook, error) {
	other := *w
	other.rules = slices.DeleteFunc(slices.Clone(w.rules), func(e rules.Event) bool {
		return e.Type == rules.EventAssignment && slices.Contains(users, userOf(e.Agent))
	})
	named := len(in.Users) > 0
	placed := map[auth.UserID]bool{}
	for _, r := range w.assigned {
		if !slices.Contains(users, r.User) {
			continue
		}
		switch {
		case named || r.Plan == in.Plan:
			placed[r.User] = placed[r.User] || r.From < in.To && (r.Until == "" || r.Until > in.From)
			if err := other.assignTo(r, candidate); err != nil {
				return nil, err
			}
		case w.approves(r.Plan):
			if err := other.assignTo(r, planKey(r.Plan)); err != nil {
				return nil, err
			}
		}
	}
	for _, u := range users {
		if placed[u] {
			continue
		}
		if err := other.assignTo(assignedRow{User: u, From: in.From, Until: in.To}, candidate); err != nil {
			return nil, err
		}
	}
	return &other, nil
}

// sideShare is the part of a trial that each of its sides is.
const sideShare = 0.5

// trying is a trial under way.
type trying struct {
	in      Trial
	now     time.Time
	events  []*rules.Event
	watched []auth.UserID
	begun   float64 // of the whole
}

// side values everybody one way.
func (t *trying) side(ctx context.Context, w *Workbook, plans []*rules.PayPlan) (out TrialSide, err error) {
	r, err := w.Rulebook(plans, t.now)
	if err != nil {
		return out, err
	}
	all := r.GroupByAgent(t.events)
	team, err := shared(r, all)
	if err != nil {
		return out, err
	}
	sums, held := map[TrialKey]TrialSum{}, map[TrialKey]TrialSum{}
	agents := sortedKeys(all)
	for i, agent := range agents {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		user := userOf(agent)
		if user == 0 {
			continue
		}
		pay, edges, err := r.AgentEdges(agent, all[agent], team)
		if err != nil {
			return out, errs.Wrap(err, "pay of "+agent)
		}
		pay.Lines = slices.DeleteFunc(pay.Lines, func(l rules.PayLine) bool { return l.OfBucket() && l.At.After(t.now) })
		t.add(sums, user, pay.Lines)
		t.add(held, user, pay.Held)
		out.take(t, w, user, pay.Gaps, edges)
		if t.in.Progress != nil {
			t.in.Progress(t.begun + sideShare*float64(i+1)/float64(len(agents)))
		}
	}
	out.Sums, out.Held = inKeys(sums), inKeys(held)
	return out, nil
}

func (t *trying) add(sums map[TrialKey]TrialSum, user auth.UserID, lines []rules.PayLine) {
	for i := range lines {
		l := &lines[i]
		if l.Date < t.in.From || l.Date >= t.in.To {
			continue
		}
		month, _ := monthOf(l.Date)
		key := TrialKey{User: user, Month: month, Component: l.Component, Currency: l.Amount.Currency}
		one := sums[key]
		sums[key] = TrialSum{TrialKey: key, Minor: one.Minor + l.Amount.Minor, Lines: one.Lines + 1}
	}
}

// take keeps what could not be computed, and the thresholds of the people who are watched.
func (s *TrialSide) take(t *trying, w *Workbook, user auth.UserID, gaps []rules.PayGap, edges []rules.Edge) {
	within := func(d rules.Date) bool { return d >= t.in.From && d < t.in.To }
	for _, g := range gaps {
		if within(rules.DateOf(g.At, w.Zone)) {
			s.Gaps = append(s.Gaps, g)
		}
	}
	for _, e := range edges {
		if within(e.From) && slices.Contains(t.watched, user) {
			s.Edges = append(s.Edges, TrialEdge{e, user})
		}
	}
}

func (k TrialKey) compare(o TrialKey) int {
	return cmp.Or(cmp.Compare(k.User, o.User), cmp.Compare(k.Month, o.Month), cmp.Compare(k.Component, o.Component), cmp.Compare(k.Currency, o.Currency))
}

func inKeys(sums map[TrialKey]TrialSum) []TrialSum {
	return slices.SortedFunc(maps.Values(sums), func(a, b TrialSum) int { return a.compare(b.TrialKey) })
}
