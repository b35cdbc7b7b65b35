package campaigns

import (
	"fmt"
	"slices"
	"strings"

	"saveline/internal/errs"
	"saveline/internal/phone"
)

var (
	purposes     = []string{"acquisition", "retention_save", "winback", "upsell", "service", "collections"}
	modes        = []string{"manual", "preview", "progressive"}
	retryables   = []string{"busy", "no_answer", "unavailable", "congestion", "trunk_failure", "cancelled", "lost", "unknown", "abandoned", "rejected", "skipped", "answered", "other", "not_interested"}
	neverRetried = map[string]string{
		"invalid":        "a number that is not in service is never dialed again",
		"blocked":        "a person who blocked us is never dialed again",
		"do_not_call":    "a person who asked not to be called is never dialed again",
		"wrong_number":   "a number that is somebody else's is never dialed again",
		"no_disposition": "a call without an outcome goes to the supervisor, not back to the dialer",
	}
)

const (
	windowsMax        = 50
	messageMax        = 1000
	retryMinutesMax   = 90 * 24 * 60
	retryTimesMax     = 20
	campaignNameMax   = 80
	attemptsCeiling   = 50
	dayAttemptsMax    = 20
	ringMin, ringMax  = 15, 60 // at least 15 s: 16 CFR 310.4(b)(4)(ii)
	wrapMin, wrapMax  = 5, 900
	priorityCeiling   = 1000
	graceMinutesLimit = 24 * 60
)

// Validate names everything that is wrong with a campaign, in words its manager can act on.
func (c Campaign) Validate() error {
	var f errs.Faults
	f.Check(c.Name != "", "name", "give the campaign a name")
	f.Check(len(c.Name) <= campaignNameMax, "name", "the name is longer than 80 characters")
	f.Check(slices.Contains(purposes, c.Purpose), "purpose", "choose one of: "+strings.Join(purposes, ", "))
	switch {
	case c.Mode == "predictive":
		f.Addf("mode", "predictive dialing is not available yet; choose progressive, preview or manual")
	case !slices.Contains(modes, c.Mode):
		f.Addf("mode", "choose one of: %s", strings.Join(modes, ", "))
	}
	if _, err := loadZone(c.Zone); err != nil {
		f.Addf("zone", "there is no time zone %q; write it like America/Chicago", c.Zone)
	}
	validateWindows(&f, c.Windows)
	if n, err := phone.Parse(c.CallerID, ""); err != nil || string(n) != c.CallerID {
		f.Addf("callerId", "write the caller's number with + and country code, like +12125550100")
	}
	f.Check(within(c.RingSeconds, ringMin, ringMax), "ringSeconds", "let it ring 15 to 60 seconds (15 is the legal minimum)")
	f.Check(within(c.WrapupSeconds, wrapMin, wrapMax), "wrapupSeconds", "wrap-up takes 5 to 900 seconds")
	f.Check(within(c.Priority, 0, priorityCeiling), "priority", "priority is a number from 0 to 1000")
	f.Check(within(c.AttemptsMax, 1, attemptsCeiling), "attemptsMax", "a lead gets 1 to 50 attempts")
	f.Check(within(c.DayAttemptsMax, 1, dayAttemptsMax), "dayAttemptsMax", "a person gets 1 to 20 attempts in 24 hours")
	f.Check(within(c.GraceMinutes, 0, graceMinutesLimit), "callbackGraceMinutes", "the grace for callbacks is 0 to 1440 minutes")
	f.Check(c.Trunk != "", "trunk", "name the trunk to dial on; sim is the simulator")
	f.Check(len(c.AbandonMessage) <= messageMax, "abandonMessage", "the message is longer than 1000 characters")
	validateRetry(&f, c.Retry)
	return f.Err()
}

func within(n, low, high int) bool { return n >= low && n <= high }

func validateWindows(f *errs.Faults, windows []Window) {
	f.Check(len(windows) > 0, "windows", "give at least one window in which to dial")
	f.Check(len(windows) <= windowsMax, "windows", "there are more than 50 windows; merge some")
	for i, w := range windows {
		at := fmt.Sprintf("windows.%d", i)
		f.Check(len(w.Days) > 0, at+".days", "choose the days of this window")
		for _, d := range w.Days {
			if _, ok := weekdays[d]; !ok {
				f.Addf(at+".days", "%q is not a day; write mon, tue, wed, thu, fri, sat or sun", d)
			}
		}
		from, okFrom := clockMinutes(w.From)
		f.Check(okFrom && from < 24*60, at+".from", "write the time like 09:00")
		to, okTo := clockMinutes(w.To)
		f.Check(okTo, at+".to", "write the time like 17:00; 24:00 is the end of the day")
		f.Check(!okFrom || !okTo || from != to, at+".to", "the window ends when it begins; for the whole day write 00:00 to 24:00")
	}
}

func validateRetry(f *errs.Faults, retry map[string]RetryRule) {
	for _, what := range sortedKeys(retry) {
		rule, at := retry[what], "retry."+what
		if why, never := neverRetried[what]; never {
			f.Addf(at, "%s", why)
			continue
		}
		f.Check(slices.Contains(retryables, what), at, "there is no such disposition; choose one of: "+strings.Join(retryables, ", "))
		f.Check(within(rule.AfterMinutes, 1, retryMinutesMax), at+".afterMinutes", "try again after 1 minute to 90 days")
		f.Check(within(rule.Max, 1, retryTimesMax), at+".max", "try again 1 to 20 times")
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
