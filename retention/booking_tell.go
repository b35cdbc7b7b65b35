package retention

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/appointment"
)

const (
	remindBefore    = 24 * time.Hour
	linkAfterHours  = 24 * time.Hour // the link of an appointment works until then
	detailCharsMax  = 200
	minutesShortest = 5
	minutesLongest  = 1440
)

const withdrawMessages = `
UPDATE messages SET state = 'suppressed', cause = 'withdrawn' WHERE client_id = $1 AND kind = $2 AND key LIKE $3 AND state = 'queued'`

// jsonOf is v as JSON; only values of our own making come here.
func jsonOf(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("retention: %v", err))
	}
	return raw
}

// tellOfBooking writes to the person what has changed, with the invitation, and reminds them a day before.
func (s *Service) tellOfBooking(ctx context.Context, tx *pg.Tx, b Booking, from appointment.State, now time.Time) error {
	key := fmt.Sprintf("appointment:%d:", b.ID)
	if b.State != appointment.Confirmed {
		if _, err := tx.ExecContext(ctx, withdrawMessages, b.Client, MessageReminder, key+"%"); err != nil {
			return errs.Wrap(err, "withdraw reminders")
		}
	}
	settings, err := s.settingsOf(ctx, tx, b.Client)
	if err != nil {
		return err
	}
	m := NewMessage{
		Client: b.Client, Person: b.Person, Key: fmt.Sprintf("%s%d", key, b.sequence), Call: b.Call, At: &b.StartsAt,
		Fields: map[string]string{"host": b.Host, "place": b.Place}, Invite: b.invite(settings.MessageSettings, now).ICS(),
		Link: s.follow.signedPath(linkAppointment, int64(b.ID), b.StartsAt.Add(linkAfterHours)), Kind: MessageAppointment,
	}
	switch {
	case b.State == appointment.Cancelled && from != appointment.Proposed:
		m.Kind, m.Link = MessageNoAppointment, ""
	case b.State != appointment.Booked && b.State != appointment.Rescheduled:
		return nil
	}
	if _, err := s.queueMessageTx(ctx, tx, m); err != nil || m.Kind == MessageNoAppointment {
		return err
	}
	m.Kind, m.DueAt, m.Invite = MessageReminder, b.StartsAt.Add(-remindBefore), ""
	if m.DueAt.Before(now) {
		return nil // it is so soon that the confirmation reminds
	}
	_, err = s.queueMessageTx(ctx, tx, m)
	return err
}

const bookedOfCall = `
SELECT a.id FROM appointments a JOIN results r ON r.id = a.result_id JOIN outcomes o ON o.id = r.outcome_id WHERE o.call_id = $1`

const setBookingZone = `UPDATE appointments SET zone = $2 WHERE id = $1`

// announceBooking tells the person of the appointment that a call has just made, if it made one.
func (s *Service) announceBooking(ctx context.Context, tx *pg.Tx, call dialer.Call, now time.Time) error {
	var id BookingID
	if err := tx.GetContext(ctx, &id, bookedOfCall, call.ID); pg.None(err) {
		return nil
	} else if err != nil {
		return errs.Wrap(err, "find the call's appointment")
	}
	to, err := recipientOf(ctx, tx, call.Client, call.Person)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, setBookingZone, id, to.home().String()); err != nil {
		return errs.Wrap(err, "note the person's zone")
	}
	house := auth.System("appointments", call.Client)
	b, err := bookingOf(ctx, tx, house, id)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, insertBookingEvent, id, now, house.Name, "", b.State, jsonOf(map[string]any{"startsAt": b.StartsAt})); err != nil {
		return errs.Wrap(err, "log appointment")
	}
	return s.tellOfBooking(ctx, tx, b, "", now)
}

// BookingDetails are who receives the person, where, and for how long.
type BookingDetails struct {
	Host    string `json:"host" maxLength:"200"`
	Place   string `json:"place" maxLength:"200"`
	Minutes int    `json:"minutes" minimum:"5" maximum:"1440"`
}

// Validate names every fault of the input.
func (d BookingDetails) Validate() error {
	var f errs.Faults
	f.Check(len(d.Host) <= detailCharsMax, "host", "use at most 200 characters")
	f.Check(len(d.Place) <= detailCharsMax, "place", "use at most 200 characters")
	f.Check(d.Minutes >= minutesShortest && d.Minutes <= minutesLongest, "minutes", "must be from 5 minutes to a day")
	return f.Err()
}

