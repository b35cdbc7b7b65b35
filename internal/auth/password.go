package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/sync/semaphore"
)

// hashing is argon2id as OWASP recommends it (19 MiB, 2 passes, 1 lane): about 20 ms a password on one core.
var hashing = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

const (
	passwordRunesMin = 10
	passwordRunesMax = 200
	passwordBytesMax = 4 * passwordRunesMax
	lockedHash       = "!" // no password fits: simulated people cannot sign in
)

// hasher bounds how many passwords are hashed at a time, and so the memory a flood of logins can take.
type hasher struct{ slots *semaphore.Weighted }

func newHasher() hasher { return hasher{semaphore.NewWeighted(int64(2 * runtime.GOMAXPROCS(0)))} }

func (h hasher) hash(ctx context.Context, password string) (string, error) {
	if err := h.slots.Acquire(ctx, 1); err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	defer h.slots.Release(1)
	out, err := argon2id.CreateHash(password, hashing)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return out, nil
}

// decoyHash is the hash of no password, with the parameters of a real one.
const decoyHash = "$argon2id$v=19$m=19456,t=2,p=1$c2F2ZWxpbmUtZGVjb3kxMg$dGhlIGhhc2ggb2Ygbm8gcGFzc3dvcmQgYXQgYWxsISE"

// fits compares password with hash. A hash that no password fits costs as much time as a real one, so that the time
// of an answer does not tell which e-mail addresses have accounts.
func (h hasher) fits(ctx context.Context, password, hash string) (bool, error) {
	if err := h.slots.Acquire(ctx, 1); err != nil {
		return false, fmt.Errorf("compare password: %w", err)
	}
	defer h.slots.Release(1)
	isDecoy := hash == "" || hash == lockedHash
	if isDecoy {
		hash = decoyHash
	}
	ok, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return false, fmt.Errorf("compare password: %w", err)
	}
	return ok && !isDecoy, nil
}

// weakness says what is wrong with a password, "" if nothing is. Length is what counts (NIST SP 800-63B).
func weakness(password, email string) string {
	n := utf8.RuneCountInString(password)
	name, _, _ := strings.Cut(strings.ToLower(email), "@")
	switch {
	case n < passwordRunesMin:
		return fmt.Sprintf("a password has at least %d characters", passwordRunesMin)
	case n > passwordRunesMax:
		return fmt.Sprintf("a password has at most %d characters", passwordRunesMax)
	case strings.Count(password, password[:1]) == len(password):
		return "one character again and again is not a password"
	case name != "" && strings.EqualFold(strings.Trim(password, "0123456789"), name):
		return "your e-mail address is not a password"
	}
	return ""
}

// randomPassword is 16 characters (80 bits) that are easy to read out: no 0, O, 1, l.
func randomPassword() string {
	const alphabet = "abcdefghijkmnpqrstuvwxyz23456789" // 32 of them: a byte's low five bits choose evenly
	b := make([]byte, 16)
	_, _ = rand.Read(b) // crypto/rand never fails
	for i := range b {
		b[i] = alphabet[b[i]&31]
	}
	return fmt.Sprintf("%s-%s-%s-%s", b[:4], b[4:8], b[8:12], b[12:])
}

// newSecret is 256 random bits in a form for headers and cookies, and the hash it is known by here.
func newSecret(prefix string) (secret string, hash []byte) {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // crypto/rand never fails
	secret = prefix + base64.RawURLEncoding.EncodeToString(b)
	return secret, hashSecret(secret)
}

// hashSecret needs no salt and no slowness: what it hashes is random and long.
func hashSecret(secret string) []byte {
	h := sha256.Sum256([]byte(secret))
	return h[:]
}
