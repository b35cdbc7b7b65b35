package commissions

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

func init() {
	pg.Constraint("plans_name_key", errs.Conflict, "there is a plan of this name already; give it a new version instead")
	pg.Constraint("plan_versions_key", errs.Conflict, "somebody has just added a version to this plan; look at theirs first")
	pg.Constraint("plan_versions_four_eyes", errs.Forbidden, "you wrote this version: somebody else has to approve it")
	pg.Constraint("plan_versions_immutable", errs.Conflict, "a plan version does not change; add a new version")
}

// Plan is how a client's agents are paid, in versions.
type Plan struct {
	ID        PlanID        `db:"id" json:"id"`
	Client    auth.ClientID `db:"client_id" json:"clientId"`
	Name      string        `db:"name" json:"name"`
	CreatedAt time.Time     `db:"created_at" json:"createdAt"`
	Versions  []PlanVersion `db:"-" json:"versions" nullable:"false" doc:"newest first"`
}

// PlanVersion is one version of a plan. Once approved it never changes. It values what happens from the day after its approval
// on; the first approved version also values what happened before, for people assigned to those days.
type PlanVersion struct {
	ID         VersionID       `db:"id" json:"id"`
	Plan       PlanID          `db:"plan_id" json:"planId"`
	Version    int             `db:"version" json:"version"`
	Text       string          `db:"text" json:"text" doc:"the plan in its language, docs/plans.md: what values"`
	Terms      rules.Terms     `db:"-" json:"terms" doc:"the simple form that the text was made of; no components when it was written as text"`
	SHA256     string          `db:"sha256" json:"sha256" doc:"of the canonical plan: the rule's identity on statements"`
	Author     string          `db:"author" json:"author"`
	Approver   string          `db:"approver" json:"approver,omitempty"`
	ApprovedAt *time.Time      `db:"approved_at" json:"approvedAt,omitempty"`
	CreatedAt  time.Time       `db:"created_at" json:"createdAt"`
	Simulation *SimulationHead `db:"-" json:"simulation,omitempty" doc:"of a version that waits for its approval: the newest simulation of this very text"`
	RawTerms   jsonTerms       `db:"terms" json:"-"`
	Zone       string          `db:"zone" json:"-"`
}

// jsonTerms are terms as the database keeps them.
type jsonTerms rules.Terms

// Scan reads a jsonb column.
func (t *jsonTerms) Scan(src any) error {
	raw, ok := src.([]byte)
	if !ok {
		return fmt.Errorf("plan terms come as %T", src)
	}
	return json.Unmarshal(raw, (*rules.Terms)(t))
}

// NewVersion is a version of a plan: its text in the language of plans, or the simple form, which is written in it.
type NewVersion struct {
	Text  string      `json:"text,omitempty" maxLength:"65536" doc:"the plan in its language (docs/plans.md)"`
	Terms rules.Terms `json:"terms,omitzero" doc:"instead of text: what a result pays, and a hold"`
}

// NewPlan is what a plan begins with: its first version.
type NewPlan struct {
	Client auth.ClientID `json:"clientId,omitempty" doc:"may be left out by people of one client"`
	Name   string        `json:"name"`
	NewVersion
}

const planNameMax = 80 // characters

// draft is a version that has been read and can be valued by.
type draft struct {
	terms rules.Plan // of the simple form; no components for a text
	plan  *rules.PayPlan
	text  string
}

// check names every fault of the name and the terms.
func (in NewPlan) check() error {
	var f errs.Faults
	name := strings.TrimSpace(in.Name)
	f.Check(name != "", "name", "a plan needs a name")
	f.Check(len(name) <= planNameMax, "name", fmt.Sprintf("at most %d characters", planNameMax))
	f.Check(!strings.Contains(name, "|"), "name", "must not hold a |")
	if e, ok := errors.AsType[*errs.Error](in.NewVersion.check()); ok {
		f = append(f, e.Fields...)
	}
	return f.Err()
}

