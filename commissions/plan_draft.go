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

// PlanDraft is what a plan's next version will be. It values nothing and nobody can approve it: submitting it makes the version.
type PlanDraft struct {
	Plan     PlanID     `db:"plan_id" json:"planId"`
	Text     string     `db:"text" json:"text" doc:"what was saved last, else the newest version"`
	Revision int        `db:"revision" json:"revision" doc:"send it back as If-Match; a new version of the plan and every save make another"`
	SavedBy  string     `db:"saved_by" json:"savedBy,omitempty"`
	SavedAt  *time.Time `db:"saved_at" json:"savedAt,omitempty"`
}

// draftSavesMax numbers the saves of a draft after the version that it was begun from: of version 3 the first is 3001.
const draftSavesMax = 1000

const (
	selectDraft = `
SELECT d.plan_id, d.text, d.revision, u.name AS saved_by, d.saved_at
FROM plan_drafts d JOIN users u ON u.id = d.saved_by WHERE d.plan_id = $1 AND d.client_id = ANY($2)`

	insertDraft = `
INSERT INTO plan_drafts (plan_id, client_id, text, revision, saved_by, saved_at)
SELECT p.id, p.client_id, $3, $6 + 1, $4, $5 FROM plans p
WHERE p.id = $1 AND p.client_id = ANY($2) AND $6::int = $7 * (SELECT max(version) FROM plan_versions WHERE plan_id = p.id)
ON CONFLICT (plan_id) DO NOTHING
RETURNING client_id`

	updateDraft = `
UPDATE plan_drafts SET text = $3, revision = revision + 1, saved_by = $4, saved_at = $5
WHERE plan_id = $1 AND client_id = ANY($2) AND revision = $6
RETURNING client_id`

	deleteDraft = `DELETE FROM plan_drafts WHERE plan_id = $1 AND client_id = ANY($2) AND revision = $3 RETURNING text`
)

// Draft is a plan's draft; where nobody has saved one, its newest version.
//
// Codes: not_found.
func (s *Service) Draft(ctx context.Context, by auth.Actor, plan PlanID) (PlanDraft, error) {
	p, err := s.PlanFor(ctx, by, plan)
	if err != nil {
		return PlanDraft{}, err
	}
	out := PlanDraft{Plan: plan}
	err = s.db.GetContext(ctx, &out, selectDraft, plan, by.Scope())
	if pg.None(err) && len(p.Versions) > 0 {
		out.Text, out.Revision = p.Versions[0].Text, draftSavesMax*p.Versions[0].Version
		return out, nil
	}
	if err != nil {
		return PlanDraft{}, fmt.Errorf("draft of plan %d: %w", plan, err)
	}
	return out, nil
}

// SaveDraft keeps a text that somebody is at work on; it may still have faults. revision is the one that was read.
//
// Codes: invalid (empty or too long), not_found, stale (somebody else saved since).
func (s *Service) SaveDraft(ctx context.Context, by auth.Actor, plan PlanID, revision int, text string) (PlanDraft, error) {
	var f errs.Faults
	f.Check(text != "", "text", "a draft has some text")
	f.Check(len(text) <= planTextMax, "text", fmt.Sprintf("at most %d kB", planTextMax>>10))
	if err := f.Err(); err != nil {
		return PlanDraft{}, err
	}
	if _, err := s.PlanFor(ctx, by, plan); err != nil {
		return PlanDraft{}, err
	}
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		now := s.now()
		var client auth.ClientID
		var err error
		if revision%draftSavesMax == 0 {
			err = tx.GetContext(ctx, &client, insertDraft, plan, by.Scope(), text, by.User, now, revision, draftSavesMax)
		} else {
			err = tx.GetContext(ctx, &client, updateDraft, plan, by.Scope(), text, by.User, now, revision)
		}
		if pg.None(err) {
			return staleDraft()
		}
		if err != nil {
			return fmt.Errorf("save draft of plan %d: %w", plan, err)
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{Client: client, Act: "plan.draft", Object: fmt.Sprintf("plan:%d", plan), Data: map[string]any{"revision": revision + 1}})
	})
	if err != nil {
		return PlanDraft{}, err
	}
	return s.Draft(ctx, by, plan)
}

func staleDraft() error {
	return errs.Newf(errs.Stale, "somebody else has saved this draft since you opened it: look at theirs, then save yours over it or take theirs")
}

// SubmitDraft makes the draft the plan's next version, for somebody else to approve, and ends the draft.
//
// Codes: invalid (each fault by its line; the legal warning is not acknowledged), not_found, stale.
func (s *Service) SubmitDraft(ctx context.Context, by auth.Actor, plan PlanID, revision int) (Plan, error) {
	if _, err := s.PlanFor(ctx, by, plan); err != nil {
		return Plan{}, err
	}
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		var in NewVersion
		err := tx.GetContext(ctx, &in.Text, deleteDraft, plan, by.Scope(), revision)
		if pg.None(err) {
			return staleDraft()
		}
		if err != nil {
			return fmt.Errorf("draft of plan %d: %w", plan, err)
		}
		if err := in.check(); err != nil {
			return err
		}
		if err := acknowledged(in.Text); err != nil {
			return err
		}
		return insertVersionTx(ctx, tx, by, s.now(), plan, in)
	})
	if err != nil {
		return Plan{}, err
	}
	return s.PlanFor(ctx, by, plan)
}

// acknowledged refuses a plan whose legal warning nobody has answered.
func acknowledged(text string) error {
	p, err := rules.ParsePlan([]byte(text))
	if err != nil {
		return err
	}
	if hangs, accepted := p.MinimumSave(); hangs && !accepted {
		return errs.Newf(errs.Invalid, "pay hangs on a least number of saves, which regulators treat as hindering cancellations: have counsel look, then write acknowledgement: {minimum_save: accepted} into the plan")
	}
	return nil
}

const selectVersionText = `
SELECT p.name, v.version, v.text, v.terms, c.zone
FROM plan_versions v JOIN plans p ON p.id = v.plan_id JOIN clients c ON c.id = p.client_id
WHERE v.id = $1`

// acknowledgedTx is acknowledged for a stored version: nobody puts it in force before.
func acknowledgedTx(ctx context.Context, tx *pg.Tx, version VersionID) error {
	text, err := versionTextTx(ctx, tx, version)
	if err != nil {
		return err
	}
	return acknowledged(text)
}

func versionTextTx(ctx context.Context, tx *pg.Tx, version VersionID) (string, error) {
	var row struct {
		Name    string    `db:"name"`
		Version int       `db:"version"`
		Text    string    `db:"text"`
		Terms   jsonTerms `db:"terms"`
		Zone    string    `db:"zone"`
	}
	if err := tx.GetContext(ctx, &row, selectVersionText, version); err != nil {
		return "", notFound(err, "plan version", version)
	}
	return textOf(row.Name, row.Version, row.Text, rules.Terms(row.Terms), row.Zone)
}
