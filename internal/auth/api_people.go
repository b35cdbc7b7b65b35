package auth

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"saveline/internal/httpx"
)

type (
	peopleInput struct {
		httpx.Page
		Text     string `query:"q" maxLength:"100" doc:"part of a name or e-mail address, or an employee number"`
		Role     string `query:"role" enum:"admin,manager,supervisor,agent,payroll,compliance,integrator"`
		Disabled bool   `query:"disabled" doc:"also those who may no longer sign in"`
	}
	peopleOutput struct{ Body httpx.List[User] }
	personInput  struct {
		Body struct {
			Email      string     `json:"email" maxLength:"254"`
			Name       string     `json:"name" maxLength:"100"`
			Password   string     `json:"password,omitempty" maxLength:"1000" doc:"left out: a random one, shown once"`
			Roles      []Role     `json:"roles" maxItems:"7"`
			ClientIDs  []ClientID `json:"clientIds,omitempty" maxItems:"500"`
			AllClients bool       `json:"allClients,omitempty"`
			EmployeeNo string     `json:"employeeNo,omitempty" maxLength:"40"`
			Zone       string     `json:"zone,omitempty"`
			Language   string     `json:"language,omitempty" doc:"en, ko or fil"`
		}
	}
	createdPerson struct {
		User
		Password string `json:"password,omitempty" doc:"shown this once; must be changed at the first sign-in"`
	}
	createdPersonOutput struct {
		ETag string `header:"ETag"`
		Body createdPerson
	}
	personPatchInput struct {
		ID      UserID `path:"id" minimum:"1"`
		IfMatch string `header:"If-Match" doc:"the version the change was made from"`
		Body    struct {
			Email      *string     `json:"email,omitempty" maxLength:"254"`
			Name       *string     `json:"name,omitempty" maxLength:"100"`
			Roles      *[]Role     `json:"roles,omitempty" maxItems:"7"`
			ClientIDs  *[]ClientID `json:"clientIds,omitempty" maxItems:"500"`
			AllClients *bool       `json:"allClients,omitempty"`
			EmployeeNo *string     `json:"employeeNo,omitempty" maxLength:"40"`
			Zone       *string     `json:"zone,omitempty"`
			Language   *string     `json:"language,omitempty"`
			Disabled   *bool       `json:"disabled,omitempty" doc:"true ends their sessions and tokens at once"`
		}
	}
	personIDInput struct {
		ID UserID `path:"id" minimum:"1"`
	}
	personOutput struct {
		ETag string `header:"ETag"`
		Body User
	}
	newPasswordOutput struct {
		Body struct {
			Password string `json:"password" doc:"shown this once; must be changed at the next sign-in"`
		}
	}
)

func (s *Service) peopleRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-users", Method: http.MethodGet, Path: "/v1/users", Tag: "people", Permission: UsersRead,
		Summary: "The people you see, by name",
	}, func(ctx context.Context, in *peopleInput) (*peopleOutput, error) {
		people, total, err := s.Users(ctx, ActorFrom(ctx), UserFilter{
			Text: in.Text, Role: Role(in.Role), Disabled: in.Disabled, Limit: in.Size, Offset: in.Offset(),
		})
		return &peopleOutput{httpx.List[User]{Items: people, Total: total}}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "get-user", Method: http.MethodGet, Path: "/v1/users/{id}", Tag: "people", Permission: UsersRead,
		Summary: "One person",
	}, func(ctx context.Context, in *personIDInput) (*personOutput, error) {
		u, err := s.UserFor(ctx, ActorFrom(ctx), in.ID)
		return &personOutput{httpx.ETag(u.Version), u}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "create-user", Method: http.MethodPost, Path: "/v1/users", Tag: "people", Permission: UsersWrite,
		Summary: "Add a person", Status: http.StatusCreated,
	}, func(ctx context.Context, in *personInput) (*createdPersonOutput, error) {
		b := in.Body
		u, password, err := s.CreateUser(ctx, ActorFrom(ctx), NewUser{
			Email: b.Email, Name: b.Name, Password: b.Password, Roles: b.Roles, ClientIDs: b.ClientIDs,
			AllClients: b.AllClients, EmployeeNo: b.EmployeeNo, Zone: b.Zone, Language: b.Language,
		})
		return &createdPersonOutput{httpx.ETag(u.Version), createdPerson{u, password}}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "update-user", Method: http.MethodPatch, Path: "/v1/users/{id}", Tag: "people", Permission: UsersWrite,
		Summary: "Change a person; disabling ends their sessions",
	}, s.patchUser)
	httpx.Register(api, httpx.Operation{
		ID: "reset-password", Method: http.MethodPost, Path: "/v1/users/{id}/reset-password", Tag: "people",
		Permission: UsersWrite, Summary: "Give a person a random password; their sessions end",
	}, func(ctx context.Context, in *personIDInput) (*newPasswordOutput, error) {
		password, err := s.ResetPassword(ctx, ActorFrom(ctx), in.ID)
		out := &newPasswordOutput{}
		out.Body.Password = password
		return out, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "drop-totp", Method: http.MethodDelete, Path: "/v1/users/{id}/totp", Tag: "people", Permission: UsersWrite,
		Summary: "Switch a person's authenticator off: they lost their phone", Status: http.StatusNoContent,
	}, func(ctx context.Context, in *personIDInput) (*none, error) {
		return nil, s.DropTOTP(ctx, ActorFrom(ctx), in.ID)
	})
}