// check names every fault of a version. Of a text they are the linter's errors, each with its path and line.
func (in NewVersion) check() error {
	if in.Text == "" {
		_, err := rules.Compile(in.Terms, "terms")
		return err
	}
	var f errs.Faults
	f.Check(len(in.Terms.Components) == 0, "terms", "a version is a text or the simple form, not both")
	for _, found := range rules.LintText([]byte(in.Text)) {
		if found.Severity == rules.SeverityError {
			f.Addf("text", "%s", found)
		}
	}
	return f.Err()
}

// draft makes of a checked version what is stored and values.
func (in NewVersion) draft(name string, version int, zone string) (d draft, err error) {
	if d.text = in.Text; in.Text == "" {
		if d.terms, err = rules.Compile(in.Terms, "terms"); err != nil {
			return draft{}, err
		}
		d.text = d.terms.Text(name, version, zone)
	}
	if d.plan, err = rules.ParsePlan([]byte(d.text)); err != nil {
		return draft{}, err
	}
	d.terms.Currency = d.plan.Currency
	return d, nil
}

const insertPlan = `INSERT INTO plans (client_id, name, created_at) VALUES ($1, $2, $3) RETURNING id`

// CreatePlan makes a plan with its first version, which somebody else has to approve.
//
// Codes: invalid (each fault of the terms by its path, or of the text by its line), conflict (the name is taken), not_found
// (another's client).
func (s *Service) CreatePlan(ctx context.Context, by auth.Actor, in NewPlan) (Plan, error) {
	if err := in.check(); err != nil {
		return Plan{}, err
	}
	client, err := by.ClientFor(in.Client)
	if err != nil {
		return Plan{}, err
	}
	now := s.now()
	var id PlanID
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if err := tx.GetContext(ctx, &id, insertPlan, client, strings.TrimSpace(in.Name), now); err != nil {
			return fmt.Errorf("insert plan: %w", err)
		}
		return insertVersionTx(ctx, tx, by, now, id, in.NewVersion)
	})
	if err != nil {
		return Plan{}, err
	}
	return s.PlanFor(ctx, by, id)
}

// AddVersion gives a plan its next version, which values nothing until somebody else approves it.
//
// Codes: invalid (each fault of the terms by its path, or of the text by its line), not_found.
func (s *Service) AddVersion(ctx context.Context, by auth.Actor, plan PlanID, in NewVersion) (Plan, error) {
	if err := in.check(); err != nil {
		return Plan{}, err
	}
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		return insertVersionTx(ctx, tx, by, s.now(), plan, in)
	})
	if err != nil {
		return Plan{}, err
	}
	return s.PlanFor(ctx, by, plan)
}

// lockPlan makes new versions of one plan wait for each other.
const lockPlan = `
SELECT p.client_id, p.name, c.zone, COALESCE((SELECT max(version) FROM plan_versions WHERE plan_id = p.id), 0) + 1 AS version
FROM plans p JOIN clients c ON c.id = p.client_id
WHERE p.id = $1 AND p.client_id = ANY($2) FOR UPDATE OF p`

const insertVersion = `
INSERT INTO plan_versions (plan_id, version, terms, text, sha256, author_id, created_at)
VALUES ($1, $2, $3, $4, decode($5, 'hex'), NULLIF($6::bigint, 0), $7)`

func insertVersionTx(ctx context.Context, tx *pg.Tx, by auth.Actor, now time.Time, plan PlanID, in NewVersion) error {
	var row struct {
		Client  auth.ClientID `db:"client_id"`
		Name    string        `db:"name"`
		Zone    string        `db:"zone"`
		Version int           `db:"version"`
	}
	if err := tx.GetContext(ctx, &row, lockPlan, plan, by.Scope()); err != nil {
		return notFound(err, "plan", plan)
	}
	d, err := in.draft(row.Name, row.Version, row.Zone)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, insertVersion, plan, row.Version, string(d.terms.Canonical()), d.text, d.plan.SHA, by.User, now)
	if err != nil {
		return fmt.Errorf("insert plan version: %w", err)
	}
	return auth.AuditTx(ctx, tx, by, now, auth.Change{
		Client: row.Client, Act: "plan.write", Object: fmt.Sprintf("plan:%d", plan),
		Data: map[string]any{"version": row.Version, "sha256": d.plan.SHA},
	})
}

