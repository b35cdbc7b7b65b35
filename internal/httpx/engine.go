package httpx

import (
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"saveline/internal/errs"
	"saveline/internal/money"
)

// Config says what the engine serves beside the operations.
type Config struct {
	Title          string
	Version        string
	UI             http.Handler // answers every GET that is no operation's (files, and the page for all its routes); nil = none
	TrustedProxies []string     // addresses or CIDRs whose X-Forwarded-For and X-Forwarded-Proto are believed
}

// New builds the engine and the API that operations register with. Every answer of the API that is not a success is
// problem+json. A wrong TrustedProxies is a fault of the installation and comes back as a panic at the start.
func New(cfg Config, who Authenticator, answers IdempotencyStore, log *slog.Logger) (*gin.Engine, huma.API) {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.HandleMethodNotAllowed = true
	engine.RedirectTrailingSlash = false
	if err := engine.SetTrustedProxies(cfg.TrustedProxies); err != nil {
		panic(fmt.Sprintf("httpx: trusted proxies: %v", err))
	}
	engine.Use(identify(log), accessLog(log), recoverPanics(log), securityHeaders, refuseCrossSite())
	engine.NoRoute(noRoute(cfg.UI))
	engine.NoMethod(noMethod)

	names := &schemaNames{}
	api := named{humagin.New(engine, humaConfig(cfg, names)), names}
	// Money says itself how it is written; its schema must say the same.
	api.OpenAPI().Components.Schemas.RegisterTypeAlias(reflect.TypeFor[money.Amount](), reflect.TypeFor[money.Money]())
	api.UseMiddleware(limitBody, enforce(who), idempotent(answers))
	serveDocs(engine)
	return engine, api
}

func humaConfig(cfg Config, names *schemaNames) huma.Config {
	h := huma.DefaultConfig(cfg.Title, cfg.Version)
	h.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", names.name)
	h.DocsPath = ""     // the stock page loads a script from a CDN; ours is in docs.go
	h.SchemasPath = ""  // the one document has them all
	h.CreateHooks = nil // no $schema in every body
	h.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "apiKey", In: "cookie", Name: "saveline_session"},
		"token":   {Type: "http", Scheme: "bearer"},
	}
	h.OnAddOperation = append(h.OnAddOperation, func(_ *huma.OpenAPI, op *huma.Operation) {
		if permissionOf(op) == "" {
			panic(fmt.Sprintf("httpx: operation %s declares no permission", op.OperationID))
		}
	})
	return h
}

// noRoute gives unknown pages to the UI and everything else a 404 that reads like our other answers.
func noRoute(ui http.Handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		isRead := c.Request.Method == http.MethodGet || c.Request.Method == http.MethodHead
		if ui != nil && isRead && !isAPI(c.Request.URL.Path) {
			c.Status(http.StatusOK) // gin has set 404 by now; the handler may set another
			ui.ServeHTTP(c.Writer, c.Request)
			return
		}
		writeProblem(c.Request.Context(), c.Writer, errs.Newf(errs.NotFound, "there is nothing at this address"))
	}
}

func isAPI(path string) bool { return path == "/v1" || strings.HasPrefix(path, "/v1/") }

func noMethod(c *gin.Context) {
	ctx := c.Request.Context()
	detail := fmt.Sprintf("%s is not possible here; possible: %s", c.Request.Method, c.Writer.Header().Get("Allow"))
	writeProblem(ctx, c.Writer, newDetails(ctx, http.StatusMethodNotAllowed, detail, nil))
}

// limitBody cuts every body at the operation's limit, also those that huma does not read itself.
func limitBody(ctx huma.Context, next func(huma.Context)) {
	c := humagin.Unwrap(ctx)
	if limit := ctx.Operation().MaxBodyBytes; limit > 0 && c.Request.Body != nil {
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, limit)
	}
	next(ctx)
}
