package fakebilling

import (
	"encoding/json"
	"io"
	"net/http"
	"time"

	"saveline/retention/billing"
	"saveline/retention/billing/webhook"
)

const bodyBytesMax = 1 << 20

// Endpoint is the world as the generic signed endpoint, for package webhook. Signatures are checked against now.
func (w *World) Endpoint(secret string, now func() time.Time) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, bodyBytesMax))
		if err != nil {
			refuse(rw, http.StatusBadRequest, "the request cannot be read")
			return
		}
		d := billing.Delivery{Signature: r.Header.Get(webhook.SignatureHeader), Body: body, At: now()}
		if err := billing.Verify(secret, d); err != nil {
			refuse(rw, http.StatusUnauthorized, err.Error())
			return
		}
		var ask webhook.Request
		if err := json.Unmarshal(body, &ask); err != nil {
			refuse(rw, http.StatusBadRequest, "the request is no JSON")
			return
		}
		w.faulty(rw, doing(ask), func(rw http.ResponseWriter) { w.answer(rw, ask) })
	})
}

// doing names what a request does, for faults.
func doing(ask webhook.Request) string {
	switch {
	case ask.Action == webhook.ActionChange && ask.Change != nil:
		return string(ask.Change.Kind)
	case ask.Action == webhook.ActionInvoices:
		return "invoices"
	case ask.Action == webhook.ActionFind:
		return "find"
	}
	return "get"
}

func (w *World) answer(rw http.ResponseWriter, ask webhook.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.follow()
	out, err := w.act(ask)
	switch billing.KindOf(err) {
	case "":
		write(rw, http.StatusOK, out)
	case billing.NotFound:
		refuse(rw, http.StatusNotFound, err.Error())
	case billing.Unsupported:
		refuse(rw, http.StatusNotImplemented, err.Error())
	case billing.Refused, billing.Unclear:
		refuse(rw, http.StatusUnprocessableEntity, err.Error())
	}
}

func (w *World) act(ask webhook.Request) (out webhook.Answer, err error) {
	t := billing.Target{Key: ask.Key, Subscription: ask.Subscription}
	s := w.subs[ask.Subscription]
	switch {
	case s == nil:
		return out, billing.Errorf(billing.NotFound, "there is no subscription %s", ask.Subscription)
	case ask.Action == webhook.ActionGet:
		w.requests["get"]++
		shown := w.seen(s)
		out.Subscription = &shown
	case ask.Action == webhook.ActionInvoices:
		out.Invoices = []billing.Invoice{}
		for _, in := range s.invoices {
			if ask.Since == nil || !in.CreatedAt.Before(*ask.Since) {
				out.Invoices = append(out.Invoices, *in)
			}
		}
	case ask.Action == webhook.ActionFind:
		r, found, err := w.find(t)
		if found {
			out.Receipt = &r
		}
		return out, err
	case ask.Action == webhook.ActionChange && ask.Change != nil && ask.Key != "":
		r, err := w.make(t, *ask.Change)
		out.Receipt = &r
		return out, err
	default:
		err = billing.Errorf(billing.Unsupported, "there is no action %q", ask.Action)
	}
	return out, err
}

func write(rw http.ResponseWriter, status int, v any) {
	rw.Header().Set("Content-Type", "application/json")
	rw.WriteHeader(status)
	_ = json.NewEncoder(rw).Encode(v) // a caller that has left needs no answer
}

func refuse(rw http.ResponseWriter, status int, message string) {
	write(rw, status, webhook.Refusal{Message: message})
}
