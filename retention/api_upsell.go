package retention

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"saveline/internal/auth"
	"saveline/internal/httpx"
	"saveline/internal/money"
)

type removalIn struct {
	ID   ResultID `path:"id"`
	Body struct {
		ExternalID  string       `json:"externalId" doc:"your id of the change; the same again changes nothing"`
		Removed     money.Amount `json:"removed" doc:"a month"`
		EffectiveAt *time.Time   `json:"effectiveAt,omitempty" doc:"now if left out"`
	}
}

func (s *Service) upsellRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "remove-upsell", Method: "POST", Path: "/v1/results/{id}/removals", Tag: "outcomes", Permission: auth.CasesWrite,
		Summary: "Report that a part of an upsell was taken off again; the last part reverses it",
	}, func(ctx context.Context, in *removalIn) (*one[Removal], error) {
		r := RemovalInput{Result: in.ID, ExternalID: in.Body.ExternalID, Removed: in.Body.Removed}
		if in.Body.EffectiveAt != nil {
			r.EffectiveAt = *in.Body.EffectiveAt
		}
		return answer(s.RemoveUpsell(ctx, auth.ActorFrom(ctx), r))
	})
}
