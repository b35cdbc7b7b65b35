package retention

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"saveline/campaigns"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/httpx"
	"saveline/internal/money"
	"saveline/internal/phone"
)

const caseFileBytesMax = 32 << 20

type listCasesIn struct {
	httpx.Page
	auth.OneClient
	State  string `query:"state" doc:"a state; open for every case that is not closed; all if left out"`
	Sort   string `query:"sort" enum:"customer,-customer,state,-state,reason,-reason,mrr,-mrr,due,-due" doc:"- is descending; the most urgent open one first if left out"`
	Reason string `query:"reason" doc:"only cases with this reason"`
	Arm    string `query:"arm" enum:"treated,holdout" doc:"only cases that were, or were not, held out"`
	Query  string `query:"q" maxLength:"100" doc:"part of the customer's name, or the beginning of their id"`
}

type caseIn struct {
	ID CaseID `path:"id"`
}

type openCaseIn struct {
	Body struct {
		Client     auth.ClientID `json:"clientId,omitempty"`
		ExternalID string        `json:"externalId" doc:"your id of the request; the same again is the same request"`
		Customer   struct {
			ExternalID string            `json:"externalId" doc:"your id of the customer; a phone number never identifies anybody"`
			Name       string            `json:"name,omitempty"`
			Phone      string            `json:"phone"`
			Email      string            `json:"email,omitempty"`
			Region     string            `json:"region,omitempty" doc:"ISO 3166-2, US-CA"`
			PostalCode string            `json:"postalCode,omitempty"`
			Language   string            `json:"language,omitempty"`
			ValueTier  string            `json:"valueTier,omitempty"`
			Data       map[string]string `json:"data,omitempty"`
		} `json:"customer"`
		Subscription struct {
			ExternalID string       `json:"externalId,omitempty" doc:"the customer's id if left out"`
			Plan       string       `json:"plan,omitempty"`
			Price      money.Amount `json:"price" doc:"a month"`
			StartedOn  string       `json:"startedOn,omitempty" format:"date"`
		} `json:"subscription"`
		Source      string       `json:"source,omitempty" enum:"api,live_call,voicemail,email,web" doc:"how they asked; the law gives some a deadline of their own"`
		EffectiveAt *time.Time   `json:"effectiveAt,omitempty" doc:"when the subscription ends if they cancel; at once if left out"`
		ReasonCode  string       `json:"reasonCode,omitempty"`
		ReasonText  string       `json:"reasonText,omitempty"`
		Saveable    *bool        `json:"saveable,omitempty" doc:"false (moved away, deceased): nobody is called, the cancellation goes ahead"`
		RequestedAt *time.Time   `json:"requestedAt,omitempty"`
		DueAt       *time.Time   `json:"dueAt,omitempty" doc:"must be decided by then; 5 days from now if left out"`
		Campaign    campaigns.ID `json:"campaignId,omitempty" doc:"the running save campaign if left out"`
	}
}

