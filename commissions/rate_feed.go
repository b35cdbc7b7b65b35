package commissions

import (
	"context"
	"fmt"

	"saveline/commissions/law"
	"saveline/commissions/payroll"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// RateFeed is the regular-rate feed of a calculated run: for each person and component the workweeks that it belongs to,
// and the overtime premium that is due on it there. Premiums are blank where hours are not known.
//
// Codes: invalid (people without an employee number; parts that belong to no workweek), conflict (not calculated), not_found.
func (s *Service) RateFeed(ctx context.Context, by auth.Actor, id RunID) (out payroll.File, err error) {
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		r, err := calculatedRun(ctx, tx, by, id)
		if err != nil {
			return err
		}
		facts, err := lawFacts(ctx, tx, by, r)
		if err != nil {
			return err
		}
		rows, err := rateRows(facts)
		if err != nil {
			return err
		}
		out, err = payroll.RegularRate(int64(r.ID), rows)
		return err
	})
	return out, err
}

func rateRows(facts law.Facts) (rows []payroll.RateRow, err error) {
	for _, p := range facts.People {
		for _, in := range p.Incentives {
			if in.Excluded != "" || in.Amount.Minor == 0 {
				continue
			}
			slices, err := law.Allocate(facts, p, in)
			if err != nil {
				return nil, errs.WithCause(errs.CodeOf(err), err, "%s, %s", p.Name, in.Component)
			}
			for _, s := range slices {
				row, err := rateRow(facts, p, in, s)
				if err != nil {
					return nil, err
				}
				if s.Part.Minor != 0 || s.Due.Minor != 0 {
					rows = append(rows, row)
				}
			}
		}
	}
	return rows, nil
}

func rateRow(facts law.Facts, p law.Person, in law.Incentive, s law.Slice) (payroll.RateRow, error) {
	row := payroll.RateRow{
		EmployeeNo: p.ID, WorkweekFrom: string(s.Week), Incentive: s.Part, Method: string(facts.Method), BonusKind: string(in.Kind),
	}
	if !s.Known {
		return row, nil
	}
	row.HoursTotal, row.HoursOT, row.HoursNonOT = s.Hours.String(), s.OT.String(), (s.Hours - s.OT).String()
	if p.Status == law.Exempt || p.Status == law.Contractor {
		return row, nil // no overtime, no premium
	}
	row.DueFederal = s.Due.String()
	if p.Jurisdiction == "US-CA" {
		due, err := law.CaliforniaDue(s, in.Kind)
		if err != nil {
			return payroll.RateRow{}, fmt.Errorf("%s, %s: %w", p.Name, in.Component, err)
		}
		row.DueCA = due.String()
	}
	return row, nil
}

// Accounting is the file of a calculated run's commissions by contract: term, start, treatment. Where nobody has said how
// long what was sold lasts, the term is blank and the treatment unknown.
//
// Codes: conflict (not calculated), not_found.
func (s *Service) Accounting(ctx context.Context, by auth.Actor, id RunID) (out payroll.File, err error) {
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		r, err := calculatedRun(ctx, tx, by, id)
		if err != nil {
			return err
		}
		facts, err := lawFacts(ctx, tx, by, r)
		if err != nil {
			return err
		}
		rows := make([]payroll.CostRow, len(facts.Costs))
		for i, c := range facts.Costs {
			a := law.Amortise(c)
			rows[i] = payroll.CostRow{
				Contract: c.ID, Amount: c.Amount, Months: a.Term, Start: string(a.Start), Treatment: string(a.Treatment), Clawback: c.Clawback,
			}
		}
		out, err = payroll.Accounting(int64(r.ID), rows)
		return err
	})
	return out, err
}
