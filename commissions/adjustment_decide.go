package commissions

import (
	"context"
	"fmt"
	"strings"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
)

const (
	lockAdjustment = `
SELECT id, client_id, user_id, kind, amount_minor, currency, component, reason, evidence, COALESCE(adjusts_id, 0) AS adjusts_id, state
FROM adjustments WHERE id = $1 AND client_id = ANY($2) FOR UPDATE`

	decideAdjustment = `UPDATE adjustments SET state = $2, decided_by = $3, decided_at = $4 WHERE id = $1 AND state = 'proposed'`
)

// DecideAdjustment approves what somebody else entered, which posts it to the open books, or refuses it.
//
// Codes: forbidden (who entered it, whose pay it is, or a program), conflict (decided already, or a write-off of more than
// is owed by now), not_found.
func (s *Service) DecideAdjustment(ctx context.Context, by auth.Actor, id AdjustmentID, approve bool) (Adjustment, error) {
	if err := inPerson(by); err != nil {
		return Adjustment{}, err
	}
	var a Adjustment
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if err := tx.GetContext(ctx, &a, lockAdjustment, id, by.Scope()); err != nil {
			return notFound(err, "adjustment", id)
		}
		if a.State != AdjustmentProposed {
			return errs.Newf(errs.Conflict, "this adjustment has been %s already", a.State)
		}
		return decideTx(ctx, tx, by, s.now(), a, approve)
	})
	if err != nil {
		return Adjustment{}, err
	}
	if approve {
		s.tellAll([]auth.UserID{a.User})
	}
	return s.adjustmentFor(ctx, by, id)
}

// decideTx writes the decision; an approval posts.
func decideTx(ctx context.Context, tx *pg.Tx, by auth.Actor, now time.Time, a Adjustment, approve bool) error {
	a.State = AdjustmentRefused
	if approve {
		a.State = AdjustmentApproved
	}
	if _, err := tx.ExecContext(ctx, decideAdjustment, a.ID, a.State, by.User, now); err != nil {
		return fmt.Errorf("decide adjustment %d: %w", a.ID, err)
	}
	err := auth.AuditTx(ctx, tx, by, now, auth.Change{
		Client: a.Client, Act: "adjustment." + strings.TrimSuffix(string(a.State), "d"), Object: fmt.Sprintf("adjustment:%d", a.ID),
	})
	if err != nil || !approve {
		return err
	}
	b, err := openBooks(ctx, tx, a.Client, now)
	if err != nil {
		return err
	}
	if a.Kind == adjustWriteOff {
		return b.writeOff(ctx, a)
	}
	return b.adjust(ctx, a)
}

// adjustBasis is what an adjustment's entry says of how it came about.
type adjustBasis struct {
	Adjustment AdjustmentID `json:"adjustment"`
	Reason     string       `json:"reason"`
	Evidence   string       `json:"evidence"`
}

func (a Adjustment) basis() adjustBasis {
	return adjustBasis{Adjustment: a.ID, Reason: a.Reason, Evidence: a.Evidence}
}

// adjust posts an approved amount. What corrects an entry counts for that entry's time: in its period while that is open,
// in the open one after.
func (b *books) adjust(ctx context.Context, a Adjustment) error {
	p := posting{
		Key: fmt.Sprintf("adjust:%d", a.ID), Kind: kindAdjust, Debit: accountExpense(a.Component), Credit: accountEarned(a.User), User: a.User,
		Component: a.Component, Amount: money.Amount{Minor: a.Minor, Currency: a.Currency}, Basis: a.basis(), Effective: b.now, Payable: true,
		Adjusts: a.Adjusts, Adjusted: a.ID, Cause: a.Reason,
	}
	if a.Adjusts != 0 {
		var e adjusted
		if err := b.tx.GetContext(ctx, &e, selectAdjusted, a.Adjusts, int64s([]auth.ClientID{a.Client})); err != nil {
			return fmt.Errorf("entry %d: %w", a.Adjusts, err)
		}
		p.CreditID, p.Version, p.Effective = e.CreditID, e.Version, e.Effective
	}
	if a.Minor < 0 {
		p.Debit, p.Credit, p.Amount.Minor = p.Credit, p.Debit, -a.Minor
	}
	err := b.post(ctx, []posting{p})
	return err
}

// NewWriteOff is the input of WriteOff.
type NewWriteOff struct {
	Client   auth.ClientID `json:"clientId,omitempty" doc:"may be left out by people of one client"`
	User     auth.UserID   `json:"userId" doc:"who has left and owes more than was earned"`
	Currency string        `json:"currency" example:"USD"`
	Note     string        `json:"note,omitempty"`
	Evidence string        `json:"evidence" doc:"where somebody who checks finds that they left: a link or a file number"`
}

