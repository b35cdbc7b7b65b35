package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"
)

// scope is what a condition or a field path sees: one event, and what hangs on it.
type scope struct {
	ev         *Event
	outcome    *Outcome // nil when the event has none
	stood      int      // days for which a counted outcome has stood
	result     string   // the outcome's id
	effective  time.Time
	qa, survey *Score // of the outcome's call, or the event itself
	agent      string
	seat       *AssignmentFacts
	zone       *time.Location // whose clock local_time reads
	planZone   *time.Location
}

var _ interpreter.Activation = (*scope)(nil)

// confirmedDays is how long the outcome has stood.
func (s *scope) confirmedDays() int {
	switch {
	case s.outcome == nil:
		return 0
	case s.outcome.Counted:
		return s.stood
	}
	return s.outcome.ConfirmedDays
}

// ResolveName gives the same scope for every variable: their types tell their fields apart.
func (s *scope) ResolveName(name string) (any, bool) {
	_, known := fieldsOf[name]
	return s, known
}

// Parent is nothing: there is no outer scope.
func (s *scope) Parent() interpreter.Activation { return nil }

// field is one field of one variable, for conditions and for measures.
type field struct {
	celType *cel.Type
	get     func(s *scope) any // nil when absent
	read    func(s *scope) quantity
	money   bool // read gives an amount in the outcome's currency
}

func text(get func(s *scope) string) field {
	return field{celType: cel.StringType, get: func(s *scope) any { return types.String(get(s)) }}
}

func integer(get func(s *scope) int) field {
	return field{
		celType: cel.IntType, get: func(s *scope) any { return types.Int(get(s)) },
		read: func(s *scope) quantity { return quantity{whole(int64(get(s))), true} },
	}
}

func number(get func(s *scope) quantity) field {
	return field{celType: decimalType, read: get, get: func(s *scope) any {
		if q := get(s); q.set {
			return decimal{q.v}
		}
		return nil
	}}
}

func amount(get func(s *scope) quantity) field {
	f := number(get)
	f.money = true
	return f
}

func moment(get func(s *scope) time.Time) field {
	return field{celType: cel.TimestampType, get: func(s *scope) any {
		t := get(s)
		if t.IsZero() {
			return nil
		}
		return types.Timestamp{Time: t.In(s.zone)}
	}}
}

// nested is a variable that is reached through the outcome as well: outcome.offer.depth is offer.depth.
func nested(name string, there func(o *Outcome) bool) field {
	return field{celType: cel.ObjectType(name), get: func(s *scope) any {
		if s.outcome == nil || !there(s.outcome) {
			return nil
		}
		return s
	}}
}

func ofOutcome[T any](get func(o *Outcome) T) func(s *scope) T {
	return func(s *scope) (none T) {
		if s.outcome == nil {
			return none
		}
		return get(s.outcome)
	}
}

func ofBody[B, T any](get func(b *B) T) func(s *scope) T {
	return func(s *scope) (none T) {
		if b, ok := s.ev.Body.(*B); ok {
			return get(b)
		}
		return none
	}
}

func ofScore(which func(s *scope) *Score) map[string]field {
	return map[string]field{
		"score": number(func(s *scope) quantity {
			if x := which(s); x != nil {
				return x.Score
			}
			return quantity{}
		}),
		"call": text(func(s *scope) string {
			if x := which(s); x != nil {
				return x.Call
			}
			return ""
		}),
		"id": text(func(s *scope) string {
			if s.ev.Type == EventQA || s.ev.Type == EventSurvey {
				return s.ev.Ref
			}
			return ""
		}),
	}
}

