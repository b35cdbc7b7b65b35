package commissions

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
)

func init() {
	pg.Constraint("adjustments_four_eyes", errs.Forbidden, "you entered this adjustment: somebody else has to decide on it")
	pg.Constraint("adjustments_decider_not_paid", errs.Forbidden, "this adjustment is of your own pay: somebody else has to decide on it")
	pg.Constraint("adjustments_not_for_oneself", errs.Forbidden, "you cannot adjust your own pay: open a dispute instead")
	pg.Constraint("adjustments_immutable", errs.Conflict, "this adjustment has been decided; enter a new one to change its effect")
}

// AdjustmentState is where an adjustment stands.
type AdjustmentState string

// An adjustment is proposed by one person and decided by another, once.
const (
	AdjustmentProposed AdjustmentState = "proposed"
	AdjustmentApproved AdjustmentState = "approved"
	AdjustmentRefused  AdjustmentState = "refused"
)

// The kinds of adjustments.
const (
	adjustManual   = "manual"
	adjustWriteOff = "write_off"
	adjustDispute  = "dispute"
)

// Reasons are the codes that a manual adjustment may give. Leavers' write-offs and disputes have their own.
var Reasons = []string{"wrong_amount", "missing_result", "wrong_agent", "data_error", "goodwill", "plan_error"}

const (
	reasonLeft      = "left"
	reasonDispute   = "dispute"
	noteMax         = 2000 // characters
	evidenceMax     = 500  // characters
	writeOffAccount = "writeoff"
)

// Adjustment is an amount of somebody's pay that no rule gave. Approved, it is in the ledger.
type Adjustment struct {
	ID        AdjustmentID    `db:"id" json:"id"`
	Client    auth.ClientID   `db:"client_id" json:"clientId"`
	User      auth.UserID     `db:"user_id" json:"userId"`
	Name      string          `db:"name" json:"name"`
	Kind      string          `db:"kind" json:"kind" doc:"manual, write_off or dispute"`
	Amount    money.Amount    `db:"-" json:"amount" doc:"less than zero takes back"`
	Component string          `db:"component" json:"component"`
	Reason    string          `db:"reason" json:"reason"`
	Note      string          `db:"note" json:"note,omitempty"`
	Evidence  string          `db:"evidence" json:"evidence" doc:"where the evidence is: a link or a file number"`
	Adjusts   EntryID         `db:"adjusts_id" json:"adjustsId,omitempty" doc:"the entry that it corrects"`
	State     AdjustmentState `db:"state" json:"state" doc:"proposed, approved or refused"`
	EnteredBy string          `db:"entered_by" json:"enteredBy"`
	EnteredAt time.Time       `db:"entered_at" json:"enteredAt"`
	DecidedBy string          `db:"decided_by" json:"decidedBy,omitempty"`
	DecidedAt *time.Time      `db:"decided_at" json:"decidedAt,omitempty"`
	Minor     int64           `db:"amount_minor" json:"-"`
	Currency  string          `db:"currency" json:"-"`
}

// NewAdjustment is the input of Adjust.
type NewAdjustment struct {
	Client    auth.ClientID `json:"clientId,omitempty" doc:"may be left out by people of one client, and with adjustsId"`
	User      auth.UserID   `json:"userId,omitempty" doc:"whose pay; may be left out with adjustsId"`
	Amount    money.Amount  `json:"amount" doc:"less than zero takes back"`
	Component string        `json:"component,omitempty" doc:"the line of the statement it belongs to; may be left out with adjustsId" example:"save_bonus"`
	Reason    string        `json:"reason" enum:"wrong_amount,missing_result,wrong_agent,data_error,goodwill,plan_error"`
	Note      string        `json:"note,omitempty"`
	Evidence  string        `json:"evidence" doc:"where somebody who checks finds the evidence: a link or a file number"`
	Adjusts   EntryID       `json:"adjustsId,omitempty" doc:"the entry that it corrects"`
}

