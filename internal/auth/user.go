package auth

import (
	"context"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/lib/pq"

	"saveline/internal/errs"
	"saveline/internal/pg"
)

// User is a person who signs in, as those who manage people see them.
type User struct {
	ID         UserID     `json:"id"`
	Email      string     `json:"email"`
	Name       string     `json:"name"`
	Roles      []Role     `json:"roles"`
	ClientIDs  []ClientID `json:"clientIds" doc:"the clients this person sees, as far as you see them too"`
	AllClients bool       `json:"allClients" doc:"sees every client"`
	EmployeeNo string     `json:"employeeNo" doc:"the payroll system's number of this person"`
	Zone       string     `json:"zone"`
	Language   string     `json:"language"`
	MustChange bool       `json:"mustChange" doc:"has a password from an administrator"`
	TOTP       bool       `json:"totp" doc:"signs in with a code as well"`
	Simulated  bool       `json:"simulated"`
	DisabledAt *time.Time `json:"disabledAt,omitempty"`
	CreatedAt  time.Time  `json:"createdAt"`
	Version    int        `json:"version"`
}

// NewUser is what CreateUser needs.
type NewUser struct {
	Email      string
	Name       string
	Password   string // "" for a random one that must be changed
	Roles      []Role
	ClientIDs  []ClientID
	AllClients bool
	EmployeeNo string
	Zone       string // IANA; "" means America/New_York
	Language   string // "" means en
	Simulated  bool   // moved by the program: gets no password and cannot sign in
}

// Languages are those the pages speak.
var Languages = []string{"en", "ko", "fil"}

const (
	emailBytesMax      = 254
	employeeNoRunesMax = 40
	rolesMax           = 7
	clientIDsMax       = 500
)

func init() {
	pg.Constraint("users_email_key", errs.Conflict, "somebody with this e-mail address is here already")
	pg.Constraint("users_employee_no_key", errs.Conflict, "somebody has this employee number already")
	pg.Constraint("user_clients_client_id_fkey", errs.NotFound, "there is no such client")
}

// Validate names every fault of the input and fills in what was left out.
func (in *NewUser) Validate() error {
	var f errs.Faults
	in.Email, in.Name = strings.TrimSpace(in.Email), strings.TrimSpace(in.Name)
	in.EmployeeNo = strings.TrimSpace(in.EmployeeNo)
	if in.Zone == "" {
		in.Zone = zoneDefault
	}
	if in.Language == "" {
		in.Language = Languages[0]
	}
	checkName(&f, in.Name)
	checkZone(&f, in.Zone)
	checkEmail(&f, in.Email)
	checkRoles(&f, in.Roles)
	checkEmployeeNo(&f, in.EmployeeNo)
	f.Check(slices.Contains(Languages, in.Language), "language", "this language is not spoken here")
	f.Check(len(in.ClientIDs) <= clientIDsMax, "clientIds", "too many clients; choose all clients instead")
	if in.Password != "" {
		wrong := weakness(in.Password, in.Email)
		f.Check(wrong == "", "password", wrong)
	}
	f.Check(in.Password == "" || !in.Simulated, "password", "a simulated person has no password")
	return f.Err()
}

func checkEmail(f *errs.Faults, email string) {
	a, err := mail.ParseAddress(email)
	f.Check(err == nil && a.Address == email && len(email) <= emailBytesMax, "email", "this is not an e-mail address")
}

func checkEmployeeNo(f *errs.Faults, no string) {
	f.Check(len([]rune(no)) <= employeeNoRunesMax, "employeeNo",
		fmt.Sprintf("an employee number has at most %d characters", employeeNoRunesMax))
}

func checkRoles(f *errs.Faults, roles []Role) {
	f.Check(len(roles) > 0, "roles", "choose at least one role")
	f.Check(len(roles) <= rolesMax, "roles", "too many roles")
	for i, r := range roles {
		f.Check(slices.Contains(Roles, r), fmt.Sprintf("roles.%d", i), "there is no such role")
	}
}

const (
	insertUser = `
INSERT INTO users (email, name, password_hash, must_change, employee_no, zone, language, all_clients, simulated, created_at)
VALUES ($1, $2, $3, $4, NULLIF($5, ''), $6, $7, $8, $9, $10)
RETURNING id`
	insertRoles   = `INSERT INTO user_roles (user_id, role) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING`
	insertClients = `INSERT INTO user_clients (user_id, client_id) SELECT $1, unnest($2::bigint[]) ON CONFLICT DO NOTHING`
)

// CreateUser adds a person. Without a password they get a random one, returned once, that they must change.
//
// Codes: invalid, not_found (a client the actor does not see), forbidden (all clients, from one who has not), conflict
// (e-mail address or employee number taken).
func (s *Service) CreateUser(ctx context.Context, by Actor, in NewUser) (u User, password string, err error) {
	if err := in.Validate(); err != nil {
		return User{}, "", err
	}
	if err := by.mayGive(in.ClientIDs, in.AllClients); err != nil {
		return User{}, "", err
	}
	hash, password, err := s.firstPassword(ctx, in)
	if err != nil {
		return User{}, "", err
	}
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		var id UserID
		err := tx.GetContext(ctx, &id, insertUser, in.Email, in.Name, hash, password != "", in.EmployeeNo, in.Zone,
			in.Language, in.AllClients, in.Simulated, now)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, insertRoles, id, pq.Array(in.Roles)); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, insertClients, id, pq.Array(in.ClientIDs)); err != nil {
			return err
		}
		if u, err = userByID(ctx, tx, by, id); err != nil {
			return err
		}
		return AuditTx(ctx, tx, by, now, Change{Act: "user.create", Object: object("user", id), Data: u})
	})
	return u, password, err
}

// firstPassword is the hash a new person starts with, and the password if it was made here.
func (s *Service) firstPassword(ctx context.Context, in NewUser) (hash, made string, err error) {
	if in.Simulated {
		return lockedHash, "", nil
	}
	if in.Password == "" {
		made = randomPassword()
		in.Password = made
	}
	hash, err = s.hasher.hash(ctx, in.Password)
	return hash, made, err
}

// mayGive refuses to hand out more sight than the actor has.
func (a Actor) mayGive(clients []ClientID, all bool) error {
	if a.AllClients {
		return nil
	}
	if all {
		return errs.Newf(errs.Forbidden, "only somebody who sees all clients can let others see all")
	}
	for _, c := range clients {
		if !a.Sees(c) {
			return errs.Newf(errs.NotFound, "there is no client %d here", c)
		}
	}
	return nil
}
