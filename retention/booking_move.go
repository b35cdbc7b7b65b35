package retention

import (
	"context"
	"fmt"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/facts"
	"saveline/internal/pg"
	"saveline/retention/appointment"
)

// The result's row comes before its appointment's in the order of locks.
const lockResultOfBooking = `
SELECT r.id FROM results r JOIN appointments a ON a.result_id = r.id WHERE a.client_id = ANY($1) AND a.id = $2 FOR UPDATE OF r`

const lockBooking = `SELECT id FROM appointments WHERE id = $1 FOR UPDATE`

const moveBooking = `
UPDATE appointments SET state = $3, starts_at = $4, sequence = $5, reschedules = $6, evidence = $7, held_at = $8, credited = $9,
       uncredited_why = $10, reason = $11, confirmed_at = $12, confirmed_by = NULLIF($13, 0),
       decided_by = CASE WHEN $14 THEN NULLIF($15, 0) ELSE decided_by END, decided_at = CASE WHEN $14 THEN $16::timestamptz ELSE decided_at END,
       updated_at = $16
WHERE id = $1 AND state = $2`

const insertBookingEvent = `
INSERT INTO appointment_events (appointment_id, at, actor, from_state, to_state, data) VALUES ($1, $2, $3, $4, $5, $6)`

// The last held and credited appointment of the same person, before this one.
const heldBefore = `
SELECT max(held_at) FROM appointments WHERE client_id = $1 AND person_id = $2 AND id <> $3 AND credited AND held_at IS NOT NULL`

// bookingMove is one step of an appointment.
type bookingMove struct {
	to        appointment.State
	evidence  string
	reason    string
	startsAt  time.Time // of a rescheduled one, and of one that was proposed for another time
	confirmer auth.UserID
	decides   bool // it is said what became of it
}

// moveBookingTx takes a step that the table allows, writes it down, posts the fact that pay lives on and tells the
// person. The agent who made an appointment moves it neither to confirmed nor to anything that pays.
func (s *Service) moveBookingTx(ctx context.Context, tx *pg.Tx, by auth.Actor, id BookingID, m bookingMove) (b Booking, err error) {
	if b, err = lockedBooking(ctx, tx, by, id); err != nil {
		return b, err
	}
	now := s.now()
	if err := m.check(b, by, now); err != nil {
		return b, err
	}
	from := b.State
	if err := b.become(ctx, tx, m, now); err != nil {
		return b, err
	}
	done, err := tx.ExecContext(ctx, moveBooking, b.ID, from, b.State, b.StartsAt, b.sequence, b.Reschedules, b.Evidence, b.HeldAt,
		b.Credited, b.UncreditedWhy, b.Reason, b.ConfirmedAt, b.confirmedBy, m.decides, by.User, now)
	if err != nil {
		return b, errs.Wrap(err, "move appointment")
	}
	if n, err := done.RowsAffected(); err != nil || n != 1 {
		return b, errs.WithCause(errs.Conflict, err, "somebody else changed this appointment; load it again")
	}
	if err := logBooking(ctx, tx, by, b, from, m, now); err != nil {
		return b, err
	}
	if err := s.bookingFact(ctx, tx, b, now); err != nil {
		return b, err
	}
	if err := s.tellOfBooking(ctx, tx, b, from, now); err != nil {
		return b, err
	}
	return bookingOf(ctx, tx, by, id)
}

func lockedBooking(ctx context.Context, tx *pg.Tx, by auth.Actor, id BookingID) (b Booking, err error) {
	var result ResultID
	if err = tx.GetContext(ctx, &result, lockResultOfBooking, by.Scope(), id); pg.None(err) {
		return b, errs.Newf(errs.NotFound, "there is no appointment %d here", id)
	} else if err != nil {
		return b, errs.Wrap(err, "lock result")
	}
	if _, err = tx.ExecContext(ctx, lockBooking, id); err != nil {
		return b, errs.Wrap(err, "lock appointment")
	}
	return bookingOf(ctx, tx, by, id)
}

// check refuses what the table, the clock or the four eyes forbid.
func (m bookingMove) check(b Booking, by auth.Actor, now time.Time) error {
	isSetter := by.User != 0 && by.User == b.Setter
	switch {
	case !b.State.To(m.to):
		return errs.Newf(errs.Conflict, "the appointment is %s and cannot become %s", words(b.State), words(m.to))
	case isSetter && m.to != appointment.Booked && m.to != appointment.Rescheduled && m.to != appointment.Cancelled:
		return errs.Newf(errs.Forbidden, "you made this appointment: somebody else must say what became of it")
	case (m.to == appointment.Held || m.to == appointment.NoShow) && now.Before(b.StartsAt):
		return errs.Newf(errs.Conflict, "the appointment has not begun yet")
	case m.to == appointment.Rejected && !appointment.Rejectable(*b.HeldAt, now):
		return errs.Newf(errs.Conflict, "an appointment can be rejected within 24 hours of being held; open a dispute instead")
	}
	var f errs.Faults
	if m.to == appointment.Booked && m.startsAt.IsZero() {
		m.startsAt = b.StartsAt
	}
	if m.to == appointment.Booked || m.to == appointment.Rescheduled {
		f.Check(m.startsAt.After(now), "startsAt", "must be in the future")
		f.Check(!m.startsAt.After(now.AddDate(0, 0, bookingDaysMax)), "startsAt", "must be within a year")
	}
	return f.Err()
}

