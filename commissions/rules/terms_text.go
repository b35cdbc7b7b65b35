package rules

import (
	"fmt"
	"strconv"
	"strings"
)

// termsWindowDays is how long what simple terms pay may be taken back: as long as the language has it.
const termsWindowDays = windowDaysMax

// Text writes simple terms in the language, so that one engine values both. Each component pays for one kind of result;
// every line is rounded by itself; a result that does not last takes back all of it, whatever the cause, and until HoldDays
// have passed it is an advance.
func (p Plan) Text(name string, version int, zone string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "plan: %s\nversion: %d\ncurrency: %s\n", strconv.Quote(name), version, p.Currency)
	fmt.Fprintf(&b, "calendar: {pay: monthly, tz: %s}\nrounding: {mode: half_up, scope: line}\nmeasures:\n", strconv.Quote(zone))
	for _, result := range Results {
		for _, typ := range []Type{PerUnit, Percent} {
			if p.pays(typ, result) {
				fmt.Fprintf(&b, "  %s: {when: 'outcome.type == \"%s\"', %s}\n", measureName(typ, result), result, foldOf[typ])
			}
		}
	}
	b.WriteString("components:\n")
	for _, c := range p.Components {
		value := "amount: " + strconv.Quote(c.Amount.String())
		if c.Type == Percent {
			value = "rate: " + strconv.Quote(c.Rate.String())
		}
		fmt.Fprintf(&b, "  - {id: %s, type: %s, measure: %s, %s}\n", c.ID, c.Type, measureName(c.Type, c.Result), value)
	}
	earned := "earned_when: posted"
	if p.HoldDays > 0 {
		earned = fmt.Sprintf("earned_when: window_end, earned_after_days: %d", p.HoldDays)
	}
	fmt.Fprintf(&b, "clawback: {window_days: %d, triggers: 'event.type == \"cancel\"', method: full, %s}\n", termsWindowDays, earned)
	return b.String()
}

var foldOf = map[Type]string{PerUnit: "count: outcome.id", Percent: "sum: outcome.value"}

func measureName(typ Type, result string) string {
	if typ == PerUnit {
		return result + "_count"
	}
	return result + "_value"
}

func (p Plan) pays(typ Type, result string) bool {
	for _, c := range p.Components {
		if c.Type == typ && c.Result == result {
			return true
		}
	}
	return false
}
