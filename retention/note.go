package retention

import (
	"context"
	"fmt"
	"strings"
	"time"

	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// NoteID names a note.
type NoteID int64

// Note is what somebody wrote about a customer for the next one who speaks to them.
type Note struct {
	ID         NoteID        `json:"id" db:"id"`
	Call       dialer.CallID `json:"callId,omitempty" db:"call_id"`
	Author     auth.UserID   `json:"authorId" db:"author_id"`
	AuthorName string        `json:"authorName" db:"author_name"`
	Text       string        `json:"text" db:"text"`
	CreatedAt  time.Time     `json:"createdAt" db:"created_at"`
}

const (
	noteColumns = `
SELECT n.id, coalesce(n.call_id, 0) AS call_id, n.author_id, u.name AS author_name, n.text, n.created_at
FROM notes n JOIN users u ON u.id = n.author_id`

	notesOf    = noteColumns + ` WHERE n.customer_id = $1 ORDER BY n.id DESC LIMIT $2`
	selectNote = noteColumns + ` WHERE n.id = $1`

	insertNote = `
INSERT INTO notes (client_id, customer_id, call_id, author_id, text, created_at) VALUES ($1, $2, NULLIF($3, 0), $4, $5, $6) RETURNING id`
)

// NoteInput is a note to be written.
type NoteInput struct {
	Customer CustomerID
	Text     string
}

// WriteNote adds a note to a customer's page. Who sees accounts only in conversations writes within one.
//
// Codes: invalid (empty, too long, or a card number in it), not_found, conflict (the customer is not verified on a call
// of the writer's).
func (s *Service) WriteNote(ctx context.Context, by auth.Actor, in NoteInput) (out Note, err error) {
	var f errs.Faults
	f.Check(strings.TrimSpace(in.Text) != "", "text", "write something")
	checkText(&f, "text", in.Text, noteCharsMax)
	if err := f.Err(); err != nil {
		return Note{}, err
	}
	if by.User == 0 {
		return Note{}, errs.Newf(errs.Forbidden, "only a person writes notes")
	}
	c, err := s.customerFor(ctx, by, in.Customer)
	if err != nil {
		return Note{}, err
	}
	switch is, err := s.mayRead(ctx, by, c); {
	case err != nil:
		return Note{}, err
	case !is:
		return Note{}, errs.Newf(errs.Conflict, "verify who is on the line first: the account is closed to you until then")
	}
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		var call dialer.CallID
		if err := tx.GetContext(ctx, &call, liveCallWith, c.Person, by.User); err != nil && !pg.None(err) {
			return errs.Wrap(err, "find the call")
		}
		var id NoteID
		if err := tx.GetContext(ctx, &id, insertNote, c.Client, in.Customer, call, by.User, strings.TrimSpace(in.Text), now); err != nil {
			return errs.Wrap(err, "write note")
		}
		if err := tx.GetContext(ctx, &out, selectNote, id); err != nil {
			return errs.Wrap(err, "read note")
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: c.Client, Act: "note.write", Object: customerObject(c.ID), Data: map[string]any{"note": fmt.Sprint(id)},
		})
	})
	return out, err
}
