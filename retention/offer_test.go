package retention

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"saveline/internal/errs"
	"saveline/internal/money"
)

func TestOfferInputNamesTheFaults(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		bend  func(*OfferInput)
		paths []string
	}{
		{"good", func(*OfferInput) {}, nil},
		{"no name", func(in *OfferInput) { in.Name = "" }, []string{"name"}},
		{"nothing to say", func(in *OfferInput) { in.Say = "" }, []string{"say"}},
		{"a merge field nobody knows", func(in *OfferInput) { in.Say = "{{person.shoe}} {{terms.percent}}" }, []string{"say"}},
		{"a kind nobody knows", func(in *OfferInput) { in.Kind = "gift" }, []string{"kind"}},
		{"a result the kind is not", func(in *OfferInput) { in.Result = ResultSale }, []string{"result"}},
		{"a term is missing", func(in *OfferInput) { in.Terms = Terms{"percent": 25} }, []string{"terms.cycles"}},
		{"a term too many", func(in *OfferInput) { in.Terms = Terms{"percent": 25, "cycles": 1, "x": 1} }, []string{"terms.x"}},
		{"half a percent", func(in *OfferInput) { in.Terms = Terms{"percent": 0.5, "cycles": 1} }, []string{"terms.percent"}},
		{"more than all", func(in *OfferInput) { in.Terms = Terms{"percent": 101, "cycles": 99} }, []string{"terms.percent", "terms.cycles"}},
		{"two currencies", func(in *OfferInput) { in.Cost = money.Amount{Minor: 1, Currency: "EUR"} }, []string{"cost"}},
		{"less than nothing", func(in *OfferInput) { in.Value.Minor = -1 }, []string{"value"}},
		{"shown nowhere", func(in *OfferInput) { in.Purposes = nil }, []string{"purposes"}},
		{"shown at parties", func(in *OfferInput) { in.Purposes = []string{"party"} }, []string{"purposes"}},
		{"rank", func(in *OfferInput) { in.Rank = -1 }, []string{"rank"}},
		{"custom keeps what it is given", func(in *OfferInput) {
			in.Kind, in.Result, in.Terms = "custom", ResultSale, Terms{"gift": "mug", "n": 2}
		}, nil},
		{"custom says what a yes is", func(in *OfferInput) { in.Kind, in.Result, in.Terms = "custom", "", nil }, []string{"result"}},
		{"custom is no place for objects", func(in *OfferInput) { in.Kind, in.Terms = "custom", Terms{"x": []any{1}} }, []string{"terms.x"}},
		{"amounts are decimals", func(in *OfferInput) { in.Kind, in.Terms = "credit", Terms{"amount": "1.234"} }, []string{"terms.amount"}},
		{"a plan is a text", func(in *OfferInput) { in.Kind, in.Terms = "plan_change", Terms{"plan": 7} }, []string{"terms.plan"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			in := offerInput("discount_percent", 1000, "retention_save")
			in.Result = ResultSave
			tt.bend(&in)
			err := in.filled().Validate()
			var got []string
			for _, f := range fieldsOf(err) {
				got = append(got, f.Path)
			}
			if diff := cmp.Diff(tt.paths, got); diff != "" {
				t.Errorf("faults (-want +got) %v\n%s", err, diff)
			}
		})
	}
}

