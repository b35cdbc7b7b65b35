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
