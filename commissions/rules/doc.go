// Package rules decides what people earn: plans, what happened, and what was posted before go in; lines come out.
//
// It is pure: the same book gives the same lines in the same order on any machine in any year, so that a statement can
// be recomputed from its inputs. All money is whole minor units; between an event and its line every number is exact (num),
// and it is rounded once, by package money.
//
// # The language
//
// ParsePlan reads, checks and compiles a plan (docs/plans.md); LintText says what is unwise in it; PlanSchema is its JSON
// Schema. Conditions are CEL over the fields of scope.go and hold no floating point; typed components do all arithmetic,
// in the order of OrderOfOperations.
//
// # From events to lines
//
// An Event is one thing that happened; DecodeEvents reads events.csv and DecodeAttrs the same attributes from anywhere
// else. Compute takes a PayBook and returns what is to be posted now: lines that are new, and corrections of lines that
// were posted and have changed. Every line has a natural key (PayLine.Key) without a version in it, so a later computation
// finds it again. A line whose period is closed is posted in the first open one, with a reason in words.
//
// A shell that keeps books in a database does this, for one agent and as often as it likes:
//
//	r, _ := rules.NewRulebook(plans, arrangements, horizon)  // plan versions, assignments, employment, quotas, rates
//	c, _ := r.Contribute(agent, events)                      // only if r.Shares(): contests, team numbers, overrides
//	t := r.NewTeamFacts(contributions)                       // of all agents of the plan
//	a, _ := r.Agent(agent, events, t)                        // AgentPay: lines, held amounts, gaps
//	delta, _ := rules.Correct(a, posted, closedTo, late)     // what to post
//
// Agent needs the agent's own events, the results in which the agent has a part, and what became of those results; it
// costs a few microseconds an event, so an agent's year is recomputed rather than patched. Stream does all agents of a book
// and holds one agent's lines at a time; RunHash is the hash of a run, here and in the ledger's runs; Explain is the
// tree from a line down to its result, offer, call and the gate's numbers; Replay goes through closes and pay runs, as the
// worked cases do (Case, saveline plan test).
//
// Terms are the simple form of a plan, for who needs no text; Plan.Text writes them in the language. Kept.Posted makes a line
// again of what a database keeps of it, and PayLine.Basis is what it should keep.
package rules
