package auth

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"

	"saveline/internal/errs"
	"saveline/internal/httpx"
	"saveline/internal/pg"
)

// Failures count for loginWindow. An address may fail more often than a person: a whole floor may share one.
const (
	loginWindow      = 15 * time.Minute
	emailFailsMax    = 8
	addressFailsMax  = 100
	emailKeyPrefix   = "email:"
	addressKeyPrefix = "address:"
)

// Credentials are what a person signs in with.
type Credentials struct {
	Email    string
	Password string
	Code     string // of the authenticator, if the person has one
}

// Session is a signed-in browser.
type Session struct {
	Cookie    string // the secret; only its hash is kept
	ExpiresAt time.Time
	User      UserID
}

const (
	lockFailures   = `SELECT pg_advisory_xact_lock(hashtextextended($1, 7))`
	countFailures  = `SELECT count(*) FROM login_failures WHERE key = $1 AND at > $2`
	insertFailure  = `INSERT INTO login_failures (key, at) VALUES ($1, $2)`
	forgetFailures = `DELETE FROM login_failures WHERE key = $1`
	forgetOne      = `
DELETE FROM login_failures WHERE ctid = (SELECT ctid FROM login_failures WHERE key = $1 AND at = $2 LIMIT 1)`
	selectLogin = `
SELECT id, email, name, password_hash, totp_secret, totp_step FROM users WHERE lower(email) = lower($1) AND disabled_at IS NULL`
)

type loginRow struct {
	ID       UserID `db:"id"`
	Email    string `db:"email"`
	Name     string `db:"name"`
	Hash     string `db:"password_hash"`
	TOTP     []byte `db:"totp_secret"`
	TOTPStep int64  `db:"totp_step"`
}

// SignIn opens a session. An unknown address, a wrong password and a disabled person get the same answer in the same
// time. The attempt counts as failed before it is examined, so that attempts at once cannot outrun the limit.
//
// Codes: unauthenticated (Fields names "totp" if the password fits and a code is missing or wrong), limited.
func (s *Service) SignIn(ctx context.Context, in Credentials) (Session, error) {
	now := s.now()
	in.Email = strings.TrimSpace(in.Email)
	from := httpx.RequestFrom(ctx)
	keys := []string{emailKeyPrefix + strings.ToLower(in.Email), addressKeyPrefix + cmp.Or(from.Address, "unknown")}
	if err := s.countAttempt(ctx, keys, now); err != nil {
		return Session{}, err
	}
	row, err := s.examine(ctx, in, now)
	if err != nil {
		if errs.Is(err, errs.Unauthenticated) {
			s.log.WarnContext(ctx, "sign-in refused", slog.String("address", from.Address), slog.Int64("user", int64(row.ID)))
		}
		return Session{}, err
	}
	var out Session
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if err := forgiveTx(ctx, tx, keys, now); err != nil {
			return err
		}
		if out, err = openSessionTx(ctx, tx, row.ID, from, now); err != nil {
			return err
		}
		by := Actor{User: row.ID, Name: row.Name, Request: from.ID}
		return AuditTx(ctx, tx, by, now, Change{
			Act: "session.open", Object: object("user", row.ID),
			Data: map[string]string{"address": from.Address, "agent": from.Agent},
		})
	})
	return out, err
}

// countAttempt notes an attempt of each key, or refuses it if one of them has failed too often lately.
func (s *Service) countAttempt(ctx context.Context, keys []string, now time.Time) error {
	return pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		for _, key := range slices.Sorted(slices.Values(keys)) {
			if _, err := tx.ExecContext(ctx, lockFailures, key); err != nil {
				return errs.Wrap(err, "lock sign-in failures")
			}
			limit := emailFailsMax
			if strings.HasPrefix(key, addressKeyPrefix) {
				limit = addressFailsMax
			}
			var failed int
			if err := tx.GetContext(ctx, &failed, countFailures, key, now.Add(-loginWindow)); err != nil {
				return errs.Wrap(err, "count sign-in failures")
			}
			if failed >= limit {
				return errs.Newf(errs.Limited, "too many attempts to sign in; wait %d minutes and try again", int(loginWindow.Minutes()))
			}
			if _, err := tx.ExecContext(ctx, insertFailure, key, now); err != nil {
				return errs.Wrap(err, "note sign-in attempt")
			}
		}
		return nil
	})
}

// forgiveTx forgets a person's failures when they succeed, and of the address's only this one attempt: somebody who
// tries many people's passwords must not clear the slate with an account of their own.
func forgiveTx(ctx context.Context, tx *pg.Tx, keys []string, now time.Time) error {
	if _, err := tx.ExecContext(ctx, forgetFailures, keys[0]); err != nil {
		return errs.Wrap(err, "forget sign-in failures")
	}
	_, err := tx.ExecContext(ctx, forgetOne, keys[1], now)
	return errs.Wrap(err, "forget sign-in attempt")
}

// examine finds the person whose address, password and code these are.
func (s *Service) examine(ctx context.Context, in Credentials, now time.Time) (loginRow, error) {
	var row loginRow
	err := s.db.GetContext(ctx, &row, selectLogin, in.Email)
	if err != nil && !pg.None(err) {
		return loginRow{}, errs.Wrap(err, "read person")
	}
	if len(in.Password) > passwordBytesMax {
		in.Password = "" // no password is so long; hashing it would be work for nothing
	}
	ok, err := s.hasher.fits(ctx, in.Password, row.Hash)
	switch {
	case err != nil:
		return row, err
	case !ok:
		return row, errs.Newf(errs.Unauthenticated, "e-mail address or password is wrong")
	case row.TOTP == nil:
		return row, nil
	}
	return row, s.checkCode(ctx, row, in.Code, now)
}