// Validate names every fault of the input.
func (in NewAdjustment) Validate() error {
	var f errs.Faults
	f.Check(in.User > 0 || in.Adjusts > 0, "userId", "say whose pay it is")
	f.Check(in.Amount.Minor != 0, "amount", "an adjustment of nothing changes nothing")
	f.Check(in.Component == "" && in.Adjusts > 0 || accountComponent.MatchString(in.Component), "component", "say which line of the statement it belongs to, such as save_bonus")
	f.Check(slices.Contains(Reasons, in.Reason), "reason", "must be one of "+strings.Join(Reasons, ", "))
	f.Check(len(in.Note) <= noteMax, "note", fmt.Sprintf("at most %d characters", noteMax))
	checkEvidence(&f, in.Evidence)
	return f.Err()
}

func checkEvidence(f *errs.Faults, evidence string) {
	f.Check(strings.TrimSpace(evidence) != "", "evidence", "say where the evidence is: a link or a file number")
	f.Check(len(evidence) <= evidenceMax, "evidence", fmt.Sprintf("at most %d characters", evidenceMax))
}

const (
	// One's own client's entries of an agent only; what a run posted is corrected through the lines that it paid.
	selectAdjusted = `
SELECT id, client_id, user_id, component, currency, COALESCE(credit_id, 0) AS credit_id, COALESCE(plan_version_id, 0) AS plan_version_id, effective_at
FROM entries WHERE id = $1 AND client_id = ANY($2) AND user_id IS NOT NULL AND run_id IS NULL`

	selectEmployed = `
SELECT u.id FROM users u
WHERE u.id = $1 AND (u.all_clients OR EXISTS (SELECT 1 FROM user_clients c WHERE c.user_id = u.id AND c.client_id = $2)
                     OR EXISTS (SELECT 1 FROM credits k WHERE k.user_id = u.id AND k.client_id = $2))
FOR NO KEY UPDATE OF u`

	insertAdjustment = `
INSERT INTO adjustments (client_id, user_id, kind, amount_minor, currency, component, reason, note, evidence, adjusts_id, state, entered_by, entered_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULLIF($10::bigint, 0), 'proposed', $11, $12)
RETURNING id`
)

// adjusted is the entry that an adjustment corrects.
type adjusted struct {
	ID        EntryID       `db:"id"`
	Client    auth.ClientID `db:"client_id"`
	User      auth.UserID   `db:"user_id"`
	Component string        `db:"component"`
	Currency  string        `db:"currency"`
	CreditID  CreditID      `db:"credit_id"`
	Version   VersionID     `db:"plan_version_id"`
	Effective time.Time     `db:"effective_at"`
}

// Adjust proposes an amount that no rule gave. Nothing is posted before somebody else approves it.
//
// Codes: invalid, forbidden (one's own pay, or a program), not_found (the person, or the entry).
func (s *Service) Adjust(ctx context.Context, by auth.Actor, in NewAdjustment) (Adjustment, error) {
	if err := in.Validate(); err != nil {
		return Adjustment{}, err
	}
	if err := inPerson(by); err != nil {
		return Adjustment{}, err
	}
	var id AdjustmentID
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		row, err := resolveAdjustment(ctx, tx, by, in)
		if err != nil {
			return err
		}
		id, err = insertAdjustmentTx(ctx, tx, by, s.now(), row)
		return err
	})
	if err != nil {
		return Adjustment{}, err
	}
	return s.adjustmentFor(ctx, by, id)
}

// resolveAdjustment fills in what the corrected entry says, and refuses what does not fit it.
func resolveAdjustment(ctx context.Context, tx *pg.Tx, by auth.Actor, in NewAdjustment) (Adjustment, error) {
	row := Adjustment{
		Client: in.Client, User: in.User, Kind: adjustManual, Minor: in.Amount.Minor, Currency: in.Amount.Currency, Component: in.Component,
		Reason: in.Reason, Note: in.Note, Evidence: strings.TrimSpace(in.Evidence), Adjusts: in.Adjusts,
	}
	if in.Adjusts != 0 {
		var e adjusted
		if err := tx.GetContext(ctx, &e, selectAdjusted, in.Adjusts, by.Scope()); err != nil {
			return row, notFound(err, "entry of somebody's pay", in.Adjusts)
		}
		if e.Currency != row.Currency || in.User != 0 && in.User != e.User || in.Client != 0 && in.Client != e.Client {
			return row, errs.Newf(errs.Invalid, "entry %d is another person's, or in %s", e.ID, e.Currency)
		}
		row.Client, row.User = e.Client, e.User
		if row.Component == "" {
			row.Component = e.Component
		}
		return row, nil
	}
	var err error
	if row.Client, err = by.ClientFor(in.Client); err != nil {
		return row, err
	}
	return row, requireEmployed(ctx, tx, row.Client, row.User)
}

