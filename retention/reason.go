package retention

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/lib/pq"

	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/flow"
)

// Reason is why customers leave: a node of the client's tree. A code never changes its meaning; what is not asked any
// more is not active.
type Reason struct {
	Code        string `json:"code" db:"code"`
	Parent      string `json:"parent" db:"parent_code" doc:"code of the reason above it; empty at the top"`
	Name        string `json:"name" db:"name"`
	Saveable    bool   `json:"saveable" db:"saveable" doc:"false: nothing can keep them, such as a move abroad"`
	Active      bool   `json:"active" db:"active"`
	BillingCode string `json:"billingCode" db:"billing_code" enum:"customer_service,low_quality,missing_features,other,switched_service,too_complex,too_expensive,unused" doc:"Stripe's feedback for it"`
}

// billingCodes is Stripe's cancellation_details.feedback.
var billingCodes = []string{
	"customer_service", "low_quality", "missing_features", "other", "switched_service", "too_complex", "too_expensive", "unused",
}

const treeRowsMax = 300

// houseReasons are a client's until it writes its own.
func houseReasons() []Reason {
	return []Reason{
		{Code: "price", Name: "Price", Saveable: true, Active: true, BillingCode: "too_expensive"},
		{Code: "too_expensive", Parent: "price", Name: "Too expensive", Saveable: true, Active: true, BillingCode: "too_expensive"},
		{Code: "unexpected_charges", Parent: "price", Name: "Charges they did not expect", Saveable: true, Active: true, BillingCode: "too_expensive"},
		{Code: "competitor_price", Parent: "price", Name: "Cheaper elsewhere", Saveable: true, Active: true, BillingCode: "switched_service"},
		{Code: "product", Name: "Product", Saveable: true, Active: true, BillingCode: "low_quality"},
		{Code: "quality", Parent: "product", Name: "It does not work well", Saveable: true, Active: true, BillingCode: "low_quality"},
		{Code: "missing_features", Parent: "product", Name: "Something is missing", Saveable: true, Active: true, BillingCode: "missing_features"},
		{Code: "competitor_product", Parent: "product", Name: "Better elsewhere", Saveable: true, Active: true, BillingCode: "switched_service"},
		{Code: "service_experience", Name: "How they were treated", Saveable: true, Active: true, BillingCode: "customer_service"},
		{Code: "unused", Name: "Not used any more", Saveable: true, Active: true, BillingCode: "unused"},
		{Code: "moved", Name: "Moved away", Active: true, BillingCode: "other"},
		{Code: "deceased", Name: "Deceased", Active: true, BillingCode: "other"},
		{Code: "unknown", Name: "Something else", Saveable: true, Active: true, BillingCode: "other"},
	}
}

const selectReasons = `
SELECT code, parent_code, name, saveable, active, billing_code FROM reasons WHERE client_id = $1 ORDER BY id`

const upsertReason = `
INSERT INTO reasons (client_id, code, parent_code, name, saveable, active, billing_code, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (client_id, code) DO UPDATE SET parent_code = excluded.parent_code, name = excluded.name, saveable = excluded.saveable,
    active = excluded.active, billing_code = excluded.billing_code, updated_at = excluded.updated_at`

const dropReasons = `UPDATE reasons SET active = false, updated_at = $3 WHERE client_id = $1 AND code <> ALL($2::text[])`

func reasonsOf(ctx context.Context, db pg.DB, client auth.ClientID) ([]Reason, error) {
	var out []Reason
	if err := db.SelectContext(ctx, &out, selectReasons, client); err != nil {
		return nil, errs.Wrap(err, "read reasons")
	}
	if len(out) == 0 {
		return houseReasons(), nil
	}
	return out, nil
}

// ReasonsFor lists a client's reasons; the house's where it has none of its own.
//
// Codes: invalid (several clients and none named), not_found.
func (s *Service) ReasonsFor(ctx context.Context, by auth.Actor, client auth.ClientID) ([]Reason, error) {
	client, err := by.ClientFor(client)
	if err != nil {
		return nil, err
	}
	return reasonsOf(ctx, s.db, client)
}

