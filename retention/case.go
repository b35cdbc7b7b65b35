package retention

import (
	"encoding/json"
	"strings"
	"time"

	"saveline/campaigns"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/phone"
)

// NewCase is a customer's wish to cancel, as a client company reports it.
type NewCase struct {
	Client       auth.ClientID // 0: the actor's only one
	ExternalID   string        // the client's own id of the request; the same again is the same request
	Source       string        // api, csv, …: a code
	Customer     NewCustomer
	Subscription NewSubscription
	ReasonCode   string
	ReasonText   string
	Unsaveable   bool         // moved away, deceased: no offers, the cancellation goes ahead at once
	RequestedAt  time.Time    // zero: now
	DueAt        time.Time    // zero: caseDueDays from now
	EffectiveAt  time.Time    // when the subscription ends if they cancel; zero: at once
	Campaign     campaigns.ID // 0: the client's running save campaign, if there is one
}

// NewCustomer is who wants to cancel. The external id identifies them, never the phone number.
type NewCustomer struct {
	ExternalID string
	Name       string
	Phones     []phone.E164
	Email      string
	Region     string
	PostalCode string
	Language   string
	ValueTier  string
	Data       json.RawMessage
}

// NewSubscription mirrors what they want to end.
type NewSubscription struct {
	ExternalID string
	Plan       string
	Price      money.Amount // a month
	StartedOn  *time.Time
}

const externalIDCharsMax = 200

// Validate names every fault of the input.
func (in NewCase) Validate() error {
	var f errs.Faults
	checkExternal(&f, "externalId", in.ExternalID)
	checkExternal(&f, "customer.externalId", in.Customer.ExternalID)
	checkExternal(&f, "subscription.externalId", in.Subscription.ExternalID)
	checkCode(&f, "source", in.Source)
	if in.ReasonCode != "" {
		checkCode(&f, "reasonCode", in.ReasonCode)
	}
	f.Check(len(in.ReasonText) <= noteCharsMax, "reasonText", "use at most 4,000 characters")
	f.Check(len(in.Customer.Name) <= nameCharsMax, "customer.name", "use at most 120 characters")
	f.Check(len(in.Customer.Phones) > 0, "customer.phone", "give the customer's phone number")
	f.Check(in.Subscription.Price.Minor >= 0, "subscription.price", "must not be below nothing")
	_, err := money.Exponent(in.Subscription.Price.Currency)
	f.Check(err == nil, "subscription.price", "say what it costs a month and in which currency")
	return f.Err()
}

func checkExternal(f *errs.Faults, path, id string) {
	f.Check(strings.TrimSpace(id) != "" && len(id) <= externalIDCharsMax, path, "give your own id of it, at most 200 characters")
}

// words is a state or code as it reads in a sentence.
func words[S ~string](s S) string { return strings.ReplaceAll(string(s), "_", " ") }
