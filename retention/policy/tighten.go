package policy

import (
	"fmt"
	"slices"
	"strconv"
)

// fields is the order in which reasons are listed.
var fields = []string{
	"mode", "maxOffers", "notices", "deadlines", "cooldownDays", "exitWords", "reasonOptional", "recordRequired", "sameMedium",
	"confirmNotice", "cancelNow", "withdrawalEnds", "retentionYears",
}

// begin takes every field from the row that binds everywhere.
func (p *Policy) begin(row Row) {
	p.Mode, p.MaxOffers, p.Deadlines = row.Mode, *row.MaxOffers, *row.Deadlines
	p.because(row, "mode", string(row.Mode))
	p.because(row, "maxOffers", strconv.Itoa(p.MaxOffers))
	p.because(row, "deadlines", p.Deadlines.String())
	p.Notices, p.ExitWords = []Notice{}, []string{}
	p.tighten(row)
}

// tighten applies one more row: wherever it is stricter than what was so far, it decides; nothing becomes laxer.
func (p *Policy) tighten(row Row) {
	p.tightenMode(row)
	if row.MaxOffers != nil && *row.MaxOffers < p.MaxOffers {
		p.MaxOffers = *row.MaxOffers
		p.because(row, "maxOffers", strconv.Itoa(p.MaxOffers))
	}
	if row.Deadlines != nil {
		if d := p.Deadlines.shorter(*row.Deadlines); d != p.Deadlines {
			p.Deadlines = d
			p.because(row, "deadlines", d.String())
		}
	}
	for _, n := range row.Notices {
		if !slices.Contains(p.Notices, n) {
			p.Notices = append(p.Notices, n)
			p.also(row, "notices", string(n))
		}
	}
	for _, w := range row.ExitWords {
		if !slices.Contains(p.ExitWords, w) {
			p.ExitWords = append(p.ExitWords, w)
			p.also(row, "exitWords", w)
		}
	}
	p.longer(row, "cooldownDays", &p.CooldownDays, row.CooldownDays)
	p.longer(row, "retentionYears", &p.RetentionYears, row.RetentionYears)
	p.either(row, "reasonOptional", &p.ReasonOptional, row.ReasonOptional)
	p.either(row, "recordRequired", &p.RecordRequired, row.RecordRequired)
	p.either(row, "sameMedium", &p.SameMedium, row.SameMedium)
	p.either(row, "confirmNotice", &p.ConfirmNotice, row.ConfirmNotice)
	p.either(row, "cancelNow", &p.CancelNow, row.CancelNow)
	p.either(row, "withdrawalEnds", &p.WithdrawalEnds, row.WithdrawalEnds)
}

// tightenMode keeps the strictest mode as the name of the whole, and every mode's condition: a place that wants the
// cancellation first is obeyed even where another one's mode is stricter.
func (p *Policy) tightenMode(row Row) {
	if row.Mode.rank() > p.Mode.rank() {
		p.Mode = row.Mode
		p.because(row, "mode", string(row.Mode))
	}
	if row.Mode == CompleteFirst && !p.CompleteFirst && p.Mode != CompleteFirst {
		p.also(row, "mode", string(CompleteFirst))
	}
	p.CompleteFirst = p.CompleteFirst || row.Mode == CompleteFirst
	p.AskPermission = p.AskPermission || row.Mode == CompleteFirst
	p.OnlyIfAsked = p.OnlyIfAsked || row.Mode == Frictionless
}

func (p *Policy) longer(row Row, field string, so *int, n int) {
	if n > *so {
		*so = n
		p.because(row, field, strconv.Itoa(n))
	}
}

func (p *Policy) either(row Row, field string, so *bool, is bool) {
	if is && !*so {
		*so = true
		p.because(row, field, "true")
	}
}

// because names row as the one that decided a field; who decided it before is forgotten. A mode whose condition still
// binds beside a stricter one stays.
func (p *Policy) because(row Row, field, value string) {
	p.Why = slices.DeleteFunc(p.Why, func(r Reason) bool {
		return r.Field == field && r.Value != string(CompleteFirst)
	})
	p.also(row, field, value)
}

// also names row as one more that decided a field.
func (p *Policy) also(row Row, field, value string) {
	p.Why = append(p.Why, Reason{
		Field: field, Value: value, Rule: row.ID, Jurisdiction: row.Jurisdiction, From: row.From, Source: row.Source,
		Checked: row.Checked, Reading: row.Reading,
	})
}

// String is "live call 0 h, voicemail 24 h, e-mail 24 h, web 0 h".
func (d Deadlines) String() string {
	return fmt.Sprintf("live call %d h, voicemail %d h, e-mail %d h, web %d h", d.LiveCallHours, d.VoicemailHours, d.EmailHours, d.WebHours)
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return strconv.Itoa(n) + " " + word + "s"
}
