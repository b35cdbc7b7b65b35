package commissions

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/httpx"
)

type (
	runOut struct{ Body Run }
	runID  struct {
		ID RunID `path:"id"`
	}
	statementOut struct{ Body Statement }
	statementID  struct {
		ID StatementID `path:"id"`
	}
	statementsOut struct{ Body httpx.List[StatementItem] }
)

func (s *Service) runRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-pay-periods", Method: http.MethodGet, Path: "/v1/pay/periods", Tag: "pay", Permission: auth.PayRead, Summary: "Months of pay, newest first",
	}, func(ctx context.Context, in *clientPage) (*struct{ Body httpx.List[Period] }, error) {
		items, total, err := s.Periods(ctx, in.By(auth.ActorFrom(ctx)), in.Size, in.Offset())
		return &struct{ Body httpx.List[Period] }{httpx.List[Period]{Items: items, Total: total}}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "list-pay-runs", Method: http.MethodGet, Path: "/v1/pay/runs", Tag: "pay", Permission: auth.PayRead, Summary: "Pay runs, newest first",
	}, func(ctx context.Context, in *clientPage) (*struct{ Body httpx.List[Run] }, error) {
		items, total, err := s.Runs(ctx, in.By(auth.ActorFrom(ctx)), in.Size, in.Offset())
		return &struct{ Body httpx.List[Run] }{httpx.List[Run]{Items: items, Total: total}}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "open-pay-run", Method: http.MethodPost, Path: "/v1/pay/runs", Tag: "pay", Permission: auth.PayRun, Status: http.StatusCreated,
		Summary: "Begin a pay run for a period, or find the one at work on it",
	}, func(ctx context.Context, in *struct{ Body NewRun }) (*runOut, error) {
		run, err := s.OpenRun(ctx, auth.ActorFrom(ctx), in.Body)
		return &runOut{run}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "get-pay-run", Method: http.MethodGet, Path: "/v1/pay/runs/{id}", Tag: "pay", Permission: auth.PayRead, Summary: "One pay run and what stands in its way",
	}, func(ctx context.Context, in *runID) (*runOut, error) {
		run, err := s.RunFor(ctx, auth.ActorFrom(ctx), in.ID)
		return &runOut{run}, err
	})
	s.stepRoutes(api)
	httpx.Register(api, httpx.Operation{
		ID: "get-payroll-file", Method: http.MethodGet, Path: "/v1/pay/runs/{id}/export.csv", Tag: "pay", Permission: auth.PayRead,
		Summary: "The payroll file of an exported run, always the same bytes",
	}, s.downloadFile)
}

// stepRoutes are the steps of a run, each the button of the same name.
func (s *Service) stepRoutes(api huma.API) {
	export := func(ctx context.Context, by auth.Actor, id RunID) (Run, error) {
		return s.Export(ctx, by, id, io.Discard)
	}
	for _, step := range []struct {
		name       string
		permission httpx.Permission
		summary    string
		act        func(context.Context, auth.Actor, RunID) (Run, error)
	}{
		{"calculate", auth.PayRun, "Make the statements; again and again until the approval", s.Calculate},
		{"review", auth.PayRun, "Record that the statements have been looked through", s.Review},
		{"approve", auth.PayApprove, "Accept the run; not by who calculated it or is paid by it", s.Approve},
		{"lock", auth.PayRun, "Close the period and post the payouts", s.Lock},
		{"export", auth.PayRun, "Make the payroll file", export},
		{"reconcile", auth.PayRun, "Record that payroll has taken the file in", s.Reconcile},
	} {
		httpx.Register(api, httpx.Operation{
			ID: step.name + "-pay-run", Method: http.MethodPost, Path: "/v1/pay/runs/{id}/" + step.name, Tag: "pay",
			Permission: step.permission, Summary: step.summary,
		}, func(ctx context.Context, in *runID) (*runOut, error) {
			run, err := step.act(ctx, auth.ActorFrom(ctx), in.ID)
			return &runOut{run}, err
		})
	}
}

// byteOrderMark makes Excel read a CSV as UTF-8.
const byteOrderMark = "\xef\xbb\xbf"

