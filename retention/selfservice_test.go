package retention

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"saveline/campaigns"
	"saveline/retention/flow"
)

// subscriber is somebody with a subscription, and the path of their cancel page.
func (d *door) subscriber(n int) string {
	d.t.Helper()
	in := newCase(n)
	p := d.reachable(campaigns.NewPerson{ExternalID: in.Customer.ExternalID, Email: "chris@customer.example"})
	d.exec(`WITH c AS (INSERT INTO customers (client_id, person_id, external_id, created_at) VALUES ($1, $2, $3, $4) RETURNING id)
		INSERT INTO subscriptions (client_id, customer_id, external_id, plan, price_minor, currency, status, updated_at)
		SELECT $1, id, $5, 'Gold', 8000, 'USD', 'active', $4 FROM c`, d.client, p, in.Customer.ExternalID, d.now(), in.Subscription.ExternalID)
	out := d.ask("boss", "POST", "/v1/cancel-links", 201, object{"subscriptionId": in.Subscription.ExternalID, "days": 30, "send": true})
	path, _ := out["path"].(string)
	return path
}

func TestAPICancelAtOnceOnThePage(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	box := writing(d.desk)
	d.exec(`UPDATE message_settings SET frame_origins = '{https://www.acme.example}'`)
	path := d.subscriber(1)
	page := d.open("GET", path+"?lang=ko", 200, nil)
	if !strings.Contains(page, "Gold") || strings.Contains(page, "80.00") || strings.Contains(page, "Chris") {
		t.Errorf("the page shows facts beyond the link's: %s", page)
	}
	if strings.Contains(page, "required") || strings.Index(page, `value="cancel"`) > strings.Index(page, `value="callback"`) {
		t.Error("cancelling stands first and asks for nothing")
	}
	r := httptest.NewRequest(http.MethodGet, path, nil)
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	if got := w.Header().Get("Content-Security-Policy"); !strings.Contains(got, "frame-ancestors https://www.acme.example") {
		t.Errorf("policy %q", got)
	}
	d.open("POST", path, 200, url.Values{"act": {"cancel"}, "reason": {"too_expensive"}, "said": {"bye"}, "winback": {"yes"}})
	got := d.text(`SELECT c.state || ' ' || s.status || ' ' || r.source || ' ' || r.reason_code FROM cases c JOIN subscriptions s ON s.id = c.subscription_id
		JOIN cancel_requests r ON r.id = c.request_id`)
	if got != "cancelled_scheduled cancel_scheduled web too_expensive" {
		t.Errorf("%s", got)
	}
	d.caseNow(CaseID(d.count(`SELECT id FROM cases`)))
	page = d.open("POST", path, 200, url.Values{"act": {"cancel"}})
	if d.count(`SELECT count(*) FROM cases`) != 1 || d.count(`SELECT count(*) FROM cancel_requests`) != 1 || !strings.Contains(page, fmt.Sprint(d.count(`SELECT id FROM cases`))) {
		t.Error("pressed twice is not once")
	}
	if d.count(`SELECT count(*) FROM contact_consents`) != 1 {
		t.Error("the consent to hear of offers later is not kept")
	}
	_, err := d.SendDue(t.Context())
	d.must(err)
	if len(box.emails) != 2 || !strings.Contains(box.emails[1].Text, "you have cancelled") {
		t.Errorf("no receipt: %+v", box.emails)
	}
	d.ask("ann", "POST", "/v1/cancel-links", 403, object{"subscriptionId": "sub-1", "days": 30})
	d.ask("stranger", "POST", "/v1/cancel-links", 404, object{"subscriptionId": "sub-1", "days": 30})
	d.pass(31 * 24 * time.Hour)
	d.open("GET", path, 404, nil)
}

