package retention

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
	"saveline/retention/eligibility"
	"saveline/retention/flow"
	"saveline/retention/policy"
)

// place is where the customer of a case is, as the law and conditions see them, and what is known of them.
type place struct {
	Region      string     `db:"region"`
	Language    string     `db:"language"`
	Plan        string     `db:"plan"`
	Status      string     `db:"status"`
	PastDue     bool       `db:"past_due"`
	Discounts   Discounts  `db:"discounts"`
	StartedOn   *time.Time `db:"started_on"`
	FirstOn     *time.Time `db:"first_on"`
	Presented   int64      `db:"presented"`
	Accepted    int64      `db:"accepted"`
	Declined    int64      `db:"declined"`
	DeclinedAt  *time.Time `db:"declined_at"`
	PresentedAt *time.Time `db:"presented_at"` // the last offer of an earlier case
}

func placeOf(ctx context.Context, db pg.DB, id CaseID) (p place, err error) {
	err = db.GetContext(ctx, &p, readPlace, id)
	return p, errs.Wrap(err, "read the customer's place")
}

// jurisdictions are the places whose law binds. Where nobody says where a customer lives, the strict reading does.
func (p place) jurisdictions() []string {
	if p.Region == "" {
		return nil
	}
	return []string{p.Region}
}

// progress is how far the case has come, as far as the law asks.
func (c *caseRow) progress(p place, now time.Time) policy.Progress {
	taken := c.Took
	out := policy.Progress{
		At: now, CancelSaid: c.SaidCancel, Completed: !c.open() && c.SaidCancel, PermissionAsked: taken(flow.StepPermissionAsked),
		PermissionGiven: taken(flow.StepPermissionGiven), AskedForOffer: taken(flow.StepAskedForOffer), DoNotOffer: taken(flow.StepDoNotOffer) || slices.Contains(c.Steps, flow.StepDoNotOffer),
		Presented: c.Rungs(),
	}
	for _, n := range c.Notices {
		out.NoticesRead = append(out.NoticesRead, policy.Notice(n))
	}
	for _, o := range c.Offers {
		if o.Decision == Declined {
			out.Declined++
		}
	}
	if p.DeclinedAt != nil {
		out.DeclinedAt = *p.DeclinedAt
	}
	return out
}

// shownToo are the refusals under which the desk still names the offers, greyed, because the next step is the agent's.
var shownToo = []policy.Code{policy.NoticeUnread, policy.OffersUsed, policy.PermissionMissing, policy.CoolingDown}

// lawful says why the law does not let an offer be made now, and whether the desk may name it at all.
func lawful(v policy.Verdict) (refused string, hidden bool) {
	if v.Allowed {
		return "", false
	}
	return v.Sentence, !slices.Contains(shownToo, v.Reason)
}

