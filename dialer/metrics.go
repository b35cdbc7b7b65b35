package dialer

import (
	"context"
	"time"

	"saveline/dialer/telephony"
	"saveline/internal/errs"
)

// metricRow is one labelled number.
type metricRow struct {
	Label string  `db:"label"`
	Value float64 `db:"value"`
}

const endedLastHour = `
SELECT COALESCE(disposition, 'unknown') AS label, count(*) AS value FROM calls
WHERE placed_at > $1::timestamptz - interval '2 hours' AND ended_at > $1::timestamptz - interval '1 hour' GROUP BY 1`

const agentCounts = `SELECT state AS label, count(*) AS value FROM agent_states GROUP BY 1`

// abandonRates counts, as the limit does, from the campaign's last thirty days.
const abandonRates = `
SELECT c.id::text AS label,
    count(*) FILTER (WHERE k.disposition = 'abandoned')::float8 / GREATEST(count(k.answered_at), 1) AS value
FROM campaigns c JOIN calls k ON k.campaign_id = c.id AND k.placed_at > $1
WHERE c.state IN ('running', 'paused') GROUP BY c.id`

// EndedLastHour counts the calls that ended within the last hour by disposition, over all clients: for metrics.
func (s *Service) EndedLastHour(ctx context.Context) (map[telephony.Disposition]int, error) {
	rows, err := s.metric(ctx, endedLastHour, s.now())
	out := map[telephony.Disposition]int{}
	for _, r := range rows {
		out[telephony.Disposition(r.Label)] = int(r.Value)
	}
	return out, err
}

// AgentCounts counts desks by state, over all clients: for metrics.
func (s *Service) AgentCounts(ctx context.Context) (map[AgentState]int, error) {
	rows, err := s.metric(ctx, agentCounts)
	out := map[AgentState]int{Away: 0, Ready: 0, Preview: 0, Ringing: 0, Talking: 0, Wrapping: 0}
	for _, r := range rows {
		out[AgentState(r.Label)] = int(r.Value)
	}
	return out, err
}

// AbandonRates is abandoned / answered of each campaign at work, by its id: for metrics.
func (s *Service) AbandonRates(ctx context.Context) (map[string]float64, error) {
	rows, err := s.metric(ctx, abandonRates, s.now().Add(-30*24*time.Hour))
	out := map[string]float64{}
	for _, r := range rows {
		out[r.Label] = r.Value
	}
	return out, err
}

func (s *Service) metric(ctx context.Context, query string, args ...any) ([]metricRow, error) {
	var rows []metricRow
	err := s.db.SelectContext(ctx, &rows, query, args...)
	return rows, errs.Wrap(err, "read a metric")
}
