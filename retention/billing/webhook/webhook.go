// Package webhook is the billing port over signed HTTP: for a billing system that no adapter knows, its owner writes
// one endpoint.
//
// Every request is a POST of a Request as JSON to one URL, signed in SignatureHeader as billing.Sign says. The endpoint
// answers 200 and an Answer, or one of
//
//	404 not found · 409, 422 refused · 501 unsupported, each with {"message": "..."}
//
// Any other answer, or none, is unclear: the change is looked for with action find before it is asked for again. The
// endpoint must make a change with one key once, and give the first receipt again to a repeated request.
//
// The other way, the owner POSTs a billing.Event as JSON, signed alike.
package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"time"

	"saveline/internal/errs"
	"saveline/internal/httpx"
	"saveline/internal/money"
	"saveline/retention/billing"
)

// SignatureHeader is the header that signatures stand in, both ways.
const SignatureHeader = "Saveline-Signature"

// The actions of a request besides the kinds of change.
const (
	ActionGet      = "get_subscription"
	ActionInvoices = "list_invoices"
	ActionFind     = "find"
	ActionChange   = "change"
)

// Request is what the endpoint is sent.
type Request struct {
	Action       string                 `json:"action"`
	Key          billing.Key            `json:"key,omitempty"` // of change and find
	Subscription billing.SubscriptionID `json:"subscription"`
	Since        *time.Time             `json:"since,omitempty"`  // of list_invoices
	Kind         billing.Kind           `json:"kind,omitempty"`   // of find
	Change       *billing.Change        `json:"change,omitempty"` // of change
}

// Answer is what it answers: the field that the action asks for.
type Answer struct {
	Subscription *billing.Subscription `json:"subscription,omitempty"`
	Invoices     []billing.Invoice     `json:"invoices,omitempty"`
	Receipt      *billing.Receipt      `json:"receipt,omitempty"` // of change, and of find that found it
}

// Refusal is the body of an answer that is no 200.
type Refusal struct {
	Message string `json:"message"`
}

// Config is what an endpoint needs.
type Config struct {
	URL     string
	Secret  string // signs what is sent
	Signing string // is what comes in signed with; Secret if empty
}

// Client is one endpoint.
type Client struct {
	cfg  Config
	http *httpx.Client
	now  func() time.Time
}

var _ billing.Adapter = (*Client)(nil)

// New returns the endpoint over the house's guarded client; signatures carry now.
func New(c Config, over *httpx.Client, now func() time.Time) *Client {
	if c.Signing == "" {
		c.Signing = c.Secret
	}
	return &Client{cfg: c, http: over, now: now}
}

// post sends a request and reads the answer.
func (c *Client) post(ctx context.Context, ask Request) (out Answer, err error) {
	body, err := json.Marshal(ask)
	if err != nil {
		return out, &billing.Error{Kind: billing.Refused, Message: "the change cannot be written as JSON", Cause: err}
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.cfg.URL, bytes.NewReader(body))
	if err != nil {
		return out, &billing.Error{Kind: billing.Refused, Message: "the endpoint's address is no address", Cause: err}
	}
	r.GetBody = nil // Go's transport would send a request with an idempotency key again by itself
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(SignatureHeader, billing.Sign(c.cfg.Secret, c.now(), body))
	if ask.Key != "" {
		r.Header.Set("Idempotency-Key", string(ask.Key))
	}
	res, err := c.http.Do(r)
	if err != nil {
		return out, &billing.Error{Kind: billing.Unclear, Message: "the billing endpoint did not answer", Cause: err}
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return out, &billing.Error{Kind: billing.Unclear, Message: "the billing endpoint broke off its answer", Cause: err}
	}
	if res.StatusCode != http.StatusOK {
		return out, refusal(res.StatusCode, text)
	}
	if err := json.Unmarshal(text, &out); err != nil {
		return out, &billing.Error{Kind: billing.Unclear, Message: "the billing endpoint's answer is no JSON that we know", Cause: err}
	}
	return out, nil
}

func refusal(status int, body []byte) error {
	var r Refusal
	_ = json.Unmarshal(body, &r) // an answer without a message still has a status
	if len(r.Message) > messageBytesMax {
		r.Message = r.Message[:messageBytesMax]
	}
	kind := billing.Unclear
	switch status {
	case http.StatusNotFound:
		kind = billing.NotFound
	case http.StatusConflict, http.StatusUnprocessableEntity:
		kind = billing.Refused
	case http.StatusNotImplemented:
		kind = billing.Unsupported
	}
	return billing.Errorf(kind, "the billing endpoint answered %d %s", status, r.Message)
}

