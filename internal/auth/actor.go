// Package auth knows who acts: clients, people with roles, sessions, API tokens, permissions and the audit trail.
package auth

import (
	"context"
	"fmt"
	"slices"

	"github.com/lib/pq"

	"saveline/internal/errs"
	"saveline/internal/httpx"
)

// UserID names a person who signs in.
type UserID int64

// ClientID names a client company whose work is done on this floor.
type ClientID int64

// Role is what a person does here; a person may have several.
type Role string

// The roles.
const (
	Admin      Role = "admin"
	Manager    Role = "manager"
	Supervisor Role = "supervisor"
	Agent      Role = "agent"
	Payroll    Role = "payroll"
	Compliance Role = "compliance"
	Integrator Role = "integrator"
)

// Roles is every role there is.
var Roles = []Role{Admin, Manager, Supervisor, Agent, Payroll, Compliance, Integrator}

// Actor is who does an act: a person by session, a program by token, or the house itself. It is passed explicitly.
type Actor struct {
	User    UserID     // 0 for the house itself
	Name    string     // for audit rows and "changed by"
	Email   string     //
	Roles   []Role     //
	Clients []ClientID // every client this actor may see; queries are scoped by it
	Token   int64      // API token the request came with, 0 for a session
	Scopes  []httpx.Permission
	Request string // request id, for the audit row

	AllClients bool   // sees every client there is and will be; the house itself always does
	MustChange bool   // has a password from an administrator and may do nothing before changing it
	session    []byte // hash of the session the request came with
}

// System is the house itself, acting for the given clients (jobs, schedules, import from the command line).
func System(name string, clients ...ClientID) Actor {
	return Actor{Name: "system:" + name, Roles: []Role{Admin}, Clients: clients, AllClients: true}
}

// Can reports whether any of the actor's roles has p, and its token (if any) has it in scope.
func (a Actor) Can(p httpx.Permission) bool {
	if p == httpx.Public || p == httpx.SignedIn {
		return true
	}
	if a.MustChange || a.Token != 0 && !slices.Contains(a.Scopes, p) {
		return false
	}
	for _, r := range a.Roles {
		if slices.Contains(granted[r], p) {
			return true
		}
	}
	return false
}

// Require is Can as an error: forbidden, with a sentence.
func (a Actor) Require(p httpx.Permission) error {
	switch {
	case a.Can(p):
		return nil
	case a.MustChange:
		return errs.Newf(errs.Forbidden, "choose a password of your own first")
	}
	return errs.Newf(errs.Forbidden, "your role does not allow this (%s); ask an administrator", p)
}

// Label names the actor where a name alone may not be unique: "user:7", "token:3", "system:schedule".
func (a Actor) Label() string {
	switch {
	case a.Token != 0:
		return fmt.Sprintf("token:%d", a.Token)
	case a.User != 0:
		return fmt.Sprintf("user:%d", a.User)
	}
	return a.Name
}

var _ httpx.Caller = Actor{}

// Permissions is everything the actor may do, in the table's order, each once.
func (a Actor) Permissions() []httpx.Permission {
	all := []httpx.Permission{}
	for _, r := range Roles {
		for _, p := range granted[r] {
			if a.Can(p) && !slices.Contains(all, p) {
				all = append(all, p)
			}
		}
	}
	return all
}

// Sees reports whether the actor may see client c.
func (a Actor) Sees(c ClientID) bool { return slices.Contains(a.Clients, c) }

// Scope is the actor's clients as an SQL array, for `client_id = ANY($n)`.
func (a Actor) Scope() any {
	ids := make([]int64, len(a.Clients))
	for i, c := range a.Clients {
		ids[i] = int64(c)
	}
	return pq.Array(ids)
}

// ClientFor is the client a new thing belongs to: the one asked for if the actor sees it, or the only one they have.
//
// Codes: invalid (several clients and none named), not_found (named one is not theirs).
func (a Actor) ClientFor(asked ClientID) (ClientID, error) {
	switch {
	case asked == 0 && len(a.Clients) == 1:
		return a.Clients[0], nil
	case asked == 0:
		return 0, errs.Newf(errs.Invalid, "say which client this is for (clientId)")
	case a.Sees(asked):
		return asked, nil
	}
	return 0, errs.Newf(errs.NotFound, "there is no client %d here", asked)
}

type actorKey struct{}

// WithActor puts the authenticated actor into a request's context. Only the authenticator and tests call it.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorFrom is the request's actor; api.go takes it out and passes it on explicitly.
func ActorFrom(ctx context.Context) Actor {
	a, _ := ctx.Value(actorKey{}).(Actor)
	return a
}
