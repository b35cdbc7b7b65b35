package retention

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/lib/pq"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/nextoffer"
)

// The ways to decide which offer comes next.
const (
	RouteScript     = "script" // the order that the managers gave the offers
	RouteTable      = string(nextoffer.TableOnly)
	RouteChallenged = string(nextoffer.Challenged)
	RouteThompson   = string(nextoffer.Thompson)
)

var routeModes = []string{RouteScript, RouteTable, RouteChallenged, RouteThompson}

const (
	rulesMax        = 100
	ruleOffersMax   = 20
	ruleWeightMax   = 1000
	exploreBPDef    = 1000
	marginBPDef     = 5000
	explorePercents = 100
)

// Routing is how a client's save desk decides which offer comes next. Every change is a new version.
type Routing struct {
	Client  auth.ClientID `json:"clientId"`
	Version int           `json:"version" doc:"0: nobody changed the default yet, which is the script"`
	Mode    string        `json:"mode" enum:"script,table,champion_challenger,thompson"`
	Rules   []RouteRule   `json:"rules" nullable:"false" maxItems:"100" doc:"read from the top; the first that binds decides. None at all: the script"`
	// ExplorePercent is the share of cases that the challenger chooses beside the table, so that something is learned of
	// what the table never tries.
	ExplorePercent int      `json:"explorePercent" minimum:"0" maximum:"100"`
	MarginPercent  int      `json:"marginPercent" minimum:"1" maximum:"100" doc:"of the price, left after costs"`
	ContactMinor   int64    `json:"contactMinor" minimum:"0" doc:"what the minutes of presenting one offer cost, in minor units"`
	Stopped        []string `json:"stopped" nullable:"false" doc:"reasons that went back to the table: customers who were offered something stayed less often than the holdout"`
	Salt           string   `json:"-"`
	CreatedBy      string   `json:"createdBy,omitempty"`
	// CreatedAt is when this version was made.
	CreatedAt time.Time `json:"createdAt,omitzero"`
}

// RouteRule is one line of the routing table.
type RouteRule struct {
	Condition string       `json:"condition,omitempty" maxLength:"4000" doc:"a CEL condition over customer, subscription and history; empty: everybody"`
	Reasons   []string     `json:"reasons" nullable:"false" maxItems:"300" doc:"codes; none: any reason"`
	Offers    []RouteOffer `json:"offers" nullable:"false" maxItems:"20" doc:"drawn by weight; none at all: no offer is made, said on purpose"`
}

// RouteOffer is an offer of a rule, by its code.
type RouteOffer struct {
	Code   string `json:"code" maxLength:"60"`
	Weight int    `json:"weight" minimum:"0" maximum:"1000" doc:"share among the offers of the rule; 0 counts as 1"`
}

// on reports whether choices are made at all; the script needs none.
func (r Routing) on() bool {
	return r.Mode == RouteThompson || len(r.Rules) > 0 && (r.Mode == RouteTable || r.Mode == RouteChallenged)
}

// table is the rules as the choice reads them. A condition names the segment of those for whom it holds.
func (r Routing) table() nextoffer.Table {
	out := make(nextoffer.Table, 0, len(r.Rules))
	for _, rule := range r.Rules {
		t := nextoffer.Rule{Segment: rule.Condition, Reasons: rule.Reasons}
		for _, o := range rule.Offers {
			t.Offers = append(t.Offers, nextoffer.Weighted{Offer: o.Code, Weight: o.Weight})
		}
		out = append(out, t)
	}
	return out
}

// policy is the routing as the choice goes by it. Nobody is held out here: that was decided when the case was opened.
func (r Routing) policy(payBP int) nextoffer.Policy {
	p := nextoffer.DefaultPolicy(fmt.Sprint(r.Version), r.table())
	p.Mode, p.HoldoutBP, p.Salt, p.Stopped = nextoffer.Mode(r.Mode), 0, r.Salt, r.Stopped
	p.Explore = float64(r.ExplorePercent) / explorePercents
	p.Economics.Margin = float64(r.MarginPercent) / explorePercents
	p.Economics.ContactCost = float64(r.ContactMinor)
	if payBP > 0 {
		p.Economics.Commission = func(o nextoffer.Offer, mrr float64) float64 { return mrr * o.Keeps * float64(payBP) / basisPointsWhole }
	}
	return p
}

