package auth

import (
	"context"
	"fmt"
	"strings"
	"time"

	"saveline/internal/errs"
	"saveline/internal/pg"
)

// Client is a client company whose work is done on this floor.
type Client struct {
	ID        ClientID  `db:"id" json:"id"`
	Name      string    `db:"name" json:"name"`
	Zone      string    `db:"zone" json:"zone" doc:"IANA zone of the client's business day"`
	Demo      bool      `db:"demo" json:"demo" doc:"made for show: may reach no trunk"`
	CreatedAt time.Time `db:"created_at" json:"createdAt"`
}

// NewClient is what CreateClient needs.
type NewClient struct {
	Name string
	Zone string // IANA; "" means America/New_York
	Demo bool
}

const (
	nameRunesMax = 100
	zoneDefault  = "America/New_York"
)

func init() {
	pg.Constraint("clients_name_key", errs.Conflict, "there is a client of this name already")
}

// Validate names every fault of the input.
func (in *NewClient) Validate() error {
	var f errs.Faults
	in.Name = strings.TrimSpace(in.Name)
	if in.Zone == "" {
		in.Zone = zoneDefault
	}
	checkName(&f, in.Name)
	checkZone(&f, in.Zone)
	return f.Err()
}

func checkName(f *errs.Faults, name string) {
	f.Check(name != "", "name", "a name is needed")
	f.Check(len([]rune(name)) <= nameRunesMax, "name", fmt.Sprintf("a name has at most %d characters", nameRunesMax))
}

func checkZone(f *errs.Faults, zone string) {
	_, err := time.LoadLocation(zone)
	f.Check(err == nil && zone != "" && zone != "Local", "zone", "this is not a time zone; write it like America/New_York")
}

const (
	insertClient = `
INSERT INTO clients (name, zone, demo, created_at) VALUES ($1, $2, $3, $4)
RETURNING id, name, zone, demo, created_at`
	insertOwnClient = `INSERT INTO user_clients (user_id, client_id) VALUES ($1, $2)`
	selectClients   = `
SELECT id, name, zone, demo, created_at FROM clients WHERE id = ANY($1) ORDER BY name`
)

// CreateClient adds a client company. Its maker sees it at once.
//
// Codes: invalid, conflict (the name is taken).
func (s *Service) CreateClient(ctx context.Context, by Actor, in NewClient) (Client, error) {
	if err := in.Validate(); err != nil {
		return Client{}, err
	}
	now := s.now()
	var c Client
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if err := tx.GetContext(ctx, &c, insertClient, in.Name, in.Zone, in.Demo, now); err != nil {
			return err
		}
		if by.User != 0 && !by.AllClients {
			if _, err := tx.ExecContext(ctx, insertOwnClient, by.User, c.ID); err != nil {
				return err
			}
		}
		return AuditTx(ctx, tx, by, now, Change{Client: c.ID, Act: "client.create", Object: object("client", c.ID), Data: c})
	})
	return c, err
}

// Clients lists the clients the actor sees.
func (s *Service) Clients(ctx context.Context, by Actor) ([]Client, error) {
	all := []Client{}
	err := s.db.SelectContext(ctx, &all, selectClients, by.Scope())
	return all, errs.Wrap(err, "list clients")
}

// object names a row in the audit trail: "user:7".
func object[ID ~int64](kind string, id ID) string { return fmt.Sprintf("%s:%d", kind, id) }
