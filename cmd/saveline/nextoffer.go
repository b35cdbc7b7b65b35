package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"saveline/cmd/saveline/offerworld"
	"saveline/internal/errs"
)

// nextOfferTools are the words after `saveline nextoffer`.
var nextOfferTools = []command{
	{"bench", "[--bad-table] [--full] [--seeds N] [--json]", "policies of the next offer on a made-up save desk, in percent of the optimum", runOfferBench},
}

// runNextOffer is `saveline nextoffer TOOL`.
func runNextOffer(ctx context.Context, e env, args []string) error {
	return e.tool(ctx, "nextoffer", nextOfferTools, args)
}

const (
	benchSeeds     = 24
	benchSeedsMax  = 1000
	longSeedsShare = 3    // the longest run has a third of the seeds
	propensityAt   = 1000 // draws
	timedChoices   = 2000
	tries          = 3
	fullSeeds      = 2
)

// benchReport is what the bench found out; percents are of the optimum's net margin, means over the seeds.
type benchReport struct {
	Policies   map[string]map[string]float64     `json:"policies"`
	Detail     map[string]map[string]benchDetail `json:"detail"`
	BadTable   bool                              `json:"badTable"`
	Seeds      map[string]int                    `json:"seeds"`
	Choice     choiceTime                        `json:"choice"`
	Propensity map[string]map[string]float64     `json:"propensity,omitempty"` // mean of 1/(candidates x propensity): 1 if they are right
	Seconds    float64                           `json:"seconds"`
}

// benchDetail is one policy over one length; money is in units of the currency a case.
type benchDetail struct {
	GrossSave float64 `json:"grossSave"`
	Net90     float64 `json:"net90"`
	Discount  float64 `json:"discount"`
	Regret    float64 `json:"regret"`
	RegretEnd float64 `json:"regretEnd"` // over the last tenth of the cases
}

// choiceTime is how long one choice with its propensity takes.
type choiceTime struct {
	Choices   int     `json:"choices"`
	Tries     int     `json:"tries"` // of each choice; the fastest counts
	Draws     int     `json:"draws"`
	P50Micros float64 `json:"p50Micros"`
	P99Micros float64 `json:"p99Micros"`
}

// runOfferBench is `saveline nextoffer bench`.
func runOfferBench(ctx context.Context, e env, args []string) error {
	fs := e.flags("nextoffer bench")
	bad := fs.Bool("bad-table", false, "the routing table sends every reason to a bad offer")
	full := fs.Bool("full", false, "check the propensities too: minutes instead of seconds")
	seeds := fs.Int("seeds", benchSeeds, "worlds to average over; a third of them for the longest run")
	asJSON := fs.Bool("json", false, "print JSON")
	if _, err := parse(fs, args, 0); err != nil {
		return err
	}
	if *seeds < 1 || *seeds > benchSeedsMax {
		return errs.Newf(errs.Invalid, "--seeds %d: from 1 to %d worlds", *seeds, benchSeedsMax)
	}
	start := time.Now()
	r := newBenchReport(*bad, *seeds)
	r.Choice = timeChoices(timedChoices)
	if err := r.run(ctx, r.plan(*full)); err != nil {
		return err
	}
	r.Seconds = time.Since(start).Seconds()
	if *asJSON {
		return json.NewEncoder(e.stdout).Encode(r)
	}
	return r.print(e.stdout)
}

func newBenchReport(bad bool, seeds int) *benchReport {
	r := &benchReport{
		Policies: map[string]map[string]float64{}, Detail: map[string]map[string]benchDetail{}, BadTable: bad, Seeds: map[string]int{},
	}
	for i, cases := range offerworld.Lengths {
		r.Seeds[strconv.Itoa(cases)] = seeds
		if i == len(offerworld.Lengths)-1 {
			r.Seeds[strconv.Itoa(cases)] = max(1, seeds/longSeedsShare)
		}
	}
	for _, name := range offerworld.Names {
		r.Policies[name], r.Detail[name] = map[string]float64{}, map[string]benchDetail{}
	}
	return r
}

// benchRun is one policy in one world.
type benchRun struct {
	policy string
	cases  int
	config offerworld.Config
	result offerworld.Result
}

