package commissions

import (
	"context"
	"fmt"
	"time"

	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// Assignment puts an agent on a plan for the days [FromDate, UntilDate) of the client's calendar.
type Assignment struct {
	ID        AssignmentID  `db:"id" json:"id"`
	Client    auth.ClientID `db:"client_id" json:"clientId"`
	Plan      PlanID        `db:"plan_id" json:"planId"`
	PlanName  string        `db:"plan" json:"plan"`
	User      auth.UserID   `db:"user_id" json:"userId"`
	Name      string        `db:"name" json:"name"`
	FromDate  rules.Date    `db:"from_date" json:"fromDate"`
	UntilDate rules.Date    `db:"until_date" json:"untilDate,omitempty" doc:"the first day after it; absent when it has no end"`
	CreatedBy string        `db:"created_by" json:"createdBy"`
	CreatedAt time.Time     `db:"created_at" json:"createdAt"`
}

// NewAssignment is the input of Assign.
type NewAssignment struct {
	Plan      PlanID      `json:"planId"`
	User      auth.UserID `json:"userId"`
	FromDate  rules.Date  `json:"fromDate" doc:"may lie in the past: credits that waited for a plan are then valued" example:"2026-11-01"`
	UntilDate rules.Date  `json:"untilDate,omitempty" doc:"the first day after it; leave out for no end" example:"2027-01-01"`
}

// Validate names every fault of the input.
func (in NewAssignment) Validate() error {
	var f errs.Faults
	f.Check(in.Plan > 0, "planId", "say which plan")
	f.Check(in.User > 0, "userId", "say who")
	f.Check(isDate(in.FromDate), "fromDate", "must be a date such as 2026-11-01")
	f.Check(in.UntilDate == "" || isDate(in.UntilDate), "untilDate", "must be a date such as 2027-01-01")
	f.Check(in.UntilDate == "" || in.UntilDate > in.FromDate, "untilDate", "must be later than fromDate; it is the first day after the assignment")
	return f.Err()
}

func isDate(d rules.Date) bool {
	_, err := time.Parse(time.DateOnly, string(d))
	return err == nil
}

// lockAssignee makes assignments of one person wait for each other, so that of two that overlap one is refused.
const lockAssignee = `
SELECT u.name FROM users u
WHERE u.id = $1 AND (u.all_clients OR EXISTS (SELECT 1 FROM user_clients c WHERE c.user_id = u.id AND c.client_id = $2))
FOR NO KEY UPDATE OF u`

const selectOverlap = `
SELECT p.name, to_char(a.from_date, 'YYYY-MM-DD') AS from_date, COALESCE(to_char(a.until_date, 'YYYY-MM-DD'), '') AS until_date
FROM assignments a JOIN plans p ON p.id = a.plan_id
WHERE a.client_id = $1 AND a.user_id = $2
  AND daterange(a.from_date, a.until_date) && daterange($3::date, NULLIF($4, '')::date)
ORDER BY a.from_date LIMIT 1`

const insertAssignment = `
INSERT INTO assignments (client_id, plan_id, user_id, from_date, until_date, created_by, created_at)
VALUES ($1, $2, $3, $4::date, NULLIF($5, '')::date, $6, $7)
RETURNING id`

const selectPlanClient = `SELECT client_id FROM plans WHERE id = $1 AND client_id = ANY($2)`

// Assign puts a person on a plan and values the credits of those days that had none. A person is on one plan of a client
// at a time.
//
// Codes: invalid, not_found (the plan, or a person who does not work for its client), conflict (another plan on those days).
func (s *Service) Assign(ctx context.Context, by auth.Actor, in NewAssignment) (Assignment, error) {
	if err := in.Validate(); err != nil {
		return Assignment{}, err
	}
	var id AssignmentID
	var client auth.ClientID
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if err := tx.GetContext(ctx, &client, selectPlanClient, in.Plan, by.Scope()); err != nil {
			return notFound(err, "plan", in.Plan)
		}
		if err := refuseOverlap(ctx, tx, client, in); err != nil {
			return err
		}
		now := s.now()
		err := tx.GetContext(ctx, &id, insertAssignment, client, in.Plan, in.User, in.FromDate, in.UntilDate, by.Name, now)
		if err != nil {
			return fmt.Errorf("insert assignment: %w", err)
		}
		if err := markDirty(ctx, tx, client, []int64{int64(in.User)}, nil); err != nil {
			return err
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: client, Act: "plan.assign", Object: fmt.Sprintf("user:%d", in.User), Data: in,
		})
	})
	if err != nil {
		return Assignment{}, err
	}
	s.valueFor(ctx, client)
	return s.assignmentFor(ctx, by, id)
}

