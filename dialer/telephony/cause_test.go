package telephony

import (
	"bufio"
	"encoding/json"
	"os"
	"strconv"
	"testing"
)

// bySIPCode is section 6 of the telephony measurements: what each final code means for the attempt.
var bySIPCode = map[int]Disposition{
	403: Rejected, 404: Invalid, 408: NoAnswer, 410: Invalid, 484: Invalid, 486: Busy, 488: TrunkFailure,
	500: Congestion, 502: Congestion, 503: Congestion, 504: Congestion, 600: Busy, 603: Rejected, 604: Invalid,
	607: Blocked, 608: Blocked,
}

// recorded is the part of an Asterisk event that the classification needs.
type recorded struct {
	Type       string
	Dialstatus string
	Cause      int
	TechCause  int `json:"tech_cause"`
	Channel    struct{ ID string }
	Peer       struct{ ID string }
}

// TestRecordedEndsClassify replays what a real Asterisk 22.10.1 said of calls that a test carrier refused with a known
// code. A channel's id starts with "d" and that code.
func TestRecordedEndsClassify(t *testing.T) {
	t.Parallel()
	f, err := os.Open("testdata/dispositions.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rang, seen := map[string]bool{}, 0
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var e recorded
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		if e.Dialstatus == "RINGING" || e.Dialstatus == "PROGRESS" {
			rang[e.Peer.ID] = true
		}
		if e.Type != "ChannelDestroyed" || len(e.Channel.ID) < 4 || e.Channel.ID[0] != 'd' {
			continue
		}
		code, _ := strconv.Atoi(e.Channel.ID[1:4])
		want, known := bySIPCode[code]
		if !known {
			continue
		}
		seen++
		got := Classify(Cause{Q850: e.Cause, SIP: e.TechCause, Rang: rang[e.Channel.ID]})
		if got != want {
			t.Errorf("%s: %s, want %s", e.Channel.ID, got, want)
		}
	}
	if seen < 30 {
		t.Fatalf("only %d ends were replayed", seen)
	}
}

func TestClassify(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		cause Cause
		want  Disposition
	}{
		"answered wins over everything":           {Cause{Answered: true, Lost: true, SIP: 486}, Answered},
		"the switch went away":                    {Cause{Lost: true, Rang: true}, Lost},
		"ring limit after ringing":                {Cause{RingOut: true, Rang: true, SIP: 480, Q850: 19}, NoAnswer},
		"ring limit, never a 180: a dead carrier": {Cause{RingOut: true, SIP: 480, Q850: 19}, TrunkFailure},
		"our cancel while ringing":                {Cause{ByUs: true, Rang: true, Q850: 16}, Cancelled},
		"480 after ringing":                       {Cause{SIP: 480, Rang: true}, NoAnswer},
		"480 without ringing":                     {Cause{SIP: 480}, Unavailable},
		"SIP tells what Q.850 folds":              {Cause{SIP: 607, Q850: 127}, Blocked},
		"the same without SIP":                    {Cause{Q850: 127}, Unknown},
		"busy by Q.850 alone":                     {Cause{Q850: 17}, Busy},
		"early media, then 404":                   {Cause{SIP: 404, Q850: 1, Rang: true}, Invalid},
		"nothing known":                           {Cause{}, Unknown},
	} {
		if got := Classify(tt.cause); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}
