package retention

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/httpx"
)

type reasonIn struct {
	Call dialer.CallID `path:"id"`
	Body struct {
		Code string `json:"code,omitempty" maxLength:"60" doc:"empty: they did not say"`
		Text string `json:"text,omitempty" maxLength:"4000" doc:"their own words"`
	}
}

type stepIn struct {
	Call dialer.CallID `path:"id"`
	Body struct {
		Notice string `json:"notice,omitempty" enum:"cancel_any_time,do_not_ask_again" doc:"a notice that was read aloud"`
		Step   string `json:"step,omitempty" enum:"permission_asked,permission_given,permission_refused,asked_for_offer,do_not_offer"`
	}
}

type fixIn struct {
	Call dialer.CallID `path:"id"`
	Body struct {
		Code   string `json:"code" maxLength:"60"`
		Done   []int  `json:"done,omitempty" maxItems:"20" doc:"steps that were done, by their place from 0"`
		Solved bool   `json:"solved" doc:"they stay because of it"`
	}
}

type askApprovalIn struct {
	Call dialer.CallID `path:"id"`
	Body struct {
		Offer OfferID `json:"offerId"`
		Why   string  `json:"why,omitempty" maxLength:"200"`
	}
}

type cancelCallIn struct {
	Call dialer.CallID `path:"id"`
	Body struct {
		Cause string `json:"cause,omitempty" maxLength:"60" doc:"a code; customer if left out"`
	}
}

