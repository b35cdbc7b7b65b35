package retention

import (
	"slices"
	"strings"
	"time"

	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/phone"
)

// CustomerMapping says which column of a file is what. Columns are named by their header; "" is not in the file.
type CustomerMapping struct {
	ExternalID     string   `json:"externalId,omitempty" doc:"the client's own id of the customer; needed"`
	Name           string   `json:"name,omitempty"`
	Phone          string   `json:"phone,omitempty" doc:"without one nobody can call the customer"`
	Email          string   `json:"email,omitempty"`
	Region         string   `json:"region,omitempty"`
	PostalCode     string   `json:"postalCode,omitempty"`
	Language       string   `json:"language,omitempty"`
	ValueTier      string   `json:"valueTier,omitempty"`
	SubscriptionID string   `json:"subscriptionId,omitempty" doc:"billing's id of the subscription; the customer's id if left out"`
	Plan           string   `json:"plan,omitempty"`
	Price          string   `json:"price,omitempty" doc:"a month; needed"`
	Currency       string   `json:"currency,omitempty" doc:"USD if left out"`
	Term           string   `json:"term,omitempty" doc:"months, or words: month-to-month, one year, two year"`
	StartedOn      string   `json:"startedOn,omitempty" doc:"a day as 2026-11-23"`
	Tenure         string   `json:"tenure,omitempty" doc:"months since they began, where there is no day"`
	Left           string   `json:"left,omitempty" doc:"yes, true or 1: the subscription has ended"`
	Total          string   `json:"total,omitempty" doc:"all they were charged so far; may be blank"`
	Data           []string `json:"data,omitempty" doc:"further columns to keep"`
}

// fields are the mapping's columns by the name they are faulted under.
func (m *CustomerMapping) fields() map[string]*string {
	return map[string]*string{
		"externalId": &m.ExternalID, "name": &m.Name, "phone": &m.Phone, "email": &m.Email, "region": &m.Region, "postalCode": &m.PostalCode,
		"language": &m.Language, "valueTier": &m.ValueTier, "subscriptionId": &m.SubscriptionID, "plan": &m.Plan, "price": &m.Price,
		"currency": &m.Currency, "term": &m.Term, "startedOn": &m.StartedOn, "tenure": &m.Tenure, "left": &m.Left, "total": &m.Total,
	}
}

// customerWords are the headers, without case, spaces and signs, that stand for a field.
var customerWords = map[string][]string{
	"externalId": {"customerid", "externalid", "custid", "accountid", "accountnumber", "memberid", "customer", "id", "고객번호"},
	"name":       {"name", "fullname", "customername", "이름", "고객명", "pangalan"}, "phone": {"phone", "phonenumber", "telephone", "mobile", "tel", "전화번호", "telepono"},
	"email": {"email", "emailaddress", "이메일"}, "region": {"region", "state", "province", "지역"},
	"postalCode": {"postalcode", "zip", "zipcode", "postcode", "우편번호"}, "language": {"language", "lang", "언어"},
	"valueTier": {"valuetier", "tier", "segment"}, "subscriptionId": {"subscriptionid", "subscription", "subid"},
	"plan": {"plan", "planname", "product", "package", "요금제"}, "price": {"monthlycharges", "monthlycharge", "price", "mrr", "monthlyprice", "fee", "월요금"},
	"currency": {"currency", "통화"}, "term": {"contract", "term", "billingperiod", "interval", "약정"},
	"startedOn": {"startedon", "startdate", "start", "since", "signupdate"}, "tenure": {"tenure", "tenuremonths", "months"},
	"left": {"churn", "churned", "left", "cancelled", "canceled"}, "total": {"totalcharges", "total", "totalpaid", "lifetimevalue"},
}

// guessCustomers finds fields by their headers; whatever is none of them is kept as data.
func guessCustomers(columns []string) CustomerMapping {
	var m CustomerMapping
	taken := map[int]bool{}
	for field, into := range m.fields() {
		for _, word := range customerWords[field] {
			i := slices.IndexFunc(columns, func(c string) bool { return plainHeader(c) == word })
			if i >= 0 && !taken[i] {
				*into, taken[i] = columns[i], true
				break
			}
		}
	}
	for i, c := range columns {
		if !taken[i] && c != "" {
			m.Data = append(m.Data, c)
		}
	}
	return m
}

func plainHeader(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" _-.#/()'\"", r) {
			return -1
		}
		return r
	}, strings.ToLower(strings.TrimSpace(s)))
}

