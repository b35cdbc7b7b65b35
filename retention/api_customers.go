package retention

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/httpx"
	"saveline/internal/money"
	"saveline/internal/phone"
)

type customersIn struct {
	httpx.Page
	auth.OneClient
	Q string `query:"q" maxLength:"100" doc:"the beginning of an id, or a part of a name; e-mail and number for those who see accounts"`
}

type customerIn struct {
	ID CustomerID `path:"id"`
}

type mirrorIn struct {
	Body struct {
		Client     auth.ClientID     `json:"clientId,omitempty"`
		ExternalID string            `json:"externalId" doc:"your id of the customer"`
		Name       string            `json:"name,omitempty"`
		Phone      string            `json:"phone,omitempty"`
		Email      string            `json:"email,omitempty"`
		Region     string            `json:"region,omitempty" doc:"ISO 3166-2, US-CA"`
		PostalCode string            `json:"postalCode,omitempty"`
		Language   string            `json:"language,omitempty"`
		ValueTier  string            `json:"valueTier,omitempty"`
		Data       map[string]string `json:"data,omitempty"`
		// Subscription is as billing knows it; what billing itself said is not overwritten.
		Subscription struct {
			ExternalID string       `json:"externalId,omitempty" doc:"billing's id of it; the customer's id if left out"`
			Plan       string       `json:"plan,omitempty"`
			Price      money.Amount `json:"price" doc:"a month"`
			TermMonths int          `json:"termMonths,omitempty" minimum:"0" maximum:"120" doc:"1 if left out"`
			StartedOn  string       `json:"startedOn,omitempty" format:"date"`
			HasEnded   bool         `json:"hasEnded,omitempty"`
		} `json:"subscription"`
	}
}

func (in *mirrorIn) mirror() (NewMirror, error) {
	b := in.Body
	var f errs.Faults
	data, err := json.Marshal(b.Data)
	f.Check(err == nil, "data", "cannot be stored")
	out := NewMirror{
		Client: b.Client, TermMonths: b.Subscription.TermMonths, HasLeft: b.Subscription.HasEnded,
		Customer: NewCustomer{
			ExternalID: b.ExternalID, Name: b.Name, Email: b.Email, Region: b.Region, PostalCode: b.PostalCode, Language: b.Language,
			ValueTier: b.ValueTier,
		},
		Subscription: NewSubscription{ExternalID: b.Subscription.ExternalID, Plan: b.Subscription.Plan, Price: b.Subscription.Price},
	}
	if len(b.Data) > 0 {
		out.Customer.Data = data
	}
	if out.Subscription.ExternalID == "" {
		out.Subscription.ExternalID = b.ExternalID
	}
	if b.Phone != "" {
		country, _, _ := strings.Cut(b.Region, "-")
		if country == "" {
			country = "US"
		}
		number, err := phone.Parse(b.Phone, country)
		f.Check(err == nil, "phone", "is not a phone number")
		out.Customer.Phones = []phone.E164{number}
	}
	if b.Subscription.StartedOn != "" {
		day, err := time.Parse(time.DateOnly, b.Subscription.StartedOn)
		f.Check(err == nil, "subscription.startedOn", "write a day as 2026-11-23")
		out.Subscription.StartedOn = &day
	}
	return out, f.Err()
}

type previewCustomersIn struct{ httpx.Upload }

type importCustomersIn struct {
	httpx.Upload
	Client  auth.ClientID `query:"clientId"`
	Mapping string        `query:"mapping" maxLength:"20000" doc:"JSON as the preview's guess; guessed from the header if left out"`
}

type noteIn struct {
	ID   CustomerID `path:"id"`
	Body struct {
		Text string `json:"text" maxLength:"4000"`
	}
}