const approveVersion = `
UPDATE plan_versions v SET approver_id = $2, approved_at = $3
FROM plans p
WHERE v.id = $1 AND v.approved_at IS NULL AND p.id = v.plan_id AND p.client_id = ANY($4)
RETURNING p.id, p.client_id`

const explainUnapproved = `
SELECT EXISTS (SELECT 1 FROM plan_versions v JOIN plans p ON p.id = v.plan_id WHERE v.id = $1 AND p.client_id = ANY($2))`

// hasNewerApproved: an older version approved now would push out the newer one from this instant on.
const hasNewerApproved = `
SELECT EXISTS (SELECT 1 FROM plan_versions n JOIN plan_versions v ON v.plan_id = n.plan_id
               WHERE v.id = $1 AND n.version > v.version AND n.approved_at IS NOT NULL)`

// markPlan marks everybody who is or was on a plan.
const markPlan = `INSERT INTO pay_dirty (client_id, user_id) SELECT DISTINCT $1::bigint, user_id FROM assignments WHERE plan_id = $2`

// ApproveVersion puts a version in force from tomorrow on, a plan's first from ever, and values what was waiting for it. Only a person can
// approve, and not the author.
//
// Codes: forbidden (the author, or a program), conflict (approved already, or a newer version is), not_found.
func (s *Service) ApproveVersion(ctx context.Context, by auth.Actor, version VersionID) (Plan, error) {
	if err := inPerson(by); err != nil {
		return Plan{}, err
	}
	var row struct {
		Plan   PlanID        `db:"id"`
		Client auth.ClientID `db:"client_id"`
	}
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		now := s.now()
		err := tx.GetContext(ctx, &row, approveVersion, version, by.User, now, by.Scope())
		if pg.None(err) {
			return s.whyUnapproved(ctx, tx, by, version)
		}
		if err != nil {
			return fmt.Errorf("approve plan version %d: %w", version, err)
		}
		var newer bool
		if err := tx.GetContext(ctx, &newer, hasNewerApproved, version); err != nil {
			return fmt.Errorf("newer versions: %w", err)
		}
		if err := acknowledgedTx(ctx, tx, version); err != nil {
			return err
		}
		if newer {
			return errs.Newf(errs.Conflict, "a newer version of this plan is in force already; an older one cannot follow it")
		}
		if _, err := tx.ExecContext(ctx, markPlan, row.Client, row.Plan); err != nil {
			return fmt.Errorf("mark who is on the plan: %w", err)
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: row.Client, Act: "plan.approve", Object: fmt.Sprintf("plan:%d", row.Plan), Data: map[string]any{"versionId": version},
		})
	})
	if err != nil {
		return Plan{}, err
	}
	s.valueFor(ctx, row.Client)
	return s.PlanFor(ctx, by, row.Plan)
}

func (s *Service) whyUnapproved(ctx context.Context, tx *pg.Tx, by auth.Actor, version VersionID) error {
	var there bool
	if err := tx.GetContext(ctx, &there, explainUnapproved, version, by.Scope()); err != nil {
		return fmt.Errorf("plan version %d: %w", version, err)
	}
	if !there {
		return errs.Newf(errs.NotFound, "there is no plan version %d here", version)
	}
	return errs.Newf(errs.Conflict, "this version has been approved already")
}

// inPerson refuses approval by the house itself and by API tokens: what four eyes must see, a program cannot.
func inPerson(by auth.Actor) error {
	if by.User == 0 || by.Token != 0 {
		return errs.Newf(errs.Forbidden, "an approval is a person's act: sign in and approve it yourself")
	}
	return nil
}

