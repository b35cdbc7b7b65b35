package commissions

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/httpx"
	"saveline/internal/pg"
)

const simulationColumns = `
m.id, m.client_id, m.plan_id, encode(m.sha256, 'hex') AS sha256, to_char(m.from_on, 'YYYY-MM-DD') AS from_on, to_char(m.until_on, 'YYYY-MM-DD') AS until_on,
cardinality(m.people) AS named, m.state, m.progress, m.error, u.name AS asked_by, m.asked_at, m.finished_at, COALESCE(m.watermark, 0) AS watermark,
m.inputs_sha256, (SELECT count(*) FROM pay_events e WHERE e.client_id = m.client_id AND e.id > m.watermark) AS newer`

const (
	selectSimulations = `
SELECT ` + simulationColumns + `, jsonb_build_object('summary', m.result -> 'summary') AS result
FROM plan_simulations m JOIN users u ON u.id = m.asked_by
WHERE m.plan_id = $1 AND m.client_id = ANY($2) ORDER BY m.id DESC LIMIT $3 OFFSET $4`
	countSimulations = `SELECT count(*) FROM plan_simulations WHERE plan_id = $1 AND client_id = ANY($2)`
	selectSimulation = `
SELECT ` + simulationColumns + `, m.text, COALESCE(m.result, '{}') AS result
FROM plan_simulations m JOIN users u ON u.id = m.asked_by
WHERE m.id = $1 AND m.client_id = ANY($2)`

	// The newest of each text of some plans.
	selectNewestSimulations = `
SELECT DISTINCT ON (m.plan_id, m.sha256) ` + simulationColumns + `, jsonb_build_object('summary', m.result -> 'summary') AS result
FROM plan_simulations m JOIN users u ON u.id = m.asked_by
WHERE m.plan_id = ANY($1) AND m.client_id = ANY($2) ORDER BY m.plan_id, m.sha256, m.id DESC`

	selectNames = `SELECT id, name FROM users WHERE id = ANY($1)`
)

type simulationRow struct {
	ID         SimulationID  `db:"id"`
	Client     auth.ClientID `db:"client_id"`
	Plan       PlanID        `db:"plan_id"`
	SHA256     string        `db:"sha256"`
	From       rules.Date    `db:"from_on"`
	Until      rules.Date    `db:"until_on"`
	Named      int           `db:"named"`
	State      string        `db:"state"`
	Progress   float64       `db:"progress"`
	Error      string        `db:"error"`
	AskedBy    string        `db:"asked_by"`
	AskedAt    time.Time     `db:"asked_at"`
	FinishedAt *time.Time    `db:"finished_at"`
	Watermark  int64         `db:"watermark"`
	Inputs     []byte        `db:"inputs_sha256"`
	Newer      int           `db:"newer"`
	Text       string        `db:"text"`
	Result     jsonResult    `db:"result"`
}

func (r simulationRow) head(current map[auth.ClientID][]byte) SimulationHead {
	out := SimulationHead{
		ID: r.ID, Plan: r.Plan, SHA256: r.SHA256, From: r.From, Until: r.Until, Named: r.Named, State: r.State, Progress: r.Progress, Error: r.Error,
		AskedBy: r.AskedBy, AskedAt: r.AskedAt, FinishedAt: r.FinishedAt, Watermark: r.Watermark, Newer: r.Newer,
	}
	if r.State == "done" {
		out.Inputs, out.Summary = fmt.Sprintf("%x", r.Inputs), &r.Result.Summary
		out.Current = bytes.Equal(r.Inputs, current[r.Client])
	}
	return out
}

// heads are rows as people read them; what has changed since is asked once a client.
func heads(ctx context.Context, db pg.DB, rows []simulationRow) ([]SimulationHead, error) {
	current := map[auth.ClientID][]byte{}
	out := make([]SimulationHead, len(rows))
	for i, r := range rows {
		if _, asked := current[r.Client]; !asked && r.State == "done" {
			_, sum, err := inputsSum(ctx, db, r.Client)
			if err != nil {
				return nil, err
			}
			current[r.Client] = sum[:]
		}
		out[i] = r.head(current)
	}
	return out, nil
}

