package retention

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"saveline/campaigns"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/retention/appointment"
)

// booked has Ann make an appointment at a time with somebody who can be written to.
func (d *desk) booked(startsIn time.Duration) (Booking, campaigns.PersonID) {
	d.t.Helper()
	if d.count(`SELECT count(*) FROM campaigns`) == 0 {
		d.campaign("acquisition")
	}
	lead := d.person(campaigns.ID(d.count(`SELECT min(id) FROM campaigns`)))
	d.exec(`UPDATE people SET email = 'pat@customer.example' WHERE id = (SELECT person_id FROM leads WHERE id = $1)`, lead)
	return d.bookAgain(lead, startsIn)
}

func (d *desk) bookAgain(lead campaigns.LeadID, startsIn time.Duration) (Booking, campaigns.PersonID) {
	d.t.Helper()
	call := d.connect(lead, d.ann)
	at := d.now().Add(startsIn)
	_, err := d.Conclude(d.t.Context(), d.ann, ConcludeInput{Call: call, Code: CodeAppointment, AppointmentAt: &at})
	d.must(err)
	b, err := d.BookingFor(d.t.Context(), d.boss, BookingID(d.count(`SELECT max(id) FROM appointments`)))
	d.must(err)
	return b, b.Person
}

func (d *desk) appointmentFacts() string {
	d.t.Helper()
	return d.text(`SELECT coalesce(string_agg(concat_ws(' ', body->>'state', body->>'credited', body->>'why'), '; ' ORDER BY id), '')
		FROM facts WHERE kind = 'appointment.v1'`)
}

func TestAnAppointmentIsCreditedWhenItWasHeldAndNotWhenMade(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	box := writing(d)
	b, _ := d.booked(48 * time.Hour)
	_, err := d.SendDue(t.Context())
	d.must(err)
	if b.State != appointment.Booked || b.Setter != d.ann.User || b.Zone == "" || d.appointmentFacts() != "" {
		t.Fatalf("%+v", b)
	}
	if len(box.emails) != 1 || !strings.Contains(box.emails[0].Invite, "DTSTART;TZID=America/New_York:20261125T120000") {
		t.Fatalf("%d e-mails; the invitation: %+v", len(box.emails), box.emails)
	}
	ann := d.ann
	ann.Roles = []auth.Role{auth.Supervisor}
	_, err = d.ConfirmBooking(t.Context(), ann, b.ID)
	d.refused(err, errs.Forbidden)
	b, err = d.ConfirmBooking(t.Context(), d.boss, b.ID)
	d.must(err)
	_, err = d.SettleBooking(t.Context(), d.boss, b.ID, HoldInput{Took: true, Evidence: appointment.ByHost})
	d.refused(err, errs.Conflict) // it has not begun
	d.pass(24*time.Hour + time.Minute)
	_, err = d.SendDue(t.Context())
	d.must(err)
	if len(box.emails) != 2 || !strings.Contains(box.emails[1].Subject, "Reminder") {
		t.Errorf("no reminder the day before: %d e-mails", len(box.emails))
	}
	d.pass(24 * time.Hour)
	_, err = d.SettleBooking(t.Context(), ann, b.ID, HoldInput{Took: true, Evidence: appointment.ByHost})
	d.refused(err, errs.Forbidden)
	_, err = d.SettleBooking(t.Context(), d.boss, b.ID, HoldInput{Took: true})
	d.refused(err, errs.Invalid)
	b, err = d.SettleBooking(t.Context(), d.boss, b.ID, HoldInput{Took: true, Evidence: appointment.ByHost})
	d.must(err)
	if b.State != appointment.Held || !b.Credited || d.appointmentFacts() != "held true " {
		t.Errorf("%+v; facts %q", b, d.appointmentFacts())
	}
	b, err = d.JudgeBooking(t.Context(), d.boss, b.ID, false, "no_budget")
	d.must(err)
	reversals := d.count(`SELECT count(*) FROM facts WHERE kind = 'reversal.v1'`)
	if b.State != appointment.Rejected || b.Credited || reversals != 1 || d.appointmentFacts() != "held true ; rejected false rejected" {
		t.Errorf("%+v; %d reversals, facts %q", b, reversals, d.appointmentFacts())
	}
}

