// Command saveline is the whole house in one binary: the service, its demo and the tools around it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"saveline/internal/errs"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// env is what a command knows of the world outside.
type env struct {
	getenv         func(string) string
	stdout, stderr io.Writer
}

// command is one word after `saveline`.
type command struct {
	name, args, help string
	run              func(ctx context.Context, e env, args []string) error
}

func commands() []command {
	return []command{
		{"demo", "[-addr A] [--reset]", "a whole company to look at, on a private database", runDemo},
		{"serve", "[-addr A] [-roles R]", "the service", runServe},
		{"migrate", "", "bring the database up to date", runMigrate},
		{"user", "add --email E --name N --role R", "make an account; the first one is an administrator", runUser},
		{"import", "leads FILE --campaign ID", "import a list from the command line", runImport},
		{"rehearse", "[--generate N | --leads FILE] ...", "a working day in virtual time, in a scratch database", runRehearse},
		{"retention", "policy --country C ...", "tools of the save desk; `saveline retention` lists them", runRetention},
		{"nextoffer", "bench [--json] ...", "measure the choice of the next offer", runNextOffer},
		{"backup", "DIR", "write a backup of the database", runBackup},
		{"restore", "DIR", "read a backup into an empty database", runRestore},
		{"ledger", "verify | export [-format F] [FILE]", "check the books of pay, or write them out for another program", runLedger},
		{"plan", "lint FILE | test DIR... | explain CASE", "check pay plans, run their worked cases, explain an amount", runPlan},
		{"doctor", "", "check an installation and say what to do", runDoctor},
		{"openapi", "", "print the API's description", runOpenAPI},
		{"version", "", "version, commit and date", runVersion},
	}
}

// run is main without the process: it returns the exit status, 2 for a call that makes no sense.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	e := env{getenv: getenv, stdout: stdout, stderr: stderr}
	if len(args) == 0 || slices.Contains([]string{"help", "-h", "--help"}, args[0]) {
		usage(stdout)
		return 0
	}
	for _, c := range commands() {
		if c.name != args[0] {
			continue
		}
		err := c.run(ctx, e, args[1:])
		switch {
		case err == nil, errors.Is(err, flag.ErrHelp):
			return 0
		case errs.Is(err, errs.Invalid):
			_, _ = fmt.Fprintf(stderr, "saveline %s: %v\n", c.name, err)
			return 2
		}
		_, _ = fmt.Fprintf(stderr, "saveline %s: %v\n", c.name, err)
		return 1
	}
	_, _ = fmt.Fprintf(stderr, "saveline: there is no command %q\n\n", args[0])
	usage(stderr)
	return 2
}

func usage(w io.Writer) {
	_, _ = fmt.Fprintln(w, "usage: saveline COMMAND [FLAGS]\n\nCommands:")
	for _, c := range commands() {
		_, _ = fmt.Fprintf(w, "  %-9s %-36s %s\n", c.name, c.args, c.help)
	}
	_, _ = fmt.Fprintln(w, "\n`saveline COMMAND -h` lists a command's flags. Settings come from the environment: see docs/operate.md.")
}

// flags makes a flag set that reports its faults as our own error and prints its help to stdout.
func (e env) flags(name string) *flag.FlagSet {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(e.stdout)
	return fs
}

// parse reads flags that may stand before or after up to max plain words, and returns the words.
func parse(fs *flag.FlagSet, args []string, wordsMax int) ([]string, error) {
	var words []string
	for {
		if err := fs.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, err
			}
			return nil, errs.WithCause(errs.Invalid, err, "bad flags")
		}
		if fs.NArg() == 0 {
			break
		}
		words, args = append(words, fs.Arg(0)), fs.Args()[1:]
	}
	if len(words) > wordsMax {
		return nil, errs.Newf(errs.Invalid, "unexpected %q", words[wordsMax])
	}
	return words, nil
}
