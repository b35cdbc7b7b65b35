package commissions

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"saveline/internal/auth"
	"saveline/internal/httpx"
)

type (
	disputeOut struct{ Body Dispute }
	disputeID  struct {
		ID DisputeID `path:"id"`
	}
	disputesOut struct{ Body httpx.List[Dispute] }
	messageIn   struct {
		ID   DisputeID `path:"id"`
		Body struct {
			Message string `json:"message"`
		}
	}
)

func (s *Service) disputeRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-disputes", Method: http.MethodGet, Path: "/v1/pay/disputes", Tag: "pay", Permission: auth.PayRead,
		Summary: "Objections to lines, open ones first, the most urgent at the top",
	}, func(ctx context.Context, in *httpx.Page) (*disputesOut, error) {
		items, total, err := s.Disputes(ctx, auth.ActorFrom(ctx), in.Size, in.Offset())
		return &disputesOut{httpx.List[Dispute]{Items: items, Total: total}}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "get-dispute", Method: http.MethodGet, Path: "/v1/pay/disputes/{id}", Tag: "pay", Permission: auth.PayRead, Summary: "One dispute with its thread",
	}, func(ctx context.Context, in *disputeID) (*disputeOut, error) {
		d, err := s.DisputeFor(ctx, auth.ActorFrom(ctx), in.ID)
		return &disputeOut{d}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "say-in-dispute", Method: http.MethodPost, Path: "/v1/pay/disputes/{id}/messages", Tag: "pay", Permission: auth.PayRun, Summary: "Add to the thread of an open dispute",
	}, func(ctx context.Context, in *messageIn) (*disputeOut, error) {
		d, err := s.SayInDispute(ctx, auth.ActorFrom(ctx), in.ID, in.Body.Message)
		return &disputeOut{d}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "decide-dispute", Method: http.MethodPost, Path: "/v1/pay/disputes/{id}/decide", Tag: "pay", Permission: auth.PayApprove,
		Summary: "Uphold a dispute, which posts what was missing, or reject it; not one's own",
	}, func(ctx context.Context, in *struct {
		ID   DisputeID `path:"id"`
		Body Decision
	},
	) (*disputeOut, error) {
		d, err := s.DecideDispute(ctx, auth.ActorFrom(ctx), in.ID, in.Body)
		return &disputeOut{d}, err
	})
	s.ownDisputeRoutes(api)
	s.noticeRoutes(api)
}

func (s *Service) ownDisputeRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-my-disputes", Method: http.MethodGet, Path: "/v1/my/disputes", Tag: "my pay", Permission: auth.PayOwn, Summary: "My disputes",
	}, func(ctx context.Context, in *httpx.Page) (*disputesOut, error) {
		items, total, err := s.OwnDisputes(ctx, auth.ActorFrom(ctx), in.Size, in.Offset())
		return &disputesOut{httpx.List[Dispute]{Items: items, Total: total}}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "open-dispute", Method: http.MethodPost, Path: "/v1/my/disputes", Tag: "my pay", Permission: auth.PayOwn, Status: http.StatusCreated,
		Summary: "Object to one line of my pay; somebody owes an answer within two weeks",
	}, func(ctx context.Context, in *struct{ Body NewDispute }) (*disputeOut, error) {
		d, err := s.OpenDispute(ctx, auth.ActorFrom(ctx), in.Body)
		return &disputeOut{d}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "get-my-dispute", Method: http.MethodGet, Path: "/v1/my/disputes/{id}", Tag: "my pay", Permission: auth.PayOwn, Summary: "One of my disputes with its thread",
	}, func(ctx context.Context, in *disputeID) (*disputeOut, error) {
		d, err := s.OwnDispute(ctx, auth.ActorFrom(ctx), in.ID)
		return &disputeOut{d}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "say-in-my-dispute", Method: http.MethodPost, Path: "/v1/my/disputes/{id}/messages", Tag: "my pay", Permission: auth.PayOwn, Summary: "Add to the thread of my open dispute",
	}, func(ctx context.Context, in *messageIn) (*disputeOut, error) {
		d, err := s.SayInOwnDispute(ctx, auth.ActorFrom(ctx), in.ID, in.Body.Message)
		return &disputeOut{d}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "withdraw-dispute", Method: http.MethodPost, Path: "/v1/my/disputes/{id}/withdraw", Tag: "my pay", Permission: auth.PayOwn, Summary: "Take my open dispute back",
	}, func(ctx context.Context, in *disputeID) (*disputeOut, error) {
		d, err := s.WithdrawDispute(ctx, auth.ActorFrom(ctx), in.ID)
		return &disputeOut{d}, err
	})
}

func (s *Service) noticeRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-my-notices", Method: http.MethodGet, Path: "/v1/my/notices", Tag: "my pay", Permission: auth.PayOwn,
		Summary: "What was taken back from me: how much, why, from which call; newest first",
	}, func(ctx context.Context, in *httpx.Page) (*struct{ Body httpx.List[Notice] }, error) {
		items, total, err := s.Notices(ctx, auth.ActorFrom(ctx), in.Size, in.Offset())
		return &struct{ Body httpx.List[Notice] }{httpx.List[Notice]{Items: items, Total: total}}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "read-my-notices", Method: http.MethodPost, Path: "/v1/my/notices/read", Tag: "my pay", Permission: auth.PayOwn, Status: http.StatusNoContent,
		Summary: "Record that I have seen my notices up to one",
	}, func(ctx context.Context, in *struct {
		Body struct {
			UpTo NoticeID `json:"upTo" minimum:"1" doc:"the newest one that was seen"`
		}
	},
	) (*struct{}, error) {
		return nil, s.ReadNotices(ctx, auth.ActorFrom(ctx), in.Body.UpTo)
	})
	httpx.Register(api, httpx.Operation{
		ID: "ask-what-if", Method: http.MethodPost, Path: "/v1/my/pay/what-if", Tag: "my pay", Permission: auth.PayOwn,
		Summary: "What results that have not happened would pay me, by the plan in force; nothing is written",
	}, func(ctx context.Context, in *struct{ Body WhatIf }) (*struct{ Body WhatIfAnswer }, error) {
		a, err := s.WhatIf(ctx, auth.ActorFrom(ctx), in.Body)
		return &struct{ Body WhatIfAnswer }{a}, err
	})
}
