package retention

import (
	"context"
	"errors"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/billing"
)

// What a test of a connection can come to.
const (
	ConnectionWorks   = "works"     // it answered, and knows our customers
	ConnectionAnswers = "answers"   // it answered; there is no customer to ask it about yet
	ConnectionForeign = "foreign"   // it answered, and does not know a customer that the mirror has
	ConnectionRefused = "refused"   // it answered, and did not let us read
	ConnectionSilent  = "no_answer" // it gave no answer in time, or none that can be read
)

// connectionTestMax is how long a test waits: somebody looks at the page.
const connectionTestMax = 10 * time.Second

// askedForNothing is a subscription that no billing system has: to say so, it must have read the question.
const askedForNothing = "saveline-connection-test"

// ConnectionTest is what came of asking the billing system.
type ConnectionTest struct {
	Result       string `json:"result" enum:"works,answers,foreign,refused,no_answer"`
	Sentence     string `json:"sentence" doc:"what it means, and what to do next"`
	Answer       string `json:"answer,omitempty" doc:"the billing system's own words, where it refused"`
	Subscription string `json:"subscription,omitempty" doc:"the one that it was asked about"`
	Millis       int64  `json:"millis"`
}

var connectionSentences = map[string]string{
	ConnectionWorks:   "The billing system answered and knows the newest customer of our mirror.",
	ConnectionAnswers: "The billing system answered. The mirror has no subscription to ask about yet: import customers, then test again.",
	ConnectionForeign: "The billing system answered, but does not know this subscription of our mirror. Is it the right account, and not its test mode?",
	ConnectionRefused: "The billing system refused to be read. Check the secret, and that it may read subscriptions.",
	ConnectionSilent:  "The billing system gave no answer that can be read within ten seconds. Check the address, and whether it is up.",
}

const newestSubscription = `
SELECT external_id FROM subscriptions WHERE client_id = $1 AND status <> 'cancelled' ORDER BY id DESC LIMIT 1`

// TestConnection asks a client's billing system about one subscription: a read that changes nothing there or here.
//
// Codes: not_found (no such client here, or nothing is connected).
func (s *Service) TestConnection(ctx context.Context, by auth.Actor, client auth.ClientID) (out ConnectionTest, err error) {
	if client, err = by.ClientFor(client); err != nil {
		return out, err
	}
	adapter, err := s.adapterOf(ctx, s.db, client)
	if err != nil {
		return out, err
	}
	if err := s.db.GetContext(ctx, &out.Subscription, newestSubscription, client); err != nil && !pg.None(err) {
		return out, errs.Wrap(err, "find a subscription")
	}
	ask := billing.SubscriptionID(out.Subscription)
	if ask == "" {
		ask = askedForNothing
	}
	began := s.now()
	asking, cancel := context.WithTimeout(ctx, connectionTestMax)
	defer cancel()
	_, err = adapter.GetSubscription(asking, ask)
	out.Millis = s.now().Sub(began).Milliseconds()
	out.Result = connectionResult(billing.KindOf(err), out.Subscription != "")
	if said, ok := errors.AsType[*billing.Error](err); ok && out.Result != ConnectionAnswers {
		out.Answer = said.Message
		if out.Result == ConnectionSilent && said.Cause == nil { // nobody knows what it would do with a change, but it answered
			out.Result = ConnectionRefused
		}
	}
	out.Sentence = connectionSentences[out.Result]
	return out, nil
}

func connectionResult(kind billing.ErrorKind, known bool) string {
	switch {
	case kind == "":
		return ConnectionWorks
	case kind == billing.NotFound && known:
		return ConnectionForeign
	case kind == billing.NotFound:
		return ConnectionAnswers
	case kind == billing.Refused, kind == billing.Unsupported:
		return ConnectionRefused
	}
	return ConnectionSilent
}
