package retention

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/jobs"
	"saveline/retention/delivery"
)

// deliverer hands messages to the outside.
type deliverer interface {
	Email(ctx context.Context, server delivery.SMTP, e delivery.Email) error
	Text(ctx context.Context, to delivery.Gateway, t delivery.Text) (ref string, err error)
}

var _ deliverer = (*delivery.Client)(nil)

// follow is what messages and public pages need beside the database.
type follow struct {
	box     auth.Box
	linkKey []byte
	queue   *jobs.Client // nil: the sweep of every minute sends alone
	deliver deliverer    // nil: nothing leaves the house
}

func newFollow(key auth.SecretKey) follow {
	m := hmac.New(sha256.New, key[:])
	m.Write([]byte("saveline: links that customers follow, v1"))
	return follow{box: auth.NewBox(key), linkKey: m.Sum(nil)}
}

// SetFollowUp gives the service the key that its secrets lie under, the queue that its messages are sent by, and the way
// out. Without a queue messages wait for the sweep; without a way out only those that stay here are sent.
func (s *Service) SetFollowUp(key auth.SecretKey, q *jobs.Client, out *delivery.Client) {
	s.follow = newFollow(key)
	if s.follow.queue = q; q != nil {
		jobs.Handle(q, messageJobTimeout, func(ctx context.Context, j messageJob) error { return s.sendMessage(ctx, j.Message) })
	}
	if out != nil {
		s.follow.deliver = out
	}
}

// linkPurpose is what a link lets its reader do. It is part of what is signed: a link for one thing opens no other.
type linkPurpose string

const (
	linkStop        linkPurpose = "stop"        // a message: no more of these
	linkWrong       linkPurpose = "wrong"       // a message: what it says is wrong
	linkAppointment linkPurpose = "appointment" // an appointment: confirm or cancel it
	linkSurvey      linkPurpose = "survey"      // a survey's invitation: answer it
	linkCancel      linkPurpose = "cancel"      // a subscription: cancel it
)

const (
	linkMACBytes = 16
	linkBytes    = 8 + 8 + linkMACBytes
)

// signedPath is the path, below the client's public address, that lets whoever holds it do one thing with one row until
// an instant: "/p/cancel/<64-bit id, 64-bit Unix time, 128-bit MAC, base64url>".
func (f follow) signedPath(purpose linkPurpose, id int64, until time.Time) string {
	raw := binary.BigEndian.AppendUint64(nil, uint64(id))
	raw = binary.BigEndian.AppendUint64(raw, uint64(until.Unix()))
	raw = append(raw, f.linkMAC(purpose, raw)...)
	return "/p/" + string(purpose) + "/" + base64.RawURLEncoding.EncodeToString(raw)
}

func (f follow) linkMAC(purpose linkPurpose, raw []byte) []byte {
	m := hmac.New(sha256.New, f.linkKey)
	m.Write([]byte(purpose))
	m.Write([]byte{0})
	m.Write(raw)
	return m.Sum(nil)[:linkMACBytes]
}

// readLink is the row that a token names. A forged one and one that has expired are told apart for nobody.
//
// Codes: not_found.
func (f follow) readLink(purpose linkPurpose, token string, now time.Time) (id int64, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != linkBytes {
		return 0, badLink()
	}
	body, mac := raw[:linkBytes-linkMACBytes], raw[linkBytes-linkMACBytes:]
	until := time.Unix(int64(binary.BigEndian.Uint64(body[8:])), 0)
	if !hmac.Equal(mac, f.linkMAC(purpose, body)) || !now.Before(until) {
		return 0, badLink()
	}
	return int64(binary.BigEndian.Uint64(body[:8])), nil
}

func badLink() error {
	return errs.Newf(errs.NotFound, "this link is not valid, or not any more; ask for a new one")
}

const refBytes = 12

// newRef is a random name for the outside.
func newRef() string {
	var b [refBytes]byte
	_, _ = rand.Read(b[:]) // crypto/rand never fails
	return hex.EncodeToString(b[:])
}
