package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"saveline/campaigns"
	"saveline/dialer/sim"
	"saveline/internal/auth"
	"saveline/internal/config"
	"saveline/internal/errs"
	"saveline/internal/live"
)

// runImport is `saveline import leads FILE`.
func runImport(ctx context.Context, e env, args []string) error {
	fs := e.flags("import leads")
	campaign := fs.Int64("campaign", 0, "id of the campaign")
	list := fs.String("list", "", "name of the list; the file's name if left out")
	generate := fs.String("generate-phones", "", "seed: the file has no numbers, make up synthetic ones (only the simulator may dial them)")
	words, err := parse(fs, args, 2)
	if err != nil {
		return err
	}
	if len(words) != 2 || words[0] != "leads" || *campaign == 0 {
		return errs.Newf(errs.Invalid, "say `saveline import leads FILE --campaign ID`")
	}
	in := campaigns.NewImport{FileName: filepath.Base(words[1])}
	if *generate != "" {
		seed, err := strconv.ParseUint(*generate, 10, 64)
		if err != nil {
			return errs.Newf(errs.Invalid, "--generate-phones takes a whole number as seed, not %q", *generate)
		}
		in.GeneratePhone = &seed
	}
	if *list == "" {
		*list = in.FileName
	}
	file, err := os.Open(words[1])
	if err != nil {
		return errs.WithCause(errs.Invalid, err, "cannot read %s", words[1])
	}
	defer func() { _ = file.Close() }()
	return e.withDatabase(ctx, func(d *database, _ config.Config, log *slog.Logger) error {
		h := build(ground{
			db: d.DB, now: time.Now, log: log, sw: sim.New(sim.Config{Now: time.Now}), pub: live.Nowhere{}, node: "import",
			key: auth.NewSecretKey(), inline: true,
		})
		by, err := h.auth.House(ctx, "command line")
		if err != nil {
			return err
		}
		if in.List, err = listNamed(ctx, h.campaigns, by, campaigns.ID(*campaign), *list); err != nil {
			return err
		}
		done, err := h.campaigns.Import(ctx, by, in, file)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(e.stdout, "%s: %d rows read, %d added, %d known, %d rejected\n", done.FileName, done.RowsRead, done.RowsAdded,
			done.RowsKnown, done.RowsRejected)
		return err
	})
}

// listNamed is the campaign's list of that name, made if there is none.
func listNamed(ctx context.Context, s *campaigns.Service, by auth.Actor, id campaigns.ID, name string) (campaigns.ListID, error) {
	all, err := s.Lists(ctx, by, id)
	if err != nil {
		return 0, err
	}
	for _, l := range all {
		if l.Name == name {
			return l.ID, nil
		}
	}
	made, err := s.AddList(ctx, by, id, name)
	return made.ID, err
}
