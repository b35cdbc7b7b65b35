package dialer

import (
	"context"

	"saveline/campaigns"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/internal/phone"
)

// Seat is the least that a program at a desk needs to know of it: what the agent does, and about whom.
type Seat struct {
	State  AgentState       `db:"state"`
	Call   CallID           `db:"call_id"` // 0: none
	Number phone.E164       `db:"number"`  // of the call
	Lead   campaigns.LeadID `db:"lead_id"` // of the call, or shown for preview; 0: none
	Case   int64            `db:"case_id"` // the save case that the lead is about; 0: none
}

const seatOf = `
SELECT a.state, COALESCE(a.call_id, 0) AS call_id, COALESCE(k.number, '') AS number, COALESCE(k.lead_id, a.lead_id, 0) AS lead_id,
    COALESCE(l.case_id, 0) AS case_id
FROM agent_states a LEFT JOIN calls k ON k.id = a.call_id LEFT JOIN leads l ON l.id = COALESCE(k.lead_id, a.lead_id)
WHERE a.user_id = $1`

// SeatOf reads the actor's desk in one statement; Desk is for people.
func (s *Service) SeatOf(ctx context.Context, by auth.Actor) (Seat, error) {
	seat := Seat{State: Away}
	err := s.db.GetContext(ctx, &seat, seatOf, by.User)
	if pg.None(err) {
		return seat, nil
	}
	return seat, errs.Wrap(err, "read the seat")
}
