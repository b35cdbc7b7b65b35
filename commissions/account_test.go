package commissions_test

import (
	"testing"

	"saveline/commissions"
	"saveline/internal/errs"
)

func TestAccountsAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]commissions.Account{
		"expense:incentive:save_bonus": {Kind: commissions.AccountExpense, Component: "save_bonus"},
		"expense:incentive:cap:plan":   {Kind: commissions.AccountExpense, Component: "cap:plan"},
		"expense:writeoff":             {Kind: commissions.AccountWriteOff},
		"agent:17:advance":             {Kind: commissions.AccountAdvance, Agent: 17},
		"agent:17:earned":              {Kind: commissions.AccountEarned, Agent: 17},
		"agent:17:reserve":             {Kind: commissions.AccountReserve, Agent: 17},
		"agent:17:receivable":          {Kind: commissions.AccountReceivable, Agent: 17},
		"agent:17:draw_receivable":     {Kind: commissions.AccountDraw, Agent: 17},
		"payroll_clearing:3":           {Kind: commissions.AccountClearing, Run: 3},
		"payroll_liability":            {Kind: commissions.AccountLiability},
	} {
		got, err := commissions.ParseAccount(name)
		if err != nil || got != want || got.String() != name {
			t.Errorf("%s: %+v (%v)", name, got, err)
		}
	}
	for _, name := range []string{
		"", "agent", "agent:0:earned", "agent:017:earned", "agent:x:earned", "agent:17:paid", "agent:17:earned:x", "expense", "expense:incentive",
		"expense:incentive:", "expense:incentive:A", "expense:other", "payroll_clearing", "payroll_clearing:-1", "payroll_liability:1", "cash",
	} {
		if got, err := commissions.ParseAccount(name); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q was read as %+v (%v)", name, got, err)
		}
	}
}

// TestTheDatabaseKnowsTheSameAccounts: what Go refuses, the table refuses.
func TestTheDatabaseKnowsTheSameAccounts(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 1)
	p, err := h.pay.PeriodAt(t.Context(), h.ana, h.client, h.now())
	h.must(err)
	for name, ok := range map[string]bool{
		"expense:incentive:cap:plan": true, "agent:9:draw_receivable": true, "payroll_clearing:12": true, "expense:writeoff": true,
		"agent:09:earned": false, "agent:9:paid": false, "cash": false, "expense:incentive:A": false, "payroll_liability:2": false,
	} {
		_, err := h.db.Exec(`INSERT INTO entries (client_id, period_id, key, kind, debit, credit, amount_minor, currency, effective_at, recorded_at)
VALUES ($1, $2, $3, 'accrue', $3, 'agent:1:advance', 1, 'USD', $4, $4)`, h.client, p.ID, name, h.now())
		if _, parsed := commissions.ParseAccount(name); (err == nil) != ok || (parsed == nil) != ok {
			t.Errorf("%s: the database %v, the parser %v", name, err, parsed)
		}
	}
}
