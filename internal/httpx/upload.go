package httpx

import (
	"io"

	"github.com/danielgtaylor/huma/v2"
)

// uploadKey marks in huma's metadata an operation whose body is streamed: it is never read ahead of the handler.
const uploadKey = "upload"

// Upload is embedded by the input of an operation that reads its body as it arrives, whatever its size up to the
// operation's BodyMax. Such an input has no Body field; the operation names the content type in Operation.Upload.
type Upload struct {
	reader io.Reader
}

// Resolve keeps the unread body. huma calls it; nobody else does.
func (u *Upload) Resolve(ctx huma.Context) []error {
	u.reader = ctx.BodyReader()
	return nil
}

// Reader is the unread body. Reading past BodyMax fails with an error that answers 413.
func (u *Upload) Reader() io.Reader { return u.reader }

var _ huma.Resolver = (*Upload)(nil)
