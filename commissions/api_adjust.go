package commissions

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"saveline/internal/auth"
	"saveline/internal/httpx"
)

func (s *Service) bookRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "close-pay-period", Method: http.MethodPost, Path: "/v1/pay/periods/{id}/close", Tag: "pay", Permission: auth.PayRun,
		Summary: "Close a month that is over, and all before it; its runs may follow, several if need be",
	}, func(ctx context.Context, in *struct {
		ID PeriodID `path:"id"`
	},
	) (*struct{ Body Period }, error) {
		p, err := s.ClosePeriod(ctx, auth.ActorFrom(ctx), in.ID)
		return &struct{ Body Period }{p}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "get-pay-evidence", Method: http.MethodGet, Path: "/v1/pay/runs/{id}/evidence.zip", Tag: "pay", Permission: auth.PayRead,
		Summary: "The evidence pack of a locked run, always the same bytes",
	}, func(ctx context.Context, in *runID) (*fileOut, error) {
		var body bytes.Buffer
		if err := s.Evidence(ctx, auth.ActorFrom(ctx), in.ID, &body); err != nil {
			return nil, err
		}
		return &fileOut{
			ContentType: "application/zip", Disposition: fmt.Sprintf(`attachment; filename="evidence-run-%d.zip"`, in.ID), Body: body.Bytes(),
		}, nil
	})
}

type (
	adjustmentOut struct{ Body Adjustment }
	adjustmentID  struct {
		ID AdjustmentID `path:"id"`
	}
)

func (s *Service) adjustmentRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-adjustments", Method: http.MethodGet, Path: "/v1/pay/adjustments", Tag: "pay", Permission: auth.PayAdjust,
		Summary: "Amounts that no rule gave, newest first",
	}, func(ctx context.Context, in *struct {
		httpx.Page
		State AdjustmentState `query:"state" enum:",proposed,approved,refused" doc:"only these"`
	},
	) (*struct{ Body httpx.List[Adjustment] }, error) {
		items, total, err := s.Adjustments(ctx, auth.ActorFrom(ctx), in.State, in.Size, in.Offset())
		return &struct{ Body httpx.List[Adjustment] }{httpx.List[Adjustment]{Items: items, Total: total}}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "enter-adjustment", Method: http.MethodPost, Path: "/v1/pay/adjustments", Tag: "pay", Permission: auth.PayAdjust, Status: http.StatusCreated,
		Summary: "Propose an amount that no rule gave, for somebody else to approve",
	}, func(ctx context.Context, in *struct{ Body NewAdjustment }) (*adjustmentOut, error) {
		a, err := s.Adjust(ctx, auth.ActorFrom(ctx), in.Body)
		return &adjustmentOut{a}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "enter-write-off", Method: http.MethodPost, Path: "/v1/pay/write-offs", Tag: "pay", Permission: auth.PayAdjust, Status: http.StatusCreated,
		Summary: "Propose to give up what a leaver owes, for somebody else to approve",
	}, func(ctx context.Context, in *struct{ Body NewWriteOff }) (*adjustmentOut, error) {
		a, err := s.WriteOff(ctx, auth.ActorFrom(ctx), in.Body)
		return &adjustmentOut{a}, err
	})
	for name, approve := range map[string]bool{"approve": true, "refuse": false} {
		summary := "Refuse an adjustment"
		if approve {
			summary = "Approve an adjustment, which posts it; not by who entered it or is paid by it"
		}
		httpx.Register(api, httpx.Operation{
			ID: name + "-adjustment", Method: http.MethodPost, Path: "/v1/pay/adjustments/{id}/" + name, Tag: "pay", Permission: auth.PayApprove, Summary: summary,
		}, func(ctx context.Context, in *adjustmentID) (*adjustmentOut, error) {
			a, err := s.DecideAdjustment(ctx, auth.ActorFrom(ctx), in.ID, approve)
			return &adjustmentOut{a}, err
		})
	}
}