const messageBytesMax = 300

// GetSubscription asks for a subscription.
func (c *Client) GetSubscription(ctx context.Context, id billing.SubscriptionID) (billing.Subscription, error) {
	out, err := c.post(ctx, Request{Action: ActionGet, Subscription: id})
	if err == nil && out.Subscription == nil {
		err = billing.Errorf(billing.Unclear, "the billing endpoint answered without a subscription")
	}
	if err != nil {
		return billing.Subscription{}, err
	}
	return *out.Subscription, nil
}

// ListInvoices asks for the invoices of a subscription.
func (c *Client) ListInvoices(ctx context.Context, id billing.SubscriptionID, since time.Time) ([]billing.Invoice, error) {
	out, err := c.post(ctx, Request{Action: ActionInvoices, Subscription: id, Since: &since})
	return out.Invoices, err
}

// Find asks for the change with a key.
func (c *Client) Find(ctx context.Context, t billing.Target, kind billing.Kind) (billing.Receipt, bool, error) {
	out, err := c.post(ctx, Request{Action: ActionFind, Key: t.Key, Subscription: t.Subscription, Kind: kind})
	if err != nil || out.Receipt == nil {
		return billing.Receipt{}, false, err
	}
	return *out.Receipt, true, nil
}

func (c *Client) change(ctx context.Context, t billing.Target, change billing.Change) (billing.Receipt, error) {
	out, err := c.post(ctx, Request{Action: ActionChange, Key: t.Key, Subscription: t.Subscription, Change: &change})
	if err == nil && out.Receipt == nil {
		err = billing.Errorf(billing.Unclear, "the billing endpoint answered without a receipt")
	}
	if err != nil {
		return billing.Receipt{}, err
	}
	return *out.Receipt, nil
}

// ApplyDiscount asks for a discount beside those there are.
func (c *Client) ApplyDiscount(ctx context.Context, t billing.Target, d billing.Discount) (billing.Receipt, error) {
	return c.change(ctx, t, billing.Change{Kind: billing.KindDiscount, Discount: &d})
}

// Credit asks for an amount off the next invoice.
func (c *Client) Credit(ctx context.Context, t billing.Target, a money.Amount) (billing.Receipt, error) {
	return c.change(ctx, t, billing.Change{Kind: billing.KindCredit, Amount: &a})
}

// Refund asks for money to be paid back.
func (c *Client) Refund(ctx context.Context, t billing.Target, r billing.Refund) (billing.Receipt, error) {
	return c.change(ctx, t, billing.Change{Kind: billing.KindRefund, Refund: &r})
}

// Pause asks for nothing to be charged for a while.
func (c *Client) Pause(ctx context.Context, t billing.Target, resumeAt time.Time) (billing.Receipt, error) {
	return c.change(ctx, t, billing.Change{Kind: billing.KindPause, At: &resumeAt})
}

// ChangePlan asks for another plan.
func (c *Client) ChangePlan(ctx context.Context, t billing.Target, plan string) (billing.Receipt, error) {
	return c.change(ctx, t, billing.Change{Kind: billing.KindPlan, Plan: plan})
}

// ExtendTrial asks for a longer trial.
func (c *Client) ExtendTrial(ctx context.Context, t billing.Target, until time.Time) (billing.Receipt, error) {
	return c.change(ctx, t, billing.Change{Kind: billing.KindExtendTrial, At: &until})
}

// CancelAt asks for the end.
func (c *Client) CancelAt(ctx context.Context, t billing.Target, at time.Time) (billing.Receipt, error) {
	change := billing.Change{Kind: billing.KindCancel}
	if !at.IsZero() {
		change.At = &at
	}
	return c.change(ctx, t, change)
}

// Uncancel asks for the planned end to be taken back.
func (c *Client) Uncancel(ctx context.Context, t billing.Target) (billing.Receipt, error) {
	return c.change(ctx, t, billing.Change{Kind: billing.KindUncancel})
}

// SignatureHeader is where the owner signs.
func (c *Client) SignatureHeader() string { return SignatureHeader }

// Receive reads an event.
func (c *Client) Receive(d billing.Delivery) (billing.Event, error) {
	if err := billing.Verify(c.cfg.Signing, d); err != nil {
		return billing.Event{}, err
	}
	var e billing.Event
	if err := json.Unmarshal(d.Body, &e); err != nil {
		return billing.Event{}, errs.WithCause(errs.Invalid, err, "this is no event as JSON")
	}
	if e.ID == "" || e.At.IsZero() {
		return billing.Event{}, errs.Newf(errs.Invalid, "an event needs an id and the time it happened (at)")
	}
	return e, nil
}
