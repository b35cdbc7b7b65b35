package httpx_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"saveline/internal/errs"
	"saveline/internal/httpx"
)

func TestIsPublic(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"8.8.8.8": true, "93.184.216.34": true, "2606:4700:4700::1111": true, "::ffff:8.8.8.8": true,
		"127.0.0.1": false, "127.9.9.9": false, "0.0.0.0": false, "10.1.2.3": false, "172.31.0.1": false,
		"192.168.1.1": false, "169.254.169.254": false, "100.64.0.1": false, "198.18.0.1": false, "224.0.0.1": false,
		"255.255.255.255": false, "::": false, "::1": false, "fe80::1": false, "fe80::1%eth0": false, "fd00:ec2::254": false,
		"fc00::1": false, "::ffff:127.0.0.1": false, "::ffff:169.254.169.254": false, "64:ff9b::7f00:1": false,
		"2002:7f00:1::": false, "2001::1": false, "2001:db8::1": false, "ff02::1": false, "::7f00:1": false,
	} {
		if got := httpx.IsPublic(netip.MustParseAddr(address)); got != want {
			t.Errorf("IsPublic(%s) = %v, want %v", address, got, want)
		}
	}
	if httpx.IsPublic(netip.Addr{}) {
		t.Error("no address is public")
	}
}

// inside is a server in a network that no user's URL may reach, and how often it was reached.
func inside(t *testing.T, h http.HandlerFunc) (*httptest.Server, *atomic.Int64) {
	t.Helper()
	reached := &atomic.Int64{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reached.Add(1)
		h(w, r)
	}))
	t.Cleanup(s.Close)
	return s, reached
}

func allowOnly(t *testing.T, s *httptest.Server) func(netip.AddrPort) bool {
	t.Helper()
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	to := netip.MustParseAddrPort(u.Host)
	return func(a netip.AddrPort) bool { return a == to }
}

func TestTheClientRefusesPrivateAddresses(t *testing.T) {
	t.Parallel()
	secret, reached := inside(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "secret") })
	port := secret.URL[strings.LastIndex(secret.URL, ":"):]
	c := httpx.NewClient(httpx.ClientOptions{Timeout: 5 * time.Second})
	defer c.Close()
	for _, u := range []string{
		secret.URL, "http://localhost" + port, "http://[::1]" + port, "http://[::ffff:127.0.0.1]" + port, "http://0.0.0.0" + port,
		"http://169.254.169.254/latest/meta-data/", "ftp://example.com/", "file:///etc/passwd", "http://user:pass@example.com/", "nonsense",
	} {
		if _, _, err := c.Get(context.Background(), u); !errs.Is(err, errs.Invalid) {
			t.Errorf("GET %s: %v, want invalid", u, err)
		}
	}
	if reached.Load() > 0 {
		t.Errorf("the inner server was reached %d times", reached.Load())
	}
}

func TestARedirectLeadsToNoPrivateAddress(t *testing.T) {
	t.Parallel()
	secret, reached := inside(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "secret") })
	outside, _ := inside(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, secret.URL, http.StatusFound) })
	c := httpx.NewClient(httpx.ClientOptions{Allow: allowOnly(t, outside)})
	defer c.Close()
	if _, _, err := c.Get(context.Background(), outside.URL); !errs.Is(err, errs.Invalid) || reached.Load() > 0 {
		t.Errorf("redirected inside: %v, reached %d times", err, reached.Load())
	}
	loop, hops := inside(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) })
	l := httpx.NewClient(httpx.ClientOptions{Allow: allowOnly(t, loop)})
	defer l.Close()
	if _, _, err := l.Get(context.Background(), loop.URL); !errs.Is(err, errs.Invalid) || hops.Load() > 5 {
		t.Errorf("a loop: %v after %d hops", err, hops.Load())
	}
}

func TestTheClientsLimits(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	s, _ := inside(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/long":
			_, _ = io.WriteString(w, strings.Repeat("x", 2000))
		case "/slow":
			<-release
		default:
			_, _ = io.WriteString(w, "hello")
		}
	})
	t.Cleanup(func() { close(release) })
	c := httpx.NewClient(httpx.ClientOptions{Allow: allowOnly(t, s), BytesMax: 1000, Timeout: 30 * time.Second})
	defer c.Close()
	hasty := httpx.NewClient(httpx.ClientOptions{Allow: allowOnly(t, s), BytesMax: 1000, Timeout: 200 * time.Millisecond})
	defer hasty.Close()
	if res, body, err := c.Get(context.Background(), s.URL); err != nil || string(body) != "hello" || res.StatusCode != http.StatusOK {
		t.Errorf("an allowed address: %q %v", body, err)
	}
	if _, _, err := c.Get(context.Background(), s.URL+"/long"); !errs.Is(err, errs.Limited) {
		t.Errorf("an answer of 2000 bytes: %v, want limited", err)
	}
	if _, _, err := hasty.Get(context.Background(), s.URL+"/slow"); !errs.Is(err, errs.Unavailable) {
		t.Errorf("a slow answer: %v, want unavailable", err)
	}
}
