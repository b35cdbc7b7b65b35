package retention

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"saveline/internal/auth"
	"saveline/internal/httpx"
)

type findingsIn struct {
	httpx.Page
	auth.OneClient
	State   string      `query:"state" enum:"waiting,open,proposed,cleared,confirmed" doc:"waiting: open or proposed"`
	Pattern string      `query:"pattern" maxLength:"60"`
	Agent   auth.UserID `query:"agentId" minimum:"1"`
}

type findingIn struct {
	ID FindingID `path:"id"`
}

type decideFindingIn struct {
	ID   FindingID `path:"id"`
	Body struct {
		Decision string `json:"decision" enum:"cleared,confirmed"`
		Note     string `json:"note" maxLength:"2000" doc:"what you found out"`
		Version  int    `json:"version" doc:"of the finding that was read"`
	}
}

type gamingRulesIn struct {
	Body GamingRulesInput
}

type scanIn struct {
	Body struct {
		Client auth.ClientID `json:"clientId,omitempty" doc:"needed by those who see several clients"`
	}
}

func (s *Service) gamingRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-gaming-findings", Method: "GET", Path: "/v1/gaming/findings", Tag: "gaming", Permission: auth.GamingRead,
		Summary: "Conduct that stands out against colleagues, what waits for somebody first; never about oneself",
	}, func(ctx context.Context, in *findingsIn) (*listOut[GamingFinding], error) {
		f := FindingFilter{State: in.State, Pattern: in.Pattern, Agent: in.Agent}
		return listOf(s.Findings(ctx, in.By(auth.ActorFrom(ctx)), f, in.Size, in.Offset()))
	})
	httpx.Register(api, httpx.Operation{
		ID: "get-gaming-finding", Method: "GET", Path: "/v1/gaming/findings/{id}", Tag: "gaming", Permission: auth.GamingRead,
		Summary: "One finding with its evidence and every word about it",
	}, func(ctx context.Context, in *findingIn) (*one[GamingDetail], error) {
		return answer(s.FindingDetailFor(ctx, auth.ActorFrom(ctx), in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "decide-gaming-finding", Method: "POST", Path: "/v1/gaming/findings/{id}/decision", Tag: "gaming", Permission: auth.GamingDecide,
		Summary: "Clear a finding, or confirm it; where pay is taken the first confirmation proposes and somebody else confirms",
	}, func(ctx context.Context, in *decideFindingIn) (*one[GamingFinding], error) {
		return answer(s.DecideFinding(ctx, auth.ActorFrom(ctx), FindingInput{
			Finding: in.ID, Decision: in.Body.Decision, Note: in.Body.Note, Version: in.Body.Version,
		}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "list-gaming-scans", Method: "GET", Path: "/v1/gaming/scans", Tag: "gaming", Permission: auth.GamingRead,
		Summary: "When the desks of each client were looked at last",
	}, func(ctx context.Context, _ *struct{}) (*listOut[GamingScan], error) {
		all, err := s.LastScans(ctx, auth.ActorFrom(ctx))
		return listOf(all, len(all), err)
	})
	httpx.Register(api, httpx.Operation{
		ID: "scan-gaming", Method: "POST", Path: "/v1/gaming/scans", Tag: "gaming", Permission: auth.GamingDecide,
		Summary: "Look at the desks now; it is done every night anyway",
	}, func(ctx context.Context, in *scanIn) (*one[GamingScan], error) {
		return answer(s.Scan(ctx, auth.ActorFrom(ctx), in.Body.Client))
	})
	httpx.Register(api, httpx.Operation{
		ID: "get-gaming-rules", Method: "GET", Path: "/v1/gaming/rules", Tag: "gaming", Permission: auth.GamingRead,
		Summary: "From when on conduct stands out, with units and ranges",
	}, func(ctx context.Context, in *saveClientIn) (*one[GamingRules], error) {
		return answer(s.GamingRulesFor(ctx, auth.ActorFrom(ctx), in.Client))
	})
	httpx.Register(api, httpx.Operation{
		ID: "set-gaming-rules", Method: "PUT", Path: "/v1/gaming/rules", Tag: "gaming", Permission: auth.OffersWrite,
		Summary: "Change that; version is the one that was read",
	}, func(ctx context.Context, in *gamingRulesIn) (*one[GamingRules], error) {
		return answer(s.SetGamingRules(ctx, auth.ActorFrom(ctx), in.Body))
	})
}
