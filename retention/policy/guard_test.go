package policy_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"saveline/retention/policy"
)

func drawProgress(t *rapid.T, at time.Time) policy.Progress {
	flag := func(name string) bool { return rapid.Bool().Draw(t, name) }
	c := policy.Progress{
		At: at, CancelSaid: flag("said"), Completed: flag("completed"), PermissionAsked: flag("permission asked"),
		PermissionGiven: flag("permission given"), AskedForOffer: flag("asked for offer"), Withdrawn: flag("withdrawn"), DoNotOffer: flag("no offers"),
		NoticesRead: rapid.SliceOf(rapid.SampledFrom([]policy.Notice{policy.CancelAnyTime, policy.DoNotAskAgain})).Draw(t, "read"),
		Presented:   rapid.IntRange(0, 3).Draw(t, "presented"),
	}
	c.Declined = rapid.IntRange(0, c.Presented).Draw(t, "declined")
	if flag("has declined") {
		c.DeclinedAt = at.Add(-time.Duration(rapid.IntRange(0, 40*24).Draw(t, "hours ago")) * time.Hour)
	}
	return c
}

// The heart of it: whatever else happened and whichever other places bind, nobody hears an offer before their
// cancellation is done where that comes first, nor once they have said to cancel anywhere.
func TestNoOfferBeforeCompletionEver(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := drawInstant(t)
		p := policy.Decide(at, drawPlaces(t, 1)...)
		c := drawProgress(t, at)
		v := p.May(c)
		switch {
		case v.Allowed != (v.Reason == "") || v.Allowed != (v.Next == policy.PresentOffer) || v.Sentence == "":
			t.Fatalf("a verdict at odds with itself: %+v", v)
		case !v.Allowed:
			return
		case p.Mode == policy.None,
			(p.CompleteFirst || p.Mode == policy.CompleteFirst || c.CancelSaid) && !c.Completed,
			p.AskPermission && !c.PermissionGiven,
			(p.OnlyIfAsked || p.Mode == policy.Frictionless) && !c.AskedForOffer,
			c.Presented >= p.MaxOffers, c.DoNotOffer, c.Withdrawn && p.WithdrawalEnds,
			!c.DeclinedAt.IsZero() && at.Sub(c.DeclinedAt) < time.Duration(p.CooldownDays)*24*time.Hour:
			t.Fatalf("%v in %s allows an offer after %+v", p.Jurisdictions, p.Mode, c)
		}
	})
}

