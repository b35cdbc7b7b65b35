package commissions

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
)

// LedgerFormats are the formats of ExportLedger.
var LedgerFormats = []string{"hledger", "csv"}

// Later lines stand after earlier ones whatever the day they count for: in the order in which they were posted.
const selectLedgerLines = `SELECT ` + lineColumns + ` FROM entries e WHERE e.client_id = ANY($1) ORDER BY e.recorded_at, e.id`

// ExportLedger writes the whole ledger of the actor's clients: for hledger, a plain-text journal that declares its accounts
// and commodities and ends with an assertion of every balance, so that another program can add everything up again; as
// CSV, one line an entry with all its columns and its digest.
//
// Codes: invalid (an unknown format).
func (s *Service) ExportLedger(ctx context.Context, by auth.Actor, format string, w io.Writer) error {
	if !slices.Contains(LedgerFormats, format) {
		return errs.Newf(errs.Invalid, "%q is no format of the ledger; say %s", format, strings.Join(LedgerFormats, " or "))
	}
	out := bufio.NewWriter(w)
	write := writeCSV
	if format == "hledger" {
		write = writeJournal
	}
	if err := s.snapshot(ctx, func(db pg.DB) error { return write(ctx, db, by, out) }); err != nil {
		return fmt.Errorf("export the ledger: %w", err)
	}
	return out.Flush()
}

// eachLine reads the entries one by one.
func eachLine(ctx context.Context, db pg.DB, by auth.Actor, do func(line) error) (err error) {
	rows, err := db.QueryxContext(ctx, selectLedgerLines, by.Scope())
	if err != nil {
		return err
	}
	defer closeRows(rows, &err)
	for rows.Next() {
		var l line
		if err := rows.StructScan(&l); err != nil {
			return err
		}
		if err := do(l); err != nil {
			return err
		}
	}
	return rows.Err()
}

// ledgerHeader is the first line of the CSV.
var ledgerHeader = []string{
	"entry_id", "client_id", "period_id", "key", "kind", "debit", "credit", "amount", "currency", "user_id", "credit_id", "plan_version_id",
	"component", "run_id", "reverses_id", "adjusts_id", "adjustment_id", "effective_at", "recorded_at", "basis", "digest",
}

func writeCSV(ctx context.Context, db pg.DB, by auth.Actor, out *bufio.Writer) error {
	w := csv.NewWriter(out)
	if err := w.Write(ledgerHeader); err != nil {
		return err
	}
	number := func(n int64) string {
		if n == 0 {
			return ""
		}
		return strconv.FormatInt(n, 10)
	}
	err := eachLine(ctx, db, by, func(l line) error {
		return w.Write([]string{
			number(int64(l.ID)), number(int64(l.Client)), number(int64(l.Period)), l.Key, l.Kind, l.Debit, l.Credit,
			l.amount().String(), l.Currency, number(int64(l.User)), number(int64(l.CreditID)), number(int64(l.Version)), l.Component,
			number(int64(l.Run)), number(int64(l.Reverses)), number(int64(l.Adjusts)), number(int64(l.Adjustment)),
			l.EffectiveAt.UTC().Format(time.RFC3339Nano), l.RecordedAt.UTC().Format(time.RFC3339Nano), l.Basis, hex.EncodeToString(l.digest()),
		})
	})
	if err != nil {
		return err
	}
	w.Flush()
	return w.Error()
}

func (l line) amount() money.Amount { return money.Amount{Minor: l.Minor, Currency: l.Currency} }

// writeJournal writes hledger's journal format (hledger.org/hledger.html#journal). A debit is positive there.
func writeJournal(ctx context.Context, db pg.DB, by auth.Actor, out *bufio.Writer) error {
	all, err := balances(ctx, db, by)
	if err != nil {
		return err
	}
	if err := writeDeclarations(out, all); err != nil {
		return err
	}
	last := time.Time{}
	err = eachLine(ctx, db, by, func(l line) error {
		if l.RecordedAt.After(last) {
			last = l.RecordedAt
		}
		_, err := fmt.Fprintf(out, "%s (%d) %s\n    ; key:%s, effective:%s\n    %s  %s %s\n    %s  -%s %s\n\n",
			l.RecordedAt.UTC().Format(time.DateOnly), l.ID, strings.TrimSpace(l.Kind+" "+l.Component), l.Key,
			l.EffectiveAt.UTC().Format(time.RFC3339), l.Debit, l.amount(), l.Currency, l.Credit, l.amount(), l.Currency)
		return err
	})
	if err != nil || len(all) == 0 {
		return err
	}
	if _, err := fmt.Fprintf(out, "%s balances as this ledger has them\n", last.UTC().Format(time.DateOnly)); err != nil {
		return err
	}
	for _, b := range all {
		owed := money.Amount{Minor: b.Debits - b.Credits, Currency: b.Currency}
		none := money.Amount{Currency: b.Currency}
		if _, err := fmt.Fprintf(out, "    %s  %s %s = %s %s\n", b.Account, none, b.Currency, owed, b.Currency); err != nil {
			return err
		}
	}
	return nil
}

func writeDeclarations(out *bufio.Writer, balances []Balance) error {
	var currencies, accounts []string
	for _, b := range balances {
		currencies, accounts = append(currencies, b.Currency), append(accounts, b.Account)
	}
	for _, c := range compacted(currencies) {
		sample := money.Amount{Currency: c}.String()
		if !strings.Contains(sample, ".") {
			sample += "." // hledger wants to see where the decimals would begin
		}
		if _, err := fmt.Fprintf(out, "commodity %s %s\n", sample, c); err != nil {
			return err
		}
	}
	for _, name := range compacted(accounts) {
		a, err := ParseAccount(name)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out, "account %s  ; type:%s\n", name, a.Type()); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(out)
	return err
}

func compacted(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}
