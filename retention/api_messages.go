package retention

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"saveline/campaigns"
	"saveline/internal/auth"
	"saveline/internal/httpx"
)

type listMessagesIn struct {
	httpx.Page
	auth.OneClient
	State  string             `query:"state" doc:"only messages in this state"`
	Kind   string             `query:"kind" doc:"only messages of this kind"`
	Person campaigns.PersonID `query:"personId" doc:"only messages to this person"`
}

type messageIn struct {
	ID MessageID `path:"id"`
}

type resendIn struct {
	ID   MessageID `path:"id"`
	Body struct {
		EvenIfTwice bool `json:"evenIfTwice,omitempty" doc:"also a message that may have arrived"`
	}
}

type clientIn struct {
	Client auth.ClientID `query:"clientId" doc:"the only one you see, if left out"`
}

type messageSettingsIn struct {
	Client auth.ClientID `query:"clientId" doc:"the only one you see, if left out"`
	Body   struct {
		MessageSettings
		SMTPPassword *string `json:"smtpPassword,omitempty" doc:"a new one; left out, the one in use stays"`
		TextSecret   *string `json:"textSecret,omitempty" doc:"signs what is posted to the gateway and what it posts to us; left out, the one in use stays"`
	}
}

type templateIn struct {
	Body struct {
		Client   auth.ClientID `json:"clientId,omitempty"`
		Kind     string        `json:"kind"`
		Channel  string        `json:"channel" enum:"email,text"`
		Language string        `json:"language" enum:"en,ko,fil"`
		Subject  string        `json:"subject,omitempty"`
		Body     string        `json:"body"`
	}
}

type objectionsIn struct {
	httpx.Page
	auth.OneClient
	Open bool `query:"open" doc:"only those that nobody has resolved"`
}

type resolveIn struct {
	ID   ObjectionID `path:"id"`
	Body struct {
		Resolution string `json:"resolution"`
	}
}

func (s *Service) messageRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-messages", Method: "GET", Path: "/v1/messages", Tag: "messages", Permission: auth.MessagesRead,
		Summary: "The outbox, the newest first; a demo's messages stay there",
	}, func(ctx context.Context, in *listMessagesIn) (*listOut[Message], error) {
		f := MessageFilter{State: in.State, Kind: in.Kind, Person: in.Person}
		return listOf(s.Messages(ctx, in.By(auth.ActorFrom(ctx)), f, in.Size, in.Offset()))
	})
	httpx.Register(api, httpx.Operation{
		ID: "get-message", Method: "GET", Path: "/v1/messages/{id}", Tag: "messages", Permission: auth.MessagesRead, Summary: "A message",
	}, func(ctx context.Context, in *messageIn) (*one[Message], error) {
		return answer(s.MessageFor(ctx, auth.ActorFrom(ctx), in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "resend-message", Method: "POST", Path: "/v1/messages/{id}/resend", Tag: "messages", Permission: auth.MessagesWrite,
		Summary: "Send a failed message again",
	}, func(ctx context.Context, in *resendIn) (*one[Message], error) {
		return answer(s.ResendMessage(ctx, auth.ActorFrom(ctx), in.ID, in.Body.EvenIfTwice))
	})
	httpx.Register(api, httpx.Operation{
		ID: "list-objections", Method: "GET", Path: "/v1/objections", Tag: "messages", Permission: auth.CasesRead,
		Summary: "What customers called wrong, the unresolved first",
	}, func(ctx context.Context, in *objectionsIn) (*listOut[Objection], error) {
		return listOf(s.Objections(ctx, in.By(auth.ActorFrom(ctx)), in.Open, in.Size, in.Offset()))
	})
	httpx.Register(api, httpx.Operation{
		ID: "resolve-objection", Method: "POST", Path: "/v1/objections/{id}/resolve", Tag: "messages", Permission: auth.CasesWrite,
		Summary: "Say what came of it",
	}, func(ctx context.Context, in *resolveIn) (*one[Objection], error) {
		return answer(s.ResolveObjection(ctx, auth.ActorFrom(ctx), in.ID, in.Body.Resolution))
	})
	s.messageSettingsRoutes(api)
}

func (s *Service) messageSettingsRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "get-message-settings", Method: "GET", Path: "/v1/message-settings", Tag: "messages", Permission: auth.MessagesWrite,
		Summary: "How a client's messages go out",
	}, func(ctx context.Context, in *clientIn) (*one[MessageSettings], error) {
		return answer(s.MessageSettingsFor(ctx, auth.ActorFrom(ctx), in.Client))
	})
	httpx.Register(api, httpx.Operation{
		ID: "save-message-settings", Method: "PUT", Path: "/v1/message-settings", Tag: "messages", Permission: auth.MessagesWrite,
		Summary: "Change how a client's messages go out; secrets are written and never read",
	}, func(ctx context.Context, in *messageSettingsIn) (*one[MessageSettings], error) {
		secrets := MessageSecrets{SMTPPassword: in.Body.SMTPPassword, TextSecret: in.Body.TextSecret}
		return answer(s.SaveMessageSettings(ctx, auth.ActorFrom(ctx), in.Client, in.Body.MessageSettings, secrets))
	})
	httpx.Register(api, httpx.Operation{
		ID: "list-message-templates", Method: "GET", Path: "/v1/message-templates", Tag: "messages", Permission: auth.MessagesWrite,
		Summary: "The words in use of every kind of message, channel and language",
	}, func(ctx context.Context, in *clientIn) (*listOut[MessageTemplate], error) {
		all, err := s.MessageTemplates(ctx, auth.ActorFrom(ctx), in.Client)
		return listOf(all, len(all), err)
	})
	httpx.Register(api, httpx.Operation{
		ID: "add-message-template", Method: "POST", Path: "/v1/message-templates", Tag: "messages", Permission: auth.MessagesWrite, Status: 201,
		Summary: "Give a client words of its own; what was written with the old ones stays as it was",
	}, func(ctx context.Context, in *templateIn) (*one[MessageTemplate], error) {
		b := in.Body
		return answer(s.AddMessageTemplate(ctx, auth.ActorFrom(ctx), TemplateInput{
			Client: b.Client, Kind: b.Kind, Channel: b.Channel, Language: b.Language, Subject: b.Subject, Body: b.Body,
		}))
	})
}
