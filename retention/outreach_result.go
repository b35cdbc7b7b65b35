package retention

import (
	"context"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/retention/trial"
)

// OutreachResult is what an outreach has brought, against those who were left alone. Everybody who joined counts in their
// arm, reached or not; only those count whose time is up.
type OutreachResult struct {
	Outreach        Outreach `json:"outreach"`
	Waiting         int      `json:"waiting" doc:"joined, and their time is not up"`
	TreatedUnits    int      `json:"treatedUnits"`
	TreatedGood     int      `json:"treatedGood" doc:"came back, or stayed"`
	TreatedCalled   int      `json:"treatedCalled" doc:"of them put on the list"`
	HoldoutUnits    int      `json:"holdoutUnits"`
	HoldoutGood     int      `json:"holdoutGood"`
	TreatedPercent  float64  `json:"treatedPercent"`
	HoldoutPercent  float64  `json:"holdoutPercent"`
	DifferencePoint float64  `json:"differencePoints" doc:"percentage points that calling brought"`
	LowPoints       float64  `json:"lowPoints" doc:"of the 95 % interval"`
	HighPoints      float64  `json:"highPoints"`
	Verdict         string   `json:"verdict" enum:"not_enough_data,unclear,better,worse"`
}

// Good: a win-back has a subscription that runs; somebody at risk has not asked to cancel within the measured days.
const outreachCounts = `
SELECT m.arm, count(*) FILTER (WHERE NOT due.is_up) AS waiting, count(*) FILTER (WHERE due.is_up) AS units,
       count(*) FILTER (WHERE due.is_up AND m.lead_id IS NOT NULL) AS called,
       count(*) FILTER (WHERE due.is_up AND CASE $2 WHEN 'winback' THEN EXISTS (
           SELECT FROM subscriptions s WHERE s.customer_id = m.customer_id AND s.status = 'active')
       ELSE NOT EXISTS (
           SELECT FROM cancel_requests r WHERE r.customer_id = m.customer_id AND r.requested_at > m.joined_at
             AND r.requested_at <= m.joined_at + make_interval(days => $3)) END) AS good
FROM outreach_members m CROSS JOIN LATERAL (SELECT m.joined_at + make_interval(days => $3) <= $4 AS is_up) due
WHERE m.outreach_id = $1 GROUP BY m.arm`

// OutreachResultFor compares the called with those left alone.
//
// Codes: not_found.
func (s *Service) OutreachResultFor(ctx context.Context, by auth.Actor, id OutreachID) (out OutreachResult, err error) {
	all, err := outreachesOf(ctx, s.db, by, id)
	if err != nil {
		return out, err
	}
	out.Outreach = all[0]
	var rows []struct {
		Arm     string `db:"arm"`
		Waiting int    `db:"waiting"`
		Units   int    `db:"units"`
		Called  int    `db:"called"`
		Good    int    `db:"good"`
	}
	err = s.db.SelectContext(ctx, &rows, outreachCounts, id, out.Outreach.Kind, out.Outreach.MeasureDays, s.now())
	if err != nil {
		return out, errs.Wrap(err, "count outreach")
	}
	for _, r := range rows {
		out.Waiting += r.Waiting
		if r.Arm == trial.Holdout {
			out.HoldoutUnits, out.HoldoutGood = r.Units, r.Good
			continue
		}
		out.TreatedUnits, out.TreatedGood, out.TreatedCalled = r.Units, r.Good, r.Called
	}
	c := trial.Compare(trial.Count{Units: out.TreatedUnits, Good: out.TreatedGood}, trial.Count{Units: out.HoldoutUnits, Good: out.HoldoutGood})
	const percent = 100
	out.TreatedPercent, out.HoldoutPercent, out.DifferencePoint = c.Treated*percent, c.Holdout*percent, c.Difference*percent
	out.LowPoints, out.HighPoints, out.Verdict = c.Low*percent, c.High*percent, c.Verdict
	return out, nil
}
