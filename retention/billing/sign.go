package billing

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"saveline/internal/errs"
)

// Tolerance is how far a signature's time may be from ours.
const Tolerance = 5 * time.Minute

// Sign is the header that proves a message: "t=<unix seconds>,v1=<hex of HMAC-SHA256(secret, t.body)>". It is the
// scheme of Stripe's webhooks (docs.stripe.com/webhooks#verify-manually), which ours share.
func Sign(secret string, at time.Time, body []byte) string {
	t := strconv.FormatInt(at.Unix(), 10)
	return "t=" + t + ",v1=" + hex.EncodeToString(mac(secret, t, body))
}

// Verify checks a delivery's signature in constant time, and its age. A header may hold several v1 signatures, while a
// secret is being changed.
//
// Codes: forbidden.
func Verify(secret string, d Delivery) error {
	t, signatures := "", [][]byte{}
	for part := range strings.SplitSeq(d.Signature, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "t":
			t = value
		case "v1":
			if raw, err := hex.DecodeString(value); err == nil {
				signatures = append(signatures, raw)
			}
		}
	}
	want := mac(secret, t, d.Body)
	matches := false
	for _, s := range signatures {
		matches = hmac.Equal(s, want) || matches
	}
	seconds, err := strconv.ParseInt(t, 10, 64)
	if !matches || err != nil || secret == "" {
		return errs.Newf(errs.Forbidden, "the signature does not fit; check that both sides have the same signing secret")
	}
	if age := d.At.Sub(time.Unix(seconds, 0)); age > Tolerance || age < -Tolerance {
		return errs.Newf(errs.Forbidden, "the message was signed at another time; check the clocks, and send it again")
	}
	return nil
}

func mac(secret, t string, body []byte) []byte {
	h := hmac.New(sha256.New, []byte(secret))
	_, _ = h.Write([]byte(t + ".")) // a hash never fails to write
	_, _ = h.Write(body)
	return h.Sum(nil)
}
