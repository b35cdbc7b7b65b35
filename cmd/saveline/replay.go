package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"time"

	"saveline/internal/auth"
	"saveline/internal/config"
	"saveline/internal/errs"
	"saveline/internal/live"
	"saveline/retention"
)

// replayShown is how many differences are printed; the count is of all.
const replayShown = 200

// runReplay is `saveline retention replay`: it exits with 0 when logs and facts give what is stored, with 1 when not.
func runReplay(ctx context.Context, e env, args []string) error {
	fs := e.flags("retention replay")
	client := fs.Int64("client", 0, "only this client's")
	asJSON := fs.Bool("json", false, "print JSON")
	if _, err := parse(fs, args, 0); err != nil {
		return err
	}
	var all retention.Replayed
	err := e.withDatabase(ctx, func(d *database, _ config.Config, log *slog.Logger) error {
		var ids []auth.ClientID
		if err := d.SelectContext(ctx, &ids, selectClientIDs, *client); err != nil {
			return fmt.Errorf("clients (is the database up to date? saveline migrate): %w", err)
		}
		if len(ids) == 0 && *client != 0 {
			return errs.Newf(errs.NotFound, "there is no client %d", *client)
		}
		h := build(ground{db: d.DB, now: time.Now, log: log, pub: live.Nowhere{}, node: "replay", key: auth.NewSecretKey(), inline: true})
		for _, id := range ids {
			one, err := h.retention.Replay(ctx, id, h.commissions)
			if err != nil {
				return err
			}
			all.Cases, all.Choices, all.Results, all.Credits = all.Cases+one.Cases, all.Choices+one.Choices, all.Results+one.Results, all.Credits+one.Credits
			all.People += one.People
			all.Differences = append(all.Differences, one.Differences...)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return printReplay(e.stdout, all, *asJSON)
}

func printReplay(w io.Writer, r retention.Replayed, asJSON bool) error {
	if r.Differences == nil {
		r.Differences = []retention.Discrepancy{}
	}
	if asJSON {
		if err := json.NewEncoder(w).Encode(r); err != nil {
			return err
		}
	} else {
		_, _ = fmt.Fprintf(w, "replayed %d cases, %d choices of an offer, %d results against %d credits, the pay of %d people\n", r.Cases, r.Choices, r.Results, r.Credits, r.People)
		for _, d := range r.Differences[:min(len(r.Differences), replayShown)] {
			_, _ = fmt.Fprintf(w, "%s %s\n  - stored   %s\n  + replayed %s\n", d.Kind, d.Of, d.Stored, d.Replay)
		}
	}
	if n := len(r.Differences); n > 0 {
		return errs.Newf(errs.Conflict, "%d things are stored otherwise than logs and facts say", n)
	}
	if asJSON {
		return nil
	}
	_, err := fmt.Fprintln(w, "no difference")
	return err
}
