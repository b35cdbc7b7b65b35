package commissions

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"saveline/commissions/law"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// LawReport is what the law says of a calculated run.
type LawReport struct {
	Findings []LawFinding  `json:"findings" nullable:"false"`
	Verdicts []law.Verdict `json:"verdicts" nullable:"false" doc:"every rule in force, also those that found nothing"`
	Open     int           `json:"open" doc:"blocking findings that nobody has answered for"`
}

// LawFinding is a finding with who has answered for it.
type LawFinding struct {
	law.Finding
	Key             string           `json:"key" doc:"what an acknowledgement names; another calculation with other numbers has another key"`
	Acknowledgement *Acknowledgement `json:"acknowledgement,omitempty"`
}

// Acknowledgement is somebody's reason for going on in spite of a finding.
type Acknowledgement struct {
	Finding string    `db:"finding" json:"-"`
	Reason  string    `db:"reason" json:"reason"`
	Name    string    `db:"name" json:"name"`
	At      time.Time `db:"at" json:"at"`
}

// NewAcknowledgement answers for one finding of a run.
type NewAcknowledgement struct {
	Key    string `json:"key"`
	Reason string `json:"reason"`
}

func init() {
	pg.Constraint("law_acknowledgements_four_eyes", errs.Forbidden, "you calculated this run: somebody else has to answer for what the law says of it")
	pg.Constraint("law_acknowledgements_key", errs.Conflict, "somebody has answered for this finding already")
}

const reasonMax = 500 // characters

const (
	selectAcknowledgements = `
SELECT k.finding, k.reason, u.name, k.at FROM law_acknowledgements k JOIN users u ON u.id = k.user_id WHERE k.run_id = $1 AND k.client_id = $2`
	insertAcknowledgement = `
INSERT INTO law_acknowledgements (client_id, run_id, finding, rule, sentence, reason, user_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
)

// findingKey is what a finding is known by: all that it says.
func findingKey(f law.Finding) string {
	raw, err := json.Marshal(f)
	if err != nil {
		panic(fmt.Sprintf("commissions: a finding: %v", err)) // strings only: cannot fail
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// LawReportFor is what the law says of a run as it is calculated now.
//
// Codes: conflict (not calculated), not_found.
func (s *Service) LawReportFor(ctx context.Context, by auth.Actor, id RunID) (out LawReport, err error) {
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		r, err := calculatedRun(ctx, tx, by, id)
		if err != nil {
			return err
		}
		out, err = lawReport(ctx, tx, by, r)
		return err
	})
	return out, err
}

// calculatedRun holds a run that has statements.
//
// Codes: conflict (a draft), not_found.
func calculatedRun(ctx context.Context, tx *pg.Tx, by auth.Actor, id RunID) (r lockedRun, err error) {
	if err := tx.GetContext(ctx, &r, lockRun, id, by.Scope()); err != nil {
		return lockedRun{}, notFound(err, "pay run", id)
	}
	if r.State == RunDraft {
		return lockedRun{}, errs.Newf(errs.Conflict, "the run is a draft; calculate it first")
	}
	return r, nil
}

func lawReport(ctx context.Context, tx *pg.Tx, by auth.Actor, r lockedRun) (LawReport, error) {
	facts, err := lawFacts(ctx, tx, by, r)
	if err != nil {
		return LawReport{}, err
	}
	var answers []Acknowledgement
	if err := tx.SelectContext(ctx, &answers, selectAcknowledgements, r.ID, r.Client); err != nil {
		return LawReport{}, fmt.Errorf("acknowledgements of run %d: %w", r.ID, err)
	}
	report := law.Check(facts)
	out := LawReport{Findings: []LawFinding{}, Verdicts: report.Verdicts}
	for _, f := range report.Findings {
		found := LawFinding{Finding: f, Key: findingKey(f)}
		if i := slices.IndexFunc(answers, func(a Acknowledgement) bool { return a.Finding == found.Key }); i >= 0 {
			found.Acknowledgement = &answers[i]
		} else if f.Severity == law.Block {
			out.Open++
		}
		out.Findings = append(out.Findings, found)
	}
	return out, nil
}

// Acknowledge answers for a blocking finding of a run with a reason. Whoever calculated the run cannot; only a person can.
//
// Codes: invalid (no reason), forbidden (the calculator, or a program), not_found (no such finding now), conflict (answered
// already, not calculated, or approved).
func (s *Service) Acknowledge(ctx context.Context, by auth.Actor, id RunID, in NewAcknowledgement) (out LawReport, err error) {
	if err := inPerson(by); err != nil {
		return LawReport{}, err
	}
	reason := strings.TrimSpace(in.Reason)
	if reason == "" || len(reason) > reasonMax {
		return LawReport{}, errs.Newf(errs.Invalid, "say why the run may go on, in at most %d characters", reasonMax)
	}
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		r, err := calculatedRun(ctx, tx, by, id)
		if err != nil {
			return err
		}
		if r.State != RunCalculated && r.State != RunReviewed {
			return errs.Newf(errs.Conflict, "the run is %s; findings are answered for before the approval", r.State)
		}
		report, err := lawReport(ctx, tx, by, r)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(report.Findings, func(f LawFinding) bool { return f.Key == in.Key && f.Severity == law.Block })
		if i < 0 {
			return errs.Newf(errs.NotFound, "this run has no blocking finding of this key now; look at the list again")
		}
		f := report.Findings[i]
		if _, err := tx.ExecContext(ctx, insertAcknowledgement, r.Client, r.ID, f.Key, f.Rule, f.Sentence, reason, by.User, now); err != nil {
			return fmt.Errorf("acknowledge: %w", err)
		}
		err = auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: r.Client, Act: "run.law_acknowledge", Object: fmt.Sprintf("run:%d", r.ID), Why: reason, Data: map[string]any{"rule": f.Rule, "finding": f.Key},
		})
		if err != nil {
			return err
		}
		out, err = lawReport(ctx, tx, by, r)
		return err
	})
	return out, err
}

// answeredFor refuses the approval of a run with a blocking finding that nobody has answered for.
func answeredFor(ctx context.Context, tx *pg.Tx, by auth.Actor, r lockedRun) error {
	report, err := lawReport(ctx, tx, by, r)
	if err != nil || report.Open == 0 {
		return err
	}
	i := slices.IndexFunc(report.Findings, func(f LawFinding) bool { return f.Severity == law.Block && f.Acknowledgement == nil })
	return errs.Newf(errs.Conflict, "the law has %d findings that nobody has answered for, the first: %s. Mend it, or let somebody who did not calculate the run answer for it with a reason",
		report.Open, report.Findings[i].Sentence)
}
