package commissions

import (
	"strings"

	"saveline/commissions/rules"
	"saveline/internal/errs"
)

// planSentences are what rules.InWords says, in each language: an agent reads and signs them, and they are kept as read.
// Amounts, rates, names and conditions are the plan's own.
var planSentences = map[string]map[string]string{"en": planEnglish, "ko": planKorean, "fil": planFilipino}

// planPers are the words for how long something accumulates.
var planPers = map[string]map[string]string{
	"en":  {"event": "result", "period": "pay period", "month": "month", "quarter": "quarter", "year": "year"},
	"ko":  {"event": "건", "period": "급여 기간", "month": "월", "quarter": "분기", "year": "연"},
	"fil": {"event": "resulta", "period": "panahon ng sahod", "month": "buwan", "quarter": "kuwarter", "year": "taon"},
}

// planInWords is a plan as sentences, those that belong to the one before them indented.
//
// Codes: invalid (a language that there is none of).
func planInWords(p *rules.PayPlan, language string) ([]PlanSentence, error) {
	table, ok := planSentences[language]
	if !ok {
		return nil, errs.Newf(errs.Invalid, "plans are told in en, ko and fil, not in %q", language)
	}
	out := []PlanSentence{}
	for _, said := range p.InWords() {
		pairs := []string{}
		for name, value := range said.Values {
			if name == "per" {
				value = planPers[language][value]
			}
			pairs = append(pairs, "{"+name+"}", value)
		}
		out = append(out, PlanSentence{Text: strings.NewReplacer(pairs...).Replace(table[said.Code]), Under: said.Under})
	}
	return out, nil
}

// PlanSentence is one sentence of a plan in words.
type PlanSentence struct {
	Text  string `json:"text"`
	Under bool   `json:"under" doc:"it belongs to the sentence before it"`
}

// asText is the sentences as they are kept beside a signature.
func asText(sentences []PlanSentence) string {
	var b strings.Builder
	for _, s := range sentences {
		if s.Under {
			b.WriteString("  - ")
		}
		b.WriteString(s.Text + "\n")
	}
	return b.String()
}
