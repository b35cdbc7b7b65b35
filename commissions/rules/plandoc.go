package rules

// The types below are a plan as it is written: every money, rate and date is text, so that nothing is lost on the way.
// Tags: yaml is the key; need:"yes" a key that must be there; one:"a|b" the words it may be; as what the text stands for
// (money, rate, decimal, date, cel, path); doc goes to the JSON Schema (docs/plan.schema.json), which is made of them.

type planDoc struct {
	Plan            string                `yaml:"plan" need:"yes" doc:"the plan's name; its versions share it"`
	Version         int                   `yaml:"version" doc:"number of this version, 1 when left out; an approved version never changes"`
	Currency        string                `yaml:"currency" need:"yes" doc:"ISO 4217; what the plan pays in"`
	Calendar        calendarDoc           `yaml:"calendar" need:"yes" doc:"pay periods and the zone whose days count"`
	Rounding        roundingDoc           `yaml:"rounding" doc:"half_up and line_telescoped when left out"`
	FX              *fxDoc                `yaml:"fx" doc:"how values in other currencies are converted; without it they are exceptions"`
	Quota           *quotaDoc             `yaml:"quota" doc:"what attainment is measured against"`
	Measures        map[string]measureDoc `yaml:"measures" doc:"what is counted, by name"`
	Components      []componentDoc        `yaml:"components" need:"yes" doc:"the ways the plan pays, in the order of the statement"`
	Gates           []gateDoc             `yaml:"gates" doc:"conditions on a period before components pay"`
	Caps            []capDoc              `yaml:"caps" doc:"at most so much"`
	Floors          []capDoc              `yaml:"floors" doc:"at least so much"`
	Override        *overrideDoc          `yaml:"override" doc:"what the team's lead gets of the team's results"`
	Draw            *drawDoc              `yaml:"draw" doc:"money in advance of earnings"`
	Guarantee       *guaranteeDoc         `yaml:"guarantee" doc:"the least a period pays"`
	Holdback        *holdbackDoc          `yaml:"holdback" doc:"a share that is kept back until a window has passed"`
	Clawback        *clawbackDoc          `yaml:"clawback" doc:"what is taken back when a result does not last; without it nothing is"`
	Approvals       *approvalsDoc         `yaml:"approvals" doc:"who must agree to a version"`
	Acknowledgement *acknowledgementDoc   `yaml:"acknowledgement" doc:"what the agent signs"`
}

type calendarDoc struct {
	Pay           string `yaml:"pay" need:"yes" doc:"weekly, biweekly, semimonthly, monthly, or from a day to the day before it next month: \"15-14\""`
	TZ            string `yaml:"tz" need:"yes" doc:"IANA zone whose days count"`
	WorkweekStart string `yaml:"workweek_start" one:"sunday|monday|tuesday|wednesday|thursday|friday|saturday" doc:"sunday when left out"`
	Anchor        string `yaml:"anchor" as:"date" doc:"the first day of some period of a weekly or biweekly calendar"`
}

type roundingDoc struct {
	Mode  string `yaml:"mode" one:"half_up|half_even|floor" doc:"half_up when left out"`
	Scope string `yaml:"scope" one:"line_telescoped|line|total" doc:"line_telescoped when left out"`
}

type fxDoc struct {
	Date string `yaml:"date" need:"yes" one:"event|period_end|pay" doc:"the day whose rate is taken"`
}

type quotaDoc struct {
	Measure string `yaml:"measure" need:"yes" doc:"the measure it is a quota of"`
	Amount  string `yaml:"amount" as:"decimal" doc:"from quota events when left out"`
	Per     string `yaml:"per" one:"period|month|quarter|year" doc:"period when left out"`
	Prorate string `yaml:"prorate" one:"calendar_days|working_days|none" doc:"none when left out"`
}

type measureDoc struct {
	When       string `yaml:"when" as:"cel" doc:"which events count; all when left out"`
	Count      string `yaml:"count" as:"path" doc:"how many different values, such as outcome.id"`
	Sum        string `yaml:"sum" as:"path" doc:"the sum of a field, such as outcome.first_year_value"`
	Avg        string `yaml:"avg" as:"path" doc:"the average of a field, such as qa.score"`
	Max        string `yaml:"max" as:"path" doc:"the largest value of a field"`
	Min        string `yaml:"min" as:"path" doc:"the smallest value of a field"`
	Metric     string `yaml:"metric" doc:"a number from outside (metric events), or calls_per_hour, attendance, hours.work"`
	MinSamples int    `yaml:"min_samples" doc:"with fewer values the measure is missing"`
	Line       int    `yaml:"-"`
}