// SetReasons replaces a client's tree. A reason that is left out is not asked any more, and stays where it was given.
//
// Codes: invalid, not_found.
func (s *Service) SetReasons(ctx context.Context, by auth.Actor, client auth.ClientID, all []Reason) ([]Reason, error) {
	client, err := by.ClientFor(client)
	if err != nil {
		return nil, err
	}
	if err := checkTree(all); err != nil {
		return nil, err
	}
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		codes := make([]string, 0, len(all))
		for _, r := range all {
			codes = append(codes, r.Code)
			if _, err := tx.ExecContext(ctx, upsertReason, client, r.Code, r.Parent, r.Name, r.Saveable, r.Active, r.BillingCode, now); err != nil {
				return errs.Wrap(err, "set reasons")
			}
		}
		if _, err := tx.ExecContext(ctx, dropReasons, client, pq.Array(codes), now); err != nil {
			return errs.Wrap(err, "set reasons")
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: client, Act: "save_desk.reasons", Object: fmt.Sprintf("client:%d", client), Data: all,
		})
	})
	if err != nil {
		return nil, err
	}
	return s.ReasonsFor(ctx, by, client)
}

func checkTree(all []Reason) error {
	var f errs.Faults
	f.Check(len(all) > 0 && len(all) <= treeRowsMax, "reasons", "give from 1 to 300 reasons")
	parents := map[string]string{}
	for i, r := range all {
		path := fmt.Sprintf("reasons.%d", i)
		checkCode(&f, path+".code", r.Code)
		f.Check(r.Name != "" && len(r.Name) <= nameCharsMax, path+".name", "give it a name of at most 120 characters")
		checkOneOf(&f, path+".billingCode", r.BillingCode, billingCodes)
		_, twice := parents[r.Code]
		f.Check(!twice, path+".code", "there is a reason of this code already")
		parents[r.Code] = r.Parent
	}
	for i, r := range all {
		_, known := parents[r.Parent]
		f.Check(r.Parent == "" || known, fmt.Sprintf("reasons.%d.parent", i), "there is no such reason")
		f.Check(!loops(parents, r.Code), fmt.Sprintf("reasons.%d.parent", i), "a reason is not below itself")
	}
	return f.Err()
}

func loops(parents map[string]string, code string) bool {
	for at, steps := parents[code], 0; at != ""; at, steps = parents[at], steps+1 {
		if at == code || steps > len(parents) {
			return true
		}
	}
	return false
}

// shuffled is the active part of a tree in an order of the case's own, so that no reason is chosen for standing first;
// the same case always shows the same order.
func shuffled(all []Reason, id CaseID) []Reason {
	out := slices.DeleteFunc(slices.Clone(all), func(r Reason) bool { return !r.Active })
	rnd := rand.New(rand.NewPCG(uint64(id), 1)) //nolint:gosec // an order, not a secret; ids are positive
	rnd.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// ReasonInput is why the customer of a call wants to leave, as far as they say. They need not.
type ReasonInput struct {
	Call dialer.CallID
	Code string // of the client's tree; "": they did not say
	Text string // their own words
}

const setCaseReason = `UPDATE cases SET reason_code = $2, reason_text = $3, updated_at = $4 WHERE id = $1`

// RecordReason notes why the customer wants to leave. It is never asked for twice, and nothing waits for it.
//
// Codes: invalid, not_found, conflict (another agent's call, the call is concluded or about no case).
func (s *Service) RecordReason(ctx context.Context, by auth.Actor, in ReasonInput) error {
	var f errs.Faults
	f.Check(len(in.Text) <= noteCharsMax, "text", "use at most 4,000 characters")
	if err := f.Err(); err != nil {
		return err
	}
	return s.onCase(ctx, by, in.Call, func(tx *pg.Tx, c *caseRow, now time.Time) error {
		all, err := reasonsOf(ctx, tx, c.Client)
		if err != nil {
			return err
		}
		if in.Code != "" && !slices.ContainsFunc(all, func(r Reason) bool { return r.Code == in.Code && r.Active }) {
			f.Addf("code", "there is no such reason")
			return f.Err()
		}
		if _, err := tx.ExecContext(ctx, setCaseReason, c.ID, in.Code, in.Text, now); err != nil {
			return errs.Wrap(err, "record reason")
		}
		return c.apply(ctx, tx, by, now, flow.Event{Kind: flow.ReasonGiven, Data: flow.Data{Reason: in.Code}})
	})
}

// hopeless reports whether the case's reason leaves nothing to save.
func hopeless(all []Reason, code string) bool {
	return slices.ContainsFunc(all, func(r Reason) bool { return r.Code == code && !r.Saveable })
}
