package retention

import (
	"testing"

	"saveline/internal/auth"
	"saveline/internal/errs"
)

// A test of the connection really asks the billing system, and says what to do about what came of it.
func TestTheConnectionIsTried(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{BillingStripe, BillingWebhook} {
		b := newTill(t, kind)
		tried := func(want string) {
			t.Helper()
			got, err := b.TestConnection(ctx, b.boss, 0)
			b.must(err)
			if got.Result != want || got.Sentence == "" {
				t.Errorf("%s: %+v, want %s", kind, got, want)
			}
		}
		tried(ConnectionAnswers)
		b.campaign(purposeSave)
		b.subscriber()
		tried(ConnectionWorks)
		b.aCase() // of a customer whom billing does not know
		tried(ConnectionForeign)
		_, err := b.Connect(ctx, b.boss, ConnectionInput{Kind: kind, URL: b.server.URL, Secret: "another", Signing: inSecret})
		b.must(err)
		tried(ConnectionRefused)
		b.server.Close()
		tried(ConnectionSilent)
		_, err = b.TestConnection(ctx, auth.Actor{Name: "stranger"}, b.desk.client)
		b.refused(err, errs.NotFound)
	}
}
