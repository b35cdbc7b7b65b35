package httpx

import (
	"embed"
	"io/fs"
	"net/http"

	"github.com/gin-gonic/gin"
)

// The documentation page renders /openapi.json with a script of our own: it works without the internet, and the
// content policy needs no exception.
//
//go:embed docs
var docsFiles embed.FS

func serveDocs(engine *gin.Engine) {
	files, err := fs.Sub(docsFiles, "docs")
	if err != nil {
		panic(err) // embedded above
	}
	engine.GET("/docs", func(c *gin.Context) { c.FileFromFS("docs.html", http.FS(files)) })
	engine.StaticFileFS("/docs/docs.js", "docs.js", http.FS(files))
	engine.StaticFileFS("/docs/docs.css", "docs.css", http.FS(files))
}