// become changes b as the move says.
func (b *Booking) become(ctx context.Context, tx *pg.Tx, m bookingMove, now time.Time) error {
	b.State = m.to
	switch m.to {
	case appointment.Booked:
		if !m.startsAt.IsZero() {
			b.StartsAt = m.startsAt
		}
	case appointment.Confirmed:
		b.ConfirmedAt, b.confirmedBy = &now, m.confirmer
	case appointment.Rescheduled:
		b.StartsAt, b.ConfirmedAt, b.confirmedBy = m.startsAt, nil, 0
		b.Reschedules++
		b.sequence++
	case appointment.Cancelled:
		b.Reason = m.reason
		b.sequence++
	case appointment.Rejected:
		b.Reason, b.Credited = m.reason, false
		b.UncreditedWhy = string(appointment.Rejected)
	case appointment.Held:
		b.HeldAt, b.Evidence = &now, m.evidence
		meeting := appointment.Meeting{Evidence: m.evidence, Reschedules: b.Reschedules, HeldAt: now}
		if err := tx.GetContext(ctx, &meeting.HeldBefore, heldBefore, b.Client, b.Person, b.ID); err != nil {
			return errs.Wrap(err, "find earlier appointments")
		}
		b.Credited, b.UncreditedWhy = meeting.Credited()
	}
	return nil
}

func logBooking(ctx context.Context, tx *pg.Tx, by auth.Actor, b Booking, from appointment.State, m bookingMove, now time.Time) error {
	data := map[string]any{"startsAt": b.StartsAt, "evidence": m.evidence, "reason": m.reason, "credited": b.Credited}
	raw := jsonOf(data)
	if _, err := tx.ExecContext(ctx, insertBookingEvent, b.ID, now, by.Name, from, b.State, raw); err != nil {
		return errs.Wrap(err, "log appointment")
	}
	return auth.AuditTx(ctx, tx, by, now, auth.Change{
		Client: b.Client, Act: "booking." + string(b.State), Object: fmt.Sprintf("appointment:%d", b.ID), Why: m.reason, Data: data,
	})
}

// bookingFact tells pay of a credited meeting, and takes back what a rejected one has earned.
func (s *Service) bookingFact(ctx context.Context, tx *pg.Tx, b Booking, now time.Time) error {
	switch b.State {
	case appointment.Held, appointment.NoShow, appointment.Cancelled, appointment.Rejected:
	default:
		return nil
	}
	err := facts.AppendTx(ctx, tx, facts.Fact{
		Kind: FactAppointment, Key: fmt.Sprintf("appointment:%d:%s", b.ID, b.State), Client: int64(b.Client), EffectiveAt: now, RecordedAt: now,
	}, AppointmentFact{
		Appointment: int64(b.ID), Result: int64(b.Result), State: string(b.State), Credited: b.Credited, Why: b.UncreditedWhy,
		Agent: int64(b.Setter), Call: int64(b.Call), ValueMinor: b.value.Minor, Currency: b.value.Currency,
		Offer: int64(b.offer), OfferVersion: b.offerVersion,
	})
	return err
}

// BookBooking turns a proposed appointment into a booked one: the person has agreed to its time, or to the one that is
// given. They get the invitation. Its setter may say so; that it stands, somebody else must.
//
// Codes: invalid (a time in the past or more than a year ahead), not_found, conflict (it was not merely proposed).
func (s *Service) BookBooking(ctx context.Context, by auth.Actor, id BookingID, startsAt time.Time) (Booking, error) {
	return s.bookingAct(ctx, by, id, bookingMove{to: appointment.Booked, startsAt: startsAt})
}

// ConfirmBooking says that an appointment stands. The setter may not.
//
// Codes: not_found, forbidden (the setter), conflict (the table does not allow it).
func (s *Service) ConfirmBooking(ctx context.Context, by auth.Actor, id BookingID) (Booking, error) {
	return s.bookingAct(ctx, by, id, bookingMove{to: appointment.Confirmed, confirmer: by.User})
}

// HoldInput is what became of an appointment at its time.
type HoldInput struct {
	Took     bool   // it took place
	Evidence string // appointment.ByHost or ByCheckIn
}

