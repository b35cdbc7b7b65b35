package commissions

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"saveline/commissions/law"
	"saveline/commissions/payroll"
	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// PayrollPerson is what a client's payroll system and the law know of a person.
type PayrollPerson struct {
	Client         auth.ClientID     `db:"client_id" json:"clientId,omitempty"`
	User           auth.UserID       `db:"user_id" json:"userId,omitempty"`
	Name           string            `db:"name" json:"name" readOnly:"true"`
	EmployeeNo     string            `db:"employee_no" json:"employeeNo" readOnly:"true" doc:"the number that stands with the person; the payroll system's unless employeeId says otherwise"`
	EmployeeID     string            `db:"employee_id" json:"employeeId,omitempty" doc:"the payroll system's own id"`
	FirstName      string            `db:"first_name" json:"firstName,omitempty"`
	LastName       string            `db:"last_name" json:"lastName,omitempty"`
	Title          string            `db:"title" json:"title,omitempty"`
	PayGroup       string            `db:"pay_group" json:"payGroup,omitempty"`
	Department     string            `db:"department" json:"department,omitempty"`
	Frequency      payroll.Frequency `db:"frequency" json:"frequency,omitempty" enum:",W,B,S,M" doc:"blank is the client's"`
	Jurisdiction   string            `db:"jurisdiction" json:"jurisdiction,omitempty" doc:"US-CA, US-NY, US-TX, PH, KR; blank is not known" example:"US-CA"`
	Status         law.Status        `db:"status" json:"status,omitempty" enum:",nonexempt,exempt_7i,exempt_inside_sales,exempt,contractor" doc:"blank is not known, and treated as nonexempt"`
	NettingConsent bool              `db:"netting_consent" json:"nettingConsent" doc:"Korea: has agreed that what is owed is taken out of wages"`
	SignedOn       *rules.Date       `db:"plan_signed_on" json:"signedOn,omitempty" doc:"when the written plan was signed"`
	ReceivedOn     *rules.Date       `db:"plan_received_on" json:"receivedOn,omitempty" doc:"when the person confirmed a copy of it"`
	LeftOn         *rules.Date       `db:"left_on" json:"leftOn,omitempty"`
}

func init() {
	pg.Constraint("payroll_people_employee_key", errs.Conflict, "somebody else has this payroll id already")
}

var jurisdiction = regexp.MustCompile(`^([A-Z]{2}(-[A-Z]{2})?)?$`)

// Validate names what is wrong.
func (p PayrollPerson) Validate() error {
	var f errs.Faults
	f.Check(p.EmployeeID == "" || payroll.ValidEmployeeNo(p.EmployeeID), "employeeId", "must be letters, digits and . _ / -, beginning with a letter or a digit")
	for path, text := range map[string]string{
		"firstName": p.FirstName, "lastName": p.LastName, "title": p.Title, "payGroup": p.PayGroup, "department": p.Department,
	} {
		f.Check(len(text) <= payrollTextMax, path, fmt.Sprintf("at most %d characters", payrollTextMax))
	}
	f.Check(slices.Contains([]payroll.Frequency{"", payroll.Weekly, payroll.Biweekly, payroll.Semimonthly, payroll.Monthly}, p.Frequency), "frequency", "must be W, B, S or M, or blank")
	f.Check(jurisdiction.MatchString(p.Jurisdiction), "jurisdiction", "must be a country or a country and a state, such as PH or US-CA")
	f.Check(slices.Contains([]law.Status{"", law.Nonexempt, law.Retail7i, law.InsideSales, law.Exempt, law.Contractor}, p.Status), "status",
		"must be nonexempt, exempt_7i, exempt_inside_sales, exempt or contractor, or blank")
	for path, day := range map[string]*rules.Date{"signedOn": p.SignedOn, "receivedOn": p.ReceivedOn, "leftOn": p.LeftOn} {
		if day != nil {
			_, err := time.Parse(time.DateOnly, string(*day))
			f.Check(err == nil, path, "must be a day such as 2026-11-30")
		}
	}
	return f.Err()
}

// payrollPersonColumns: who has no row yet is blank in everything.
const payrollPersonColumns = `
c.client_id, u.id AS user_id, u.name, COALESCE(u.employee_no, '') AS employee_no, COALESCE(p.employee_id, '') AS employee_id,
COALESCE(p.first_name, '') AS first_name, COALESCE(p.last_name, '') AS last_name, COALESCE(p.title, '') AS title,
COALESCE(p.pay_group, '') AS pay_group, COALESCE(p.department, '') AS department, COALESCE(p.frequency, '') AS frequency,
COALESCE(p.jurisdiction, '') AS jurisdiction, COALESCE(p.status, '') AS status, COALESCE(p.netting_consent, false) AS netting_consent,
p.plan_signed_on::text AS plan_signed_on, p.plan_received_on::text AS plan_received_on, p.left_on::text AS left_on`

