package retention

import (
	"context"
	"fmt"
	"strconv"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/retention/netsave"
	"saveline/retention/trial"
)

// Experiment is a comparison with people who were left alone: the save desk's holdout, a win-back, or calls to people at
// risk.
type Experiment struct {
	Kind            string        `json:"kind" enum:"holdout,winback,proactive"`
	ID              string        `json:"id"`
	Name            string        `json:"name" doc:"of an outreach, or of the client whose save desk it is"`
	Client          auth.ClientID `json:"clientId"`
	Days            int           `json:"days" doc:"how long somebody is followed"`
	HoldoutPercent  float64       `json:"holdoutPercent" doc:"share of people who are left alone by plan"`
	TreatedUnits    int           `json:"treatedUnits" doc:"whose time is up"`
	TreatedGood     int           `json:"treatedGood"`
	HoldoutUnits    int           `json:"holdoutUnits"`
	HoldoutGood     int           `json:"holdoutGood"`
	Waiting         int           `json:"waiting" doc:"whose time is not up"`
	UnitsMin        int           `json:"unitsMin" doc:"needed in each arm before a difference is shown as one"`
	TreatedRate     float64       `json:"treatedRate" doc:"percent"`
	HoldoutRate     float64       `json:"holdoutRate" doc:"percent"`
	DifferencePoint float64       `json:"differencePoints"`
	LowPoints       float64       `json:"lowPoints" doc:"of the 95 % interval"`
	HighPoints      float64       `json:"highPoints"`
	Verdict         string        `json:"verdict" enum:"not_enough_data,unclear,better,worse"`
}

const clientsWithSettings = `
SELECT c.id, c.name, coalesce(s.holdout_bp, 0) AS holdout_bp FROM clients c LEFT JOIN save_settings s ON s.client_id = c.id
WHERE c.id = ANY($1) AND (s.holdout_bp > 0 OR EXISTS (SELECT FROM cases k WHERE k.client_id = c.id AND k.arm = 'holdout')) ORDER BY c.id`

// Experiments lists what is compared with people who were left alone: each client's holdout at days 30, 60 and 90 of the
// last year's requests, then the outreaches.
func (s *Service) Experiments(ctx context.Context, by auth.Actor) ([]Experiment, error) {
	var clients []struct {
		ID      auth.ClientID `db:"id"`
		Name    string        `db:"name"`
		Holdout int           `db:"holdout_bp"`
	}
	if err := s.db.SelectContext(ctx, &clients, clientsWithSettings, by.Scope()); err != nil {
		return nil, errs.Wrap(err, "list holdouts")
	}
	now, out := s.now(), []Experiment{}
	cases, err := s.SaveCases(ctx, by, SaveQuery{From: now.AddDate(0, 0, -reportDaysMax), To: now})
	if err != nil {
		return nil, err
	}
	byClient := netsave.FoldBy(cases, ByClient, now)
	const basisPoints = 100
	for _, c := range clients {
		f := byClient[strconv.FormatInt(int64(c.ID), 10)]
		for i, stage := range netsave.Stages {
			e := Experiment{
				Kind: "holdout", ID: fmt.Sprintf("%d:%d", c.ID, stage), Name: c.Name, Client: c.ID, Days: stage,
				HoldoutPercent: float64(c.Holdout) / basisPoints,
			}
			n := f.Net[i]
			e.Waiting = f.Eligible + f.Holdout - n.Eligible - n.HoldoutEligible
			out = append(out, e.compared(trial.Count{Units: n.Eligible, Good: n.Verified}, trial.Count{Units: n.HoldoutEligible, Good: n.HoldoutVerified}))
		}
	}
	outreaches, err := s.Outreaches(ctx, by)
	if err != nil {
		return nil, err
	}
	for _, o := range outreaches {
		r, err := s.OutreachResultFor(ctx, by, o.ID)
		if err != nil {
			return nil, err
		}
		e := Experiment{
			Kind: o.Kind, ID: strconv.FormatInt(int64(o.ID), 10), Name: o.Name, Client: o.Client, Days: o.MeasureDays,
			HoldoutPercent: float64(o.HoldoutPercent), Waiting: r.Waiting,
		}
		out = append(out, e.compared(trial.Count{Units: r.TreatedUnits, Good: r.TreatedGood}, trial.Count{Units: r.HoldoutUnits, Good: r.HoldoutGood}))
	}
	return out, nil
}

func (e Experiment) compared(treated, holdout trial.Count) Experiment {
	c := trial.Compare(treated, holdout)
	e.TreatedUnits, e.TreatedGood, e.HoldoutUnits, e.HoldoutGood = treated.Units, treated.Good, holdout.Units, holdout.Good
	e.TreatedRate, e.HoldoutRate, e.DifferencePoint = *points(c.Treated), *points(c.Holdout), *points(c.Difference)
	e.LowPoints, e.HighPoints, e.Verdict, e.UnitsMin = *points(c.Low), *points(c.High), c.Verdict, trial.UnitsMin
	return e
}
