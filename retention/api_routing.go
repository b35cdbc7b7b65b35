package retention

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"saveline/internal/auth"
	"saveline/internal/httpx"
)

type routingIn struct {
	Body Routing
}

// routingRoutes are which offer comes next: what managers decide about it, and what the challenger learned.
func (s *Service) routingRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "get-offer-routing", Method: "GET", Path: "/v1/offer-routing", Tag: "save desk", Permission: auth.OffersRead,
		Summary: "Which offer comes next: the routing table, and how much its challenger may choose",
	}, func(ctx context.Context, in *saveClientIn) (*one[Routing], error) {
		return answer(s.RoutingFor(ctx, auth.ActorFrom(ctx), in.Client))
	})
	httpx.Register(api, httpx.Operation{
		ID: "save-offer-routing", Method: "PUT", Path: "/v1/offer-routing", Tag: "save desk", Permission: auth.OffersWrite,
		Summary: "Make a new version of it; version is the one that was read",
	}, func(ctx context.Context, in *routingIn) (*one[Routing], error) {
		return answer(s.SaveRouting(ctx, auth.ActorFrom(ctx), in.Body))
	})
	httpx.Register(api, httpx.Operation{
		ID: "preview-offer-routing", Method: "POST", Path: "/v1/offer-routing/preview", Tag: "save desk", Permission: auth.OffersRead,
		Summary: "Which rule would have decided for the last cases",
	}, func(ctx context.Context, in *routingIn) (*one[RoutingPreview], error) {
		return answer(s.PreviewRouting(ctx, auth.ActorFrom(ctx), in.Body))
	})
	httpx.Register(api, httpx.Operation{
		ID: "get-offer-estimates", Method: "GET", Path: "/v1/offer-routing/estimates", Tag: "save desk", Permission: auth.OffersRead,
		Summary: "What ways to choose would have left, with their interval; nothing where there is not enough data",
	}, func(ctx context.Context, in *saveClientIn) (*one[OfferEstimates], error) {
		return answer(s.EstimatesFor(ctx, auth.ActorFrom(ctx), in.Client))
	})
	httpx.Register(api, httpx.Operation{
		ID: "pass-next-offer", Method: "POST", Path: "/v1/calls/{id}/asked-to-stay", Tag: "desk", Permission: auth.DeskWork,
		Summary: "They were asked to stay without an offer, as was chosen, and still want to leave",
	}, func(ctx context.Context, in *callIn) (*one[SaveDesk], error) {
		return s.thenDesk(ctx, in.Call, s.PassNextOffer(ctx, auth.ActorFrom(ctx), in.Call))
	})
}
