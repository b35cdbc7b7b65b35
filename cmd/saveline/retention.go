package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"saveline/internal/errs"
	"saveline/retention/policy"
)

// retentionTools are the words after `saveline retention`.
var retentionTools = []command{
	{"policy", "--country C [--state S] [--also P,P] [--at T]", "what may be said to somebody who wants to cancel, and why", runPolicy},
	{"replay", "[--client ID] [--json]", "rebuild case states, figures, choices and credits from logs and facts; status 1 if anything is stored otherwise", runReplay},
}

// runRetention is `saveline retention TOOL`.
func runRetention(ctx context.Context, e env, args []string) error {
	return e.tool(ctx, "retention", retentionTools, args)
}

// tool runs the one of a command's tools that the first word names.
func (e env) tool(ctx context.Context, of string, tools []command, args []string) error {
	if len(args) == 0 || slices.Contains([]string{"help", "-h", "--help"}, args[0]) {
		for _, t := range tools {
			_, _ = fmt.Fprintf(e.stdout, "saveline %s %s %s\n    %s\n", of, t.name, t.args, t.help)
		}
		return nil
	}
	i := slices.IndexFunc(tools, func(t command) bool { return t.name == args[0] })
	if i < 0 {
		names := make([]string, len(tools))
		for i, t := range tools {
			names[i] = t.name
		}
		return errs.Newf(errs.Invalid, "there is no %s %q; there is %s", of, args[0], strings.Join(names, ", "))
	}
	return tools[i].run(ctx, e, args[1:])
}

// runPolicy is `saveline retention policy`: the rules for one customer at one instant, and who decided each.
func runPolicy(_ context.Context, e env, args []string) error {
	fs := e.flags("retention policy")
	country := fs.String("country", "", "where the customer is, ISO 3166-1: US; several with commas")
	state := fs.String("state", "", "state of that country, ISO 3166-2: MN or US-MN; several with commas")
	also := fs.String("also", "", "further places the customer may be in: US-CA,KR")
	when := fs.String("at", "", "instant, RFC 3339; now if left out")
	asJSON := fs.Bool("json", false, "print JSON")
	if _, err := parse(fs, args, 0); err != nil {
		return err
	}
	at := time.Now()
	if *when != "" {
		var err error
		if at, err = time.Parse(time.RFC3339, *when); err != nil {
			return errs.Newf(errs.Invalid, "--at %q is not an RFC 3339 instant such as 2025-03-01T12:00:00Z", *when)
		}
	}
	places, err := placesOf(*country, *state, *also)
	if err != nil {
		return err
	}
	p := policy.Decide(at, places...)
	if *asJSON {
		enc := json.NewEncoder(e.stdout)
		enc.SetIndent("", "  ")
		return enc.Encode(policyAnswer{p, p.Sentence()})
	}
	return printPolicy(e.stdout, p)
}

// policyAnswer is a policy with its sentence, as JSON.
type policyAnswer struct {
	policy.Policy
	Sentence string `json:"sentence"`
}

// placesOf joins the flags to ISO 3166 codes: a state alone needs one country to belong to.
func placesOf(country, state, also string) ([]string, error) {
	countries := words(country)
	places := append(slices.Clone(countries), words(also)...)
	for _, s := range words(state) {
		switch {
		case strings.Contains(s, "-"):
			places = append(places, s)
		case len(countries) == 1:
			places = append(places, countries[0]+"-"+s)
		default:
			return nil, errs.Newf(errs.Invalid, "--state %s: of which country? Write it as US-%s, or give one --country", s, s)
		}
	}
	if len(places) == 0 {
		return nil, errs.Newf(errs.Invalid, "say where the customer is with --country, for example --country US --state MN")
	}
	return places, nil
}

func words(list string) []string {
	return strings.FieldsFunc(strings.ToUpper(list), func(r rune) bool { return r == ',' || r == ' ' })
}

func printPolicy(w io.Writer, p policy.Policy) error {
	_, _ = fmt.Fprintf(w, "%s at %s (%s)\n%s\n\n", strings.Join(p.Jurisdictions, ", "), p.At.Format(time.RFC3339), p.Version, p.Sentence())
	for _, r := range p.Why {
		rule := r.Rule
		if r.From != "" {
			rule += " since " + r.From
		}
		_, _ = fmt.Fprintf(w, "%s: %s\n    %s: %s\n", r.Field, r.Value, rule, r.Source)
	}
	_, err := fmt.Fprintln(w, "\nThe house's reading of the sources, not legal advice.")
	return err
}