func (s *Service) customerRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-customers", Method: "GET", Path: "/v1/customers", Tag: "customers", Permission: auth.CustomersRead,
		Summary: "Customers by name",
	}, func(ctx context.Context, in *customersIn) (*listOut[Customer], error) {
		return listOf(s.Customers(ctx, in.By(auth.ActorFrom(ctx)), in.Q, in.Size, in.Offset()))
	})
	httpx.Register(api, httpx.Operation{
		ID: "get-customer", Method: "GET", Path: "/v1/customers/{id}", Tag: "customers", Permission: auth.CustomersRead,
		Summary: "Everything known of a customer; masked for agents until the caller is verified on their call",
	}, func(ctx context.Context, in *customerIn) (*one[CustomerPage], error) {
		return answer(s.CustomerFor(ctx, auth.ActorFrom(ctx), in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "mirror-customer", Method: "POST", Path: "/v1/customers", Tag: "customers", Permission: auth.CustomersWrite,
		Summary: "Add a customer with a subscription, or refresh the ones that the ids name",
	}, func(ctx context.Context, in *mirrorIn) (*one[CustomerPage], error) {
		by := auth.ActorFrom(ctx)
		m, err := in.mirror()
		if err != nil {
			return nil, err
		}
		id, err := s.MirrorCustomer(ctx, by, m)
		if err != nil {
			return nil, err
		}
		return answer(s.CustomerFor(ctx, by, id))
	})
	httpx.Register(api, httpx.Operation{
		ID: "preview-customers", Method: "POST", Path: "/v1/customers/import/preview", Tag: "customers", Permission: auth.CustomersWrite,
		BodyMax: customerPreviewSize, Upload: "text/csv", Summary: "See the beginning of a file and a guess at its columns",
	}, func(_ context.Context, in *previewCustomersIn) (*one[CustomerPreview], error) {
		return answer(PreviewCustomers(in.Reader()))
	})
	httpx.Register(api, httpx.Operation{
		ID: "import-customers", Method: "POST", Path: "/v1/customers/import", Tag: "customers", Permission: auth.CustomersWrite,
		BodyMax: caseFileBytesMax, Upload: "text/csv", Summary: "Mirror every row of a CSV file; rows that cannot be read come back with reasons",
	}, s.importCustomersOp)
	httpx.Register(api, httpx.Operation{
		ID: "write-note", Method: "POST", Path: "/v1/customers/{id}/notes", Tag: "customers", Permission: auth.CustomersRead, Status: 201,
		Summary: "Write a note for the next one who speaks to this customer",
	}, func(ctx context.Context, in *noteIn) (*one[Note], error) {
		return answer(s.WriteNote(ctx, auth.ActorFrom(ctx), NoteInput{Customer: in.ID, Text: in.Body.Text}))
	})
}

func (s *Service) importCustomersOp(ctx context.Context, in *importCustomersIn) (*one[CustomerImport], error) {
	var m *CustomerMapping
	if in.Mapping != "" {
		m = &CustomerMapping{}
		if err := json.Unmarshal([]byte(in.Mapping), m); err != nil {
			return nil, errs.WithCause(errs.Invalid, err, "mapping is not JSON like the preview's guess")
		}
	}
	return answer(s.ImportCustomers(ctx, auth.ActorFrom(ctx), in.Client, m, in.Reader()))
}

type questionsOut struct {
	Body struct {
		Questions []Question `json:"questions" nullable:"false"`
	}
}

type setQuestionsIn struct {
	Body struct {
		Client    auth.ClientID `json:"clientId,omitempty"`
		Questions []Question    `json:"questions" maxItems:"10" nullable:"false"`
	}
}

type answersIn struct {
	ID   CustomerID `path:"id"`
	Body struct {
		Answers map[string]string `json:"answers" doc:"by the question's code; kept as hashes only"`
	}
}

type verifyIn struct {
	Call dialer.CallID `path:"id"`
	Body struct {
		Answers map[string]string `json:"answers" doc:"what the person on the line said, by the question's code"`
	}
}

func (s *Service) partyRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "get-verification-questions", Method: "GET", Path: "/v1/verification/questions", Tag: "customers", Permission: auth.CustomersRead,
		Summary: "What is asked before a customer's account is spoken of",
	}, func(ctx context.Context, in *clientIn) (*questionsOut, error) {
		return s.questionsOut(ctx, in.Client)
	})
	httpx.Register(api, httpx.Operation{
		ID: "set-verification-questions", Method: "PUT", Path: "/v1/verification/questions", Tag: "customers", Permission: auth.BillingWrite,
		Summary: "Set what is asked; without questions nobody is verified",
	}, func(ctx context.Context, in *setQuestionsIn) (*questionsOut, error) {
		if err := s.SetQuestions(ctx, auth.ActorFrom(ctx), in.Body.Client, in.Body.Questions); err != nil {
			return nil, err
		}
		return s.questionsOut(ctx, in.Body.Client)
	})
	httpx.Register(api, httpx.Operation{
		ID: "set-verification-answers", Method: "PUT", Path: "/v1/customers/{id}/answers", Tag: "customers", Permission: auth.CustomersWrite,
		Status: 204, Summary: "Keep a customer's answers, as hashes",
	}, func(ctx context.Context, in *answersIn) (*struct{}, error) {
		return nil, s.SetAnswers(ctx, auth.ActorFrom(ctx), in.ID, in.Body.Answers)
	})
	httpx.Register(api, httpx.Operation{
		ID: "verify-party", Method: "POST", Path: "/v1/calls/{id}/verification", Tag: "desk", Permission: auth.DeskWork,
		Summary: "Check on my call that the person on the line is the customer",
	}, func(ctx context.Context, in *verifyIn) (*one[PartyCheck], error) {
		return answer(s.VerifyParty(ctx, auth.ActorFrom(ctx), in.Call, in.Body.Answers))
	})
}

func (s *Service) questionsOut(ctx context.Context, client auth.ClientID) (*questionsOut, error) {
	questions, err := s.Questions(ctx, auth.ActorFrom(ctx), client)
	if err != nil {
		return nil, err
	}
	out := &questionsOut{}
	out.Body.Questions = questions
	return out, nil
}