func TestTwoPressesAtOnceAreOneCancellation(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	path := d.subscriber(1)
	token := path[strings.LastIndex(path, "/")+1:]
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			if _, err := d.useCancelPage(t.Context(), token, "", selfForm{Act: "cancel"}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := d.count(`SELECT count(*) FROM cases`); n != 1 {
		t.Errorf("%d cases", n)
	}
}

var anOption = regexp.MustCompile(`<option value="([^"]+)"`)

// The page and the phone work on one case: a call that is booked there is a lead here, and cancelling takes it back.
func TestAPIACallBookedOnThePage(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	writing(d.desk)
	d.campaign(purposeSave)
	path := d.subscriber(1)
	slots := anOption.FindAllStringSubmatch(d.open("GET", path, 200, nil), -1)
	if len(slots) != 7 { // it is noon: 16 today, and three on each of two days; 13 is too soon
		t.Fatalf("%d slots: %v", len(slots), slots)
	}
	at := strings.ReplaceAll(slots[1][1], "&#43;", "+")
	d.open("POST", path, 409, url.Values{"act": {"callback"}, "at": {"2026-11-24T03:00:00Z"}})
	d.open("POST", path, 200, url.Values{"act": {"callback"}, "at": {at}})
	c := d.caseNow(CaseID(d.count(`SELECT id FROM cases`)))
	due := d.text(`SELECT to_char(due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') FROM leads WHERE id = $1`, c.Lead)
	if c.State != flow.Requested || due != at {
		t.Errorf("case %s, lead due %s, want %s", c.State, due, at)
	}
	d.open("POST", path, 200, url.Values{"act": {"cancel"}})
	if got := d.text(`SELECT state FROM leads WHERE id = $1`, c.Lead); got != "withdrawn" || d.caseNow(c.ID).State != flow.CancelledScheduled {
		t.Errorf("after cancelling, the lead is %s and the case %s", got, d.caseNow(c.ID).State)
	}
	if d.count(`SELECT count(*) FROM cancel_requests WHERE case_id = $1`, c.ID) != 2 {
		t.Error("the second request is not attached to the case")
	}
}

// inPlace has the subscriber live somewhere.
func (d *door) inPlace(region string) {
	d.t.Helper()
	d.exec(`UPDATE people SET region = $1`, region)
}

func (d *door) formOffer() url.Values {
	return url.Values{"offer": {fmt.Sprint(d.count(`SELECT coalesce(max(id), 0) FROM presentations WHERE call_id IS NULL`))}}
}

func with(form url.Values, act string) url.Values {
	form.Set("act", act)
	return form
}

func TestAPIOffersOnThePage(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	writing(d.desk)
	d.offer("credit", 0, purposeSave)
	d.offer("pause", 0, purposeSave)
	path := d.subscriber(1)
	d.inPlace("US-CA")
	if page := d.open("GET", path, 200, nil); !strings.Contains(page, `value="offers"`) || strings.Index(page, `value="cancel"`) > strings.Index(page, `value="offers"`) {
		t.Error("cancelling stands first, then the way to an offer")
	}
	if n := d.count(`SELECT count(*) FROM cancel_requests`); n != 0 {
		t.Errorf("looking at the page is no request, and there are %d", n)
	}
	page := d.open("POST", path, 200, url.Values{"act": {"offers"}})
	if !strings.Contains(page, "A credit") || !strings.Contains(page, `value="cancel"`) || strings.Contains(page, "80.00") {
		t.Errorf("the offer: %s", page)
	}
	d.open("POST", path, 200, url.Values{"act": {"offers"}}) // the same offer once more
	if page := d.open("POST", path, 200, with(d.formOffer(), "decline")); !strings.Contains(page, "A pause") {
		t.Errorf("the next rung: %s", page)
	}
	d.open("POST", path, 409, url.Values{"act": {"accept"}, "offer": {"1"}}) // it was declined
	d.open("POST", path, 200, with(d.formOffer(), "accept"))
	d.open("POST", path, 200, with(d.formOffer(), "accept")) // pressed twice is once
	c := d.caseNow(CaseID(d.count(`SELECT id FROM cases`)))
	if c.State != flow.ClockPaused || d.count(`SELECT count(*) FROM cancel_requests`) != 1 {
		t.Errorf("the case is %s", c.State)
	}
	got := d.text(`SELECT method || ' ' || customer_words FROM confirmations`)
	if got != "econfirm A pause — I accept this offer and stay with Acme" {
		t.Errorf("the evidence: %s", got)
	}
	if n := d.count(`SELECT count(*) FROM results`) + d.count(`SELECT count(*) FROM outcomes`); n != 0 {
		t.Error("somebody is credited with what the customer did alone")
	}
	if d.count(`SELECT count(*) FROM case_events WHERE event = 'notice_read'`) != 1 {
		t.Error("California's notice is not on record")
	}
}

// Where no offer may be made before a cancellation, or none at all, the page shows none and takes no yes.
func TestAPINoOfferOnThePageWhereTheLawForbidsIt(t *testing.T) {
	t.Parallel()
	for region, permits := range map[string]bool{"US-MN": true, "GB": false, "": false} {
		d := newDoor(t)
		d.offer("credit", 0, purposeSave)
		if region == "GB" {
			d.pass(200 * 24 * time.Hour) // the regime of 2027
		}
		path := d.subscriber(1)
		d.inPlace(region)
		if page := d.open("GET", path, 200, nil); strings.Contains(page, `value="offers"`) || strings.Contains(page, "A credit") {
			t.Errorf("%s: an offer is shown", region)
		}
		d.open("POST", path, 409, url.Values{"act": {"offers"}})
		d.open("POST", path, 409, url.Values{"act": {"permit"}})
		d.open("POST", path, 409, url.Values{"act": {"accept"}, "offer": {"1"}})
		if n := d.count(`SELECT count(*) FROM cases`) + d.count(`SELECT count(*) FROM presentations`); n != 0 {
			t.Errorf("%s: %d rows of what was refused", region, n)
		}
		page := d.open("POST", path, 200, url.Values{"act": {"cancel"}})
		if got := strings.Contains(page, `value="permit"`); got != permits {
			t.Errorf("%s: after the cancellation permission is asked: %v", region, got)
		}
		if !permits {
			d.open("POST", path, 409, url.Values{"act": {"permit"}})
		}
	}
}

func TestAPIAnOfferAfterTheCancellationWithPermission(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	writing(d.desk)
	d.offer("credit", 0, purposeSave)
	path := d.subscriber(1)
	d.inPlace("US-MN")
	d.open("POST", path, 200, url.Values{"act": {"cancel"}})
	d.pass(5 * time.Minute)
	_, err := d.CloseDueCases(t.Context())
	d.must(err)
	if page := d.open("GET", path, 200, nil); !strings.Contains(page, `value="permit"`) {
		t.Errorf("minutes later permission is not asked any more: %s", page)
	}
	if page := d.open("POST", path, 200, url.Values{"act": {"permit"}}); !strings.Contains(page, "A credit") {
		t.Fatalf("no offer: %s", page)
	}
	id := CaseID(d.count(`SELECT id FROM cases`))
	if s := d.stateOf(id); s != flow.CancelledScheduled {
		t.Errorf("while they think it is %s: the cancellation stands", s)
	}
	d.open("POST", path, 200, with(d.formOffer(), "accept"))
	if got := d.text(`SELECT c.state || ' ' || s.status FROM cases c JOIN subscriptions s ON s.id = c.subscription_id`); got != "saved_provisional active" {
		t.Errorf("taken back: %s", got)
	}
	if d.count(`SELECT count(*) FROM cancel_requests WHERE case_id = $1`, id) != 2 {
		t.Error("their yes is no request of its own")
	}
}

func TestAPIWhoOnlyLooksAtAnOfferStays(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	d.offer("credit", 0, purposeSave)
	path := d.subscriber(1)
	d.inPlace("US-TX")
	d.open("POST", path, 200, url.Values{"act": {"offers"}})
	d.pass(6 * 24 * time.Hour)
	_, err := d.CloseDueCases(t.Context())
	d.must(err)
	got := d.text(`SELECT c.state || ' ' || s.status FROM cases c JOIN subscriptions s ON s.id = c.subscription_id`)
	if got != "withdrawn active" || d.count(`SELECT count(*) FROM presentations WHERE decision = 'expired'`) != 1 {
		t.Errorf("after the deadline: %s", got)
	}
}

// Where only a customer who asks may hear of an offer, the page lets them ask, and asking is on record before the offer.
func TestAPIACustomerAsksForAnOffer(t *testing.T) {
	t.Parallel()
	for region, asks := range map[string]bool{"GB": true, "US-MN": false} {
		d := newDoor(t)
		d.offer("credit", 0, purposeSave)
		d.pass(200 * 24 * time.Hour) // the regime of 2027
		path := d.subscriber(1)
		d.inPlace(region)
		if page := d.open("GET", path, 200, nil); strings.Contains(page, `value="ask"`) != asks {
			t.Errorf("%s: the page lets them ask: %v", region, !asks)
		}
		if !asks {
			d.open("POST", path, 409, url.Values{"act": {"ask"}})
			continue
		}
		if page := d.open("POST", path, 200, url.Values{"act": {"ask"}}); !strings.Contains(page, "A credit") {
			t.Errorf("%s: asked for, and not made: %s", region, page)
		}
		if got := d.text(`SELECT string_agg(event, ' ' ORDER BY id) FROM case_events WHERE event IN ('step_taken','offer_made','presented') OR data->>'notice' = 'asked_for_offer'`); got == "" {
			t.Error("their question is not on record")
		}
		d.open("POST", path, 200, with(d.formOffer(), "accept"))
	}
}
