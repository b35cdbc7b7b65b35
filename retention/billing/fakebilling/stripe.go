package fakebilling

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"saveline/retention/billing"
)

// Stripe is the world as Stripe's API shows one: the paths, forms, objects and errors that package stripe uses
// (docs.stripe.com/api, version 2025-03-31 and later). It keeps Stripe's manners: a repeated Idempotency-Key gets the
// first answer, with another content an error; discounts given with a subscription replace those it had; equal coupons
// are applied as often as they are given; a paused subscription stays active.
func (w *World) Stripe(key string) http.Handler {
	mux := http.NewServeMux()
	for pattern, op := range map[string]operation{
		"GET /v1/subscriptions/{id}":                   w.stripeSubscription,
		"POST /v1/subscriptions/{id}":                  w.stripeUpdate,
		"POST /v1/coupons":                             w.stripeCoupon,
		"GET /v1/invoices":                             w.stripeInvoices,
		"GET /v1/invoices/{id}":                        w.stripeInvoice,
		"GET /v1/charges":                              w.stripeCharges,
		"GET /v1/customers/{id}/balance_transactions":  w.stripeBalance,
		"POST /v1/customers/{id}/balance_transactions": w.stripeCredit,
		"GET /v1/refunds":                              w.stripeRefunds,
		"POST /v1/refunds":                             w.stripeRefund,
	} {
		mux.HandleFunc(pattern, func(rw http.ResponseWriter, r *http.Request) { w.serveStripe(rw, r, key, op) })
	}
	mux.HandleFunc("/", func(rw http.ResponseWriter, r *http.Request) {
		writeStripe(rw, nil, stripeFault{http.StatusNotFound, "invalid_request_error", "", "Unrecognized request URL (" + r.Method + ": " + r.URL.Path + ")"})
	})
	return mux
}

// operation answers a request with an object, under the world's lock.
type operation func(id string, f url.Values) (object, error)

type object = map[string]any

// stripeFault is an error as Stripe writes it.
type stripeFault struct {
	status            int
	kind, code, words string
}

func (f stripeFault) Error() string { return f.words }

func missing(what, id string) error {
	return stripeFault{http.StatusNotFound, "invalid_request_error", "resource_missing", fmt.Sprintf("No such %s: '%s'", what, id)}
}

func (w *World) serveStripe(rw http.ResponseWriter, r *http.Request, key string, op operation) {
	r.Body = http.MaxBytesReader(rw, r.Body, bodyBytesMax)
	if err := r.ParseForm(); err != nil {
		writeStripe(rw, nil, stripeFault{http.StatusBadRequest, "invalid_request_error", "", "Invalid form"})
		return
	}
	if r.Header.Get("Authorization") != "Bearer "+key {
		writeStripe(rw, nil, stripeFault{http.StatusUnauthorized, "invalid_request_error", "", "Invalid API Key provided"})
		return
	}
	w.faulty(rw, stripeDoing(r), func(rw http.ResponseWriter) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.follow()
		w.requests[stripeDoing(r)]++
		once := r.Header.Get("Idempotency-Key")
		if r.Method == http.MethodPost && once != "" {
			w.serveOnce(rw, r, once, op)
			return
		}
		out, err := op(r.PathValue("id"), r.Form)
		writeStripe(rw, out, err)
	})
}

// serveOnce answers a repeated key the way it was answered before.
func (w *World) serveOnce(rw http.ResponseWriter, r *http.Request, key string, op operation) {
	sent := r.URL.Path + "?" + r.Form.Encode()
	was, again := w.answers[key]
	if again && was.sent != sent {
		writeStripe(rw, nil, stripeFault{
			http.StatusBadRequest, "idempotency_error", "",
			"Keys for idempotent requests can only be used with the same parameters they were first used with.",
		})
		return
	}
	if !again {
		k := &kept{header: http.Header{}}
		out, err := op(r.PathValue("id"), r.Form)
		writeStripe(k, out, err)
		was = answer{sent: sent, status: k.status, body: k.body.Bytes()}
		w.answers[key] = was
	}
	rw.Header().Set("Content-Type", "application/json")
	rw.WriteHeader(was.status)
	_, _ = rw.Write(was.body) // a caller that has left needs no answer
}

func writeStripe(rw http.ResponseWriter, out object, err error) {
	if err == nil {
		write(rw, http.StatusOK, out)
		return
	}
	f, ok := errors.AsType[stripeFault](err)
	if !ok {
		f = stripeFault{http.StatusBadRequest, "invalid_request_error", "", err.Error()}
		if billing.KindOf(err) == billing.NotFound {
			f.status, f.code = http.StatusNotFound, "resource_missing"
		}
	}
	write(rw, f.status, object{"error": object{"type": f.kind, "code": f.code, "message": f.words}})
}

// stripeDoing names what a request does, for faults.
func stripeDoing(r *http.Request) string {
	switch {
	case r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, "/v1/invoices"):
		return "invoices"
	case r.Method == http.MethodGet:
		return "get"
	case strings.HasPrefix(r.URL.Path, "/v1/coupons"):
		return "coupon"
	case strings.HasPrefix(r.URL.Path, "/v1/customers"):
		return string(billing.KindCredit)
	case strings.HasPrefix(r.URL.Path, "/v1/refunds"):
		return string(billing.KindRefund)
	}
	for field, kind := range map[string]billing.Kind{
		"discounts[0][coupon]": billing.KindDiscount, "discounts[0][discount]": billing.KindDiscount,
		"pause_collection[resumes_at]": billing.KindPause, "items[0][price]": billing.KindPlan, "trial_end": billing.KindExtendTrial,
	} {
		if r.Form.Has(field) {
			return string(kind)
		}
	}
	if r.Form.Get("cancel_at_period_end") == "true" || r.Form.Get("cancel_at") != "" {
		return string(billing.KindCancel)
	}
	return string(billing.KindUncancel)
}
