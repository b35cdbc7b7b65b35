package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"time"

	"saveline/cmd/saveline/rehearsal"
	"saveline/internal/auth"
	"saveline/internal/config"
	"saveline/internal/errs"
	"saveline/internal/jobs"
)

// runRehearse is `saveline rehearse`.
func runRehearse(ctx context.Context, e env, args []string) error {
	fs := e.flags("rehearse")
	c := rehearsal.Config{}
	fs.StringVar(&c.Leads, "leads", "", "file of leads (CSV), or of cancel requests")
	fs.IntVar(&c.Generate, "generate", 0, "make up this many leads (5000 if there is no file)")
	fs.IntVar(&c.Agents, "agents", 10, "agents on the floor")
	fs.Float64Var(&c.Hours, "hours", 8, "length of the shift")
	fs.Float64Var(&c.AnswerRate, "answer-rate", 0.2, "share of dials that a person answers")
	fs.StringVar(&c.Mode, "mode", "progressive", "manual, preview or progressive")
	fs.Uint64Var(&c.Seed, "seed", 1, "the same seed gives the same day")
	start := fs.String("start", rehearsal.DefaultStart.Format(time.RFC3339), "beginning of the shift, RFC 3339")
	fs.StringVar(&c.Out, "out", "", "folder for the payroll file and the result")
	asJSON := fs.Bool("json", false, "print the result as JSON")
	if _, err := parse(fs, args, 0); err != nil {
		return err
	}
	var err error
	if c.Start, err = time.Parse(time.RFC3339, *start); err != nil {
		return errs.Newf(errs.Invalid, "--start %q is not an RFC 3339 instant such as 2026-03-02T14:00:00Z", *start)
	}
	if c.Leads == "" && c.Generate == 0 {
		c.Generate = 5000
	}
	if err := c.Validate(); err != nil {
		return err
	}
	var result *rehearsal.DayResult
	err = e.withDatabase(ctx, func(d *database, _ config.Config, log *slog.Logger) error {
		result, err = rehearse(ctx, d.dsn, log, c, e.progress(*asJSON))
		return err
	})
	if err != nil {
		return err
	}
	return printResult(e.stdout, result, *asJSON)
}

// rehearse makes a scratch database beside the one that dsn names, runs the day in it and drops it.
func rehearse(ctx context.Context, dsn string, log *slog.Logger, c rehearsal.Config, progress func(float64)) (r *rehearsal.DayResult, err error) {
	scratch, err := rehearsal.NewScratch(ctx, dsn, jobs.Migrate)
	if err != nil {
		return nil, err
	}
	defer func() {
		if e := scratch.Drop(context.WithoutCancel(ctx)); err == nil {
			err = e
		}
	}()
	return rehearsal.Run(ctx, wire(quieter(log), auth.NewSecretKey()), scratch, c, progress)
}

// progress writes the share of the shift that is over to stderr, unless a program reads.
func (e env) progress(quiet bool) func(float64) {
	if quiet {
		return nil
	}
	return func(share float64) { _, _ = fmt.Fprintf(e.stderr, "\rrehearsing: %3.0f %%", share*100) }
}

// quieter drops the chatter of a simulated day; warnings stay.
func quieter(log *slog.Logger) *slog.Logger { return slog.New(warnings{log.Handler()}) }

type warnings struct{ slog.Handler }

// Enabled lets warnings and errors through.
func (w warnings) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && w.Handler.Enabled(ctx, level)
}

func printResult(w io.Writer, r *rehearsal.DayResult, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(r)
	}
	_, err := fmt.Fprintf(w, "\ncalls %d, answered %d, abandoned %d (%.2f %%)\nutilisation %.1f %%\noutcomes:", r.Calls, r.Answered, r.Abandoned,
		r.AbandonRate*100, r.Utilisation*100)
	for _, code := range slices.Sorted(maps.Keys(r.Outcomes)) {
		_, _ = fmt.Fprintf(w, " %s %d", code, r.Outcomes[code])
	}
	_, _ = fmt.Fprintf(w, "\nsaves %d, sales %d, credits %d\nearnings %s, payout %s, exported %s, ledger sum %s\nleads left %d\ndigest %s\n",
		r.Saves, r.Sales, r.Credits, r.Earnings, r.Payout, r.Exported, r.LedgerSum, r.LeadsLeft, r.Digest)
	return err
}
