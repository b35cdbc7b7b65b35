package retention

import (
	"context"
	"fmt"
	"slices"
	"time"

	"saveline/campaigns"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/flow"
	"saveline/retention/policy"
)

// Opened is what OpenCase made of a request.
type Opened struct {
	Case  CaseID
	State flow.State
	// Duplicate: the request was known, or was attached to the open case of this subscription.
	Duplicate bool
}

const selectRequest = `
SELECT r.case_id, c.state FROM cancel_requests r JOIN cases c ON c.id = r.case_id WHERE r.client_id = $1 AND r.external_id = $2`

const upsertCustomer = `
INSERT INTO customers (client_id, person_id, external_id, value_tier, created_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (client_id, external_id) DO UPDATE SET value_tier = coalesce(NULLIF(excluded.value_tier, ''), customers.value_tier)
RETURNING id`

const upsertSubscription = `
INSERT INTO subscriptions (client_id, customer_id, external_id, plan, price_minor, currency, status, started_on, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, 'active', $7, $8)
ON CONFLICT (client_id, external_id) DO UPDATE SET plan = excluded.plan, price_minor = excluded.price_minor,
    currency = excluded.currency, started_on = coalesce(excluded.started_on, subscriptions.started_on), updated_at = excluded.updated_at
    WHERE subscriptions.customer_id = excluded.customer_id
RETURNING id`

const insertRequest = `
INSERT INTO cancel_requests (client_id, external_id, customer_id, source, reason_code, reason_text, requested_at, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`

const insertCase = `
INSERT INTO cases (client_id, request_id, customer_id, subscription_id, campaign_id, state, saveable, mrr_minor, currency, due_at,
       effective_at, created_at, updated_at)
VALUES ($1, $2, $3, $4, NULLIF($5, 0), 'requested', $6, $7, $8, $9, $10, $11, $11) RETURNING id`

const attachRequest = `UPDATE cancel_requests SET case_id = $2 WHERE id = $1`

const setCaseLead = `UPDATE cases SET lead_id = $2, campaign_id = $3, updated_at = $4 WHERE id = $1`

// OpenCase records that a customer asked to cancel: customer and subscription are mirrored, and the case becomes a lead
// of the save campaign, all in one transaction. The same request again changes nothing; another request to end a
// subscription whose case is open is attached to that case. Without a running save campaign the case waits for one until
// it is due. A case that its number chooses to be held out is shown nothing: its cancellation goes ahead at once.
//
// Codes: invalid, not_found (client or campaign), conflict (the campaign is not a save campaign of this client).
func (s *Service) OpenCase(ctx context.Context, by auth.Actor, in NewCase) (Opened, error) {
	in, err := s.prepare(ctx, by, in)
	if err != nil {
		return Opened{}, err
	}
	return s.openCase(ctx, by, in)
}

// ownDeadline are the sources of a wish to cancel that the law gives a deadline. A web page cancels at once.
var ownDeadline = []policy.Source{policy.Voicemail, policy.Email, policy.Web}

// prepare fills in what was left open and validates the rest.
func (s *Service) prepare(ctx context.Context, by auth.Actor, in NewCase) (NewCase, error) {
	client, err := by.ClientFor(in.Client)
	if err != nil {
		return in, err
	}
	in.Client = client
	now := s.now()
	if in.RequestedAt.IsZero() {
		in.RequestedAt = now
	}
	if in.DueAt.IsZero() {
		in.DueAt = now.AddDate(0, 0, caseDueDays)
		if slices.Contains(ownDeadline, policy.Source(in.Source)) {
			in.DueAt = now.Add(policy.Decide(now, place{Region: in.Customer.Region}.jurisdictions()...).Deadlines.Of(policy.Source(in.Source)))
		}
	}
	if err := in.Validate(); err != nil {
		return in, err
	}
	in.Campaign, err = s.saveCampaign(ctx, client, in.Campaign)
	return in, err
}

// saveCampaign is the campaign that works a client's cases: the one asked for, or the first that runs; 0 if none does.
func (s *Service) saveCampaign(ctx context.Context, client auth.ClientID, asked campaigns.ID) (campaigns.ID, error) {
	if asked != 0 {
		c, err := s.people.CampaignFor(ctx, asked)
		if err != nil || c.Client != client {
			return 0, notThisCampaign(err, asked)
		}
		if c.Purpose != purposeSave {
			return 0, errs.Newf(errs.Conflict, "campaign %d is not for saving customers; choose one of that purpose", asked)
		}
		return asked, nil
	}
	running, err := s.people.Running(ctx)
	if err != nil {
		return 0, errs.Wrap(err, "find the save campaign")
	}
	for _, c := range running { // by priority
		if c.Client == client && c.Purpose == purposeSave {
			return c.ID, nil
		}
	}
	return 0, nil
}