// mayAccept asks the law again when an offer is accepted: it must have been one that could be made.
func (s *Service) mayAccept(ctx context.Context, tx *pg.Tx, c *caseRow, now time.Time) error {
	p, err := placeOf(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	progress := c.progress(p, now)
	progress.Presented, progress.Declined, progress.DeclinedAt = max(0, progress.Presented-1), 0, time.Time{}
	if why, _ := lawful(policy.Decide(now, p.jurisdictions()...).May(progress)); why != "" {
		return errs.Newf(errs.Conflict, "%s", why)
	}
	return nil
}

// subject is the customer as conditions ask about them.
func (c *caseRow) subject(p place, m measures) eligibility.Subject {
	country, _, _ := cutRegion(p.Region)
	s := eligibility.Subject{
		At: m.now,
		Customer: eligibility.Customer{
			Country: country, State: p.Region, Language: p.Language, ValueTier: c.Tier, TenureMonths: monthsSince(p.FirstOn, m.now),
		},
		Subscription: eligibility.Subscription{
			Plan: p.Plan, Status: p.Status, MRR: money.Amount{Minor: c.MRRMinor, Currency: c.Currency}, TenureMonths: monthsSince(p.StartedOn, m.now),
			PastDue: p.PastDue, DiscountActive: p.Discounts.running(m.now),
		},
		Case: eligibility.Case{Kind: "outbound", Reason: c.Reason},
		History: eligibility.History{
			Saves: int64(len(m.given)), DaysSinceSave: eligibility.Never, DaysSinceOffer: daysSince(p.PresentedAt, m.now), OffersPresented: p.Presented,
			OffersAccepted: p.Accepted, OffersDeclined: p.Declined,
		},
	}
	if c.Reason != "" {
		s.Case.Reasons = []string{c.Reason}
	}
	for _, g := range m.given {
		s.History.DaysSinceSave = min(s.History.DaysSinceSave, daysSince(&g.At, m.now))
	}
	return s
}

// fits says why the offer's condition does not hold for the customer, "" if it does. A condition that cannot be read
// holds for nobody: it was checked when the offer was made.
func (s *Service) fits(o Offer, about eligibility.Subject) string {
	cond, err := s.conditions.Compile(o.Eligibility)
	if err != nil {
		return "the condition of this offer cannot be read"
	}
	if failed := cond.Holds(about); len(failed) > 0 {
		return failed[0].Sentence
	}
	return ""
}

func cutRegion(region string) (country, part string, found bool) {
	for i, r := range region {
		if r == '-' {
			return region[:i], region[i+1:], true
		}
	}
	return region, "", false
}

const daysOfMonth = 30

func daysSince(at *time.Time, now time.Time) int64 {
	if at == nil {
		return eligibility.Never
	}
	return int64(now.Sub(*at) / (24 * time.Hour))
}

func monthsSince(at *time.Time, now time.Time) int64 {
	if at == nil {
		return 0
	}
	return daysSince(at, now) / daysOfMonth
}

// inForce is what of the law is kept with a presentation: enough to decide it again.
type inForce struct {
	Version       string   `json:"version"`
	Mode          string   `json:"mode"`
	Jurisdictions []string `json:"jurisdictions"`
	Rules         []string `json:"rules"`
}

func policyJSON(p policy.Policy) (json.RawMessage, error) {
	return json.Marshal(inForce{p.Version, string(p.Mode), p.Jurisdictions, p.Rules})
}

// StepInput is something that the agent read to the customer, or that the customer said, in its order.
type StepInput struct {
	Call   dialer.CallID
	Notice string // a notice that was read and ticked; or
	Step   string // one of flow.Steps
}

// RecordStep notes a notice that was read, or a step that the law asks about. Recorded twice it is recorded once.
//
// Codes: invalid, not_found, conflict (another agent's call, the call is concluded or about no case).
func (s *Service) RecordStep(ctx context.Context, by auth.Actor, in StepInput) error {
	var f errs.Faults
	if in.Step != "" {
		checkOneOf(&f, "step", in.Step, flow.Steps)
	} else {
		checkOneOf(&f, "notice", in.Notice, []string{string(policy.CancelAnyTime), string(policy.DoNotAskAgain)})
	}
	if err := f.Err(); err != nil {
		return err
	}
	return s.onCase(ctx, by, in.Call, func(tx *pg.Tx, c *caseRow, now time.Time) error {
		e := flow.Event{Kind: flow.NoticeRead, Data: flow.Data{Notice: in.Notice}}
		if in.Step != "" {
			e = flow.Event{Kind: flow.StepTaken, Data: flow.Data{Notice: in.Step}}
		}
		if slices.Contains(c.Notices, in.Notice) || in.Step != "" && c.Took(in.Step) {
			return nil
		}
		return c.apply(ctx, tx, by, now, e)
	})
}

// onCase does something in the case that an agent's own, unconcluded call is about.
func (s *Service) onCase(
	ctx context.Context, by auth.Actor, id dialer.CallID, do func(tx *pg.Tx, c *caseRow, now time.Time) error,
) error {
	var c *caseRow
	now := s.now()
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		call, err := s.lockedCall(ctx, tx, by, id)
		if err != nil {
			return err
		}
		if err := refuseConcluded(ctx, tx, call); err != nil {
			return err
		}
		if c, err = s.takeUp(ctx, tx, by, call); err != nil {
			return err
		}
		if c == nil {
			return errs.Newf(errs.Conflict, "this call is not about a wish to cancel")
		}
		return do(tx, c, now)
	})
	if err == nil {
		s.tellCase(c)
	}
	return err
}
