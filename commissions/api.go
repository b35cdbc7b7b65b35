package commissions

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/httpx"
)

// Routes declares the operations of pay.
func (s *Service) Routes(api huma.API) {
	s.planRoutes(api)
	s.assignmentRoutes(api)
	s.runRoutes(api)
	s.statementRoutes(api)
	s.bookRoutes(api)
	s.eventRoutes(api)
	s.adjustmentRoutes(api)
	s.whyRoutes(api)
	s.disputeRoutes(api)
	s.payrollRoutes(api)
	s.exportRoutes(api)
	s.lawRoutes(api)
}

type (
	planOut struct{ Body Plan }
	planID  struct {
		ID PlanID `path:"id"`
	}
	plansOut struct{ Body httpx.List[Plan] }

	// clientPage is the input of a list that can be narrowed to one client.
	clientPage struct {
		httpx.Page
		auth.OneClient
	}
)

func (s *Service) planRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-plans", Method: http.MethodGet, Path: "/v1/plans", Tag: "pay", Permission: auth.PlansRead, Summary: "Plans with their versions",
	}, func(ctx context.Context, in *clientPage) (*plansOut, error) {
		items, total, err := s.Plans(ctx, in.By(auth.ActorFrom(ctx)), in.Size, in.Offset())
		return &plansOut{httpx.List[Plan]{Items: items, Total: total}}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "create-plan", Method: http.MethodPost, Path: "/v1/plans", Tag: "pay", Permission: auth.PlansWrite, Status: http.StatusCreated,
		Summary: "Make a plan with its first version, for somebody else to approve",
	}, func(ctx context.Context, in *struct{ Body NewPlan }) (*planOut, error) {
		plan, err := s.CreatePlan(ctx, auth.ActorFrom(ctx), in.Body)
		return &planOut{plan}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "get-plan", Method: http.MethodGet, Path: "/v1/plans/{id}", Tag: "pay", Permission: auth.PlansRead, Summary: "One plan with its versions",
	}, func(ctx context.Context, in *planID) (*planOut, error) {
		plan, err := s.PlanFor(ctx, auth.ActorFrom(ctx), in.ID)
		return &planOut{plan}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "add-plan-version", Method: http.MethodPost, Path: "/v1/plans/{id}/versions", Tag: "pay", Permission: auth.PlansWrite,
		Status: http.StatusCreated, Summary: "Give a plan its next version, as text or in the simple form, for somebody else to approve",
	}, func(ctx context.Context, in *struct {
		ID   PlanID `path:"id"`
		Body NewVersion
	},
	) (*planOut, error) {
		plan, err := s.AddVersion(ctx, auth.ActorFrom(ctx), in.ID, in.Body)
		return &planOut{plan}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "approve-plan-version", Method: http.MethodPost, Path: "/v1/plan-versions/{id}/approve", Tag: "pay", Permission: auth.PlansApprove,
		Summary: "Put a version in force from now on; not by its author",
	}, func(ctx context.Context, in *struct {
		ID VersionID `path:"id"`
	},
	) (*planOut, error) {
		plan, err := s.ApproveVersion(ctx, auth.ActorFrom(ctx), in.ID)
		return &planOut{plan}, err
	})
}

func (s *Service) eventRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "import-pay-events", Method: http.MethodPost, Path: "/v1/pay-events", Tag: "pay", Permission: auth.PayRun,
		BodyMax: eventsFileMax, Upload: "text/csv", Summary: "Tell pay what happened, from a file of events: scores, attendance, quotas, rates and the rest",
	}, func(ctx context.Context, in *struct {
		httpx.Upload
		Client auth.ClientID `query:"clientId" doc:"may be left out by who has one client"`
	},
	) (*struct{ Body EventsImport }, error) {
		out, err := s.ImportEvents(ctx, auth.ActorFrom(ctx), in.Client, in.Reader())
		return &struct{ Body EventsImport }{out}, err
	})
}

type assignmentOut struct{ Body Assignment }

func (s *Service) assignmentRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-assignments", Method: http.MethodGet, Path: "/v1/assignments", Tag: "pay", Permission: auth.PlansRead, Summary: "Who is on which plan",
	}, func(ctx context.Context, in *struct {
		httpx.Page
		User auth.UserID `query:"userId" doc:"only this person's"`
	},
	) (*struct{ Body httpx.List[Assignment] }, error) {
		items, total, err := s.Assignments(ctx, auth.ActorFrom(ctx), in.User, in.Size, in.Offset())
		return &struct{ Body httpx.List[Assignment] }{httpx.List[Assignment]{Items: items, Total: total}}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "assign-plan", Method: http.MethodPost, Path: "/v1/assignments", Tag: "pay", Permission: auth.PlansWrite, Status: http.StatusCreated,
		Summary: "Put a person on a plan for some days",
	}, func(ctx context.Context, in *struct{ Body NewAssignment }) (*assignmentOut, error) {
		a, err := s.Assign(ctx, auth.ActorFrom(ctx), in.Body)
		return &assignmentOut{a}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "end-assignment", Method: http.MethodPost, Path: "/v1/assignments/{id}/end", Tag: "pay", Permission: auth.PlansWrite,
		Summary: "Take a person off a plan from a day to come",
	}, func(ctx context.Context, in *struct {
		ID   AssignmentID `path:"id"`
		Body struct {
			UntilDate rules.Date `json:"untilDate" doc:"the first day after the assignment" example:"2027-01-01"`
		}
	},
	) (*assignmentOut, error) {
		a, err := s.EndAssignment(ctx, auth.ActorFrom(ctx), in.ID, in.Body.UntilDate)
		return &assignmentOut{a}, err
	})
}
