package retention

import (
	"context"
	"fmt"
	"strings"
	"time"

	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/facts"
	"saveline/internal/money"
	"saveline/internal/pg"
)

// UpsellConsent is the customer's own yes to an upsell. An upsell is a transaction of its own: price and terms are
// disclosed before it, and the express consent to it is kept with its place in the recording (16 CFR 310.2(ff),
// 310.4(a)(7), 310.5(a)(5)).
type UpsellConsent struct {
	Disclosed   bool   `json:"disclosed" doc:"price, terms and the right to say no were said before the yes"`
	Words       string `json:"words" maxLength:"500" doc:"the customer's own words"`
	MarkSeconds *int   `json:"markSeconds,omitempty" minimum:"0" doc:"where in the recording, in seconds from the connection; this moment if left out"`
}

const consentCharsMax = 500

func (c UpsellConsent) check(f *errs.Faults) {
	f.Check(c.Disclosed, "consent.disclosed", "say price and terms first, then ask")
	f.Check(strings.TrimSpace(c.Words) != "" && len(c.Words) <= consentCharsMax, "consent.words", "write the customer's own words, at most 500 characters")
	f.Check(c.MarkSeconds == nil || *c.MarkSeconds >= 0, "consent.markSeconds", "must not be before the connection")
}

const insertConsent = `
INSERT INTO upsell_consents (client_id, call_id, presentation_id, words, mark_seconds, agent_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT ON CONSTRAINT upsell_consents_once DO UPDATE SET words = excluded.words, mark_seconds = excluded.mark_seconds,
    agent_id = excluded.agent_id, at = excluded.at`

const withdrawConsent = `DELETE FROM upsell_consents WHERE presentation_id = $1`

// consentTo keeps the consent that a yes to an upsell needs, and drops it where the customer takes the yes back. While
// they want to cancel there is no yes to anything else: the question is asked again here, because it may have come up
// after the offer was shown.
func (s *Service) consentTo(
	ctx context.Context, tx *pg.Tx, by auth.Actor, call dialer.Call, p Presentation, in DecideInput, c *caseRow,
) error {
	switch {
	case p.Result != ResultUpsell:
		return nil
	case in.Decision == Declined:
		_, err := tx.ExecContext(ctx, withdrawConsent, p.ID)
		return errs.Wrap(err, "withdraw consent")
	case in.Consent == nil:
		return (&consentFault).Err()
	}
	shown, err := presentationsOf(ctx, tx, call.ID)
	if err != nil {
		return err
	}
	if c != nil && acceptedSave(shown) == nil {
		return errs.Newf(errs.Conflict, "the customer wants to cancel: settle that before they agree to anything else")
	}
	now := s.now()
	mark := int(now.Sub(*call.ConnectedAt).Seconds())
	if in.Consent.MarkSeconds != nil {
		mark = *in.Consent.MarkSeconds
	}
	_, err = tx.ExecContext(ctx, insertConsent, call.Client, call.ID, p.ID, strings.TrimSpace(in.Consent.Words), mark, by.User, now)
	return errs.Wrap(err, "record consent")
}

var consentFault = func() (f errs.Faults) {
	f.Addf("consent", "an upsell needs the customer's own consent: say price and terms, ask, and write down their words")
	return f
}()

// FactUpsellRemoval says that a part of an upsell was taken off again.
const FactUpsellRemoval facts.Kind = "upsell_removal.v1"

// UpsellRemovalFact says how much of an upsell was taken off again. FractionPPM is RemovedMinor of the upsell's value, in
// millionths; what all removals of a result take off never exceeds the whole.
type UpsellRemovalFact struct {
	Result       int64  `json:"result"`
	RemovedMinor int64  `json:"removedMinor"`
	FractionPPM  int64  `json:"fractionPpm"`
	Currency     string `json:"currency"`
}

// RemovalInput says that a customer took off a part of what an upsell had added.
type RemovalInput struct {
	Result      ResultID
	ExternalID  string       // the reporter's own id of the change
	Removed     money.Amount // a month
	EffectiveAt time.Time    // zero: now
}

// Removal is what was taken off an upsell, and what stays.
type Removal struct {
	Result  ResultID     `json:"resultId"`
	Removed money.Amount `json:"removed" doc:"of this report, cut at what was left"`
	Left    money.Amount `json:"left" doc:"a month, after all removals"`
}

// Validate names every fault that the input alone shows.
func (in RemovalInput) Validate() error {
	var f errs.Faults
	checkExternal(&f, "externalId", in.ExternalID)
	f.Check(in.Removed.Minor > 0, "removed", "say how much a month was taken off")
	return f.Err()
}