// prior is what is believed before anything was learned: what the table pairs is a match.
func (r Routing) prior() nextoffer.Prior { return nextoffer.Published(r.table().Fits()) }

// Value writes rules as jsonb.
func (r routeRules) Value() (driver.Value, error) {
	raw, err := json.Marshal([]RouteRule(r))
	return string(raw), err
}

// Scan reads rules from jsonb.
func (r *routeRules) Scan(src any) error {
	raw, ok := src.([]byte)
	if !ok {
		return fmt.Errorf("rules: cannot read %T", src)
	}
	return json.Unmarshal(raw, r)
}

type routeRules []RouteRule

type routingRow struct {
	Client    auth.ClientID  `db:"client_id"`
	Version   int            `db:"version"`
	Mode      string         `db:"mode"`
	Rules     routeRules     `db:"rules"`
	ExploreBP int            `db:"explore_bp"`
	MarginBP  int            `db:"margin_bp"`
	Contact   int64          `db:"contact_minor"`
	Stopped   pq.StringArray `db:"stopped"`
	Salt      string         `db:"salt"`
	CreatedBy string         `db:"created_by"`
	CreatedAt time.Time      `db:"created_at"`
}

func (r routingRow) routing() Routing {
	out := Routing{
		Client: r.Client, Version: r.Version, Mode: r.Mode, Rules: r.Rules, ExplorePercent: r.ExploreBP / centBP, MarginPercent: r.MarginBP / centBP,
		ContactMinor: r.Contact, Stopped: r.Stopped, Salt: r.Salt, CreatedBy: r.CreatedBy, CreatedAt: r.CreatedAt,
	}
	if out.Rules == nil {
		out.Rules = []RouteRule{}
	}
	if out.Stopped == nil {
		out.Stopped = []string{}
	}
	return out
}

const routingColumns = `
SELECT client_id, version, mode, rules, explore_bp, margin_bp, contact_minor, stopped, salt, created_by, created_at FROM offer_policies `

const selectRouting = routingColumns + `WHERE client_id = $1 ORDER BY version DESC LIMIT 1`

const selectRoutings = routingColumns + `WHERE client_id = $1 ORDER BY version`

const insertRouting = `
INSERT INTO offer_policies (client_id, version, mode, rules, explore_bp, margin_bp, contact_minor, stopped, salt, created_by, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

func init() {
	pg.Constraint("offer_policies_version_key", errs.Stale, "somebody changed which offer comes next since you opened it; reload and try again")
}

// routingOf is a client's routing; the script where nobody decided otherwise.
func routingOf(ctx context.Context, db pg.DB, client auth.ClientID) (Routing, error) {
	var row routingRow
	if err := db.GetContext(ctx, &row, selectRouting, client); pg.None(err) {
		return Routing{
			Client: client, Mode: RouteScript, Rules: []RouteRule{}, ExplorePercent: exploreBPDef / centBP, MarginPercent: marginBPDef / centBP,
			Stopped: []string{},
		}, nil
	} else if err != nil {
		return Routing{}, errs.Wrap(err, "read which offer comes next")
	}
	return row.routing(), nil
}

// RoutingFor reads how a client decides which offer comes next.
//
// Codes: invalid (several clients and none named), not_found.
func (s *Service) RoutingFor(ctx context.Context, by auth.Actor, client auth.ClientID) (Routing, error) {
	client, err := by.ClientFor(client)
	if err != nil {
		return Routing{}, err
	}
	return routingOf(ctx, s.db, client)
}

// offerCodes are a client's offers that count as saves and are not retired.
const offerCodes = `
SELECT o.code FROM offers o
WHERE o.client_id = $1 AND o.retired_at IS NULL
  AND (SELECT v.result FROM offer_versions v WHERE v.offer_id = o.id ORDER BY v.version DESC LIMIT 1) = 'save'
