package auth

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/lib/pq"

	"saveline/internal/errs"
	"saveline/internal/pg"
)

// UserPatch changes a person; what is nil stays.
type UserPatch struct {
	Version    int // the version the change was made from
	Email      *string
	Name       *string
	Roles      *[]Role
	ClientIDs  *[]ClientID
	AllClients *bool
	EmployeeNo *string
	Zone       *string
	Language   *string
	Disabled   *bool
}

// Validate names every fault of the input.
func (in *UserPatch) Validate() error {
	var f errs.Faults
	for _, s := range []*string{in.Email, in.Name, in.EmployeeNo} {
		if s != nil {
			*s = strings.TrimSpace(*s)
		}
	}
	if in.Email != nil {
		checkEmail(&f, *in.Email)
	}
	if in.Name != nil {
		checkName(&f, *in.Name)
	}
	if in.Roles != nil {
		checkRoles(&f, *in.Roles)
	}
	if in.EmployeeNo != nil {
		checkEmployeeNo(&f, *in.EmployeeNo)
	}
	if in.Zone != nil {
		checkZone(&f, *in.Zone)
	}
	if in.Language != nil {
		f.Check(slices.Contains(Languages, *in.Language), "language", "this language is not spoken here")
	}
	if in.ClientIDs != nil {
		f.Check(len(*in.ClientIDs) <= clientIDsMax, "clientIds", "too many clients; choose all clients instead")
	}
	return f.Err()
}

const (
	updateUser = `
UPDATE users SET email = $2, name = $3, employee_no = NULLIF($4, ''), zone = $5, language = $6, all_clients = $7,
       disabled_at = $8, version = version + 1
WHERE id = $1`
	deleteRoles     = `DELETE FROM user_roles WHERE user_id = $1 AND role <> ALL($2)`
	deleteClients   = `DELETE FROM user_clients WHERE user_id = $1 AND client_id <> ALL($2) AND ($3 OR client_id = ANY($4))`
	endSessions     = `DELETE FROM sessions WHERE user_id = $1 AND token_hash <> $2`
	countOtherAdmin = `
SELECT count(*) FROM users u JOIN user_roles r ON r.user_id = u.id AND r.role = 'admin'
WHERE u.id <> $1 AND u.all_clients AND u.disabled_at IS NULL`
	lockAdmins = `SELECT pg_advisory_xact_lock(hashtext('auth.admins'))`
)

// UpdateUser changes a person. Disabling ends their sessions at once.
//
// Codes: invalid, not_found, stale, forbidden (the person sees clients the actor does not), conflict (e-mail address or
// employee number taken; the last administrator).
func (s *Service) UpdateUser(ctx context.Context, by Actor, id UserID, in UserPatch) (User, error) {
	if err := in.Validate(); err != nil {
		return User{}, err
	}
	now := s.now()
	var after User
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		before, err := s.manageableTx(ctx, tx, by, id)
		if err != nil {
			return err
		}
		if before.Version != in.Version {
			return errs.Newf(errs.Stale, "%s was changed by somebody else; reload and make your change again", before.Name)
		}
		want := in.over(before, now)
		if err := by.mayGive(want.ClientIDs, want.AllClients); err != nil {
			return err
		}
		if err := keepAnAdminTx(ctx, tx, before, want); err != nil {
			return err
		}
		if err := writeUserTx(ctx, tx, by, want); err != nil {
			return err
		}
		if after, err = userByID(ctx, tx, by, id); err != nil {
			return err
		}
		return AuditTx(ctx, tx, by, now, Change{
			Act: "user.update", Object: object("user", id),
			Data: map[string]any{"before": before, "after": after},
		})
	})
	return after, err
}

// over lays the patch over a person.
func (in UserPatch) over(u User, now time.Time) User {
	set(&u.Email, in.Email)
	set(&u.Name, in.Name)
	set(&u.Roles, in.Roles)
	set(&u.ClientIDs, in.ClientIDs)
	set(&u.AllClients, in.AllClients)
	set(&u.EmployeeNo, in.EmployeeNo)
	set(&u.Zone, in.Zone)
	set(&u.Language, in.Language)
	switch {
	case in.Disabled == nil:
	case !*in.Disabled:
		u.DisabledAt = nil
	case u.DisabledAt == nil:
		u.DisabledAt = &now
	}
	return u
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

func writeUserTx(ctx context.Context, tx *pg.Tx, by Actor, u User) error {
	_, err := tx.ExecContext(ctx, updateUser, u.ID, u.Email, u.Name, u.EmployeeNo, u.Zone, u.Language, u.AllClients, u.DisabledAt)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, deleteRoles, u.ID, pq.Array(u.Roles)); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, insertRoles, u.ID, pq.Array(u.Roles)); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, deleteClients, u.ID, pq.Array(u.ClientIDs), by.AllClients, by.Scope()); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, insertClients, u.ID, pq.Array(u.ClientIDs)); err != nil {
		return err
	}
	if u.DisabledAt != nil {
		_, err = tx.ExecContext(ctx, endSessions, u.ID, []byte{})
	}
	return err
}

