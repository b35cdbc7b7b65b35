package retention

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/lib/pq"

	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/flow"
)

// Fix is what may solve it before money does: a checklist, a feature to try, or somebody who knows more.
type Fix struct {
	Code    string         `json:"code" db:"code"`
	Kind    string         `json:"kind" db:"kind" enum:"fix,feature,specialist" doc:"specialist: agree on a callback by one"`
	Name    string         `json:"name" db:"name"`
	Steps   pq.StringArray `json:"steps" db:"steps" doc:"what to do, in order"`
	Reasons pq.StringArray `json:"reasonCodes" db:"reason_codes" doc:"reasons it is for; empty: any"`
	Active  bool           `json:"active" db:"active"`
}

var fixKinds = []string{"fix", "feature", "specialist"}

const (
	fixesMax    = 200
	stepsMax    = 20
	fixCodeHead = "fix-" // of the offer behind a fix, by which a case that it solved is a save
)

const selectFixes = `SELECT code, kind, name, steps, reason_codes, active FROM fixes WHERE client_id = $1 ORDER BY id`

const upsertFix = `
INSERT INTO fixes (client_id, code, kind, name, steps, reason_codes, active, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (client_id, code) DO UPDATE SET kind = excluded.kind, name = excluded.name, steps = excluded.steps,
    reason_codes = excluded.reason_codes, active = excluded.active, updated_at = excluded.updated_at`

const dropFixes = `UPDATE fixes SET active = false, updated_at = $3 WHERE client_id = $1 AND code <> ALL($2::text[])`

// FixesFor lists a client's fixes.
//
// Codes: invalid (several clients and none named), not_found.
func (s *Service) FixesFor(ctx context.Context, by auth.Actor, client auth.ClientID) ([]Fix, error) {
	client, err := by.ClientFor(client)
	if err != nil {
		return nil, err
	}
	return fixesOf(ctx, s.db, client)
}

func fixesOf(ctx context.Context, db pg.DB, client auth.ClientID) ([]Fix, error) {
	out := []Fix{}
	return out, errs.Wrap(db.SelectContext(ctx, &out, selectFixes, client), "read fixes")
}

// SetFixes replaces a client's fixes. One that is left out is not tried any more.
//
// Codes: invalid, not_found.
func (s *Service) SetFixes(ctx context.Context, by auth.Actor, client auth.ClientID, all []Fix) ([]Fix, error) {
	client, err := by.ClientFor(client)
	if err != nil {
		return nil, err
	}
	if err := checkFixes(all); err != nil {
		return nil, err
	}
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		codes := make([]string, 0, len(all))
		for _, x := range all {
			codes = append(codes, x.Code)
			if x.Reasons == nil {
				x.Reasons = pq.StringArray{}
			}
			if _, err := tx.ExecContext(ctx, upsertFix, client, x.Code, x.Kind, x.Name, x.Steps, x.Reasons, x.Active, now); err != nil {
				return errs.Wrap(err, "set fixes")
			}
		}
		if _, err := tx.ExecContext(ctx, dropFixes, client, pq.Array(codes), now); err != nil {
			return errs.Wrap(err, "set fixes")
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: client, Act: "save_desk.fixes", Object: fmt.Sprintf("client:%d", client), Data: all,
		})
	})
	if err != nil {
		return nil, err
	}
	return fixesOf(ctx, s.db, client)
}

func checkFixes(all []Fix) error {
	var f errs.Faults
	f.Check(len(all) <= fixesMax, "fixes", "at most 200 fixes")
	seen := []string{}
	for i, x := range all {
		path := fmt.Sprintf("fixes.%d", i)
		checkCode(&f, path+".code", x.Code)
		checkOneOf(&f, path+".kind", x.Kind, fixKinds)
		f.Check(x.Name != "" && len(x.Name) <= nameCharsMax, path+".name", "give it a name of at most 120 characters")
		f.Check(len(x.Steps) > 0 && len(x.Steps) <= stepsMax, path+".steps", "give from 1 to 20 steps")
		for _, step := range x.Steps {
			f.Check(step != "" && len(step) <= termCharsMax, path+".steps", "a step has from 1 to 200 characters")
		}
		f.Check(!slices.Contains(seen, x.Code), path+".code", "there is a fix of this code already")
		seen = append(seen, x.Code)
	}
	return f.Err()
}

