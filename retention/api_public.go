package retention

import (
	"context"
	"net/url"

	"github.com/danielgtaylor/huma/v2"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/httpx"
	"saveline/retention/delivery"
)

// publicIn is a request for a page that needs no sign-in: whoever holds the link may.
type publicIn struct {
	Token    string `path:"token" maxLength:"200"`
	Language string `query:"lang" doc:"en, ko or fil; the person's own if left out"`
}

type publicPostIn struct {
	Token    string `path:"token" maxLength:"200"`
	Language string `query:"lang"`
	RawBody  []byte `contentType:"application/x-www-form-urlencoded"`
}

type pageOut struct {
	Status         int
	ContentType    string `header:"Content-Type"`
	CacheControl   string `header:"Cache-Control"`
	ReferrerPolicy string `header:"Referrer-Policy"`
	Policy         string `header:"Content-Security-Policy"`
	Body           []byte
}

const formBytesMax = 16 << 10

// shown is a page as an answer. What went wrong is a page too: its reader is no program.
func shown(p publicPage, err error, language string) (*pageOut, error) {
	if err != nil && errs.CodeOf(err) == errs.Internal {
		return nil, err
	}
	if err != nil {
		p = brokenPage(err, language)
	}
	body, err := p.render()
	if err != nil {
		return nil, err
	}
	return &pageOut{
		Status: max(p.status, 200), ContentType: "text/html; charset=utf-8", CacheControl: "no-store", ReferrerPolicy: "no-referrer",
		Policy: p.policy(), Body: body,
	}, nil
}

// publicPages is one kind of page: how it looks, and what its forms do.
type publicPages struct {
	purpose linkPurpose
	summary string
	look    func(ctx context.Context, token, language string) (publicPage, error)
	act     func(ctx context.Context, token, language string, form url.Values) (publicPage, error)
}

func (s *Service) publicRoutes(api huma.API) {
	for _, p := range s.publicPages() {
		name := string(p.purpose)
		httpx.Register(api, httpx.Operation{
			ID: "show-" + name + "-page", Method: "GET", Path: "/p/" + name + "/{token}", Tag: "public", Permission: httpx.Public,
			Summary: p.summary + ": the page behind a signed link",
		}, func(ctx context.Context, in *publicIn) (*pageOut, error) {
			if err := s.allowPublic(ctx, name, httpx.RequestFrom(ctx).Address); err != nil {
				return shown(publicPage{}, err, in.Language)
			}
			page, err := p.look(ctx, in.Token, in.Language)
			return shown(page, err, in.Language)
		})
		httpx.Register(api, httpx.Operation{
			ID: "use-" + name + "-page", Method: "POST", Path: "/p/" + name + "/{token}", Tag: "public", Permission: httpx.Public,
			BodyMax: formBytesMax, Summary: p.summary,
		}, func(ctx context.Context, in *publicPostIn) (*pageOut, error) {
			if err := s.allowPublic(ctx, name, httpx.RequestFrom(ctx).Address); err != nil {
				return shown(publicPage{}, err, in.Language)
			}
			form, err := url.ParseQuery(string(in.RawBody))
			if err != nil {
				return shown(publicPage{}, errs.Newf(errs.Invalid, "this is no form"), in.Language)
			}
			page, err := p.act(ctx, in.Token, in.Language, form)
			return shown(page, err, in.Language)
		})
	}
	s.textHookRoute(api)
}

func (s *Service) publicPages() []publicPages {
	return []publicPages{
		{linkStop, "End messages to an address", s.stopPage, func(ctx context.Context, token, language string, _ url.Values) (publicPage, error) {
			return s.stopByLink(ctx, token, language)
		}},
		{linkWrong, "Say that what was noted is wrong", s.wrongPage, func(ctx context.Context, token, language string, form url.Values) (publicPage, error) {
			return s.wrongByLink(ctx, token, language, form.Get("said"))
		}},
		{linkAppointment, "Confirm or cancel an appointment", s.bookingPage, func(ctx context.Context, token, language string, form url.Values) (publicPage, error) {
			return s.useBookingLink(ctx, token, language, form.Get("act"))
		}},
		{linkSurvey, "Answer a questionnaire", s.surveyPage, s.answerSurvey},
		{linkCancel, "Cancel a subscription, or book a call", s.cancelPage, func(ctx context.Context, token, language string, form url.Values) (publicPage, error) {
			return s.useCancelPage(ctx, token, language, selfForm{
				Act: form.Get("act"), Reason: form.Get("reason"), Said: form.Get("said"), At: form.Get("at"), Winback: form.Get("winback") == "yes",
				Offer: form.Get("offer"),
			})
		}},
	}
}

type textHookIn struct {
	Client    auth.ClientID `path:"client"`
	Signature string        `header:"X-Saveline-Signature" doc:"t=<unix seconds>,v1=<hex HMAC-SHA256 of t, a dot and the body>"`
	Body      struct {
		From string `json:"from" doc:"E.164"`
		Text string `json:"text"`
	}
	RawBody []byte
}

type textHookOut struct {
	Body struct {
		Meaning string `json:"meaning" doc:"stop, start, or empty: nothing was changed"`
	}
}

// textHookRoute takes what a client's text gateway posts: {"from":"+12125550111","text":"STOP"}.
func (s *Service) textHookRoute(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "incoming-text", Method: "POST", Path: "/v1/hooks/texts/{client}", Tag: "messages", Permission: httpx.Public, BodyMax: formBytesMax,
		Summary: "A client's text gateway tells of a text that came in, signed; STOP ends texts to its number",
	}, func(ctx context.Context, in *textHookIn) (*textHookOut, error) {
		if err := s.allowPublic(ctx, "texts", httpx.RequestFrom(ctx).Address); err != nil {
			return nil, err
		}
		secret, err := s.gatewaySecret(ctx, in.Client)
		if err != nil {
			return nil, err
		}
		if err := delivery.Verify(secret, in.Signature, in.RawBody, s.now()); err != nil {
			return nil, errs.WithCause(errs.Unauthenticated, err, "the signature does not fit")
		}
		out := &textHookOut{}
		out.Body.Meaning, err = s.incomingText(ctx, in.Client, in.Body.From, in.Body.Text)
		return out, err
	})
}
