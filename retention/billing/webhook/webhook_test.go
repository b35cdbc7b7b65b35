package webhook_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"saveline/internal/httpx"
	"saveline/retention/billing"
	"saveline/retention/billing/billingtest"
	"saveline/retention/billing/webhook"
)

func start() time.Time { return billingtest.Start }

func client(t *testing.T, handler http.Handler) *webhook.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	guarded := httpx.NewClient(httpx.ClientOptions{
		Timeout: 10 * time.Second, Allow: func(to netip.AddrPort) bool { return to.Addr().IsLoopback() },
	})
	t.Cleanup(guarded.Close)
	return webhook.New(webhook.Config{URL: server.URL, Secret: "out", Signing: "in"}, guarded, start)
}

func TestTheWebhookKeepsThePortsPromises(t *testing.T) {
	t.Parallel()
	billingtest.Run(t, func(t *testing.T) billingtest.Bench {
		w := billingtest.World()
		return billingtest.Bench{
			Adapter: client(t, w.Endpoint("out", start)), World: w,
			Deliver: func(e billing.Event, at time.Time) billing.Delivery {
				body, err := json.Marshal(e)
				if err != nil {
					t.Fatal(err)
				}
				return billing.Delivery{Signature: billing.Sign("in", at, body), Body: body, At: at}
			},
		}
	})
}

// What the endpoint is sent is signed and carries the key; what it answers decides whether the change may be asked for
// again.
func TestWhatAnAnswerMeans(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]billing.ErrorKind{
		404: billing.NotFound, 409: billing.Refused, 422: billing.Refused, 501: billing.Unsupported, 500: billing.Unclear,
		429: billing.Unclear, 401: billing.Unclear, 200: billing.Unclear,
	} {
		var seen *http.Request
		c := client(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			seen = r
			rw.WriteHeader(status)
			_, _ = rw.Write([]byte(`{"message":"no"}`))
		}))
		_, err := c.Uncancel(t.Context(), billing.Target{Key: "grant:7", Subscription: "s"})
		if got := billing.KindOf(err); got != want {
			t.Errorf("%d is %q, want %q", status, got, want)
		}
		if seen.Header.Get("Idempotency-Key") != "grant:7" || seen.Header.Get(webhook.SignatureHeader) == "" {
			t.Errorf("headers %v", seen.Header)
		}
	}
}

func TestAnEventNeedsAnIDAndATime(t *testing.T) {
	t.Parallel()
	c := client(t, http.NotFoundHandler())
	for _, body := range []string{`{}`, `{"id":"e"}`, `[`} {
		d := billing.Delivery{Signature: billing.Sign("in", start(), []byte(body)), Body: []byte(body), At: start()}
		if _, err := c.Receive(d); err == nil {
			t.Errorf("%s was read", body)
		}
	}
}