// FixInput is a fix that was tried on a call, and whether the customer stays because of it.
type FixInput struct {
	Call   dialer.CallID
	Code   string
	Done   []int // steps that were done, by their place from 0
	Solved bool  // they stay because of it
}

const fixByCode = `SELECT id, code, kind, name, steps, reason_codes, active FROM fixes WHERE client_id = $1 AND code = $2 AND active`

const insertAttempt = `
INSERT INTO fix_attempts (client_id, case_id, fix_id, call_id, agent_id, steps_done, solved, tried_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`

// TryFix records a fix that was tried. If it solved the matter the customer has agreed to stay by it, as if it were an
// offer that gives nothing away; the agent then concludes with a save, on evidence like any other.
//
// Codes: invalid, not_found, conflict (the law of the place lets nothing be tried before the cancellation, another agent's
// call, the call is concluded or about no case).
func (s *Service) TryFix(ctx context.Context, by auth.Actor, in FixInput) error {
	return s.onCase(ctx, by, in.Call, func(tx *pg.Tx, c *caseRow, now time.Time) error {
		var x struct {
			ID int64 `db:"id"`
			Fix
		}
		if err := tx.GetContext(ctx, &x, fixByCode, c.Client, in.Code); pg.None(err) {
			return errs.Newf(errs.NotFound, "there is no fix %q here", in.Code)
		} else if err != nil {
			return errs.Wrap(err, "read fix")
		}
		done := pq.Int64Array{}
		for _, step := range in.Done {
			if step < 0 || step >= len(x.Steps) {
				return errs.Newf(errs.Invalid, "this fix has %d steps", len(x.Steps))
			}
			done = append(done, int64(step))
		}
		if _, err := tx.ExecContext(ctx, insertAttempt, c.Client, c.ID, x.ID, in.Call, by.User, done, in.Solved, now); err != nil {
			return errs.Wrap(err, "record fix")
		}
		if err := c.apply(ctx, tx, by, now, flow.Event{Kind: flow.FixTried, Data: flow.Data{Reason: x.Code}}); err != nil || !in.Solved {
			return err
		}
		return s.solve(ctx, tx, by, c, in.Call, x.Fix, now)
	})
}

// solve makes the fix's own offer and accepts it.
func (s *Service) solve(ctx context.Context, tx *pg.Tx, by auth.Actor, c *caseRow, call dialer.CallID, x Fix, now time.Time) error {
	o, err := s.offerOfFix(ctx, tx, by, c, x, now)
	if err != nil {
		return err
	}
	m, err := s.measuresOf(ctx, tx, by, c)
	if err != nil {
		return err
	}
	if why, hidden := lawful(m.may); hidden {
		return errs.Newf(errs.Conflict, "%s", why)
	}
	w := weighed{Offer: o, rung: c.Rung(int64(o.ID)), law: m.law}
	w.law.MaxOffers = max(w.law.MaxOffers, w.rung) // mending what is broken takes nobody's offer away
	v := view{c: c}
	v.call.ID, v.call.Client = call, c.Client
	id, err := s.present(ctx, tx, by, v, w, PresentInput{})
	if err != nil {
		return err
	}
	if err := c.apply(ctx, tx, by, now, answered(id, DecideInput{Decision: Accepted})); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, decidePresentation, id, Accepted, "", by.User, now)
	return errs.Wrap(err, "record what was solved")
}

const offerByCode = `SELECT id FROM offers WHERE client_id = $1 AND code = $2`

// offerOfFix is the offer behind a fix, made when it is needed first. It is on no shelf: it has no purposes.
func (s *Service) offerOfFix(ctx context.Context, tx *pg.Tx, by auth.Actor, c *caseRow, x Fix, now time.Time) (Offer, error) {
	house := auth.System("fix", c.Client)
	var id OfferID
	code := fixCodeHead + x.Code
	err := tx.GetContext(ctx, &id, offerByCode, c.Client, code)
	if pg.None(err) {
		if err := tx.GetContext(ctx, &id, insertOffer, c.Client, code, now); err != nil {
			return Offer{}, errs.Wrap(err, "make the fix's offer")
		}
		in := OfferInput{Name: x.Name, Kind: "fix", Result: ResultSave, Say: x.Name, Purposes: []string{}}.filled()
		in.Value.Currency, in.Cost.Currency = c.Currency, c.Currency
		err = addVersion(ctx, tx, house, id, in, now)
	}
	if err != nil {
		return Offer{}, errs.Wrap(err, "find the fix's offer")
	}
	return getOffer(ctx, tx, house, id)
}
