package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"saveline/commissions"
	"saveline/internal/auth"
	"saveline/internal/config"
	"saveline/internal/errs"
	"saveline/internal/live"
)

// runLedger is `saveline ledger verify|export`.
func runLedger(ctx context.Context, e env, args []string) error {
	if len(args) > 0 {
		switch args[0] {
		case "verify":
			return ledgerVerify(ctx, e, args[1:])
		case "export":
			return ledgerExport(ctx, e, args[1:])
		}
	}
	return errs.Newf(errs.Invalid, "say what to do: saveline ledger verify, or saveline ledger export -format hledger")
}

const selectClientIDs = `SELECT id FROM clients WHERE $1 = 0 OR id = $1 ORDER BY id`

// withLedger opens the books of one client, or of all, for a command that only reads them.
func (e env) withLedger(ctx context.Context, client int64, do func(*commissions.Service, auth.Actor) error) error {
	return e.withDatabase(ctx, func(d *database, _ config.Config, log *slog.Logger) error {
		var ids []auth.ClientID
		if err := d.SelectContext(ctx, &ids, selectClientIDs, client); err != nil {
			return fmt.Errorf("clients (is the database up to date? saveline migrate): %w", err)
		}
		if len(ids) == 0 && client != 0 {
			return errs.Newf(errs.NotFound, "there is no client %d", client)
		}
		return do(commissions.New(d.DB, time.Now, log, live.Nowhere{}), auth.System("ledger", ids...))
	})
}

// ledgerVerify exits with 0 when the books are whole, and with 1 when something is wrong, which it says in words.
func ledgerVerify(ctx context.Context, e env, args []string) error {
	fs := e.flags("ledger verify")
	client := fs.Int64("client", 0, "only this client's books")
	kept := fs.String("anchor", "", "a head that an earlier verification printed, SEQ:HASH: is it still in the chain?")
	if _, err := parse(fs, args, 0); err != nil {
		return err
	}
	var anchors []commissions.Anchor
	if *kept != "" {
		a, err := commissions.ParseAnchor(*kept)
		if err != nil {
			return err
		}
		anchors = append(anchors, a)
	}
	return e.withLedger(ctx, *client, func(pay *commissions.Service, by auth.Actor) error {
		v, err := pay.Verify(ctx, by, anchors...)
		if err != nil {
			return err
		}
		return printVerification(e.stdout, v)
	})
}

func printVerification(w io.Writer, v *commissions.Verification) error {
	for _, c := range v.Chains {
		_, _ = fmt.Fprintf(w, "client %d (%s): %d lines under %d seals, %d wait for the next; %d closed periods, %d runs with evidence; head %s\n",
			c.Client, c.Name, c.Lines, c.Seals, c.Waiting, c.Periods, c.Runs, c.Head)
	}
	for _, fault := range v.Faults {
		_, _ = fmt.Fprintln(w, "WRONG:", fault)
	}
	if v.OK() {
		_, err := fmt.Fprintln(w, "the books are whole")
		return err
	}
	return errs.Newf(errs.Conflict, "%d things are wrong with the books; keep a copy of the database before anything else is done to it", len(v.Faults)+v.More)
}

func ledgerExport(ctx context.Context, e env, args []string) (err error) {
	fs := e.flags("ledger export")
	client := fs.Int64("client", 0, "only this client's books")
	format := fs.String("format", "hledger", "hledger or csv")
	words, err := parse(fs, args, 1)
	if err != nil {
		return err
	}
	return e.withLedger(ctx, *client, func(pay *commissions.Service, by auth.Actor) error {
		if len(words) == 0 {
			return pay.ExportLedger(ctx, by, *format, e.stdout)
		}
		return toFile(words[0], func(w io.Writer) error { return pay.ExportLedger(ctx, by, *format, w) })
	})
}

// toFile writes a new file; one that is there is left alone.
func toFile(path string, write func(io.Writer) error) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return errs.WithCause(errs.Invalid, err, "cannot make the file %s", path)
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	w := bufio.NewWriter(f)
	if err := write(w); err != nil {
		return err
	}
	return w.Flush()
}
