package auth

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"saveline/internal/httpx"
)

// Routes registers the operations of sessions, people, clients, tokens and the audit trail.
func (s *Service) Routes(api huma.API) {
	s.sessionRoutes(api)
	s.ownRoutes(api)
	s.peopleRoutes(api)
	s.clientRoutes(api)
	s.tokenRoutes(api)
	s.trailRoutes(api)
}

type (
	none struct{}

	signInInput struct {
		Body struct {
			Email    string `json:"email" maxLength:"254"`
			Password string `json:"password" maxLength:"1000"`
			TOTP     string `json:"totp,omitempty" maxLength:"10" doc:"the authenticator's code, for those who have one"`
		}
	}
	meOutput     struct{ Body Me }
	signInOutput struct {
		SetCookie http.Cookie `header:"Set-Cookie"`
		Body      Me
	}
	signOutInput struct {
		Session string `cookie:"saveline_session"`
	}
	signOutOutput struct {
		SetCookie http.Cookie `header:"Set-Cookie"`
	}
)

func (s *Service) sessionRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "sign-in", Method: http.MethodPost, Path: "/v1/session", Tag: "session", Permission: httpx.Public,
		Summary: "Sign in; the session is a cookie", BodyMax: 8 << 10,
	}, s.postSession)
	httpx.Register(api, httpx.Operation{
		ID: "sign-out", Method: http.MethodDelete, Path: "/v1/session", Tag: "session", Permission: httpx.Public,
		Summary: "Sign out", Status: http.StatusNoContent,
	}, func(ctx context.Context, in *signOutInput) (*signOutOutput, error) {
		if in.Session != "" {
			if err := s.SignOut(ctx, in.Session); err != nil {
				return nil, err
			}
		}
		return &signOutOutput{SetCookie: sessionCookie(ctx, "", -1)}, nil
	})
	httpx.Register(api, httpx.Operation{
		ID: "me", Method: http.MethodGet, Path: "/v1/me", Tag: "session", Permission: httpx.SignedIn,
		Summary: "Who is signed in, and what they may do",
	}, func(ctx context.Context, _ *none) (*meOutput, error) {
		me, err := s.Me(ctx, ActorFrom(ctx))
		return &meOutput{me}, err
	})
}

func (s *Service) postSession(ctx context.Context, in *signInInput) (*signInOutput, error) {
	session, err := s.SignIn(ctx, Credentials{Email: in.Body.Email, Password: in.Body.Password, Code: in.Body.TOTP})
	if err != nil {
		return nil, err
	}
	by, err := s.actorOf(ctx, session)
	if err != nil {
		return nil, err
	}
	me, err := s.Me(ctx, by)
	return &signInOutput{sessionCookie(ctx, session.Cookie, int(sessionLifeMax.Seconds())), me}, err
}

// sessionCookie outlives the idle limit: the server knows when a session is over, the browser need not.
func sessionCookie(ctx context.Context, secret string, maxAge int) http.Cookie {
	return http.Cookie{
		Name: SessionCookie, Value: secret, Path: "/", MaxAge: maxAge, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: httpx.RequestFrom(ctx).Secure,
	}
}

type (
	passwordInput struct {
		Body struct {
			Current string `json:"current" maxLength:"1000"`
			Next    string `json:"next" maxLength:"1000"`
		}
	}
	totpOutput    struct{ Body TOTPOffer }
	totpCodeInput struct {
		Body struct {
			Code string `json:"code" maxLength:"10"`
		}
	}
	totpOffInput struct {
		Body struct {
			Password string `json:"password" maxLength:"1000"`
		}
	}
)

