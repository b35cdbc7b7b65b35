package campaigns

import (
	"context"
	"time"

	"saveline/campaigns/compliance"
	"saveline/internal/auth"
)

// Why is the gate's answer for a lead as things stand, in words.
type Why struct {
	compliance.Verdict
	State    LeadState  `json:"state"`
	DueAt    *time.Time `json:"dueAt"`
	Sentence string     `json:"sentence"`
}

const whyLead = `
SELECT l.due_at, li.active, c.trunk FROM leads l JOIN lists li ON li.id = l.list_id JOIN campaigns c ON c.id = l.campaign_id
WHERE l.id = $1 AND l.client_id = ANY ($2)`

type whyRow struct {
	DueAt  time.Time `db:"due_at"`
	Active bool      `db:"active"`
	Trunk  string    `db:"trunk"`
}

// simTrunk is the trunk of the simulator; every other one reaches real people.
const simTrunk = "sim"

// WhyNot says why a lead is, or is not, called now, from the same code and the same facts as the gate's.
//
// Codes: not_found.
func (s *Service) WhyNot(ctx context.Context, by auth.Actor, lead LeadID) (Why, error) {
	now := s.now()
	var at whyRow
	if err := s.db.GetContext(ctx, &at, whyLead, lead, by.Scope()); err != nil {
		return Why{}, noneAs(err, "there is no lead %d", lead)
	}
	var r subjectRow
	if err := s.db.GetContext(ctx, &r, subjectFacts, lead, now.Add(-s.rules.CapSpan)); err != nil {
		return Why{}, noneAs(err, "there is no lead %d", lead)
	}
	out := Why{Verdict: compliance.Check(s.rules, s.subject(r, at.Trunk != simTrunk), now), State: r.LeadState, DueAt: &at.DueAt}
	out.Sentence = out.Verdict.Sentence()
	switch {
	case !at.Active:
		out.Sentence = "Its list is switched off. " + out.Sentence
	case r.LeadState == Waiting && at.DueAt.After(now):
		out.Sentence = "This lead waits until " + at.DueAt.UTC().Format("Mon 2 Jan 15:04 MST") + ". " + out.Sentence
	case r.LeadState != Waiting:
		out.Sentence = "This lead is " + leadWords[r.LeadState] + ". " + out.Sentence
	}
	return out, nil
}
