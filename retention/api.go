package retention

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"saveline/campaigns"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/httpx"
)

// Routes adds the slice's operations to the API.
func (s *Service) Routes(api huma.API) {
	s.offerRoutes(api)
	s.callRoutes(api)
	s.caseRoutes(api)
	s.saveRoutes(api)
	s.approvalRoutes(api)
	s.settingRoutes(api)
	s.routingRoutes(api)
	s.linkRoutes(api)
	s.reportRoutes(api)
	s.verifyRoutes(api)
	s.saveReportRoutes(api)
	s.messageRoutes(api)
	s.bookingRoutes(api)
	s.upsellRoutes(api)
	s.surveyRoutes(api)
	s.outreachRoutes(api)
	s.publicRoutes(api)
	s.billingRoutes(api)
	s.grantRoutes(api)
	s.customerRoutes(api)
	s.partyRoutes(api)
	s.orderRoutes(api)
	s.requestRoutes(api)
	s.gamingRoutes(api)
}

type listOut[T any] struct {
	Body httpx.List[T]
}

func listOf[T any](items []T, total int, err error) (*listOut[T], error) {
	if err != nil {
		return nil, err
	}
	return &listOut[T]{Body: httpx.List[T]{Items: items, Total: total}}, nil
}

type one[T any] struct {
	Body T
}

func answer[T any](v T, err error) (*one[T], error) {
	if err != nil {
		return nil, err
	}
	return &one[T]{Body: v}, nil
}

type outcomesIn struct {
	httpx.Page
	auth.OneClient
	Code     string `query:"code" doc:"only outcomes with this code"`
	Reviewed string `query:"reviewed" enum:"true,false" doc:"only outcomes that a supervisor has, or has not, reviewed"`
}

type reviewIn struct {
	ID   OutcomeID `path:"id"`
	Body struct {
		Code       string     `json:"code,omitempty" doc:"what it was: lost, callback, not_interested, wrong_number, do_not_call, other"`
		Note       string     `json:"note,omitempty"`
		CallbackAt *time.Time `json:"callbackAt,omitempty"`
	}
}

type reverseIn struct {
	ID   ResultID `path:"id"`
	Body struct {
		Cause       string     `json:"cause" doc:"a code: cancelled, unpaid, no_consent"`
		EffectiveAt *time.Time `json:"effectiveAt,omitempty" doc:"when it ended; now if left out"`
	}
}

type reportIn struct {
	Campaign campaigns.ID `query:"campaignId" doc:"0 for all"`
	From     string       `query:"from" doc:"RFC 3339 time, or a day (UTC); 30 days ago if left out"`
	To       string       `query:"to" doc:"exclusive; RFC 3339 time, or a day (UTC); now if left out"`
}

func (s *Service) reportRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-outcomes", Method: "GET", Path: "/v1/outcomes", Tag: "outcomes", Permission: auth.CallsRead,
		Summary: "Outcomes, the newest first; code=no_disposition&reviewed=false is the supervisor's queue",
	}, func(ctx context.Context, in *outcomesIn) (*listOut[ListedOutcome], error) {
		f := OutcomeFilter{Code: in.Code, Reviewed: in.Reviewed}
		return listOf(s.Outcomes(ctx, in.By(auth.ActorFrom(ctx)), f, in.Size, in.Offset()))
	})
	httpx.Register(api, httpx.Operation{
		ID: "review-outcome", Method: "POST", Path: "/v1/outcomes/{id}/review", Tag: "outcomes", Permission: auth.FloorAct,
		Summary: "Review a call that nobody concluded, and say what it was",
	}, func(ctx context.Context, in *reviewIn) (*one[Review], error) {
		return answer(s.ReviewOutcome(ctx, auth.ActorFrom(ctx), ReviewInput{
			Outcome: in.ID, Code: in.Body.Code, Note: in.Body.Note, CallbackAt: in.Body.CallbackAt,
		}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "reverse-result", Method: "POST", Path: "/v1/results/{id}/reverse", Tag: "outcomes", Permission: auth.CasesWrite,
		Summary: "Report that a result did not last; pay for it is taken back",
	}, func(ctx context.Context, in *reverseIn) (*one[Reversal], error) {
		r := ReverseInput{Result: in.ID, Cause: in.Body.Cause}
		if in.Body.EffectiveAt != nil {
			r.EffectiveAt = *in.Body.EffectiveAt
		}
		return answer(s.Reverse(ctx, auth.ActorFrom(ctx), r))
	})
	httpx.Register(api, httpx.Operation{
		ID: "report-outcomes", Method: "GET", Path: "/v1/reports/outcomes", Tag: "reports", Permission: auth.ReportsRead,
		Summary: "What was achieved in a stretch of time, in all and by agent",
	}, func(ctx context.Context, in *reportIn) (*one[OutcomeReport], error) {
		f, err := in.filter(s.now())
		if err != nil {
			return nil, err
		}
		return answer(s.Report(ctx, auth.ActorFrom(ctx), f))
	})
}

const (
	reportDaysDefault = 30
	reportDaysMax     = 400
)

func (in *reportIn) filter(now time.Time) (ReportFilter, error) {
	var f errs.Faults
	out := ReportFilter{Campaign: in.Campaign, From: now.AddDate(0, 0, -reportDaysDefault), To: now}
	for _, p := range []struct {
		name, value string
		into        *time.Time
	}{{"from", in.From, &out.From}, {"to", in.To, &out.To}} {
		if p.value == "" {
			continue
		}
		at, err := timeOrDay(p.value)
		f.Check(err == nil, p.name, "write an RFC 3339 time, or a day as 2026-11-23")
		*p.into = at
	}
	f.Check(out.From.Before(out.To), "from", "must be before to")
	f.Check(out.To.Sub(out.From) <= reportDaysMax*24*time.Hour, "to", "a report covers at most 400 days")
	return out, f.Err()
}

func timeOrDay(s string) (time.Time, error) {
	if at, err := time.Parse(time.DateOnly, s); err == nil {
		return at, nil
	}
	return time.Parse(time.RFC3339, s)
}
