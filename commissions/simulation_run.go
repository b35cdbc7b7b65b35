package commissions

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/lib/pq"

	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

const (
	beginSimulation = `
UPDATE plan_simulations m SET state = 'running' FROM plans p
WHERE m.id = $1 AND m.state IN ('queued','running') AND p.id = m.plan_id
RETURNING m.client_id, p.name, m.text, to_char(m.from_on, 'YYYY-MM-DD') AS from_on, to_char(m.until_on, 'YYYY-MM-DD') AS until_on, m.people`
	progressSimulation = `UPDATE plan_simulations SET progress = $2 WHERE id = $1 AND state = 'running'`
	endSimulation      = `
UPDATE plan_simulations SET state = 'done', progress = 1, result = $2, watermark = $3, inputs_sha256 = $4, finished_at = $5
WHERE id = $1 AND state = 'running'`
	failSimulation = `UPDATE plan_simulations SET state = 'failed', error = $2, finished_at = $3 WHERE id = $1 AND state = 'running'`

	selectEventsStamp = `SELECT count(*) AS events, COALESCE(max(id), 0) AS watermark FROM pay_events WHERE client_id = $1`

	// What the books have as cost of lines of those days, whoever paid it and when.
	selectBooked = `
SELECT to_char(date_trunc('month', e.line_on), 'YYYY-MM-DD') AS month, e.currency,
       SUM(CASE WHEN e.debit LIKE 'expense:%' OR e.debit LIKE '%:draw_receivable' THEN e.amount_minor ELSE 0 END
           - CASE WHEN e.credit LIKE 'expense:%' OR e.credit LIKE '%:draw_receivable' THEN e.amount_minor ELSE 0 END)::bigint AS minor
FROM entries e WHERE e.client_id = $1 AND e.line_on >= $2::date AND e.line_on < $3::date AND e.user_id = ANY($4)
GROUP BY 1, 2 ORDER BY 1, 2`
)

// inputs are what a simulation sees: all of one instant.
type inputs struct {
	work      *Workbook
	events    []*rules.Event
	watermark int64
	sum       [sha256.Size]byte
}

// inputsSum is the digest of everything that decides pay, by what it is counted by: all of it is only added to.
func inputsSum(ctx context.Context, db pg.DB, client auth.ClientID) (watermark int64, sum [sha256.Size]byte, err error) {
	var row struct {
		Events    int64 `db:"events"`
		Watermark int64 `db:"watermark"`
	}
	var stamp string
	if err := db.GetContext(ctx, &stamp, selectRulesStamp, client); err != nil {
		return 0, sum, fmt.Errorf("rules of client %d: %w", client, err)
	}
	if err := db.GetContext(ctx, &row, selectEventsStamp, client); err != nil {
		return 0, sum, fmt.Errorf("events of client %d: %w", client, err)
	}
	return row.Watermark, sha256.Sum256(fmt.Appendf(nil, "%d|%s|%d|%d", client, stamp, row.Events, row.Watermark)), nil
}

// readInputs reads them in one snapshot, so that both sides of a comparison and its watermark are of one instant.
func (s *Service) readInputs(ctx context.Context, client auth.ClientID) (in inputs, err error) {
	tx, err := s.db.BeginTxx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return in, fmt.Errorf("snapshot of client %d: %w", client, err)
	}
	defer func() { _ = tx.Rollback() }()
	if in.work, err = s.workbook(ctx, tx, client); err != nil {
		return in, err
	}
	if in.events, err = in.work.everything(ctx, tx); err != nil {
		return in, err
	}
	in.watermark, in.sum, err = inputsSum(ctx, tx, client)
	return in, err
}

// simulation is one that has begun.
type simulation struct {
	Client auth.ClientID `db:"client_id"`
	Plan   string        `db:"name"`
	Text   string        `db:"text"`
	From   rules.Date    `db:"from_on"`
	Until  rules.Date    `db:"until_on"`
	People pq.Int64Array `db:"people"`
}

// simulate works one out. Cut off, it begins again from nothing: it has posted nothing.
func (s *Service) simulate(ctx context.Context, id SimulationID) error {
	var m simulation
	if err := s.db.GetContext(ctx, &m, beginSimulation, id); pg.None(err) {
		return nil // it is over
	} else if err != nil {
		return fmt.Errorf("begin simulation %d: %w", id, err)
	}
	result, in, err := s.simulateOn(ctx, id, m)
	if ctx.Err() != nil {
		return ctx.Err() // the node stops: the job is tried again
	}
	if err != nil {
		s.log.WarnContext(ctx, "a simulation failed", "simulation", id, "error", err)
		_, err = s.db.ExecContext(ctx, failSimulation, id, sentenceOf(err), s.now())
		return errs.Wrap(err, "end simulation")
	}
	raw, err := json.Marshal(result)
	if err != nil {
		return err
	}
	_, err = s.db.ExecContext(ctx, endSimulation, id, raw, in.watermark, in.sum[:], s.now())
	return errs.Wrap(err, "end simulation")
}

func (s *Service) simulateOn(ctx context.Context, id SimulationID, m simulation) (out SimulationResult, in inputs, err error) {
	if in, err = s.readInputs(ctx, m.Client); err != nil {
		return out, in, err
	}
	ask := Trial{Client: m.Client, Plan: m.Plan, Text: m.Text, From: m.From, To: m.Until, Progress: s.progress(ctx, id)}
	for _, u := range m.People {
		ask.Users = append(ask.Users, auth.UserID(u))
	}
	trial, err := s.try(ctx, in, ask)
	if err != nil {
		return out, in, err
	}
	out = compareSides(trial)
	var booked []bookedRow
	if err := s.db.SelectContext(ctx, &booked, selectBooked, m.Client, m.From, m.Until, int64s(out.users())); err != nil {
		return out, in, fmt.Errorf("what the books have: %w", err)
	}
	out.book(booked)
	return out, in, nil
}

// progressSteps is how often a simulation says how far it is.
const progressSteps = 20

func (s *Service) progress(ctx context.Context, id SimulationID) func(float64) {
	said := 0
	return func(part float64) {
		if step := int(part * progressSteps); step > said {
			said = step
			if _, err := s.db.ExecContext(ctx, progressSimulation, id, part); err != nil {
				s.log.WarnContext(ctx, "progress of a simulation", "simulation", id, "error", err)
			}
		}
	}
}

// sentenceOf is what a person may read of a failure.
func sentenceOf(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Error()
	}
	return "the simulation could not be worked out; the log says why"
}
