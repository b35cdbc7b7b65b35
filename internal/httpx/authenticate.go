package httpx

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"saveline/internal/errs"
)

// Authenticator finds out who sends a request.
type Authenticator interface {
	// Authenticate returns the context that carries the caller and the caller; both nil if nobody is signed in.
	Authenticate(r *http.Request) (context.Context, Caller, error)
}

// Caller is who sends a request.
type Caller interface {
	// Require is nil if the caller may do p, else a forbidden error with a sentence.
	Require(p Permission) error
	// Label is "user:7" or "token:3": the owner of idempotency keys, and the name in the access log.
	Label() string
}

// callerName is where the access log finds the caller in gin's keys.
const callerName = "caller"

type callerKey struct{}

func permissionOf(op *huma.Operation) Permission {
	p, _ := op.Metadata[PermissionKey].(Permission)
	return p
}

// enforce lets a request through to an operation only if its caller has the operation's permission.
func enforce(who Authenticator) func(huma.Context, func(huma.Context)) {
	return func(hctx huma.Context, next func(huma.Context)) {
		need := permissionOf(hctx.Operation())
		if need == Public {
			next(hctx)
			return
		}
		c := humagin.Unwrap(hctx)
		ctx, caller, err := who.Authenticate(c.Request)
		if err == nil && caller == nil {
			err = errs.Newf(errs.Unauthenticated, "please sign in")
		}
		if err == nil {
			c.Set(callerName, caller.Label())
			err = caller.Require(need)
		}
		if err != nil {
			if errs.Is(err, errs.Unauthenticated) {
				c.Header("WWW-Authenticate", "Bearer")
			}
			writeProblem(c.Request.Context(), c.Writer, err)
			return
		}
		next(huma.WithContext(hctx, context.WithValue(ctx, callerKey{}, caller)))
	}
}

func callerFrom(ctx context.Context) Caller {
	c, _ := ctx.Value(callerKey{}).(Caller)
	return c
}
