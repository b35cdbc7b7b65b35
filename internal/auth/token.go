package auth

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lib/pq"

	"saveline/internal/errs"
	"saveline/internal/httpx"
	"saveline/internal/pg"
)

// tokenPrefix makes a token that leaked into a repository or a log findable.
const tokenPrefix = "slt_"

// Token is an API token without its secret.
type Token struct {
	ID        int64              `json:"id"`
	UserID    UserID             `json:"userId"`
	User      string             `json:"user" doc:"whose work the program does"`
	Name      string             `json:"name"`
	Scopes    []httpx.Permission `json:"scopes" doc:"what it may do, as far as its person may"`
	CreatedAt time.Time          `json:"createdAt"`
	ExpiresAt *time.Time         `json:"expiresAt,omitempty"`
	UsedAt    *time.Time         `json:"usedAt,omitempty"`
	RevokedAt *time.Time         `json:"revokedAt,omitempty"`
}

// NewToken is what CreateToken needs.
type NewToken struct {
	User      UserID // whose; 0 means the actor's own
	Name      string
	Scopes    []httpx.Permission
	ExpiresAt *time.Time
}

const (
	tokenRow = `
SELECT t.id, t.user_id, u.name AS user_name, t.name, t.scopes, t.created_at, t.expires_at, t.used_at, t.revoked_at,
       count(*) OVER () AS total
FROM tokens t JOIN users u ON u.id = t.user_id `
	// A token is seen by those who see its person ($1 all clients, $2 clients, $3 themselves).
	selectTokens = tokenRow + userVisible + ` AND ($4 OR t.revoked_at IS NULL) ORDER BY t.id DESC LIMIT $5 OFFSET $6`
	insertToken  = `
INSERT INTO tokens (user_id, name, token_hash, scopes, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`
	selectTokenOwner = `SELECT user_id FROM tokens WHERE id = $1`
	revokeToken      = `UPDATE tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL`
)

type tokenScan struct {
	ID        int64          `db:"id"`
	UserID    UserID         `db:"user_id"`
	User      string         `db:"user_name"`
	Name      string         `db:"name"`
	Scopes    pq.StringArray `db:"scopes"`
	CreatedAt time.Time      `db:"created_at"`
	ExpiresAt *time.Time     `db:"expires_at"`
	UsedAt    *time.Time     `db:"used_at"`
	RevokedAt *time.Time     `db:"revoked_at"`
	Total     int            `db:"total"`
}

func (t tokenScan) token() Token {
	out := Token{
		ID: t.ID, UserID: t.UserID, User: t.User, Name: t.Name, Scopes: []httpx.Permission{},
		CreatedAt: t.CreatedAt, ExpiresAt: t.ExpiresAt, UsedAt: t.UsedAt, RevokedAt: t.RevokedAt,
	}
	for _, p := range t.Scopes {
		out.Scopes = append(out.Scopes, httpx.Permission(p))
	}
	return out
}

// validate names every fault of the input; owner is the person it is for.
func (in *NewToken) validate(owner User, now time.Time) error {
	var f errs.Faults
	in.Name = strings.TrimSpace(in.Name)
	checkName(&f, in.Name)
	f.Check(len(in.Scopes) > 0, "scopes", "say what the token may do")
	f.Check(in.ExpiresAt == nil || in.ExpiresAt.After(now), "expiresAt", "this is in the past")
	as := Actor{Roles: owner.Roles}
	for i, p := range in.Scopes {
		known := p != httpx.Public && p != httpx.SignedIn && as.Can(p)
		f.Check(known, fmt.Sprintf("scopes.%d", i), owner.Name+" may not do this, so a token of theirs cannot")
	}
	return f.Err()
}

// CreateToken makes an API token and returns its secret, which is shown once and kept only as a hash.
//
// Codes: invalid, not_found, forbidden (its person sees clients the actor does not; asked with an API token), conflict
// (its person is disabled).
func (s *Service) CreateToken(ctx context.Context, by Actor, in NewToken) (t Token, secret string, err error) {
	if by.Token != 0 {
		return Token{}, "", inPerson(by)
	}
	if in.User == 0 {
		in.User = by.User
	}
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		owner, err := s.manageableTx(ctx, tx, by, in.User)
		if err != nil {
			return err
		}
		if owner.DisabledAt != nil {
			return errs.Newf(errs.Conflict, "%s is disabled", owner.Name)
		}
		if err := in.validate(owner, now); err != nil {
			return err
		}
		slices.Sort(in.Scopes)
		in.Scopes = slices.Compact(in.Scopes)
		made, hash := newSecret(tokenPrefix)
		var id int64
		err = tx.GetContext(ctx, &id, insertToken, in.User, in.Name, hash, pq.Array(in.Scopes), now, in.ExpiresAt)
		if err != nil {
			return err
		}
		secret = made
		t = Token{ID: id, UserID: in.User, User: owner.Name, Name: in.Name, Scopes: in.Scopes, CreatedAt: now, ExpiresAt: in.ExpiresAt}
		return AuditTx(ctx, tx, by, now, Change{Act: "token.create", Object: object("token", id), Data: t})
	})
	return t, secret, err
}

// Tokens lists the tokens of the people the actor sees, newest first, and how many there are in all.
func (s *Service) Tokens(ctx context.Context, by Actor, revoked bool, limit, offset int) ([]Token, int, error) {
	var rows []tokenScan
	err := s.db.SelectContext(ctx, &rows, selectTokens, by.AllClients, by.Scope(), by.User, revoked, limit, offset)
	if err != nil {
		return nil, 0, errs.Wrap(err, "list tokens")
	}
	out, total := make([]Token, len(rows)), 0
	for i, r := range rows {
		out[i], total = r.token(), r.Total
	}
	return out, total, nil
}

// RevokeToken ends a token at once; revoking it again changes nothing.
//
// Codes: not_found, forbidden (its person sees clients the actor does not).
func (s *Service) RevokeToken(ctx context.Context, by Actor, id int64) error {
	now := s.now()
	return pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		var owner UserID
		err := tx.GetContext(ctx, &owner, selectTokenOwner, id)
		if pg.None(err) {
			return errs.Newf(errs.NotFound, "there is no token %d here", id)
		}
		if err != nil {
			return errs.Wrap(err, "read token")
		}
		if _, err := s.manageableTx(ctx, tx, by, owner); err != nil {
			if errs.Is(err, errs.NotFound) {
				return errs.Newf(errs.NotFound, "there is no token %d here", id)
			}
			return err
		}
		res, err := tx.ExecContext(ctx, revokeToken, id, now)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return AuditTx(ctx, tx, by, now, Change{Act: "token.revoke", Object: object("token", id)})
	})
}
