package commissions

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"saveline/commissions/payroll"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// MappingID names a client's own layout.
type MappingID int64

// PayrollMapping is a layout that a client has written for its payroll system.
type PayrollMapping struct {
	ID        MappingID           `db:"id" json:"id"`
	Client    auth.ClientID       `db:"client_id" json:"clientId"`
	Name      string              `db:"name" json:"name"`
	Version   int                 `db:"version" json:"version" doc:"send back the one you read"`
	UpdatedAt time.Time           `db:"updated_at" json:"updatedAt"`
	Mapping   payroll.FileMapping `db:"-" json:"mapping"`
	Raw       jsonMapping         `db:"mapping" json:"-"`
}

// jsonMapping is a mapping as the database keeps it.
type jsonMapping payroll.FileMapping

// Scan reads a jsonb column.
func (m *jsonMapping) Scan(src any) error {
	raw, ok := src.([]byte)
	if !ok {
		return fmt.Errorf("a mapping comes as %T", src)
	}
	return json.Unmarshal(raw, (*payroll.FileMapping)(m))
}

// NewMapping is a mapping before it is stored.
type NewMapping struct {
	Client  auth.ClientID       `json:"clientId,omitempty" doc:"may be left out by people of one client"`
	Name    string              `json:"name"`
	Mapping payroll.FileMapping `json:"mapping"`
}

func init() {
	pg.Constraint("payroll_mappings_name_key", errs.Conflict, "there is a mapping of this name already")
}

func (in NewMapping) validate() error {
	var f errs.Faults
	name := strings.TrimSpace(in.Name)
	f.Check(name != "" && len(name) <= payrollTextMax, "name", fmt.Sprintf("a mapping needs a name of at most %d characters", payrollTextMax))
	err := in.Mapping.Validate()
	for _, x := range faultsOf(err) {
		f.Addf("mapping."+x.Path, "%s", x.Message)
	}
	return f.Err()
}

const mappingColumns = `id, client_id, name, mapping, version, updated_at`

const (
	selectMappings = `SELECT ` + mappingColumns + ` FROM payroll_mappings WHERE client_id = ANY($1) ORDER BY name, id`
	selectMapping  = `SELECT ` + mappingColumns + ` FROM payroll_mappings WHERE id = $1 AND client_id = ANY($2)`
	insertMapping  = `
INSERT INTO payroll_mappings (client_id, name, mapping, version, updated_at) VALUES ($1, $2, $3, 1, $4) RETURNING ` + mappingColumns
	updateMapping = `
UPDATE payroll_mappings SET name = $3, mapping = $4, version = version + 1, updated_at = $5
WHERE id = $1 AND version = $2 RETURNING ` + mappingColumns
)

// Mappings are the layouts that the actor's clients have written.
func (s *Service) Mappings(ctx context.Context, by auth.Actor) ([]PayrollMapping, error) {
	out := []PayrollMapping{}
	if err := s.db.SelectContext(ctx, &out, selectMappings, by.Scope()); err != nil {
		return nil, fmt.Errorf("payroll mappings: %w", err)
	}
	for i := range out {
		out[i].Mapping = payroll.FileMapping(out[i].Raw)
	}
	return out, nil
}

// AddMapping keeps a new mapping.
//
// Codes: invalid (each fault by its path), conflict (the name is taken), not_found (another's client).
func (s *Service) AddMapping(ctx context.Context, by auth.Actor, in NewMapping) (PayrollMapping, error) {
	client, err := by.ClientFor(in.Client)
	if err != nil {
		return PayrollMapping{}, err
	}
	return s.keepMapping(ctx, by, in, func(tx *pg.Tx, raw string, now time.Time, out *PayrollMapping) error {
		return tx.GetContext(ctx, out, insertMapping, client, strings.TrimSpace(in.Name), raw, now)
	})
}

// SaveMapping replaces a mapping. version is the one that was read. Files that were made with it stay as they are.
//
// Codes: invalid, conflict, not_found, stale (somebody changed it since).
func (s *Service) SaveMapping(ctx context.Context, by auth.Actor, id MappingID, version int, in NewMapping) (PayrollMapping, error) {
	return s.keepMapping(ctx, by, in, func(tx *pg.Tx, raw string, now time.Time, out *PayrollMapping) error {
		if err := tx.GetContext(ctx, out, selectMapping, id, by.Scope()); err != nil {
			return notFound(err, "mapping", id)
		}
		err := tx.GetContext(ctx, out, updateMapping, id, version, strings.TrimSpace(in.Name), raw, now)
		if pg.None(err) {
			return errs.Newf(errs.Stale, "somebody changed this mapping since you opened it; reload and try again")
		}
		return err
	})
}

func (s *Service) keepMapping(ctx context.Context, by auth.Actor, in NewMapping, keep func(*pg.Tx, string, time.Time, *PayrollMapping) error) (out PayrollMapping, err error) {
	if err := in.validate(); err != nil {
		return PayrollMapping{}, err
	}
	raw, err := json.Marshal(in.Mapping)
	if err != nil {
		return PayrollMapping{}, fmt.Errorf("mapping: %w", err)
	}
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if err := keep(tx, string(raw), now, &out); err != nil {
			return errs.Wrap(err, "keep the mapping")
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: out.Client, Act: "payroll.mapping", Object: fmt.Sprintf("mapping:%d", out.ID), Data: map[string]any{"name": out.Name, "mapping": in.Mapping},
		})
	})
	out.Mapping = payroll.FileMapping(out.Raw)
	return out, err
}
