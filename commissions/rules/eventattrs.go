package rules

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"saveline/internal/errs"
	"saveline/internal/money"
)

const attrsBytesMax = 16 << 10

// The wire types of attrs: money and scores are decimal strings, ids are text, counts are whole numbers.

type decimalText struct{ quantity }

func (d *decimalText) UnmarshalJSON(raw []byte) error {
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		return fmt.Errorf(`%s must be a decimal string such as "12.50": a float or bare number may have been rounded`, raw)
	}
	v, fault := parseDecimal(s)
	if fault != "" {
		return fmt.Errorf("%q is no decimal: %s", s, fault)
	}
	d.quantity = quantity{v, true}
	return nil
}

type shareText struct {
	v   num
	set bool
}

func (d *shareText) UnmarshalJSON(raw []byte) error {
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		return fmt.Errorf(`%s must be a string such as "0.5", "50%%" or "1/2"`, raw)
	}
	v, fault := parseShare(s)
	if fault != "" || v.big != nil {
		return fmt.Errorf("%q is no share: %s", s, fault)
	}
	d.v, d.set = v, true
	return nil
}

// idText takes a whole number too: ids of the running product are numbers.
type idText string

func (d *idText) UnmarshalJSON(raw []byte) error {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		*d = idText(s)
		return nil
	}
	var n int64
	if err := json.Unmarshal(raw, &n); err != nil {
		return fmt.Errorf("%s must be text", raw)
	}
	*d = idText(strconv.FormatInt(n, 10))
	return nil
}

// count takes 2500 and "2500".
type count int

func (c *count) UnmarshalJSON(raw []byte) error {
	n, err := strconv.Atoi(strings.Trim(string(raw), `"`))
	if err != nil {
		return fmt.Errorf("%s must be a whole number", raw)
	}
	*c = count(n)
	return nil
}

type offerWire struct {
	ID       idText `json:"id"`
	Family   string `json:"family"`
	Depth    idText `json:"depth"`
	Campaign idText `json:"campaign"`
}

type callWire struct {
	ID       idText     `json:"id"`
	Start    *time.Time `json:"start"`
	Campaign idText     `json:"campaign"`
}

type splitWire struct {
	Agent idText    `json:"agent"`
	Share shareText `json:"share"`
}

type outcomeWire struct {
	Type          string                     `json:"type"`
	Value         decimalText                `json:"value"`
	FirstYear     decimalText                `json:"first_year_value"`
	MRRBefore     decimalText                `json:"mrr_before"`
	MRRAfter      decimalText                `json:"mrr_after"`
	Currency      string                     `json:"currency"`
	Product       string                     `json:"product"`
	ConfirmedDays count                      `json:"confirmed_days"`
	EffectiveDate string                     `json:"effective_date"`
	Offer         *offerWire                 `json:"offer"`
	Call          *callWire                  `json:"call"`
	Splits        []splitWire                `json:"splits"`
	Data          map[string]json.RawMessage `json:"data"`
}

type attrsWire struct {
	Cause        string      `json:"cause"`
	Fraction     shareText   `json:"fraction"`
	Stage        count       `json:"stage"`
	Result       string      `json:"result"`
	Score        decimalText `json:"score"`
	Call         idText      `json:"call"`
	Occurrences  count       `json:"occurrences"`
	Work         decimalText `json:"work"`
	Overtime     decimalText `json:"overtime"`
	Available    decimalText `json:"available"`
	Calls        count       `json:"calls"`
	Wage         decimalText `json:"wage"`
	Name         string      `json:"name"`
	Value        decimalText `json:"value"`
	Measure      string      `json:"measure"`
	Amount       decimalText `json:"amount"`
	Period       string      `json:"period"`
	Plan         string      `json:"plan"`
	From         string      `json:"from"`
	To           string      `json:"to"`
	Team         idText      `json:"team"`
	Lead         idText      `json:"lead"`
	Zone         string      `json:"zone"`
	Jurisdiction string      `json:"jurisdiction"`
	PayGroup     string      `json:"pay_group"`
	Draw         decimalText `json:"draw"`
	Guarantee    decimalText `json:"guarantee"`
	Status       string      `json:"status"`
	Pair         string      `json:"pair"`
	Rate         decimalText `json:"rate"`
	Version      count       `json:"version"`
}

// attrsOf lists what each type of event may say, besides outcomes.
var attrsOf = map[EventType]string{
	EventCancel: "cause fraction", EventReinstate: "cause fraction", EventVerification: "stage result",
	EventQA: "score call", EventSurvey: "score call", EventAttendance: "occurrences",
	EventHours: "work overtime available calls wage", EventMetric: "name value", EventQuota: "measure amount period",
	EventAssignment: "plan from to team lead zone jurisdiction pay_group draw guarantee", EventEmployment: "status",
	EventRate: "pair rate", EventPlanVersion: "plan version from", EventClose: "period", EventPay: "period",
}

