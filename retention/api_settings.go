package retention

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"saveline/internal/auth"
	"saveline/internal/httpx"
)

type saveClientIn struct {
	Client auth.ClientID `query:"clientId" doc:"needed by those who see several clients"`
}

type settingsIn struct {
	Body Settings
}

type authorityIn struct {
	Body struct {
		Client auth.ClientID `json:"clientId,omitempty"`
		Limits []Authority   `json:"limits" maxItems:"200"`
	}
}

type reasonsIn struct {
	Body struct {
		Client  auth.ClientID `json:"clientId,omitempty"`
		Reasons []Reason      `json:"reasons" minItems:"1" maxItems:"300"`
	}
}

// FixBody is a fix as it is sent.
type FixBody struct {
	Code    string   `json:"code" maxLength:"60"`
	Kind    string   `json:"kind" enum:"fix,feature,specialist"`
	Name    string   `json:"name" maxLength:"120"`
	Steps   []string `json:"steps" minItems:"1" maxItems:"20"`
	Reasons []string `json:"reasonCodes,omitempty" maxItems:"300" doc:"reasons it is for; empty: any"`
	Active  bool     `json:"active"`
}

type fixesIn struct {
	Body struct {
		Client auth.ClientID `json:"clientId,omitempty"`
		Fixes  []FixBody     `json:"fixes" maxItems:"200"`
	}
}

// settingRoutes are what a client's managers decide about their save desk.
func (s *Service) settingRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "get-save-settings", Method: "GET", Path: "/v1/save-settings", Tag: "save desk", Permission: auth.OffersRead,
		Summary: "Holdout, how long offers hold, and what one customer may be given",
	}, func(ctx context.Context, in *saveClientIn) (*one[Settings], error) {
		return answer(s.SettingsFor(ctx, auth.ActorFrom(ctx), in.Client))
	})
	httpx.Register(api, httpx.Operation{
		ID: "save-save-settings", Method: "PUT", Path: "/v1/save-settings", Tag: "save desk", Permission: auth.OffersWrite,
		Summary: "Change them; version is the one that was read",
	}, func(ctx context.Context, in *settingsIn) (*one[Settings], error) {
		return answer(s.SaveSettings(ctx, auth.ActorFrom(ctx), in.Body))
	})
	httpx.Register(api, httpx.Operation{
		ID: "list-authority", Method: "GET", Path: "/v1/authority", Tag: "save desk", Permission: auth.OffersRead,
		Summary: "What people may give without asking, by role and value tier",
	}, func(ctx context.Context, in *saveClientIn) (*listOut[Authority], error) {
		all, err := s.AuthorityFor(ctx, auth.ActorFrom(ctx), in.Client)
		return listOf(all, len(all), err)
	})
	httpx.Register(api, httpx.Operation{
		ID: "set-authority", Method: "PUT", Path: "/v1/authority", Tag: "save desk", Permission: auth.OffersWrite,
		Summary: "Replace the limits; without any, nobody has to ask",
	}, func(ctx context.Context, in *authorityIn) (*listOut[Authority], error) {
		all, err := s.SetAuthority(ctx, auth.ActorFrom(ctx), in.Body.Client, in.Body.Limits)
		return listOf(all, len(all), err)
	})
	s.treeRoutes(api)
}

// treeRoutes are the reasons and fixes.
func (s *Service) treeRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-reasons", Method: "GET", Path: "/v1/reasons", Tag: "save desk", Permission: auth.OffersRead,
		Summary: "Why customers leave, as a tree",
	}, func(ctx context.Context, in *saveClientIn) (*listOut[Reason], error) {
		all, err := s.ReasonsFor(ctx, auth.ActorFrom(ctx), in.Client)
		return listOf(all, len(all), err)
	})
	httpx.Register(api, httpx.Operation{
		ID: "set-reasons", Method: "PUT", Path: "/v1/reasons", Tag: "save desk", Permission: auth.OffersWrite,
		Summary: "Replace the tree; one that is left out is not asked any more",
	}, func(ctx context.Context, in *reasonsIn) (*listOut[Reason], error) {
		all, err := s.SetReasons(ctx, auth.ActorFrom(ctx), in.Body.Client, in.Body.Reasons)
		return listOf(all, len(all), err)
	})
	httpx.Register(api, httpx.Operation{
		ID: "list-fixes", Method: "GET", Path: "/v1/fixes", Tag: "save desk", Permission: auth.OffersRead,
		Summary: "What may solve it before money: checklists, features to try, specialists",
	}, func(ctx context.Context, in *saveClientIn) (*listOut[Fix], error) {
		all, err := s.FixesFor(ctx, auth.ActorFrom(ctx), in.Client)
		return listOf(all, len(all), err)
	})
	httpx.Register(api, httpx.Operation{
		ID: "set-fixes", Method: "PUT", Path: "/v1/fixes", Tag: "save desk", Permission: auth.OffersWrite,
		Summary: "Replace the fixes; one that is left out is not tried any more",
	}, func(ctx context.Context, in *fixesIn) (*listOut[Fix], error) {
		fixes := make([]Fix, 0, len(in.Body.Fixes))
		for _, b := range in.Body.Fixes {
			fixes = append(fixes, Fix{b.Code, b.Kind, b.Name, b.Steps, b.Reasons, b.Active})
		}
		all, err := s.SetFixes(ctx, auth.ActorFrom(ctx), in.Body.Client, fixes)
		return listOf(all, len(all), err)
	})
}
