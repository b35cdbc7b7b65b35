package dialer

import (
	"context"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
)

const (
	historySpan = 30 * time.Minute
	historyStep = 15 * time.Second
	// A call that was up in the span was placed at most this long before it: longer calls are not drawn.
	historyCallMax = 4 * time.Hour
)

// FloorHistory is how many calls were up, sample by sample: what a floor page that opens now would have seen.
type FloorHistory struct {
	StepSeconds int           `json:"stepSeconds" doc:"between two samples"`
	Samples     []FloorSample `json:"samples"`
}

// FloorSample counts the calls that were up at an instant.
type FloorSample struct {
	At      time.Time `json:"at" db:"at"`
	Ringing int       `json:"ringing" db:"ringing" doc:"placed, nobody had answered"`
	Waiting int       `json:"waiting" db:"waiting" doc:"answered, no agent yet"`
	Talking int       `json:"talking" db:"talking"`
}

// $1 clients, $2 first sample, $3 last, $4 seconds between, $5 the oldest call looked at.
const floorHistory = `
WITH recent AS MATERIALIZED (
    SELECT placed_at, COALESCE(answered_at, ended_at, 'infinity') AS rang_until,
        answered_at, COALESCE(connected_at, ended_at, 'infinity') AS waited_until,
        connected_at, COALESCE(ended_at, 'infinity') AS up_until
    FROM calls
    WHERE campaign_id IN (SELECT id FROM campaigns WHERE client_id = ANY($1))
        AND placed_at BETWEEN $5 AND $3 AND (ended_at IS NULL OR ended_at >= $2)
)
SELECT t.at, count(*) FILTER (WHERE r.placed_at <= t.at AND t.at < r.rang_until) AS ringing,
    count(*) FILTER (WHERE r.answered_at <= t.at AND t.at < r.waited_until) AS waiting,
    count(*) FILTER (WHERE r.connected_at <= t.at AND t.at < r.up_until) AS talking
FROM generate_series($2::timestamptz, $3, make_interval(secs => $4)) AS t(at)
LEFT JOIN recent r ON r.placed_at <= t.at AND t.at < r.up_until
GROUP BY t.at ORDER BY t.at`

// FloorHistory reads the calls of the actor's clients that were up in the last half hour.
func (s *Service) FloorHistory(ctx context.Context, by auth.Actor) (FloorHistory, error) {
	last := s.now().Truncate(historyStep)
	first := last.Add(-historySpan)
	h := FloorHistory{StepSeconds: int(historyStep / time.Second), Samples: []FloorSample{}}
	err := s.db.SelectContext(ctx, &h.Samples, floorHistory, by.Scope(), first, last, h.StepSeconds, first.Add(-historyCallMax))
	return h, errs.Wrap(err, "calls of the last half hour")
}
