package policy

import (
	"fmt"
	"slices"
	"time"
)

// Progress is what has happened in a case so far, as far as the law asks. The order of events is the caller's log; a
// fact is set once it has happened.
type Progress struct {
	At              time.Time // when it is asked whether an offer may be made
	CancelSaid      bool      // the customer said to cancel now: an exit word, or the cancel key
	Completed       bool      // the cancellation is done, or on its way to billing
	PermissionAsked bool      // after that the agent asked whether an offer may be made
	PermissionGiven bool      // and the customer said yes
	AskedForOffer   bool      // the customer asked for an offer, unprompted
	Withdrawn       bool      // the customer withdrew from the contract within its cooling-off days
	DoNotOffer      bool      // the customer does not want offers at all
	NoticesRead     []Notice  // read and ticked
	Presented       int       // offers presented in this case
	Declined        int       // of them declined
	DeclinedAt      time.Time // the customer's last refusal of any offer, in this case or before it; zero: none
}

// Code classes a refusal; "" is none.
type Code string

// The refusals, in the order in which they are asked.
const (
	OffersForbidden   Code = "offers_forbidden"   // the policy allows none at all
	NoOffersWanted    Code = "no_offers_wanted"   // the customer said so
	Withdrawal        Code = "withdrawal"         // the customer withdrew from the contract
	CancelFirst       Code = "cancel_first"       // the cancellation must be done before any offer
	NotAsked          Code = "not_asked"          // only a customer who asks hears an offer
	AlreadyCancelled  Code = "already_cancelled"  // it is done, and the customer did not ask for an offer
	PermissionMissing Code = "permission_missing" // permission must be asked for
	PermissionRefused Code = "permission_refused" // it was, and the customer said no
	OffersUsed        Code = "offers_used"        // as many as the policy allows were presented
	CoolingDown       Code = "cooling_down"       // an offer was declined not long ago
	NoticeUnread      Code = "notice_unread"      // a notice comes before the offer
)

// Step is what the agent must do next.
type Step string

// The steps.
const (
	PresentOffer        Step = "present_offer"
	CompleteCancel      Step = "complete_cancellation"
	AskForPermission    Step = "ask_permission"
	ReadNotice          Step = "read_notice"
	ConfirmCancellation Step = "confirm_cancellation" // say that it is done, send the notice, offer nothing
)

// Verdict says whether an offer may be presented now, and what to do.
type Verdict struct {
	Allowed  bool      `json:"allowed"`
	Reason   Code      `json:"reason,omitempty"`
	Sentence string    `json:"sentence"`
	Next     Step      `json:"next"`
	Notice   Notice    `json:"notice,omitempty"` // which one to read
	NotUntil time.Time `json:"notUntil,omitzero"`
}

// May answers whether an offer may be presented in a case that has come so far. It is asked in every transaction that
// presents or accepts one. All conditions of all places hold together: none excuses from another.
//
// Sources: the rows of the policy; retention.md 3.4 (2): no offer after the customer said to cancel.
func (p Policy) May(c Progress) Verdict {
	for _, ask := range []func(Progress) Verdict{p.forbidden, p.unwanted, p.order, p.permission, p.used, p.cooling, p.unread} {
		if v := ask(c); v.Reason != "" {
			return v
		}
	}
	return Verdict{Allowed: true, Sentence: fmt.Sprintf("Offer %d of %d may be presented.", c.Presented+1, p.MaxOffers), Next: PresentOffer}
}

func (p Policy) forbidden(c Progress) Verdict {
	if p.Mode == None || p.MaxOffers <= 0 {
		return refused(c, OffersForbidden, "Offers to a customer who wants to cancel are not allowed here.")
	}
	return Verdict{}
}

func (p Policy) unwanted(c Progress) Verdict {
	switch {
	case c.DoNotOffer:
		return refused(c, NoOffersWanted, "The customer does not want to hear offers.")
	case c.Withdrawn && p.WithdrawalEnds:
		return refused(c, Withdrawal, "The customer withdrew from the contract, which ends all offers.")
	}
	return Verdict{}
}

// order keeps the cancellation before the offer where it belongs there: always once the customer has said so.
func (p Policy) order(c Progress) Verdict {
	switch {
	case c.CancelSaid && !c.Completed:
		return refused(c, CancelFirst, "The customer said to cancel, which is done first.")
	case p.CompleteFirst && !c.Completed:
		return refused(c, CancelFirst, "Here the cancellation is done before any offer.")
	case p.OnlyIfAsked && !c.AskedForOffer:
		return refused(c, NotAsked, "Here an offer is made only if the customer asks for one.")
	case c.Completed && !p.CompleteFirst && !c.AskedForOffer:
		return refused(c, AlreadyCancelled, "The cancellation is done, and the customer has not asked for an offer.")
	}
	return Verdict{}
}

func (p Policy) permission(c Progress) Verdict {
	switch {
	case !p.AskPermission || c.PermissionAsked && c.PermissionGiven:
		return Verdict{}
	case c.PermissionAsked:
		return refused(c, PermissionRefused, "The customer did not permit an offer.")
	}
	v := refused(c, PermissionMissing, "The cancellation is done; ask whether the customer wants to hear an offer.")
	v.Next = AskForPermission
	return v
}

func (p Policy) used(c Progress) Verdict {
	if max(c.Presented, c.Declined) >= p.MaxOffers {
		return refused(c, OffersUsed, fmt.Sprintf("Here at most %s may be presented in a case.", plural(p.MaxOffers, "offer")))
	}
	return Verdict{}
}

func (p Policy) cooling(c Progress) Verdict {
	until := p.QuietUntil(c.DeclinedAt)
	if !c.At.Before(until) {
		return Verdict{}
	}
	v := refused(c, CoolingDown, fmt.Sprintf("An offer was declined on %s; here nobody asks again for %s.",
		c.DeclinedAt.UTC().Format(time.DateOnly), plural(p.CooldownDays, "day")))
	v.NotUntil = until
	return v
}

func (p Policy) unread(c Progress) Verdict {
	for _, n := range p.Notices {
		if !slices.Contains(c.NoticesRead, n) {
			v := refused(c, NoticeUnread, "A notice is read to the customer before the offer.")
			v.Next, v.Notice = ReadNotice, n
			return v
		}
	}
	return Verdict{}
}

// refused is a refusal whose next step is to finish what the customer asked for.
func refused(c Progress, why Code, sentence string) Verdict {
	v := Verdict{Reason: why, Sentence: sentence, Next: CompleteCancel}
	if c.Completed {
		v.Next = ConfirmCancellation
	}
	return v
}

// QuietUntil is the first instant at which somebody who declined an offer then may be asked again, by call, text or
// e-mail; the zero time if nothing was declined.
func (p Policy) QuietUntil(declined time.Time) time.Time {
	if declined.IsZero() {
		return time.Time{}
	}
	const day = 24 * time.Hour
	return declined.Add(time.Duration(p.CooldownDays) * day)
}
