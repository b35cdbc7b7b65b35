package retention

import (
	"bytes"
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/httpx"
)

type saveReportIn struct {
	auth.OneClient
	From   string      `query:"from" doc:"of the request; RFC 3339 time, or a day (UTC); the first of the month twelve months ago if left out"`
	To     string      `query:"to" doc:"exclusive; RFC 3339 time, or a day (UTC); now if left out"`
	By     string      `query:"by" enum:"reason,offer,agent,plan,cohort,client" doc:"how the rows are grouped; cohort, the month of the request, if left out"`
	Reason string      `query:"reason" maxLength:"40" doc:"only requests with this reason"`
	Agent  auth.UserID `query:"agentId" doc:"only cases of this agent"`
	Plan   string      `query:"plan" maxLength:"200" doc:"only subscriptions of this plan"`
	Offer  OfferID     `query:"offerId" doc:"only cases in which this offer was made"`
}

type savesBehindIn struct {
	saveReportIn
	httpx.Page
	Number string `query:"number" enum:"requests,excluded,holdout,eligible,attempted,gross,net30,failed30,waiting30,net60,failed60,waiting60,net90,failed90,waiting90" required:"true" doc:"which number of the report"`
	Group  string `query:"group" maxLength:"200" doc:"of the row with this key; of the total if grouped is not true"`
	Of     string `query:"grouped" enum:"true" doc:"true: the number of one row"`
}

type calendarIn struct {
	httpx.Page
	auth.OneClient
	Kind  string      `query:"kind" enum:"due,waiting,pass,fail,contradicted" doc:"all if left out"`
	Agent auth.UserID `query:"agentId" doc:"only cases of this agent"`
	From  string      `query:"from" doc:"of the line's time; RFC 3339 time, or a day (UTC); 90 days ago if left out"`
	To    string      `query:"to" doc:"exclusive; 120 days from now if left out"`
	Zone  string      `query:"zone" maxLength:"60" doc:"whose days are counted, as America/New_York; UTC if left out"`
}

type calendarOut struct {
	Body struct {
		Items  []CalendarItem `json:"items"`
		Total  int            `json:"total"`
		Counts map[string]int `json:"counts" doc:"lines of each kind, at any time"`
		Days   []CalendarDay  `json:"days" nullable:"false" doc:"lines of each day from and to, of every kind"`
	}
}

type csvOut struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (s *Service) verifyRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-verifications", Method: "GET", Path: "/v1/verifications", Tag: "verification", Permission: auth.CasesRead,
		Summary: "The verification calendar: what is due, what waits and why, what was decided",
	}, s.calendar)
	httpx.Register(api, httpx.Operation{
		ID: "get-case-verifications", Method: "GET", Path: "/v1/cases/{id}/verifications", Tag: "verification", Permission: auth.CasesRead,
		Summary: "What a case's verifications came to, with their evidence, and what comes next",
	}, func(ctx context.Context, in *caseIn) (*one[CaseVerifications], error) {
		return answer(s.VerificationsOf(ctx, auth.ActorFrom(ctx), in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "verify-case", Method: "POST", Path: "/v1/cases/{id}/verify", Tag: "verification", Permission: auth.CasesWrite,
		Summary: "Ask billing again now about a save whose day has come",
	}, func(ctx context.Context, in *caseIn) (*one[CaseVerifications], error) {
		return answer(s.VerifyNow(ctx, auth.ActorFrom(ctx), in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "list-experiments", Method: "GET", Path: "/v1/experiments", Tag: "reports", Permission: auth.ReportsRead,
		Summary: "What is compared with people who were left alone: holdouts and outreaches, with the interval",
	}, func(ctx context.Context, in *struct{ auth.OneClient }) (*listOut[Experiment], error) {
		all, err := s.Experiments(ctx, in.By(auth.ActorFrom(ctx)))
		return listOf(all, len(all), err)
	})
}

func (s *Service) saveReportRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "report-saves", Method: "GET", Path: "/v1/retention/report", Tag: "reports", Permission: auth.ReportsRead,
		Summary: "Gross, net and incremental saves side by side, with leakage and costs",
	}, func(ctx context.Context, in *saveReportIn) (*one[SaveReport], error) {
		q, err := in.query(s.now())
		if err != nil {
			return nil, err
		}
		return answer(s.SaveReport(ctx, in.OneClient.By(auth.ActorFrom(ctx)), q))
	})
	httpx.Register(api, httpx.Operation{
		ID: "export-saves", Method: "GET", Path: "/v1/retention/report.csv", Tag: "reports", Permission: auth.ReportsRead,
		Summary: "The same as a CSV file that Excel opens",
	}, func(ctx context.Context, in *saveReportIn) (*csvOut, error) {
		q, err := in.query(s.now())
		if err != nil {
			return nil, err
		}
		r, err := s.SaveReport(ctx, in.OneClient.By(auth.ActorFrom(ctx)), q)
		if err != nil {
			return nil, err
		}
		var body bytes.Buffer
		if err := r.WriteCSV(&body); err != nil {
			return nil, errs.Wrap(err, "write the file")
		}
		return &csvOut{"text/csv; charset=utf-8", `attachment; filename="saves-by-` + q.By + `.csv"`, body.Bytes()}, nil
	})
	httpx.Register(api, httpx.Operation{
		ID: "list-saves-behind", Method: "GET", Path: "/v1/retention/report/cases", Tag: "reports", Permission: auth.CasesRead,
		Summary: "The cases behind a number of the report, the newest first",
	}, func(ctx context.Context, in *savesBehindIn) (*listOut[CountedCase], error) {
		q, err := in.query(s.now())
		if err != nil {
			return nil, err
		}
		q.Group, q.HasGroup = in.Group, in.Of == "true"
		return listOf(s.CasesBehind(ctx, in.OneClient.By(auth.ActorFrom(ctx)), q, in.Number, in.Size, in.Offset()))
	})
}

