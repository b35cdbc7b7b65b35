package httpx_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"

	"saveline/internal/errs"
	"saveline/internal/httpx"
)

// house is an engine with a few operations, somebody at the door, and its log.
type house struct {
	http.Handler
	api huma.API
	log *lockedBuffer
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// doorman knows people by the Authorization header: "agent" may only work the desk, "boss" may do everything.
type doorman struct{}

type person string

func (p person) Require(need httpx.Permission) error {
	if p == "boss" || need == httpx.SignedIn {
		return nil
	}
	return errs.Newf(errs.Forbidden, "your role does not allow this (%s)", need)
}

func (p person) Label() string { return "user:" + string(p) }

func (doorman) Authenticate(r *http.Request) (context.Context, httpx.Caller, error) {
	switch who := r.Header.Get("Authorization"); who {
	case "":
		return r.Context(), nil, nil
	case "agent", "boss":
		return r.Context(), person(who), nil
	}
	return nil, nil, errs.Newf(errs.Unauthenticated, "your session is over; please sign in again")
}

type (
	windowInput struct {
		Body struct {
			Name    string `json:"name" minLength:"1"`
			Secret  string `json:"secret,omitempty" maxLength:"5"`
			Windows []struct {
				From string `json:"from" pattern:"^[0-9]{2}:[0-9]{2}$"`
			} `json:"windows,omitempty"`
		}
	}
	kindInput struct {
		Kind string `path:"kind"`
	}
	uploadInput struct {
		httpx.Upload
	}
	nameOutput struct {
		ETag string `header:"ETag"`
		Body struct {
			Name string `json:"name"`
		}
	}
)

var failures = map[string]error{
	"invalid":     errs.Faults{{Path: "windows.0.from", Message: "after its end"}, {Path: "query.page", Message: "too far"}}.Err(),
	"not_found":   errs.Wrap(errs.Newf(errs.NotFound, "there is no campaign 7 here"), "read campaign"),
	"conflict":    errs.WithCause(errs.Conflict, errors.New("pq: duplicate key value"), "there is one of this name"),
	"stale":       errs.Newf(errs.Stale, "changed by somebody else"),
	"unversioned": errs.Newf(errs.Unversioned, "send If-Match"),
	"limited":     errs.Newf(errs.Limited, "too fast"),
	"unavailable": errs.Newf(errs.Unavailable, "the switch is away"),
	"internal":    errs.Newf(errs.Internal, "cell B7 of SECRET_TABLE"),
	"bare":        errors.New("pq: relation SECRET_TABLE does not exist"),
	"unknown":     errs.Newf(errs.Code("never_heard"), "SECRET_TABLE"),
}

func newHouse(t *testing.T, cfg httpx.Config, store httpx.IdempotencyStore) house {
	t.Helper()
	log := &lockedBuffer{}
	engine, api := httpx.New(cfg, doorman{}, store, slog.New(httpx.Logs(slog.NewJSONHandler(log, nil))))
	httpx.Register(api, httpx.Operation{ID: "fail", Method: "GET", Path: "/v1/fail/{kind}", Permission: httpx.Public},
		func(_ context.Context, in *kindInput) (*nameOutput, error) {
			if in.Kind == "panic" {
				panic("the floor gave way")
			}
			return nil, failures[in.Kind]
		})
	httpx.Register(api, httpx.Operation{ID: "boss", Method: "GET", Path: "/v1/boss", Permission: "floor.act"},
		func(context.Context, *struct{}) (*nameOutput, error) { return &nameOutput{}, nil })
	httpx.Register(api, httpx.Operation{ID: "mine", Method: "GET", Path: "/v1/mine", Permission: httpx.SignedIn},
		func(context.Context, *struct{}) (*nameOutput, error) { return &nameOutput{}, nil })
	httpx.Register(api, httpx.Operation{ID: "windows", Method: "POST", Path: "/v1/windows", Permission: httpx.Public, BodyMax: 1000},
		func(_ context.Context, in *windowInput) (*nameOutput, error) {
			out := &nameOutput{}
			out.Body.Name = in.Body.Name
			return out, nil
		})
	httpx.Register(api, httpx.Operation{
		ID: "upload", Method: "POST", Path: "/v1/upload", Permission: httpx.SignedIn, BodyMax: 4000, Upload: "text/csv", Status: 201,
	}, func(_ context.Context, in *uploadInput) (*nameOutput, error) {
		n, err := io.Copy(io.Discard, in.Reader())
		out := &nameOutput{}
		out.Body.Name = strings.Repeat("x", int(min(n, 3)))
		return out, errs.Wrap(err, "read upload")
	})
	return house{engine, api, log}
}

func (h house) do(method, path, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(context.Background(), method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func problem(t *testing.T, w *httptest.ResponseRecorder) httpx.Details {
	t.Helper()
	if ct := w.Header().Get("Content-Type"); ct != "application/problem+json" {
		t.Fatalf("content type %q, want application/problem+json: %d %s", ct, w.Code, w.Body)
	}
	var d httpx.Details
	if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	if d.Status != w.Code || d.Title != http.StatusText(w.Code) || d.RequestID == "" || d.RequestID != w.Header().Get("X-Request-Id") {
		t.Fatalf("problem does not describe its answer (%d, %v): %+v", w.Code, w.Header(), d)
	}
	return d
}

func TestEveryErrorIsAProblemWithItsOneStatus(t *testing.T) {
	t.Parallel()
	h := newHouse(t, httpx.Config{Title: "test"}, nil)
	for kind, want := range map[string]int{
		"invalid": 422, "not_found": 404, "conflict": 409, "stale": 412, "unversioned": 428, "limited": 429,
		"unavailable": 503, "internal": 500, "bare": 500, "unknown": 500, "panic": 500,
	} {
		w := h.do("GET", "/v1/fail/"+kind, "")
		d := problem(t, w)
		if w.Code != want {
			t.Errorf("%s answers %d, want %d", kind, w.Code, want)
		}
		if strings.Contains(w.Body.String(), "SECRET_TABLE") || strings.Contains(w.Body.String(), "pq:") {
			t.Errorf("%s leaks what is the operator's: %s", kind, w.Body)
		}
		if logged := strings.Contains(h.log.String(), d.RequestID+`"`); !logged {
			t.Errorf("%s: no log line names the request %s", kind, d.RequestID)
		}
	}
	for _, cause := range []string{"relation SECRET_TABLE", "duplicate key value", "the floor gave way", "engine_test.go"} {
		if !strings.Contains(h.log.String(), cause) {
			t.Errorf("the log does not tell the operator of %q", cause)
		}
	}
}

func TestFaultsSayWhere(t *testing.T) {
	t.Parallel()
	h := newHouse(t, httpx.Config{}, nil)
	got := problem(t, h.do("GET", "/v1/fail/invalid", "")).Errors
	want := []httpx.Fault{{"body.windows.0.from", "after its end"}, {"query.page", "too far"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	w := h.do("POST", "/v1/windows", `{"name":"x","secret":"hunter2hunter2","windows":[{"from":"09:00"},{"from":"soon"}]}`)
	at := map[string]bool{}
	for _, f := range problem(t, w).Errors {
		at[f.Location] = true
	}
	if w.Code != 422 || !at["body.windows.1.from"] || !at["body.secret"] {
		t.Errorf("huma's own faults: %d %s", w.Code, w.Body)
	}
	if strings.Contains(w.Body.String(), "hunter2") {
		t.Errorf("the answer repeats the faulty value: %s", w.Body)
	}
}

func TestBrokenAndLongBodies(t *testing.T) {
	t.Parallel()
	h := newHouse(t, httpx.Config{}, nil)
	for name, c := range map[string]struct {
		body string
		want int
	}{
		"no JSON":       {`{"name":`, 400},
		"unknown field": {`{"name":"x","admin":true}`, 422},
		"too long":      {`{"name":"` + strings.Repeat("x", 2000) + `"}`, 413},
		"fits":          {`{"name":"x"}`, 200},
	} {
		w := h.do("POST", "/v1/windows", c.body)
		if w.Code != c.want {
			t.Errorf("%s answers %d, want %d: %s", name, w.Code, c.want, w.Body)
		}
		if c.want != 200 {
			problem(t, w)
		}
	}
}

func TestUploadsAreStreamedUpToTheirLimit(t *testing.T) {
	t.Parallel()
	h := newHouse(t, httpx.Config{}, nil)
	if w := h.do("POST", "/v1/upload", strings.Repeat("x", 3999), "Authorization", "agent"); w.Code != 201 || !strings.Contains(w.Body.String(), "xxx") {
		t.Errorf("upload within the limit: %d %s", w.Code, w.Body)
	}
	if w := h.do("POST", "/v1/upload", strings.Repeat("x", 4001), "Authorization", "agent"); w.Code != 413 {
		t.Errorf("upload past the limit: %d %s", w.Code, w.Body)
	}
	spec, err := json.Marshal(h.api.OpenAPI().Paths["/v1/upload"].Post.RequestBody)
	if err != nil || !strings.Contains(string(spec), "text/csv") {
		t.Errorf("the description does not name the upload's type: %s %v", spec, err)
	}
}

func TestUnknownPathsAndMethods(t *testing.T) {
	t.Parallel()
	ui := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "page "+r.URL.Path) })
	h := newHouse(t, httpx.Config{UI: ui}, nil)
	if w := h.do("GET", "/v1/nowhere", ""); w.Code != 404 || problem(t, w).Detail == "" {
		t.Errorf("unknown operation: %d", w.Code)
	}
	w := h.do("DELETE", "/v1/windows", "")
	if d := problem(t, w); w.Code != 405 || w.Header().Get("Allow") != "POST" || !strings.Contains(d.Detail, "POST") {
		t.Errorf("unknown method: %d %v %+v", w.Code, w.Header(), d)
	}
	if w := h.do("GET", "/campaigns/7", ""); w.Code != 200 || w.Body.String() != "page /campaigns/7" {
		t.Errorf("a page's address: %d %s", w.Code, w.Body)
	}
	if w := h.do("POST", "/campaigns/7", ""); w.Code != 404 {
		t.Errorf("a POST to a page: %d", w.Code)
	}
	if w := newHouse(t, httpx.Config{}, nil).do("GET", "/campaigns/7", ""); w.Code != 404 {
		t.Errorf("without pages: %d", w.Code)
	}
}

func TestPermissionsAreEnforced(t *testing.T) {
	t.Parallel()
	h := newHouse(t, httpx.Config{}, nil)
	for _, c := range []struct {
		path, who string
		want      int
	}{
		{"/v1/boss", "", 401},
		{"/v1/boss", "stranger", 401},
		{"/v1/boss", "agent", 403},
		{"/v1/boss", "boss", 200},
		{"/v1/mine", "", 401},
		{"/v1/mine", "agent", 200},
		{"/v1/fail/stale", "", 412},
	} {
		w := h.do("GET", c.path, "", "Authorization", c.who)
		if w.Code != c.want {
			t.Errorf("GET %s as %q answers %d, want %d", c.path, c.who, w.Code, c.want)
		}
		if w.Code == 401 && w.Header().Get("WWW-Authenticate") == "" {
			t.Errorf("GET %s: a 401 names no scheme", c.path)
		}
	}
}

func TestAnOperationWithoutPermissionStopsTheStart(t *testing.T) {
	t.Parallel()
	h := newHouse(t, httpx.Config{}, nil)
	handler := func(context.Context, *struct{}) (*struct{}, error) { return nil, nil }
	for name, register := range map[string]func(){
		"ours": func() { httpx.Register(h.api, httpx.Operation{ID: "a", Method: "GET", Path: "/v1/a"}, handler) },
		"huma's": func() {
			huma.Register(h.api, huma.Operation{OperationID: "b", Method: "GET", Path: "/v1/b"}, handler)
		},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: registered an operation that declares no permission", name)
				}
			}()
			register()
		}()
	}
}

