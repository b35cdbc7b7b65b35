package retention

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"saveline/campaigns"
	"saveline/internal/auth"
	"saveline/internal/httpx"
)

type outreachIn struct {
	ID OutreachID `path:"id"`
}

type newOutreachIn struct {
	Body struct {
		Client         auth.ClientID `json:"clientId,omitempty"`
		Name           string        `json:"name"`
		Kind           string        `json:"kind" enum:"winback,proactive"`
		Campaign       campaigns.ID  `json:"campaignId"`
		Reasons        []string      `json:"reasons,omitempty" maxItems:"30"`
		AfterDays      int           `json:"afterDays,omitempty" doc:"win-back: 30, 60 or 90"`
		ScoreMin       int           `json:"scoreMin,omitempty" doc:"proactive: risk from 0 to 1000"`
		HoldoutPercent int           `json:"holdoutPercent" minimum:"5" maximum:"50"`
		MeasureDays    int           `json:"measureDays" minimum:"7" maximum:"365"`
	}
}

type scoresIn struct {
	Body struct {
		Client auth.ClientID `json:"clientId,omitempty"`
		Scores []RiskScore   `json:"scores" minItems:"1" maxItems:"1000"`
	}
}

type scoresOut struct {
	Known int64 `json:"known" doc:"customers that have their score now"`
}

func (s *Service) outreachRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-outreaches", Method: "GET", Path: "/v1/outreaches", Tag: "outreach", Permission: auth.ReportsRead,
		Summary: "Win-backs and calls to people at risk, the newest first",
	}, func(ctx context.Context, in *struct{ auth.OneClient }) (*listOut[Outreach], error) {
		all, err := s.Outreaches(ctx, in.By(auth.ActorFrom(ctx)))
		return listOf(all, len(all), err)
	})
	httpx.Register(api, httpx.Operation{
		ID: "start-outreach", Method: "POST", Path: "/v1/outreaches", Tag: "outreach", Permission: auth.CampaignsWrite, Status: 201,
		Summary: "Begin one, always with a holdout",
	}, func(ctx context.Context, in *newOutreachIn) (*one[Outreach], error) {
		b := in.Body
		return answer(s.StartOutreach(ctx, auth.ActorFrom(ctx), NewOutreach{
			Client: b.Client, Name: b.Name, Kind: b.Kind, Campaign: b.Campaign, Reasons: b.Reasons, AfterDays: b.AfterDays, ScoreMin: b.ScoreMin,
			HoldoutPercent: b.HoldoutPercent, MeasureDays: b.MeasureDays,
		}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "stop-outreach", Method: "POST", Path: "/v1/outreaches/{id}/stop", Tag: "outreach", Permission: auth.CampaignsWrite,
		Summary: "Let nobody join any more; those who joined are still measured",
	}, func(ctx context.Context, in *outreachIn) (*one[Outreach], error) {
		return answer(s.StopOutreach(ctx, auth.ActorFrom(ctx), in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "get-outreach-result", Method: "GET", Path: "/v1/outreaches/{id}/result", Tag: "outreach", Permission: auth.ReportsRead,
		Summary: "What calling has brought, against those who were left alone",
	}, func(ctx context.Context, in *outreachIn) (*one[OutreachResult], error) {
		return answer(s.OutreachResultFor(ctx, auth.ActorFrom(ctx), in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "import-risk-scores", Method: "POST", Path: "/v1/risk-scores", Tag: "outreach", Permission: auth.CasesWrite,
		Summary: "Take the client's own scores of who may leave",
	}, func(ctx context.Context, in *scoresIn) (*one[scoresOut], error) {
		known, err := s.ImportScores(ctx, auth.ActorFrom(ctx), in.Body.Client, in.Body.Scores)
		return answer(scoresOut{known}, err)
	})
}
