package commissions

import (
	"context"
	"fmt"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
)

const decideDispute = `
UPDATE disputes SET state = $2, decided_by = $3, decided_at = $4, adjustment_id = NULLIF($5::bigint, 0) WHERE id = $1 AND state = 'open'`

// Decision is the input of DecideDispute.
type Decision struct {
	Uphold  bool          `json:"uphold"`
	Amount  *money.Amount `json:"amount,omitempty" doc:"what is posted when it is upheld; the claim when left out"`
	Message string        `json:"message" doc:"why, for the payee"`
}

// DecideDispute upholds or rejects a dispute. An upheld one posts what was missing itself, in the same transaction: to the
// period of the disputed line while that is open, else to the open one, pointing at the line.
//
// Codes: invalid, forbidden (one's own, or a program), conflict (decided already), not_found.
func (s *Service) DecideDispute(ctx context.Context, by auth.Actor, id DisputeID, in Decision) (Dispute, error) {
	var f errs.Faults
	checkMessage(&f, in.Message)
	f.Check(in.Amount == nil || in.Amount.Minor > 0, "amount", "must be more than zero")
	if err := f.Err(); err != nil {
		return Dispute{}, err
	}
	return s.inDispute(ctx, by, 0, id, func(tx *pg.Tx, d disputed, now time.Time) error {
		if err := say(ctx, tx, by, now, d, in.Message); err != nil {
			return err
		}
		var posted AdjustmentID
		state := "rejected"
		if in.Uphold {
			var err error
			if posted, err = upholdTx(ctx, tx, by, now, d, in.Amount); err != nil {
				return err
			}
			state = "upheld"
		}
		return closeDispute(ctx, tx, by, now, d, state, posted)
	})
}

func closeDispute(ctx context.Context, tx *pg.Tx, by auth.Actor, now time.Time, d disputed, state string, posted AdjustmentID) error {
	if _, err := tx.ExecContext(ctx, decideDispute, d.ID, state, by.User, now, posted); err != nil {
		return fmt.Errorf("decide dispute %d: %w", d.ID, err)
	}
	return auth.AuditTx(ctx, tx, by, now, auth.Change{
		Client: d.Client, Act: "dispute." + state, Object: fmt.Sprintf("dispute:%d", d.ID), Data: map[string]any{"adjustmentId": posted},
	})
}

const selectClaim = `SELECT claim_minor FROM disputes WHERE id = $1`

// upholdTx enters what the payee claims as the payee's adjustment, and approves it as the actor's decision.
func upholdTx(ctx context.Context, tx *pg.Tx, by auth.Actor, now time.Time, d disputed, amount *money.Amount) (AdjustmentID, error) {
	var minor int64
	if err := tx.GetContext(ctx, &minor, selectClaim, d.ID); err != nil {
		return 0, fmt.Errorf("claim of dispute %d: %w", d.ID, err)
	}
	if amount != nil {
		if amount.Currency != d.Currency {
			return 0, errs.Newf(errs.Invalid, "the dispute is in %s", d.Currency)
		}
		minor = amount.Minor
	}
	var e adjusted
	if err := tx.GetContext(ctx, &e, selectAdjusted, d.Entry, by.Scope()); err != nil {
		return 0, fmt.Errorf("entry %d: %w", d.Entry, err)
	}
	a := Adjustment{
		Client: d.Client, User: d.User, Kind: adjustDispute, Minor: minor, Currency: d.Currency, Component: e.Component, Reason: reasonDispute,
		Evidence: fmt.Sprintf("dispute:%d", d.ID), Adjusts: d.Entry,
	}
	claimant := auth.Actor{User: d.User, Name: by.Name, Clients: by.Clients, Request: by.Request}
	var err error
	if a.ID, err = insertAdjustmentTx(ctx, tx, claimant, now, a); err != nil {
		return 0, err
	}
	return a.ID, decideTx(ctx, tx, by, now, a, true)
}

// WithdrawDispute takes back the actor's own open dispute.
//
// Codes: conflict (decided), not_found.
func (s *Service) WithdrawDispute(ctx context.Context, by auth.Actor, id DisputeID) (Dispute, error) {
	return s.inDispute(ctx, by, by.User, id, func(tx *pg.Tx, d disputed, now time.Time) error {
		return closeDispute(ctx, tx, by, now, d, "withdrawn", 0)
	})
}

