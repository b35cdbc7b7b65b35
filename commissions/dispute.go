package commissions

import (
	"context"
	"fmt"
	"strings"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
)

func init() {
	pg.Constraint("disputes_one_open", errs.Conflict, "this line is disputed already; add to that dispute")
	pg.Constraint("disputes_not_ones_own", errs.Forbidden, "this dispute is about your own pay: somebody else has to decide on it")
}

// Dispute is a payee's objection to one line. Upheld, it has posted what was missing.
type Dispute struct {
	ID         DisputeID        `db:"id" json:"id"`
	Client     auth.ClientID    `db:"client_id" json:"clientId"`
	User       auth.UserID      `db:"user_id" json:"userId"`
	Name       string           `db:"name" json:"name"`
	Entry      EntryID          `db:"entry_id" json:"entryId"`
	Component  string           `db:"component" json:"component"`
	Claim      money.Amount     `db:"-" json:"claim" doc:"what is missing, in the payee's view"`
	State      string           `db:"state" json:"state" doc:"open, upheld, rejected or withdrawn"`
	OpenedAt   time.Time        `db:"opened_at" json:"openedAt"`
	AnswerBy   time.Time        `db:"answer_by" json:"answerBy" doc:"until then somebody owes them a decision"`
	Late       bool             `db:"-" json:"late" doc:"open, and past that"`
	DecidedBy  string           `db:"decided_by" json:"decidedBy,omitempty"`
	DecidedAt  *time.Time       `db:"decided_at" json:"decidedAt,omitempty"`
	Adjustment AdjustmentID     `db:"adjustment_id" json:"adjustmentId,omitempty"`
	Posted     *money.Amount    `db:"-" json:"posted,omitempty" doc:"what an upheld one posted"`
	Messages   []DisputeMessage `db:"-" json:"messages" nullable:"false" doc:"the thread, oldest first; empty in lists"`
	ClaimMinor int64            `db:"claim_minor" json:"-"`
	Currency   string           `db:"currency" json:"-"`
	DeltaMinor int64            `db:"delta_minor" json:"-"`
}

// DisputeMessage is one entry of a dispute's thread.
type DisputeMessage struct {
	Author    string    `db:"author" json:"author"`
	Own       bool      `db:"own" json:"own" doc:"the reader's own"`
	Body      string    `db:"body" json:"body"`
	CreatedAt time.Time `db:"created_at" json:"createdAt"`
}

// NewDispute is the input of OpenDispute.
type NewDispute struct {
	Entry   EntryID      `json:"entryId"`
	Claim   money.Amount `json:"claim" doc:"what is missing: more than zero"`
	Message string       `json:"message" doc:"why"`
}

// Validate names every fault of the input.
func (in NewDispute) Validate() error {
	var f errs.Faults
	f.Check(in.Entry > 0, "entryId", "say which line")
	f.Check(in.Claim.Minor > 0, "claim", "say how much is missing: more than zero")
	checkMessage(&f, in.Message)
	return f.Err()
}

func checkMessage(f *errs.Faults, text string) {
	f.Check(strings.TrimSpace(text) != "", "message", "say why, in a sentence")
	f.Check(len(text) <= noteMax, "message", fmt.Sprintf("at most %d characters", noteMax))
}

const (
	insertDispute = `
INSERT INTO disputes (client_id, user_id, entry_id, claim_minor, currency, state, opened_at, answer_by) VALUES ($1, $2, $3, $4, $5, 'open', $6, $7)
RETURNING id`

	insertMessage = `INSERT INTO dispute_messages (client_id, dispute_id, author_id, body, created_at) VALUES ($1, $2, $3, $4, $5)`
)

