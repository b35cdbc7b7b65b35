package commissions

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"saveline/internal/auth"
	"saveline/internal/errs"
)

// AccountKind says what an account of the ledger holds.
type AccountKind string

// The kinds of accounts. An agent's have credit balances, what the house owes the agent, but for the two receivables: those
// are what the agent owes.
const (
	AccountExpense    AccountKind = "expense"         // what a component has cost the client: expense:incentive:<component>
	AccountWriteOff   AccountKind = "writeoff"        // what leavers owed and nobody collects: expense:writeoff
	AccountAdvance    AccountKind = "advance"         // paid out or not, it is not earned before its hold has passed
	AccountEarned     AccountKind = "earned"          // earned, and no run has paid it
	AccountReserve    AccountKind = "reserve"         // held back until a day
	AccountReceivable AccountKind = "receivable"      // taken back after it had been paid
	AccountDraw       AccountKind = "draw_receivable" // advanced as a draw, to be recovered
	AccountClearing   AccountKind = "clearing"        // on its way to payroll with one run; empty once the run is reconciled
	AccountLiability  AccountKind = "liability"       // payroll owes it on
)

// Account is a parsed name of an account.
type Account struct {
	Kind      AccountKind
	Component string      // of an expense
	Agent     auth.UserID // of an agent's
	Run       RunID       // of a clearing account
}

var accountComponent = regexp.MustCompile(`^[a-z0-9][a-z0-9_:.-]{0,79}$`)

// ParseAccount reads an account's name; it accepts exactly what String writes.
//
// Codes: invalid.
func ParseAccount(name string) (Account, error) {
	a, ok := parseAccount(strings.Split(name, ":"))
	if !ok || a.String() != name {
		return Account{}, errs.Newf(errs.Invalid, "%q is no account of this ledger", name)
	}
	return a, nil
}

func parseAccount(parts []string) (Account, bool) {
	switch head := parts[0]; {
	case head == "payroll_liability" && len(parts) == 1:
		return Account{Kind: AccountLiability}, true
	case head == "expense" && len(parts) == 2 && parts[1] == "writeoff":
		return Account{Kind: AccountWriteOff}, true
	case head == "expense" && len(parts) >= 3 && parts[1] == "incentive":
		component := strings.Join(parts[2:], ":")
		return Account{Kind: AccountExpense, Component: component}, accountComponent.MatchString(component)
	case head == "payroll_clearing" && len(parts) == 2:
		id, err := strconv.ParseInt(parts[1], 10, 64)
		return Account{Kind: AccountClearing, Run: RunID(id)}, err == nil && id > 0
	case head == "agent" && len(parts) == 3:
		id, err := strconv.ParseInt(parts[1], 10, 64)
		return Account{Kind: AccountKind(parts[2]), Agent: auth.UserID(id)}, err == nil && id > 0 && isAgentAccount(AccountKind(parts[2]))
	}
	return Account{}, false
}

func isAgentAccount(k AccountKind) bool {
	switch k {
	case AccountAdvance, AccountEarned, AccountReserve, AccountReceivable, AccountDraw:
		return true
	}
	return false
}

// String is the account's name in the ledger.
func (a Account) String() string {
	switch a.Kind {
	case AccountExpense:
		return "expense:incentive:" + a.Component
	case AccountWriteOff:
		return "expense:writeoff"
	case AccountClearing:
		return fmt.Sprintf("payroll_clearing:%d", a.Run)
	case AccountLiability:
		return "payroll_liability"
	}
	return fmt.Sprintf("agent:%d:%s", a.Agent, a.Kind)
}

// Type is the account's kind as book-keepers have it: X expense, L liability, A asset.
func (a Account) Type() string {
	switch a.Kind {
	case AccountExpense, AccountWriteOff:
		return "X"
	case AccountReceivable, AccountDraw:
		return "A"
	}
	return "L"
}

const (
	accountLiability = "payroll_liability" // where a reconciled run's money goes: the payroll system owes it on
	accountWriteOff  = "expense:writeoff"
)

func accountExpense(component string) string {
	return Account{Kind: AccountExpense, Component: component}.String()
}

func accountAdvance(u auth.UserID) string { return Account{Kind: AccountAdvance, Agent: u}.String() }

func accountEarned(u auth.UserID) string { return Account{Kind: AccountEarned, Agent: u}.String() }

func accountReserve(u auth.UserID) string { return Account{Kind: AccountReserve, Agent: u}.String() }

func accountReceivable(u auth.UserID) string {
	return Account{Kind: AccountReceivable, Agent: u}.String()
}

func accountClearing(run RunID) string { return Account{Kind: AccountClearing, Run: run}.String() }