const (
	disputeColumns = `
d.id, d.client_id, d.user_id, u.name, d.entry_id, e.component, d.claim_minor, d.currency, d.state, d.opened_at, d.answer_by,
COALESCE(b.name, '') AS decided_by, d.decided_at, COALESCE(d.adjustment_id, 0) AS adjustment_id, COALESCE(a.amount_minor, 0) AS delta_minor`

	// Open ones first, those that have waited longest at the top.
	selectDisputes = `
SELECT ` + disputeColumns + `
FROM disputes d JOIN users u ON u.id = d.user_id JOIN entries e ON e.id = d.entry_id LEFT JOIN users b ON b.id = d.decided_by
     LEFT JOIN adjustments a ON a.id = d.adjustment_id
WHERE d.client_id = ANY($1) AND ($2 = 0 OR d.user_id = $2) AND ($3 = 0 OR d.id = $3)
ORDER BY d.state <> 'open', CASE WHEN d.state = 'open' THEN d.answer_by END, d.id DESC LIMIT $4 OFFSET $5`

	countDisputes = `SELECT count(*) FROM disputes WHERE client_id = ANY($1) AND ($2 = 0 OR user_id = $2)`

	selectMessages = `
SELECT u.name AS author, m.author_id = $2 AS own, m.body, m.created_at
FROM dispute_messages m JOIN users u ON u.id = m.author_id WHERE m.dispute_id = $1 ORDER BY m.id`
)

func (d *Dispute) fill(now time.Time) {
	d.Claim = money.Amount{Minor: d.ClaimMinor, Currency: d.Currency}
	d.Late = d.State == "open" && now.After(d.AnswerBy)
	d.Messages = []DisputeMessage{}
	if d.Adjustment != 0 {
		d.Posted = &money.Amount{Minor: d.DeltaMinor, Currency: d.Currency}
	}
}

// Disputes are those of the actor's clients: open ones first, the most urgent at the top; and how many there are.
func (s *Service) Disputes(ctx context.Context, by auth.Actor, limit, offset int) ([]Dispute, int, error) {
	return s.disputes(ctx, by, 0, page{Limit: limit, Offset: offset})
}

// OwnDisputes are the actor's own.
func (s *Service) OwnDisputes(ctx context.Context, by auth.Actor, limit, offset int) ([]Dispute, int, error) {
	return s.disputes(ctx, by, by.User, page{Limit: limit, Offset: offset})
}

func (s *Service) disputes(ctx context.Context, by auth.Actor, owner auth.UserID, p page) ([]Dispute, int, error) {
	var total int
	if err := s.db.GetContext(ctx, &total, countDisputes, by.Scope(), owner); err != nil {
		return nil, 0, fmt.Errorf("count disputes: %w", err)
	}
	out := []Dispute{}
	if err := s.db.SelectContext(ctx, &out, selectDisputes, by.Scope(), owner, 0, p.Limit, p.Offset); err != nil {
		return nil, 0, fmt.Errorf("disputes: %w", err)
	}
	for i := range out {
		out[i].fill(s.now())
	}
	return out, total, nil
}

// DisputeFor is one dispute of the actor's clients with its thread.
//
// Codes: not_found.
func (s *Service) DisputeFor(ctx context.Context, by auth.Actor, id DisputeID) (Dispute, error) {
	return s.disputeFor(ctx, by, 0, id)
}

// OwnDispute is one of the actor's own with its thread.
//
// Codes: not_found (also when it is somebody else's).
func (s *Service) OwnDispute(ctx context.Context, by auth.Actor, id DisputeID) (Dispute, error) {
	return s.disputeFor(ctx, by, by.User, id)
}

func (s *Service) disputeFor(ctx context.Context, by auth.Actor, owner auth.UserID, id DisputeID) (d Dispute, err error) {
	if err := s.db.GetContext(ctx, &d, selectDisputes, by.Scope(), owner, id, 1, 0); err != nil {
		return Dispute{}, notFound(err, "dispute", id)
	}
	d.fill(s.now())
	if err := s.db.SelectContext(ctx, &d.Messages, selectMessages, id, by.User); err != nil {
		return Dispute{}, fmt.Errorf("thread of dispute %d: %w", id, err)
	}
	return d, nil
}
