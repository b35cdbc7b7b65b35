package delivery

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"saveline/internal/httpx"
)

const timeoutDefault = 30 * time.Second

// Options bound what a handover may do.
type Options struct {
	Timeout time.Duration                // of a whole handover; 0 means timeoutDefault
	Allow   func(to netip.AddrPort) bool // private addresses let through (tests, a mail server of one's own)
	Roots   *x509.CertPool               // whose certificates mail servers may have; nil: the machine's
}

// Client hands messages over. It reaches private addresses only where Options.Allow says so.
type Client struct {
	dialer  *net.Dialer
	http    *httpx.Client
	roots   *x509.CertPool
	timeout time.Duration
}

// New returns a client within o's bounds.
func New(o Options) *Client {
	if o.Timeout == 0 {
		o.Timeout = timeoutDefault
	}
	bounds := httpx.ClientOptions{Timeout: o.Timeout, BytesMax: answerBytesMax, Allow: o.Allow}
	return &Client{dialer: httpx.NewDialer(bounds), http: httpx.NewClient(bounds), roots: o.Roots, timeout: o.Timeout}
}

// Close drops idle connections.
func (c *Client) Close() { c.http.Close() }

// A Fate says what has become of a message whose handover failed.
type Fate string

// The fates.
const (
	Later   Fate = "later"   // surely not handed over, and may be tried again
	Refused Fate = "refused" // surely not handed over, and trying again is no use
	Unclear Fate = "unclear" // may have been handed over: trying again could send it twice
)

// Failure is a handover that did not succeed. Cause is a code, never the other side's words.
type Failure struct {
	Fate  Fate
	Cause string
	Err   error
}

func (f *Failure) Error() string { return fmt.Sprintf("%s (%s): %v", f.Cause, f.Fate, f.Err) }

func (f *Failure) Unwrap() error { return f.Err }

// FailureOf is the failure inside err. An error that no handover made has happened before one.
func FailureOf(err error) Failure {
	if f, ok := errors.AsType[*Failure](err); ok {
		return *f
	}
	return Failure{Fate: Later, Cause: "error", Err: err}
}

func failed(fate Fate, cause string, err error) error {
	return &Failure{Fate: fate, Cause: cause, Err: err}
}

// within is ctx with the client's own limit.
func (c *Client) within(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, c.timeout)
}
