package httpx

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"syscall"
	"time"

	"saveline/internal/errs"
)

const (
	clientTimeoutDefault = 15 * time.Second
	clientBytesDefault   = 1 << 20
	clientRedirectsMax   = 3
)

// ClientOptions bound what a request to a URL that a user gave may do.
type ClientOptions struct {
	Timeout  time.Duration                // for the whole exchange, the body included; 0 means clientTimeoutDefault
	BytesMax int64                        // of an answer's body; 0 means clientBytesDefault
	Allow    func(to netip.AddrPort) bool // addresses let through although they are private (tests, on-premises systems)
}

// Client calls URLs that users give (webhooks, imports, billing) and never reaches the house's own network: the
// address is checked when the connection is made, so neither DNS that changes its mind nor a redirect gets around it.
type Client struct {
	http     *http.Client
	bytesMax int64
}

// NewDialer is the client's guard alone, for protocols other than HTTP (mail servers that users name).
func NewDialer(o ClientOptions) *net.Dialer {
	return &net.Dialer{Timeout: o.Timeout, ControlContext: guard(o.Allow)}
}

// NewClient returns a client within o's bounds.
func NewClient(o ClientOptions) *Client {
	if o.Timeout == 0 {
		o.Timeout = clientTimeoutDefault
	}
	if o.BytesMax == 0 {
		o.BytesMax = clientBytesDefault
	}
	dialer := NewDialer(o)
	return &Client{bytesMax: o.BytesMax, http: &http.Client{
		Timeout: o.Timeout,
		Transport: &http.Transport{
			Proxy:                 nil, // a proxy would dial for us, past the guard
			DialContext:           dialer.DialContext,
			ForceAttemptHTTP2:     true,
			TLSHandshakeTimeout:   o.Timeout,
			ResponseHeaderTimeout: o.Timeout,
			MaxIdleConnsPerHost:   2,
			IdleConnTimeout:       30 * time.Second,
		},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) > clientRedirectsMax {
				return errs.Newf(errs.Invalid, "the address redirects more than %d times", clientRedirectsMax)
			}
			return checkURL(r)
		},
	}}
}

// Do sends r. The answer's body ends with an error at BytesMax.
//
// Codes: invalid (not an http address, or one of a private network), unavailable (no answer in time).
func (c *Client) Do(r *http.Request) (*http.Response, error) {
	if err := checkURL(r); err != nil {
		return nil, err
	}
	res, err := c.http.Do(r) //nolint:bodyclose // the caller closes it, through the limit
	if err != nil {
		if ours, ok := errors.AsType[*errs.Error](err); ok {
			return nil, ours
		}
		return nil, errs.WithCause(errs.Unavailable, err, "%s did not answer", r.URL.Host)
	}
	res.Body = http.MaxBytesReader(nil, res.Body, c.bytesMax)
	return res, nil
}

// Get is Do for a plain read that returns the whole body.
//
// Codes: as Do; limited (the answer is longer than BytesMax).
func (c *Client) Get(ctx context.Context, url string) (*http.Response, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, nil, errs.WithCause(errs.Invalid, err, "this is not an address")
	}
	res, err := c.Do(r)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	var tooBig *http.MaxBytesError
	switch {
	case errors.As(err, &tooBig):
		return nil, nil, errs.WithCause(errs.Limited, err, "%s answered more than %d bytes", r.URL.Host, c.bytesMax)
	case err != nil:
		return nil, nil, errs.WithCause(errs.Unavailable, err, "%s broke off its answer", r.URL.Host)
	}
	return res, body, nil
}

// Close drops idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

func checkURL(r *http.Request) error {
	if r.URL.Scheme != "http" && r.URL.Scheme != "https" {
		return errs.Newf(errs.Invalid, "only http and https addresses can be called")
	}
	if r.URL.Host == "" || r.URL.User != nil {
		return errs.Newf(errs.Invalid, "the address needs a host name and may hold no password")
	}
	return nil
}

// guard refuses a connection by the address it is about to be made to, after the name was resolved.
func guard(allow func(netip.AddrPort) bool) func(context.Context, string, string, syscall.RawConn) error {
	return func(_ context.Context, _, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil {
			return fmt.Errorf("address %q: %w", address, err)
		}
		to = netip.AddrPortFrom(to.Addr().Unmap().WithZone(""), to.Port())
		if IsPublic(to.Addr()) || allow != nil && allow(to) {
			return nil
		}
		return errs.Newf(errs.Invalid, "this address is in a private network and cannot be called from here")
	}
}

// notPublic are the prefixes inside the global ranges that lead to a private network, to ourselves or to nowhere.
// Source: IANA IPv4 and IPv6 special-purpose address registries; 6to4, Teredo and NAT64 carry an IPv4 address inside.
var notPublic = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
	"192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
	"224.0.0.0/3", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
)

// globalIPv6 is the one range of IPv6 that is routed in public.
var globalIPv6 = netip.MustParsePrefix("2000::/3")

// IsPublic reports whether a is an address of the public internet.
func IsPublic(a netip.Addr) bool {
	a = a.Unmap()
	if !a.IsValid() || a.Is6() && !globalIPv6.Contains(a.WithZone("")) {
		return false
	}
	return !slices.ContainsFunc(notPublic, func(p netip.Prefix) bool { return p.Contains(a.WithZone("")) })
}

func prefixes(all ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(all))
	for i, p := range all {
		out[i] = netip.MustParsePrefix(p)
	}
	return out
}
