package commissions

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"saveline/internal/auth"
	"saveline/internal/httpx"
)

type heldOut struct{ Body httpx.List[HeldLine] }

func heldList(items []HeldLine, err error) (*heldOut, error) {
	return &heldOut{httpx.List[HeldLine]{Items: items, Total: len(items)}}, err
}

// heldRoutes show what waits while results are under review.
func (s *Service) heldRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-run-held", Method: http.MethodGet, Path: "/v1/pay/runs/{id}/held", Tag: "pay", Permission: auth.PayRead,
		Summary: "What a run left out because its results were under review",
	}, func(ctx context.Context, in *runID) (*heldOut, error) {
		return heldList(s.Held(ctx, auth.ActorFrom(ctx), in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "list-statement-held", Method: http.MethodGet, Path: "/v1/pay/statements/{id}/held", Tag: "pay", Permission: auth.PayRead,
		Summary: "What was left out of a statement because its results were under review",
	}, func(ctx context.Context, in *statementID) (*heldOut, error) {
		return heldList(s.StatementHeld(ctx, auth.ActorFrom(ctx), in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "list-my-statement-held", Method: http.MethodGet, Path: "/v1/my/statements/{id}/held", Tag: "my pay", Permission: auth.PayOwn,
		Summary: "What was left out of one of my statements because its results were under review",
	}, func(ctx context.Context, in *statementID) (*heldOut, error) {
		return heldList(s.OwnStatementHeld(ctx, auth.ActorFrom(ctx), in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "list-my-held", Method: http.MethodGet, Path: "/v1/my/held", Tag: "my pay", Permission: auth.PayOwn,
		Summary: "What of my pay waits now, since when and why",
	}, func(ctx context.Context, _ *struct{}) (*heldOut, error) {
		return heldList(s.OwnHeld(ctx, auth.ActorFrom(ctx)))
	})
}