// OpenDispute objects to one line of the actor's own pay. Somebody owes an answer within the days that the client's settings say.
//
// Codes: invalid, not_found (not a line of one's own), conflict (that line is disputed already).
func (s *Service) OpenDispute(ctx context.Context, by auth.Actor, in NewDispute) (Dispute, error) {
	if err := in.Validate(); err != nil {
		return Dispute{}, err
	}
	if err := inPerson(by); err != nil {
		return Dispute{}, err
	}
	var id DisputeID
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		var e adjusted
		err := tx.GetContext(ctx, &e, selectAdjusted, in.Entry, by.Scope())
		if pg.None(err) || err == nil && e.User != by.User {
			return errs.Newf(errs.NotFound, "your pay has no line %d that could be disputed", in.Entry)
		}
		if err != nil {
			return fmt.Errorf("entry %d: %w", in.Entry, err)
		}
		if e.Currency != in.Claim.Currency {
			return errs.Newf(errs.Invalid, "line %d is in %s", in.Entry, e.Currency)
		}
		settings, err := payrollSettings(ctx, tx, e.Client)
		if err != nil {
			return err
		}
		now := s.now()
		if err := tx.GetContext(ctx, &id, insertDispute, e.Client, by.User, e.ID, in.Claim.Minor, e.Currency, now, now.AddDate(0, 0, settings.DisputeDays)); err != nil {
			return fmt.Errorf("insert dispute: %w", err)
		}
		if err := say(ctx, tx, by, now, disputed{ID: id, Client: e.Client}, in.Message); err != nil {
			return err
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: e.Client, Act: "dispute.open", Object: fmt.Sprintf("dispute:%d", id), Data: map[string]any{"entryId": e.ID, "claimMinor": in.Claim.Minor},
		})
	})
	if err != nil {
		return Dispute{}, errs.Wrap(err, "open a dispute")
	}
	return s.disputeFor(ctx, by, by.User, id)
}

func say(ctx context.Context, tx *pg.Tx, by auth.Actor, now time.Time, d disputed, text string) error {
	if _, err := tx.ExecContext(ctx, insertMessage, d.Client, d.ID, by.User, strings.TrimSpace(text), now); err != nil {
		return fmt.Errorf("message in dispute %d: %w", d.ID, err)
	}
	return nil
}

const lockDispute = `
SELECT id, client_id, user_id, entry_id, currency, state FROM disputes
WHERE id = $1 AND client_id = ANY($2) AND ($3 = 0 OR user_id = $3) FOR UPDATE`

// disputed is what an act needs of the dispute it holds.
type disputed struct {
	ID       DisputeID     `db:"id"`
	Client   auth.ClientID `db:"client_id"`
	User     auth.UserID   `db:"user_id"`
	Entry    EntryID       `db:"entry_id"`
	Currency string        `db:"currency"`
	State    string        `db:"state"`
}

// inDispute does something to an open dispute, the payee's own or any of the actor's clients (owner 0).
func (s *Service) inDispute(ctx context.Context, by auth.Actor, owner auth.UserID, id DisputeID, do func(tx *pg.Tx, d disputed, now time.Time) error) (Dispute, error) {
	if err := inPerson(by); err != nil {
		return Dispute{}, err
	}
	var user auth.UserID
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		var d disputed
		if err := tx.GetContext(ctx, &d, lockDispute, id, by.Scope(), owner); err != nil {
			return notFound(err, "dispute", id)
		}
		if d.State != "open" {
			return errs.Newf(errs.Conflict, "this dispute has been %s", d.State)
		}
		user = d.User
		return do(tx, d, s.now())
	})
	if err != nil {
		return Dispute{}, err
	}
	s.tellAll([]auth.UserID{user})
	return s.disputeFor(ctx, by, owner, id)
}

// say adds to the thread of an open dispute: owner is the actor for a payee's own, 0 for those of the actor's clients.
func (s *Service) say(ctx context.Context, by auth.Actor, owner auth.UserID, id DisputeID, text string) (Dispute, error) {
	var f errs.Faults
	checkMessage(&f, text)
	if err := f.Err(); err != nil {
		return Dispute{}, err
	}
	return s.inDispute(ctx, by, owner, id, func(tx *pg.Tx, d disputed, now time.Time) error {
		if err := say(ctx, tx, by, now, d, text); err != nil {
			return err
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{Client: d.Client, Act: "dispute.say", Object: fmt.Sprintf("dispute:%d", id)})
	})
}

// SayInDispute adds to the thread of an open dispute of the actor's clients.
//
// Codes: invalid, conflict (decided), not_found.
func (s *Service) SayInDispute(ctx context.Context, by auth.Actor, id DisputeID, text string) (Dispute, error) {
	return s.say(ctx, by, 0, id, text)
}

// SayInOwnDispute adds to the thread of the actor's own open dispute.
//
// Codes: invalid, conflict (decided), not_found.
func (s *Service) SayInOwnDispute(ctx context.Context, by auth.Actor, id DisputeID, text string) (Dispute, error) {
	return s.say(ctx, by, by.User, id, text)
}
