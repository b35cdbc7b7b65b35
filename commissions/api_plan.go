package commissions

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"saveline/internal/auth"
	"saveline/internal/httpx"
)

type (
	draftOut struct {
		ETag string `header:"ETag"`
		Body PlanDraft
	}
	ownPlanOut struct{ Body OwnPlan }
	inLanguage struct {
		Language string `query:"language" enum:"en,ko,fil" default:"en" doc:"of the words; amounts and conditions are the same in each"`
	}
	signatureID struct {
		ID SignatureID `path:"id"`
	}
)

// planTextRoutes are what an editor of plans asks: they read and write nothing.
func (s *Service) planTextRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "check-plan", Method: http.MethodPost, Path: "/v1/plans/check", Tag: "pay", Permission: auth.PlansRead,
		Summary: "What is refused or unwise in a plan's text, each with its line; nothing is kept",
	}, func(ctx context.Context, in *struct {
		Body struct {
			Text string `json:"text" maxLength:"65536"`
		}
	},
	) (*struct{ Body PlanChecked }, error) {
		if err := s.allowPlanAsk(ctx, auth.ActorFrom(ctx)); err != nil {
			return nil, err
		}
		out, err := CheckPlan(in.Body.Text)
		return &struct{ Body PlanChecked }{out}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "try-plan", Method: http.MethodPost, Path: "/v1/plans/example", Tag: "pay", Permission: auth.PlansRead,
		Summary: "What a plan's text pays for a small month, line by line; nothing is kept",
	}, func(ctx context.Context, in *struct {
		inLanguage
		Body PlanTry
	},
	) (*struct{ Body PlanTried }, error) {
		if err := s.allowPlanAsk(ctx, auth.ActorFrom(ctx)); err != nil {
			return nil, err
		}
		out, err := TryPlan(in.Body, in.Language)
		return &struct{ Body PlanTried }{out}, err
	})
	s.draftRoutes(api)
	s.simulationRoutes(api)
	s.signatureRoutes(api)
}

func (s *Service) draftRoutes(api huma.API) {
	answer := func(d PlanDraft, err error) (*draftOut, error) { return &draftOut{httpx.ETag(d.Revision), d}, err }
	httpx.Register(api, httpx.Operation{
		ID: "get-plan-draft", Method: http.MethodGet, Path: "/v1/plans/{id}/draft", Tag: "pay", Permission: auth.PlansRead,
		Summary: "What a plan's next version will be; its newest version where nobody is at work on one",
	}, func(ctx context.Context, in *planID) (*draftOut, error) {
		return answer(s.Draft(ctx, auth.ActorFrom(ctx), in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "save-plan-draft", Method: http.MethodPut, Path: "/v1/plans/{id}/draft", Tag: "pay", Permission: auth.PlansWrite,
		Summary: "Keep the text that is being written; If-Match names the revision it was read at",
	}, func(ctx context.Context, in *struct {
		ID      PlanID `path:"id"`
		IfMatch string `header:"If-Match" doc:"the ETag of the draft that was read"`
		Body    struct {
			Text string `json:"text" maxLength:"65536"`
		}
	},
	) (*draftOut, error) {
		revision, err := httpx.IfMatch(in.IfMatch)
		if err != nil {
			return nil, err
		}
		return answer(s.SaveDraft(ctx, auth.ActorFrom(ctx), in.ID, revision, in.Body.Text))
	})
	httpx.Register(api, httpx.Operation{
		ID: "submit-plan-draft", Method: http.MethodPost, Path: "/v1/plans/{id}/draft/submit", Tag: "pay", Permission: auth.PlansWrite,
		Status: http.StatusCreated, Summary: "Make the draft the next version, for somebody else to approve",
	}, func(ctx context.Context, in *struct {
		ID   PlanID `path:"id"`
		Body struct {
			Revision int `json:"revision" minimum:"1" doc:"the one that was read"`
		}
	},
	) (*planOut, error) {
		plan, err := s.SubmitDraft(ctx, auth.ActorFrom(ctx), in.ID, in.Body.Revision)
		return &planOut{plan}, err
	})
}

func (s *Service) signatureRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-my-plans", Method: http.MethodGet, Path: "/v1/my/plans", Tag: "my pay", Permission: auth.PayOwn,
		Summary: "The plans that I am on, in words, and whether I have signed them",
	}, func(ctx context.Context, in *inLanguage) (*struct{ Body httpx.List[OwnPlan] }, error) {
		items, err := s.OwnPlans(ctx, auth.ActorFrom(ctx), in.Language)
		return &struct{ Body httpx.List[OwnPlan] }{httpx.List[OwnPlan]{Items: items, Total: len(items)}}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "sign-my-plan", Method: http.MethodPost, Path: "/v1/my/plans/{id}/sign", Tag: "my pay", Permission: auth.PayOwn, Status: http.StatusCreated,
		Summary: "Put my name under the version in force of a plan that I am on; id is the assignment's",
	}, func(ctx context.Context, in *struct {
		ID   AssignmentID `path:"id"`
		Body SignPlan
	},
	) (*ownPlanOut, error) {
		out, err := s.Sign(ctx, auth.ActorFrom(ctx), in.ID, in.Body)
		return &ownPlanOut{out}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "list-plan-signers", Method: http.MethodGet, Path: "/v1/plans/{id}/signers", Tag: "pay", Permission: auth.PlansRead,
		Summary: "Who is on a plan and has signed it, those who still have to first",
	}, func(ctx context.Context, in *struct {
		ID PlanID `path:"id"`
		httpx.Page
	},
	) (*struct{ Body httpx.List[PlanSigner] }, error) {
		items, err := s.Signers(ctx, auth.ActorFrom(ctx), in.ID)
		from := min(in.Offset(), len(items))
		return &struct{ Body httpx.List[PlanSigner] }{httpx.List[PlanSigner]{Items: items[from:min(from+in.Size, len(items))], Total: len(items)}}, err
	})
	for _, who := range []struct {
		id, path, tag string
		permission    httpx.Permission
		own           bool
	}{
		{"get-signed-plan", "/v1/plan-signatures/{id}/copy.txt", "pay", auth.PlansRead, false},
		{"get-my-signed-plan", "/v1/my/signatures/{id}/copy.txt", "my pay", auth.PayOwn, true},
	} {
		httpx.Register(api, httpx.Operation{
			ID: who.id, Method: http.MethodGet, Path: who.path, Tag: who.tag, Permission: who.permission,
			Summary: "The plan as it was signed, word for word, with the signature under it",
		}, func(ctx context.Context, in *signatureID) (*fileOut, error) {
			by, owner := auth.ActorFrom(ctx), auth.UserID(0)
			if who.own {
				owner = by.User
			}
			text, err := s.SignedCopy(ctx, by, owner, in.ID)
			if err != nil {
				return nil, err
			}
			return attachment("text/plain; charset=utf-8", fmt.Sprintf("plan-signature-%d.txt", in.ID), []byte(text)), nil
		})
	}
}
