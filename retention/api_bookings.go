package retention

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/httpx"
	"saveline/retention/appointment"
)

type listBookingsIn struct {
	httpx.Page
	auth.OneClient
	From  string `query:"from" doc:"RFC 3339 time, or a day (UTC); a week ago if left out"`
	To    string `query:"to" doc:"exclusive; RFC 3339 time, or a day (UTC); a month from now if left out"`
	State string `query:"state" doc:"only appointments in this state"`
}

const bookingWeekDays, bookingMonthDays = 7, 31

func (in *listBookingsIn) window(now time.Time) (from, to time.Time, err error) {
	var f errs.Faults
	from, to = now.AddDate(0, 0, -bookingWeekDays), now.AddDate(0, 0, bookingMonthDays)
	if in.From != "" {
		from, err = timeOrDay(in.From)
		f.Check(err == nil, "from", "write an RFC 3339 time, or a day as 2026-11-23")
	}
	if in.To != "" {
		to, err = timeOrDay(in.To)
		f.Check(err == nil, "to", "write an RFC 3339 time, or a day as 2026-11-23")
	}
	f.Check(from.Before(to), "from", "must be before to")
	return from, to, f.Err()
}

type bookingIn struct {
	ID BookingID `path:"id"`
}

type editBookingIn struct {
	ID   BookingID `path:"id"`
	Body BookingDetails
}

type settleBookingIn struct {
	ID   BookingID `path:"id"`
	Body struct {
		State    string `json:"state" enum:"held,no_show"`
		Evidence string `json:"evidence,omitempty" enum:"host,check_in" doc:"of a held one: host if left out"`
	}
}

type judgeBookingIn struct {
	ID   BookingID `path:"id"`
	Body struct {
		State  string `json:"state" enum:"qualified,rejected"`
		Reason string `json:"reason,omitempty" doc:"a code, of a rejected one"`
	}
}

type rescheduleIn struct {
	ID   BookingID `path:"id"`
	Body struct {
		StartsAt time.Time `json:"startsAt"`
	}
}

type bookBookingIn struct {
	ID   BookingID `path:"id"`
	Body struct {
		StartsAt time.Time `json:"startsAt,omitzero" doc:"another time than the one that was proposed"`
	}
}

type cancelBookingIn struct {
	ID   BookingID `path:"id"`
	Body struct {
		Reason string `json:"reason" doc:"a code"`
	}
}

func (s *Service) bookingRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "list-bookings", Method: "GET", Path: "/v1/bookings", Tag: "appointments", Permission: auth.BookingsRead,
		Summary: "Appointments by their time",
	}, func(ctx context.Context, in *listBookingsIn) (*listOut[Booking], error) {
		from, to, err := in.window(s.now())
		if err != nil {
			return nil, err
		}
		return listOf(s.Bookings(ctx, in.By(auth.ActorFrom(ctx)), from, to, in.State, in.Size, in.Offset()))
	})
	httpx.Register(api, httpx.Operation{
		ID: "get-booking", Method: "GET", Path: "/v1/bookings/{id}", Tag: "appointments", Permission: auth.BookingsRead, Summary: "An appointment",
	}, func(ctx context.Context, in *bookingIn) (*one[Booking], error) {
		return answer(s.BookingFor(ctx, auth.ActorFrom(ctx), in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "edit-booking", Method: "PUT", Path: "/v1/bookings/{id}", Tag: "appointments", Permission: auth.BookingsWrite,
		Summary: "Say who receives the person, where and how long; they get a new invitation",
	}, func(ctx context.Context, in *editBookingIn) (*one[Booking], error) {
		return answer(s.EditBooking(ctx, auth.ActorFrom(ctx), in.ID, in.Body))
	})
	s.bookingActRoutes(api)
}

func (s *Service) bookingActRoutes(api huma.API) {
	act := func(id, tail, summary string) httpx.Operation {
		return httpx.Operation{
			ID: id, Method: "POST", Path: "/v1/bookings/{id}/" + tail, Tag: "appointments", Permission: auth.BookingsWrite, Summary: summary,
		}
	}
	httpx.Register(api, act("book-booking", "book", "The person agreed to the time that was proposed; they get the invitation"),
		func(ctx context.Context, in *bookBookingIn) (*one[Booking], error) {
			return answer(s.BookBooking(ctx, auth.ActorFrom(ctx), in.ID, in.Body.StartsAt))
		})
	httpx.Register(api, act("confirm-booking", "confirm", "Say that an appointment stands; its setter may not"),
		func(ctx context.Context, in *bookingIn) (*one[Booking], error) {
			return answer(s.ConfirmBooking(ctx, auth.ActorFrom(ctx), in.ID))
		})
	httpx.Register(api, act("settle-booking", "settle", "Say whether an appointment took place; its setter may not"),
		func(ctx context.Context, in *settleBookingIn) (*one[Booking], error) {
			h := HoldInput{Took: in.Body.State == string(appointment.Held), Evidence: in.Body.Evidence}
			if h.Evidence == "" {
				h.Evidence = appointment.ByHost
			}
			return answer(s.SettleBooking(ctx, auth.ActorFrom(ctx), in.ID, h))
		})
	httpx.Register(api, act("judge-booking", "judge", "Say whether a held appointment was what was promised; within 24 hours a no takes its pay back"),
		func(ctx context.Context, in *judgeBookingIn) (*one[Booking], error) {
			return answer(s.JudgeBooking(ctx, auth.ActorFrom(ctx), in.ID, in.Body.State == string(appointment.Qualified), in.Body.Reason))
		})
	httpx.Register(api, act("reschedule-booking", "reschedule", "Move an appointment to another time"),
		func(ctx context.Context, in *rescheduleIn) (*one[Booking], error) {
			return answer(s.RescheduleBooking(ctx, auth.ActorFrom(ctx), in.ID, in.Body.StartsAt))
		})
	httpx.Register(api, act("cancel-booking", "cancel", "Call an appointment off"),
		func(ctx context.Context, in *cancelBookingIn) (*one[Booking], error) {
			return answer(s.CancelBooking(ctx, auth.ActorFrom(ctx), in.ID, in.Body.Reason))
		})
}