const setBookingDetails = `
UPDATE appointments SET host = $2, place = $3, minutes = $4, sequence = sequence + 1, updated_at = $5 WHERE id = $1`

// EditBooking says who receives the person, where, and for how long; the person gets a new invitation.
//
// Codes: invalid, not_found, conflict (it is over).
func (s *Service) EditBooking(ctx context.Context, by auth.Actor, id BookingID, in BookingDetails) (b Booking, err error) {
	if err := in.Validate(); err != nil {
		return b, err
	}
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if b, err = lockedBooking(ctx, tx, by, id); err != nil {
			return err
		}
		if !b.State.Waiting() {
			return errs.Newf(errs.Conflict, "the appointment is %s; nothing about it changes any more", words(b.State))
		}
		if _, err := tx.ExecContext(ctx, setBookingDetails, id, in.Host, in.Place, in.Minutes, now); err != nil {
			return errs.Wrap(err, "edit appointment")
		}
		if b, err = bookingOf(ctx, tx, by, id); err != nil {
			return err
		}
		told := b
		told.State = appointment.Booked // whatever it is, the person is told its time and place
		if err := s.tellOfBooking(ctx, tx, told, b.State, now); err != nil {
			return err
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: b.Client, Act: "booking.edit", Object: fmt.Sprintf("appointment:%d", id), Data: in,
		})
	})
	return b, err
}

const clientOfBooking = `SELECT client_id FROM appointments WHERE id = $1`

// bookingByLink is the appointment behind a person's own link, and who acts there.
func (s *Service) bookingByLink(ctx context.Context, token, chosen string) (Booking, reader, auth.Actor, error) {
	var none auth.Actor
	id, err := s.follow.readLink(linkAppointment, token, s.now())
	if err != nil {
		return Booking{}, reader{}, none, err
	}
	var client auth.ClientID
	if err := s.db.GetContext(ctx, &client, clientOfBooking, id); pg.None(err) {
		return Booking{}, reader{}, none, badLink()
	} else if err != nil {
		return Booking{}, reader{}, none, errs.Wrap(err, "find appointment")
	}
	by := auth.System("the person, by link", client)
	b, err := s.BookingFor(ctx, by, BookingID(id))
	if err != nil {
		return Booking{}, reader{}, none, err
	}
	to, err := recipientOf(ctx, s.db, client, b.Person)
	if err != nil {
		return Booking{}, reader{}, none, err
	}
	r, err := s.readerOf(ctx, client, to, chosen)
	r.zone = b.location()
	return b, r, by, err
}

func (s *Service) bookingPage(ctx context.Context, token, chosen string) (publicPage, error) {
	b, r, _, err := s.bookingByLink(ctx, token, chosen)
	if err != nil {
		return publicPage{}, err
	}
	p := r.page("apptTitle", "apptLead", map[string]string{"at": r.at(b.StartsAt)})
	for _, l := range []labelled{{r.say("apptHost", nil), b.Host}, {r.say("apptPlace", nil), b.Place}} {
		if l.Value != "" {
			p.Lines = append(p.Lines, l)
		}
	}
	switch b.State {
	case appointment.Confirmed:
		p.Notes = []string{r.say("apptConfirmed", nil)}
	case appointment.Cancelled:
		p.Notes = []string{r.say("apptCancelled", nil)}
	}
	if b.State.To(appointment.Confirmed) {
		p.Forms = append(p.Forms, publicForm{Act: "confirm", Button: r.say("apptConfirm", nil)})
	}
	if b.State.To(appointment.Cancelled) {
		p.Forms = append(p.Forms, publicForm{Act: "cancel", Button: r.say("apptCancel", nil), Danger: true})
	}
	return p, nil
}

// useBookingLink lets the person confirm or cancel their own appointment.
func (s *Service) useBookingLink(ctx context.Context, token, chosen, act string) (publicPage, error) {
	b, _, by, err := s.bookingByLink(ctx, token, chosen)
	if err != nil {
		return publicPage{}, err
	}
	m := bookingMove{to: appointment.Confirmed}
	if act == "cancel" {
		m = bookingMove{to: appointment.Cancelled, reason: "by_person"}
	}
	if b.State != m.to { // pressed twice is once
		if _, err := s.bookingAct(ctx, by, b.ID, m); err != nil {
			return publicPage{}, err
		}
	}
	return s.bookingPage(ctx, token, chosen)
}