func TestMay(t *testing.T) {
	t.Parallel()
	now := instant(t, "2027-06-01T12:00:00Z")
	read := []policy.Notice{policy.CancelAnyTime, policy.DoNotAskAgain}
	for _, c := range []struct {
		name   string
		places []string
		so     policy.Progress
		reason policy.Code // "": allowed
		next   policy.Step
	}{
		{"the usual", []string{"US"}, policy.Progress{}, "", policy.PresentOffer},
		{"the fallback", []string{"US"}, policy.Progress{Presented: 1, Declined: 1, DeclinedAt: now}, "", policy.PresentOffer},
		{"no third", []string{"US"}, policy.Progress{Presented: 2, Declined: 2, DeclinedAt: now}, policy.OffersUsed, policy.CompleteCancel},
		{"cancel it", []string{"US"}, policy.Progress{CancelSaid: true}, policy.CancelFirst, policy.CompleteCancel},
		{"cancelled", []string{"US"}, policy.Progress{CancelSaid: true, Completed: true}, policy.AlreadyCancelled, policy.ConfirmCancellation},
		{"cancelled, and asks what we have", []string{"US"}, policy.Progress{CancelSaid: true, Completed: true, AskedForOffer: true}, "", policy.PresentOffer},
		{"leave me alone", []string{"US"}, policy.Progress{DoNotOffer: true, AskedForOffer: true}, policy.NoOffersWanted, policy.CompleteCancel},
		{"California without its notice", []string{"US-CA"}, policy.Progress{}, policy.NoticeUnread, policy.ReadNotice},
		{"California with it", []string{"US-CA"}, policy.Progress{NoticesRead: read}, "", policy.PresentOffer},
		{"one offer in New York", []string{"US-NY"}, policy.Progress{NoticesRead: read, Presented: 1}, policy.OffersUsed, policy.CompleteCancel},
		{"Minnesota", []string{"US-MN"}, policy.Progress{}, policy.CancelFirst, policy.CompleteCancel},
		{"Minnesota, though the customer asks", []string{"US-MN"}, policy.Progress{AskedForOffer: true, PermissionAsked: true, PermissionGiven: true}, policy.CancelFirst, policy.CompleteCancel},
		{"Minnesota, done", []string{"US-MN"}, policy.Progress{Completed: true}, policy.PermissionMissing, policy.AskForPermission},
		{"Minnesota, no", []string{"US-MN"}, policy.Progress{Completed: true, PermissionAsked: true}, policy.PermissionRefused, policy.ConfirmCancellation},
		{"Minnesota, yes", []string{"US-MN"}, policy.Progress{Completed: true, PermissionAsked: true, PermissionGiven: true}, "", policy.PresentOffer},
		{"United Kingdom", []string{"GB"}, policy.Progress{NoticesRead: read}, policy.NotAsked, policy.CompleteCancel},
		{"United Kingdom, and asks", []string{"GB"}, policy.Progress{NoticesRead: read, AskedForOffer: true}, "", policy.PresentOffer},
		{"United Kingdom, said and asks", []string{"GB"}, policy.Progress{NoticesRead: read, AskedForOffer: true, CancelSaid: true}, policy.CancelFirst, policy.CompleteCancel},
		{"both, done and permitted", []string{"GB", "US-MN"}, policy.Progress{NoticesRead: read, Completed: true, PermissionAsked: true, PermissionGiven: true}, policy.NotAsked, policy.ConfirmCancellation},
		{"withdrawn in France", []string{"FR"}, policy.Progress{NoticesRead: read, Withdrawn: true}, policy.Withdrawal, policy.CompleteCancel},
		{"Korea six days after", []string{"KR"}, policy.Progress{NoticesRead: read, DeclinedAt: now.AddDate(0, 0, -6)}, policy.CoolingDown, policy.CompleteCancel},
		{"Korea seven days after", []string{"KR"}, policy.Progress{NoticesRead: read, DeclinedAt: now.AddDate(0, 0, -7)}, "", policy.PresentOffer},
		{"half of the notices", []string{"KR"}, policy.Progress{NoticesRead: read[:1]}, policy.NoticeUnread, policy.ReadNotice},
	} {
		c.so.At = now
		v := policy.Decide(now, c.places...).May(c.so)
		if v.Reason != c.reason || v.Next != c.next || v.Allowed != (c.reason == "") {
			t.Errorf("%s: %+v; want %q, then %s", c.name, v, c.reason, c.next)
		}
	}
}

func TestAForbiddenOffer(t *testing.T) {
	t.Parallel()
	now := instant(t, "2026-11-24T12:00:00Z")
	r := policy.House()
	r.Rows = append([]policy.Row{}, r.Rows...)
	r.Rows = append(r.Rows, policy.Row{ID: "us-wy.ban", Jurisdiction: "US-WY", From: "2026-01-01", Source: "test", Checked: "2026-01-01", Mode: policy.None})
	p := r.Decide(now, "US-WY")
	v := p.May(policy.Progress{At: now, AskedForOffer: true, Completed: true, PermissionAsked: true, PermissionGiven: true})
	if v.Reason != policy.OffersForbidden || p.Sentence() != "No offers may be made." {
		t.Errorf("%+v, %q", v, p.Sentence())
	}
}

func TestQuietUntil(t *testing.T) {
	t.Parallel()
	now := instant(t, "2026-11-24T12:00:00Z")
	p := policy.Decide(now, "KR")
	if at := p.QuietUntil(now); at.Sub(now) != 7*24*time.Hour {
		t.Errorf("asked again after %v", at.Sub(now))
	}
	if at := p.QuietUntil(time.Time{}); !at.IsZero() {
		t.Errorf("nothing was declined, and nobody may ask until %v", at)
	}
	v := p.May(policy.Progress{At: now, DeclinedAt: now.Add(-time.Hour)})
	if v.Reason != policy.CoolingDown || v.NotUntil.Sub(now) != 7*24*time.Hour-time.Hour {
		t.Errorf("%+v", v)
	}
}
