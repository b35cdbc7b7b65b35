package httpx

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"saveline/internal/errs"
)

// contentPolicy lets our pages load from us alone. Inline styles stay allowed: the UI library writes its theme as one.
const contentPolicy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
	"media-src 'self' blob:; font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; " +
	"form-action 'self'; frame-ancestors 'none'"

func securityHeaders(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), payment=(), usb=()")
	if RequestFrom(c.Request.Context()).Secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	if isAPI(c.Request.URL.Path) {
		h.Set("Cache-Control", "no-store")
	}
	c.Next()
}

// refuseCrossSite stops requests that another site makes a signed-in browser send. Programs send neither
// Sec-Fetch-Site nor Origin and pass.
func refuseCrossSite() gin.HandlerFunc {
	guard := http.NewCrossOriginProtection()
	return func(c *gin.Context) {
		if err := guard.Check(c.Request); err != nil {
			c.Abort()
			writeProblem(c.Request.Context(), c.Writer,
				errs.WithCause(errs.Forbidden, err, "this request came from another site; open Saveline itself and try again"))
			return
		}
		c.Next()
	}
}