const upsellOf = `
SELECT r.value_minor, r.currency, o.effective_at, coalesce((SELECT sum(removed_minor) FROM upsell_removals WHERE result_id = r.id), 0) AS removed,
       coalesce((SELECT removed_minor FROM upsell_removals WHERE result_id = r.id AND external_id = $2), 0) AS known
FROM results r JOIN outcomes o ON o.id = r.outcome_id WHERE r.id = $1`

const insertRemoval = `
INSERT INTO upsell_removals (client_id, result_id, external_id, removed_minor, effective_at, recorded_at, recorded_by)
VALUES ($1, $2, $3, $4, $5, $6, $7)`

const ppm = 1_000_000

// RemoveUpsell records that a part of an upsell was taken off again. The fact carries the part; once nothing is left, the
// result is reversed as a whole. The same report again changes nothing.
//
// Codes: invalid (with the faulty fields), not_found, conflict (no upsell, or nothing is left of it).
func (s *Service) RemoveUpsell(ctx context.Context, by auth.Actor, in RemovalInput) (out Removal, err error) {
	if err := in.Validate(); err != nil {
		return out, err
	}
	now := s.now()
	if in.EffectiveAt.IsZero() {
		in.EffectiveAt = now
	}
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		var of reversible
		if err := tx.GetContext(ctx, &of, lockResult, by.Scope(), in.Result); pg.None(err) {
			return errs.Newf(errs.NotFound, "there is no result %d here", in.Result)
		} else if err != nil {
			return errs.Wrap(err, "lock result")
		}
		if of.Kind != ResultUpsell {
			return errs.Newf(errs.Conflict, "result %d is a %s, not an upsell", in.Result, of.Kind)
		}
		out, err = s.removeTx(ctx, tx, by, of, in, now)
		return err
	})
	return out, err
}

func (s *Service) removeTx(ctx context.Context, tx *pg.Tx, by auth.Actor, of reversible, in RemovalInput, now time.Time) (Removal, error) {
	var up struct {
		Value       int64     `db:"value_minor"`
		Currency    string    `db:"currency"`
		EffectiveAt time.Time `db:"effective_at"`
		Removed     int64     `db:"removed"`
		Known       int64     `db:"known"`
	}
	if err := tx.GetContext(ctx, &up, upsellOf, in.Result, in.ExternalID); err != nil {
		return Removal{}, errs.Wrap(err, "read upsell")
	}
	removal := func(removed, left int64) Removal {
		return Removal{in.Result, money.Amount{Minor: removed, Currency: up.Currency}, money.Amount{Minor: left, Currency: up.Currency}}
	}
	left := up.Value - up.Removed
	switch {
	case up.Known > 0:
		return removal(up.Known, left), nil
	case in.Removed.Currency != up.Currency:
		var f errs.Faults
		f.Addf("removed", "the upsell is in %s", up.Currency)
		return Removal{}, f.Err()
	case left <= 0:
		return Removal{}, errs.Newf(errs.Conflict, "nothing is left of this upsell")
	}
	if err := of.check(ReverseInput{Result: in.Result, EffectiveAt: in.EffectiveAt}, now); err != nil {
		return Removal{}, err
	}
	part := min(in.Removed.Minor, left)
	if _, err := tx.ExecContext(ctx, insertRemoval, of.Client, in.Result, in.ExternalID, part, in.EffectiveAt, now, by.Name); err != nil {
		return Removal{}, errs.Wrap(err, "record removal")
	}
	out := removal(part, left-part)
	return out, s.tellRemoval(ctx, tx, by, of, in, up.Value, out, now)
}

// tellRemoval audits the removal and posts its fact; the last part reverses the result.
func (s *Service) tellRemoval(
	ctx context.Context, tx *pg.Tx, by auth.Actor, of reversible, in RemovalInput, value int64, out Removal, now time.Time,
) error {
	key := fmt.Sprintf("result:%d", in.Result)
	err := auth.AuditTx(ctx, tx, by, now, auth.Change{Client: of.Client, Act: "upsell.remove", Object: key, Data: out})
	if err != nil {
		return err
	}
	err = facts.AppendTx(ctx, tx, facts.Fact{
		Kind: FactUpsellRemoval, Key: key + ":" + in.ExternalID, Client: int64(of.Client), EffectiveAt: in.EffectiveAt, RecordedAt: now,
	}, UpsellRemovalFact{
		Result: int64(in.Result), RemovedMinor: out.Removed.Minor, FractionPPM: out.Removed.Minor * ppm / value, Currency: out.Removed.Currency,
	})
	if err != nil || out.Left.Minor > 0 {
		return err
	}
	var known, reversal Reversal
	if err := tx.GetContext(ctx, &known, selectReversal, in.Result); !pg.None(err) {
		return errs.Wrap(err, "read reversal")
	}
	return reverse(ctx, tx, by, of, ReverseInput{Result: in.Result, Cause: "removed", EffectiveAt: in.EffectiveAt}, now, &reversal)
}