// Simulations are a plan's, newest first, and how many there are.
//
// Codes: not_found (the plan).
func (s *Service) Simulations(ctx context.Context, by auth.Actor, plan PlanID, limit, offset int) ([]SimulationHead, int, error) {
	if _, err := s.PlanFor(ctx, by, plan); err != nil {
		return nil, 0, err
	}
	var total int
	if err := s.db.GetContext(ctx, &total, countSimulations, plan, by.Scope()); err != nil {
		return nil, 0, fmt.Errorf("count simulations: %w", err)
	}
	var rows []simulationRow
	if err := s.db.SelectContext(ctx, &rows, selectSimulations, plan, by.Scope(), limit, offset); err != nil {
		return nil, 0, fmt.Errorf("simulations: %w", err)
	}
	out, err := heads(ctx, s.db, rows)
	return out, total, err
}

// SimulationFor is one simulation with everybody in it.
//
// Codes: not_found.
func (s *Service) SimulationFor(ctx context.Context, by auth.Actor, id SimulationID) (Simulation, error) {
	var row simulationRow
	if err := s.db.GetContext(ctx, &row, selectSimulation, id, by.Scope()); err != nil {
		return Simulation{}, notFound(err, "simulation", id)
	}
	head, err := heads(ctx, s.db, []simulationRow{row})
	if err != nil {
		return Simulation{}, err
	}
	out := Simulation{SimulationHead: head[0], Text: row.Text}
	if row.State != "done" {
		return out, nil
	}
	result := SimulationResult(row.Result)
	out.Result = &result
	return out, s.name(ctx, &result)
}

// name gives the people of a result the names they have now.
func (s *Service) name(ctx context.Context, r *SimulationResult) error {
	var rows []struct {
		ID   auth.UserID `db:"id"`
		Name string      `db:"name"`
	}
	if err := s.db.SelectContext(ctx, &rows, selectNames, int64s(r.users())); err != nil {
		return fmt.Errorf("names: %w", err)
	}
	names := map[auth.UserID]string{}
	for _, n := range rows {
		names[n.ID] = n.Name
	}
	for i, p := range r.People {
		r.People[i].Name = names[p.User]
	}
	return nil
}

// simulatedVersions gives each version that waits for its approval the newest simulation of its text.
func (s *Service) simulatedVersions(ctx context.Context, by auth.Actor, ids []int64, plans []Plan) error {
	var rows []simulationRow
	if err := s.db.SelectContext(ctx, &rows, selectNewestSimulations, int64s(ids), by.Scope()); err != nil {
		return fmt.Errorf("newest simulations: %w", err)
	}
	all, err := heads(ctx, s.db, rows)
	if err != nil {
		return err
	}
	for _, head := range all {
		for i := range plans {
			plans[i].simulated(head)
		}
	}
	return nil
}

func (p *Plan) simulated(head SimulationHead) {
	for i, v := range p.Versions {
		if p.ID == head.Plan && v.SHA256 == head.SHA256 && v.ApprovedAt == nil {
			p.Versions[i].Simulation = &head
		}
	}
}

// SimulationCSV is a simulation's people as CSV that a spreadsheet opens: one row a person and currency, in the order of
// the page. Amounts are decimals with the currency's places.
//
// Codes: not_found, conflict (it is not over, or failed).
func (s *Service) SimulationCSV(ctx context.Context, by auth.Actor, id SimulationID) ([]byte, error) {
	m, err := s.SimulationFor(ctx, by, id)
	if err != nil {
		return nil, err
	}
	if m.Result == nil {
		return nil, errs.Newf(errs.Conflict, "this simulation is %s: it has no result to take away", m.State)
	}
	var body bytes.Buffer
	out := httpx.NewCSV(&body, httpx.CSVOptions{BOM: true})
	_ = out.Write("user_id", "name", "tried", "old", "new", "difference", "percent", "currency", "plan_sha256", "from", "until") // errors stick until Close
	for _, p := range m.Result.People {
		_ = out.Write(agentOf(p.User), p.Name, fmt.Sprint(p.Tried), p.Old.String(), p.New.String(), p.Difference.String(), p.Percent, p.Old.Currency,
			m.SHA256, string(m.From), string(m.Until))
	}
	err = out.Close()
	return body.Bytes(), err
}
