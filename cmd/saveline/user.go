package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"saveline/internal/auth"
	"saveline/internal/config"
	"saveline/internal/errs"
)

// runUser is `saveline user add`: how an installation gets its first administrator.
func runUser(ctx context.Context, e env, args []string) error {
	fs := e.flags("user add")
	email := fs.String("email", "", "e-mail address to sign in with")
	name := fs.String("name", "", "name that others see")
	roles := fs.String("role", "", "admin, manager, supervisor, agent, payroll, compliance or integrator; several with commas")
	client := fs.String("client", "", "client company, made if there is none of this name; an administrator sees all")
	words, err := parse(fs, args, 1)
	if err != nil {
		return err
	}
	if len(words) != 1 || words[0] != "add" {
		return errs.Newf(errs.Invalid, "say `saveline user add --email E --name N --role R`")
	}
	in := auth.NewUser{Email: *email, Name: *name}
	for r := range strings.SplitSeq(*roles, ",") {
		in.Roles = append(in.Roles, auth.Role(strings.TrimSpace(r)))
	}
	in.AllClients = *client == ""
	return e.withDatabase(ctx, func(d *database, cfg config.Config, log *slog.Logger) error {
		if err := d.migrate(ctx); err != nil {
			return err
		}
		key, err := secretKey(cfg)
		if err != nil {
			return err
		}
		return addUser(ctx, e, auth.NewService(d.DB, time.Now, log, key), in, *client)
	})
}

func addUser(ctx context.Context, e env, s *auth.Service, in auth.NewUser, client string) error {
	by, err := s.House(ctx, "command line")
	if err != nil {
		return err
	}
	if client != "" {
		c, err := clientNamed(ctx, s, by, client)
		if err != nil {
			return err
		}
		in.ClientIDs = []auth.ClientID{c.ID}
		by.Clients = append(by.Clients, c.ID)
	}
	u, password, err := s.CreateUser(ctx, by, in)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.stdout, "account  %s\npassword %s\nThe password must be changed at the first sign-in; it is not shown again.\n", u.Email, password)
	return err
}

func clientNamed(ctx context.Context, s *auth.Service, by auth.Actor, name string) (auth.Client, error) {
	all, err := s.Clients(ctx, by)
	if err != nil {
		return auth.Client{}, err
	}
	for _, c := range all {
		if c.Name == name {
			return c, nil
		}
	}
	return s.CreateClient(ctx, by, auth.NewClient{Name: name})
}