type fileIn struct {
	ID  RunID `path:"id"`
	BOM bool  `query:"bom" doc:"begin with a byte order mark, for Excel; the run's hash is of the file without it"`
}

type fileOut struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (s *Service) downloadFile(ctx context.Context, in *fileIn) (*fileOut, error) {
	var body bytes.Buffer
	if in.BOM {
		body.WriteString(byteOrderMark)
	}
	if err := s.File(ctx, auth.ActorFrom(ctx), in.ID, &body); err != nil {
		return nil, err
	}
	return &fileOut{
		ContentType: "text/csv; charset=utf-8", Disposition: fmt.Sprintf(`attachment; filename="payroll-run-%d.csv"`, in.ID), Body: body.Bytes(),
	}, nil
}

func (s *Service) statementRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-statements", Method: http.MethodGet, Path: "/v1/pay/runs/{id}/statements", Tag: "pay", Permission: auth.PayRead,
		Summary: "What a run pays whom",
	}, func(ctx context.Context, in *struct {
		ID RunID `path:"id"`
		httpx.Page
	},
	) (*statementsOut, error) {
		items, total, err := s.Statements(ctx, auth.ActorFrom(ctx), in.ID, in.Size, in.Offset())
		return &statementsOut{httpx.List[StatementItem]{Items: items, Total: total}}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "get-statement", Method: http.MethodGet, Path: "/v1/pay/statements/{id}", Tag: "pay", Permission: auth.PayRead,
		Summary: "One statement with every line and its call",
	}, func(ctx context.Context, in *statementID) (*statementOut, error) {
		st, err := s.StatementFor(ctx, auth.ActorFrom(ctx), in.ID)
		return &statementOut{st}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "list-pay-exceptions", Method: http.MethodGet, Path: "/v1/pay/exceptions", Tag: "pay", Permission: auth.PayRead,
		Summary: "What pay could not value and somebody has to look at",
	}, func(ctx context.Context, in *clientPage) (*struct{ Body httpx.List[Exception] }, error) {
		items, total, err := s.Exceptions(ctx, in.By(auth.ActorFrom(ctx)), in.Size, in.Offset())
		return &struct{ Body httpx.List[Exception] }{httpx.List[Exception]{Items: items, Total: total}}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "retry-pay-exceptions", Method: http.MethodPost, Path: "/v1/pay/exceptions/retry", Tag: "pay", Permission: auth.PayRun,
		Summary: "Value the exceptions again",
	}, func(ctx context.Context, _ *struct{}) (*retryOut, error) {
		out := &retryOut{}
		var err error
		out.Body.Solved, err = s.RetryExceptions(ctx, auth.ActorFrom(ctx))
		return out, err
	})
	s.ownRoutes(api)
	s.heldRoutes(api)
}

type retryOut struct {
	Body struct {
		Solved int `json:"solved"`
	}
}

func (s *Service) ownRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "get-my-pay", Method: http.MethodGet, Path: "/v1/my/pay", Tag: "my pay", Permission: auth.PayOwn, Summary: "My pay of a month, as the books stand",
	}, func(ctx context.Context, in *struct {
		Day rules.Date `query:"day" doc:"any day of the month; today when left out" example:"2026-11-01"`
	},
	) (*struct{ Body MyPay }, error) {
		pay, err := s.Preview(ctx, auth.ActorFrom(ctx), in.Day)
		return &struct{ Body MyPay }{pay}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "list-my-statements", Method: http.MethodGet, Path: "/v1/my/statements", Tag: "my pay", Permission: auth.PayOwn, Summary: "My statements, newest first",
	}, func(ctx context.Context, in *httpx.Page) (*statementsOut, error) {
		items, total, err := s.OwnStatements(ctx, auth.ActorFrom(ctx), in.Size, in.Offset())
		return &statementsOut{httpx.List[StatementItem]{Items: items, Total: total}}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "get-my-statement", Method: http.MethodGet, Path: "/v1/my/statements/{id}", Tag: "my pay", Permission: auth.PayOwn,
		Summary: "One of my statements with every line and its call",
	}, func(ctx context.Context, in *statementID) (*statementOut, error) {
		st, err := s.OwnStatement(ctx, auth.ActorFrom(ctx), in.ID)
		return &statementOut{st}, err
	})
}
