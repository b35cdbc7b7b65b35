package retention

import (
	"context"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/flow"
)

// Verdicts that the mirror speaks against by now: of a pass, an invoice of its evidence is disputed or was paid back; of a
// fail for want of payment or for a dispute, every invoice of its evidence is paid and undisputed.
const contradictedVerdicts = `
WITH now_seen AS (
	SELECT v.id, bool_or(i.disputed) AS is_disputed, bool_or(i.paid_minor > 0 AND i.refunded_minor >= i.paid_minor) AS is_refunded,
	       bool_and(i.status IN ('paid','void')) AND sum(i.paid_minor - i.refunded_minor) > 0 AS is_paid, sum(i.paid_minor - i.refunded_minor) AS paid
	FROM verifications v
	CROSS JOIN LATERAL jsonb_array_elements(v.evidence->'invoices') b
	JOIN invoices i ON i.client_id = v.client_id AND i.external_id = b->>'id'
	WHERE v.verdict IN ('pass','fail') AND v.decided_at > $1 AND NOT EXISTS (SELECT FROM verifications l WHERE l.contradicts = v.id)
	GROUP BY v.id
)
SELECT v.id, v.client_id, v.case_id, v.result_id, v.subscription_id, v.stage, v.verdict, v.cause, v.due_at, v.decided_at, v.pulled_at,
       v.paused_days, n.paid AS paid_minor, v.mrr_after_minor, v.currency, v.evidence, v.contradicts,
       CASE WHEN v.verdict = 'pass' AND n.is_disputed THEN 'disputed' WHEN v.verdict = 'pass' THEN 'refunded'
            WHEN v.cause = 'disputed' THEN 'dispute_won' ELSE 'paid_late' END AS news
FROM now_seen n JOIN verifications v USING (id)
WHERE v.verdict = 'pass' AND (n.is_disputed OR n.is_refunded)
   OR v.verdict = 'fail' AND v.cause IN ('unpaid','disputed') AND n.is_paid AND NOT n.is_disputed
ORDER BY v.id LIMIT $2`

// ContradictVerdicts looks for verdicts that billing has contradicted since: a dispute after a pass, a payment after a
// fail. The verdict stays; what is known now is written beside it. After a pass the save's pay is taken back, if it was
// not before; what came after a fail is shown to people, who may pay it with an adjustment. Returns how many there were.
func (s *Service) ContradictVerdicts(ctx context.Context) (int, error) {
	now := s.now()
	var found []struct {
		verdictRow
		News string `db:"news"`
	}
	if err := s.db.SelectContext(ctx, &found, contradictedVerdicts, now.AddDate(0, 0, -contradictDaysMax), verifyBatchMax); err != nil {
		return 0, errs.Wrap(err, "find contradicted verdicts")
	}
	for _, f := range found {
		err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error { return contradict(ctx, tx, f.verdictRow, f.News, now) })
		if err != nil && !errs.Is(err, errs.Conflict) { // another node wrote it down
			return 0, err
		}
	}
	return len(found), nil
}

func contradict(ctx context.Context, tx *pg.Tx, was verdictRow, news string, now time.Time) error {
	c, err := lockedCase(ctx, tx, lockCase, was.Case)
	if err != nil || c == nil {
		return err
	}
	a, err := accountOf(ctx, tx, was.Sub, now)
	if err != nil {
		return err
	}
	house, first := auth.System("verification", c.Client), was.ID
	row := was
	row.Verdict, row.Cause, row.DecidedAt, row.Contradicts = verdictContradicted, news, now, &first
	row.Evidence = evidenceJSON{a.evidence(c.Judge(a.Account, microInstant(now)), a.seenAt(now))}
	row.PulledAt = row.Evidence.PulledAt
	if err := row.insert(ctx, tx); err != nil {
		return err
	}
	if err := c.note(ctx, tx, house, now, "verification_contradicted", map[string]any{"stage": was.Stage, "was": was.Verdict, "cause": news}); err != nil {
		return err
	}
	if was.Verdict != string(flow.Pass) || was.Result == nil {
		return nil
	}
	if err := row.fact(ctx, tx, string(flow.Fail)); err != nil {
		return err
	}
	_, err = reverseTx(ctx, tx, house, ReverseInput{Result: *was.Result, Cause: news, EffectiveAt: now}, now)
	return err
}

// seenAt is when billing said what the mirror holds.
func (a account) seenAt(now time.Time) time.Time {
	if a.sub.BilledAt == nil {
		return now
	}
	return *a.sub.BilledAt
}