func requireEmployed(ctx context.Context, tx *pg.Tx, client auth.ClientID, user auth.UserID) error {
	var id auth.UserID
	err := tx.GetContext(ctx, &id, selectEmployed, user, client)
	if pg.None(err) {
		return errs.Newf(errs.NotFound, "person %d does not work for this client", user)
	}
	if err != nil {
		return fmt.Errorf("person %d: %w", user, err)
	}
	return nil
}

func insertAdjustmentTx(ctx context.Context, tx *pg.Tx, by auth.Actor, now time.Time, a Adjustment) (id AdjustmentID, err error) {
	err = tx.GetContext(ctx, &id, insertAdjustment, a.Client, a.User, a.Kind, a.Minor, a.Currency, a.Component, a.Reason, a.Note, a.Evidence,
		a.Adjusts, by.User, now)
	if err != nil {
		return 0, fmt.Errorf("insert adjustment: %w", err)
	}
	return id, auth.AuditTx(ctx, tx, by, now, auth.Change{
		Client: a.Client, Act: "adjustment.enter", Object: fmt.Sprintf("adjustment:%d", id), Why: a.Note,
		Data: map[string]any{"userId": a.User, "kind": a.Kind, "minor": a.Minor, "currency": a.Currency, "reason": a.Reason, "evidence": a.Evidence},
	})
}

const adjustmentColumns = `
a.id, a.client_id, a.user_id, u.name, a.kind, a.amount_minor, a.currency, a.component, a.reason, a.note, a.evidence,
COALESCE(a.adjusts_id, 0) AS adjusts_id, a.state, e.name AS entered_by, a.entered_at, COALESCE(d.name, '') AS decided_by, a.decided_at`

const selectAdjustments = `
SELECT ` + adjustmentColumns + `
FROM adjustments a JOIN users u ON u.id = a.user_id JOIN users e ON e.id = a.entered_by LEFT JOIN users d ON d.id = a.decided_by
WHERE a.client_id = ANY($1) AND ($2 = 0 OR a.id = $2) AND ($3 = '' OR a.state = $3)
ORDER BY a.id DESC LIMIT $4 OFFSET $5`

const countAdjustments = `SELECT count(*) FROM adjustments WHERE client_id = ANY($1) AND ($2 = '' OR state = $2)`

// Adjustments are those of the actor's clients in a state, or in any when it is empty; newest first, and how many.
func (s *Service) Adjustments(ctx context.Context, by auth.Actor, state AdjustmentState, limit, offset int) ([]Adjustment, int, error) {
	var total int
	if err := s.db.GetContext(ctx, &total, countAdjustments, by.Scope(), state); err != nil {
		return nil, 0, fmt.Errorf("count adjustments: %w", err)
	}
	out := []Adjustment{}
	if err := s.db.SelectContext(ctx, &out, selectAdjustments, by.Scope(), 0, state, limit, offset); err != nil {
		return nil, 0, fmt.Errorf("adjustments: %w", err)
	}
	for i, a := range out {
		out[i].Amount = money.Amount{Minor: a.Minor, Currency: a.Currency}
	}
	return out, total, nil
}

func (s *Service) adjustmentFor(ctx context.Context, by auth.Actor, id AdjustmentID) (a Adjustment, err error) {
	if err := s.db.GetContext(ctx, &a, selectAdjustments, by.Scope(), id, "", 1, 0); err != nil {
		return Adjustment{}, notFound(err, "adjustment", id)
	}
	a.Amount = money.Amount{Minor: a.Minor, Currency: a.Currency}
	return a, nil
}
