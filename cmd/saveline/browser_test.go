package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"testing"
	"time"

	"saveline/internal/auth"
)

// browser is one person's: it keeps the session's cookie, and knows where the house is.
type browser struct {
	t    *testing.T
	http http.Client
	base func() string // the node that it is sent to; a house may have moved
}

func newBrowser(t *testing.T, base func() string) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{t: t, http: http.Client{Jar: jar, Timeout: 15 * time.Second}, base: base}
	t.Cleanup(b.http.CloseIdleConnections)
	return b
}

// at is a house that stays where it is.
func at(c *child) func() string { return func() string { return c.url } }

// signIn is the sign-in page.
func (b *browser) signIn(email, password string) {
	b.t.Helper()
	b.must(http.MethodPost, "/v1/session", map[string]string{"email": email, "password": password}, nil)
}

// enter opens a session without a password, for simulated agents, who have none.
func (b *browser) enter(a *auth.Service, user auth.UserID) {
	b.t.Helper()
	s, err := a.OpenSession(context.Background(), user)
	if err != nil {
		b.t.Fatal(err)
	}
	b.http.Jar.SetCookies(&url.URL{Scheme: "http", Host: "127.0.0.1"}, []*http.Cookie{{Name: auth.SessionCookie, Value: s.Cookie}})
}

// ask sends a request; in is JSON unless it is bytes. The error is of the transport alone.
func (b *browser) ask(method, path string, in, out any) (status int, body []byte, err error) {
	raw, isRaw := in.([]byte)
	if in != nil && !isRaw {
		if raw, err = json.Marshal(in); err != nil {
			return 0, nil, err
		}
	}
	r, err := http.NewRequest(method, b.base()+path, bytes.NewReader(raw))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	if isRaw {
		r.Header.Set("Content-Type", "application/octet-stream")
	}
	w, err := b.http.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = w.Body.Close() }()
	if body, err = io.ReadAll(w.Body); err != nil {
		return 0, nil, err
	}
	if out != nil && w.StatusCode < 300 {
		err = json.Unmarshal(body, out)
	}
	return w.StatusCode, body, err
}

// must is ask for what has to succeed.
func (b *browser) must(method, path string, in, out any) {
	b.t.Helper()
	status, body, err := b.ask(method, path, in, out)
	if err != nil || status >= 300 {
		b.t.Fatalf("%s %s: %d %s (%v)", method, path, status, body, err)
	}
}

func (b *browser) get(path string, out any) {
	b.t.Helper()
	b.must(http.MethodGet, path, nil, out)
}

func (b *browser) post(path string, in, out any) {
	b.t.Helper()
	b.must(http.MethodPost, path, in, out)
}

// refused is ask for what has to be refused with the given status.
func (b *browser) refused(method, path string, in any, want int) {
	b.t.Helper()
	if status, body, err := b.ask(method, path, in, nil); err != nil || status != want {
		b.t.Errorf("%s %s: %d %s (%v), want %d", method, path, status, body, err, want)
	}
}

func path(format string, args ...any) string { return fmt.Sprintf(format, args...) }
