// Package web serves the pages that were built into this binary.
package web

import (
	"embed"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

// dist holds the placeholder page and, once the pages are built, the application in dist/app.
//
//go:embed all:dist
var dist embed.FS

const (
	immutable  = "public, max-age=31536000, immutable" // a hashed name never changes its content
	revalidate = "no-cache"                            // the page itself names the hashed files: always ask
)

// Built reports whether the real pages are in this binary, or only the placeholder.
func Built() bool {
	_, err := fs.Stat(dist, "dist/app/index.html")
	return err == nil
}

// Handler serves the pages. Every address that is not a file is one of the application's own, so it gets the
// application; a missing asset is 404, because a page answered as a script would only confuse the browser.
func Handler() http.Handler {
	root := "dist"
	if Built() {
		root = "dist/app"
	}
	pages, err := fs.Sub(dist, root)
	if err != nil {
		panic("web: " + err.Error()) // the names are constants above
	}
	return handler{pages}
}

type handler struct{ pages fs.FS }

func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "pages are only read", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
	asset := strings.HasPrefix(name, "assets/")
	if !h.has(name) {
		if asset {
			http.NotFound(w, r)
			return
		}
		name = "index.html"
	}
	header := w.Header()
	header.Set("Cache-Control", revalidate)
	if asset {
		header.Set("Cache-Control", immutable)
	}
	h.serve(w, r, name)
}

// serve sends the best of the precompressed copies that the browser takes, or the file itself.
func (h handler) serve(w http.ResponseWriter, r *http.Request, name string) {
	header := w.Header()
	header.Set("Content-Type", contentType(name))
	header.Set("X-Content-Type-Options", "nosniff")
	header.Add("Vary", "Accept-Encoding")
	accepted := r.Header.Get("Accept-Encoding")
	for _, c := range []struct{ encoding, suffix string }{{"br", ".br"}, {"gzip", ".gz"}} {
		if accepts(accepted, c.encoding) && h.has(name+c.suffix) {
			header.Set("Content-Encoding", c.encoding)
			name += c.suffix
			break
		}
	}
	body, err := fs.ReadFile(h.pages, name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	if r.Method == http.MethodHead {
		return
	}
	_, _ = w.Write(body) // the browser went away: nothing is left to do
}

func (h handler) has(name string) bool {
	info, err := fs.Stat(h.pages, name)
	return err == nil && !info.IsDir()
}

// accepts reports whether an Accept-Encoding header names the encoding and does not refuse it with q=0.
func accepts(header, encoding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, quality, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.TrimSpace(name) == encoding {
			q := strings.TrimSpace(quality)
			return q != "q=0" && q != "q=0.0"
		}
	}
	return false
}

// contentType is fixed here because the machine's own table of types differs from machine to machine.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".woff2":
		return "font/woff2"
	case ".json":
		return "application/json"
	}
	return "application/octet-stream"
}