func (s *Service) patchUser(ctx context.Context, in *personPatchInput) (*personOutput, error) {
	version, err := httpx.IfMatch(in.IfMatch)
	if err != nil {
		return nil, err
	}
	b := in.Body
	u, err := s.UpdateUser(ctx, ActorFrom(ctx), in.ID, UserPatch{
		Version: version, Email: b.Email, Name: b.Name, Roles: b.Roles, ClientIDs: b.ClientIDs, AllClients: b.AllClients,
		EmployeeNo: b.EmployeeNo, Zone: b.Zone, Language: b.Language, Disabled: b.Disabled,
	})
	return &personOutput{httpx.ETag(u.Version), u}, err
}

type (
	tokensInput struct {
		httpx.Page
		Revoked bool `query:"revoked" doc:"also revoked ones"`
	}
	tokensOutput struct{ Body httpx.List[Token] }
	tokenInput   struct {
		Body struct {
			UserID    UserID             `json:"userId,omitempty" minimum:"0" doc:"whose work the program does; left out: yours"`
			Name      string             `json:"name" maxLength:"100"`
			Scopes    []httpx.Permission `json:"scopes" maxItems:"100" doc:"permissions, as in /v1/me"`
			ExpiresAt *time.Time         `json:"expiresAt,omitempty"`
		}
	}
	createdToken struct {
		Token
		Secret string `json:"token" doc:"shown this once; send it as Authorization: Bearer"`
	}
	createdTokenOutput struct{ Body createdToken }
	tokenIDInput       struct {
		ID int64 `path:"id" minimum:"1"`
	}
)

func (s *Service) tokenRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-tokens", Method: http.MethodGet, Path: "/v1/tokens", Tag: "people", Permission: TokensWrite,
		Summary: "API tokens of the people you see, newest first",
	}, func(ctx context.Context, in *tokensInput) (*tokensOutput, error) {
		all, total, err := s.Tokens(ctx, ActorFrom(ctx), in.Revoked, in.Size, in.Offset())
		return &tokensOutput{httpx.List[Token]{Items: all, Total: total}}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "create-token", Method: http.MethodPost, Path: "/v1/tokens", Tag: "people", Permission: TokensWrite,
		Summary: "Make an API token; its secret is shown once", Status: http.StatusCreated,
	}, func(ctx context.Context, in *tokenInput) (*createdTokenOutput, error) {
		b := in.Body
		t, secret, err := s.CreateToken(ctx, ActorFrom(ctx), NewToken{
			User: b.UserID, Name: b.Name, Scopes: b.Scopes, ExpiresAt: b.ExpiresAt,
		})
		return &createdTokenOutput{createdToken{t, secret}}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "revoke-token", Method: http.MethodDelete, Path: "/v1/tokens/{id}", Tag: "people", Permission: TokensWrite,
		Summary: "End an API token", Status: http.StatusNoContent,
	}, func(ctx context.Context, in *tokenIDInput) (*none, error) {
		return nil, s.RevokeToken(ctx, ActorFrom(ctx), in.ID)
	})
}
