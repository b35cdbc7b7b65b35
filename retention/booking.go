package retention

import (
	"context"
	"fmt"
	"time"

	"saveline/campaigns"
	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
	"saveline/retention/appointment"
)

// BookingID names an appointment.
type BookingID int64

// Booking is an appointment that an agent made for somebody with a host.
type Booking struct {
	ID            BookingID          `json:"id"`
	Client        auth.ClientID      `json:"clientId"`
	Result        ResultID           `json:"resultId"`
	Person        campaigns.PersonID `json:"personId"`
	PersonName    string             `json:"person"`
	State         appointment.State  `json:"state"`
	StartsAt      time.Time          `json:"startsAt"`
	Minutes       int                `json:"minutes"`
	Zone          string             `json:"zone" doc:"the person's, by which they are told the time"`
	Host          string             `json:"host" doc:"who receives the person"`
	Place         string             `json:"place"`
	Setter        auth.UserID        `json:"setterId,omitempty" doc:"the agent who made it: somebody else says what becomes of it"`
	SetterName    string             `json:"setter,omitempty"`
	Call          dialer.CallID      `json:"callId"`
	Reschedules   int                `json:"reschedules"`
	ConfirmedAt   *time.Time         `json:"confirmedAt,omitempty"`
	ByPerson      bool               `json:"confirmedByPerson" doc:"the person confirmed it themselves, by link"`
	HeldAt        *time.Time         `json:"heldAt,omitempty" doc:"when it was said that it took place"`
	Evidence      string             `json:"evidence,omitempty" enum:"host,check_in,silence"`
	Reason        string             `json:"reason,omitempty" doc:"a code: why rejected or cancelled"`
	Credited      bool               `json:"credited"`
	UncreditedWhy string             `json:"uncreditedWhy,omitempty" doc:"a code: why a held one is not credited"`
	Next          []string           `json:"next" doc:"what it may become now"`
	value         money.Amount
	offer         OfferID
	offerVersion  int64
	sequence      int
	confirmedBy   auth.UserID
	email         string
	clientName    string
}

type bookingRow struct {
	ID            BookingID          `db:"id"`
	Client        auth.ClientID      `db:"client_id"`
	Result        ResultID           `db:"result_id"`
	Person        campaigns.PersonID `db:"person_id"`
	PersonName    string             `db:"person"`
	Email         string             `db:"email"`
	ClientName    string             `db:"client"`
	State         appointment.State  `db:"state"`
	StartsAt      time.Time          `db:"starts_at"`
	Minutes       int                `db:"minutes"`
	Zone          string             `db:"zone"`
	Host          string             `db:"host"`
	Place         string             `db:"place"`
	Setter        auth.UserID        `db:"setter_id"`
	SetterName    string             `db:"setter"`
	Call          dialer.CallID      `db:"call_id"`
	Sequence      int                `db:"sequence"`
	Reschedules   int                `db:"reschedules"`
	ConfirmedBy   auth.UserID        `db:"confirmed_by"`
	ConfirmedAt   *time.Time         `db:"confirmed_at"`
	HeldAt        *time.Time         `db:"held_at"`
	Evidence      string             `db:"evidence"`
	Reason        string             `db:"reason"`
	Credited      bool               `db:"credited"`
	UncreditedWhy string             `db:"uncredited_why"`
	ValueMinor    int64              `db:"value_minor"`
	Currency      string             `db:"currency"`
	Offer         OfferID            `db:"offer_id"`
	OfferVersion  int64              `db:"offer_version"`
	Total         int                `db:"total"`
}

var bookingStates = []appointment.State{
	appointment.Proposed, appointment.Booked, appointment.Confirmed, appointment.Rescheduled, appointment.Held, appointment.NoShow,
	appointment.Cancelled, appointment.Qualified, appointment.Rejected,
}

func (r bookingRow) booking() Booking {
	b := Booking{
		ID: r.ID, Client: r.Client, Result: r.Result, Person: r.Person, PersonName: r.PersonName, State: r.State, StartsAt: r.StartsAt,
		Minutes: r.Minutes, Zone: r.Zone, Host: r.Host, Place: r.Place, Setter: r.Setter, SetterName: r.SetterName, Call: r.Call,
		Reschedules: r.Reschedules, ConfirmedAt: r.ConfirmedAt, ByPerson: r.ConfirmedAt != nil && r.ConfirmedBy == 0, HeldAt: r.HeldAt,
		Evidence: r.Evidence, Reason: r.Reason, Credited: r.Credited, UncreditedWhy: r.UncreditedWhy, Next: []string{},
		value: money.Amount{Minor: r.ValueMinor, Currency: r.Currency}, offer: r.Offer, offerVersion: r.OfferVersion,
		sequence: r.Sequence, confirmedBy: r.ConfirmedBy, email: r.Email, clientName: r.ClientName,
	}
	for _, s := range bookingStates {
		if b.State.To(s) {
			b.Next = append(b.Next, string(s))
		}
	}
	return b
}

// location is the zone the person is told the time in; UTC where none is known.
func (b Booking) location() *time.Location {
	if at, err := time.LoadLocation(b.Zone); err == nil && b.Zone != "" {
		return at
	}
	return time.UTC
}

func (b Booking) invite(settings MessageSettings, now time.Time) appointment.Invite {
	return appointment.Invite{
		UID: fmt.Sprintf("appointment-%d@saveline", b.ID), Sequence: b.sequence, Cancelled: b.State == appointment.Cancelled,
		Starts: b.StartsAt, Minutes: b.Minutes, Zone: b.location(), Summary: b.clientName, Place: b.Place,
		Organizer: settings.EmailFrom, Attendee: b.email, At: now,
	}
}

// Bookings lists appointments by their time: those that begin in [from, to), in a state or in any.
func (s *Service) Bookings(
	ctx context.Context, by auth.Actor, from, to time.Time, state string, limit, offset int,
) ([]Booking, int, error) {
	var rows []bookingRow
	if err := s.db.SelectContext(ctx, &rows, listBookings, by.Scope(), from, to, state, 0, limit, offset); err != nil {
		return nil, 0, errs.Wrap(err, "list appointments")
	}
	out, total := make([]Booking, 0, len(rows)), 0
	for _, r := range rows {
		out, total = append(out, r.booking()), r.Total
	}
	return out, total, nil
}

var farPast, farFuture = time.Unix(0, 0), time.Unix(1<<36, 0)

// BookingFor reads an appointment.
//
// Codes: not_found.
func (s *Service) BookingFor(ctx context.Context, by auth.Actor, id BookingID) (Booking, error) {
	return bookingOf(ctx, s.db, by, id)
}

func bookingOf(ctx context.Context, db pg.DB, by auth.Actor, id BookingID) (Booking, error) {
	var r bookingRow
	if err := db.GetContext(ctx, &r, listBookings, by.Scope(), farPast, farFuture, "", id, 1, 0); pg.None(err) {
		return Booking{}, errs.Newf(errs.NotFound, "there is no appointment %d here", id)
	} else if err != nil {
		return Booking{}, errs.Wrap(err, "read appointment")
	}
	return r.booking(), nil
}

func init() {
	pg.Constraint("appointments_confirmed_by_another", errs.Forbidden, "somebody other than the agent who made it must confirm an appointment")
	pg.Constraint("appointments_decided_by_another", errs.Forbidden, "somebody other than the agent who made it must say what became of an appointment")
	pg.Constraint("appointments_minutes", errs.Invalid, "an appointment lasts from 5 minutes to a day")
}
