package retention

import (
	"context"
	"fmt"
	"slices"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/gaming"
)

// FindingID names a finding.
type FindingID int64

// States of a finding: open → cleared | confirmed, by way of proposed where pay is taken; new evidence opens it again.
const (
	FindingOpen      = "open"
	FindingProposed  = "proposed"
	FindingCleared   = "cleared"
	FindingConfirmed = "confirmed"
)

// CauseFraud is why the pay of a result is taken back that a person found to be gamed.
const CauseFraud = "fraud"

// noSave are the patterns that mean there was no save. In the others the customer did agree, and only pay is wrong.
var noSave = []gaming.Pattern{gaming.Phantom, gaming.FakeCancel, gaming.NoIntent}

// FindingInput is a person's word about a finding. Version is the one that was read.
type FindingInput struct {
	Finding  FindingID
	Decision string // cleared or confirmed
	Note     string
	Version  int
}

const findingNoteMax = 2000

// Validate names every fault that the input alone shows.
func (in FindingInput) Validate() error {
	var f errs.Faults
	checkOneOf(&f, "decision", in.Decision, []string{FindingCleared, FindingConfirmed})
	f.Check(in.Note != "" && len(in.Note) <= findingNoteMax, "note", "say what you found out, at most 2,000 characters")
	return f.Err()
}

// The agent's lock order is kept: a finding comes before results and cases.
const lockFinding = `
SELECT id, client_id, agent_id, pattern, state, coalesce(proposed_by, 0) AS proposed_by, version
FROM gaming_findings WHERE client_id = ANY($1) AND id = $2 FOR UPDATE`

// Results that a confirmation takes the pay of. What was gamed was never earned: it ends when it was recorded, so that pay
// of a month that is still open is taken back within that month.
const resultsInQuestion = `
SELECT DISTINCT e.result_id, o.effective_at
FROM gaming_evidence e JOIN results r ON r.id = e.result_id JOIN outcomes o ON o.id = r.outcome_id
WHERE e.finding_id = $1 AND e.decision IS NULL AND e.result_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM reversals v WHERE v.result_id = e.result_id)
ORDER BY e.result_id`

const proposeFinding = `
UPDATE gaming_findings SET state = 'proposed', proposed_by = $2, proposed_at = $3, note = $4, version = version + 1 WHERE id = $1`

const decideFinding = `
UPDATE gaming_findings SET state = $2, decided_by = $3, decided_at = $4, note = $5, version = version + 1 WHERE id = $1`

const decideEvidence = `UPDATE gaming_evidence SET decision = $2 WHERE finding_id = $1 AND decision IS NULL`

type lockedFinding struct {
	ID         FindingID      `db:"id"`
	Client     auth.ClientID  `db:"client_id"`
	Agent      auth.UserID    `db:"agent_id"`
	Pattern    gaming.Pattern `db:"pattern"`
	State      string         `db:"state"`
	ProposedBy auth.UserID    `db:"proposed_by"`
	Version    int            `db:"version"`
}

// DecideFinding clears a finding or confirms it. Cleared, pay that waited is let go. Confirmed, pay for the results in
// question is taken back; then two people must say so, neither of them the person concerned: the first word proposes.
//
// Codes: invalid, not_found, forbidden (it is about you, you are no person, or you proposed it), conflict (decided
// already), stale (there is a newer word or new evidence).
func (s *Service) DecideFinding(ctx context.Context, by auth.Actor, in FindingInput) (GamingFinding, error) {
	if err := in.Validate(); err != nil {
		return GamingFinding{}, err
	}
	now := s.now()
	var f lockedFinding
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if err := tx.GetContext(ctx, &f, lockFinding, by.Scope(), in.Finding); pg.None(err) {
			return errs.Newf(errs.NotFound, "there is no finding %d here", in.Finding)
		} else if err != nil {
			return errs.Wrap(err, "lock finding")
		}
		if err := f.mayDecide(by, in); err != nil {
			return err
		}
		word, err := decideFindingTx(ctx, tx, by, f, in, now)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, insertGamingDecision, f.ID, f.Client, word, in.Note, by.User, now); err != nil {
			return errs.Wrap(err, "keep decision")
		}
		if err := tellPay(ctx, tx, f.Client, now); err != nil {
			return err
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: f.Client, Act: "gaming." + word, Object: fmt.Sprintf("finding:%d", f.ID), Why: in.Note,
			Data: map[string]any{"agent": f.Agent, "pattern": f.Pattern},
		})
	})
	if err != nil {
		return GamingFinding{}, err
	}
	return s.FindingFor(ctx, by, f.ID)
}

func (f lockedFinding) mayDecide(by auth.Actor, in FindingInput) error {
	switch {
	case by.User == 0:
		return errs.Newf(errs.Forbidden, "a person must decide this")
	case by.User == f.Agent:
		return errs.Newf(errs.Forbidden, "this finding is about you: somebody else decides")
	case f.State != FindingOpen && f.State != FindingProposed:
		return errs.Newf(errs.Conflict, "this finding is %s already", f.State)
	case in.Version != f.Version:
		return errs.Newf(errs.Stale, "somebody said something about this finding since you opened it; read it again")
	case in.Decision == FindingConfirmed && f.ProposedBy == by.User:
		return errs.Newf(errs.Forbidden, "you proposed this: somebody else must confirm that pay is taken back")
	}
	return nil
}

// decideFinding does what the word means, and says which word it is.
func decideFindingTx(ctx context.Context, tx *pg.Tx, by auth.Actor, f lockedFinding, in FindingInput, now time.Time) (string, error) {
	if in.Decision == FindingConfirmed {
		var results []struct {
			ID ResultID  `db:"result_id"`
			At time.Time `db:"effective_at"`
		}
		if err := tx.SelectContext(ctx, &results, resultsInQuestion, f.ID); err != nil {
			return "", errs.Wrap(err, "find results in question")
		}
		if len(results) > 0 && f.State == FindingOpen {
			_, err := tx.ExecContext(ctx, proposeFinding, f.ID, by.User, now, in.Note)
			return FindingProposed, errs.Wrap(err, "propose")
		}
		for _, r := range results { // before the review's fact: pay that is let go is taken back by then
			take := ReverseInput{Result: r.ID, Cause: CauseFraud, EffectiveAt: r.At, keepCase: !slices.Contains(noSave, f.Pattern)}
			if _, err := reverseTx(ctx, tx, by, take, now); err != nil {
				return "", err
			}
		}
	}
	if _, err := tx.ExecContext(ctx, decideEvidence, f.ID, in.Decision); err != nil {
		return "", errs.Wrap(err, "decide about evidence")
	}
	_, err := tx.ExecContext(ctx, decideFinding, f.ID, in.Decision, by.User, now, in.Note)
	return in.Decision, errs.Wrap(err, "decide")
}
