package commissions

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"saveline/commissions/payroll"
	"saveline/internal/auth"
	"saveline/internal/httpx"
)

// LayoutItem is a payroll layout as a person chooses it.
type LayoutItem struct {
	Name    string               `json:"name"`
	Title   string               `json:"title"`
	About   string               `json:"about"`
	Mapping *payroll.FileMapping `json:"mapping,omitempty" doc:"what a mapping of one's own may begin with"`
}

type layoutsOut struct {
	Body struct {
		Layouts []LayoutItem `json:"layouts" nullable:"false"`
		Fields  []string     `json:"fields" nullable:"false" doc:"what a column of a mapping can carry"`
	}
}

type (
	payrollSettingsOut struct {
		ETag string `header:"ETag"`
		Body PayrollSettings
	}
	mappingsOut  struct{ Body httpx.List[PayrollMapping] }
	mappingOut   struct{ Body PayrollMapping }
	payPersonOut struct{ Body PayrollPerson }
)

func (s *Service) payrollRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-payroll-layouts", Method: http.MethodGet, Path: "/v1/payroll/layouts", Tag: "payroll", Permission: auth.PayRead,
		Summary: "Payroll systems whose files we write, and what a column can carry",
	}, func(context.Context, *struct{}) (*layoutsOut, error) {
		out := &layoutsOut{}
		for _, l := range payroll.Layouts {
			out.Body.Layouts = append(out.Body.Layouts, LayoutItem{l.Name, l.Title, l.About, l.Base})
		}
		out.Body.Fields = payroll.Fields()
		return out, nil
	})
	s.payrollSettingsRoutes(api)
	s.payrollPeopleRoutes(api)
	s.mappingRoutes(api)
}

func (s *Service) payrollSettingsRoutes(api huma.API) {
	answer := func(out PayrollSettings, err error) (*payrollSettingsOut, error) {
		return &payrollSettingsOut{httpx.ETag(out.Version), out}, err
	}
	httpx.Register(api, httpx.Operation{
		ID: "get-payroll-settings", Method: http.MethodGet, Path: "/v1/payroll/settings", Tag: "payroll", Permission: auth.PayRead,
		Summary: "Company code, earning codes and accounts of a client",
	}, func(ctx context.Context, in *struct {
		Client auth.ClientID `query:"clientId" doc:"may be left out by who has one client"`
	},
	) (*payrollSettingsOut, error) {
		return answer(s.PayrollSettingsFor(ctx, auth.ActorFrom(ctx), in.Client))
	})
	httpx.Register(api, httpx.Operation{
		ID: "save-payroll-settings", Method: http.MethodPut, Path: "/v1/payroll/settings", Tag: "payroll", Permission: auth.PayRun,
		Summary: "Replace company code, earning codes and accounts of a client",
	}, func(ctx context.Context, in *struct{ Body PayrollSettings }) (*payrollSettingsOut, error) {
		return answer(s.SavePayrollSettings(ctx, auth.ActorFrom(ctx), in.Body))
	})
}