// request reads the body. A number without a country code is read as one of the customer's country.
func (in *openCaseIn) request() (NewCase, error) {
	b := in.Body
	var f errs.Faults
	country, _, _ := strings.Cut(b.Customer.Region, "-")
	if country == "" {
		country = "US"
	}
	number, err := phone.Parse(b.Customer.Phone, country)
	f.Check(err == nil, "customer.phone", "is not a phone number")
	data, err := json.Marshal(b.Customer.Data)
	f.Check(err == nil, "customer.data", "cannot be stored")
	out := NewCase{
		Client: b.Client, ExternalID: b.ExternalID, Source: "api", ReasonCode: b.ReasonCode, ReasonText: b.ReasonText,
		Unsaveable: b.Saveable != nil && !*b.Saveable, Campaign: b.Campaign,
		Customer: NewCustomer{
			ExternalID: b.Customer.ExternalID, Name: b.Customer.Name, Phones: []phone.E164{number}, Email: b.Customer.Email,
			Region: b.Customer.Region, PostalCode: b.Customer.PostalCode, Language: b.Customer.Language, ValueTier: b.Customer.ValueTier,
		},
		Subscription: NewSubscription{ExternalID: b.Subscription.ExternalID, Plan: b.Subscription.Plan, Price: b.Subscription.Price},
	}
	if len(b.Customer.Data) > 0 {
		out.Customer.Data = data
	}
	if out.Subscription.ExternalID == "" {
		out.Subscription.ExternalID = b.Customer.ExternalID
	}
	if b.Subscription.StartedOn != "" {
		day, err := time.Parse(time.DateOnly, b.Subscription.StartedOn)
		f.Check(err == nil, "subscription.startedOn", "write a day as 2026-11-23")
		out.Subscription.StartedOn = &day
	}
	if b.RequestedAt != nil {
		out.RequestedAt = *b.RequestedAt
	}
	if b.DueAt != nil {
		out.DueAt = *b.DueAt
	}
	if b.EffectiveAt != nil {
		out.EffectiveAt = *b.EffectiveAt
	}
	if b.Source != "" {
		out.Source = b.Source
	}
	return out, f.Err()
}

type openCaseOut struct {
	Status int
	Body   struct {
		CaseDetail
		Duplicate bool `json:"duplicate" doc:"the request was known, or belongs to the case this customer has open"`
	}
}

type importCasesIn struct {
	httpx.Upload
	Client   auth.ClientID `query:"clientId"`
	Campaign campaigns.ID  `query:"campaignId" doc:"the running save campaign if left out"`
}

func (s *Service) caseRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-cases", Method: "GET", Path: "/v1/cases", Tag: "cases", Permission: auth.CasesRead,
		Summary: "Requests to cancel, the most urgent open one first",
	}, func(ctx context.Context, in *listCasesIn) (*listOut[Case], error) {
		return listOf(s.Cases(ctx, in.By(auth.ActorFrom(ctx)), CaseQuery{
			State: in.State, Reason: in.Reason, Arm: in.Arm, Query: in.Query, Sort: in.Sort, Limit: in.Size, Offset: in.Offset(),
		}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "get-case", Method: "GET", Path: "/v1/cases/{id}", Tag: "cases", Permission: auth.CasesRead,
		Summary: "A case with its log and what was offered",
	}, func(ctx context.Context, in *caseIn) (*one[CaseDetail], error) {
		return answer(s.CaseFor(ctx, auth.ActorFrom(ctx), in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "open-case", Method: "POST", Path: "/v1/cases", Tag: "cases", Permission: auth.CasesWrite, Status: 201,
		Summary: "A customer asked to cancel",
	}, s.openCaseOp)
	httpx.Register(api, httpx.Operation{
		ID: "import-cases", Method: "POST", Path: "/v1/cases/import", Tag: "cases", Permission: auth.CasesWrite,
		BodyMax: caseFileBytesMax, Upload: "text/csv", Summary: "Open a case for every row of a CSV file",
	}, func(ctx context.Context, in *importCasesIn) (*one[CaseImport], error) {
		return answer(s.ImportCases(ctx, auth.ActorFrom(ctx), ImportInput{Client: in.Client, Campaign: in.Campaign, File: in.Reader()}))
	})
}

// openCaseOp answers 201 with a new case, 200 with the one that a duplicate request belongs to.
func (s *Service) openCaseOp(ctx context.Context, in *openCaseIn) (*openCaseOut, error) {
	by := auth.ActorFrom(ctx)
	request, err := in.request()
	if err != nil {
		return nil, err
	}
	opened, err := s.OpenCase(ctx, by, request)
	if err != nil {
		return nil, err
	}
	out := &openCaseOut{Status: 201}
	if opened.Duplicate {
		out.Status = 200
	}
	out.Body.Duplicate = opened.Duplicate
	out.Body.CaseDetail, err = s.CaseFor(ctx, by, opened.Case)
	return out, err
}
