package retention

import (
	"context"
	"testing"
	"time"

	"saveline/internal/errs"
)

// Whoever holds a connection in a transaction and waits for another one waits for ever once every desk does the same. So
// no act of the desk needs two.
func TestAnActOfTheDeskNeedsOneConnection(t *testing.T) {
	t.Parallel()
	d, credit, pause, _ := routed(t, RouteChallenged)
	d.db.SetMaxOpenConns(1)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // only of a test that fails
	defer cancel()
	for _, code := range []string{CodeSave, CodeLost} {
		c, call := d.talk()
		_, err := d.SaveDeskFor(ctx, d.ben, call)
		d.refused(err, errs.Conflict)
		_, err = d.SaveDeskFor(ctx, d.ann, call)
		d.must(err)
		_, err = d.Desk(ctx, d.ann, call)
		d.must(err)
		d.must(d.RecordReason(ctx, d.ann, ReasonInput{Call: call, Code: "too_expensive"}))
		p, err := d.Present(ctx, d.ann, PresentInput{Call: call, Offer: pause.ID, Override: "they travel"})
		d.must(err)
		_, err = d.Decide(ctx, d.ann, DecideInput{Presentation: p.ID, Decision: Declined})
		d.must(err)
		if code == CodeSave {
			p, err = d.Present(ctx, d.ann, PresentInput{Call: call, Offer: credit.ID, Override: "they asked"})
			d.must(err)
			_, err = d.Decide(ctx, d.ann, DecideInput{Presentation: p.ID, Decision: Accepted})
		} else {
			_, err = d.CancelNow(ctx, d.ann, CancelInput{Call: call})
		}
		d.must(err)
		_, err = d.Conclude(ctx, d.ann, ConcludeInput{Call: call, Code: code})
		d.must(err)
		_, err = d.CloseDueCases(ctx)
		d.must(err)
		d.caseNow(c.ID)
	}
}
