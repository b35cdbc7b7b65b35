package auth_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"saveline/internal/auth"
)

// code is what an authenticator with this secret shows at the test's time.
func (f *floor) code(secret string) string {
	f.t.Helper()
	c, err := totp.GenerateCode(secret, f.clock.now())
	if err != nil {
		f.t.Fatal(err)
	}
	return c
}

// protect sets an authenticator up for a person and returns its secret.
func (f *floor) protect(session string) string {
	f.t.Helper()
	secret := f.want(200, f.send(session, "POST", "/v1/me/totp", "")).field(f.t, "secret")
	f.want(204, f.send(session, "POST", "/v1/me/totp/confirm", fmt.Sprintf(`{"code":%q}`, f.code(secret))))
	return secret
}

func TestSigningInWithACode(t *testing.T) {
	f := newFloor(t)
	u := f.hire("ann@acme.example", auth.Agent, f.acme.ID)
	session := f.session(u.ID)
	f.want(409, f.send(session, "POST", "/v1/me/totp/confirm", `{"code":"123456"}`))
	offer := f.want(200, f.send(session, "POST", "/v1/me/totp", ""))
	if !strings.HasPrefix(offer.field(t, "url"), "otpauth://totp/Saveline:ann@acme.example?") {
		t.Errorf("offer %s", offer.body)
	}
	f.want(422, f.send(session, "POST", "/v1/me/totp/confirm", `{"code":"000000"}`))
	f.want(200, f.signIn(u.Email, password, "")) // not in force before it is confirmed
	secret := f.protect(session)

	missing := f.want(401, f.signIn(u.Email, password, ""))
	if !strings.Contains(missing.body, `"body.totp"`) {
		t.Errorf("the page is not told to ask for a code: %s", missing.body)
	}
	f.want(401, f.signIn(u.Email, password, f.code(secret))) // the code that confirmed is used up
	f.clock.pass(30 * time.Second)
	if wrong := f.want(401, f.signIn(u.Email, "wrong", f.code(secret))); strings.Contains(wrong.body, "totp") {
		t.Errorf("a wrong password hears of the code: %s", wrong.body)
	}
	spaced := f.code(secret)[:3] + " " + f.code(secret)[3:]
	f.want(200, f.signIn(u.Email, password, spaced))
	f.want(401, f.signIn(u.Email, password, f.code(secret))) // the same code again
	old := f.code(secret)
	f.clock.pass(2 * time.Minute)
	f.want(401, f.signIn(u.Email, password, old))
	f.want(200, f.signIn(u.Email, password, f.code(secret)))

	f.want(422, f.send(session, "DELETE", "/v1/me/totp", `{"password":"wrong"}`))
	f.want(204, f.send(session, "DELETE", "/v1/me/totp", fmt.Sprintf(`{"password":%q}`, password)))
	f.want(200, f.signIn(u.Email, password, ""))
}

func TestALostPhone(t *testing.T) {
	f := newFloor(t)
	boss, u := f.hire("boss@house.example", auth.Admin), f.hire("ann@acme.example", auth.Agent, f.acme.ID)
	f.protect(f.session(u.ID))
	f.want(401, f.signIn(u.Email, password, ""))
	f.want(204, f.send(f.session(boss.ID), "DELETE", fmt.Sprintf("/v1/users/%d/totp", u.ID), ""))
	f.want(200, f.signIn(u.Email, password, ""))
	if f.audited("user.totp_on") != 1 || f.audited("user.totp_off") != 1 {
		t.Error("switching codes on and off is not audited once each")
	}
}

func TestTheSecretLiesSealed(t *testing.T) {
	f := newFloor(t)
	a, b := f.hire("ann@acme.example", auth.Agent, f.acme.ID), f.hire("bob@acme.example", auth.Agent, f.acme.ID)
	secret := f.protect(f.session(a.ID))
	var stored []byte
	if err := f.db.Get(&stored, `SELECT totp_secret FROM users WHERE id = $1`, a.ID); err != nil {
		t.Fatal(err)
	}
	if len(stored) == 0 || bytes.Contains(stored, []byte(secret)) {
		t.Errorf("the secret lies open: %q", stored)
	}
	// Copied to somebody else's row it opens nothing: it is bound to its place.
	if _, err := f.db.Exec(`UPDATE users SET totp_secret = $2 WHERE id = $1`, b.ID, stored); err != nil {
		t.Fatal(err)
	}
	f.clock.pass(time.Minute)
	f.want(500, f.signIn(b.Email, password, f.code(secret)))
}

func TestTheBox(t *testing.T) {
	t.Parallel()
	key := auth.NewSecretKey()
	box := auth.NewBox(key)
	sealed := box.Seal([]byte("secret"), "place")
	if got, err := box.Open(sealed, "place"); err != nil || string(got) != "secret" {
		t.Errorf("opens to %q, %v", got, err)
	}
	if bytes.Equal(sealed, box.Seal([]byte("secret"), "place")) {
		t.Error("the same secret seals to the same bytes")
	}
	sealed[len(sealed)-1] ^= 1
	for name, open := range map[string]func() ([]byte, error){
		"changed":       func() ([]byte, error) { return box.Open(sealed, "place") },
		"another place": func() ([]byte, error) { return box.Open(box.Seal([]byte("s"), "place"), "elsewhere") },
		"another key":   func() ([]byte, error) { return auth.NewBox(auth.NewSecretKey()).Open(box.Seal([]byte("s"), "p"), "p") },
		"cut":           func() ([]byte, error) { return box.Open([]byte("x"), "place") },
	} {
		if got, err := open(); err == nil {
			t.Errorf("%s: opens to %q", name, got)
		}
	}
}