// manageableTx locks a person whom the actor may change: one who sees no client that the actor does not. Else a
// change (a password above all) would be a way into another client's world.
func (s *Service) manageableTx(ctx context.Context, tx *pg.Tx, by Actor, id UserID) (User, error) {
	u, err := lockUserTx(ctx, tx, by, id)
	if err != nil || by.AllClients || by.User == id {
		return u, err
	}
	var foreign int
	if err := tx.GetContext(ctx, &foreign, countForeignClients, id, by.Scope()); err != nil {
		return User{}, errs.Wrap(err, "read person's clients")
	}
	if u.AllClients || foreign > 0 {
		return User{}, errs.Newf(errs.Forbidden, "%s works for clients you do not see; ask an administrator who does", u.Name)
	}
	return u, nil
}

const countForeignClients = `SELECT count(*) FROM user_clients WHERE user_id = $1 AND client_id <> ALL($2)`

// keepAnAdminTx refuses the change that would leave nobody to administer the house.
func keepAnAdminTx(ctx context.Context, tx *pg.Tx, before, after User) error {
	if !before.rules() || after.rules() {
		return nil
	}
	if _, err := tx.ExecContext(ctx, lockAdmins); err != nil {
		return errs.Wrap(err, "lock administrators")
	}
	var others int
	if err := tx.GetContext(ctx, &others, countOtherAdmin, before.ID); err != nil {
		return errs.Wrap(err, "count administrators")
	}
	if others == 0 {
		return errs.Newf(errs.Conflict, "%s is the last administrator; make another one first", before.Name)
	}
	return nil
}

// rules reports whether u can administer everything.
func (u User) rules() bool {
	return u.AllClients && u.DisabledAt == nil && slices.Contains(u.Roles, Admin)
}

const updatePassword = `
UPDATE users SET password_hash = $2, must_change = $3, version = version + 1 WHERE id = $1`

// ResetPassword gives a person a random password, returned once, that they must change; all their sessions end.
//
// Codes: not_found, forbidden (they see clients the actor does not), conflict (simulated).
func (s *Service) ResetPassword(ctx context.Context, by Actor, id UserID) (string, error) {
	password := randomPassword()
	return password, s.setPassword(ctx, by, id, newPassword{plain: password, mustChange: true, act: "user.password_reset"})
}

// SetPassword gives a person a password that need not be changed; all their sessions end. For the command line, where
// whoever can reach the database may do anything.
//
// Codes: invalid (too weak), not_found, conflict (simulated).
func (s *Service) SetPassword(ctx context.Context, by Actor, id UserID, password string) error {
	return s.setPassword(ctx, by, id, newPassword{plain: password, act: "user.password_set"})
}

type newPassword struct {
	plain      string
	mustChange bool
	keep       []byte // the session that goes on
	act        string
}

func (s *Service) setPassword(ctx context.Context, by Actor, id UserID, p newPassword) error {
	hash, err := s.hasher.hash(ctx, p.plain)
	if err != nil {
		return err
	}
	if p.keep == nil {
		p.keep = []byte{}
	}
	now := s.now()
	return pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		u, err := s.manageableTx(ctx, tx, by, id)
		if err != nil {
			return err
		}
		if u.Simulated {
			return errs.Newf(errs.Conflict, "%s is simulated and cannot sign in", u.Name)
		}
		if wrong := weakness(p.plain, u.Email); wrong != "" {
			return badPassword(wrong)
		}
		if _, err := tx.ExecContext(ctx, updatePassword, id, hash, p.mustChange); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, endSessions, id, p.keep); err != nil {
			return err
		}
		return AuditTx(ctx, tx, by, now, Change{Act: p.act, Object: object("user", id)})
	})
}

func badPassword(why string) error {
	var f errs.Faults
	f.Addf("password", "%s", why)
	return f.Err()
}

// likeSafe takes a person's words literally in an ILIKE pattern.
func likeSafe(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}
