package commissions

import (
	"context"
	"fmt"
	"slices"
	"time"

	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
)

const whatIfMax = 200 // results

// estimator values credits that are in no book yet: those on their way, and those of a question. It is all that "my pay"
// knows of the engine.
type estimator interface {
	Estimate(b rules.Book) ([]rules.Line, []rules.Gap)
}

// engine is the estimator that also fills the ledger.
type engine struct{}

var _ estimator = engine{}

// Estimate values a book as posting it would.
func (engine) Estimate(b rules.Book) ([]rules.Line, []rules.Gap) { return rules.Evaluate(b) }

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
	var credits []rules.Credit
	now := s.now()
	for _, r := range in.Results {
		for range r.Count {
			credits = append(credits, rules.Credit{
				Result: -int64(len(credits) + 1), Agent: int64(by.User), Role: roleOwner, Kind: r.Kind, Value: r.Value, EffectiveAt: now,
			})
		}
	}
	lines, gaps, err := s.estimate(ctx, client, by.User, credits)
	if err != nil {
		return WhatIfAnswer{}, err
	}
	return answerOf(lines, gaps)
}

func answerOf(lines []rules.Line, gaps []rules.Gap) (WhatIfAnswer, error) {
	out := WhatIfAnswer{Adds: []money.Amount{}, Lines: []WhatIfLine{}, Why: []string{}}
	byComponent, sums := map[string]WhatIfLine{}, map[string]money.Amount{}
	for _, l := range lines {
		w := byComponent[l.Component]
		var err error
		if w.Amount, err = w.Amount.Add(l.Amount); err != nil {
			return out, err
		}
		w.Component, w.Results = l.Component, w.Results+1
		byComponent[l.Component] = w
		if sums[l.Amount.Currency], err = sums[l.Amount.Currency].Add(l.Amount); err != nil {
			return out, err
		}
	}
	for _, id := range sortedKeys(byComponent) {
		out.Lines = append(out.Lines, byComponent[id])
	}
	for _, c := range sortedKeys(sums) {
		out.Adds = append(out.Adds, sums[c])
	}
	for _, g := range gaps {
		if !slices.Contains(out.Why, g.Why) {
			out.Why = append(out.Why, g.Why)
		}
	}
	return out, nil
}

const selectZone = `SELECT zone FROM clients WHERE id = $1`

// estimate values credits of one person that are in no book, by the plans of one client.
func (s *Service) estimate(ctx context.Context, client auth.ClientID, user auth.UserID, credits []rules.Credit) ([]rules.Line, []rules.Gap, error) {
	var name string
	if err := s.db.GetContext(ctx, &name, selectZone, client); err != nil {
		return nil, nil, fmt.Errorf("zone of client %d: %w", client, err)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, nil, fmt.Errorf("zone of client %d: %w", client, err)
	}
	book := rules.Book{Zone: zone, Credits: credits}
	if book.Assignments, book.Versions, err = plansOf(ctx, s.db, client, []int64{int64(user)}); err != nil {
		return nil, nil, err
	}
	lines, gaps := s.estimator.Estimate(book)
	return lines, gaps, nil
}
