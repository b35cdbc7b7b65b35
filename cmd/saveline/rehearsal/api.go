package rehearsal

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"saveline/campaigns"
	"saveline/internal/auth"
	"saveline/internal/httpx"
)

type (
	askIn struct {
		ID   int64 `path:"id"`
		Body Ask
	}
	idIn struct {
		ID int64 `path:"id"`
	}
	oneOut  struct{ Body Rehearsal }
	listOut struct{ Body httpx.List[Rehearsal] }
)

// Routes registers the operations of rehearsals.
func (s *Service) Routes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "rehearse-campaign", Method: http.MethodPost, Path: "/v1/campaigns/{id}/rehearsals", Tag: "rehearsals",
		Permission: auth.RehearsalsRun, Status: http.StatusAccepted,
		Summary: "Rehearse a day of this campaign in virtual time; nobody is called",
	}, func(ctx context.Context, in *askIn) (*oneOut, error) {
		r, err := s.Ask(ctx, auth.ActorFrom(ctx), campaigns.ID(in.ID), in.Body)
		return &oneOut{r}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "get-rehearsal", Method: http.MethodGet, Path: "/v1/rehearsals/{id}", Tag: "rehearsals", Permission: auth.RehearsalsRun,
		Summary: "One rehearsal: its progress, then its result",
	}, func(ctx context.Context, in *idIn) (*oneOut, error) {
		r, err := rehearsalOf(ctx, s.db, auth.ActorFrom(ctx), in.ID)
		return &oneOut{r}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "list-rehearsals", Method: http.MethodGet, Path: "/v1/campaigns/{id}/rehearsals", Tag: "rehearsals",
		Permission: auth.RehearsalsRun, Summary: "The newest rehearsals of a campaign",
	}, func(ctx context.Context, in *idIn) (*listOut, error) {
		by := auth.ActorFrom(ctx)
		if _, err := s.campaigns.Campaign(ctx, by, campaigns.ID(in.ID)); err != nil {
			return nil, err
		}
		all, err := rehearsalsOf(ctx, s.db, by, in.ID)
		return &listOut{httpx.List[Rehearsal]{Items: all, Total: len(all)}}, err
	})
}
