package retention

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"saveline/internal/money"
)

// mergeField is {{person.name}} in what the agent says.
var mergeField = regexp.MustCompile(`\{\{\s*([A-Za-z][A-Za-z0-9_.]*)\s*\}\}`)

// mergeNames are the fields that always exist; person.data.* and terms.* are open, as the client's columns are.
var mergeNames = []string{
	"person.name", "person.firstName", "person.email", "person.region", "person.postalCode", "person.language",
	"agent.name", "offer.name", "offer.value", "plan.name", "plan.price",
}

func knownField(name string) bool {
	return slices.Contains(mergeNames, name) || strings.HasPrefix(name, "person.data.") || strings.HasPrefix(name, "terms.")
}

// unknownFields lists the merge fields of say that will never have a value.
func unknownFields(say string) []string {
	var names []string
	for _, m := range mergeField.FindAllStringSubmatch(say, -1) {
		if !knownField(m[1]) && !slices.Contains(names, m[1]) {
			names = append(names, m[1])
		}
	}
	return names
}

// listener is who an offer is said to, as far as merge fields know them.
type listener struct {
	Name       string          `db:"name"`
	Email      string          `db:"email"`
	Region     string          `db:"region"`
	PostalCode string          `db:"postal_code"`
	Language   string          `db:"language"`
	Data       json.RawMessage `db:"data"`
	Plan       string          `db:"plan"`
	PriceMinor int64           `db:"price_minor"`
	Currency   string          `db:"currency"`
}

// render puts values in place of merge fields. A field that has no value for this person shows as [name], so that the
// agent sees the gap and does not read out a broken sentence.
func render(o Offer, to listener, agent string) string {
	values := map[string]string{
		"person.name": to.Name, "person.firstName": firstWord(to.Name), "person.email": to.Email, "person.region": to.Region,
		"person.postalCode": to.PostalCode, "person.language": to.Language, "agent.name": agent, "offer.name": o.Name,
		"offer.value": spoken(o.Value), "plan.name": to.Plan, "plan.price": spoken(money.Amount{Minor: to.PriceMinor, Currency: to.Currency}),
	}
	for name, v := range o.Terms {
		values["terms."+name] = fmt.Sprint(v)
	}
	var data map[string]any
	if json.Unmarshal(to.Data, &data) == nil {
		for name, v := range data {
			values["person.data."+name] = fmt.Sprint(v)
		}
	}
	return mergeField.ReplaceAllStringFunc(o.Say, func(found string) string {
		name := mergeField.FindStringSubmatch(found)[1]
		if v := values[name]; v != "" {
			return v
		}
		return "[" + name + "]"
	})
}

// spoken is an amount as it is read out, "" for nothing.
func spoken(a money.Amount) string {
	switch {
	case a.Minor == 0 || a.Currency == "":
		return ""
	case a.Currency == "USD":
		return "$" + a.String()
	}
	return a.String() + " " + a.Currency
}

func firstWord(name string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(name), " ")
	return first
}
