package auth

import (
	"context"
	"time"

	"github.com/lib/pq"

	"saveline/internal/errs"
	"saveline/internal/pg"
)

// userRow is users with roles and clients gathered. Clients is cut to what the reader sees.
type userRow struct {
	ID         UserID         `db:"id"`
	Email      string         `db:"email"`
	Name       string         `db:"name"`
	Roles      pq.StringArray `db:"roles"`
	Clients    pq.Int64Array  `db:"clients"`
	AllClients bool           `db:"all_clients"`
	EmployeeNo string         `db:"employee_no"`
	Zone       string         `db:"zone"`
	Language   string         `db:"language"`
	MustChange bool           `db:"must_change"`
	TOTP       bool           `db:"totp"`
	Simulated  bool           `db:"simulated"`
	DisabledAt *time.Time     `db:"disabled_at"`
	CreatedAt  time.Time      `db:"created_at"`
	Version    int            `db:"version"`
	Total      int            `db:"total"`
}

func (r userRow) user() User {
	return User{
		ID: r.ID, Email: r.Email, Name: r.Name, Roles: rolesOf(r.Roles), ClientIDs: clientsOf(r.Clients),
		AllClients: r.AllClients, EmployeeNo: r.EmployeeNo, Zone: r.Zone, Language: r.Language, MustChange: r.MustChange,
		TOTP: r.TOTP, Simulated: r.Simulated, DisabledAt: r.DisabledAt, CreatedAt: r.CreatedAt, Version: r.Version,
	}
}

func rolesOf(in []string) []Role {
	out := make([]Role, len(in))
	for i, r := range in {
		out[i] = Role(r)
	}
	return out
}

func clientsOf(in []int64) []ClientID {
	out := make([]ClientID, len(in))
	for i, c := range in {
		out[i] = ClientID(c)
	}
	return out
}

// A reader who does not see all clients ($1 false) sees the house's own people, those who share a client with them
// ($2), and themselves ($3).
const (
	userColumns = `
SELECT u.id, u.email, u.name, u.all_clients, coalesce(u.employee_no, '') AS employee_no, u.zone, u.language,
       u.must_change, u.totp_secret IS NOT NULL AS totp, u.simulated, u.disabled_at, u.created_at, u.version,
       ARRAY(SELECT role FROM user_roles r WHERE r.user_id = u.id ORDER BY role) AS roles,
       ARRAY(SELECT client_id FROM user_clients c WHERE c.user_id = u.id AND ($1 OR c.client_id = ANY($2)) ORDER BY 1) AS clients`
	userVisible = `
WHERE ($1 OR u.all_clients OR u.id = $3
       OR EXISTS (SELECT FROM user_clients c WHERE c.user_id = u.id AND c.client_id = ANY($2)))`
	selectUser  = userColumns + ` FROM users u ` + userVisible + ` AND u.id = $4`
	selectUsers = userColumns + `, count(*) OVER () AS total FROM users u ` + userVisible + `
  AND ($4 = '' OR u.name ILIKE '%' || $4 || '%' OR u.email ILIKE '%' || $4 || '%' OR u.employee_no = $4)
  AND ($5 = '' OR EXISTS (SELECT FROM user_roles r WHERE r.user_id = u.id AND r.role = $5))
  AND ($6 OR u.disabled_at IS NULL)
ORDER BY lower(u.name), u.id LIMIT $7 OFFSET $8`
	lockUser = `SELECT id FROM users WHERE id = $1 FOR UPDATE`
)

func userByID(ctx context.Context, db pg.DB, by Actor, id UserID) (User, error) {
	var r userRow
	err := db.GetContext(ctx, &r, selectUser, by.AllClients, by.Scope(), by.User, id)
	if pg.None(err) {
		return User{}, errs.Newf(errs.NotFound, "there is no person %d here", id)
	}
	return r.user(), errs.Wrap(err, "read person")
}

// lockUserTx reads a person and keeps others from changing them until the transaction ends.
func lockUserTx(ctx context.Context, tx *pg.Tx, by Actor, id UserID) (User, error) {
	if _, err := tx.ExecContext(ctx, lockUser, id); err != nil {
		return User{}, errs.Wrap(err, "lock person")
	}
	return userByID(ctx, tx, by, id)
}

// UserFilter narrows a list of people.
type UserFilter struct {
	Text     string // part of a name or e-mail address, or an employee number
	Role     Role   // "" for all
	Disabled bool   // those who may no longer sign in, too
	Limit    int
	Offset   int
}

// Users lists the people the actor sees, by name, and how many there are in all.
func (s *Service) Users(ctx context.Context, by Actor, f UserFilter) ([]User, int, error) {
	var rows []userRow
	err := s.db.SelectContext(ctx, &rows, selectUsers, by.AllClients, by.Scope(), by.User, likeSafe(f.Text), f.Role,
		f.Disabled, f.Limit, f.Offset)
	if err != nil {
		return nil, 0, errs.Wrap(err, "list people")
	}
	people := make([]User, len(rows))
	total := 0
	for i, r := range rows {
		people[i], total = r.user(), r.Total
	}
	return people, total, nil
}

// UserFor is one person the actor sees.
//
// Codes: not_found.
func (s *Service) UserFor(ctx context.Context, by Actor, id UserID) (User, error) {
	return userByID(ctx, s.db, by, id)
}