// SettleBooking says whether an appointment took place, with the evidence. The setter may not.
//
// Codes: invalid (no evidence), not_found, forbidden (the setter), conflict (not begun, or settled already).
func (s *Service) SettleBooking(ctx context.Context, by auth.Actor, id BookingID, in HoldInput) (Booking, error) {
	if !in.Took {
		return s.bookingAct(ctx, by, id, bookingMove{to: appointment.NoShow, decides: true})
	}
	var f errs.Faults
	checkOneOf(&f, "evidence", in.Evidence, []string{appointment.ByHost, appointment.ByCheckIn})
	if err := f.Err(); err != nil {
		return Booking{}, err
	}
	return s.bookingAct(ctx, by, id, bookingMove{to: appointment.Held, evidence: in.Evidence, decides: true})
}

// JudgeBooking says whether a held appointment was what was promised. A rejected one is reversed in pay.
//
// Codes: invalid (a rejection without a code), not_found, forbidden (the setter), conflict (not held, or 24 hours are over).
func (s *Service) JudgeBooking(ctx context.Context, by auth.Actor, id BookingID, qualified bool, reason string) (out Booking, err error) {
	if qualified {
		return s.bookingAct(ctx, by, id, bookingMove{to: appointment.Qualified, decides: true})
	}
	var f errs.Faults
	checkCode(&f, "reason", reason)
	if err := f.Err(); err != nil {
		return Booking{}, err
	}
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		was, err := lockedBooking(ctx, tx, by, id)
		if err != nil {
			return err
		}
		if out, err = s.moveBookingTx(ctx, tx, by, id, bookingMove{to: appointment.Rejected, reason: reason, decides: true}); err != nil {
			return err
		}
		if !was.Credited {
			return nil
		}
		return s.reverseBookingTx(ctx, tx, by, was, reason)
	})
	return out, err
}

// reverseBookingTx takes back the pay for an appointment that was held and credited.
func (s *Service) reverseBookingTx(ctx context.Context, tx *pg.Tx, by auth.Actor, b Booking, cause string) error {
	now := s.now()
	var before, out Reversal
	if err := tx.GetContext(ctx, &before, selectReversal, b.Result); !pg.None(err) {
		return errs.Wrap(err, "read reversal")
	}
	of := reversible{Client: b.Client, Kind: ResultAppointment, EffectiveAt: now, Agent: b.Setter, Credited: true}
	return reverse(ctx, tx, by, of, ReverseInput{Result: b.Result, Cause: cause, EffectiveAt: now}, now, &out)
}

// RescheduleBooking moves an appointment to another time; it must be confirmed again. The credit stays with its setter
// for the first move alone.
//
// Codes: invalid (a time in the past or more than a year ahead), not_found, conflict.
func (s *Service) RescheduleBooking(ctx context.Context, by auth.Actor, id BookingID, startsAt time.Time) (Booking, error) {
	return s.bookingAct(ctx, by, id, bookingMove{to: appointment.Rescheduled, startsAt: startsAt})
}

// CancelBooking calls an appointment off.
//
// Codes: invalid (no code), not_found, conflict.
func (s *Service) CancelBooking(ctx context.Context, by auth.Actor, id BookingID, reason string) (Booking, error) {
	var f errs.Faults
	checkCode(&f, "reason", reason)
	if err := f.Err(); err != nil {
		return Booking{}, err
	}
	return s.bookingAct(ctx, by, id, bookingMove{to: appointment.Cancelled, reason: reason})
}

func (s *Service) bookingAct(ctx context.Context, by auth.Actor, id BookingID, m bookingMove) (out Booking, err error) {
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		out, err = s.moveBookingTx(ctx, tx, by, id, m)
		return err
	})
	if err != nil {
		return Booking{}, err
	}
	s.tell(0, out.Setter, "booking", map[string]any{"bookingId": id, "state": out.State})
	return out, nil
}

const silentBookings = `
SELECT id, client_id, state, starts_at FROM appointments
WHERE state IN ('booked','confirmed','rescheduled') AND starts_at <= $1 ORDER BY starts_at, id LIMIT $2`

// SettleSilent settles appointments of which nobody said anything for 48 hours. Returns how many.
func (s *Service) SettleSilent(ctx context.Context) (int, error) {
	now := s.now()
	var due []struct {
		ID       BookingID         `db:"id"`
		Client   auth.ClientID     `db:"client_id"`
		State    appointment.State `db:"state"`
		StartsAt time.Time         `db:"starts_at"`
	}
	if err := s.db.SelectContext(ctx, &due, silentBookings, now.Add(-appointment.SilenceAfter), timerBatchMax); err != nil {
		return 0, errs.Wrap(err, "find silent appointments")
	}
	settled := 0
	for _, d := range due {
		to, ok := appointment.Silence(d.State, d.StartsAt, now)
		if !ok {
			continue
		}
		m := bookingMove{to: to, decides: true}
		if to == appointment.Held {
			m.evidence = appointment.BySilence
		}
		switch _, err := s.bookingAct(ctx, auth.System("48 hours of silence", d.Client), d.ID, m); {
		case errs.Is(err, errs.Conflict): // somebody spoke since we looked
		case err != nil:
			return settled, errs.Wrap(err, "settle appointment")
		default:
			settled++
		}
	}
	return settled, nil
}
