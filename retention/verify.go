package retention

import (
	"context"
	"fmt"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/facts"
	"saveline/internal/jobs"
	"saveline/internal/pg"
	"saveline/retention/billing"
	"saveline/retention/flow"
)

const (
	verifyTimeout     = time.Minute
	verifyBatchMax    = 200
	lookAgainAfter    = time.Hour      // billing did not answer
	lookAgainDaily    = 24 * time.Hour // or answered that there is nothing to say yet
	contradictDaysMax = 400            // a verdict that is older stands whatever billing says
)

// Why a verification waits where billing said nothing at all. It never fails for these.
const (
	waitUnreachable  = "billing_unreachable"
	waitUnknown      = "unknown_to_billing"
	waitUnconnected  = "billing_not_connected"
	waitSubscription = "no_subscription" // the request named none
)

// The verdict of news against an earlier verdict.
const verdictContradicted = "contradicted"

// verifyJob asks billing about one save whose day has come.
type verifyJob struct {
	Case CaseID `json:"case"`
}

// Kind names the job in the queue.
func (verifyJob) Kind() string { return "save_verification" }

// A clock that has struck is asked again after a wait's pause.
const dueVerifications = `
SELECT t.case_id, coalesce(w.looks, 0) AS looks
FROM case_timers t
LEFT JOIN verification_waits w ON w.case_id = t.case_id AND w.settled_at IS NULL
WHERE t.kind = 'verify' AND t.fired_at IS NULL AND t.cancelled_at IS NULL AND t.due_at <= $1 AND coalesce(w.next_at, t.due_at) <= $1
ORDER BY t.due_at, t.id LIMIT $2`

// VerifySaves has every save verified whose day has come, and returns how many those were. It may be called as often as
// one likes: a stage gets one verdict.
func (s *Service) VerifySaves(ctx context.Context) (int, error) {
	now := s.now()
	var due []struct {
		Case  CaseID `db:"case_id"`
		Looks int    `db:"looks"`
	}
	if err := s.db.SelectContext(ctx, &due, dueVerifications, now, verifyBatchMax); err != nil {
		return 0, errs.Wrap(err, "find due verifications")
	}
	for _, d := range due {
		if s.wiring.Jobs == nil {
			if err := s.verify(ctx, d.Case); err != nil {
				return 0, err
			}
			continue
		}
		err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
			unique := jobs.Options{UniqueKey: fmt.Sprintf("%d:%d:%d", d.Case, d.Looks, now.Truncate(lookAgainAfter).Unix())}
			return s.wiring.Jobs.InsertTx(ctx, tx, verifyJob{Case: d.Case}, unique)
		})
		if err != nil {
			return 0, err
		}
	}
	return len(due), nil
}

const selectSubOfCase = `SELECT coalesce(subscription_id, 0) FROM cases WHERE id = $1`

// VerifyNow asks billing about a save whose day has come without waiting for the next look.
//
// Codes: not_found, conflict (there is nothing to verify, or its day has not come).
func (s *Service) VerifyNow(ctx context.Context, by auth.Actor, id CaseID) (CaseVerifications, error) {
	v, err := s.VerificationsOf(ctx, by, id)
	switch {
	case err != nil:
		return v, err
	case v.Next == nil:
		return v, errs.Newf(errs.Conflict, "there is nothing to verify in this case (any more)")
	case v.Next.DueAt.After(s.now()):
		return v, errs.Newf(errs.Conflict, "its day comes on %s; billing can say nothing of it before", v.Next.DueAt.Format("2 January 2006"))
	}
	if err := s.verify(ctx, id); err != nil {
		return v, err
	}
	return s.VerificationsOf(ctx, by, id)
}

// verify pulls a save's subscription from billing, outside of any transaction, and decides in one. Whoever else decided
// it meanwhile has decided it.
func (s *Service) verify(ctx context.Context, id CaseID) error {
	now := s.now()
	var sub int64
	if err := s.db.GetContext(ctx, &sub, selectSubOfCase, id); err != nil {
		return errs.Wrap(err, "read case")
	}
	said := pulled{at: now}
	if said.cause = waitSubscription; sub != 0 {
		said.cause, said.words = pullCause(s.PullSubscription(ctx, sub))
	}
	if ctx.Err() != nil {
		return ctx.Err() // we were stopped, billing was not unreachable
	}
	var c *caseRow
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) (err error) {
		if c, err = lockedCase(ctx, tx, lockCase, id); err != nil || c == nil {
			return err
		}
		return judgeCase(ctx, tx, c, said, now)
	})
	if err == nil && c != nil {
		s.tellCase(c)
	}
	return err
}

// pulled is what came of asking billing: a cause why it said nothing, or "".
type pulled struct {
	at    time.Time
	cause string
	words string
}

func pullCause(err error) (cause, words string) {
	switch {
	case err == nil:
		return "", ""
	case errs.Is(err, errs.NotFound):
		return waitUnconnected, ""
	case billing.KindOf(err) == billing.NotFound:
		return waitUnknown, faultWords(err)
	}
	return waitUnreachable, faultWords(err)
}