// valueFor computes whose pay a plan or an assignment has changed. The act that brought it has been committed; should this
// fail, the job "commissions.value" does it later.
func (s *Service) valueFor(ctx context.Context, client auth.ClientID) {
	if err := s.value(ctx, client); err != nil {
		s.log.WarnContext(ctx, "pay waits for the next round", "client", client, "error", err)
	}
}

const selectPlans = `
SELECT id, client_id, name, created_at FROM plans
WHERE client_id = ANY($1) AND ($2 = 0 OR id = $2)
ORDER BY name, id LIMIT $3 OFFSET $4`

const countPlans = `SELECT count(*) FROM plans WHERE client_id = ANY($1)`

const selectVersions = `
SELECT v.id, v.plan_id, v.version, v.terms, v.text, c.zone, encode(v.sha256, 'hex') AS sha256, COALESCE(a.name, 'the house') AS author,
       COALESCE(b.name, '') AS approver, v.approved_at, v.created_at
FROM plan_versions v JOIN plans p ON p.id = v.plan_id
     JOIN clients c ON c.id = p.client_id
     LEFT JOIN users a ON a.id = v.author_id
     LEFT JOIN users b ON b.id = v.approver_id
WHERE p.client_id = ANY($1) AND v.plan_id = ANY($2)
ORDER BY v.plan_id, v.version DESC`

// PlanFor is one plan with its versions.
//
// Codes: not_found.
func (s *Service) PlanFor(ctx context.Context, by auth.Actor, id PlanID) (Plan, error) {
	plans, err := s.plans(ctx, by, id, page{Limit: 1})
	if err != nil {
		return Plan{}, err
	}
	if len(plans) == 0 {
		return Plan{}, errs.Newf(errs.NotFound, "there is no plan %d here", id)
	}
	return plans[0], nil
}

// Plans are the plans of the actor's clients, by name, and how many there are.
func (s *Service) Plans(ctx context.Context, by auth.Actor, limit, offset int) ([]Plan, int, error) {
	var total int
	if err := s.db.GetContext(ctx, &total, countPlans, by.Scope()); err != nil {
		return nil, 0, fmt.Errorf("count plans: %w", err)
	}
	plans, err := s.plans(ctx, by, 0, page{Limit: limit, Offset: offset})
	return plans, total, err
}

func (s *Service) plans(ctx context.Context, by auth.Actor, id PlanID, p page) ([]Plan, error) {
	plans := []Plan{}
	if err := s.db.SelectContext(ctx, &plans, selectPlans, by.Scope(), id, p.Limit, p.Offset); err != nil {
		return nil, fmt.Errorf("plans: %w", err)
	}
	ids, at := make([]int64, len(plans)), map[PlanID]int{}
	for i, x := range plans {
		ids[i], at[x.ID], plans[i].Versions = int64(x.ID), i, []PlanVersion{}
	}
	var versions []PlanVersion
	var err error
	if err := s.db.SelectContext(ctx, &versions, selectVersions, by.Scope(), int64s(ids)); err != nil {
		return nil, fmt.Errorf("plan versions: %w", err)
	}
	for _, v := range versions {
		v.Terms = rules.Terms(v.RawTerms)
		if v.Text, err = textOf(plans[at[v.Plan]].Name, v.Version, v.Text, v.Terms, v.Zone); err != nil {
			return nil, err
		}
		plans[at[v.Plan]].Versions = append(plans[at[v.Plan]].Versions, v)
	}
	return plans, s.simulatedVersions(ctx, by, ids, plans)
}

// textOf is a version in the language of plans. Versions from before it have no text, and theirs is made of their terms:
// approved rows stay as they are.
func textOf(plan string, version int, text string, terms rules.Terms, zone string) (string, error) {
	if text != "" {
		return text, nil
	}
	compiled, err := rules.Compile(terms, "terms")
	if err != nil {
		return "", fmt.Errorf("plan %s version %d as stored: %w", plan, version, err)
	}
	return compiled.Text(plan, version, zone), nil
}
