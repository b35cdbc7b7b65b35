package commissions

import (
	"context"
	"fmt"
	"time"

	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
)

// NewRun is the input of OpenRun.
type NewRun struct {
	Client   auth.ClientID `json:"clientId,omitempty" doc:"may be left out by people of one client"`
	Period   PeriodID      `json:"periodId,omitempty" doc:"the period to pay; left out of a correction run, which is of the corrected run's period"`
	Currency string        `json:"currency,omitempty" doc:"a run pays one currency; may be left out while the client's pay has only one"`
	Corrects RunID         `json:"correctsId,omitempty" doc:"a run that is over: the new one pays what came late for its period, without waiting for the open one to end"`
}

const selectRunAtWork = `
SELECT id FROM runs
WHERE client_id = $1 AND period_id = $2 AND currency = $3 AND COALESCE(corrects_id, 0) = $4
  AND state IN ('draft', 'calculated', 'reviewed', 'approved')`

const insertRun = `
INSERT INTO runs (client_id, period_id, state, currency, created_by, created_at, corrects_id, seq)
SELECT $1::bigint, $2::bigint, 'draft', $3::text, NULLIF($4::bigint, 0), $5::timestamptz, NULLIF($6::bigint, 0), COALESCE(max(seq), 0) + 1
FROM runs WHERE client_id = $1 AND period_id = $2 AND currency = $3
RETURNING id`

// OpenRun begins a pay run for a period, or finds the one that is at work on it. A period may have several, one after the
// other: each pays what none before it has. A run that is over is never opened again; a correction run is made for it.
//
// Codes: invalid (several currencies and none named, or a period to come), not_found (the period, or the run to correct),
// conflict (the run to correct is not locked yet, or a run of another kind is at work on the period).
func (s *Service) OpenRun(ctx context.Context, by auth.Actor, in NewRun) (Run, error) {
	if in.Corrects != 0 {
		corrected, err := s.RunFor(ctx, by, in.Corrects)
		if err != nil {
			return Run{}, err
		}
		if corrected.LockedAt == nil {
			return Run{}, errs.Newf(errs.Conflict, "run %d is %s; it is calculated again, not corrected, until it is locked", in.Corrects, corrected.State)
		}
		in.Period, in.Currency = corrected.Period.ID, corrected.Currency
	}
	p, err := s.periodToPay(ctx, by, in)
	if err != nil {
		return Run{}, err
	}
	if in.Currency, err = s.runCurrency(ctx, p.Client, in.Currency); err != nil {
		return Run{}, err
	}
	var id RunID
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		id, err = insertRunTx(ctx, tx, by, s.now(), p.Client, in)
		return err
	})
	if err != nil {
		return Run{}, errs.Wrap(err, "open a pay run")
	}
	return s.RunFor(ctx, by, id)
}

// periodToPay is the period that a run is asked for; something may have been earned in it.
func (s *Service) periodToPay(ctx context.Context, by auth.Actor, in NewRun) (Period, error) {
	p, err := s.periodFor(ctx, by, in.Period)
	if err != nil {
		return Period{}, err
	}
	if in.Client != 0 && in.Client != p.Client {
		return Period{}, errs.Newf(errs.NotFound, "client %d has no period %d", in.Client, in.Period)
	}
	zone, err := time.LoadLocation(p.Zone)
	if err != nil {
		return Period{}, fmt.Errorf("period %d: %w", p.ID, err)
	}
	if p.StartsOn > rules.DateOf(s.now(), zone) {
		return Period{}, errs.Newf(errs.Invalid, "the period begins on %s; nothing has been earned in it yet", p.StartsOn)
	}
	return p, nil
}

func insertRunTx(ctx context.Context, tx *pg.Tx, by auth.Actor, now time.Time, client auth.ClientID, in NewRun) (id RunID, err error) {
	err = tx.GetContext(ctx, &id, selectRunAtWork, client, in.Period, in.Currency, in.Corrects)
	if !pg.None(err) {
		return id, err // nil: the one at work
	}
	if err := tx.GetContext(ctx, &id, insertRun, client, in.Period, in.Currency, by.User, now, in.Corrects); err != nil {
		return 0, fmt.Errorf("insert run: %w", err)
	}
	return id, auth.AuditTx(ctx, tx, by, now, auth.Change{
		Client: client, Act: "run.open", Object: fmt.Sprintf("run:%d", id),
		Data: map[string]any{"periodId": in.Period, "currency": in.Currency, "correctsId": in.Corrects},
	})
}

const selectCurrencies = `
SELECT currency FROM (
    SELECT DISTINCT currency FROM payables WHERE client_id = $1 AND run_id IS NULL
    UNION SELECT DISTINCT v.terms ->> 'currency' FROM plan_versions v JOIN plans p ON p.id = v.plan_id
          WHERE p.client_id = $1 AND v.approved_at IS NOT NULL
) c ORDER BY currency`

// runCurrency is the currency asked for, or the only one of the client's pay.
func (s *Service) runCurrency(ctx context.Context, client auth.ClientID, asked string) (string, error) {
	if asked != "" {
		_, err := money.Exponent(asked)
		return asked, err
	}
	var there []string
	if err := s.db.SelectContext(ctx, &there, selectCurrencies, client); err != nil {
		return "", fmt.Errorf("currencies: %w", err)
	}
	switch len(there) {
	case 0:
		return "", errs.Newf(errs.Invalid, "this client has no approved plan and nothing to pay; approve a plan first")
	case 1:
		return there[0], nil
	}
	return "", errs.Newf(errs.Invalid, "this client's pay is in %d currencies (%s, %s and so on): say which this run pays", len(there), there[0], there[1])
}
