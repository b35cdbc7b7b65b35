package auth_test

import (
	"context"
	"fmt"
	"testing"

	"saveline/internal/auth"
	"saveline/internal/auth/authtest"
	"saveline/internal/httpx"
)

func TestEveryOperationForEveryRoleOfBothClients(t *testing.T) {
	f := newFloor(t)
	target := f.hire("target@acme.example", auth.Agent, f.acme.ID)
	admin := f.hire("admin@acme.example", auth.Admin, f.acme.ID)
	token, _, err := f.svc.CreateToken(context.Background(), f.actor(admin.ID), auth.NewToken{
		Name: "crm", Scopes: []httpx.Permission{auth.LeadsRead},
	})
	if err != nil {
		t.Fatal(err)
	}
	user := fmt.Sprintf("/v1/users/%d", target.ID)
	authtest.Matrix{
		API: f.api, Handler: f.handler, Auth: f.svc, Own: f.acme.ID, Foreign: f.globex.ID, Marker: "@acme.example",
		Paths: map[string]string{
			"get-user": user, "update-user": user, "reset-password": user + "/reset-password", "drop-totp": user + "/totp",
			"revoke-token": fmt.Sprintf("/v1/tokens/%d", token.ID),
		},
	}.Run(t)
}

// The table itself, in the words of those who wrote it: what must never become possible by a slip.
func TestThePermissionTable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		role auth.Role
		can  httpx.Permission
		want bool
	}{
		{auth.Admin, auth.PayApprove, false}, // nobody approves pay by being administrator
		{auth.Admin, auth.PlansApprove, false},
		{auth.Admin, auth.PayRun, false},
		{auth.Manager, auth.PlansApprove, false}, // who writes a plan does not approve it
		{auth.Manager, auth.SuppressRemove, false},
		{auth.Agent, auth.SuppressWrite, true},
		{auth.Agent, auth.SuppressRemove, false},
		{auth.Agent, auth.LeadsRead, false},
		{auth.Agent, auth.PayRead, false},
		{auth.Agent, auth.PayOwn, true},
		{auth.Supervisor, auth.DialStop, true}, // whoever sees harm may stop it; starting again is for few
		{auth.Supervisor, auth.DialResume, false},
		{auth.Payroll, auth.PayApprove, true},
		{auth.Payroll, auth.UsersWrite, false},
		{auth.Integrator, auth.UsersRead, false},
		{auth.Role("stranger"), auth.CampaignsRead, false},
	} {
		if got := (auth.Actor{Roles: []auth.Role{c.role}}).Can(c.can); got != c.want {
			t.Errorf("%s can %s: %v, want %v", c.role, c.can, got, c.want)
		}
	}
}
