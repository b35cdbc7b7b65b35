package auth

import (
	"context"
	"crypto/subtle"
	"fmt"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"saveline/internal/errs"
	"saveline/internal/pg"
)

// Codes as every authenticator makes them: RFC 6238, 30 seconds, 6 digits, SHA-1; a clock may be one step off.
var totpOptions = totp.ValidateOpts{Period: totpPeriodSeconds, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

const (
	totpPeriodSeconds = 30
	totpSkewSteps     = 1
	totpIssuer        = "Saveline"
)

const (
	setTOTPPending = `UPDATE users SET totp_pending = $2 WHERE id = $1`
	getTOTPPending = `SELECT totp_pending FROM users WHERE id = $1 FOR UPDATE`
	confirmTOTP    = `
UPDATE users SET totp_secret = $2, totp_pending = NULL, totp_step = $3, version = version + 1 WHERE id = $1`
	removeTOTP = `
UPDATE users SET totp_secret = NULL, totp_pending = NULL, totp_step = 0, version = version + 1 WHERE id = $1`
	takeTOTPStep = `UPDATE users SET totp_step = $2 WHERE id = $1 AND totp_step < $2`
)

// TOTPOffer is a secret for an authenticator; it counts once a code from it is confirmed.
type TOTPOffer struct {
	Secret string `json:"secret" doc:"to type in by hand"`
	URL    string `json:"url" doc:"otpauth URL to show as a QR code"`
}

func totpPlace(u UserID) string { return object("users.totp_secret", u) }

// StartTOTP offers the actor a secret. A code they have already stays in force until the new one is confirmed.
//
// Codes: forbidden (asked with an API token).
func (s *Service) StartTOTP(ctx context.Context, by Actor) (TOTPOffer, error) {
	if err := inPerson(by); err != nil {
		return TOTPOffer{}, err
	}
	key, err := totp.Generate(totp.GenerateOpts{
		Issuer: totpIssuer, AccountName: by.Email, Period: totpPeriodSeconds, Digits: totpOptions.Digits,
		Algorithm: totpOptions.Algorithm,
	})
	if err != nil {
		return TOTPOffer{}, fmt.Errorf("make authenticator secret: %w", err)
	}
	sealed := s.box.Seal([]byte(key.Secret()), totpPlace(by.User))
	if _, err := s.db.ExecContext(ctx, setTOTPPending, by.User, sealed); err != nil {
		return TOTPOffer{}, errs.Wrap(err, "keep authenticator secret")
	}
	return TOTPOffer{Secret: key.Secret(), URL: key.URL()}, nil
}

// ConfirmTOTP puts the offered secret in force; the code shows that the authenticator has it.
//
// Codes: invalid (wrong code), conflict (nothing was offered), forbidden (asked with an API token).
func (s *Service) ConfirmTOTP(ctx context.Context, by Actor, code string) error {
	if err := inPerson(by); err != nil {
		return err
	}
	now := s.now()
	return pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		var sealed []byte
		if err := tx.GetContext(ctx, &sealed, getTOTPPending, by.User); err != nil {
			return errs.Wrap(err, "read authenticator secret")
		}
		if sealed == nil {
			return errs.Newf(errs.Conflict, "start the set-up of the authenticator first")
		}
		secret, err := s.box.Open(sealed, totpPlace(by.User))
		if err != nil {
			return err
		}
		step, err := stepOf(string(secret), code, now)
		if err != nil {
			return err
		}
		if step == 0 {
			return badCode(errs.Invalid, "this code is wrong; check the clock of the phone and try the next one", "code")
		}
		if _, err := tx.ExecContext(ctx, confirmTOTP, by.User, sealed, step); err != nil {
			return err
		}
		return AuditTx(ctx, tx, by, now, Change{Act: "user.totp_on", Object: object("user", by.User)})
	})
}

// RemoveTOTP switches the actor's codes off.
//
// Codes: invalid (wrong password), limited, forbidden (asked with an API token).
func (s *Service) RemoveTOTP(ctx context.Context, by Actor, password string) error {
	if _, err := s.proveOwn(ctx, by, password); err != nil {
		return err
	}
	return s.DropTOTP(ctx, by, by.User)
}

// DropTOTP switches a person's codes off: they lost their phone.
//
// Codes: not_found, forbidden (they see clients the actor does not).
func (s *Service) DropTOTP(ctx context.Context, by Actor, id UserID) error {
	now := s.now()
	return pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if _, err := s.manageableTx(ctx, tx, by, id); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, removeTOTP, id); err != nil {
			return err
		}
		return AuditTx(ctx, tx, by, now, Change{Act: "user.totp_off", Object: object("user", id)})
	})
}

// checkCode takes a code of a person whose password fits. A code that was taken once, or is older than one that
// was, is refused: whoever watched it being typed cannot use it.
func (s *Service) checkCode(ctx context.Context, row loginRow, code string, now time.Time) error {
	if code == "" {
		return badCode(errs.Unauthenticated, "enter the code that your authenticator shows", "totp")
	}
	secret, err := s.box.Open(row.TOTP, totpPlace(row.ID))
	if err != nil {
		return err
	}
	step, err := stepOf(string(secret), code, now)
	if err != nil {
		return err
	}
	if step > 0 {
		res, err := s.db.ExecContext(ctx, takeTOTPStep, row.ID, step)
		if err != nil {
			return errs.Wrap(err, "note authenticator code")
		}
		if n, err := res.RowsAffected(); err != nil || n == 1 {
			return err
		}
	}
	return badCode(errs.Unauthenticated, "this code is wrong or was used already; wait for the next one", "totp")
}

// stepOf is the 30-second step whose code this is, 0 if it is none of those near now.
func stepOf(secret, code string, now time.Time) (int64, error) {
	code = strings.ReplaceAll(code, " ", "")
	current := now.Unix() / totpPeriodSeconds
	found := int64(0)
	for step := current - totpSkewSteps; step <= current+totpSkewSteps; step++ {
		want, err := totp.GenerateCodeCustom(secret, time.Unix(step*totpPeriodSeconds, 0), totpOptions)
		if err != nil {
			return 0, fmt.Errorf("authenticator code: %w", err)
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			found = step
		}
	}
	return found, nil
}

func badCode(c errs.Code, sentence, field string) error {
	e := errs.Newf(c, "%s", sentence)
	e.Fields = []errs.Field{{Path: field, Message: sentence}}
	return e
}
