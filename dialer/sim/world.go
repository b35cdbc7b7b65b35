package sim

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"saveline/dialer/telephony"
)

// World says how the people and machines at the far end behave. The defaults are the simulated world of the pacing
// study; shares are of all dials, or of what the line above leaves.
type World struct {
	AnswerRate     float64 // share of dials that a living person answers
	MachineShare   float64 // of the rest: an answering machine
	BusyShare      float64 // of the rest: busy
	InvalidShare   float64 // of the rest: not in service (the same number stays so)
	ShortTalkShare float64 // of the people: a short conversation
	ShortTalk      time.Duration
	LongTalk       time.Duration
	AgentMissRate  float64 // share of an agent's rings that nobody answers
	Message        time.Duration
	AtHome         string // numbers with these digits in them are always answered by somebody with time to talk; "" = none
}

// DefaultWorld is the study's: 20 % answer; of the rest half are machines, 35 % do not answer, 5 % are busy and 10 %
// are no numbers; 55 % of the conversations last 25 s on average, the others four minutes.
func DefaultWorld() World {
	return World{
		AnswerRate: 0.20, MachineShare: 0.50, BusyShare: 0.05, InvalidShare: 0.10,
		ShortTalkShare: 0.55, ShortTalk: 25 * time.Second, LongTalk: 240 * time.Second, Message: 6 * time.Second,
	}
}

// Kind is who or what is at the far end of one dial.
type Kind string

// The kinds.
const (
	Human    Kind = "human"
	Machine  Kind = "machine"
	NoAnswer Kind = "no_answer"
	Busy     Kind = "busy"
	Invalid  Kind = "invalid"
	Refused  Kind = "refused" // number plan only: some other final code
)

// Person is the truth about one dial, for simulated agents and for tests. The switch itself never tells it.
type Person struct {
	Kind     Kind
	Interest float64       // 0..1, how much they would like what is offered
	Talk     time.Duration // how long they stay on the line if nobody hangs up
}

// behaviour is everything that will happen to one dial.
type behaviour struct {
	Person
	progress time.Duration // until the network says it rings; 0 = it never says
	end      time.Duration // until answer or refusal, counted from the dial
	cause    telephony.Cause
}

// randomOf is a stream of chance that depends on nothing but its arguments, so that a run is the same in any order.
func randomOf(seed uint64, what string, n int) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(what))
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], uint64(n))
	_, _ = h.Write(b[:])
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

// lognormal draws with the given mean.
func lognormal(r *rand.Rand, mean time.Duration, sigma float64) time.Duration {
	mu := math.Log(mean.Seconds()) - sigma*sigma/2
	return time.Duration(math.Exp(mu+sigma*r.NormFloat64()) * float64(time.Second))
}

func between(r *rand.Rand, from, to float64) time.Duration {
	return time.Duration((from + (to-from)*r.Float64()) * float64(time.Second))
}

// Truth is who answers the dialNo-th dial (from 1) of a number in this world. It is a pure function.
func (w World) Truth(seed uint64, number string, dialNo int) Person {
	return w.behave(seed, number, dialNo).Person
}

func (w World) behave(seed uint64, number string, dialNo int) behaviour {
	of := randomOf(seed, number, 0) // what stays with the number
	invalid, interest := of.Float64(), of.Float64()
	r := randomOf(seed, number, dialNo)
	b := behaviour{progress: min(lognormal(r, 2500*time.Millisecond, 0.4), 10*time.Second)}
	b.Interest = interest
	if w.AtHome != "" && strings.Contains(number, w.AtHome) {
		b.Kind, b.end, b.Talk = Human, b.progress+between(r, 2, 5), time.Hour
		return b
	}
	rest := 1 - w.AnswerRate
	if invalid < w.InvalidShare*rest {
		b.Kind, b.progress, b.end = Invalid, 0, between(r, 2, 5)
		b.cause = telephony.Cause{SIP: 404, Q850: 1}
		return b
	}
	x := r.Float64() * (1 - w.InvalidShare*rest)
	switch {
	case x < w.AnswerRate:
		b.Kind, b.end = Human, b.progress+lognormal(r, 11*time.Second, 0.55)
		b.Talk = lognormal(r, w.LongTalk, 0.8)
		if r.Float64() < w.ShortTalkShare {
			b.Talk = lognormal(r, w.ShortTalk, 0.6)
		}
		b.Talk = min(b.Talk, time.Hour)
	case x < w.AnswerRate+w.MachineShare*rest:
		b.Kind, b.Talk = Machine, between(r, 5, 9)
		b.end = b.progress + time.Duration(max(1, 21+3*r.NormFloat64())*float64(time.Second))
		if r.Float64() < 0.25 {
			b.end = b.progress + between(r, 1, 4)
		}
	case x < w.AnswerRate+(w.MachineShare+w.BusyShare)*rest:
		b.Kind, b.progress, b.end = Busy, 0, between(r, 3, 4)
		b.cause = telephony.Cause{SIP: 486, Q850: 17}
	default:
		b.Kind, b.end = NoAnswer, never
	}
	return b
}

// never is longer than any ring limit.
const never = 24 * time.Hour

func (b behaviour) answers() bool { return b.Kind == Human || b.Kind == Machine }

// agentRing is how long an agent's phone rings before it is picked up; never if it is not.
func (w World) agentRing(seed uint64, account string, n int) time.Duration {
	r := randomOf(seed, account, n)
	if r.Float64() < w.AgentMissRate {
		return never
	}
	return between(r, 0.2, 0.7)
}