func notThisCampaign(err error, id campaigns.ID) error {
	if err != nil {
		return err
	}
	return errs.Newf(errs.NotFound, "there is no campaign %d here", id)
}

// openCase writes a prepared request. Two requests of one customer at the same moment meet at the customer's row; the
// one that comes second finds the first one's case.
func (s *Service) openCase(ctx context.Context, by auth.Actor, in NewCase) (out Opened, err error) {
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if out, err = knownRequest(ctx, tx, in); err != nil || out.Duplicate {
			return err
		}
		customer, sub, err := s.mirror(ctx, tx, in, now)
		if err != nil {
			return err
		}
		if out, err = knownRequest(ctx, tx, in); err != nil || out.Duplicate {
			return err // it came in while we waited for the customer's row
		}
		var request int64
		err = tx.GetContext(ctx, &request, insertRequest, in.Client, in.ExternalID, customer.id, in.Source, in.ReasonCode,
			in.ReasonText, in.RequestedAt, now)
		if err != nil {
			return errs.Wrap(err, "record request")
		}
		active, err := lockedCase(ctx, tx, lockActiveCaseOfSubscription, sub)
		if err != nil {
			return err
		}
		if active != nil {
			out = Opened{Case: active.ID, State: active.State, Duplicate: true}
			return attach(ctx, tx, by, active, request, now)
		}
		out, err = s.newCase(ctx, tx, by, in, newCaseIDs{request, customer, sub}, now)
		return err
	})
	if err != nil {
		return Opened{}, err
	}
	if !out.Duplicate {
		s.tell(in.Campaign, 0, "case", map[string]any{"caseId": out.Case, "state": out.State})
	}
	return out, nil
}

func knownRequest(ctx context.Context, tx *pg.Tx, in NewCase) (Opened, error) {
	var known struct {
		Case  CaseID     `db:"case_id"`
		State flow.State `db:"state"`
	}
	if err := tx.GetContext(ctx, &known, selectRequest, in.Client, in.ExternalID); pg.None(err) {
		return Opened{}, nil
	} else if err != nil {
		return Opened{}, errs.Wrap(err, "find request")
	}
	return Opened{Case: known.Case, State: known.State, Duplicate: true}, nil
}

// customerIDs is a customer and the person behind them.
type customerIDs struct {
	id     CustomerID
	person campaigns.PersonID
}

// mirror keeps our copy of the customer and the subscription.
func (s *Service) mirror(ctx context.Context, tx *pg.Tx, in NewCase, now time.Time) (c customerIDs, sub int64, err error) {
	c.person, err = s.people.UpsertPersonTx(ctx, tx, campaigns.NewPerson{
		Client: in.Client, ExternalID: in.Customer.ExternalID, Name: in.Customer.Name, Email: in.Customer.Email,
		Region: in.Customer.Region, PostalCode: in.Customer.PostalCode, Language: in.Customer.Language, Data: in.Customer.Data,
		Phones: in.Customer.Phones, Now: now,
	})
	if err != nil {
		return c, 0, errs.Wrap(err, "mirror person")
	}
	err = tx.GetContext(ctx, &c.id, upsertCustomer, in.Client, c.person, in.Customer.ExternalID, in.Customer.ValueTier, now)
	if err != nil {
		return c, 0, errs.Wrap(err, "mirror customer")
	}
	p := in.Subscription
	err = tx.GetContext(ctx, &sub, upsertSubscription, in.Client, c.id, p.ExternalID, p.Plan, p.Price.Minor, p.Price.Currency,
		p.StartedOn, now)
	if pg.None(err) {
		return c, 0, errs.Newf(errs.Conflict, "subscription %s belongs to another customer", p.ExternalID)
	}
	return c, sub, errs.Wrap(err, "mirror subscription")
}

// attach hangs a further request on the case that is open.
func attach(ctx context.Context, tx *pg.Tx, by auth.Actor, c *caseRow, request int64, now time.Time) error {
	if _, err := tx.ExecContext(ctx, attachRequest, request, c.ID); err != nil {
		return errs.Wrap(err, "attach request")
	}
	return c.apply(ctx, tx, by, now, flow.Event{Kind: flow.RequestAttached, Data: flow.Data{Request: request}})
}

type newCaseIDs struct {
	request  int64
	customer customerIDs
	sub      int64
}

