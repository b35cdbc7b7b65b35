package retention

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/httpx"
)

type callIn struct {
	Call dialer.CallID `path:"id"`
}

type presentIn struct {
	Call dialer.CallID `path:"id"`
	Body struct {
		Offer    OfferID `json:"offerId"`
		Override string  `json:"override,omitempty" maxLength:"200" doc:"why another offer than the next one is made"`
	}
}

type decideIn struct {
	ID   PresentationID `path:"id"`
	Body struct {
		Decision string         `json:"decision" enum:"accepted,declined"`
		Reason   string         `json:"reason,omitempty" maxLength:"200" doc:"why it was declined"`
		Consent  *UpsellConsent `json:"consent,omitempty" doc:"with a yes to an upsell"`
	}
}

type concludeIn struct {
	Call dialer.CallID `path:"id"`
	Body struct {
		Code          string        `json:"code" enum:"save,lost,sale,upsell,callback,appointment,not_interested,wrong_number,do_not_call,other"`
		Reason        string        `json:"reason,omitempty" maxLength:"200"`
		Note          string        `json:"note,omitempty" maxLength:"4000"`
		CallbackAt    *time.Time    `json:"callbackAt,omitempty" doc:"with code callback: when they want to be called"`
		CallbackMine  bool          `json:"callbackMine,omitempty" doc:"the callback is this agent's; else anybody's on the campaign"`
		Results       []ResultInput `json:"results,omitempty" maxItems:"1" doc:"an appointment that was made without an offer"`
		AppointmentAt *time.Time    `json:"appointmentAt,omitempty"`
		Proposed      bool          `json:"appointmentProposed,omitempty" doc:"they were named this time and will say; it is booked when they have agreed"`
	}
}

func (s *Service) callRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-call-offers", Method: "GET", Path: "/v1/calls/{id}/offers", Tag: "desk", Permission: auth.DeskWork,
		Summary: "What may be offered on my call, with the words to say",
	}, func(ctx context.Context, in *callIn) (*listOut[Shown], error) {
		shown, err := s.Desk(ctx, auth.ActorFrom(ctx), in.Call)
		return listOf(shown, len(shown), err)
	})
	httpx.Register(api, httpx.Operation{
		ID: "present-offer", Method: "POST", Path: "/v1/calls/{id}/presentations", Tag: "desk", Permission: auth.DeskWork,
		Summary: "Show an offer to the customer",
	}, func(ctx context.Context, in *presentIn) (*one[Presentation], error) {
		return answer(s.Present(ctx, auth.ActorFrom(ctx), PresentInput{Call: in.Call, Offer: in.Body.Offer, Override: in.Body.Override}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "decide-presentation", Method: "POST", Path: "/v1/presentations/{id}/decision", Tag: "desk", Permission: auth.DeskWork,
		Summary: "Record the customer's answer to an offer",
	}, func(ctx context.Context, in *decideIn) (*one[Presentation], error) {
		return answer(s.Decide(ctx, auth.ActorFrom(ctx), DecideInput{
			Presentation: in.ID, Decision: in.Body.Decision, Reason: in.Body.Reason, Consent: in.Body.Consent,
		}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "conclude-call", Method: "POST", Path: "/v1/calls/{id}/outcome", Tag: "desk", Permission: auth.DeskWork,
		Summary: "Record what the call came to, and be free for the next one",
	}, func(ctx context.Context, in *concludeIn) (*one[Outcome], error) {
		b := in.Body
		return answer(s.Conclude(ctx, auth.ActorFrom(ctx), ConcludeInput{
			Call: in.Call, Code: b.Code, Reason: b.Reason, Note: b.Note, CallbackAt: b.CallbackAt, CallbackMine: b.CallbackMine,
			Results: b.Results, AppointmentAt: b.AppointmentAt, Proposed: b.Proposed,
		}))
	})
}