func (s *Service) payrollPeopleRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-payroll-people", Method: http.MethodGet, Path: "/v1/payroll/people", Tag: "payroll", Permission: auth.PayRead,
		Summary: "What payroll and the law know of a client's agents",
	}, func(ctx context.Context, in *struct {
		Client auth.ClientID `query:"clientId" doc:"may be left out by who has one client"`
		httpx.Page
	},
	) (*struct {
		Body httpx.List[PayrollPerson]
	}, error,
	) {
		items, total, err := s.PayrollPeople(ctx, auth.ActorFrom(ctx), in.Client, in.Size, in.Offset())
		return &struct{ Body httpx.List[PayrollPerson] }{httpx.List[PayrollPerson]{Items: items, Total: total}}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "save-payroll-person", Method: http.MethodPut, Path: "/v1/payroll/people/{userId}", Tag: "payroll", Permission: auth.PayRun,
		Summary: "Replace what payroll and the law know of a person",
	}, func(ctx context.Context, in *struct {
		User auth.UserID `path:"userId"`
		Body PayrollPerson
	},
	) (*payPersonOut, error) {
		in.Body.User = in.User
		out, err := s.SavePayrollPerson(ctx, auth.ActorFrom(ctx), in.Body)
		return &payPersonOut{out}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "list-work-weeks", Method: http.MethodGet, Path: "/v1/payroll/hours", Tag: "payroll", Permission: auth.PayRead,
		Summary: "Hours by workweek, newest first",
	}, func(ctx context.Context, in *httpx.Page) (*struct{ Body httpx.List[WorkWeek] }, error) {
		items, total, err := s.WorkWeeks(ctx, auth.ActorFrom(ctx), in.Size, in.Offset())
		return &struct{ Body httpx.List[WorkWeek] }{httpx.List[WorkWeek]{Items: items, Total: total}}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "import-work-weeks", Method: http.MethodPost, Path: "/v1/payroll/hours", Tag: "payroll", Permission: auth.PayRun,
		BodyMax: hoursFileMax, Upload: "text/csv", Summary: "Import hours, overtime and wage by workweek from a CSV file",
	}, func(ctx context.Context, in *struct {
		httpx.Upload
		Client auth.ClientID `query:"clientId" doc:"may be left out by who has one client"`
	},
	) (*struct{ Body HoursImport }, error) {
		out, err := s.ImportHours(ctx, auth.ActorFrom(ctx), in.Client, in.Reader())
		return &struct{ Body HoursImport }{out}, err
	})
}

func (s *Service) mappingRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-payroll-mappings", Method: http.MethodGet, Path: "/v1/payroll/mappings", Tag: "payroll", Permission: auth.PayRead,
		Summary: "Layouts that clients have written for their own payroll systems",
	}, func(ctx context.Context, _ *struct{}) (*mappingsOut, error) {
		items, err := s.Mappings(ctx, auth.ActorFrom(ctx))
		return &mappingsOut{httpx.List[PayrollMapping]{Items: items, Total: len(items)}}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "create-payroll-mapping", Method: http.MethodPost, Path: "/v1/payroll/mappings", Tag: "payroll", Permission: auth.PayRun,
		Status: http.StatusCreated, Summary: "Write a layout for a payroll system of one's own",
	}, func(ctx context.Context, in *struct{ Body NewMapping }) (*mappingOut, error) {
		out, err := s.AddMapping(ctx, auth.ActorFrom(ctx), in.Body)
		return &mappingOut{out}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "save-payroll-mapping", Method: http.MethodPut, Path: "/v1/payroll/mappings/{id}", Tag: "payroll", Permission: auth.PayRun,
		Summary: "Replace a layout of one's own; files that it has made stay",
	}, func(ctx context.Context, in *struct {
		ID   MappingID `path:"id"`
		Body struct {
			Version int                 `json:"version" doc:"the one that was read"`
			Name    string              `json:"name"`
			Mapping payroll.FileMapping `json:"mapping"`
		}
	},
	) (*mappingOut, error) {
		out, err := s.SaveMapping(ctx, auth.ActorFrom(ctx), in.ID, in.Body.Version, NewMapping{Name: in.Body.Name, Mapping: in.Body.Mapping})
		return &mappingOut{out}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "preview-payroll-mapping", Method: http.MethodPost, Path: "/v1/pay/runs/{id}/mapping-preview", Tag: "payroll", Permission: auth.PayRead,
		Summary: "Try a layout of one's own on a calculated run; nothing is kept",
	}, func(ctx context.Context, in *struct {
		ID   RunID `path:"id"`
		Body struct {
			Mapping payroll.FileMapping `json:"mapping"`
		}
	},
	) (*struct{ Body MappingPreview }, error) {
		out, err := s.PreviewMapping(ctx, auth.ActorFrom(ctx), in.ID, in.Body.Mapping)
		return &struct{ Body MappingPreview }{out}, err
	})
}
