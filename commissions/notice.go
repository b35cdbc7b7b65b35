package commissions

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/lib/pq"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
)

// Notice tells an agent that something was taken back, at the moment it was: how much, why, from which call.
type Notice struct {
	ID        NoticeID     `db:"id" json:"id"`
	Entry     EntryID      `db:"entry_id" json:"entryId" doc:"explains itself"`
	Amount    money.Amount `db:"-" json:"amount" doc:"what was taken back, more than zero"`
	Cause     string       `db:"cause" json:"cause" doc:"the reversal's cause, or an adjustment's reason"`
	Call      int64        `db:"call_id" json:"callId,omitempty"`
	CreatedAt time.Time    `db:"created_at" json:"createdAt"`
	ReadAt    *time.Time   `db:"read_at" json:"readAt,omitempty"`
	Minor     int64        `db:"amount_minor" json:"-"`
	Currency  string       `db:"currency" json:"-"`
}

const insertNotices = `
INSERT INTO pay_notices (client_id, user_id, entry_id, amount_minor, currency, cause, call_id, created_at)
SELECT e.client_id, e.user_id, e.id, e.amount_minor, e.currency, n.cause, c.call_id, $3
FROM unnest($1::bigint[], $2::text[]) AS n(entry_id, cause) JOIN entries e ON e.id = n.entry_id LEFT JOIN credits c ON c.id = e.credit_id
ON CONFLICT (entry_id) DO NOTHING`

// takesBack reports whether a posting returns an agent's money to the house's expense. Of a reversal's mirrors, one does. What
// is written off because somebody has left is told as well.
func (p posting) takesBack() bool {
	if p.Kind == kindWriteOff && p.Adjusted == 0 {
		return p.Debit == accountWriteOff
	}
	return p.User != 0 && strings.HasPrefix(p.Debit, "agent:") && strings.HasPrefix(p.Credit, "expense:")
}

// notify keeps a notice of every posting that is new and takes something back.
func (b *books) notify(ctx context.Context, batch []posting, added map[string]EntryID) error {
	var ids []int64
	var causes []string
	for _, p := range batch {
		if id, isNew := added[p.Key]; isNew && p.takesBack() {
			ids, causes = append(ids, int64(id)), append(causes, p.Cause)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	if _, err := b.tx.ExecContext(ctx, insertNotices, pq.Array(ids), pq.Array(causes), b.now); err != nil {
		return fmt.Errorf("notices: %w", err)
	}
	return nil
}

const selectNotices = `
SELECT id, entry_id, amount_minor, currency, cause, COALESCE(call_id, 0) AS call_id, created_at, read_at
FROM pay_notices WHERE user_id = $1 AND client_id = ANY($2)
ORDER BY id DESC LIMIT $3 OFFSET $4`

const countNotices = `SELECT count(*) FROM pay_notices WHERE user_id = $1 AND client_id = ANY($2)`

// Notices are the actor's own, newest first, and how many there are.
func (s *Service) Notices(ctx context.Context, by auth.Actor, limit, offset int) ([]Notice, int, error) {
	var total int
	if err := s.db.GetContext(ctx, &total, countNotices, by.User, by.Scope()); err != nil {
		return nil, 0, fmt.Errorf("count notices: %w", err)
	}
	out := []Notice{}
	if err := s.db.SelectContext(ctx, &out, selectNotices, by.User, by.Scope(), limit, offset); err != nil {
		return nil, 0, fmt.Errorf("notices: %w", err)
	}
	for i, n := range out {
		out[i].Amount = money.Amount{Minor: n.Minor, Currency: n.Currency}
	}
	return out, total, nil
}

const readNotices = `
UPDATE pay_notices SET read_at = $4 WHERE user_id = $1 AND client_id = ANY($2) AND id <= $3 AND read_at IS NULL`

// ReadNotices records that the actor has seen every notice up to one.
func (s *Service) ReadNotices(ctx context.Context, by auth.Actor, upTo NoticeID) error {
	if upTo <= 0 {
		return errs.Newf(errs.Invalid, "say up to which notice")
	}
	return pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		now := s.now()
		res, err := tx.ExecContext(ctx, readNotices, by.User, by.Scope(), upTo, now)
		if err != nil {
			return fmt.Errorf("read notices: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{Act: "notice.read", Object: fmt.Sprintf("user:%d", by.User), Data: map[string]any{"upTo": upTo}})
	})
}

// tellNotices lets open desks know that something was taken back from these people; each fetches its notices.
func (s *Service) tellNotices(users []auth.UserID) {
	for _, u := range users {
		s.pub.Publish(fmt.Sprintf("agent:%d", u), "pay_notice", map[string]any{"userId": u})
	}
}
