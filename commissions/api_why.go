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

type (
	entryID struct {
		ID EntryID `path:"id"`
	}
	explanationOut struct{ Body Explanation }
	slipIn         struct {
		ID       StatementID `path:"id"`
		Language string      `query:"language" enum:"en,ko,fil" default:"en" doc:"of the words; amounts and codes are the same in each"`
	}
)

// whyRoutes let people see why: the descent of every amount, and statements to take away.
func (s *Service) whyRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "explain-entry", Method: http.MethodGet, Path: "/v1/entries/{id}/explain", Tag: "pay", Permission: auth.PayRead,
		Summary: "Why an amount is what it is: down to the line of the plan and the call, up to the run",
	}, func(ctx context.Context, in *entryID) (*explanationOut, error) {
		e, err := s.Explain(ctx, auth.ActorFrom(ctx), in.ID)
		return &explanationOut{e}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "explain-my-entry", Method: http.MethodGet, Path: "/v1/my/entries/{id}/explain", Tag: "my pay", Permission: auth.PayOwn,
		Summary: "Why an amount of my own pay is what it is",
	}, func(ctx context.Context, in *entryID) (*explanationOut, error) {
		e, err := s.ExplainOwn(ctx, auth.ActorFrom(ctx), in.ID)
		return &explanationOut{e}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "explain-statement", Method: http.MethodGet, Path: "/v1/pay/statements/{id}/explain", Tag: "pay", Permission: auth.PayRead,
		Summary: "Why every line of a statement is what it is",
	}, func(ctx context.Context, in *statementID) (*struct{ Body httpx.List[Explanation] }, error) {
		all, err := s.ExplainStatement(ctx, auth.ActorFrom(ctx), in.ID)
		return &struct{ Body httpx.List[Explanation] }{httpx.List[Explanation]{Items: all, Total: len(all)}}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "compare-pay-run", Method: http.MethodGet, Path: "/v1/pay/runs/{id}/comparison", Tag: "pay", Permission: auth.PayRead,
		Summary: "A run beside the one before it, the largest changes first",
	}, func(ctx context.Context, in *runID) (*struct{ Body Comparison }, error) {
		c, err := s.Compare(ctx, auth.ActorFrom(ctx), in.ID)
		return &struct{ Body Comparison }{c}, err
	})
	s.slipRoutes(api)
}

// slipRoutes are statements as files, for payroll and for who is paid.
func (s *Service) slipRoutes(api huma.API) {
	type reader func(context.Context, auth.Actor, StatementID) (Statement, error)
	for _, who := range []struct {
		id, path, tag, whose string
		permission           httpx.Permission
		read                 reader
	}{
		{"statement", "/v1/pay/statements/{id}", "pay", "A statement", auth.PayRead, s.StatementFor},
		{"my-statement", "/v1/my/statements/{id}", "my pay", "One of my statements", auth.PayOwn, s.OwnStatement},
	} {
		httpx.Register(api, httpx.Operation{
			ID: "get-" + who.id + "-csv", Method: http.MethodGet, Path: who.path + "/lines.csv", Tag: who.tag, Permission: who.permission,
			Summary: who.whose + " as CSV, one row a line",
		}, func(ctx context.Context, in *statementID) (*fileOut, error) {
			st, err := who.read(ctx, auth.ActorFrom(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			var body bytes.Buffer
			if err := writeStatementCSV(&body, st); err != nil {
				return nil, err
			}
			return attachment("text/csv; charset=utf-8", fmt.Sprintf("statement-%d.csv", st.ID), body.Bytes()), nil
		})
		httpx.Register(api, httpx.Operation{
			ID: "get-" + who.id + "-pdf", Method: http.MethodGet, Path: who.path + "/statement.pdf", Tag: who.tag, Permission: who.permission,
			Summary: who.whose + " as PDF, in English, Korean or Filipino",
		}, func(ctx context.Context, in *slipIn) (*fileOut, error) {
			st, err := who.read(ctx, auth.ActorFrom(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			words, err := wordsIn(in.Language)
			if err != nil {
				return nil, err
			}
			body, err := printStatement(st, words)
			if err != nil {
				return nil, err
			}
			return attachment("application/pdf", fmt.Sprintf("statement-%d.pdf", st.ID), body), nil
		})
	}
}

func attachment(contentType, name string, body []byte) *fileOut {
	return &fileOut{ContentType: contentType, Disposition: fmt.Sprintf("attachment; filename=%q", name), Body: body}
}
