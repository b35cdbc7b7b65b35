package campaigns

import (
	"context"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/phone"
)

// Callback is a promise to call somebody again that is still open.
type Callback struct {
	ID         CallbackID  `json:"id" db:"id"`
	LeadID     LeadID      `json:"leadId" db:"lead_id"`
	Name       string      `json:"name" db:"name"`
	Number     phone.E164  `json:"number" db:"number"`
	DueAt      time.Time   `json:"dueAt" db:"due_at"`
	LocalDue   string      `json:"localDue" doc:"dueAt on the clock of the first zone the person may be in"`
	Zone       string      `json:"zone" db:"zone"`
	Note       string      `json:"note" db:"note"`
	OwnerID    auth.UserID `json:"ownerId" db:"owner_id" doc:"0: anybody's"`
	CampaignID ID          `json:"campaignId" db:"campaign_id"`
}

const callbacksMax = 500

const openCallbacks = `
SELECT cb.id, cb.lead_id, pe.name, ph.number, cb.due_at, l.zone, cb.note, COALESCE(cb.owner_id, 0) AS owner_id, l.campaign_id
FROM callbacks cb JOIN leads l ON l.id = cb.lead_id JOIN people pe ON pe.id = l.person_id JOIN phones ph ON ph.id = l.phone_id
WHERE cb.state = 'open' AND cb.client_id = ANY ($1) AND ($2 = 0 OR cb.owner_id = $2)
ORDER BY cb.due_at, cb.id LIMIT $3`

// Callbacks lists open callbacks by due time: the actor's own, or all that a person who may read leads may see.
func (s *Service) Callbacks(ctx context.Context, by auth.Actor, mine bool) ([]Callback, error) {
	owner := auth.UserID(0)
	if mine || !by.Can(auth.LeadsRead) {
		owner = by.User
	}
	out := []Callback{}
	if err := s.db.SelectContext(ctx, &out, openCallbacks, by.Scope(), owner, callbacksMax); err != nil {
		return nil, errs.Wrap(err, "open callbacks")
	}
	for i := range out {
		if places, _ := s.zones.placesOf(out[i].Zone); len(places) > 0 {
			out[i].LocalDue = out[i].DueAt.In(places[0]).Format(time.RFC3339)
		}
	}
	return out, nil
}