// ownRoutes are what people do about how they themselves sign in.
func (s *Service) ownRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "change-password", Method: http.MethodPost, Path: "/v1/me/password", Tag: "session", Permission: httpx.SignedIn,
		Summary: "Change your password; your other sessions end", Status: http.StatusNoContent, BodyMax: 8 << 10,
	}, func(ctx context.Context, in *passwordInput) (*none, error) {
		return nil, s.ChangePassword(ctx, ActorFrom(ctx), in.Body.Current, in.Body.Next)
	})
	httpx.Register(api, httpx.Operation{
		ID: "start-totp", Method: http.MethodPost, Path: "/v1/me/totp", Tag: "session", Permission: httpx.SignedIn,
		Summary: "Get a secret for an authenticator",
	}, func(ctx context.Context, _ *none) (*totpOutput, error) {
		offer, err := s.StartTOTP(ctx, ActorFrom(ctx))
		return &totpOutput{offer}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "confirm-totp", Method: http.MethodPost, Path: "/v1/me/totp/confirm", Tag: "session", Permission: httpx.SignedIn,
		Summary: "Put the authenticator in force with a code from it", Status: http.StatusNoContent,
	}, func(ctx context.Context, in *totpCodeInput) (*none, error) {
		return nil, s.ConfirmTOTP(ctx, ActorFrom(ctx), in.Body.Code)
	})
	httpx.Register(api, httpx.Operation{
		ID: "remove-totp", Method: http.MethodDelete, Path: "/v1/me/totp", Tag: "session", Permission: httpx.SignedIn,
		Summary: "Sign in without an authenticator again", Status: http.StatusNoContent,
	}, func(ctx context.Context, in *totpOffInput) (*none, error) {
		return nil, s.RemoveTOTP(ctx, ActorFrom(ctx), in.Body.Password)
	})
}

type (
	clientsOutput struct{ Body httpx.List[Client] }
	clientOutput  struct{ Body Client }
	clientInput   struct {
		Body struct {
			Name string `json:"name" minLength:"1" maxLength:"100"`
			Zone string `json:"zone,omitempty" doc:"IANA zone of the client's business day" example:"America/Chicago"`
		}
	}
	trailInput struct {
		httpx.Page
		Act    string    `query:"act" maxLength:"100" doc:"an act (campaign.start), or the noun before its dot (campaign)"`
		Object string    `query:"object" maxLength:"100" doc:"campaign:12"`
		UserID UserID    `query:"userId" minimum:"0" doc:"acts of this person"`
		From   time.Time `query:"from" doc:"not before"`
		Until  time.Time `query:"until" doc:"before"`
	}
	trailOutput struct{ Body httpx.List[Entry] }
)

func (s *Service) clientRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-clients", Method: http.MethodGet, Path: "/v1/clients", Tag: "people", Permission: httpx.SignedIn,
		Summary: "The client companies you see",
	}, func(ctx context.Context, _ *none) (*clientsOutput, error) {
		all, err := s.Clients(ctx, ActorFrom(ctx))
		return &clientsOutput{httpx.List[Client]{Items: all, Total: len(all)}}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "create-client", Method: http.MethodPost, Path: "/v1/clients", Tag: "people", Permission: ClientsWrite,
		Summary: "Add a client company", Status: http.StatusCreated,
	}, func(ctx context.Context, in *clientInput) (*clientOutput, error) {
		c, err := s.CreateClient(ctx, ActorFrom(ctx), NewClient{Name: in.Body.Name, Zone: in.Body.Zone})
		return &clientOutput{c}, err
	})
}

func (s *Service) trailRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-audit", Method: http.MethodGet, Path: "/v1/audit", Tag: "people", Permission: AuditRead,
		Summary: "Who changed what, newest first",
	}, func(ctx context.Context, in *trailInput) (*trailOutput, error) {
		rows, total, err := s.Trail(ctx, ActorFrom(ctx), TrailFilter{
			Act: in.Act, Object: in.Object, User: in.UserID, From: in.From, Until: in.Until, Limit: in.Size, Offset: in.Offset(),
		})
		return &trailOutput{httpx.List[Entry]{Items: rows, Total: total}}, err
	})
}