func TestRequestIDs(t *testing.T) {
	t.Parallel()
	h := newHouse(t, httpx.Config{}, nil)
	if id := h.do("GET", "/v1/mine", "", "X-Request-Id", "edge-7f3a").Header().Get("X-Request-Id"); id != "edge-7f3a" {
		t.Errorf("a fit id was replaced by %q", id)
	}
	for _, unfit := range []string{"a", "with space inside", strings.Repeat("x", 100), "new\nline\"} forged"} {
		if id := h.do("GET", "/v1/mine", "", "X-Request-Id", unfit).Header().Get("X-Request-Id"); id == unfit || id == "" {
			t.Errorf("unfit id %q came back as %q", unfit, id)
		}
	}
}

func TestTheAccessLogNamesRouteAndCallerNotThePath(t *testing.T) {
	t.Parallel()
	h := newHouse(t, httpx.Config{}, nil)
	h.do("GET", "/v1/fail/+14155550123", "")
	h.do("GET", "/v1/mine", "", "Authorization", "agent")
	for _, want := range []string{`"route":"/v1/fail/:kind"`, `"by":"user:agent"`, `"status":200`} {
		if !strings.Contains(h.log.String(), want) {
			t.Errorf("no %s in the log:\n%s", want, h.log)
		}
	}
	if strings.Contains(h.log.String(), "4155550123") {
		t.Errorf("a phone number stands in the log:\n%s", h.log)
	}
}

