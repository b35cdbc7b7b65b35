package delivery

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

const (
	answerBytesMax = 64 << 10
	signatureAge   = 5 * time.Minute // a signature older than this is a replay
	refBytesMax    = 200             // of a gateway's own id of a text
)

// SignatureHeader carries "t=<unix seconds>,v1=<hex HMAC-SHA256 of t, a dot and the body>", both ways.
const SignatureHeader = "X-Saveline-Signature"

// Gateway is a client company's way to send texts: any service, or a small adapter before one, that takes a signed POST.
type Gateway struct {
	URL    string
	Secret string // signs what is posted
}

// Text is one text to one number. Its JSON is what the gateway is posted: {"id","from","to","text"}.
type Text struct {
	ID   string    `json:"id"`   // unique; also the Idempotency-Key
	From string    `json:"from"` // a number or a sender's name
	To   string    `json:"to"`   // E.164
	Text string    `json:"text"`
	At   time.Time `json:"-"`
}

// Text hands t over to the gateway and returns the gateway's own id of it ({"id"} of its answer, "" if it gives none).
//
// Failures: later (no connection, 429, 503), refused (any other 4xx, an address in a private network), unclear (no
// answer after the request was on its way, any other 5xx).
func (c *Client) Text(ctx context.Context, to Gateway, t Text) (ref string, err error) {
	body, err := json.Marshal(t)
	if err != nil {
		return "", failed(Refused, "not_a_text", err)
	}
	ctx, cancel := c.within(ctx)
	defer cancel()
	var onItsWay atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { onItsWay.Store(true) }})
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to.URL, bytes.NewReader(body))
	if err != nil {
		return "", failed(Refused, "not_an_address", err)
	}
	r.GetBody = nil // a POST whose connection broke is not sent again behind our back
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", t.ID)
	r.Header.Set(SignatureHeader, Sign(to.Secret, body, t.At))
	res, err := c.http.Do(r)
	switch {
	case err != nil && onItsWay.Load():
		return "", failed(Unclear, "no_answer", err)
	case err != nil:
		return "", failed(Later, "no_connection", err)
	}
	defer func() { _ = res.Body.Close() }()
	if err := judge(res.StatusCode); err != nil {
		return "", err
	}
	raw, _ := io.ReadAll(res.Body) // taken is taken, whatever the answer holds
	var said struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(raw, &said) != nil || len(said.ID) > refBytesMax {
		return "", nil
	}
	return said.ID, nil
}

func judge(status int) error {
	err := fmt.Errorf("the gateway answered %d", status)
	switch {
	case status >= 200 && status < 300:
		return nil
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable:
		return failed(Later, "gateway_busy", err)
	case status >= 500:
		return failed(Unclear, "gateway_fault", err)
	}
	return failed(Refused, "gateway_refused", err)
}

// Sign is the signature of body at an instant.
func Sign(secret string, body []byte, at time.Time) string {
	t := strconv.FormatInt(at.Unix(), 10)
	return "t=" + t + ",v1=" + hex.EncodeToString(mac(secret, t, body))
}

func mac(secret, t string, body []byte) []byte {
	m := hmac.New(sha256.New, []byte(secret))
	m.Write([]byte(t + "."))
	m.Write(body)
	return m.Sum(nil)
}

// Verify checks a signature that came in: made with the secret, over this body, no more than five minutes from now.
func Verify(secret, signature string, body []byte, now time.Time) error {
	var t, v1 string
	for part := range strings.SplitSeq(signature, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "t":
			t = value
		case "v1":
			v1 = value
		}
	}
	at, err := strconv.ParseInt(t, 10, 64)
	if err != nil || secret == "" {
		return errors.New("no signature")
	}
	given, err := hex.DecodeString(v1)
	if err != nil || !hmac.Equal(given, mac(secret, t, body)) {
		return errors.New("the signature does not fit")
	}
	if age := now.Sub(time.Unix(at, 0)); age > signatureAge || age < -signatureAge {
		return errors.New("the signature is too old")
	}
	return nil
}
