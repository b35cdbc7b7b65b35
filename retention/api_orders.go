package retention

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/httpx"
	"saveline/internal/money"
)

type ordersIn struct {
	httpx.Page
	Status string `query:"status" enum:"placed,awaiting_payment,paid,in_delivery,delivered,cancelled,returned"`
}

type moveOrderIn struct {
	ID   OrderID `path:"id"`
	Body struct {
		Status string `json:"status" enum:"awaiting_payment,paid,in_delivery,delivered,cancelled,returned"`
		Note   string `json:"note,omitempty" maxLength:"4000"`
	}
}

func (s *Service) orderRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-orders", Method: "GET", Path: "/v1/orders", Tag: "orders", Permission: auth.CasesRead,
		Summary: "What was sold on calls, the newest first",
	}, func(ctx context.Context, in *ordersIn) (*listOut[Order], error) {
		return listOf(s.Orders(ctx, auth.ActorFrom(ctx), OrderFilter{Status: in.Status}, in.Size, in.Offset()))
	})
	httpx.Register(api, httpx.Operation{
		ID: "move-order", Method: "POST", Path: "/v1/orders/{id}/status", Tag: "orders", Permission: auth.CasesWrite,
		Summary: "Report how far an order is; it is what the customer can be told",
	}, func(ctx context.Context, in *moveOrderIn) (*one[Order], error) {
		return answer(s.MoveOrder(ctx, auth.ActorFrom(ctx), OrderMove{Order: in.ID, Status: in.Body.Status, Note: in.Body.Note}))
	})
}

type requestsIn struct {
	httpx.Page
	auth.OneClient
	Status string `query:"status" enum:"open,waiting,approved,refused,passed_on,done,failed" doc:"open is all that is not at its end"`
}

type askIn struct {
	Call dialer.CallID `path:"id"`
	Body struct {
		Kind    string            `json:"kind" enum:"address,phone,payment_link,refund,adjustment,return"`
		Details map[string]string `json:"details,omitempty" doc:"what to change it to, or why; never a card number"`
		Amount  *money.Amount     `json:"amount,omitempty" doc:"of a refund or an adjustment"`
		Invoice string            `json:"invoice,omitempty" maxLength:"200" doc:"billing's id of the invoice that is paid back"`
		Order   OrderID           `json:"orderId,omitempty" doc:"that is returned"`
	}
}

type decideRequestIn struct {
	ID   RequestID `path:"id"`
	Body struct {
		Approve bool   `json:"approve"`
		Reason  string `json:"reason,omitempty" maxLength:"4000" doc:"needed for a no: the customer will ask"`
	}
}

type moveRequestIn struct {
	ID   RequestID `path:"id"`
	Body struct {
		Status string `json:"status" enum:"passed_on,done,failed"`
		Reason string `json:"reason,omitempty" maxLength:"4000"`
	}
}

type limitsOut struct {
	Body struct {
		Limits []RequestLimit `json:"limits" nullable:"false"`
	}
}

type setLimitsIn struct {
	Body struct {
		Client auth.ClientID  `json:"clientId,omitempty"`
		Limits []RequestLimit `json:"limits" maxItems:"50" nullable:"false"`
	}
}

func (s *Service) requestRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-account-requests", Method: "GET", Path: "/v1/requests", Tag: "requests", Permission: auth.CasesRead,
		Summary: "What customers asked for on calls, what is open first",
	}, func(ctx context.Context, in *requestsIn) (*listOut[AccountRequest], error) {
		return listOf(s.Requests(ctx, in.By(auth.ActorFrom(ctx)), RequestFilter{Status: in.Status}, in.Size, in.Offset()))
	})
	httpx.Register(api, httpx.Operation{
		ID: "ask-account-request", Method: "POST", Path: "/v1/calls/{id}/requests", Tag: "desk", Permission: auth.DeskWork, Status: 201,
		Summary: "Record what the customer on my call asks for: a change of the account, a refund, an adjustment, a return",
	}, func(ctx context.Context, in *askIn) (*one[AccountRequest], error) {
		r := RequestInput{Call: in.Call, Kind: in.Body.Kind, Details: in.Body.Details, Invoice: in.Body.Invoice, Order: in.Body.Order}
		if in.Body.Amount != nil {
			r.Amount = *in.Body.Amount
		}
		return answer(s.Ask(ctx, auth.ActorFrom(ctx), r))
	})
	httpx.Register(api, httpx.Operation{
		ID: "decide-account-request", Method: "POST", Path: "/v1/requests/{id}/decision", Tag: "requests", Permission: auth.FloorAct,
		Summary: "Approve or refuse what is above its asker's limit; nobody decides their own",
	}, func(ctx context.Context, in *decideRequestIn) (*one[AccountRequest], error) {
		return answer(s.DecideRequest(ctx, auth.ActorFrom(ctx), RequestDecision{
			Request: in.ID, IsAllowed: in.Body.Approve, Reason: in.Body.Reason,
		}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "move-account-request", Method: "POST", Path: "/v1/requests/{id}/status", Tag: "requests", Permission: auth.CasesWrite,
		Summary: "The system that owns it reports how far a request is",
	}, func(ctx context.Context, in *moveRequestIn) (*one[AccountRequest], error) {
		return answer(s.MoveRequest(ctx, auth.ActorFrom(ctx), RequestMove{Request: in.ID, Status: in.Body.Status, Reason: in.Body.Reason}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "get-request-limits", Method: "GET", Path: "/v1/request-limits", Tag: "requests", Permission: auth.BillingWrite,
		Summary: "How much of a client's money each role may give back by itself",
	}, func(ctx context.Context, in *clientIn) (*limitsOut, error) { return s.limitsOut(ctx, in.Client) })
	httpx.Register(api, httpx.Operation{
		ID: "set-request-limits", Method: "PUT", Path: "/v1/request-limits", Tag: "requests", Permission: auth.BillingWrite,
		Summary: "Set how much each role may give back by itself",
	}, func(ctx context.Context, in *setLimitsIn) (*limitsOut, error) {
		if err := s.SetLimits(ctx, auth.ActorFrom(ctx), in.Body.Client, in.Body.Limits); err != nil {
			return nil, err
		}
		return s.limitsOut(ctx, in.Body.Client)
	})
}

func (s *Service) limitsOut(ctx context.Context, client auth.ClientID) (*limitsOut, error) {
	limits, err := s.Limits(ctx, auth.ActorFrom(ctx), client)
	if err != nil {
		return nil, err
	}
	out := &limitsOut{}
	out.Body.Limits = limits
	return out, nil
}
