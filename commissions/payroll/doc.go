// Package payroll decides what the files look like that payroll systems read: pure functions from rows to bytes.
//
// The rules that all layouts share: deterministic bytes, no thousands separators, blank and never zero for what is not
// known, nothing that a spreadsheet would take for a formula, no negative amounts (what an agent owes stays in our ledger).
package payroll