func TestSecurityHeaders(t *testing.T) {
	t.Parallel()
	h := newHouse(t, httpx.Config{TrustedProxies: []string{"192.0.2.1"}}, nil)
	head := h.do("GET", "/v1/mine", "").Header()
	for name, want := range map[string]string{
		"Content-Security-Policy": "frame-ancestors 'none'", "X-Content-Type-Options": "nosniff",
		"Referrer-Policy": "same-origin", "Cache-Control": "no-store",
	} {
		if !strings.Contains(head.Get(name), want) {
			t.Errorf("%s is %q, want %q in it", name, head.Get(name), want)
		}
	}
	if strings.Contains(head.Get("Content-Security-Policy"), "script-src") || head.Get("Strict-Transport-Security") != "" {
		t.Errorf("headers: %v", head)
	}
	// httptest's peer is 192.0.2.1: a proxy of ours that says the client came by https.
	secure := h.do("GET", "/v1/mine", "", "X-Forwarded-For", "198.51.100.7", "X-Forwarded-Proto", "https").Header()
	if secure.Get("Strict-Transport-Security") == "" {
		t.Error("https behind a trusted proxy is not recognised")
	}
	lie := newHouse(t, httpx.Config{}, nil).do("GET", "/v1/mine", "", "X-Forwarded-For", "198.51.100.7", "X-Forwarded-Proto", "https")
	if lie.Header().Get("Strict-Transport-Security") != "" {
		t.Error("anybody's X-Forwarded-Proto is believed")
	}
}

func TestCrossSiteRequestsAreRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t, httpx.Config{}, nil)
	for name, c := range map[string]struct {
		header []string
		want   int
	}{
		"another site's page": {[]string{"Sec-Fetch-Site", "cross-site"}, 403},
		"an older browser":    {[]string{"Origin", "https://evil.example"}, 403},
		"our own page":        {[]string{"Sec-Fetch-Site", "same-origin"}, 200},
		"a program":           {nil, 200},
	} {
		w := h.do("POST", "/v1/windows", `{"name":"x"}`, c.header...)
		if w.Code != c.want {
			t.Errorf("%s: %d, want %d", name, w.Code, c.want)
		}
		if w.Code == 403 {
			problem(t, w)
		}
	}
	if w := h.do("GET", "/v1/mine", "", "Sec-Fetch-Site", "cross-site", "Authorization", "agent"); w.Code != 200 {
		t.Errorf("a link from another site: %d", w.Code)
	}
}

func TestDocsNeedNoOtherSite(t *testing.T) {
	t.Parallel()
	h := newHouse(t, httpx.Config{Title: "Saveline", Version: "1"}, nil)
	for path, kind := range map[string]string{"/docs": "text/html", "/docs/docs.js": "javascript", "/docs/docs.css": "text/css"} {
		w := h.do("GET", path, "")
		if w.Code != 200 || !strings.Contains(w.Header().Get("Content-Type"), kind) {
			t.Errorf("%s: %d %s", path, w.Code, w.Header().Get("Content-Type"))
		}
		if strings.Contains(w.Body.String(), "://") || strings.Contains(w.Body.String(), "<script>") {
			t.Errorf("%s loads from elsewhere or has an inline script", path)
		}
	}
	w := h.do("GET", "/openapi.json", "")
	var doc struct {
		Paths map[string]map[string]struct {
			Permission string `json:"x-permission"`
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil || doc.Paths["/v1/boss"]["get"].Permission != "floor.act" {
		t.Errorf("description: %v %+v", err, doc)
	}
	if w := h.do("GET", "/schemas/Details.json", ""); w.Code != 404 {
		t.Errorf("stock schema pages are served: %d", w.Code)
	}
}
