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
	"saveline/internal/jobs"
	"saveline/internal/pg"
)

// SimulationID names what a plan would have paid, as it was worked out once.
type SimulationID int64

func init() {
	pg.Constraint("plan_simulations_one", errs.Conflict, "a simulation of this plan is under way; wait for it to end")
	pg.Constraint("plan_simulations_kept", errs.Conflict, "a simulation that is over stays as it is; ask for another")
}

// SimulationHead is a simulation without its people.
type SimulationHead struct {
	ID         SimulationID       `json:"id"`
	Plan       PlanID             `json:"planId"`
	SHA256     string             `json:"sha256" doc:"of the plan that was simulated; equal to a version's when it is of that version's text"`
	From       rules.Date         `json:"from"`
	Until      rules.Date         `json:"until" doc:"the first day after"`
	Named      int                `json:"named" doc:"how many people were named; 0: who was on the plan"`
	State      string             `json:"state" enum:"queued,running,done,failed"`
	Progress   float64            `json:"progress" doc:"0 to 1"`
	Error      string             `json:"error,omitempty"`
	AskedBy    string             `json:"askedBy"`
	AskedAt    time.Time          `json:"askedAt"`
	FinishedAt *time.Time         `json:"finishedAt,omitempty"`
	Watermark  int64              `json:"watermark,omitempty" doc:"the newest pay event that it saw"`
	Inputs     string             `json:"inputsSha256,omitempty" doc:"of everything that it saw"`
	Current    bool               `json:"current" doc:"nothing that it saw has changed since"`
	Newer      int                `json:"newer" doc:"how many pay events have come since"`
	Summary    *SimulationSummary `json:"summary,omitempty"`
}

// Simulation is what a plan would have paid, person by person.
type Simulation struct {
	SimulationHead
	Text   string            `json:"text" doc:"the plan that was simulated"`
	Result *SimulationResult `json:"result,omitempty"`
}

// NewSimulation asks for a simulation of a version that nobody has approved, or of the draft.
type NewSimulation struct {
	Version  VersionID     `json:"versionId,omitempty" doc:"a version that waits for its approval"`
	Revision int           `json:"revision,omitempty" minimum:"0" doc:"instead: the draft as it was saved at this revision"`
	From     rules.Date    `json:"from" doc:"the first day of a month" example:"2026-08-01"`
	Until    rules.Date    `json:"until" doc:"the first day of the month after the last; not after the month that goes on now" example:"2026-11-01"`
	Users    []auth.UserID `json:"users,omitempty" maxItems:"2000" doc:"whom it is meant for; nobody: who was on the plan in those months"`
}

const (
	simulationMonthsMax = 24
	simulationPeopleMax = 2000
)

// Validate names every fault that needs no look at the books. today is the day in the client's zone.
func (in NewSimulation) validate(today rules.Date) error {
	var f errs.Faults
	f.Check((in.Version == 0) != (in.Revision == 0), "versionId", "name a version or the draft's revision, one of them")
	days := true
	for path, d := range map[string]rules.Date{"from": in.From, "until": in.Until} {
		ok := isDate(d)
		if ok {
			first, _ := monthOf(d)
			ok = first == d
		}
		f.Check(ok, path, "must be the first day of a month, such as 2026-11-01")
		days = days && ok
	}
	f.Check(len(in.Users) <= simulationPeopleMax, "users", fmt.Sprintf("at most %d people", simulationPeopleMax))
	if !days {
		return f.Err()
	}
	_, next := monthOf(today)
	f.Check(in.From < in.Until, "until", "must be after the first month")
	f.Check(in.Until <= next, "until", fmt.Sprintf("must not be after %s: what has not happened cannot be simulated", next))
	f.Check(in.Until <= monthsAfter(in.From, simulationMonthsMax), "from", fmt.Sprintf("at most %d months at once", simulationMonthsMax))
	return f.Err()
}

// monthsAfter is the same day so many months later; d is the first of a month.
func monthsAfter(d rules.Date, n int) rules.Date {
	for range n {
		_, d = monthOf(d)
	}
	return d
}

// simulateJob is the job of one simulation.
type simulateJob struct {
	Simulation SimulationID `json:"simulation"`
}

// Kind names the job.
func (simulateJob) Kind() string { return "plan_simulation" }

const simulateTimeout = 10 * time.Minute

// SetQueue gives the service the queue that simulations run by. Without one they are done on the spot.
func (s *Service) SetQueue(q *jobs.Client) {
	s.queue = q
	jobs.Handle(q, simulateTimeout, func(ctx context.Context, j simulateJob) error { return s.simulate(ctx, j.Simulation) })
}