type componentDoc struct {
	ID         string     `yaml:"id" need:"yes" doc:"unique in the plan; names the line on the statement"`
	Type       string     `yaml:"type" need:"yes" one:"per_unit|percent|tiered|bonus_table|kpi_bonus|contest|shift_premium"`
	Measure    string     `yaml:"measure" doc:"the measure it pays for"`
	Amount     string     `yaml:"amount" as:"money" doc:"per_unit: what one pays; kpi_bonus: the bonus"`
	Rate       string     `yaml:"rate" as:"rate" doc:"percent, shift_premium: the share"`
	Rules      []ruleDoc  `yaml:"rules" doc:"per_unit: amounts by condition, in place of amount"`
	Axis       string     `yaml:"axis" one:"amount|count|quota_attainment" doc:"tiered: what the tiers are tiers of"`
	Mode       string     `yaml:"mode" one:"marginal|whole|interpolated" doc:"tiered: marginal when left out"`
	Per        string     `yaml:"per" one:"event|period|month|quarter|year" doc:"over what it accumulates; period when left out"`
	Tiers      []tierDoc  `yaml:"tiers" doc:"tiered: half-open ranges [from,to)"`
	Table      tableDoc   `yaml:"table" doc:"bonus_table: the bonus from each value upwards"`
	Metric     string     `yaml:"metric" doc:"kpi_bonus: the measure or number that is compared"`
	Target     string     `yaml:"target" as:"decimal" doc:"kpi_bonus: at least so much"`
	Window     string     `yaml:"window" doc:"contest: two dates, half-open: 2026-03-01/2026-04-01"`
	Prizes     []string   `yaml:"prizes" as:"money" doc:"contest: first prize first"`
	Ties       string     `yaml:"ties" one:"split_pool|all_higher" doc:"contest: split_pool when left out"`
	OutsideCap bool       `yaml:"outside_cap" doc:"caps on the whole plan do not count it"`
	Of         []string   `yaml:"of" doc:"shift_premium: the components it is a premium on"`
	When       string     `yaml:"when" as:"cel" doc:"shift_premium: which events"`
	Factor     *factorDoc `yaml:"factor" doc:"multiplies the amount by what a table says"`
	Kicker     *kickerDoc `yaml:"kicker" doc:"adds (or with a minus takes) a share of the amount where a condition holds"`
	Earn       *earnDoc   `yaml:"earn" doc:"pays in parts as the result is verified"`
	Line       int        `yaml:"-"`
}

type ruleDoc struct {
	Priority int    `yaml:"priority" need:"yes" doc:"the highest that matches wins; two equal ones that match are refused"`
	When     string `yaml:"when" as:"cel"`
	Amount   string `yaml:"amount" need:"yes" as:"money"`
}

type tierDoc struct {
	From   string `yaml:"from" need:"yes" as:"decimal" doc:"the first value in the tier"`
	To     string `yaml:"to" as:"decimal" doc:"the first value after it; the next tier's from when left out"`
	Rate   string `yaml:"rate" as:"rate"`
	Amount string `yaml:"amount" as:"money" doc:"for one more, or the whole tier's reward when interpolated"`
	Share  string `yaml:"share" as:"rate" doc:"gates: the share that is paid"`
	Line   int    `yaml:"-"`
}

type factorDoc struct {
	By    string   `yaml:"by" need:"yes" as:"path" doc:"the field that is looked up, such as offer.depth"`
	Table tableDoc `yaml:"table" need:"yes"`
}

type kickerDoc struct {
	When string `yaml:"when" need:"yes" as:"cel"`
	Rate string `yaml:"rate" need:"yes" as:"rate"`
}

type earnDoc struct {
	Tranches []trancheDoc `yaml:"tranches" need:"yes"`
}

type trancheDoc struct {
	Stage int    `yaml:"stage" doc:"days; 0 pays at once, others when the verification of that stage passes"`
	Share string `yaml:"share" need:"yes" as:"rate"`
}

type gateDoc struct {
	ID         string    `yaml:"id" need:"yes"`
	Metric     string    `yaml:"metric" need:"yes" doc:"a measure, or a number from outside"`
	GTE        string    `yaml:"gte" as:"decimal" doc:"open when the metric is at least this"`
	AppliesTo  []string  `yaml:"applies_to" need:"yes"`
	Else       string    `yaml:"else" need:"yes" one:"zero|scale|hold"`
	Tiers      []tierDoc `yaml:"tiers" doc:"scale: the share by the metric; every value must be covered"`
	Missing    string    `yaml:"missing" one:"hold|pass|zero" doc:"hold when left out"`
	MinSamples int       `yaml:"min_samples"`
	Line       int       `yaml:"-"`
}

type capDoc struct {
	Scope      string   `yaml:"scope" need:"yes" one:"component|plan" doc:"component: each of them by itself; plan: their sum"`
	Components []string `yaml:"components" doc:"all that are not outside of caps when left out"`
	Amount     string   `yaml:"amount" need:"yes" as:"money"`
	Per        string   `yaml:"per" one:"period|month|quarter|year" doc:"period when left out"`
	Line       int      `yaml:"-"`
}