func refuseOverlap(ctx context.Context, tx *pg.Tx, client auth.ClientID, in NewAssignment) error {
	var name string
	if err := tx.GetContext(ctx, &name, lockAssignee, in.User, client); err != nil {
		if pg.None(err) {
			return errs.Newf(errs.NotFound, "person %d does not work for this client", in.User)
		}
		return fmt.Errorf("person %d: %w", in.User, err)
	}
	var other struct {
		Plan  string     `db:"name"`
		From  rules.Date `db:"from_date"`
		Until rules.Date `db:"until_date"`
	}
	err := tx.GetContext(ctx, &other, selectOverlap, client, in.User, in.FromDate, in.UntilDate)
	switch {
	case pg.None(err):
		return nil
	case err != nil:
		return fmt.Errorf("overlapping assignments: %w", err)
	case other.Until == "":
		return errs.Newf(errs.Conflict, "%s is on plan %s from %s on; end that first, then assign the new one", name, other.Plan, other.From)
	}
	return errs.Newf(errs.Conflict, "%s is on plan %s from %s until %s; choose other days", name, other.Plan, other.From, other.Until)
}

const lockAssignment = `
SELECT a.client_id, a.user_id, c.zone, to_char(a.from_date, 'YYYY-MM-DD') AS from_date,
       COALESCE(to_char(a.until_date, 'YYYY-MM-DD'), '') AS until_date
FROM assignments a JOIN clients c ON c.id = a.client_id
WHERE a.id = $1 AND a.client_id = ANY($2)
FOR NO KEY UPDATE OF a`

const endAssignment = `UPDATE assignments SET until_date = $2::date WHERE id = $1`

// EndAssignment takes a person off a plan from a day to come. Days that have been worked under a plan stay on it, so the
// end lies after today.
//
// Codes: invalid (not a day to come, or later than the end it has), not_found.
func (s *Service) EndAssignment(ctx context.Context, by auth.Actor, id AssignmentID, until rules.Date) (Assignment, error) {
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		var a struct {
			Client auth.ClientID `db:"client_id"`
			User   auth.UserID   `db:"user_id"`
			Zone   string        `db:"zone"`
			From   rules.Date    `db:"from_date"`
			Until  rules.Date    `db:"until_date"`
		}
		if err := tx.GetContext(ctx, &a, lockAssignment, id, by.Scope()); err != nil {
			return notFound(err, "assignment", id)
		}
		zone, err := time.LoadLocation(a.Zone)
		if err != nil {
			return fmt.Errorf("zone of client %d: %w", a.Client, err)
		}
		now := s.now()
		var f errs.Faults
		f.Check(isDate(until), "untilDate", "must be a date such as 2027-01-01")
		f.Check(until > rules.DateOf(now, zone), "untilDate", "must be after today: the days worked under the plan stay on it")
		f.Check(until > a.From, "untilDate", "must be later than the day it begins")
		f.Check(a.Until == "" || until <= a.Until, "untilDate", "it ends earlier already; assign the days after that anew")
		if err := f.Err(); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, endAssignment, id, until); err != nil {
			return fmt.Errorf("end assignment %d: %w", id, err)
		}
		if err := markDirty(ctx, tx, a.Client, []int64{int64(a.User)}, nil); err != nil {
			return err
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: a.Client, Act: "plan.unassign", Object: fmt.Sprintf("user:%d", a.User), Data: map[string]any{"assignmentId": id, "untilDate": until},
		})
	})
	if err != nil {
		return Assignment{}, err
	}
	return s.assignmentFor(ctx, by, id)
}
