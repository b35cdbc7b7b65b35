package rules

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"saveline/internal/errs"
	"saveline/internal/money"
)

// PayPlan is one version of a plan, checked and compiled. It is immutable.
type PayPlan struct {
	Name     string
	Version  int
	Currency string
	SHA      string // SHA-256 of the canonical JSON: the version's identity

	doc          planDoc
	minor        num // 10^decimals of the currency
	cal          calendar
	rounding     money.Rounding
	scope        string
	fx           string // "" | event | period_end | pay
	quota        *quotaRule
	measures     []*measure
	byName       map[string]*measure
	components   []*component
	byID         map[string]*component
	gates        []*gate
	caps, floors []*capRule
	override     *override
	draw         *draw
	guarantee    *guarantee
	holdback     *holdback
	clawback     *clawback
	paidByEvent  []eventGroup
}

// OrderOfOperations is what is done to an amount, in this order, in every plan (commissions.md 3.5). Statements print it.
var OrderOfOperations = []string{
	"eligibility", "base", "tier", "product rate", "kickers", "shift premium", "gate", "component cap", "plan cap", "spiff",
	"override", "clawback and retro", "draw and reserve", "floor and true-up",
}

// Roundings of a plan's scope.
const (
	scopeTelescoped = "line_telescoped"
	scopeLine       = "line"
	scopeTotal      = "total"
)

// ParsePlan reads, checks and compiles the text of a plan (YAML, or JSON, which is YAML).
//
// Codes: invalid, with every fault, its path and its line.
func ParsePlan(text []byte) (*PayPlan, error) {
	doc, err := readPlanDoc(text)
	if err != nil {
		return nil, err
	}
	return compilePlan(doc)
}

// planCompiler collects the faults of one plan.
type planCompiler struct {
	*PayPlan
	f errs.Faults
}

func compilePlan(doc planDoc) (*PayPlan, error) {
	c := planCompiler{PayPlan: &PayPlan{
		Name: doc.Plan, Version: max(doc.Version, 1), Currency: doc.Currency, doc: doc, byName: map[string]*measure{},
		byID: map[string]*component{}, rounding: money.HalfUp, scope: scopeTelescoped, minor: one,
	}}
	c.header()
	c.compileMeasures()
	c.compileQuota()
	for i, d := range doc.Components {
		c.compileComponent(d, fmt.Sprintf("components.%d", i))
	}
	c.linkComponents()
	c.compileOverride()
	c.compileGates()
	c.caps, c.floors = c.compileCaps(doc.Caps, "caps"), c.compileCaps(doc.Floors, "floors")
	c.compileDraw()
	c.compileGuarantee()
	c.compileHoldback()
	c.compileClawback()
	if err := sayAll(c.f); err != nil {
		return nil, err
	}
	c.SHA, c.paidByEvent = c.hash(), c.groupByMeasure()
	return c.PayPlan, nil
}

func (c *planCompiler) header() {
	c.f.Check(c.Name != "", "plan", "must be a name")
	c.f.Check(c.doc.Version >= 0, "version", "must be a number from 1")
	decimals, err := money.Exponent(c.Currency)
	c.f.Check(err == nil, "currency", "must be an ISO 4217 currency such as USD")
	for range decimals {
		c.minor = c.minor.mul(whole(10))
	}
	c.cal = newCalendar(c.doc.Calendar, &c.f)
	if c.doc.Rounding.Mode != "" {
		c.rounding = money.Rounding(c.doc.Rounding.Mode)
	}
	if c.doc.Rounding.Scope != "" {
		c.scope = c.doc.Rounding.Scope
	}
	if c.doc.FX != nil {
		c.fx = c.doc.FX.Date
	}
	c.f.Check(len(c.doc.Components) > 0 || c.doc.Override != nil, "components", "a plan without components would pay nobody")
	c.f.Check(len(c.doc.Components) <= ComponentsMax, "components", fmt.Sprintf("at most %d components", ComponentsMax))
}

// hash is of the canonical JSON of the document: two spellings of the same keys in another order are one plan.
func (c *planCompiler) hash() string {
	raw, err := json.Marshal(withoutLines(c.doc))
	if err != nil {
		panic(fmt.Sprintf("rules: canonical plan: %v", err)) // text and numbers only: cannot fail
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// money reads an amount of the plan's currency in minor units.
func (c *planCompiler) money(path, s string) int64 {
	a, err := money.Parse(s, c.Currency)
	if err != nil {
		c.f.Addf(path, "%q is not an amount in %s: write a decimal such as 15.00, with no more decimals than the currency has", s, c.Currency)
	}
	return a.Minor
}

func (c *planCompiler) share(path, s string) num {
	v, fault := parseShare(s)
	if fault != "" {
		c.f.Addf(path, "%q is not a rate: %s", s, fault)
	}
	return v
}

// portion is a share from 0 to 100 %.
func (c *planCompiler) portion(path, s string) num {
	v := c.share(path, s)
	if v.sign() < 0 || v.cmp(one) > 0 {
		c.f.Addf(path, "must be from 0%% to 100%%")
	}
	return v
}

func (c *planCompiler) decimal(path, s string) num {
	v, fault := parseDecimal(s)
	if fault != "" {
		c.f.Addf(path, "%q is no decimal: %s", s, fault)
	}
	return v
}

func (c *planCompiler) condition(path, s string) *condition {
	if s == "" {
		return nil
	}
	out, err := compileCondition(s)
	if err != nil {
		c.f.Addf(path, "%v", err)
	}
	return out
}

func (c *planCompiler) path(at, s string) path {
	p, err := parsePath(s)
	if err != nil {
		c.f.Addf(at, "%v", err)
	}
	return p
}

func orElse(s, def string) string {
	if s == "" {
		return def
	}
	return s
}

// inMinor is a number of major units in minor ones: 12.5 becomes 1250.
func (p *PayPlan) inMinor(v num) num {
	if v.big == nil && p.minor.n%v.den() == 0 {
		if n, ok := mulInt(v.n, p.minor.n/v.den()); ok {
			return whole(n)
		}
	}
	return v.mul(p.minor)
}

// amount is minor units of the plan's currency.
func (p *PayPlan) amount(minor int64) money.Amount {
	return money.Amount{Minor: minor, Currency: p.Currency}
}

// Rounding is by which rule amounts become whole (half_up, half_even, floor), and what is rounded (line_telescoped, line, total).
func (p *PayPlan) Rounding() (mode money.Rounding, scope string) { return p.rounding, p.scope }

// ID names the version for people: "ret-us-2026@3".
func (p *PayPlan) ID() string { return fmt.Sprintf("%s@%d", p.Name, p.Version) }

// Components are the names of the plan's lines, in the order of the statement.
func (p *PayPlan) Components() []string {
	var out []string
	for _, c := range p.components {
		out = append(out, c.id)
	}
	return out
}

func (p *PayPlan) names(indexes []int) string {
	var out []string
	for _, i := range indexes {
		out = append(out, p.components[i].id)
	}
	return strings.Join(out, ", ")
}

// indexesOf finds components by name; faults name those that there are none of.
func (c *planCompiler) indexesOf(path string, names []string) []int {
	var out []int
	for i, n := range names {
		k, ok := c.byID[n]
		if !ok {
			c.f.Addf(fmt.Sprintf("%s.%d", path, i), "there is no component %q", n)
			continue
		}
		if slices.Contains(out, k.index) {
			c.f.Addf(fmt.Sprintf("%s.%d", path, i), "%q is there twice", n)
		}
		out = append(out, k.index)
	}
	return out
}
