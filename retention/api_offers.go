package retention

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"saveline/internal/auth"
	"saveline/internal/httpx"
	"saveline/internal/money"
)

// OfferBody is what a version of an offer consists of, as it is sent.
type OfferBody struct {
	Name     string       `json:"name" maxLength:"120"`
	Kind     string       `json:"kind" enum:"sale,upsell,appointment,discount_percent,discount_amount,credit,free_month,pause,plan_change,downgrade,trial_extension,upgrade,re_term,fix,custom"`
	Result   string       `json:"result,omitempty" enum:"save,sale,upsell,appointment" doc:"may be left out where the kind allows one only"`
	Say      string       `json:"say" maxLength:"4000" doc:"what the agent says, with merge fields such as {{person.name}}"`
	Terms    Terms        `json:"terms,omitempty" doc:"parameters of the kind"`
	Value    money.Amount `json:"value,omitzero"`
	Cost     money.Amount `json:"cost,omitzero"`
	Purposes []string     `json:"purposes" minItems:"1" doc:"purposes of the campaigns it may be shown in"`
	Rank     int          `json:"rank,omitempty" doc:"script order, lowest first; 100 if left out"`

	Family          string `json:"family,omitempty" doc:"a customer gets one of a family in a while; by the kind if left out"`
	CooldownDays    int    `json:"cooldownDays,omitempty" doc:"that while; by the kind if the family is left out too"`
	RedemptionsMax  int    `json:"redemptionsMax,omitempty" doc:"times one customer may get it; 0: not limited"`
	WeekBudgetMinor int64  `json:"weekBudgetMinor,omitempty" doc:"given by it to all customers in seven days, in minor units; 0: not limited"`
	TTLMinutes      int    `json:"ttlMinutes,omitempty" doc:"how long it holds once it was made; 0: the client's setting"`
	Eligibility     string `json:"eligibility,omitempty" maxLength:"4000" doc:"a CEL condition over customer, subscription and history; empty: everybody"`
}

func (b OfferBody) input() OfferInput {
	return OfferInput{
		Name: b.Name, Kind: b.Kind, Result: b.Result, Say: b.Say, Terms: b.Terms, Value: b.Value, Cost: b.Cost,
		Purposes: b.Purposes, Rank: b.Rank, Limits: Limits{
			b.Family, b.CooldownDays, b.RedemptionsMax, b.WeekBudgetMinor, b.TTLMinutes, b.Eligibility,
		},
	}
}

type listOffersIn struct {
	httpx.Page
	auth.OneClient
	Retired bool `query:"retired" doc:"also the retired ones"`
}

type newOfferIn struct {
	Body struct {
		Client auth.ClientID `json:"clientId,omitempty"`
		Code   string        `json:"code" maxLength:"60"`
		OfferBody
	}
}

type editOfferIn struct {
	ID      OfferID `path:"id"`
	IfMatch string  `header:"If-Match" doc:"the version that is changed, as its ETag"`
	Body    struct {
		Code string `json:"code,omitempty" doc:"an offer keeps its code; what stands here is not read"`
		OfferBody
	}
}

type offerIn struct {
	ID OfferID `path:"id"`
}

type previewIn struct {
	Body struct {
		Client      auth.ClientID `json:"clientId,omitempty"`
		Eligibility string        `json:"eligibility" maxLength:"4000"`
	}
}

type offerOut struct {
	ETag string `header:"ETag"`
	Body Offer
}

func offerAnswer(o Offer, err error) (*offerOut, error) {
	if err != nil {
		return nil, err
	}
	return &offerOut{ETag: httpx.ETag(o.Version), Body: o}, nil
}

func (s *Service) offerRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-offers", Method: "GET", Path: "/v1/offers", Tag: "offers", Permission: auth.OffersRead,
		Summary: "Offers in script order, in their newest versions",
	}, func(ctx context.Context, in *listOffersIn) (*listOut[Offer], error) {
		return listOf(s.Offers(ctx, in.By(auth.ActorFrom(ctx)), in.Retired, in.Size, in.Offset()))
	})
	httpx.Register(api, httpx.Operation{
		ID: "get-offer", Method: "GET", Path: "/v1/offers/{id}", Tag: "offers", Permission: auth.OffersRead,
		Summary: "An offer in its newest version",
	}, func(ctx context.Context, in *offerIn) (*offerOut, error) {
		return offerAnswer(getOffer(ctx, s.db, auth.ActorFrom(ctx), in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "create-offer", Method: "POST", Path: "/v1/offers", Tag: "offers", Permission: auth.OffersWrite, Status: 201,
		Summary: "Make an offer",
	}, func(ctx context.Context, in *newOfferIn) (*offerOut, error) {
		return offerAnswer(s.CreateOffer(ctx, auth.ActorFrom(ctx), NewOffer{
			Client: in.Body.Client, Code: in.Body.Code, OfferInput: in.Body.input(),
		}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "edit-offer", Method: "PUT", Path: "/v1/offers/{id}", Tag: "offers", Permission: auth.OffersWrite,
		Summary: "Give an offer a new version; what was shown of the old ones stays as it was",
	}, func(ctx context.Context, in *editOfferIn) (*offerOut, error) {
		seen := 0 // an edit overwrites nothing, so the version it was made from may be left out
		if in.IfMatch != "" {
			var err error
			if seen, err = httpx.IfMatch(in.IfMatch); err != nil {
				return nil, err
			}
		}
		return offerAnswer(s.EditOffer(ctx, auth.ActorFrom(ctx), in.ID, seen, in.Body.input()))
	})
	httpx.Register(api, httpx.Operation{
		ID: "preview-offer", Method: "POST", Path: "/v1/offers/preview", Tag: "offers", Permission: auth.OffersRead,
		Summary: "Who would get an offer with this condition, counted on the client's subscriptions",
	}, func(ctx context.Context, in *previewIn) (*one[OfferPreview], error) {
		return answer(s.PreviewOffer(ctx, auth.ActorFrom(ctx), in.Body.Client, in.Body.Eligibility))
	})
	httpx.Register(api, httpx.Operation{
		ID: "retire-offer", Method: "POST", Path: "/v1/offers/{id}/retire", Tag: "offers", Permission: auth.OffersWrite,
		Summary: "Take an offer off the shelf for good",
	}, func(ctx context.Context, in *offerIn) (*offerOut, error) {
		return offerAnswer(s.RetireOffer(ctx, auth.ActorFrom(ctx), in.ID))
	})
}