const runningVerification = `
SELECT id FROM case_timers WHERE case_id = $1 AND kind = 'verify' AND fired_at IS NULL AND cancelled_at IS NULL AND due_at <= $2`

// judgeCase judges a locked case, if its clock has struck and nobody did before.
func judgeCase(ctx context.Context, tx *pg.Tx, c *caseRow, said pulled, now time.Time) error {
	var timer int64
	if err := tx.GetContext(ctx, &timer, runningVerification, c.ID, now); pg.None(err) {
		return nil
	} else if err != nil {
		return errs.Wrap(err, "find the clock of the verification")
	}
	stage := c.Stage()
	if said.cause != "" {
		return waits(ctx, tx, c, wait{Stage: stage, Cause: said.cause, Said: said.words, Next: now.Add(lookAgainAfter)}, now)
	}
	account, err := accountOf(ctx, tx, c.Sub, now)
	if err != nil {
		return err
	}
	j := c.Judge(account.Account, microInstant(now))
	seen := account.evidence(j, said.at)
	if j.Verdict == flow.Wait {
		next := now.Add(lookAgainDaily)
		if j.Until.Before(next) || j.Cause != flow.WaitOpen {
			next = j.Until
		}
		return waits(ctx, tx, c, wait{Stage: j.Stage, Cause: j.Cause, Next: next, Until: &j.Until, Evidence: &seen}, now)
	}
	if _, err := tx.ExecContext(ctx, fireTimer, timer, now); err != nil {
		return errs.Wrap(err, "stop the clock of the verification")
	}
	return settleVerdict(ctx, tx, c, j, seen, now)
}

const saveOfCase = `
SELECT r.id, EXISTS (SELECT FROM reversals v WHERE v.result_id = r.id) AS reversed FROM results r JOIN outcomes o ON o.id = r.outcome_id
WHERE o.case_id = $1 AND r.kind = 'save' ORDER BY r.id DESC LIMIT 1`

// settleVerdict writes a pass or a fail down, moves the case, and tells pay. A fail takes the save's pay back as any reversal
// does, and only if it was not taken back before.
func settleVerdict(ctx context.Context, tx *pg.Tx, c *caseRow, j flow.Judgement, seen SeenAccount, now time.Time) error {
	house := auth.System("verification", c.Client)
	row := verdictRow{
		Client: c.Client, Case: c.ID, Sub: c.Sub, Stage: j.Stage, Verdict: string(j.Verdict), Cause: j.Cause, DueAt: j.Due, DecidedAt: now,
		PulledAt: seen.PulledAt, Paid: j.Evidence.PaidMinor, MRRAfter: seen.PriceMinor, Currency: seen.Currency, Evidence: evidenceJSON{seen},
		PausedDays: int(j.Paused / (24 * time.Hour)),
	}
	var save struct {
		ID       *ResultID `db:"id"`
		Reversed bool      `db:"reversed"` // a review took its pay back, though the customer stayed
	}
	if err := tx.GetContext(ctx, &save, saveOfCase, c.ID); err != nil && !pg.None(err) {
		return errs.Wrap(err, "find the save")
	}
	row.Result = save.ID
	if err := row.insert(ctx, tx); err != nil {
		return err
	}
	if j.Verdict == flow.Pass {
		err := c.apply(ctx, tx, house, now, flow.Event{Kind: flow.Verified, Data: flow.Data{Evidence: &j.Evidence}})
		if err != nil || save.Reversed {
			return err
		}
		return row.fact(ctx, tx, string(flow.Pass))
	}
	if err := row.fact(ctx, tx, string(flow.Fail)); err != nil {
		return err
	}
	if row.Result != nil {
		ended := j.Ended(flow.Account{EndsAt: seen.endsAt()}, c.SavedAt, now)
		if _, err := reverseTx(ctx, tx, house, ReverseInput{Result: *row.Result, Cause: j.Cause, EffectiveAt: ended}, now); err != nil {
			return err
		}
		again, err := lockedCase(ctx, tx, lockCase, c.ID)
		if err != nil {
			return err
		}
		*c = *again
	}
	if c.State.Final() {
		return nil
	}
	return c.apply(ctx, tx, house, now, flow.Event{Kind: flow.LeftAfterAll, Data: flow.Data{Cause: j.Cause}})
}

// fact tells pay of a verdict about a result; a save that is nobody's has none to tell.
func (r verdictRow) fact(ctx context.Context, tx *pg.Tx, result string) error {
	if r.Result == nil {
		return nil
	}
	key := fmt.Sprintf("result:%d:stage:%d", *r.Result, r.Stage)
	if r.Contradicts != nil {
		key += ":later"
	}
	return facts.AppendTx(ctx, tx, facts.Fact{
		Kind: FactVerification, Key: key, Client: int64(r.Client), EffectiveAt: r.DecidedAt, RecordedAt: r.DecidedAt,
	}, VerificationFact{Result: int64(*r.Result), Stage: r.Stage, Verdict: result})
}