type overrideDoc struct {
	ID            string `yaml:"id" need:"yes"`
	To            string `yaml:"to" need:"yes" one:"team_lead"`
	Base          string `yaml:"base" need:"yes" doc:"team.MEASURE, or team.COMPONENT for what it paid"`
	Rate          string `yaml:"rate" need:"yes" as:"rate"`
	ExcludeOwn    bool   `yaml:"exclude_own" doc:"the lead's own results do not count"`
	ClawbackFlows bool   `yaml:"clawback_flows" doc:"what is taken back from the team is taken back from the lead"`
	Line          int    `yaml:"-"`
}

type drawDoc struct {
	Kind          string `yaml:"kind" need:"yes" one:"recoverable|non_recoverable|forgiven"`
	Amount        string `yaml:"amount" need:"yes" as:"money"`
	Per           string `yaml:"per" one:"period|month|quarter|year"`
	From          string `yaml:"from" as:"date"`
	To            string `yaml:"to" as:"date" doc:"the first day without it"`
	MaxRecovery   string `yaml:"max_recovery" as:"decimal" doc:"an amount, or a share of the period's earnings"`
	OnTermination string `yaml:"on_termination" one:"write_off|carry" doc:"write_off when left out"`
}

type guaranteeDoc struct {
	Amount  string `yaml:"amount" need:"yes" as:"money"`
	Per     string `yaml:"per" one:"period|month|quarter|year"`
	Prorate string `yaml:"prorate" one:"calendar_days|working_days|none" doc:"none when left out"`
}

type holdbackDoc struct {
	Components []string `yaml:"components" need:"yes"`
	Rate       string   `yaml:"rate" need:"yes" as:"rate"`
	WindowDays int      `yaml:"window_days" need:"yes"`
	Release    string   `yaml:"release" one:"window_end"`
}

type clawbackDoc struct {
	WindowDays    int    `yaml:"window_days"`
	WindowMonths  int    `yaml:"window_months"`
	Clock         string `yaml:"clock" as:"path" doc:"the day the window begins; outcome.effective_date when left out"`
	Triggers      string `yaml:"triggers" as:"cel" doc:"which events take back; a cancellation that is not the company's fault when left out"`
	Method        string `yaml:"method" need:"yes" one:"full|pro_rata_days|pro_rata_months"`
	Basis         string `yaml:"basis" one:"as_posted|retier" doc:"as_posted when left out"`
	EarnedWhen    string `yaml:"earned_when" one:"window_end|posted" doc:"until then it is an advance; window_end when left out"`
	EarnedAfter   int    `yaml:"earned_after_days" json:",omitempty" doc:"the advance is earned after so many days already, and may be taken back until the window ends all the same"`
	MaxRecovery   string `yaml:"max_recovery_per_period" as:"rate" doc:"at most this share of the period's gross; the rest is carried"`
	OnTermination string `yaml:"on_termination" one:"write_off|carry" doc:"write_off when left out"`
}

type approvalsDoc struct {
	Author   string `yaml:"author" one:"required|none"`
	Approver string `yaml:"approver" one:"required|none"`
	Distinct bool   `yaml:"distinct"`
}

type acknowledgementDoc struct {
	SignedCopy  string `yaml:"signed_copy" one:"required|none" doc:"California Labor Code 2751, New York Labor Law 191(1)(c)"`
	MinimumSave string `yaml:"minimum_save" one:"accepted" doc:"the author has read the warning about pay that hangs on a least number of saves"`
}

// tableDoc is a step table: a list of {from, to?, amount|rate}, or a map from the lower bound (or the word) to the value.
type tableDoc struct {
	Rows []tableRow
	Line int
}

// tableRow is one step; Word is set where the key is no number.
type tableRow struct {
	From, To, Value string
	Line            int
}

// withoutLines is the document as its meaning: the same text on other lines is the same plan.
func withoutLines(d planDoc) planDoc {
	d.Components = mapped(d.Components, func(c *componentDoc) {
		c.Line, c.Table, c.Tiers = 0, c.Table.withoutLines(), withoutTierLines(c.Tiers)
		if c.Factor != nil {
			f := *c.Factor
			f.Table = f.Table.withoutLines()
			c.Factor = &f
		}
	})
	d.Gates = mapped(d.Gates, func(g *gateDoc) { g.Line, g.Tiers = 0, withoutTierLines(g.Tiers) })
	d.Caps = mapped(d.Caps, func(c *capDoc) { c.Line = 0 })
	d.Floors = mapped(d.Floors, func(c *capDoc) { c.Line = 0 })
	if d.Override != nil {
		o := *d.Override
		o.Line = 0
		d.Override = &o
	}
	measures := map[string]measureDoc{}
	for name, m := range d.Measures {
		m.Line = 0
		measures[name] = m
	}
	d.Measures = measures
	return d
}

func mapped[T any](in []T, change func(*T)) []T {
	out := make([]T, len(in))
	for i := range in {
		out[i] = in[i]
		change(&out[i])
	}
	return out
}

func withoutTierLines(in []tierDoc) []tierDoc {
	return mapped(in, func(t *tierDoc) { t.Line = 0 })
}

func (t tableDoc) withoutLines() tableDoc {
	return tableDoc{Rows: mapped(t.Rows, func(r *tableRow) { r.Line = 0 })}
}