// check notes what is wrong with the mapping for a file with these columns.
func (m CustomerMapping) check(columns []string) error {
	var f errs.Faults
	f.Check(m.ExternalID != "", "mapping.externalId", "say which column holds your id of the customer")
	f.Check(m.Price != "", "mapping.price", "say which column holds what they pay a month")
	for field, column := range m.fields() {
		if *column != "" && !slices.Contains(columns, *column) {
			f.Addf("mapping."+field, "the file has no column %q; it has: %s", *column, strings.Join(columns, ", "))
		}
	}
	for _, c := range m.Data {
		if !slices.Contains(columns, c) {
			f.Addf("mapping.data", "the file has no column %q", c)
		}
	}
	return f.Err()
}

// read turns a row into a customer.
func (m CustomerMapping) read(r row, now time.Time) (NewMirror, error) {
	var f errs.Faults
	for i, v := range r.values {
		f.Check(len(v) <= valueCharsMax, columnName(r.header, i), "is longer than 2,000 characters")
		f.Check(!holdsCardNumber(v), columnName(r.header, i), cardWords)
	}
	f.Check(len(r.values) == len(r.header), "row", "has another number of fields than the header")
	get := func(column string) string {
		if column == "" {
			return ""
		}
		return r.get(column)
	}
	id := get(m.ExternalID)
	out := NewMirror{
		Customer: NewCustomer{
			ExternalID: id, Name: get(m.Name), Email: get(m.Email), Region: get(m.Region), PostalCode: get(m.PostalCode),
			Language: get(m.Language), ValueTier: get(m.ValueTier), Data: r.kept(m.Data),
		},
		Subscription: NewSubscription{ExternalID: id, Plan: get(m.Plan)}, TermMonths: termOf(get(m.Term), &f),
		HasLeft: slices.Contains([]string{"yes", "true", "1", "y"}, strings.ToLower(get(m.Left))),
	}
	if sub := get(m.SubscriptionID); sub != "" {
		out.Subscription.ExternalID = sub
	}
	if out.Subscription.Plan == "" {
		out.Subscription.Plan = get(m.Term)
	}
	m.readMoney(get, &out, &f)
	m.readPhone(get, &out, &f)
	m.readStart(get, &out, now, &f)
	return out, f.Err()
}

func (m CustomerMapping) readMoney(get func(string) string, out *NewMirror, f *errs.Faults) {
	currency := get(m.Currency)
	if currency == "" {
		currency = currencyDefault
	}
	price, err := money.Parse(get(m.Price), currency)
	f.Check(err == nil, m.Price, "is not an amount of money")
	out.Subscription.Price = price
	if total := get(m.Total); total != "" { // blank for somebody who has not been charged yet
		_, err := money.Parse(total, currency)
		f.Check(err == nil, m.Total, "is not an amount of money")
	}
}

func (m CustomerMapping) readPhone(get func(string) string, out *NewMirror, f *errs.Faults) {
	raw := get(m.Phone)
	if raw == "" {
		return
	}
	country, _, _ := strings.Cut(get(m.Region), "-")
	if country == "" {
		country = "US"
	}
	number, err := phone.Parse(raw, country)
	f.Check(err == nil, m.Phone, "is not a phone number")
	out.Customer.Phones = []phone.E164{number}
}

func (m CustomerMapping) readStart(get func(string) string, out *NewMirror, now time.Time, f *errs.Faults) {
	day, tenure := get(m.StartedOn), get(m.Tenure)
	switch {
	case day != "":
		at, err := time.Parse(time.DateOnly, day)
		f.Check(err == nil, m.StartedOn, "is not a day as 2026-11-23")
		out.Subscription.StartedOn = &at
	case tenure != "":
		n, ok := smallNumber(tenure)
		f.Check(ok, m.Tenure, "is not a number of months")
		at := now.UTC().Truncate(24*time.Hour).AddDate(0, -n, 0)
		out.Subscription.StartedOn = &at
	}
}

// termOf reads the length of a term in months.
func termOf(s string, f *errs.Faults) int {
	switch plainHeader(s) {
	case "", "monthtomonth", "month", "monthly":
		return 1
	case "oneyear", "year", "yearly", "annual", "1year":
		return 12
	case "twoyear", "twoyears", "2year", "2years":
		return 24
	}
	n, ok := smallNumber(s)
	f.Check(ok && n > 0, "term", "must be a number of months, or month-to-month, one year, two year")
	return n
}

// smallNumber reads a whole number of months.
func smallNumber(s string) (n int, ok bool) {
	const digitsMax = 4
	for _, r := range s {
		if r < '0' || r > '9' {
			return 0, false
		}
		n = n*10 + int(r-'0')
	}
	return n, s != "" && len(s) <= digitsMax
}
