package commissions

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
)

const whatIfMax = 200 // results

// WhatIf is a question: what if I did so many more?
type WhatIf struct {
	Client  auth.ClientID  `json:"clientId,omitempty" doc:"may be left out by people of one client"`
	Results []WhatIfResult `json:"results"`
}

// WhatIfResult is one kind of result, so many times.
type WhatIfResult struct {
	Kind  string       `json:"kind" enum:"save,sale,upsell,appointment"`
	Count int          `json:"count" minimum:"1" maximum:"200"`
	Value money.Amount `json:"value" doc:"what each is worth; matters where the plan pays a share of it"`
}

// WhatIfAnswer is what the results would add under the plan in force now.
type WhatIfAnswer struct {
	Adds  []money.Amount `json:"adds" nullable:"false" doc:"by currency: as an advance at first"`
	Lines []WhatIfLine   `json:"lines" nullable:"false"`
	Why   []string       `json:"why" nullable:"false" doc:"why some of them would not be paid"`
}

// WhatIfLine is what one component would give.
type WhatIfLine struct {
	Component string       `json:"component"`
	Results   int          `json:"results"`
	Amount    money.Amount `json:"amount"`
}

// Validate names every fault of the question.
func (in WhatIf) Validate() error {
	var f errs.Faults
	n := 0
	for i, r := range in.Results {
		at := fmt.Sprintf("results.%d", i)
		f.Check(slices.Contains(rules.Results, r.Kind), at+".kind", "must be save, sale, upsell or appointment")
		f.Check(r.Count > 0, at+".count", "must be at least one")
		f.Check(r.Value.Minor >= 0, at+".value", "must not be less than zero")
		n += max(0, r.Count)
	}
	f.Check(n > 0, "results", "say what you would do")
	f.Check(n <= whatIfMax, "results", fmt.Sprintf("at most %d results", whatIfMax))
	return f.Err()
}

// WhatIf values results that have not happened, as of now, for the actor. It writes nothing.
//
// Codes: invalid, not_found (another's client, or none).
func (s *Service) WhatIf(ctx context.Context, by auth.Actor, in WhatIf) (WhatIfAnswer, error) {
	if err := in.Validate(); err != nil {
		return WhatIfAnswer{}, err
	}
	client, err := by.ClientFor(in.Client)
	if err != nil {
		return WhatIfAnswer{}, err
	}
	now := s.now()
	var extra []payEvent
	for _, r := range in.Results {
		for range r.Count {
			e, err := supposed(len(extra)+1, by.User, r, now)
			if err != nil {
				return WhatIfAnswer{}, err
			}
			extra = append(extra, e)
		}
	}
	change, err := s.estimate(ctx, client, by.User, extra)
	if err != nil {
		return WhatIfAnswer{}, err
	}
	return change.answer()
}

// supposed is a result that has not happened.
func supposed(n int, user auth.UserID, r WhatIfResult, now time.Time) (payEvent, error) {
	id := fmt.Sprintf("what-if:%d", n)
	attrs, err := json.Marshal(map[string]any{
		"type": r.Kind, "value": r.Value.String(), "first_year_value": r.Value.String(), "currency": r.Value.Currency,
		"call": map[string]any{"start": now.UTC()},
	})
	return payEvent{ID: id, Type: rules.EventOutcome, User: user, Ref: id, Attrs: attrs, EffectiveAt: now, RecordedAt: now}, err
}

// change is what some events would add to a person's pay.
type change struct {
	sums    map[string]map[string]int64 // by component and currency
	results map[string]int              // by component, how many of the events it pays for
	gaps    []rules.PayGap              // of the events
}

func (c change) answer() (WhatIfAnswer, error) {
	out := WhatIfAnswer{Adds: []money.Amount{}, Lines: []WhatIfLine{}, Why: []string{}}
	total := map[string]int64{}
	for _, id := range sortedKeys(c.sums) {
		for _, currency := range sortedKeys(c.sums[id]) {
			minor := c.sums[id][currency]
			if minor == 0 {
				continue
			}
			total[currency] += minor
			out.Lines = append(out.Lines, WhatIfLine{Component: id, Results: c.results[id], Amount: money.Amount{Minor: minor, Currency: currency}})
		}
	}
	for _, currency := range sortedKeys(total) {
		out.Adds = append(out.Adds, money.Amount{Minor: total[currency], Currency: currency})
	}
	for _, g := range c.gaps {
		if !slices.Contains(out.Why, g.Why) {
			out.Why = append(out.Why, g.Why)
		}
	}
	return out, nil
}

// estimate computes a person's pay with and without events that are in no book yet. It writes nothing.
func (s *Service) estimate(ctx context.Context, client auth.ClientID, user auth.UserID, extra []payEvent) (change, error) {
	out := change{sums: map[string]map[string]int64{}, results: map[string]int{}}
	now := s.now()
	w, err := s.workbook(ctx, s.db, client)
	if err != nil {
		return out, err
	}
	events, err := w.agentEvents(ctx, s.db, user)
	if err != nil {
		return out, err
	}
	more, ids := slices.Clone(events), map[string]bool{}
	for _, x := range extra {
		e, err := x.event()
		if err != nil {
			return out, err
		}
		more, ids[x.ID] = append(more, &e), true
	}
	for sign, list := range map[int64][]*rules.Event{-1: events, 1: inTime(more)} {
		pay, err := s.agentPay(ctx, s.db, w, user, list, now)
		if err != nil {
			return out, err
		}
		out.add(pay, sign, ids)
	}
	return out, nil
}

func (c *change) add(pay rules.AgentPay, sign int64, ids map[string]bool) {
	for i := range pay.Lines {
		l := &pay.Lines[i]
		if c.sums[l.Component] == nil {
			c.sums[l.Component] = map[string]int64{}
		}
		c.sums[l.Component][l.Amount.Currency] += sign * l.Amount.Minor
		if ids[l.Cause] {
			c.results[l.Component]++
		}
	}
	for _, g := range pay.Gaps {
		if ids[g.Event] {
			c.gaps = append(c.gaps, g)
		}
	}
}
