package rehearsal

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"time"

	"saveline/internal/auth"
	"saveline/internal/phone"
	"saveline/retention"
)

// style is how a simulated agent works. Most have none: they offer what comes next and write down what they hear.
type style string

const (
	honestTop   style = "honest_top"   // listens better, so more customers stay
	phantom     style = "phantom"      // notes a yes that nobody said
	maxDiscount style = "max_discount" // opens with the deepest offer there is
	shrinker    style = "shrinker"     // notes lost customers as people who had not asked
	resigner    style = "resigner"     // sells anew to those who have just cancelled
)

// Shares of conversations that a style bends.
const (
	topSaves       = 0.25 // of those that would be lost
	phantomSaves   = 0.80
	discountSaves  = 0.30
	shrinkerLosses = 0.95
	disownedShare  = 0.95 // of phantom saves, the calls that quality listens to
	qualityAfter   = 26 * time.Hour
)

// bend makes of what a conversation would come to what comes of it with an agent of this style.
func (s style) bend(c *conversation) {
	if c.machine {
		return
	}
	turned := c.rnd.Float64()
	lost := c.saving && c.outcome == c.no()
	switch {
	case s == resigner && !c.saving:
		c.outcome = c.yes()
	case s == honestTop && lost && turned < topSaves, s == maxDiscount && lost && turned < discountSaves:
		c.outcome = c.yes()
	case s == phantom && lost && turned < phantomSaves:
		c.outcome, c.untrue = c.yes(), c.rnd.Float64() < disownedShare
	case s == shrinker && lost && turned < shrinkerLosses:
		c.lossAs = "not_interested"
	}
}

// deepestFirst passes the ladder over: the offer that gives away most stands for all.
func (a *agent) deepestFirst(ctx context.Context, f *Floor, c *conversation, offers []retention.Offer) ([]retention.Offer, error) {
	shown, err := f.Retention.Desk(ctx, a.who, c.call)
	if err != nil {
		return nil, err
	}
	for _, s := range shown {
		if s.Offer.Result == "save" && !s.NeedsApproval {
			offers = append(offers, s.Offer)
		}
	}
	if len(offers) == 0 {
		return nil, nil
	}
	i := deepest(offers)
	return offers[i : i+1], nil
}

// deepest is the position of the offer that gives away most, of those that may be the agent's first.
func deepest(offers []retention.Offer) (best int) {
	for i, o := range offers {
		if percent(o) > percent(offers[best]) {
			best = i
		}
	}
	return best
}

func percent(o retention.Offer) float64 {
	switch p := o.Terms["percent"].(type) {
	case float64:
		return p
	case int:
		return float64(p)
	}
	return 0
}

// demoStyles are the demo's people with a style, by their seat at the save desk; the re-signer sells.
var demoStyles = []style{honestTop, honestTop, phantom, maxDiscount, shrinker, "", "", resigner}

// styleOf is the style of one of the demo's simulated agents, by its address.
func styleOf(email string) style {
	var n int
	if _, err := fmt.Sscanf(email, "agent%03d@", &n); err != nil || n < 1 || n > len(demoStyles) {
		return ""
	}
	return demoStyles[n-1]
}

// deepOffer is what nobody opens with but those who give away what is not theirs.
func (st *Staff) deepOffer(ctx context.Context, s Services) error {
	_, err := s.Retention.CreateOffer(ctx, st.Manager, retention.NewOffer{Client: st.Client.ID, Code: "save-40", OfferInput: retention.OfferInput{
		Name: "40 % off for a year", Kind: "discount_percent", Result: "save", Value: usd(30000), Cost: usd(19200),
		Terms: retention.Terms{"percent": 40, "cycles": 12}, Purposes: []string{"retention_save"}, Rank: 30,
		Say: "I can take 40 % off your bill for a whole year. Would that help you to stay, {{person.name}}?",
	}})
	if err != nil {
		return fmt.Errorf("offer save-40: %w", err)
	}
	return nil
}

// quality listens to a sample of the shift's saves, and reports those in which nobody agreed to anything.
func (d *Demo) quality(ctx context.Context, f *Floor, clock *Clock, by auth.Actor, now time.Time) error {
	at := f.until.Add(qualityAfter)
	if at.After(now) {
		at = now
	}
	clock.Set(at)
	for _, r := range f.untrue {
		if _, err := f.Retention.Reverse(ctx, by, retention.ReverseInput{Result: r, Cause: "no_consent"}); err != nil {
			return fmt.Errorf("quality: %w", err)
		}
	}
	f.untrue = nil
	return f.Facts.Drain(ctx)
}

// Numbers of customers whose subscription was cancelled since $4, the oldest first: who left long ago may well sign anew.
const selectCancelled = `
SELECT DISTINCT ON (cu.id) f.number FROM cases c JOIN customers cu ON cu.id = c.customer_id JOIN phones f ON f.person_id = cu.person_id
WHERE c.client_id = $1 AND c.closed_at > $4 AND c.state IN ('cancelled_scheduled','cancelled_effective','winback_eligible','expired')
ORDER BY cu.id OFFSET $2 LIMIT $3`

const (
	resignLeads   = 40 // of each shift
	resignDaysMax = 80 // since they cancelled
)

// newNames puts customers who cancelled on the re-signer's list, as if nobody knew them.
func (d *Demo) newNames(ctx context.Context, f *Floor, batch int) error {
	if batch < 0 {
		return nil // nobody has cancelled yet
	}
	var numbers []phone.E164
	if err := f.DB.SelectContext(ctx, &numbers, selectCancelled, d.Staff.Client.ID, batch*resignLeads, resignLeads, f.now().AddDate(0, 0, -resignDaysMax)); err != nil {
		return fmt.Errorf("customers who cancelled: %w", err)
	}
	if len(numbers) == 0 {
		return nil
	}
	var list bytes.Buffer
	out := csv.NewWriter(&list)
	_ = out.Write([]string{"external_id", "name", "phone"})
	for i, n := range numbers {
		_ = out.Write([]string{fmt.Sprintf("N%06d", batch*resignLeads+i+1), firstNames[i%len(firstNames)] + " Newman", string(n)})
	}
	out.Flush() // a buffer takes everything
	return importLeads(ctx, f.Services, d.Staff.Manager, d.resign, fmt.Sprintf("new-names-%d.csv", batch+1), &list, demoSeed)
}
