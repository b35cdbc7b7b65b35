package auth

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/lib/pq"

	"saveline/internal/errs"
	"saveline/internal/httpx"
	"saveline/internal/pg"
)

const (
	sessionIdleMax  = 12 * time.Hour // a session slides on while it is used: a shift and its breaks
	sessionLifeMax  = 7 * 24 * time.Hour
	sessionTouchMin = time.Minute // seen_at is written at most so often
	// SessionCookie is the name of the cookie that carries a session.
	SessionCookie = "saveline_session"
)

const insertSession = `
INSERT INTO sessions (token_hash, user_id, created_at, seen_at, expires_at, address, agent)
VALUES ($1, $2, $3, $3, $4, $5, $6)`

func openSessionTx(ctx context.Context, tx *pg.Tx, user UserID, from httpx.Request, now time.Time) (Session, error) {
	secret, hash := newSecret("")
	out := Session{Cookie: secret, ExpiresAt: now.Add(sessionIdleMax), User: user}
	_, err := tx.ExecContext(ctx, insertSession, hash, user, now, out.ExpiresAt, from.Address, from.Agent)
	return out, errs.Wrap(err, "open session")
}

// OpenSession opens a session without credentials: the demo prints links to it, and tests sign people in by it.
func (s *Service) OpenSession(ctx context.Context, user UserID) (Session, error) {
	now := s.now()
	var out Session
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) (err error) {
		out, err = openSessionTx(ctx, tx, user, httpx.RequestFrom(ctx), now)
		return err
	})
	return out, err
}

const (
	actorColumns = `
SELECT u.id, u.name, u.email, u.all_clients, u.must_change,
       ARRAY(SELECT role FROM user_roles r WHERE r.user_id = u.id ORDER BY role) AS roles,
       CASE WHEN u.all_clients THEN ARRAY(SELECT c.id FROM clients c ORDER BY c.id)
            ELSE ARRAY(SELECT c.client_id FROM user_clients c WHERE c.user_id = u.id ORDER BY 1) END AS clients`
	selectBySession = actorColumns + `, s.created_at, s.seen_at, 0::bigint AS token, '{}'::text[] AS scopes
FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.token_hash = $1 AND s.expires_at > $2 AND u.disabled_at IS NULL`
	selectByToken = actorColumns + `, t.created_at, coalesce(t.used_at, t.created_at) AS seen_at, t.id AS token, t.scopes
FROM tokens t JOIN users u ON u.id = t.user_id
WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > $2) AND u.disabled_at IS NULL`
	touchSession  = `UPDATE sessions SET seen_at = $2, expires_at = $3 WHERE token_hash = $1`
	touchToken    = `UPDATE tokens SET used_at = $2 WHERE id = $1`
	deleteSession = `DELETE FROM sessions WHERE token_hash = $1 RETURNING user_id`
)

type actorRow struct {
	ID         UserID         `db:"id"`
	Name       string         `db:"name"`
	Email      string         `db:"email"`
	AllClients bool           `db:"all_clients"`
	MustChange bool           `db:"must_change"`
	Roles      pq.StringArray `db:"roles"`
	Clients    pq.Int64Array  `db:"clients"`
	CreatedAt  time.Time      `db:"created_at"`
	SeenAt     time.Time      `db:"seen_at"`
	Token      int64          `db:"token"`
	Scopes     pq.StringArray `db:"scopes"`
}

func (r actorRow) actor() Actor {
	a := Actor{
		User: r.ID, Name: r.Name, Email: r.Email, Roles: rolesOf(r.Roles), Clients: clientsOf(r.Clients), Token: r.Token,
		AllClients: r.AllClients, MustChange: r.MustChange,
	}
	for _, p := range r.Scopes {
		a.Scopes = append(a.Scopes, httpx.Permission(p))
	}
	return a
}

var _ httpx.Authenticator = (*Service)(nil)

// Authenticate finds the request's person: by API token if there is an Authorization header, else by cookie. Without
// either there is no caller and no error.
//
// Codes: unauthenticated (an unknown, revoked or expired token or session).
func (s *Service) Authenticate(r *http.Request) (context.Context, httpx.Caller, error) {
	ctx := r.Context()
	now := s.now()
	var (
		a   Actor
		err error
	)
	if header := r.Header.Get("Authorization"); header != "" {
		a, err = s.byToken(ctx, header, now)
	} else if cookie, none := r.Cookie(SessionCookie); none == nil {
		a, err = s.bySession(ctx, cookie.Value, now)
	} else {
		return ctx, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	a.Request = httpx.RequestID(ctx)
	return WithActor(ctx, a), a, nil
}

func (s *Service) bySession(ctx context.Context, secret string, now time.Time) (Actor, error) {
	hash := hashSecret(secret)
	var row actorRow
	err := s.db.GetContext(ctx, &row, selectBySession, hash, now)
	switch {
	case pg.None(err) || err == nil && !now.Before(row.CreatedAt.Add(sessionLifeMax)):
		return Actor{}, errs.Newf(errs.Unauthenticated, "your session is over; please sign in again")
	case err != nil:
		return Actor{}, errs.Wrap(err, "read session")
	}
	if now.Sub(row.SeenAt) >= sessionTouchMin {
		end := now.Add(sessionIdleMax)
		if last := row.CreatedAt.Add(sessionLifeMax); last.Before(end) {
			end = last
		}
		if _, err := s.db.ExecContext(ctx, touchSession, hash, now, end); err != nil {
			return Actor{}, errs.Wrap(err, "prolong session")
		}
	}
	a := row.actor()
	a.session = hash
	return a, nil
}

func (s *Service) byToken(ctx context.Context, header string, now time.Time) (Actor, error) {
	scheme, secret, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") || !strings.HasPrefix(secret, tokenPrefix) {
		return Actor{}, errs.Newf(errs.Unauthenticated, "send an API token as `Authorization: Bearer %s…`", tokenPrefix)
	}
	var row actorRow
	err := s.db.GetContext(ctx, &row, selectByToken, hashSecret(secret), now)
	if pg.None(err) {
		return Actor{}, errs.Newf(errs.Unauthenticated, "this API token is unknown, revoked or expired")
	}
	if err != nil {
		return Actor{}, errs.Wrap(err, "read token")
	}
	if now.Sub(row.SeenAt) >= sessionTouchMin || row.SeenAt.Equal(row.CreatedAt) {
		if _, err := s.db.ExecContext(ctx, touchToken, row.Token, now); err != nil {
			return Actor{}, errs.Wrap(err, "note token use")
		}
	}
	a := row.actor()
	a.MustChange = false // a program has no password to change
	return a, nil
}