ORDER BY o.code`

// checkRouting names every fault of a routing: what nobody can read, and what names things that are not there.
func (s *Service) checkRouting(ctx context.Context, db pg.DB, client auth.ClientID, in Routing) error {
	var codes []string
	if err := db.SelectContext(ctx, &codes, offerCodes, client); err != nil {
		return errs.Wrap(err, "read offers")
	}
	reasons, err := reasonsOf(ctx, db, client)
	if err != nil {
		return err
	}
	var f errs.Faults
	checkOneOf(&f, "mode", in.Mode, routeModes)
	f.Check(in.ExplorePercent >= 0 && in.ExplorePercent <= 100, "explorePercent", "from 0 to 100")
	f.Check(in.MarginPercent >= 1 && in.MarginPercent <= 100, "marginPercent", "from 1 to 100")
	f.Check(in.ContactMinor >= 0, "contactMinor", "must not be below nothing")
	f.Check(len(in.Rules) <= rulesMax, "rules", "at most 100 rules")
	f.Check(len(in.Rules) > 0 || in.Mode == RouteScript || in.Mode == RouteThompson, "rules", "write at least one rule, or leave it to the script")
	for i, r := range in.Rules {
		s.checkRule(&f, fmt.Sprintf("rules.%d", i), r, codes, reasons)
	}
	return f.Err()
}

func (s *Service) checkRule(f *errs.Faults, path string, r RouteRule, codes []string, reasons []Reason) {
	if _, err := s.conditions.Compile(r.Condition); err != nil {
		f.Addf(path+".condition", "%s", sentence(err))
	}
	for _, code := range r.Reasons {
		known := slices.ContainsFunc(reasons, func(x Reason) bool { return x.Code == code })
		f.Check(known, path+".reasons", fmt.Sprintf("there is no reason %q", code))
	}
	f.Check(len(r.Offers) <= ruleOffersMax, path+".offers", "at most 20 offers")
	seen := []string{}
	for j, o := range r.Offers {
		at := fmt.Sprintf("%s.offers.%d", path, j)
		f.Check(slices.Contains(codes, o.Code), at, fmt.Sprintf("there is no offer %q to keep a customer with", o.Code))
		f.Check(!slices.Contains(seen, o.Code), at, "this offer is in the rule already")
		f.Check(o.Weight >= 0 && o.Weight <= ruleWeightMax, at, "a weight is from 0 to 1000")
		seen = append(seen, o.Code)
	}
}

// SaveRouting makes a new version. in.Version is the one that was read. Reasons that were stopped stay stopped.
//
// Codes: invalid, not_found, stale (somebody changed it since).
func (s *Service) SaveRouting(ctx context.Context, by auth.Actor, in Routing) (out Routing, err error) {
	client, err := by.ClientFor(in.Client)
	if err != nil {
		return Routing{}, err
	}
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if err := s.checkRouting(ctx, tx, client, in); err != nil {
			return err
		}
		before, err := routingOf(ctx, tx, client)
		if err != nil {
			return err
		}
		if before.Version != in.Version {
			return errs.Newf(errs.Stale, "somebody changed which offer comes next since you opened it; reload and try again")
		}
		in.Client, in.Salt = client, before.Salt
		if in.Stopped == nil {
			in.Stopped = []string{}
		}
		in.Stopped = slices.DeleteFunc(slices.Clone(in.Stopped), func(code string) bool { return !slices.Contains(before.Stopped, code) })
		if out, err = newVersion(ctx, tx, by, in, now); err != nil {
			return err
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: client, Act: "offer_routing.save", Object: fmt.Sprintf("client:%d", client), Data: out,
		})
	})
	return out, err
}

// newVersion writes a routing as the version after the one it was read as.
func newVersion(ctx context.Context, tx *pg.Tx, by auth.Actor, in Routing, now time.Time) (Routing, error) {
	if in.Salt == "" {
		in.Salt = newSalt()
	}
	in.Version++
	in.CreatedBy, in.CreatedAt = by.Name, microInstant(now)
	if in.Rules == nil {
		in.Rules = []RouteRule{}
	}
	_, err := tx.ExecContext(ctx, insertRouting, in.Client, in.Version, in.Mode, routeRules(in.Rules), in.ExplorePercent*centBP,
		in.MarginPercent*centBP, in.ContactMinor, pq.StringArray(in.Stopped), in.Salt, in.CreatedBy, in.CreatedAt)
	return in, errs.Wrap(pg.Explain(err), "save which offer comes next")
}
