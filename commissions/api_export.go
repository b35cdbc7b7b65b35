package commissions

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"saveline/commissions/payroll"
	"saveline/internal/auth"
	"saveline/internal/httpx"
)

type exportID struct {
	ID ExportID `path:"id"`
}

// handOut answers with a file to keep.
func handOut(f payroll.File, err error) (*fileOut, error) {
	if err != nil {
		return nil, err
	}
	return &fileOut{ContentType: f.Type, Disposition: fmt.Sprintf(`attachment; filename="%s"`, f.Name), Body: f.Body}, nil
}

func (s *Service) exportRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-run-exports", Method: http.MethodGet, Path: "/v1/pay/runs/{id}/exports", Tag: "payroll", Permission: auth.PayRead,
		Summary: "Files of a run in the layouts of payroll systems, newest first",
	}, func(ctx context.Context, in *runID) (*struct{ Body httpx.List[RunExport] }, error) {
		items, err := s.Exports(ctx, auth.ActorFrom(ctx), in.ID)
		return &struct{ Body httpx.List[RunExport] }{httpx.List[RunExport]{Items: items, Total: len(items)}}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "export-pay-run-in", Method: http.MethodPost, Path: "/v1/pay/runs/{id}/exports", Tag: "payroll", Permission: auth.PayRun,
		Status: http.StatusCreated, Summary: "Make an exported run's files in a layout or a mapping; the same settings give the same files",
	}, func(ctx context.Context, in *struct {
		ID   RunID `path:"id"`
		Body NewExport
	},
	) (*struct{ Body RunExport }, error) {
		out, err := s.ExportIn(ctx, auth.ActorFrom(ctx), in.ID, in.Body)
		return &struct{ Body RunExport }{out}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "get-run-export-file", Method: http.MethodGet, Path: "/v1/pay/exports/{id}/files/{no}", Tag: "payroll", Permission: auth.PayRead,
		Summary: "One file of an export, always the same bytes",
	}, func(ctx context.Context, in *struct {
		ID ExportID `path:"id"`
		No int      `path:"no" minimum:"1"`
	},
	) (*fileOut, error) {
		return handOut(s.ExportFile(ctx, auth.ActorFrom(ctx), in.ID, in.No))
	})
	httpx.Register(api, httpx.Operation{
		ID: "get-run-export-manifest", Method: http.MethodGet, Path: "/v1/pay/exports/{id}/manifest.json", Tag: "payroll", Permission: auth.PayRead,
		Summary: "What the receiver of an export checks it by: rows, totals, hashes",
	}, func(ctx context.Context, in *exportID) (*fileOut, error) {
		var body bytes.Buffer
		err := s.WriteManifest(ctx, auth.ActorFrom(ctx), in.ID, &body)
		return handOut(payroll.File{Name: fmt.Sprintf("manifest-%d.json", in.ID), Type: "application/json", Body: body.Bytes()}, err)
	})
	s.feedRoutes(api)
}

func (s *Service) feedRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "get-regular-rate-feed", Method: http.MethodGet, Path: "/v1/pay/runs/{id}/regular-rate.csv", Tag: "payroll", Permission: auth.PayRead,
		Summary: "Which workweeks the incentives of a run belong to, and the overtime premium due on them",
	}, func(ctx context.Context, in *runID) (*fileOut, error) {
		return handOut(s.RateFeed(ctx, auth.ActorFrom(ctx), in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "get-accounting-file", Method: http.MethodGet, Path: "/v1/pay/runs/{id}/accounting.csv", Tag: "payroll", Permission: auth.PayRead,
		Summary: "Commissions of a run by contract, with term, start and treatment",
	}, func(ctx context.Context, in *runID) (*fileOut, error) {
		return handOut(s.Accounting(ctx, auth.ActorFrom(ctx), in.ID))
	})
}

func (s *Service) lawRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "get-run-law", Method: http.MethodGet, Path: "/v1/pay/runs/{id}/law", Tag: "payroll", Permission: auth.PayRead,
		Summary: "What the law says of a calculated run, rule by rule",
	}, func(ctx context.Context, in *runID) (*struct{ Body LawReport }, error) {
		out, err := s.LawReportFor(ctx, auth.ActorFrom(ctx), in.ID)
		return &struct{ Body LawReport }{out}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "acknowledge-finding", Method: http.MethodPost, Path: "/v1/pay/runs/{id}/law/acknowledgements", Tag: "payroll", Permission: auth.PayApprove,
		Summary: "Answer for a blocking finding with a reason; not by who calculated the run",
	}, func(ctx context.Context, in *struct {
		ID   RunID `path:"id"`
		Body NewAcknowledgement
	},
	) (*struct{ Body LawReport }, error) {
		out, err := s.Acknowledge(ctx, auth.ActorFrom(ctx), in.ID, in.Body)
		return &struct{ Body LawReport }{out}, err
	})
}