// SignOut ends the session of a cookie; an unknown cookie is signed out already.
func (s *Service) SignOut(ctx context.Context, cookie string) error {
	now := s.now()
	return pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		var user UserID
		err := tx.GetContext(ctx, &user, deleteSession, hashSecret(cookie))
		if pg.None(err) {
			return nil
		}
		if err != nil {
			return errs.Wrap(err, "end session")
		}
		by := Actor{User: user, Name: object("user", user), Request: httpx.RequestID(ctx)}
		return AuditTx(ctx, tx, by, now, Change{Act: "session.end", Object: object("user", user)})
	})
}

// Me is the person a session belongs to, as their own pages need them.
type Me struct {
	ID          UserID             `json:"id"`
	Name        string             `json:"name"`
	Email       string             `json:"email"`
	Roles       []Role             `json:"roles"`
	Permissions []httpx.Permission `json:"permissions"`
	Clients     []Client           `json:"clients"`
	Language    string             `json:"language"`
	Zone        string             `json:"zone"`
	MustChange  bool               `json:"mustChange" doc:"must choose a password before anything else"`
	TOTP        bool               `json:"totp" doc:"signs in with a code as well"`
}

// Me is what the actor's own pages show of them.
//
// Codes: not_found (the house itself is no person).
func (s *Service) Me(ctx context.Context, by Actor) (Me, error) {
	u, err := userByID(ctx, s.db, by, by.User)
	if err != nil {
		return Me{}, err
	}
	clients, err := s.Clients(ctx, by)
	if err != nil {
		return Me{}, err
	}
	return Me{
		ID: u.ID, Name: u.Name, Email: u.Email, Roles: u.Roles, Permissions: by.Permissions(), Clients: clients,
		Language: u.Language, Zone: u.Zone, MustChange: by.MustChange, TOTP: u.TOTP,
	}, nil
}

// actorOf is a person as actor, without session or token: for the answer to a sign-in.
func (s *Service) actorOf(ctx context.Context, session Session) (Actor, error) {
	return s.bySession(ctx, session.Cookie, s.now())
}

const selectOwnHash = `SELECT id, email, name, password_hash, totp_secret, totp_step FROM users WHERE id = $1`

// ChangePassword changes the actor's own password and ends their other sessions.
//
// Codes: invalid (the current one is wrong; the new one is too weak, or the same), limited (too many wrong ones),
// forbidden (asked with an API token).
func (s *Service) ChangePassword(ctx context.Context, by Actor, current, next string) error {
	row, err := s.proveOwn(ctx, by, current)
	if err != nil {
		return err
	}
	if current == next {
		return badPassword("the new password is the old one")
	}
	if wrong := weakness(next, row.Email); wrong != "" {
		return badPassword(wrong)
	}
	return s.setPassword(ctx, by, by.User, newPassword{plain: next, keep: slices.Clone(by.session), act: "user.password_change"})
}

// proveOwn checks the actor's own password before a change to how they sign in. Wrong ones count as failed sign-ins.
func (s *Service) proveOwn(ctx context.Context, by Actor, password string) (loginRow, error) {
	var row loginRow
	if err := inPerson(by); err != nil {
		return row, err
	}
	if err := s.db.GetContext(ctx, &row, selectOwnHash, by.User); err != nil {
		return row, errs.Wrap(err, "read person")
	}
	now := s.now()
	key := emailKeyPrefix + strings.ToLower(row.Email)
	if err := s.countAttempt(ctx, []string{key}, now); err != nil {
		return row, err
	}
	ok, err := s.hasher.fits(ctx, password, row.Hash)
	if err != nil {
		return row, err
	}
	if !ok {
		var f errs.Faults
		f.Addf("current", "this is not your current password")
		return row, f.Err()
	}
	_, err = s.db.ExecContext(ctx, forgetFailures, key)
	return row, errs.Wrap(err, "forget sign-in failures")
}

// inPerson refuses programs: how a person signs in is the person's own business.
func inPerson(by Actor) error {
	if by.User == 0 || by.Token != 0 {
		return errs.Newf(errs.Forbidden, "this is done by a person who is signed in, not with an API token")
	}
	return nil
}