const insertSimulation = `
INSERT INTO plan_simulations (client_id, plan_id, text, sha256, from_on, until_on, people, state, asked_by, asked_at)
VALUES ($1, $2, $3, decode($4, 'hex'), $5, $6, $7, 'queued', $8, $9) RETURNING id`

// Simulate asks what a plan's next version would have paid over some months, against what the plans in force pay. Nothing of
// it is posted; what comes of it is kept for who approves the version.
//
// Codes: invalid (the months, the people; a text that cannot be read), not_found (the plan, the version), stale (the draft has
// been saved since), conflict (the version is approved already; a simulation of the plan is under way).
func (s *Service) Simulate(ctx context.Context, by auth.Actor, plan PlanID, in NewSimulation) (Simulation, error) {
	p, err := s.PlanFor(ctx, by, plan)
	if err != nil {
		return Simulation{}, err
	}
	now := s.now()
	today, err := s.dayOf(ctx, p.Client, now)
	if err != nil {
		return Simulation{}, err
	}
	if err := in.validate(today); err != nil {
		return Simulation{}, err
	}
	text, err := s.simulated(ctx, by, p, in)
	if err != nil {
		return Simulation{}, err
	}
	candidate, err := rules.ParsePlan([]byte(text))
	if err != nil {
		return Simulation{}, err
	}
	if err := s.knowAll(ctx, p.Client, in.Users); err != nil {
		return Simulation{}, err
	}
	var id SimulationID
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if err := tx.GetContext(ctx, &id, insertSimulation, p.Client, plan, text, candidate.SHA, in.From, in.Until, int64s(in.Users), by.User, now); err != nil {
			return fmt.Errorf("keep simulation: %w", err)
		}
		err := auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: p.Client, Act: "plan.simulate", Object: fmt.Sprintf("plan:%d", plan),
			Data: map[string]any{"simulation": id, "sha256": candidate.SHA, "from": in.From, "until": in.Until, "people": len(in.Users)},
		})
		if err != nil || s.queue == nil {
			return err
		}
		return s.queue.InsertTx(ctx, tx, simulateJob{id}, jobs.Options{})
	})
	if err != nil {
		return Simulation{}, err
	}
	if s.queue == nil {
		if err := s.simulate(ctx, id); err != nil {
			return Simulation{}, err
		}
	}
	return s.SimulationFor(ctx, by, id)
}

// simulated is the text that a simulation is of.
func (s *Service) simulated(ctx context.Context, by auth.Actor, p Plan, in NewSimulation) (string, error) {
	if in.Version == 0 {
		d, err := s.Draft(ctx, by, p.ID)
		if err == nil && d.Revision != in.Revision {
			return "", staleDraft()
		}
		return d.Text, err
	}
	i := slices.IndexFunc(p.Versions, func(v PlanVersion) bool { return v.ID == in.Version })
	if i < 0 {
		return "", errs.Newf(errs.NotFound, "there is no version %d of this plan here", in.Version)
	}
	if p.Versions[i].ApprovedAt != nil {
		return "", errs.Newf(errs.Conflict, "this version has been approved already: what it pays is in the books")
	}
	return p.Versions[i].Text, nil
}

func (s *Service) dayOf(ctx context.Context, client auth.ClientID, now time.Time) (rules.Date, error) {
	var zone string
	if err := s.db.GetContext(ctx, &zone, selectZone, client); err != nil {
		return "", fmt.Errorf("zone of client %d: %w", client, err)
	}
	at, err := time.LoadLocation(zone)
	if err != nil {
		return "", err
	}
	return rules.DateOf(now, at), nil
}

const selectUnknownPeople = `
SELECT x.id FROM unnest($1::bigint[]) AS x(id)
WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.id = x.id AND (u.all_clients OR EXISTS (SELECT 1 FROM user_clients c WHERE c.user_id = u.id AND c.client_id = $2)))
ORDER BY x.id LIMIT 20`

// knowAll refuses people who are not the client's.
func (s *Service) knowAll(ctx context.Context, client auth.ClientID, users []auth.UserID) error {
	var unknown []int64
	if err := s.db.SelectContext(ctx, &unknown, selectUnknownPeople, int64s(users), client); err != nil {
		return fmt.Errorf("people of a simulation: %w", err)
	}
	var f errs.Faults
	for _, id := range unknown {
		f.Addf("users", "there is no person %d here", id)
	}
	return f.Err()
}

// jsonResult is a result as the database keeps it.
type jsonResult SimulationResult

// Scan reads a jsonb column.
func (r *jsonResult) Scan(src any) error {
	raw, ok := src.([]byte)
	if !ok {
		return fmt.Errorf("a simulation's result comes as %T", src)
	}
	return json.Unmarshal(raw, (*SimulationResult)(r))
}