// opening is the first event of a case.
func (in NewCase) opening(request int64, now time.Time) flow.Event {
	due := in.DueAt
	if due.Before(now) {
		due = now // told too late: it is due at once
	}
	d := flow.Data{
		Request: request, Reason: in.ReasonCode, Saveable: !in.Unsaveable, MRRMinor: in.Subscription.Price.Minor, DueAt: &due,
	}
	if !in.EffectiveAt.IsZero() {
		d.EffectiveAt = &in.EffectiveAt
	}
	return flow.Event{Kind: flow.Opened, Data: d}
}

// newCase writes the case and, if the customer may be kept, its lead; if not, or if the case is held out, the
// cancellation goes ahead at once.
func (s *Service) newCase(
	ctx context.Context, tx *pg.Tx, by auth.Actor, in NewCase, of newCaseIDs, now time.Time,
) (Opened, error) {
	c := caseRow{Client: in.Client, Customer: of.customer.id, Sub: of.sub, MRRMinor: in.Subscription.Price.Minor}
	var effective *time.Time
	if !in.EffectiveAt.IsZero() {
		effective = &in.EffectiveAt
	}
	err := tx.GetContext(ctx, &c.ID, insertCase, in.Client, of.request, of.customer.id, of.sub, in.Campaign, !in.Unsaveable,
		in.Subscription.Price.Minor, in.Subscription.Price.Currency, in.DueAt, effective, now)
	if err != nil {
		return Opened{}, errs.Wrap(err, "open case")
	}
	if _, err := tx.ExecContext(ctx, attachRequest, of.request, c.ID); err != nil {
		return Opened{}, errs.Wrap(err, "attach request")
	}
	if err := c.begin(ctx, tx, by, now, in.opening(of.request, microInstant(now))); err != nil {
		return Opened{}, err
	}
	settings, err := saveSettingsOf(ctx, tx, in.Client)
	if err != nil {
		return Opened{}, err
	}
	switch {
	case in.Unsaveable:
		err = s.cancel(ctx, tx, by, &c, "unsaveable", now)
	case settings.holdsOut(c.ID):
		if err = c.apply(ctx, tx, auth.System("holdout", c.Client), now, flow.Event{Kind: flow.HeldOut}); err == nil {
			err = s.cancel(ctx, tx, auth.System("holdout", c.Client), &c, "holdout", now)
		}
	case in.Campaign != 0:
		err = s.addLead(ctx, tx, by, &c, of.customer.person, in.Campaign, now)
	}
	if err != nil {
		return Opened{}, err
	}
	return Opened{Case: c.ID, State: c.State}, auth.AuditTx(ctx, tx, by, now, auth.Change{
		Client: in.Client, Act: "case.open", Object: caseObject(c.ID), Data: map[string]any{"request": of.request, "source": in.Source},
	})
}

// begin logs the first event of a case that was inserted just now.
func (c *caseRow) begin(ctx context.Context, tx *pg.Tx, by auth.Actor, now time.Time, e flow.Event) error {
	e.At, e.By = microInstant(now), int64(by.User)
	e.Data.DueAt, e.Data.EffectiveAt = stored(e.Data.DueAt), stored(e.Data.EffectiveAt)
	after, e, err := c.Apply(e)
	if err != nil {
		return refusal(err)
	}
	if err := logCase(ctx, tx, by, c.ID, e, e.Data); err != nil {
		return err
	}
	c.Case, c.DueAt = after, after.DueAt
	return c.keepTimers(ctx, tx, nil, microInstant(now))
}

// addLead puts the customer on the campaign's list, so that they are called. Somebody who cannot be put there (on the
// do-not-call list, no number in service) is not called: the case then goes by its deadline.
func (s *Service) addLead(
	ctx context.Context, tx *pg.Tx, by auth.Actor, c *caseRow, person campaigns.PersonID, campaign campaigns.ID, now time.Time,
) error {
	lead, err := s.leads.AddLeadTx(ctx, tx, campaigns.NewLead{
		Campaign: campaign, Person: person, DueAt: now, CaseID: int64(c.ID), Now: now,
	})
	if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Conflict) {
		return c.note(ctx, tx, by, now, "lead_refused", map[string]any{"code": errs.CodeOf(err)})
	}
	if err != nil {
		return errs.Wrap(err, "put the case on the campaign's list")
	}
	c.Lead, c.Campaign = lead, campaign
	if _, err := tx.ExecContext(ctx, setCaseLead, c.ID, lead, campaign, now); err != nil {
		return errs.Wrap(err, "put the case on the campaign's list")
	}
	return c.note(ctx, tx, by, now, "lead_added", map[string]any{"lead": lead, "campaign": campaign})
}

func caseObject(id CaseID) string { return fmt.Sprintf("case:%d", id) }
