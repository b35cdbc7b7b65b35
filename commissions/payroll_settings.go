package commissions

import (
	"context"
	"fmt"
	"slices"

	"saveline/commissions/law"
	"saveline/commissions/payroll"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// PayrollSettings is what a client's payroll system, its books and the law are told of all its people.
type PayrollSettings struct {
	Client        auth.ClientID     `db:"client_id" json:"clientId"`
	Company       string            `db:"company" json:"company" doc:"what the payroll system calls the client: Co Code, IID, Client ID"`
	Frequency     payroll.Frequency `db:"frequency" json:"frequency" enum:"W,B,S,M" doc:"of people who have none of their own"`
	Expense       string            `db:"expense" json:"expense" doc:"journals: the account of commissions"`
	Liability     string            `db:"liability" json:"liability" doc:"journals: the account that payroll pays from"`
	Method        law.Method        `db:"alloc_method" json:"method" enum:"by_week_earned,equal_week,equal_hour" doc:"how a commission is spread over workweeks"`
	Cycle         law.Cycle         `db:"pay_cycle" json:"cycle" enum:"weekly,biweekly,semimonthly,monthly" doc:"what a commission is computed over"`
	WorkweekStart law.WeekStart     `db:"workweek_start" json:"workweekStart" enum:"sunday,monday,tuesday,wednesday,thursday,friday,saturday"`
	DisputeDays   int               `db:"dispute_answer_days" json:"disputeDays" minimum:"1" maximum:"90" doc:"days within which a dispute is owed an answer; counts for those opened from now on"`
	Version       int               `db:"version" json:"version" doc:"send back the one you read; 0 is the defaults"`
	Codes         []PayrollCode     `db:"-" json:"codes" nullable:"false" doc:"components that are called something else outside"`
}

// PayrollCode is what a component is called outside of this house.
type PayrollCode struct {
	Component     string        `db:"component" json:"component"`
	Code          string        `db:"code" json:"code" doc:"the payroll system's earning code"`
	Name          string        `db:"name" json:"name,omitempty" doc:"the earning's name; the component if left out"`
	Kind          law.BonusKind `db:"bonus_kind" json:"kind,omitempty" enum:",flat_sum,production,commission" doc:"which divisor California uses; blank is not known"`
	Excluded      string        `db:"excluded_why" json:"excluded,omitempty" doc:"why it is not in the regular rate; blank is that it is"`
	Basic13th     *bool         `db:"ph_13th_basic" json:"basic13th,omitempty" doc:"Philippines: part of basic salary"`
	AvgWage       *bool         `db:"kr_avg_wage" json:"avgWage,omitempty" doc:"Korea: counts to the average wage"`
	BenefitMonths *int          `db:"benefit_months" json:"benefitMonths,omitempty" minimum:"1" maximum:"600" doc:"how long what was sold lasts, for accounting"`
}

func init() {
	pg.Constraint("payroll_codes_pkey", errs.Invalid, "a component is named twice")
}

const (
	payrollCodesMax = 200
	payrollTextMax  = 80 // characters
	disputeDaysMax  = 90
)

// Validate names what is wrong.
func (in PayrollSettings) Validate() error {
	var f errs.Faults
	for path, text := range map[string]string{"company": in.Company, "expense": in.Expense, "liability": in.Liability} {
		f.Check(len(text) <= payrollTextMax, path, fmt.Sprintf("at most %d characters", payrollTextMax))
	}
	f.Check(slices.Contains([]payroll.Frequency{payroll.Weekly, payroll.Biweekly, payroll.Semimonthly, payroll.Monthly}, in.Frequency), "frequency", "must be W, B, S or M")
	f.Check(slices.Contains([]law.Method{law.ByWeekEarned, law.EqualWeek, law.EqualHour}, in.Method), "method", "must be by_week_earned, equal_week or equal_hour")
	f.Check(slices.Contains([]law.Cycle{law.Weekly, law.Biweekly, law.Semimonthly, law.Monthly}, in.Cycle), "cycle", "must be weekly, biweekly, semimonthly or monthly")
	f.Check(in.WorkweekStart.Known(), "workweekStart", "must be a day such as sunday")
	f.Check(in.DisputeDays >= 1 && in.DisputeDays <= disputeDaysMax, "disputeDays", fmt.Sprintf("must be from 1 to %d days", disputeDaysMax))
	f.Check(len(in.Codes) <= payrollCodesMax, "codes", fmt.Sprintf("at most %d", payrollCodesMax))
	for i, c := range in.Codes {
		at := fmt.Sprintf("codes.%d", i)
		f.Check(c.Component != "", at+".component", "name the component")
		f.Check(c.Code != "" && len(c.Code) <= payrollTextMax, at+".code", "give the payroll system's code for it")
		f.Check(c.BenefitMonths == nil || *c.BenefitMonths > 0, at+".benefitMonths", "must be at least 1")
	}
	return f.Err()
}

func defaultPayroll(c auth.ClientID) PayrollSettings {
	return PayrollSettings{
		Client: c, Frequency: payroll.Monthly, Method: law.ByWeekEarned, Cycle: law.Monthly, WorkweekStart: "sunday", DisputeDays: 14, Codes: []PayrollCode{},
	}
}

const (
	selectPayrollSettings = `
SELECT client_id, company, frequency, expense, liability, alloc_method, pay_cycle, workweek_start, dispute_answer_days, version FROM payroll_settings WHERE client_id = $1`
	selectPayrollCodes = `
SELECT component, code, name, bonus_kind, excluded_why, ph_13th_basic, kr_avg_wage, benefit_months FROM payroll_codes WHERE client_id = $1 ORDER BY component`
)

// PayrollSettingsFor reads a client's settings, or the defaults.
//
// Codes: invalid (several clients and none named), not_found.
func (s *Service) PayrollSettingsFor(ctx context.Context, by auth.Actor, client auth.ClientID) (out PayrollSettings, err error) {
	if client, err = by.ClientFor(client); err != nil {
		return PayrollSettings{}, err
	}
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		out, err = payrollSettings(ctx, tx, client)
		return err
	})
	return out, err
}