// plan lists the runs, longest first, so that no processor waits for the last one.
func (r *benchReport) plan(full bool) (out []*benchRun) {
	for _, cases := range offerworld.Lengths {
		for seed := range r.Seeds[strconv.Itoa(cases)] {
			for _, name := range offerworld.Names {
				c := offerworld.Config{BadTable: r.BadTable, Seed: uint64(seed) + 1}
				out = append(out, &benchRun{policy: name, cases: cases, config: c})
				learns := name == offerworld.WarmTS || name == offerworld.Challenged
				if c.Draws = propensityAt; full && learns && seed < fullSeeds {
					out = append(out, &benchRun{policy: name, cases: cases, config: c})
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b *benchRun) int {
		return cmp.Or(cmp.Compare(b.config.Draws, a.config.Draws), cmp.Compare(b.cases, a.cases))
	})
	return out
}

// run carries the plan out on every processor and adds the results up in the plan's order, so that they are the same
// on any machine with the same arithmetic.
func (r *benchReport) run(ctx context.Context, plan []*benchRun) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for _, b := range plan {
		g.Go(func() error {
			if ctx.Err() == nil {
				b.result = offerworld.Run(b.policy, b.cases, b.config)
			}
			return ctx.Err()
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for _, b := range plan {
		r.add(b)
	}
	return nil
}

func (r *benchReport) add(b *benchRun) {
	length := strconv.Itoa(b.cases)
	if b.config.Draws > 0 {
		if r.Propensity == nil {
			r.Propensity = map[string]map[string]float64{}
		}
		if r.Propensity[b.policy] == nil {
			r.Propensity[b.policy] = map[string]float64{}
		}
		r.Propensity[b.policy][length] += b.result.Weight / float64(min(fullSeeds, r.Seeds[length]))
		return
	}
	n := float64(r.Seeds[length])
	r.Policies[b.policy][length] += b.result.Percent / n
	d := r.Detail[b.policy][length]
	d.GrossSave += b.result.Gross / n
	d.Net90 += b.result.Net90 / n
	d.Discount += b.result.Discount / n
	d.Regret += b.result.Regret / n
	d.RegretEnd += b.result.RegretEnd / n
	r.Detail[b.policy][length] = d
}

// timeChoices makes choices as the service does, with their propensities, one after the other. Each is made a few
// times and the fastest counts, so that what other processes take from this one is not read as ours.
func timeChoices(n int) choiceTime {
	next := offerworld.Chooser(offerworld.Lengths[0], offerworld.Config{Seed: 1, Draws: propensityAt})
	took := make([]time.Duration, n)
	for i := range took {
		choose := next()
		took[i] = time.Hour
		for range tries {
			start := time.Now()
			choose()
			took[i] = min(took[i], time.Since(start))
		}
	}
	slices.Sort(took)
	micros := func(share int) float64 { return float64(took[n*share/100].Nanoseconds()) / 1000 }
	return choiceTime{Choices: n, Tries: tries, Draws: propensityAt, P50Micros: micros(50), P99Micros: micros(99)}
}

func (r *benchReport) print(w io.Writer) error {
	_, _ = fmt.Fprintf(w, "percent of the optimum's net margin\n%-22s", "cases")
	for _, cases := range offerworld.Lengths {
		_, _ = fmt.Fprintf(w, "%8d", cases)
	}
	_, _ = fmt.Fprintln(w, "   gross save   net-90   discount/case   (longest run)")
	for _, name := range offerworld.Names {
		_, _ = fmt.Fprintf(w, "%-22s", name)
		for _, cases := range offerworld.Lengths {
			_, _ = fmt.Fprintf(w, "%8.1f", r.Policies[name][strconv.Itoa(cases)])
		}
		d := r.Detail[name][strconv.Itoa(offerworld.Lengths[len(offerworld.Lengths)-1])]
		_, _ = fmt.Fprintf(w, "%11.1f %%%7.1f %%%16.2f\n", 100*d.GrossSave, 100*d.Net90, d.Discount)
	}
	for _, name := range offerworld.Names {
		if r.Propensity[name] != nil {
			_, _ = fmt.Fprintf(w, "propensities of %s: mean of 1/(candidates x propensity) %v\n", name, r.Propensity[name])
		}
	}
	_, err := fmt.Fprintf(w, "one choice with its propensity (%d draws, fastest of %d): p50 %.0f us, p99 %.0f us\n%.1f s on %d processors\n", r.Choice.Draws,
		r.Choice.Tries, r.Choice.P50Micros, r.Choice.P99Micros, r.Seconds, runtime.GOMAXPROCS(0))
	return err
}
