package campaigns

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"saveline/internal/auth"
	"saveline/internal/httpx"
)

// OfList is the list in an operation's path.
type OfList struct {
	ID ListID `path:"id" minimum:"1"`
}

type (
	listsOut struct{ Body httpx.List[List] }
	listOut  struct{ Body List }
	addList  struct {
		OfCampaign
		Body struct {
			Name string `json:"name" maxLength:"80"`
		}
	}
	switchListIn struct {
		OfList
		Body struct {
			Active bool `json:"active"`
		}
	}
	leadsIn struct {
		OfCampaign
		httpx.Page
		State LeadState `query:"state" enum:"waiting,reserved,calling,done,suppressed,withdrawn"`
		Q     string    `query:"q" maxLength:"100" doc:"part of the name or number, or the whole external id"`
		Sort  string    `query:"sort" enum:"name,-name,state,-state,attempts,-attempts,due,-due" doc:"- is descending; in the order they came if left out"`
	}
	leadsOut struct{ Body httpx.List[LeadRow] }
	leadID   struct {
		ID LeadID `path:"id" minimum:"1"`
	}
	cardOut     struct{ Body Card }
	whyOut      struct{ Body Why }
	callbacksIn struct {
		Mine bool `query:"mine"`
	}
	callbacksOut struct{ Body httpx.List[Callback] }
)

func (s *Service) leadRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-lists", Method: http.MethodGet, Path: "/v1/campaigns/{id}/lists", Tag: "leads", Permission: auth.CampaignsRead,
		Summary: "The lists of a campaign",
	}, func(ctx context.Context, in *OfCampaign) (*listsOut, error) {
		lists, err := s.Lists(ctx, auth.ActorFrom(ctx), in.ID)
		return &listsOut{listOf(lists)}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "create-list", Method: http.MethodPost, Path: "/v1/campaigns/{id}/lists", Tag: "leads", Permission: auth.LeadsImport,
		Status: http.StatusCreated, Summary: "Make an empty list",
	}, func(ctx context.Context, in *addList) (*listOut, error) {
		list, err := s.AddList(ctx, auth.ActorFrom(ctx), in.ID, in.Body.Name)
		return &listOut{list}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "switch-list", Method: http.MethodPatch, Path: "/v1/lists/{id}", Tag: "leads", Permission: auth.CampaignsWrite,
		Summary: "Turn a list on or off",
	}, func(ctx context.Context, in *switchListIn) (*listOut, error) {
		list, err := s.SwitchList(ctx, auth.ActorFrom(ctx), in.ID, in.Body.Active)
		return &listOut{list}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "list-leads", Method: http.MethodGet, Path: "/v1/campaigns/{id}/leads", Tag: "leads", Permission: auth.LeadsRead,
		Summary: "The leads of a campaign, a page at a time",
	}, func(ctx context.Context, in *leadsIn) (*leadsOut, error) {
		leads, total, err := s.Leads(ctx, auth.ActorFrom(ctx), in.ID, LeadQuery{State: in.State, Text: in.Q, Sort: in.Sort, Limit: in.Size, Offset: in.Offset()})
		return &leadsOut{httpx.List[LeadRow]{Items: leads, Total: total}}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "get-lead", Method: http.MethodGet, Path: "/v1/leads/{id}", Tag: "leads", Permission: auth.LeadsRead,
		Summary: "The card of a lead's person",
	}, func(ctx context.Context, in *leadID) (*cardOut, error) {
		by := auth.ActorFrom(ctx)
		card, err := s.CardFor(ctx, by, in.ID)
		return &cardOut{card.ForAgent(by.Name)}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "explain-lead", Method: http.MethodGet, Path: "/v1/leads/{id}/why", Tag: "leads", Permission: auth.LeadsRead,
		Summary: "Why this lead is, or is not, called now, and when it can be",
	}, func(ctx context.Context, in *leadID) (*whyOut, error) {
		why, err := s.WhyNot(ctx, auth.ActorFrom(ctx), in.ID)
		return &whyOut{why}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "list-callbacks", Method: http.MethodGet, Path: "/v1/callbacks", Tag: "leads", Permission: auth.CampaignsRead,
		Summary: "Open callbacks; an agent sees their own",
	}, func(ctx context.Context, in *callbacksIn) (*callbacksOut, error) {
		open, err := s.Callbacks(ctx, auth.ActorFrom(ctx), in.Mine)
		return &callbacksOut{listOf(open)}, err
	})
}
