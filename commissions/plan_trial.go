package commissions

import (
	"context"
	"fmt"
	"slices"
	"time"

	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/errs"
)

// PlanTrial is what some plans would have paid instead of those in force: for a simulation before an approval. It is of
// everything that is known now, and nothing of it is posted.
type PlanTrial struct {
	From, To rules.Date // the days that count, [From, To)
	Actual   []AgentSum
	Instead  []AgentSum
	Gaps     []rules.PayGap // of the plans tried
}

// AgentSum is what one component pays one person in the days compared.
type AgentSum struct {
	User      auth.UserID
	Component string
	Currency  string
	Minor     int64
}

// TryPlans values everybody's work of the days [from, to) by the plans in force, and by candidates in the place of the
// plans of their names: a candidate's Name says which plan it stands for, and it rules from ever. It writes nothing.
//
// Codes: not_found (another client's, or no plan has been approved), invalid (a candidate that cannot be computed).
func (s *Service) TryPlans(ctx context.Context, by auth.Actor, client auth.ClientID, from, to rules.Date, candidates ...*rules.PayPlan) (PlanTrial, error) {
	out := PlanTrial{From: from, To: to}
	client, err := by.ClientFor(client)
	if err != nil {
		return out, err
	}
	w, err := s.workbook(ctx, s.db, client)
	if err != nil {
		return out, err
	}
	if len(w.Plans) == 0 {
		return out, errs.Newf(errs.NotFound, "no plan of this client has been approved yet, so there is nothing to compare with")
	}
	if out.Actual, _, err = s.sumsBy(ctx, w, w.Plans, w.rules, out); err != nil {
		return out, err
	}
	plans, arranged := w.instead(candidates)
	out.Instead, out.Gaps, err = s.sumsBy(ctx, w, plans, arranged, out)
	return out, err
}

// instead are the workbook's plans and arrangements with candidates in the place of all versions of their plans.
func (w *Workbook) instead(candidates []*rules.PayPlan) ([]*rules.PayPlan, []rules.Event) {
	tried := func(name string) bool {
		return slices.ContainsFunc(candidates, func(c *rules.PayPlan) bool { return c.Name == name })
	}
	plans := slices.DeleteFunc(slices.Clone(w.Plans), func(p *rules.PayPlan) bool { return tried(p.Name) })
	arranged := slices.DeleteFunc(slices.Clone(w.rules), func(e rules.Event) bool {
		v, ok := e.Body.(*rules.VersionFrom)
		return ok && tried(v.Plan)
	})
	return append(plans, candidates...), arranged
}

func (s *Service) sumsBy(ctx context.Context, w *Workbook, plans []*rules.PayPlan, arranged []rules.Event, days PlanTrial) ([]AgentSum, []rules.PayGap, error) {
	r, err := w.rulebookOf(plans, arranged, s.now())
	if err != nil {
		return nil, nil, err
	}
	all, err := w.allEvents(ctx, s.db, r)
	if err != nil {
		return nil, nil, err
	}
	team, err := shared(r, all)
	if err != nil {
		return nil, nil, err
	}
	var out []AgentSum
	var gaps []rules.PayGap
	for _, agent := range sortedKeys(all) {
		if userOf(agent) == 0 {
			continue
		}
		pay, err := r.Agent(agent, all[agent], team)
		if err != nil {
			return nil, nil, fmt.Errorf("agent %s: %w", agent, err)
		}
		out, gaps = append(out, sumsOf(userOf(agent), pay, days)...), append(gaps, pay.Gaps...)
	}
	return out, gaps, nil
}

func sumsOf(user auth.UserID, pay rules.AgentPay, days PlanTrial) (out []AgentSum) {
	sums := map[string]AgentSum{}
	for _, l := range pay.Lines {
		if l.Date < days.From || l.Date >= days.To {
			continue
		}
		key := l.Component + "|" + l.Amount.Currency
		one := sums[key]
		sums[key] = AgentSum{User: user, Component: l.Component, Currency: l.Amount.Currency, Minor: one.Minor + l.Amount.Minor}
	}
	for _, key := range sortedKeys(sums) {
		out = append(out, sums[key])
	}
	return out
}

// rulebookOf is Rulebook with other arrangements.
func (w *Workbook) rulebookOf(plans []*rules.PayPlan, arranged []rules.Event, asOf time.Time) (*rules.Rulebook, error) {
	other := *w
	other.rules = arranged
	return other.Rulebook(plans, asOf)
}