func TestRenderPutsInWhatIsKnown(t *testing.T) {
	t.Parallel()
	o := Offer{
		Name: "Stay", Terms: Terms{"percent": 25.0}, Value: money.Amount{Minor: 1250, Currency: "USD"},
		Say: "{{person.firstName}} of {{ person.data.city }}: {{offer.name}}, {{terms.percent}} % off {{plan.price}}, worth {{offer.value}}. {{person.email}} {{nobody}}",
	}
	to := listener{Name: " Sam Smith", Data: []byte(`{"city":"Rome"}`), PriceMinor: 8000, Currency: "EUR"}
	want := "Sam of Rome: Stay, 25 % off 80.00 EUR, worth $12.50. [person.email] [nobody]"
	if diff := cmp.Diff(want, render(o, to, "Ann")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestOffersAreShownByPurposeInScriptOrder(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	late, early := d.offer("sale", 100, "acquisition"), d.offer("sale", 200, "acquisition", "winback")
	in := offerInput("sale", 200, "acquisition")
	in.Rank = 1
	early, err := d.EditOffer(ctx, d.boss, early.ID, 1, in)
	d.must(err)
	retired := d.offer("sale", 300, "acquisition")
	_, err = d.RetireOffer(ctx, d.boss, retired.ID)
	d.must(err)
	d.offer("sale", 400, "winback")
	call := d.connect(d.person(d.campaign("acquisition")), d.ann)
	shelf := func() (ids []OfferID) {
		t.Helper()
		offers, err := d.OffersFor(ctx, d.ann, call)
		d.must(err)
		for _, o := range offers {
			ids = append(ids, o.ID)
		}
		return ids
	}
	if diff := cmp.Diff([]OfferID{early.ID, late.ID}, shelf()); diff != "" {
		t.Errorf("shelf (-want +got)\n%s", diff)
	}
	d.answer(d.ann, call, early, Declined)
	if diff := cmp.Diff([]OfferID{late.ID}, shelf()); diff != "" {
		t.Errorf("shelf after a no (-want +got)\n%s", diff)
	}
	_, err = d.Present(ctx, d.ann, PresentInput{Call: call, Offer: retired.ID})
	d.refused(err, errs.Conflict)
	_, err = d.Present(ctx, d.ann, PresentInput{Call: call, Offer: 999})
	d.refused(err, errs.NotFound)
}

// What was shown on a call stays as it was shown, whatever happens to the offer meanwhile.
func TestAPresentationKeepsItsVersion(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	o := d.offer("sale", 4900, "acquisition")
	call := d.connect(d.person(d.campaign("acquisition")), d.ann)
	first, err := d.Present(ctx, d.ann, PresentInput{Call: call, Offer: o.ID})
	d.must(err)
	_, err = d.EditOffer(ctx, d.boss, o.ID, 7, offerInput("sale", 100, "acquisition"))
	d.refused(err, errs.Stale)
	_, err = d.EditOffer(ctx, d.boss, o.ID, 1, offerInput("sale", 100, "acquisition"))
	d.must(err)
	_, err = d.RetireOffer(ctx, d.boss, o.ID)
	d.must(err)
	again, err := d.Present(ctx, d.ann, PresentInput{Call: call, Offer: o.ID})
	d.must(err)
	if diff := cmp.Diff(first, again, cmp.AllowUnexported(Presentation{}, Offer{})); diff != "" {
		t.Errorf("(-first +again)\n%s", diff)
	}
	offers, err := d.OffersFor(ctx, d.ann, call)
	d.must(err)
	if len(offers) != 1 || offers[0].Version != 1 {
		t.Errorf("shelf %+v", offers)
	}
	d.accept(d.ann, call, o)
	out := d.conclude(d.ann, call, CodeSale)
	if r := out.Results[0]; r.Value.Minor != 4900 || r.OfferVersion != 1 {
		t.Errorf("result %+v", r)
	}
}

func TestDecideTwiceIsOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	o := d.offer("sale", 4900, "acquisition")
	call := d.connect(d.person(d.campaign("acquisition")), d.ann)
	first := d.accept(d.ann, call, o)
	again := d.accept(d.ann, call, o)
	if !first.DecidedAt.Equal(*again.DecidedAt) {
		t.Error("the second yes was another one")
	}
	if n := d.count(`SELECT count(*) FROM decisions`); n != 1 {
		t.Errorf("%d decisions", n)
	}
	_, err := d.Decide(ctx, d.ben, DecideInput{Presentation: first.ID, Decision: Declined})
	d.refused(err, errs.Conflict)
	_, err = d.Decide(ctx, d.ann, DecideInput{Presentation: first.ID, Decision: "maybe"})
	d.refused(err, errs.Invalid)
	stranger := d.ann
	stranger.Clients = nil
	_, err = d.Decide(ctx, stranger, DecideInput{Presentation: first.ID, Decision: Declined})
	d.refused(err, errs.NotFound)
	d.conclude(d.ann, call, CodeSale)
	if after := d.mustDecide(first.ID, Accepted); after.Decision != Accepted {
		t.Error("the same answer after the end is still the same answer")
	}
}

func (d *desk) mustDecide(id PresentationID, decision string) Presentation {
	d.t.Helper()
	p, err := d.Decide(ctx, d.ann, DecideInput{Presentation: id, Decision: decision})
	d.must(err)
	return p
}
