package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

var pages = fstest.MapFS{
	"index.html":            {Data: []byte("<title>app</title>")},
	"index.html.gz":         {Data: []byte("gz page")},
	"assets/app-1a2b.js":    {Data: []byte("script")},
	"assets/app-1a2b.js.br": {Data: []byte("br script")},
	"favicon.svg":           {Data: []byte("<svg/>")},
}

func TestHandler(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, method, path, accept     string
		status                         int
		body, kind, cache, compression string
	}{
		{"the page", "GET", "/", "", 200, "<title>app</title>", "text/html; charset=utf-8", "no-cache", ""},
		{"an address of the application", "GET", "/campaigns/7", "", 200, "<title>app</title>", "text/html; charset=utf-8", "no-cache", ""},
		{"gzip", "GET", "/floor", "gzip, deflate", 200, "gz page", "text/html; charset=utf-8", "no-cache", "gzip"},
		{"gzip refused", "GET", "/floor", "gzip;q=0", 200, "<title>app</title>", "text/html; charset=utf-8", "no-cache", ""},
		{"asset", "GET", "/assets/app-1a2b.js", "gzip, br", 200, "br script", "text/javascript; charset=utf-8", immutable, "br"},
		{"missing asset", "GET", "/assets/gone.js", "", 404, "404 page not found\n", "text/plain; charset=utf-8", "", ""},
		{"no way out of the folder", "GET", "/../../embed.go", "", 200, "<title>app</title>", "text/html; charset=utf-8", "no-cache", ""},
		{"head", "HEAD", "/favicon.svg", "", 200, "", "image/svg+xml", "no-cache", ""},
		{"post", "POST", "/", "", 405, "pages are only read\n", "text/plain; charset=utf-8", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(c.method, "http://saveline.example/", http.NoBody)
			r.URL.Path = c.path
			r.Header.Set("Accept-Encoding", c.accept)
			w := httptest.NewRecorder()
			handler{pages}.ServeHTTP(w, r)
			got := []any{w.Code, w.Body.String(), w.Header().Get("Content-Type"), w.Header().Get("Cache-Control"), w.Header().Get("Content-Encoding")}
			want := []any{c.status, c.body, c.kind, c.cache, c.compression}
			for i := range want {
				if got[i] != want[i] {
					t.Errorf("got %q, want %q", got, want)
					break
				}
			}
		})
	}
}

func TestFreshCloneServesThePlaceholder(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", http.NoBody))
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Saveline") {
		t.Errorf("got %d %q", w.Code, w.Body.String())
	}
}
