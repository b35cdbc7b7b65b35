package campaigns

import (
	"slices"
	"strings"

	"saveline/internal/errs"
)

// Mapping says which column of a file is what. Columns are named by their header.
type Mapping struct {
	Name       string   `json:"name,omitempty"`
	Phone      string   `json:"phone,omitempty"`
	MorePhones []string `json:"morePhones,omitempty" doc:"tried in this order when the first number is wrong"`
	ExternalID string   `json:"externalId,omitempty" doc:"the client's own id; the only thing that identifies a person"`
	Email      string   `json:"email,omitempty"`
	Region     string   `json:"region,omitempty"`
	PostalCode string   `json:"postalCode,omitempty"`
	Language   string   `json:"language,omitempty"`
	Data       []string `json:"data,omitempty" doc:"further columns to keep, for scripts"`
}

// columnWords are the headers, without case, spaces and signs, that stand for a field.
var columnWords = map[string][]string{
	"name":       {"name", "fullname", "customername", "customer", "contactname", "이름", "성명", "고객명", "pangalan"},
	"phone":      {"phone", "phonenumber", "telephone", "tel", "mobile", "mobilephone", "mobilenumber", "cell", "cellphone", "number", "phone1", "전화번호", "전화", "휴대폰", "연락처", "telepono"},
	"externalId": {"externalid", "customerid", "clientid", "accountid", "accountnumber", "accountno", "account", "id", "memberid", "custid", "customerno", "고객번호", "회원번호"},
	"email":      {"email", "emailaddress", "mail", "이메일"},
	"region":     {"region", "state", "province", "stateprovince", "지역"},
	"postalCode": {"postalcode", "zip", "zipcode", "postcode", "postal", "우편번호"},
	"language":   {"language", "lang", "locale", "언어"},
}

// guessMapping finds fields by their headers. Whatever is none of them is kept as data.
func guessMapping(columns []string) Mapping {
	taken := map[int]bool{}
	find := func(field string) string {
		for _, word := range columnWords[field] {
			for i, c := range columns {
				if !taken[i] && plainWord(c) == word {
					taken[i] = true
					return c
				}
			}
		}
		return ""
	}
	m := Mapping{
		Phone: find("phone"), Name: find("name"), ExternalID: find("externalId"), Email: find("email"), Region: find("region"),
		PostalCode: find("postalCode"), Language: find("language"),
	}
	for i, c := range columns {
		switch {
		case taken[i] || c == "":
		case isPhoneColumn(c):
			m.MorePhones = append(m.MorePhones, c)
		default:
			m.Data = append(m.Data, c)
		}
	}
	return m
}

func isPhoneColumn(header string) bool {
	return slices.Contains(columnWords["phone"], strings.TrimRight(plainWord(header), "0123456789"))
}

func plainWord(header string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" _-.#/()'\"", r) {
			return -1
		}
		return r
	}, strings.ToLower(strings.TrimSpace(header)))
}

// places are the positions of mapped columns; -1 is "not there".
type places struct {
	name, phone, externalID, email, region, postalCode, language int
	more, data                                                   []int
	dataKeys                                                     []string
}

// place finds the mapping's columns in a header.
//
// Codes: invalid (a mapped column is not in the file, or nothing says how to reach people).
func (m Mapping) place(columns []string, generated bool) (places, error) {
	var f errs.Faults
	at := func(field, column string) int {
		if column == "" {
			return -1
		}
		i := slices.Index(columns, column)
		if i < 0 {
			f.Addf("mapping."+field, "the file has no column %q; it has: %s", column, strings.Join(columns, ", "))
		}
		return i
	}
	p := places{
		name: at("name", m.Name), phone: at("phone", m.Phone), externalID: at("externalId", m.ExternalID), email: at("email", m.Email),
		region: at("region", m.Region), postalCode: at("postalCode", m.PostalCode), language: at("language", m.Language),
	}
	for _, c := range m.MorePhones {
		p.more = append(p.more, at("morePhones", c))
	}
	for _, c := range m.Data {
		p.data, p.dataKeys = append(p.data, at("data", c)), append(p.dataKeys, c)
	}
	if p.phone < 0 && m.Phone == "" && !generated {
		f.Addf("mapping.phone", "say which column holds the phone number")
	}
	f.Check(len(m.MorePhones) < phonesMax, "mapping.morePhones", "a person has at most 10 phone numbers")
	return p, f.Err()
}

// cleanHeader makes column names usable: trimmed, named when blank, told apart when equal.
func cleanHeader(fields []string) []string {
	seen := map[string]int{}
	out := make([]string, len(fields))
	for i, h := range fields {
		h = strings.Clone(strings.TrimSpace(h))
		if h == "" {
			h = "column"
		}
		seen[h]++
		if n := seen[h]; n > 1 {
			h += " " + itoa(n)
		}
		out[i] = h
	}
	return out
}