// Validate names every fault of the input.
func (in NewWriteOff) Validate() error {
	var f errs.Faults
	f.Check(in.User > 0, "userId", "say who has left")
	_, err := money.Exponent(in.Currency)
	f.Check(err == nil, "currency", "must be an ISO 4217 currency such as USD")
	f.Check(len(in.Note) <= noteMax, "note", fmt.Sprintf("at most %d characters", noteMax))
	checkEvidence(&f, in.Evidence)
	return f.Err()
}

// What no run has settled, by account: a leaver owes when the sum is less than nothing.
const selectOwed = `
SELECT COALESCE(SUM(CASE WHEN e.credit = $3 THEN e.amount_minor WHEN e.debit = $3 THEN -e.amount_minor ELSE 0 END), 0)::bigint AS earned,
       COALESCE(SUM(CASE WHEN e.debit = $4 THEN e.amount_minor WHEN e.credit = $4 THEN -e.amount_minor ELSE 0 END), 0)::bigint AS receivable
FROM payables d JOIN entries e ON e.id = d.entry_id
WHERE d.client_id = $1 AND d.user_id = $2 AND d.currency = $5 AND d.run_id IS NULL`

// owing is how a person stands in one currency before the next run, in minor units.
type owing struct {
	Earned     int64 `db:"earned"`
	Receivable int64 `db:"receivable"`
}

// total is what they owe on balance; 0 when they do not.
func (o owing) total() int64 { return max(0, o.Receivable-o.Earned) }

func owedBy(ctx context.Context, tx *pg.Tx, a Adjustment) (o owing, err error) {
	err = tx.GetContext(ctx, &o, selectOwed, a.Client, a.User, accountEarned(a.User), accountReceivable(a.User), a.Currency)
	if err != nil {
		return o, fmt.Errorf("what user %d owes: %w", a.User, err)
	}
	return o, nil
}

// WriteOff proposes to give up what a leaver owes on balance: what was taken back and no later pay can make good. A person
// who left is not held liable for it (Stein v. hhgregg, 6th Cir. 2017).
//
// Codes: invalid, forbidden (oneself, or a program), conflict (nothing is owed), not_found.
func (s *Service) WriteOff(ctx context.Context, by auth.Actor, in NewWriteOff) (Adjustment, error) {
	if err := in.Validate(); err != nil {
		return Adjustment{}, err
	}
	if err := inPerson(by); err != nil {
		return Adjustment{}, err
	}
	client, err := by.ClientFor(in.Client)
	if err != nil {
		return Adjustment{}, err
	}
	a := Adjustment{
		Client: client, User: in.User, Kind: adjustWriteOff, Currency: in.Currency, Component: writeOffAccount, Reason: reasonLeft,
		Note: in.Note, Evidence: strings.TrimSpace(in.Evidence),
	}
	var id AdjustmentID
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if err := requireEmployed(ctx, tx, client, in.User); err != nil {
			return err
		}
		o, err := owedBy(ctx, tx, a)
		if err != nil {
			return err
		}
		if a.Minor = o.total(); a.Minor == 0 {
			return errs.Newf(errs.Conflict, "this person owes nothing in %s: there is nothing to write off", in.Currency)
		}
		id, err = insertAdjustmentTx(ctx, tx, by, s.now(), a)
		return err
	})
	if err != nil {
		return Adjustment{}, err
	}
	return s.adjustmentFor(ctx, by, id)
}

// writeOff posts an approved write-off: out of the receivable first, the rest out of an earned account below nothing. The
// next run settles it together with the lines it makes good.
func (b *books) writeOff(ctx context.Context, a Adjustment) error {
	if err := requireEmployed(ctx, b.tx, a.Client, a.User); err != nil { // its lock makes two write-offs wait for each other
		return err
	}
	o, err := owedBy(ctx, b.tx, a)
	if err != nil {
		return err
	}
	if a.Minor > o.total() {
		return errs.Newf(errs.Conflict, "the person owes only %s %s by now: refuse this write-off and enter a new one",
			money.Amount{Minor: o.total(), Currency: a.Currency}, a.Currency)
	}
	var batch []posting
	add := func(part, account string, minor int64) {
		if minor > 0 {
			batch = append(batch, posting{
				Key: fmt.Sprintf("writeoff:%d:%s", a.ID, part), Kind: kindWriteOff, Debit: accountWriteOff, Credit: account, User: a.User,
				Component: a.Component, Amount: money.Amount{Minor: minor, Currency: a.Currency}, Basis: a.basis(), Effective: b.now,
				Payable: true, Adjusted: a.ID,
			})
		}
	}
	first := min(a.Minor, max(0, o.Receivable))
	add("receivable", accountReceivable(a.User), first)
	add("earned", accountEarned(a.User), a.Minor-first)
	err = b.post(ctx, batch)
	return err
}