func (in *saveReportIn) query(now time.Time) (SaveQuery, error) {
	y, m, _ := now.UTC().Date()
	q := SaveQuery{
		From: time.Date(y-1, m, 1, 0, 0, 0, 0, time.UTC), To: now, Reason: in.Reason, Agent: in.Agent, Plan: in.Plan, Offer: in.Offer, By: in.By,
	}
	if q.By == "" {
		q.By = ByCohort
	}
	return q, stretch(in.From, in.To, &q.From, &q.To)
}

// stretch reads the two ends of a stretch of time where they are given.
func stretch(from, to string, intoFrom, intoTo *time.Time) error {
	var f errs.Faults
	for _, p := range []struct {
		name, value string
		into        *time.Time
	}{{"from", from, intoFrom}, {"to", to, intoTo}} {
		if p.value == "" {
			continue
		}
		at, err := timeOrDay(p.value)
		f.Check(err == nil, p.name, "write an RFC 3339 time, or a day as 2026-11-23")
		*p.into = at
	}
	f.Check(intoFrom.Before(*intoTo), "from", "must be before to")
	f.Check(intoTo.Sub(*intoFrom) <= reportDaysMax*24*time.Hour, "to", "a report covers at most 400 days")
	return f.Err()
}

const (
	calendarDaysBack  = 90
	calendarDaysAhead = 120
)

func (s *Service) calendar(ctx context.Context, in *calendarIn) (*calendarOut, error) {
	by, now := in.By(auth.ActorFrom(ctx)), s.now()
	q := CalendarQuery{
		Kind: in.Kind, Agent: in.Agent, From: now.AddDate(0, 0, -calendarDaysBack), To: now.AddDate(0, 0, calendarDaysAhead), Limit: in.Size,
		Offset: in.Offset(),
	}
	if err := stretch(in.From, in.To, &q.From, &q.To); err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(in.Zone)
	if err != nil || in.Zone == "Local" {
		return nil, errs.Newf(errs.Invalid, "zone: there is no zone %q", in.Zone)
	}
	items, total, err := s.VerificationCalendar(ctx, by, q)
	if err != nil {
		return nil, err
	}
	counts, err := s.CalendarCounts(ctx, by)
	if err != nil {
		return nil, err
	}
	days, err := s.CalendarDays(ctx, by, q, zone)
	if err != nil {
		return nil, err
	}
	out := &calendarOut{}
	out.Body.Days = days
	out.Body.Items, out.Body.Total, out.Body.Counts = items, total, counts
	return out, nil
}
