// Package commissions decides who earns what: plans, credits from facts, an append-only ledger, and pay runs that end in a
// payroll file.
//
// Pay lives on facts (internal/facts) and never reads a call or an outcome to decide an amount. What a credit earns is
// decided by commissions/rules; what a payroll file looks like by commissions/payroll; this package keeps the books.
package commissions
