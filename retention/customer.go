package retention

import (
	"fmt"
	"time"

	"saveline/campaigns"
)

func customerObject(id CustomerID) string { return fmt.Sprintf("customer:%d", id) }

// personOf is the person behind a mirrored customer, whose number may not be known.
func personOf(in NewMirror, now time.Time) campaigns.NewPerson {
	c := in.Customer
	return campaigns.NewPerson{
		Client: in.Client, ExternalID: c.ExternalID, Name: c.Name, Email: c.Email, Region: c.Region, PostalCode: c.PostalCode,
		Language: c.Language, Data: c.Data, Phones: c.Phones, MayLackPhone: true, Now: now,
	}
}
