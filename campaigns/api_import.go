package campaigns

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/httpx"
)

type (
	previewIn  struct{ httpx.Upload }
	previewOut struct{ Body Preview }
	importIn   struct {
		OfList
		httpx.Upload
		FileName  string `query:"fileName" maxLength:"200"`
		Mapping   string `query:"mapping" maxLength:"20000" doc:"JSON as the preview's guess; guessed from the header if left out"`
		Separator string `query:"separator" maxLength:"4" doc:"one character, or the word tab; guessed if left out"`
		Encoding  string `query:"encoding" enum:"utf-8,utf-16le,utf-16be,windows-1252,euc-kr"`
		Country   string `query:"country" maxLength:"2" default:"US" doc:"ISO 3166, of numbers written without one"`
		Generate  string `query:"generatePhones" pattern:"^[0-9]{1,18}$" doc:"seed: numbers are generated and only the simulator dials them"`
	}
	importOut  struct{ Body Import }
	importsOut struct{ Body httpx.List[Import] }
	importID   struct {
		ID ImportID `path:"id" minimum:"1"`
	}
)

const (
	uploadBytesMax = 4 << 30
	anyFile        = "application/octet-stream"
)

func (s *Service) importRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "preview-import", Method: http.MethodPost, Path: "/v1/imports/preview", Tag: "imports", Permission: auth.LeadsImport,
		BodyMax: previewBytesMax, Upload: anyFile, Summary: "See the beginning of a file and a guess at its columns",
	}, func(_ context.Context, in *previewIn) (*previewOut, error) {
		p, err := PreviewImport(in.Reader())
		return &previewOut{p}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "start-import", Method: http.MethodPost, Path: "/v1/lists/{id}/imports", Tag: "imports", Permission: auth.LeadsImport,
		Status: http.StatusAccepted, BodyMax: uploadBytesMax, Upload: anyFile,
		Summary: "Upload a file; its people go onto the list in the background",
	}, s.apiImport)
	httpx.Register(api, httpx.Operation{
		ID: "get-import", Method: http.MethodGet, Path: "/v1/imports/{id}", Tag: "imports", Permission: auth.LeadsImport,
		Summary: "How far an import is",
	}, func(ctx context.Context, in *importID) (*importOut, error) {
		im, err := s.ImportOf(ctx, auth.ActorFrom(ctx), in.ID)
		return &importOut{im}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "list-imports", Method: http.MethodGet, Path: "/v1/campaigns/{id}/imports", Tag: "imports", Permission: auth.LeadsRead,
		Summary: "The imports of a campaign, newest first",
	}, func(ctx context.Context, in *OfCampaign) (*importsOut, error) {
		all, err := s.Imports(ctx, auth.ActorFrom(ctx), in.ID)
		return &importsOut{listOf(all)}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "download-rejects", Method: http.MethodGet, Path: "/v1/imports/{id}/rejects.csv", Tag: "imports", Permission: auth.LeadsImport,
		Download: "text/csv", Summary: "The rows that were rejected, and why",
	}, s.apiRejects)
}

func (s *Service) apiImport(ctx context.Context, in *importIn) (*importOut, error) {
	what := NewImport{List: in.ID, FileName: in.FileName, Separator: in.Separator, Encoding: in.Encoding, Country: in.Country}
	if in.Mapping != "" {
		what.Mapping = &Mapping{}
		if err := json.Unmarshal([]byte(in.Mapping), what.Mapping); err != nil {
			return nil, errs.WithCause(errs.Invalid, err, "mapping is not JSON like the preview's guess")
		}
	}
	if in.Generate != "" {
		seed := uint64(0)
		if _, err := fmt.Sscan(in.Generate, &seed); err != nil {
			return nil, errs.WithCause(errs.Invalid, err, "generatePhones is a number")
		}
		what.GeneratePhone = &seed
	}
	im, err := s.ReceiveImport(ctx, auth.ActorFrom(ctx), what, in.Reader())
	if err != nil {
		return nil, err
	}
	return &importOut{im}, nil
}

func (s *Service) apiRejects(ctx context.Context, in *importID) (*huma.StreamResponse, error) {
	by := auth.ActorFrom(ctx)
	if _, err := s.ImportOf(ctx, by, in.ID); err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		hc.SetHeader("Content-Type", "text/csv; charset=utf-8")
		hc.SetHeader("Content-Disposition", fmt.Sprintf(`attachment; filename="rejected-rows-%d.csv"`, in.ID))
		if err := s.WriteRejects(ctx, by, in.ID, hc.BodyWriter()); err != nil {
			s.log.ErrorContext(ctx, "rejected rows were not written to the end", "import", in.ID, "error", err)
		}
	}}, nil
}
