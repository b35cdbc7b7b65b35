package retention

import (
	"context"
	"time"

	"saveline/campaigns"
	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
	"saveline/retention/appointment"
)

const insertOutcome = `
INSERT INTO outcomes (client_id, call_id, case_id, agent_id, code, reason, note, effective_at, recorded_at)
VALUES ($1, $2, NULLIF($3, 0), NULLIF($4, 0), $5, $6, $7, $8, $8)
ON CONFLICT (call_id) DO NOTHING RETURNING id`

const insertResult = `
INSERT INTO results (client_id, outcome_id, kind, presentation_id, value_minor, currency, mrr_before_minor, mrr_after_minor, evidence, payable)
SELECT $1, $2, $3::text, NULLIF($4, 0), $5::bigint, $6::text, before.minor, before.minor + $5::bigint, $8, $9
FROM (SELECT CASE WHEN $3::text = 'upsell' THEN (
	SELECT coalesce(sum(s.price_minor), 0) FROM subscriptions s JOIN customers c ON c.id = s.customer_id
	WHERE c.person_id = $7 AND s.status = 'active' AND s.currency = $6::text) END AS minor) before
RETURNING id`

const insertAppointment = `
INSERT INTO appointments (client_id, result_id, person_id, setter_id, starts_at, state, created_at, updated_at)
VALUES ($1, $2, $3, NULLIF($4, 0), $5, $6, $7, $7)`

const selectOutcome = `
SELECT id, client_id, call_id, coalesce(case_id, 0) AS case_id, coalesce(agent_id, 0) AS agent_id, code, reason, note, effective_at,
       reviewed_at
FROM outcomes WHERE call_id = $1`

const selectResults = `
SELECT r.id, r.kind, r.value_minor, r.currency, coalesce(r.presentation_id, 0) AS presentation_id,
       coalesce(v.offer_id, 0) AS offer_id, coalesce(v.version, 0) AS version, a.starts_at, r.evidence, r.payable
FROM results r
LEFT JOIN presentations p ON p.id = r.presentation_id
LEFT JOIN offer_versions v ON v.id = p.offer_version_id
LEFT JOIN appointments a ON a.result_id = r.id
WHERE r.outcome_id = $1 ORDER BY r.id`

const outcomeOfCall = `SELECT code FROM outcomes WHERE call_id = $1`

type outcomeRow struct {
	ID          OutcomeID     `db:"id"`
	Client      auth.ClientID `db:"client_id"`
	Call        dialer.CallID `db:"call_id"`
	Case        CaseID        `db:"case_id"`
	Agent       auth.UserID   `db:"agent_id"`
	Code        string        `db:"code"`
	Reason      string        `db:"reason"`
	Note        string        `db:"note"`
	EffectiveAt time.Time     `db:"effective_at"`
	ReviewedAt  *time.Time    `db:"reviewed_at"`
}

type resultRow struct {
	ID           ResultID       `db:"id"`
	Kind         string         `db:"kind"`
	ValueMinor   int64          `db:"value_minor"`
	Currency     string         `db:"currency"`
	Presentation PresentationID `db:"presentation_id"`
	Offer        OfferID        `db:"offer_id"`
	Version      int            `db:"version"`
	StartsAt     *time.Time     `db:"starts_at"`
	Evidence     string         `db:"evidence"`
	Payable      bool           `db:"payable"`
}

// refuseConcluded is a conflict when the call has its outcome: what was agreed on it does not change any more.
func refuseConcluded(ctx context.Context, tx *pg.Tx, call dialer.Call) error {
	var code string
	switch err := tx.GetContext(ctx, &code, outcomeOfCall, call.ID); {
	case pg.None(err):
		return nil
	case err != nil:
		return errs.Wrap(err, "read outcome")
	}
	return errs.Newf(errs.Conflict, "this call is concluded (%s)", words(code))
}

// firstOutcome is the outcome that the call has already, with its results; ID 0 if it has none.
func firstOutcome(ctx context.Context, db pg.DB, call dialer.CallID, campaign campaigns.ID) (Outcome, error) {
	var r outcomeRow
	if err := db.GetContext(ctx, &r, selectOutcome, call); pg.None(err) {
		return Outcome{}, nil
	} else if err != nil {
		return Outcome{}, errs.Wrap(err, "read outcome")
	}
	out := Outcome{
		ID: r.ID, Client: r.Client, Call: r.Call, Case: r.Case, Agent: r.Agent, Code: r.Code, Reason: r.Reason, Note: r.Note,
		EffectiveAt: r.EffectiveAt, Results: []Result{}, campaign: campaign,
	}
	var rows []resultRow
	if err := db.SelectContext(ctx, &rows, selectResults, r.ID); err != nil {
		return Outcome{}, errs.Wrap(err, "read results")
	}
	for _, x := range rows {
		out.Results = append(out.Results, Result{
			ID: x.ID, Kind: x.Kind, Value: money.Amount{Minor: x.ValueMinor, Currency: x.Currency}, Presentation: x.Presentation,
			Offer: x.Offer, OfferVersion: x.Version, AppointmentAt: x.StartsAt, Evidence: x.Evidence, Payable: x.Payable,
		})
	}
	return out, nil
}

// store writes the outcome with its results. first is false when the call had one already: nothing is written then.
func (o *Outcome) store(ctx context.Context, tx *pg.Tx, person campaigns.PersonID) (first bool, err error) {
	err = tx.GetContext(ctx, &o.ID, insertOutcome, o.Client, o.Call, o.Case, o.Agent, o.Code, o.Reason, o.Note, o.EffectiveAt)
	if pg.None(err) {
		return false, nil
	}
	if err != nil {
		return false, errs.Wrap(err, "record outcome")
	}
	for i := range o.Results {
		r := &o.Results[i]
		err := tx.GetContext(ctx, &r.ID, insertResult, o.Client, o.ID, r.Kind, r.Presentation, r.Value.Minor, r.Value.Currency, person,
			r.Evidence, r.Payable)
		if err != nil {
			return false, errs.Wrap(err, "record result")
		}
		if r.AppointmentAt == nil {
			continue
		}
		state := appointment.Booked
		if r.proposed {
			state = appointment.Proposed
		}
		if _, err := tx.ExecContext(ctx, insertAppointment, o.Client, r.ID, person, o.Agent, *r.AppointmentAt, state, o.EffectiveAt); err != nil {
			return false, errs.Wrap(err, "record appointment")
		}
	}
	return true, nil
}
