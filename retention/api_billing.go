package retention

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"saveline/internal/auth"
	"saveline/internal/httpx"
)

type connectIn struct {
	Body struct {
		Client      auth.ClientID `json:"clientId,omitempty"`
		Kind        string        `json:"kind" enum:"stripe,webhook"`
		URL         string        `json:"url,omitempty" doc:"of the endpoint; Stripe's own if left out"`
		Secret      string        `json:"secret,omitempty" doc:"Stripe: secret API key; webhook: what requests are signed with. Left out, it stays"`
		Signing     string        `json:"signing,omitempty" doc:"what comes in is signed with. Left out, it stays"`
		PaymentLink string        `json:"paymentLink,omitempty" doc:"hosted page where an order is paid, with {order} where its number goes"`
	}
}

type billingEventIn struct {
	Client  auth.ClientID `path:"client"`
	Stripe  string        `header:"Stripe-Signature"`
	Ours    string        `header:"Saveline-Signature" doc:"t=<unix seconds>,v1=<hex of HMAC-SHA256(secret, t.body)>"`
	RawBody []byte
}

type reconciliationIn struct {
	httpx.Page
	ID ReconciliationID `path:"id"`
}

const billingEventBytesMax = 256 << 10

func (s *Service) billingRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "get-billing-connection", Method: "GET", Path: "/v1/billing/connection", Tag: "billing", Permission: auth.BillingWrite,
		Summary: "How a client's billing system is reached; its secrets are never shown",
	}, func(ctx context.Context, in *clientIn) (*one[Connection], error) {
		return answer(s.ConnectionFor(ctx, auth.ActorFrom(ctx), in.Client))
	})
	httpx.Register(api, httpx.Operation{
		ID: "set-billing-connection", Method: "PUT", Path: "/v1/billing/connection", Tag: "billing", Permission: auth.BillingWrite,
		Summary: "Set how a client's billing system is reached",
	}, func(ctx context.Context, in *connectIn) (*one[Connection], error) {
		b := in.Body
		return answer(s.Connect(ctx, auth.ActorFrom(ctx), ConnectionInput{
			Client: b.Client, Kind: b.Kind, URL: b.URL, Secret: b.Secret, Signing: b.Signing, PaymentLink: b.PaymentLink,
		}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "test-billing-connection", Method: "POST", Path: "/v1/billing/connection/test", Tag: "billing", Permission: auth.BillingWrite,
		Summary: "Ask the client's billing system for something harmless, and say what came of it",
	}, func(ctx context.Context, in *clientIn) (*one[ConnectionTest], error) {
		return answer(s.TestConnection(ctx, auth.ActorFrom(ctx), in.Client))
	})
	httpx.Register(api, httpx.Operation{
		ID: "receive-billing-event", Method: "POST", Path: "/v1/billing/events/{client}", Tag: "billing", Permission: httpx.Public,
		BodyMax: billingEventBytesMax, Summary: "What a client's billing system sends by itself, signed with the connection's secret",
	}, func(ctx context.Context, in *billingEventIn) (*one[Received], error) {
		return answer(s.ReceiveBilling(ctx, in.Client, signed{
			Signatures: map[string]string{"Stripe-Signature": in.Stripe, "Saveline-Signature": in.Ours}, Body: in.RawBody,
		}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "list-reconciliations", Method: "GET", Path: "/v1/billing/reconciliations", Tag: "billing", Permission: auth.CasesRead,
		Summary: "Comparisons of our mirror with billing, the newest first",
	}, func(ctx context.Context, in *httpx.Page) (*listOut[Reconciliation], error) {
		return listOf(s.Reconciliations(ctx, auth.ActorFrom(ctx), in.Size, in.Offset()))
	})
	httpx.Register(api, httpx.Operation{
		ID: "start-reconciliation", Method: "POST", Path: "/v1/billing/reconciliations", Tag: "billing", Permission: auth.BillingWrite,
		Status: 202, Summary: "Compare our mirror with billing now; each night it is done by itself",
	}, func(ctx context.Context, in *clientIn) (*one[Reconciliation], error) {
		return answer(s.Reconcile(ctx, auth.ActorFrom(ctx), in.Client))
	})
	httpx.Register(api, httpx.Operation{
		ID: "list-billing-differences", Method: "GET", Path: "/v1/billing/reconciliations/{id}/differences", Tag: "billing",
		Permission: auth.CasesRead, Summary: "What a comparison found; the mirror has billing's values since",
	}, func(ctx context.Context, in *reconciliationIn) (*listOut[Difference], error) {
		return listOf(s.Differences(ctx, auth.ActorFrom(ctx), in.ID, in.Size, in.Offset()))
	})
}

type grantsIn struct {
	httpx.Page
	Status   string     `query:"status" enum:"queued,applying,applied,failed,reversed,unclear"`
	Case     CaseID     `query:"caseId"`
	Customer CustomerID `query:"customerId"`
}

type grantIn struct {
	ID GrantID `path:"id"`
}

type settleIn struct {
	ID   GrantID `path:"id"`
	Body struct {
		Ref string `json:"ref" maxLength:"200" doc:"what billing calls the change that was made by hand"`
	}
}

type incidentsIn struct {
	httpx.Page
	auth.OneClient
	State string `query:"state" enum:"open,closed" doc:"all if left out"`
}

type giveIncidentIn struct {
	ID   IncidentID `path:"id"`
	Body struct {
		Owner auth.UserID `json:"ownerId"`
	}
}

func (s *Service) grantRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-grants", Method: "GET", Path: "/v1/grants", Tag: "billing", Permission: auth.CasesRead,
		Summary: "Promises that billing must keep, the newest first",
	}, func(ctx context.Context, in *grantsIn) (*listOut[Grant], error) {
		f := GrantFilter{Status: in.Status, Case: in.Case, Customer: in.Customer}
		return listOf(s.Grants(ctx, auth.ActorFrom(ctx), f, in.Size, in.Offset()))
	})
	httpx.Register(api, httpx.Operation{
		ID: "retry-grant", Method: "POST", Path: "/v1/grants/{id}/retry", Tag: "billing", Permission: auth.FloorAct,
		Summary: "Try again what billing refused, after the cause was mended",
	}, func(ctx context.Context, in *grantIn) (*one[Grant], error) {
		return answer(s.RetryGrant(ctx, auth.ActorFrom(ctx), in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "settle-grant", Method: "POST", Path: "/v1/grants/{id}/settle", Tag: "billing", Permission: auth.FloorAct,
		Summary: "Record that somebody did in billing by hand what was promised",
	}, func(ctx context.Context, in *settleIn) (*one[Grant], error) {
		return answer(s.SettleGrant(ctx, auth.ActorFrom(ctx), in.ID, in.Body.Ref))
	})
	httpx.Register(api, httpx.Operation{
		ID: "list-incidents", Method: "GET", Path: "/v1/incidents", Tag: "billing", Permission: auth.CasesRead,
		Summary: "Promises that are late or were refused, with who sees to them; the most pressing first",
	}, func(ctx context.Context, in *incidentsIn) (*listOut[GrantIncident], error) {
		return listOf(s.Incidents(ctx, in.By(auth.ActorFrom(ctx)), in.State, in.Size, in.Offset()))
	})
	httpx.Register(api, httpx.Operation{
		ID: "give-incident", Method: "POST", Path: "/v1/incidents/{id}/owner", Tag: "billing", Permission: auth.FloorAct,
		Summary: "Make somebody the owner of an incident",
	}, func(ctx context.Context, in *giveIncidentIn) (*one[GrantIncident], error) {
		return answer(s.GiveIncident(ctx, auth.ActorFrom(ctx), in.ID, in.Body.Owner))
	})
}
