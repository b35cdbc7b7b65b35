package delivery

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"
)

func newGateway(t *testing.T, answer http.HandlerFunc) (Gateway, *Client) {
	t.Helper()
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	c := New(Options{Timeout: time.Second, Allow: func(netip.AddrPort) bool { return true }})
	t.Cleanup(c.Close)
	return Gateway{URL: s.URL, Secret: "gateway-secret"}, c
}

var aText = Text{ID: "m-2", From: "Acme", To: "+12125550111", Text: "Hello", At: noon}

func TestATextIsPostedSigned(t *testing.T) {
	t.Parallel()
	to, c := newGateway(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var got Text
		_ = json.Unmarshal(body, &got)
		if err := Verify("gateway-secret", r.Header.Get(SignatureHeader), body, noon.Add(time.Minute)); err != nil {
			t.Error(err)
		}
		if got.To != aText.To || got.Text != aText.Text || r.Header.Get("Idempotency-Key") != "m-2" {
			t.Errorf("posted %s with key %s", body, r.Header.Get("Idempotency-Key"))
		}
		_, _ = io.WriteString(w, `{"id":"gw-9"}`)
	})
	ref, err := c.Text(t.Context(), to, aText)
	if err != nil || ref != "gw-9" {
		t.Errorf("%q, %v", ref, err)
	}
}

func TestTheFateOfAFailedText(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]Fate{400: Refused, 401: Refused, 429: Later, 503: Later, 500: Unclear, 504: Unclear} {
		to, c := newGateway(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		if _, err := c.Text(t.Context(), to, aText); FailureOf(err).Fate != want {
			t.Errorf("%d: %v, want %s", status, err, want)
		}
	}
	to, c := newGateway(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then the server notices that the other side has gone
		<-r.Context().Done()
	})
	if _, err := c.Text(t.Context(), to, aText); FailureOf(err).Fate != Unclear {
		t.Errorf("a silent gateway: %v, want unclear", err)
	}
	if _, err := c.Text(t.Context(), Gateway{URL: "http://127.0.0.1:1/"}, aText); FailureOf(err).Fate != Later {
		t.Errorf("nobody there: %v, want later", err)
	}
	guarded := New(Options{})
	defer guarded.Close()
	if _, err := guarded.Text(t.Context(), to, aText); FailureOf(err).Fate != Later {
		t.Errorf("a private address: %v", err)
	}
}

func TestASignatureFitsOneBodyForFiveMinutes(t *testing.T) {
	t.Parallel()
	body := []byte(`{"from":"+12125550111","text":"STOP"}`)
	good := Sign("s", body, noon)
	for name, c := range map[string]struct {
		secret, signature string
		body              []byte
		at                time.Time
		ok                bool
	}{
		"right":           {"s", good, body, noon.Add(4 * time.Minute), true},
		"another secret":  {"x", good, body, noon, false},
		"no secret":       {"", Sign("", body, noon), body, noon, false},
		"another body":    {"s", good, []byte(`{}`), noon, false},
		"too old":         {"s", good, body, noon.Add(6 * time.Minute), false},
		"from the future": {"s", good, body, noon.Add(-6 * time.Minute), false},
		"nothing":         {"s", "", body, noon, false},
	} {
		if err := Verify(c.secret, c.signature, c.body, c.at); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}
