package campaigns

import (
	"context"

	"github.com/lib/pq"

	"saveline/internal/errs"
)

// Stats is a campaign in numbers. Waiting includes Ready: those who may be called as soon as their hours allow.
type Stats struct {
	Campaign   ID  `json:"-" db:"campaign_id"`
	Leads      int `json:"leads" db:"leads"`
	Waiting    int `json:"waiting" db:"waiting"`
	Ready      int `json:"ready" db:"ready"`
	Reserved   int `json:"reserved" db:"reserved"`
	Calling    int `json:"calling" db:"calling"`
	Done       int `json:"done" db:"done"`
	Suppressed int `json:"suppressed" db:"suppressed"`
	Withdrawn  int `json:"withdrawn" db:"withdrawn"`
	Attempts   int `json:"attempts" db:"attempts"`
	Contacts   int `json:"contacts" db:"contacts" doc:"attempts that a person answered"`
	Agents     int `json:"agents" db:"agents"`
}

// campaignStats counts along indexes: leads by (campaign_id, state, ready), attempts by campaign.
const campaignStats = `
SELECT c.id AS campaign_id, COALESCE(l.leads, 0) AS leads, COALESCE(l.waiting, 0) AS waiting, COALESCE(l.ready, 0) AS ready,
    COALESCE(l.reserved, 0) AS reserved, COALESCE(l.calling, 0) AS calling, COALESCE(l.done, 0) AS done,
    COALESCE(l.suppressed, 0) AS suppressed, COALESCE(l.withdrawn, 0) AS withdrawn,
    a.attempts, a.contacts, (SELECT count(*) FROM campaign_agents ca WHERE ca.campaign_id = c.id) AS agents
FROM campaigns c
LEFT JOIN (
    SELECT campaign_id, count(*) AS leads, count(*) FILTER (WHERE state = 'waiting') AS waiting, count(*) FILTER (WHERE ready) AS ready,
        count(*) FILTER (WHERE state = 'reserved') AS reserved, count(*) FILTER (WHERE state = 'calling') AS calling,
        count(*) FILTER (WHERE state = 'done') AS done, count(*) FILTER (WHERE state = 'suppressed') AS suppressed,
        count(*) FILTER (WHERE state = 'withdrawn') AS withdrawn
    FROM leads WHERE campaign_id = ANY ($1::bigint[]) GROUP BY campaign_id) l ON l.campaign_id = c.id
CROSS JOIN LATERAL (
    SELECT count(*) AS attempts, count(*) FILTER (WHERE disposition IN ('answered','abandoned')) AS contacts
    FROM attempts WHERE campaign_id = c.id) a
WHERE c.id = ANY ($1::bigint[])`

// StatsOf counts for several campaigns at once. The caller knows that they may be seen.
func (s *Service) StatsOf(ctx context.Context, ids ...ID) (map[ID]Stats, error) {
	keys := make([]int64, len(ids))
	for i, id := range ids {
		keys[i] = int64(id)
	}
	var rows []Stats
	if err := s.db.SelectContext(ctx, &rows, campaignStats, pq.Array(keys)); err != nil {
		return nil, errs.Wrap(err, "campaign figures")
	}
	out := make(map[ID]Stats, len(rows))
	for _, r := range rows {
		out[r.Campaign] = r
	}
	return out, nil
}