func payrollSettings(ctx context.Context, tx *pg.Tx, client auth.ClientID) (PayrollSettings, error) {
	out := defaultPayroll(client)
	if err := tx.GetContext(ctx, &out, selectPayrollSettings, client); err != nil && !pg.None(err) {
		return PayrollSettings{}, fmt.Errorf("payroll settings: %w", err)
	}
	if err := tx.SelectContext(ctx, &out.Codes, selectPayrollCodes, client); err != nil {
		return PayrollSettings{}, fmt.Errorf("payroll codes: %w", err)
	}
	return out, nil
}

const (
	savePayrollSettings = `
INSERT INTO payroll_settings (client_id, company, frequency, expense, liability, alloc_method, pay_cycle, workweek_start, version, updated_at, dispute_answer_days)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $10, $11)
ON CONFLICT (client_id) DO UPDATE SET company = excluded.company, frequency = excluded.frequency, expense = excluded.expense,
    liability = excluded.liability, alloc_method = excluded.alloc_method, pay_cycle = excluded.pay_cycle,
    workweek_start = excluded.workweek_start, dispute_answer_days = excluded.dispute_answer_days, version = payroll_settings.version + 1, updated_at = excluded.updated_at
WHERE payroll_settings.version = $9
RETURNING version`
	deletePayrollCodes = `DELETE FROM payroll_codes WHERE client_id = $1`
	insertPayrollCode  = `
INSERT INTO payroll_codes (client_id, component, code, name, bonus_kind, excluded_why, ph_13th_basic, kr_avg_wage, benefit_months)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
)

// SavePayrollSettings replaces a client's settings and codes. in.Version is the one that was read.
//
// Codes: invalid, not_found, stale (somebody changed them since).
func (s *Service) SavePayrollSettings(ctx context.Context, by auth.Actor, in PayrollSettings) (out PayrollSettings, err error) {
	client, err := by.ClientFor(in.Client)
	if err != nil {
		return PayrollSettings{}, err
	}
	if err := in.Validate(); err != nil {
		return PayrollSettings{}, err
	}
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		var version int
		err := tx.GetContext(ctx, &version, savePayrollSettings, client, in.Company, in.Frequency, in.Expense, in.Liability, in.Method, in.Cycle,
			in.WorkweekStart, in.Version, now, in.DisputeDays)
		if pg.None(err) {
			return errs.Newf(errs.Stale, "somebody changed these settings since you opened them; reload and try again")
		}
		if err != nil {
			return fmt.Errorf("save payroll settings: %w", err)
		}
		if _, err := tx.ExecContext(ctx, deletePayrollCodes, client); err != nil {
			return fmt.Errorf("delete payroll codes: %w", err)
		}
		for _, c := range in.Codes {
			if _, err := tx.ExecContext(ctx, insertPayrollCode, client, c.Component, c.Code, c.Name, c.Kind, c.Excluded, c.Basic13th, c.AvgWage, c.BenefitMonths); err != nil {
				return fmt.Errorf("payroll code of %s: %w", c.Component, err)
			}
		}
		if out, err = payrollSettings(ctx, tx, client); err != nil {
			return err
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{Client: client, Act: "payroll.settings", Object: fmt.Sprintf("client:%d", client), Data: out})
	})
	return out, err
}

// code is what a component is called outside; by its own name where nobody has said.
func (in PayrollSettings) code(component string) PayrollCode {
	for _, c := range in.Codes {
		if c.Component == component {
			if c.Name == "" {
				c.Name = component
			}
			return c
		}
	}
	return PayrollCode{Component: component, Code: component, Name: component}
}