// saveRoutes are the agent's, on their own call about a wish to cancel.
func (s *Service) saveRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "get-save-desk", Method: "GET", Path: "/v1/calls/{id}/save-desk", Tag: "desk", Permission: auth.DeskWork,
		Summary: "What may be said and tried on my call about a wish to cancel",
	}, func(ctx context.Context, in *callIn) (*one[SaveDesk], error) {
		return answer(s.SaveDeskFor(ctx, auth.ActorFrom(ctx), in.Call))
	})
	httpx.Register(api, httpx.Operation{
		ID: "record-reason", Method: "POST", Path: "/v1/calls/{id}/reason", Tag: "desk", Permission: auth.DeskWork,
		Summary: "Note why they want to leave, as far as they say",
	}, func(ctx context.Context, in *reasonIn) (*one[SaveDesk], error) {
		return s.thenDesk(ctx, in.Call, s.RecordReason(ctx, auth.ActorFrom(ctx), ReasonInput{in.Call, in.Body.Code, in.Body.Text}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "record-step", Method: "POST", Path: "/v1/calls/{id}/steps", Tag: "desk", Permission: auth.DeskWork,
		Summary: "Note a notice that was read, or a step that the law asks about",
	}, func(ctx context.Context, in *stepIn) (*one[SaveDesk], error) {
		return s.thenDesk(ctx, in.Call, s.RecordStep(ctx, auth.ActorFrom(ctx), StepInput{in.Call, in.Body.Notice, in.Body.Step}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "try-fix", Method: "POST", Path: "/v1/calls/{id}/fixes", Tag: "desk", Permission: auth.DeskWork,
		Summary: "Record a fix that was tried, and whether it solved the matter",
	}, func(ctx context.Context, in *fixIn) (*one[SaveDesk], error) {
		b := in.Body
		return s.thenDesk(ctx, in.Call, s.TryFix(ctx, auth.ActorFrom(ctx), FixInput{in.Call, b.Code, b.Done, b.Solved}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "ask-approval", Method: "POST", Path: "/v1/calls/{id}/approvals", Tag: "desk", Permission: auth.DeskWork,
		Summary: "Ask a supervisor whether an offer above my limits may be made; no answer in two minutes is a no",
	}, func(ctx context.Context, in *askApprovalIn) (*one[Approval], error) {
		return answer(s.AskApproval(ctx, auth.ActorFrom(ctx), AskInput{in.Call, in.Body.Offer, in.Body.Why}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "make-confirmation-link", Method: "POST", Path: "/v1/calls/{id}/confirmation-link", Tag: "desk", Permission: auth.DeskWork,
		Summary: "Make the link with which the customer confirms what they accepted",
	}, func(ctx context.Context, in *callIn) (*one[ConfirmLink], error) {
		return answer(s.SendLink(ctx, auth.ActorFrom(ctx), in.Call))
	})
	httpx.Register(api, httpx.Operation{
		ID: "cancel-now", Method: "POST", Path: "/v1/calls/{id}/cancel", Tag: "desk", Permission: auth.DeskWork,
		Summary: "The customer said cancel it: honoured at once",
	}, func(ctx context.Context, in *cancelCallIn) (*one[Cancelled], error) {
		return answer(s.CancelNow(ctx, auth.ActorFrom(ctx), CancelInput{Call: in.Call, Cause: in.Body.Cause}))
	})
}

// thenDesk answers with the desk as it is after an act.
func (s *Service) thenDesk(ctx context.Context, call dialer.CallID, err error) (*one[SaveDesk], error) {
	if err != nil {
		return nil, err
	}
	return answer(s.SaveDeskFor(ctx, auth.ActorFrom(ctx), call))
}

type approvalIn struct {
	ID   ApprovalID `path:"id"`
	Body struct {
		Approve bool `json:"approve"`
	}
}

type cancelCaseIn struct {
	ID   CaseID `path:"id"`
	Body struct {
		Cause string `json:"cause,omitempty" maxLength:"60" doc:"a code; customer if left out"`
	}
}

type settleCaseIn struct {
	ID   CaseID `path:"id"`
	Body struct {
		Evidence string `json:"evidence,omitempty" maxLength:"200" doc:"where it is shown: your id of a recording, a chat, a letter"`
		Of       CaseID `json:"of,omitempty" doc:"of a duplicate: the case that stays"`
		Request  string `json:"request,omitempty" maxLength:"200" doc:"of an uncancel: your id of the customer's new request"`
		Method   string `json:"method,omitempty" enum:"letter,recording" doc:"of an uncancel"`
	}
}

func (in *settleCaseIn) input() SettleInput {
	b := in.Body
	return SettleInput{Case: in.ID, Evidence: b.Evidence, Of: b.Of, Request: b.Request, Method: b.Method}
}

// approvalRoutes are the supervisor's, and those of whoever may settle a case by hand.
func (s *Service) approvalRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-approvals", Method: "GET", Path: "/v1/approvals", Tag: "floor", Permission: auth.FloorRead,
		Summary: "Offers above an agent's limits that wait for a supervisor, with the facts of their cases",
	}, func(ctx context.Context, _ *struct{}) (*listOut[Approval], error) {
		all, err := s.Approvals(ctx, auth.ActorFrom(ctx))
		return listOf(all, len(all), err)
	})
	httpx.Register(api, httpx.Operation{
		ID: "decide-approval", Method: "POST", Path: "/v1/approvals/{id}/decision", Tag: "floor", Permission: auth.FloorAct,
		Summary: "Let the offer be made, or not",
	}, func(ctx context.Context, in *approvalIn) (*one[Approval], error) {
		return answer(s.DecideApproval(ctx, auth.ActorFrom(ctx), in.ID, in.Body.Approve))
	})
	httpx.Register(api, httpx.Operation{
		ID: "cancel-case", Method: "POST", Path: "/v1/cases/{id}/cancel", Tag: "cases", Permission: auth.CasesWrite,
		Summary: "The customer said cancel it: honoured at once, from any live state",
	}, func(ctx context.Context, in *cancelCaseIn) (*one[Cancelled], error) {
		return answer(s.CancelNow(ctx, auth.ActorFrom(ctx), CancelInput{Case: in.ID, Cause: in.Body.Cause}))
	})
	for _, o := range []struct {
		id, tail, summary string
		do                func(context.Context, auth.Actor, SettleInput) (Cancelled, error)
	}{
		{"withdraw-case", "withdraw", "The customer left the conversation without cancelling", s.Withdraw},
		{"duplicate-case", "duplicate", "Another case is about the same wish", s.Duplicate},
		{"uncancel-case", "uncancel", "The customer asked anew to stay, before the cancellation takes effect", s.Uncancel},
	} {
		httpx.Register(api, httpx.Operation{
			ID: o.id, Method: "POST", Path: "/v1/cases/{id}/" + o.tail, Tag: "cases", Permission: auth.CasesWrite, Summary: o.summary,
		}, func(ctx context.Context, in *settleCaseIn) (*one[Cancelled], error) {
			return answer(o.do(ctx, auth.ActorFrom(ctx), in.input()))
		})
	}
}

type linkIn struct {
	Token string `path:"token" maxLength:"200"`
}

type answerLinkIn struct {
	Token string `path:"token" maxLength:"200"`
	Body  struct {
		Answer string `json:"answer" enum:"confirm,wrong"`
		Words  string `json:"words,omitempty" maxLength:"1000" doc:"the customer's own, if they like"`
	}
}

// linkRoutes are the customer's: the token is all they need.
func (s *Service) linkRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "read-link", Method: "GET", Path: "/v1/confirm/{token}", Tag: "confirm", Permission: httpx.Public,
		Summary: "What a customer is asked to confirm",
	}, func(ctx context.Context, in *linkIn) (*one[LinkView], error) {
		return answer(s.Link(ctx, in.Token))
	})
	httpx.Register(api, httpx.Operation{
		ID: "answer-link", Method: "POST", Path: "/v1/confirm/{token}", Tag: "confirm", Permission: httpx.Public,
		Summary: "The customer agrees, or says that it is wrong; once",
	}, func(ctx context.Context, in *answerLinkIn) (*one[LinkView], error) {
		return answer(s.AnswerLink(ctx, in.Token, LinkAnswer{in.Body.Answer, in.Body.Words}))
	})
}