// fieldsOf are the variables of conditions and paths, with their fields.
var fieldsOf = map[string]map[string]field{
	"event": {
		"id":           text(func(s *scope) string { return s.ev.ID }),
		"type":         text(func(s *scope) string { return string(s.ev.Type) }),
		"agent":        text(func(s *scope) string { return s.ev.Agent }),
		"ref":          text(func(s *scope) string { return s.ev.Ref }),
		"effective_at": moment(func(s *scope) time.Time { return s.ev.EffectiveAt }),
		"recorded_at":  moment(func(s *scope) time.Time { return s.ev.RecordedAt }),
		"cause":        text(ofBody(func(c *Cancel) string { return c.Cause })),
		"fraction":     number(ofBody(func(c *Cancel) quantity { return quantity{c.fraction, true} })),
		"stage":        integer(ofBody(func(v *Verification) int { return v.Stage })),
		"result":       text(ofBody((*Verification).word)),
		"score":        number(ofBody(func(x *Score) quantity { return x.Score })),
		"call":         text(ofBody(func(x *Score) string { return x.Call })),
		"occurrences":  integer(ofBody(func(a *Attendance) int { return a.Occurrences })),
		"work":         number(ofBody(func(h *Hours) quantity { return h.Work })),
		"overtime":     number(ofBody(func(h *Hours) quantity { return h.Overtime })),
		"available":    number(ofBody(func(h *Hours) quantity { return h.Available })),
		"calls":        integer(ofBody(func(h *Hours) int { return h.Calls })),
		"wage":         amount(ofBody(func(h *Hours) quantity { return h.Wage })),
		"name":         text(ofBody(func(m *Metric) string { return m.Name })),
		"value":        number(ofBody(func(m *Metric) quantity { return m.Value })),
		"status":       text(ofBody(func(e *Employment) string { return e.Status })),
	},
	"outcome": {
		"id":               text(func(s *scope) string { return s.result }),
		"type":             text(ofOutcome(func(o *Outcome) string { return o.Type })),
		"value":            amount(ofOutcome(func(o *Outcome) quantity { return o.Value })),
		"first_year_value": amount(ofOutcome(func(o *Outcome) quantity { return o.FirstYear })),
		"mrr_before":       amount(ofOutcome(func(o *Outcome) quantity { return o.MRRBefore })),
		"mrr_after":        amount(ofOutcome(func(o *Outcome) quantity { return o.MRRAfter })),
		"currency":         text(ofOutcome(func(o *Outcome) string { return o.Currency })),
		"offer":            nested("offer", func(o *Outcome) bool { return o.Offer != Offer{} }),
		"call":             nested("call", func(o *Outcome) bool { return o.Call != Call{} }),
		"product":          text(ofOutcome(func(o *Outcome) string { return o.Product })),
		"confirmed_days":   integer((*scope).confirmedDays),
		"effective_date":   moment((*scope).effectiveDate),
		"effective_at":     moment(func(s *scope) time.Time { return s.effective }),
		"data": {celType: cel.MapType(cel.StringType, cel.DynType), get: ofOutcome(func(o *Outcome) any {
			if o.Data == nil {
				return map[string]any{}
			}
			return o.Data
		})},
	},
	"offer": {
		"id":       text(ofOutcome(func(o *Outcome) string { return o.Offer.ID })),
		"family":   text(ofOutcome(func(o *Outcome) string { return o.Offer.Family })),
		"depth":    text(ofOutcome(func(o *Outcome) string { return o.Offer.Depth })),
		"campaign": text(ofOutcome(func(o *Outcome) string { return o.Offer.Campaign })),
	},
	"call": {
		"id":       text((*scope).callID),
		"start":    moment(ofOutcome(func(o *Outcome) time.Time { return o.Call.Start })),
		"campaign": text(ofOutcome(func(o *Outcome) string { return o.Call.Campaign })),
	},
	"qa":     ofScore(func(s *scope) *Score { return s.qa }),
	"survey": ofScore(func(s *scope) *Score { return s.survey }),
	"agent": {
		"id":           text(func(s *scope) string { return s.agent }),
		"plan":         text(func(s *scope) string { return s.facts().Plan }),
		"team":         text(func(s *scope) string { return s.facts().Team }),
		"lead":         text(func(s *scope) string { return s.facts().Lead }),
		"zone":         text(func(s *scope) string { return s.facts().Zone }),
		"jurisdiction": text(func(s *scope) string { return s.facts().Jurisdiction }),
		"pay_group":    text(func(s *scope) string { return s.facts().PayGroup }),
	},
}

func (v *Verification) word() string {
	if v.Passed {
		return "pass"
	}
	return "fail"
}

var nobodysFacts = &AssignmentFacts{}

func (s *scope) facts() *AssignmentFacts {
	if s.seat == nil {
		return nobodysFacts
	}
	return s.seat
}

func (s *scope) callID() string {
	switch {
	case s.outcome != nil:
		return s.outcome.Call.ID
	case s.qa != nil:
		return s.qa.Call
	case s.survey != nil:
		return s.survey.Call
	}
	return ""
}

// effectiveDate is the day from which a result counts: its own, or that of its event.
func (s *scope) effectiveDate() time.Time {
	if s.outcome != nil && s.outcome.EffectiveDate != noDay {
		return s.outcome.EffectiveDate.start(s.planZone)
	}
	return s.effective
}

// path is a field that a measure, factor or clock reads: "outcome.value", "outcome.data.seats".
type path struct {
	text, root string
	field      field
	key        string // of outcome.data
}

func parsePath(s string) (path, error) {
	root, name, _ := strings.Cut(s, ".")
	fields, ok := fieldsOf[root]
	if !ok {
		return path{}, fmt.Errorf("%q is no field: it begins with one of %s", s, strings.Join(slices.Sorted(maps.Keys(fieldsOf)), ", "))
	}
	if inner, _, is := strings.Cut(name, "."); is && root == "outcome" && (inner == "offer" || inner == "call") {
		return parsePath(name)
	}
	if key, isData := strings.CutPrefix(name, "data."); isData && root == "outcome" && key != "" {
		return path{text: s, root: root, field: dataField(key), key: key}, nil
	}
	f, ok := fields[name]
	if !ok || f.read == nil && f.celType.Kind() != types.StringKind && f.celType.Kind() != types.TimestampKind {
		return path{}, fmt.Errorf("%q is no field: %s has %s", s, root, strings.Join(slices.Sorted(maps.Keys(fields)), ", "))
	}
	return path{text: s, root: root, field: f}, nil
}

// dataField reads what a plan names in an outcome's data.
func dataField(key string) field {
	get := ofOutcome(func(o *Outcome) any { return o.Data[key] })
	return field{get: func(s *scope) any {
		if v, ok := get(s).(string); ok {
			return types.String(v)
		}
		if v := get(s); v != nil {
			return types.DefaultTypeAdapter.NativeToValue(v)
		}
		return nil
	}, read: func(s *scope) quantity {
		switch v := get(s).(type) {
		case string:
			n, fault := parseDecimal(v)
			return quantity{n, fault == ""}
		case int64:
			return quantity{whole(v), true}
		}
		return quantity{}
	}}
}

// word is the field as text, for counting different values and for tables of words.
func (p path) word(s *scope) string {
	switch v := p.field.get(s).(type) {
	case types.String:
		return string(v)
	case decimal:
		return v.String()
	case ref.Val:
		return fmt.Sprint(v.Value())
	}
	return ""
}
