package campaigns

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"saveline/internal/auth"
	"saveline/internal/httpx"
	"saveline/internal/phone"
)

type (
	suppressionsIn struct {
		httpx.Page
		auth.OneClient
		Q string `query:"q" maxLength:"20" doc:"part of the number"`
	}
	suppressionsOut struct{ Body httpx.List[Suppression] }
	suppressIn      struct {
		Body struct {
			ClientID auth.ClientID `json:"clientId,omitempty" doc:"may be left out by who has one client"`
			Number   string        `json:"number" maxLength:"40"`
			Reason   string        `json:"reason" maxLength:"500"`
		}
	}
	suppressionOut struct{ Body Suppression }
	unsuppressIn   struct {
		ClientID auth.ClientID `path:"clientId" minimum:"1"`
		Number   phone.E164    `path:"number" maxLength:"20"`
		Why      string        `query:"why" maxLength:"500"`
	}
	stopOut struct{ Body Stop }
	stopIn  struct {
		Body struct {
			Why string `json:"why" maxLength:"500"`
		}
	}
)

func (s *Service) doNotCallRoutes(api huma.API) {
	const tag = "do not call"
	httpx.Register(api, httpx.Operation{
		ID: "list-suppressions", Method: http.MethodGet, Path: "/v1/suppressions", Tag: tag, Permission: auth.LeadsRead,
		Summary: "The do-not-call list, newest first",
	}, func(ctx context.Context, in *suppressionsIn) (*suppressionsOut, error) {
		items, total, err := s.Suppressions(ctx, in.By(auth.ActorFrom(ctx)), in.Q, in.Size, in.Offset())
		return &suppressionsOut{httpx.List[Suppression]{Items: items, Total: total}}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "add-suppression", Method: http.MethodPost, Path: "/v1/suppressions", Tag: tag, Permission: auth.SuppressWrite,
		Status: http.StatusCreated, Summary: "Never call this number again, from this moment",
	}, func(ctx context.Context, in *suppressIn) (*suppressionOut, error) {
		out, err := s.Suppress(ctx, auth.ActorFrom(ctx), in.Body.ClientID, in.Body.Number, in.Body.Reason)
		return &suppressionOut{out}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "remove-suppression", Method: http.MethodDelete, Path: "/v1/suppressions/{clientId}/{number}", Tag: tag,
		Permission: auth.SuppressRemove, Status: http.StatusNoContent, Summary: "Take a number off the list, with a reason",
	}, func(ctx context.Context, in *unsuppressIn) (*struct{}, error) {
		return nil, s.Unsuppress(ctx, auth.ActorFrom(ctx), in.ClientID, in.Number, in.Why)
	})
	httpx.Register(api, httpx.Operation{
		ID: "get-stop", Method: http.MethodGet, Path: "/v1/stop", Tag: tag, Permission: auth.CampaignsRead,
		Summary: "Whether all dialing is stopped, by whom and why",
	}, func(ctx context.Context, _ *struct{}) (*stopOut, error) {
		out, err := s.StopNow(ctx)
		return &stopOut{out}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "stop-dialing", Method: http.MethodPost, Path: "/v1/stop", Tag: tag, Permission: auth.DialStop,
		Summary: "Stop all dialing on every node at once; calls that are up go on",
	}, func(ctx context.Context, in *stopIn) (*stopOut, error) {
		out, err := s.Stop(ctx, auth.ActorFrom(ctx), in.Body.Why)
		return &stopOut{out}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "resume-dialing", Method: http.MethodPost, Path: "/v1/stop/end", Tag: tag, Permission: auth.DialResume,
		Summary: "Let dialing go on",
	}, func(ctx context.Context, in *stopIn) (*stopOut, error) {
		out, err := s.EndStop(ctx, auth.ActorFrom(ctx), in.Body.Why)
		return &stopOut{out}, err
	})
}