// DecodeAttrs reads the attrs of an event into its body. Unknown attributes are refused.
//
// Codes: invalid.
func DecodeAttrs(e *Event, attrs []byte) error {
	if len(attrs) > attrsBytesMax {
		return errs.Newf(errs.Invalid, "event %q: attrs have more than %d kB", e.ID, attrsBytesMax>>10)
	}
	if len(bytes.TrimSpace(attrs)) == 0 {
		attrs = []byte("{}")
	}
	err := e.decode(attrs)
	if err != nil {
		return errs.WithCause(errs.Invalid, err, "event %q (%s): attrs", e.ID, e.Type)
	}
	return nil
}

func strict(raw []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("attrs must be one JSON object")
	}
	return nil
}

func (e *Event) decode(attrs []byte) error {
	if e.Type == EventOutcome {
		return e.decodeOutcome(attrs)
	}
	allowed, known := attrsOf[e.Type]
	if !known {
		return fmt.Errorf("there is no event type %q", e.Type)
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(attrs, &keys); err != nil || keys == nil {
		return fmt.Errorf("attrs must be one JSON object")
	}
	for k := range keys {
		if !strings.Contains(" "+allowed+" ", " "+k+" ") {
			return fmt.Errorf("unknown attribute %q; a %s has: %s", k, e.Type, allowed)
		}
	}
	var w attrsWire
	if err := strict(attrs, &w); err != nil {
		return err
	}
	body, err := w.body(e)
	e.Body = body
	return err
}

func (w *attrsWire) body(e *Event) (any, error) {
	switch e.Type {
	case EventCancel, EventReinstate:
		return w.cancel(e)
	case EventVerification:
		if w.Result != "pass" && w.Result != "fail" {
			return nil, fmt.Errorf("result %q is neither pass nor fail", w.Result)
		}
		return &Verification{Stage: int(w.Stage), Passed: w.Result == "pass"}, need(e.Ref != "", "the result's id as ref")
	case EventQA, EventSurvey:
		return &Score{Score: w.Score.quantity, Call: string(w.Call)}, need(w.Score.set, "a score")
	case EventAttendance:
		return &Attendance{Occurrences: int(w.Occurrences)}, nil
	case EventHours:
		return &Hours{w.Work.quantity, w.Overtime.quantity, w.Available.quantity, w.Wage.quantity, int(w.Calls)}, nil
	case EventMetric:
		return &Metric{Name: w.Name, Value: w.Value.quantity}, need(w.Name != "" && w.Value.set, "a name and a value")
	case EventQuota:
		return &Quota{w.Measure, w.Period, w.Amount.quantity}, need(w.Measure != "" && w.Amount.set, "a measure and an amount")
	case EventAssignment:
		return w.assignment(e)
	case EventEmployment:
		return &Employment{w.Status}, need(strings.Contains(" hired left leave returned ", " "+w.Status+" "), "the status hired, left, leave or returned")
	case EventRate:
		return w.rate()
	case EventPlanVersion:
		from, err := dayOr(w.From, dayOf(e.EffectiveAt, time.UTC))
		return &VersionFrom{w.Plan, int(w.Version), from}, first(err, need(w.Plan != "", "a plan"))
	}
	return &PeriodMark{w.Period}, need(w.Period != "", "a period")
}

func need(ok bool, what string) error {
	if ok {
		return nil
	}
	return fmt.Errorf("it needs %s", what)
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *attrsWire) cancel(e *Event) (any, error) {
	c := &Cancel{Cause: w.Cause, fraction: one}
	if w.Fraction.set {
		c.fraction = w.Fraction.v
	}
	return c, first(need(e.Ref != "", "the result's id as ref"), need(c.fraction.sign() > 0 && c.fraction.cmp(one) <= 0, "a fraction of more than 0 and at most 1"))
}

func (w *attrsWire) rate() (any, error) {
	from, to, ok := strings.Cut(w.Pair, "/")
	_, err1 := money.Exponent(from)
	_, err2 := money.Exponent(to)
	return &ExchangeRate{from, to, w.Rate.v}, need(ok && err1 == nil && err2 == nil && w.Rate.v.sign() > 0, `a pair such as "EUR/USD" and a rate of more than 0`)
}

func (w *attrsWire) assignment(e *Event) (any, error) {
	from, err1 := dayOr(w.From, noDay)
	to, err2 := dayOr(w.To, lastDay)
	if w.Zone != "" {
		if _, err := time.LoadLocation(w.Zone); err != nil {
			return nil, fmt.Errorf("zone %q is no time zone", w.Zone)
		}
	}
	return &AssignmentFacts{
		Plan: w.Plan, Team: string(w.Team), Lead: string(w.Lead), Zone: w.Zone, Jurisdiction: w.Jurisdiction, PayGroup: w.PayGroup,
		days: span{from, to}, Draw: w.Draw.quantity, Guarantee: w.Guarantee.quantity,
	}, first(err1, err2, need(e.Agent != "", "an agent"), need(from < to, "a to that is after from"))
}

// dayOr reads a date, or the date of a time; empty is def.
func dayOr(s string, def day) (day, error) {
	if s == "" {
		return def, nil
	}
	if d, ok := parseDay(s); ok {
		return d, nil
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return civil(t.Date()), nil
	}
	return 0, fmt.Errorf("%q is no date: write it as 2026-03-01", s)
}

var outcomeTypes = " save sale upsell appointment "

func (e *Event) decodeOutcome(attrs []byte) error {
	var w outcomeWire
	if err := strict(attrs, &w); err != nil {
		return err
	}
	o := &Outcome{
		Type: w.Type, Currency: w.Currency, Product: w.Product, Value: w.Value.quantity, FirstYear: w.FirstYear.quantity,
		MRRBefore: w.MRRBefore.quantity, MRRAfter: w.MRRAfter.quantity, ConfirmedDays: int(w.ConfirmedDays),
	}
	if w.Offer != nil {
		o.Offer = Offer{string(w.Offer.ID), w.Offer.Family, string(w.Offer.Depth), string(w.Offer.Campaign)}
	}
	if w.Call != nil {
		o.Call = Call{ID: string(w.Call.ID), Campaign: string(w.Call.Campaign)}
		if w.Call.Start != nil {
			o.Call.Start = *w.Call.Start
		}
	}
	if w.Currency != "" {
		if _, err := money.Exponent(w.Currency); err != nil {
			return err
		}
	}
	var err error
	if o.EffectiveDate, err = dayOr(w.EffectiveDate, noDay); err != nil {
		return err
	}
	if err := o.split(w.Splits); err != nil {
		return err
	}
	o.Data, err = plainData(w.Data)
	e.Body = o
	return first(err, need(e.Ref != "", "the result's id as ref"), need(e.Agent != "" || len(o.Splits) > 0, "the owner as agent"),
		need(w.Type != "" && strings.Contains(outcomeTypes, " "+w.Type+" "), "the type save, sale, upsell or appointment"))
}

func (o *Outcome) split(in []splitWire) error {
	sum, seen := num{}, map[idText]bool{}
	for _, s := range in {
		if s.Agent == "" || seen[s.Agent] || !s.Share.set || s.Share.v.sign() < 0 {
			return fmt.Errorf("splits: each needs an agent, once, and a share that is not negative")
		}
		seen[s.Agent] = true
		sum = sum.add(s.Share.v)
		o.Splits = append(o.Splits, Split{string(s.Agent), s.Share.v})
	}
	if len(in) > 0 && sum.cmp(one) != 0 {
		return fmt.Errorf("splits: the shares add up to %s, not 100%%", sum.percent())
	}
	shares := make([]num, len(o.Splits))
	for i, s := range o.Splits {
		shares[i] = s.share
	}
	_, ok := commonDenominator(shares)
	return need(ok, "splits with shares that are less finely cut")
}

// plainData keeps text, truth and whole numbers, and refuses what a parser may have rounded.
func plainData(in map[string]json.RawMessage) (map[string]any, error) {
	if len(in) == 0 {
		return nil, nil
	}
	out := make(map[string]any, len(in))
	for k, raw := range in {
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber()
		var v any
		if err := d.Decode(&v); err != nil {
			return nil, err
		}
		plain, err := plainValue(v)
		if err != nil {
			return nil, fmt.Errorf("data.%s: %w", k, err)
		}
		out[k] = plain
	}
	return out, nil
}

func plainValue(v any) (any, error) {
	switch v := v.(type) {
	case json.Number:
		n, err := strconv.ParseInt(v.String(), 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%s must be a string: a float may have been rounded", v)
		}
		return n, nil
	case []any:
		for i := range v {
			plain, err := plainValue(v[i])
			if err != nil {
				return nil, err
			}
			v[i] = plain
		}
	case map[string]any:
		for k := range v {
			plain, err := plainValue(v[k])
			if err != nil {
				return nil, err
			}
			v[k] = plain
		}
	}
	return v, nil
}