// The database itself keeps the setter from vouching for themselves.
func TestTheSetterCannotVouchEvenPastTheCode(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b, _ := d.booked(time.Hour)
	for _, column := range []string{"confirmed_by", "decided_by"} {
		if _, err := d.db.Exec(`UPDATE appointments SET `+column+` = setter_id WHERE id = $1`, b.ID); err == nil {
			t.Errorf("%s took the setter", column)
		}
	}
	if _, err := d.db.Exec(`UPDATE appointments SET credited = true WHERE id = $1`, b.ID); err == nil {
		t.Error("credited without evidence")
	}
}

func TestSilenceSettlesAnAppointmentOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	confirmed, _ := d.booked(time.Hour)
	_, err := d.ConfirmBooking(t.Context(), d.boss, confirmed.ID)
	d.must(err)
	d.booked(time.Hour) // nobody confirms it
	d.pass(48 * time.Hour)
	for want := range []int{0} {
		if n, err := d.SettleSilent(t.Context()); n != want || err != nil {
			t.Errorf("settled %d, %v", n, err)
		}
	}
	d.pass(time.Hour)
	if n, err := d.SettleSilent(t.Context()); n != 2 || err != nil {
		t.Errorf("settled %d, %v; want 2", n, err)
	}
	if n, err := d.SettleSilent(t.Context()); n != 0 || err != nil {
		t.Errorf("settled again: %d, %v", n, err)
	}
	if got := d.appointmentFacts(); got != "held true ; no_show false " {
		t.Errorf("facts %q", got)
	}
}

func TestWhatAHeldAppointmentIsNotCreditedFor(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	hold := func(b Booking) Booking {
		t.Helper()
		b, err := d.BookingFor(t.Context(), d.boss, b.ID)
		d.must(err)
		d.pass(b.StartsAt.Sub(d.now()) + time.Minute)
		b, err = d.SettleBooking(t.Context(), d.boss, b.ID, HoldInput{Took: true, Evidence: appointment.ByCheckIn})
		d.must(err)
		return b
	}
	move := func(b Booking) {
		t.Helper()
		_, err := d.RescheduleBooking(t.Context(), d.ann, b.ID, d.now().Add(3*time.Hour))
		d.must(err)
	}
	once, _ := d.booked(time.Hour)
	move(once)
	if b := hold(once); !b.Credited || b.Reschedules != 1 {
		t.Errorf("moved once: %+v", b)
	}
	twice, _ := d.booked(time.Hour)
	move(twice)
	move(twice)
	if b := hold(twice); b.Credited || b.UncreditedWhy != appointment.RescheduledTwice {
		t.Errorf("moved twice: %+v", b)
	}
	again, person := d.booked(time.Hour)
	d.exec(`UPDATE appointments SET person_id = (SELECT person_id FROM appointments WHERE id = $1) WHERE id = $2`, once.ID, again.ID)
	if b := hold(again); b.Credited || b.UncreditedWhy != appointment.Duplicate {
		t.Errorf("the same person (%d) within 60 days: %+v", person, b)
	}
	d.pass(25 * time.Hour)
	_, err := d.JudgeBooking(t.Context(), d.boss, once.ID, false, "no_budget")
	d.refused(err, errs.Conflict)
	_, err = d.JudgeBooking(t.Context(), d.boss, once.ID, true, "")
	d.must(err)
}

func TestACancelledAppointmentNeverReachesPay(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	box := writing(d)
	b, _ := d.booked(72 * time.Hour)
	_, err := d.SendDue(t.Context())
	d.must(err)
	_, err = d.EditBooking(t.Context(), d.boss, b.ID, BookingDetails{Host: "Dr. Kim", Place: "1 Main St, Suite 2", Minutes: 45})
	d.must(err)
	_, err = d.Reverse(t.Context(), d.boss, ReverseInput{Result: b.Result, Cause: "cancelled"})
	d.must(err)
	if n := d.count(`SELECT count(*) FROM facts WHERE kind = 'reversal.v1'`); n != 0 {
		t.Errorf("%d reversals of what was never credited", n)
	}
	other, _ := d.booked(72 * time.Hour)
	_, err = d.CancelBooking(t.Context(), d.ann, other.ID, "changed_mind")
	d.must(err)
	_, err = d.SendDue(t.Context())
	d.must(err)
	last := box.emails[len(box.emails)-1]
	if !strings.Contains(last.Invite, "METHOD:CANCEL") || !strings.Contains(last.Invite, "SEQUENCE:1") {
		t.Errorf("%+v", last)
	}
	d.pass(71 * time.Hour)
	was := len(box.emails)
	_, err = d.SendDue(t.Context())
	d.must(err)
	for _, e := range box.emails[was:] {
		if strings.Contains(e.Invite, fmt.Sprintf("appointment-%d@", other.ID)) || strings.Contains(e.Subject, "Reminder") && e.To == "nobody" {
			t.Errorf("reminded of a cancelled appointment: %+v", e)
		}
	}
	if n := d.count(`SELECT count(*) FROM messages WHERE kind = 'appointment_reminder' AND key LIKE $1 AND state <> 'suppressed'`, fmt.Sprintf("appointment:%d:%%", other.ID)); n != 0 {
		t.Errorf("%d reminders of a cancelled appointment", n)
	}
}

