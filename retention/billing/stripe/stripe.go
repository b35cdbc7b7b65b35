// Package stripe is the billing port over Stripe's API, with Stripe's own client library.
//
// What Stripe does not do by itself is done here. A grant's mark stands in the metadata of what it changed, written in
// the same request as the change, so that it can be found later than an idempotency key lives (24 hours). A discount on
// a subscription hides the customer's own, so both are merged. Two coupons of one grant are prevented by giving the
// coupon the grant's id.
package stripe

import (
	"context"
	"errors"
	"net/http"

	stripego "github.com/stripe/stripe-go/v84"

	"saveline/internal/httpx"
	"saveline/retention/billing"
)

// Config is what an account needs.
type Config struct {
	Key     string // secret API key
	Signing string // secret of the webhook endpoint
	BaseURL string // "" is Stripe's own; tests and demos have another
}

// Client is one Stripe account.
type Client struct {
	api     *stripego.Client
	signing string
}

var _ billing.Adapter = (*Client)(nil)

// New returns the account over the house's guarded client. The library's own retries are off: who retries is decided
// by the grant.
func New(c Config, over *httpx.Client) *Client {
	backend := &stripego.BackendConfig{
		HTTPClient: &http.Client{Transport: guarded{over}}, MaxNetworkRetries: stripego.Int64(0), EnableTelemetry: new(false),
		LeveledLogger: &stripego.LeveledLogger{Level: stripego.LevelNull},
	}
	if c.BaseURL != "" {
		backend.URL = stripego.String(c.BaseURL)
	}
	return &Client{
		api:     stripego.NewClient(c.Key, stripego.WithBackends(stripego.NewBackendsWithConfig(backend))),
		signing: c.Signing,
	}
}

// guarded is the house's client as a transport.
type guarded struct{ client *httpx.Client }

// RoundTrip sends r within the client's bounds, once: a body that cannot be read again keeps Go's transport from sending
// it again by itself when a connection breaks, which it does for requests with an idempotency key.
func (g guarded) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.GetBody = nil
	return g.client.Do(r)
}

// said is err as the port says it. What is not an answer of Stripe's is unclear.
func said(err error) error {
	if err == nil {
		return nil
	}
	answer, ok := errors.AsType[*stripego.Error](err)
	if !ok {
		return &billing.Error{Kind: billing.Unclear, Message: "Stripe gave no answer", Cause: err}
	}
	kind := billing.Refused
	switch status := answer.HTTPStatusCode; {
	case answer.Code == stripego.ErrorCodeResourceMissing, status == http.StatusNotFound:
		kind = billing.NotFound
	case status == http.StatusConflict, status == http.StatusTooManyRequests, status >= http.StatusInternalServerError, status == 0:
		kind = billing.Unclear
	}
	return billing.Errorf(kind, "Stripe: %s (%s, request %s)", answer.Msg, answer.Type, answer.RequestID)
}

// params carry a context and, with a key, the header that makes Stripe answer a repeated request as it did the first.
func params(ctx context.Context, key billing.Key) stripego.Params {
	p := stripego.Params{Context: ctx}
	if key != "" {
		p.SetIdempotencyKey(string(key))
	}
	return p
}

// mark is the name of the metadata that shows a grant was carried out.
func mark(key billing.Key) string { return "saveline:" + string(key) }
