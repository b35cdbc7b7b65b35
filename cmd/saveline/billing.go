package main

import (
	"saveline/internal/errs"
	"saveline/internal/httpx"
	"saveline/retention"
	"saveline/retention/billing"
	"saveline/retention/billing/stripe"
	"saveline/retention/billing/webhook"
)

// useBilling gives the save desk its ways to billing systems, all through one client that never reaches our own network.
func (h *house) useBilling(g ground) {
	client := httpx.NewClient(httpx.ClientOptions{Allow: g.billing})
	w := retention.Wiring{Jobs: h.jobs, Box: h.auth.Box(), Open: func(c retention.OpenedConnection) (billing.Adapter, error) {
		switch c.Kind {
		case retention.BillingStripe:
			return stripe.New(stripe.Config{Key: c.Secret, Signing: c.Signing, BaseURL: c.URL}, client), nil
		case retention.BillingWebhook:
			return webhook.New(webhook.Config{URL: c.URL, Secret: c.Secret, Signing: c.Signing}, client, g.now), nil
		}
		return nil, errs.Newf(errs.Internal, "there is no adapter for billing systems of kind %q", c.Kind)
	}}
	if g.inline {
		w.Jobs = nil
	}
	h.retention.UseBilling(w)
}