func TestAPIAPersonConfirmsAndCancelsByLink(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	box := writing(d.desk)
	b, _ := d.booked(48 * time.Hour)
	_, err := d.SendDue(t.Context())
	d.must(err)
	link := linksIn(box.emails[0].Text)["appointment"]
	if page := d.open("GET", link, 200, nil); !strings.Contains(page, "2026-11-25 12:00 EST") {
		t.Errorf("%s", page)
	}
	for range 2 {
		d.open("POST", link, 200, url.Values{"act": {"confirm"}})
	}
	out := d.ask("boss", "GET", fmt.Sprintf("/v1/bookings/%d", b.ID), 200, nil)
	if out["state"] != "confirmed" || out["confirmedByPerson"] != true {
		t.Errorf("%v", out)
	}
	d.ask("stranger", "GET", fmt.Sprintf("/v1/bookings/%d", b.ID), 404, nil)
	d.ask("ann", "POST", fmt.Sprintf("/v1/bookings/%d/confirm", b.ID), 403, nil)
	later := d.now().Add(72 * time.Hour)
	d.ask("boss", "POST", fmt.Sprintf("/v1/bookings/%d/reschedule", b.ID), 200, object{"startsAt": later})
	out = d.ask("boss", "PUT", fmt.Sprintf("/v1/bookings/%d", b.ID), 200, object{"host": "Dr. Kim", "place": "1 Main St", "minutes": 45})
	if out["state"] != "rescheduled" || out["host"] != "Dr. Kim" {
		t.Errorf("%v", out)
	}
	d.open("POST", link, 200, url.Values{"act": {"cancel"}})
	out = d.ask("boss", "GET", "/v1/bookings?state=cancelled", 200, nil)
	if out["total"] != 1.0 {
		t.Errorf("%v", out)
	}
	d.open("POST", link, 409, url.Values{"act": {"confirm"}})
}

// A time that was only named is no appointment yet: nobody is invited, it is not held, and silence makes nothing of it.
func TestAProposedAppointmentIsBookedWhenTheyAgree(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	box := writing(d)
	lead := d.person(d.campaign("acquisition"))
	d.exec(`UPDATE people SET email = 'pat@customer.example' WHERE id = (SELECT person_id FROM leads WHERE id = $1)`, lead)
	at := d.now().Add(48 * time.Hour)
	_, err := d.Conclude(t.Context(), d.ann, ConcludeInput{Call: d.connect(lead, d.ann), Code: CodeAppointment, AppointmentAt: &at, Proposed: true})
	d.must(err)
	id := BookingID(d.count(`SELECT max(id) FROM appointments`))
	b, err := d.BookingFor(t.Context(), d.boss, id)
	d.must(err)
	if b.State != appointment.Proposed || len(box.emails) != 0 {
		t.Fatalf("%+v, %d e-mails", b, len(box.emails))
	}
	_, err = d.ConfirmBooking(t.Context(), d.boss, id)
	d.refused(err, errs.Conflict)
	_, err = d.BookBooking(t.Context(), d.ann, id, d.now().Add(-time.Hour))
	d.refused(err, errs.Invalid)
	b, err = d.BookBooking(t.Context(), d.ann, id, at.Add(time.Hour)) // they would rather come an hour later
	d.must(err)
	if b.State != appointment.Booked || !b.StartsAt.Equal(at.Add(time.Hour)) || b.Reschedules != 0 {
		t.Errorf("%+v", b)
	}
	_, err = d.BookBooking(t.Context(), d.ann, id, time.Time{})
	d.refused(err, errs.Conflict)
	_, err = d.SendDue(t.Context())
	d.must(err)
	if len(box.emails) != 1 || !strings.Contains(box.emails[0].Invite, "DTSTART") {
		t.Errorf("%d e-mails", len(box.emails))
	}
}