const (
	selectPayrollPeople = `
SELECT ` + payrollPersonColumns + `
FROM user_clients c JOIN users u ON u.id = c.user_id
     LEFT JOIN payroll_people p ON p.client_id = c.client_id AND p.user_id = c.user_id
WHERE c.client_id = $1 AND EXISTS (SELECT 1 FROM user_roles r WHERE r.user_id = u.id AND r.role = 'agent')
ORDER BY u.name, u.id LIMIT $2 OFFSET $3`
	countPayrollPeople = `
SELECT count(*) FROM user_clients c JOIN users u ON u.id = c.user_id
WHERE c.client_id = $1 AND EXISTS (SELECT 1 FROM user_roles r WHERE r.user_id = u.id AND r.role = 'agent')`
	selectPayrollPerson = `
SELECT ` + payrollPersonColumns + `
FROM user_clients c JOIN users u ON u.id = c.user_id
     LEFT JOIN payroll_people p ON p.client_id = c.client_id AND p.user_id = c.user_id
WHERE c.client_id = $1 AND u.id = $2`
	savePayrollPerson = `
INSERT INTO payroll_people (client_id, user_id, employee_id, first_name, last_name, title, pay_group, department, frequency, jurisdiction,
    status, netting_consent, plan_signed_on, plan_received_on, left_on, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
ON CONFLICT (client_id, user_id) DO UPDATE SET employee_id = excluded.employee_id, first_name = excluded.first_name,
    last_name = excluded.last_name, title = excluded.title, pay_group = excluded.pay_group, department = excluded.department,
    frequency = excluded.frequency, jurisdiction = excluded.jurisdiction, status = excluded.status,
    netting_consent = excluded.netting_consent, plan_signed_on = excluded.plan_signed_on,
    plan_received_on = excluded.plan_received_on, left_on = excluded.left_on, updated_at = excluded.updated_at`
)

// PayrollPeople are a client's agents by name.
//
// Codes: invalid (several clients and none named), not_found.
func (s *Service) PayrollPeople(ctx context.Context, by auth.Actor, client auth.ClientID, limit, offset int) (items []PayrollPerson, total int, err error) {
	if client, err = by.ClientFor(client); err != nil {
		return nil, 0, err
	}
	items = []PayrollPerson{}
	if err := s.db.SelectContext(ctx, &items, selectPayrollPeople, client, limit, offset); err != nil {
		return nil, 0, fmt.Errorf("payroll people: %w", err)
	}
	if err := s.db.GetContext(ctx, &total, countPayrollPeople, client); err != nil {
		return nil, 0, fmt.Errorf("count payroll people: %w", err)
	}
	return items, total, nil
}

// SavePayrollPerson replaces what is known of a person.
//
// Codes: invalid, not_found (the person is not this client's), conflict (the payroll id is somebody else's).
func (s *Service) SavePayrollPerson(ctx context.Context, by auth.Actor, in PayrollPerson) (out PayrollPerson, err error) {
	client, err := by.ClientFor(in.Client)
	if err != nil {
		return PayrollPerson{}, err
	}
	if err := in.Validate(); err != nil {
		return PayrollPerson{}, err
	}
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if err := tx.GetContext(ctx, &out, selectPayrollPerson, client, in.User); err != nil {
			return notFound(err, "person", in.User)
		}
		before := out
		_, err := tx.ExecContext(ctx, savePayrollPerson, client, in.User, in.EmployeeID, strings.TrimSpace(in.FirstName), strings.TrimSpace(in.LastName),
			in.Title, in.PayGroup, in.Department, in.Frequency, in.Jurisdiction, in.Status, in.NettingConsent, in.SignedOn, in.ReceivedOn, in.LeftOn, now)
		if err != nil {
			return fmt.Errorf("save payroll person %d: %w", in.User, err)
		}
		if err := tx.GetContext(ctx, &out, selectPayrollPerson, client, in.User); err != nil {
			return notFound(err, "person", in.User)
		}
		if (before.LeftOn == nil) != (out.LeftOn == nil) || out.LeftOn != nil && *before.LeftOn != *out.LeftOn {
			if err := markDirty(ctx, tx, client, []int64{int64(in.User)}, nil); err != nil {
				return err
			}
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: client, Act: "payroll.person", Object: fmt.Sprintf("user:%d", in.User), Data: map[string]any{"before": before, "after": out},
		})
	})
	return out, err
}
