package retention

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"saveline/campaigns"
	"saveline/internal/auth"
	"saveline/internal/httpx"
)

type surveyIn struct {
	Body struct {
		Client        auth.ClientID    `json:"clientId,omitempty"`
		Code          string           `json:"code" doc:"a new one makes a questionnaire; a known one gets a new version"`
		SamplePercent int              `json:"samplePercent" minimum:"0" maximum:"100"`
		Questions     []SurveyQuestion `json:"questions" minItems:"1" maxItems:"10"`
		Stopped       bool             `json:"stopped,omitempty"`
	}
}

type surveyAnswersIn struct {
	httpx.Page
	Person campaigns.PersonID `query:"personId" doc:"only this person's"`
	Agent  auth.UserID        `query:"agentId" doc:"only those about this agent's calls"`
}

type cancelLinkIn struct {
	Body struct {
		Client       auth.ClientID `json:"clientId,omitempty"`
		Subscription string        `json:"subscriptionId" doc:"your own id of it"`
		Days         int           `json:"days" minimum:"1" maximum:"400" default:"30"`
		Send         bool          `json:"send,omitempty" doc:"also write it to the customer"`
	}
}

type surveysIn struct {
	httpx.Page
	auth.OneClient
}

func (s *Service) surveyRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-surveys", Method: "GET", Path: "/v1/surveys", Tag: "surveys", Permission: auth.MessagesRead,
		Summary: "Questionnaires in their newest versions, and how many answered",
	}, func(ctx context.Context, in *surveysIn) (*listOut[Survey], error) {
		all, err := s.Surveys(ctx, in.By(auth.ActorFrom(ctx)))
		from := min(in.Offset(), len(all))
		return listOf(all[from:min(from+in.Size, len(all))], len(all), err)
	})
	httpx.Register(api, httpx.Operation{
		ID: "save-survey", Method: "POST", Path: "/v1/surveys", Tag: "surveys", Permission: auth.MessagesWrite,
		Summary: "Make a questionnaire, or give one a new version",
	}, func(ctx context.Context, in *surveyIn) (*one[Survey], error) {
		b := in.Body
		return answer(s.SaveSurvey(ctx, auth.ActorFrom(ctx), SurveyInput{
			Client: b.Client, Code: b.Code, SamplePercent: b.SamplePercent, Questions: b.Questions, Stopped: b.Stopped,
		}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "list-survey-answers", Method: "GET", Path: "/v1/survey-answers", Tag: "surveys", Permission: auth.CallsRead,
		Summary: "What people thought of calls, the newest first",
	}, func(ctx context.Context, in *surveyAnswersIn) (*listOut[SurveyAnswer], error) {
		return listOf(s.SurveyAnswers(ctx, auth.ActorFrom(ctx), in.Person, in.Agent, in.Size, in.Offset()))
	})
	httpx.Register(api, httpx.Operation{
		ID: "make-cancel-link", Method: "POST", Path: "/v1/cancel-links", Tag: "cases", Permission: auth.CasesWrite, Status: 201,
		Summary: "Sign the way to a subscription's cancel page",
	}, func(ctx context.Context, in *cancelLinkIn) (*one[CancelLink], error) {
		return answer(s.MakeCancelLink(ctx, auth.ActorFrom(ctx), CancelLinkInput{
			Client: in.Body.Client, Subscription: in.Body.Subscription, Days: in.Body.Days, Send: in.Body.Send,
		}))
	})
}
