package main

import (
	"context"
	"fmt"
	"log/slog"

	"saveline/internal/backup"
	"saveline/internal/config"
	"saveline/internal/errs"
)

// runBackup is `saveline backup DIR`. It needs no program of PostgreSQL's own: the private server has none.
func runBackup(ctx context.Context, e env, args []string) error {
	words, err := parse(e.flags("backup"), args, 1)
	if err != nil {
		return err
	}
	if len(words) != 1 {
		return errs.Newf(errs.Invalid, "say where to: saveline backup DIR (a new or empty folder)")
	}
	return e.withDatabase(ctx, func(d *database, _ config.Config, _ *slog.Logger) error {
		m, err := backup.Backup(ctx, d.DB.DB, words[0], version)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(e.stdout, "%d rows of %d tables are in %s\n", m.Rows(), len(m.Tables), words[0])
		return err
	})
}

// runRestore is `saveline restore DIR`, into an empty database only.
func runRestore(ctx context.Context, e env, args []string) error {
	words, err := parse(e.flags("restore"), args, 1)
	if err != nil {
		return err
	}
	if len(words) != 1 {
		return errs.Newf(errs.Invalid, "say where from: saveline restore DIR")
	}
	return e.withDatabase(ctx, func(d *database, _ config.Config, _ *slog.Logger) error {
		prepare := func(ctx context.Context, _ backup.Schema) error { return d.migrate(ctx) }
		m, err := backup.Restore(ctx, d.DB.DB, words[0], prepare)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(e.stdout, "%d rows of %d tables are back\n", m.Rows(), len(m.Tables))
		return err
	})
}
