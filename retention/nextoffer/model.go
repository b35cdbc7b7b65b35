package nextoffer

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"time"
)

// Cell is the kind of customer that is learned about: why they leave, and what they are worth.
type Cell struct {
	Reason string `json:"reason"`
	Tier   string `json:"tier"`
}

// Observation is one thing that became known about one presentation: the customer's answer at once, and whether a yes
// lasted when its verification of day 90 resolved.
type Observation struct {
	Cell Cell
	Arm  string
	At   time.Time // when it became known
	By   By        // who chose the arm; what an agent chose against the policy teaches nothing
	Kind Learned
	Yes  bool
}

// Learned is what an observation tells.
type Learned string

// What can be learned.
const (
	Answer Learned = "answer"
	Lasted Learned = "lasted"
)

// halfLife is how fast what was seen loses weight: markets drift. Source: retention.md 4.2 (5).
const halfLife = 180 * 24 * time.Hour

// landmark is where weights are counted from. An observation weighs 2^(age of the landmark / half-life) once and for
// all, and is divided by the same of the moment it is read: sums never have to be decayed, and their order hardly matters.
var landmark = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func weight(at time.Time) float64 { return math.Exp2(float64(at.Sub(landmark)) / float64(halfLife)) }

// Model is what was learned so far. It is not safe for concurrent use with Learn.
type Model struct {
	prior  Prior
	seen   int64
	cells  map[cellArm]tally
	reason map[reasonArm]beta // answers over all tiers
	arms   map[string]beta    // lasting over all cells
}

type cellArm struct{ reason, tier, arm string }

type reasonArm struct{ reason, arm string }

// tally counts one cell's arm, in weights from the landmark.
type tally struct{ answers, lasted beta }

// NewModel knows nothing but its prior.
func NewModel(p Prior) *Model {
	return &Model{prior: p, cells: map[cellArm]tally{}, reason: map[reasonArm]beta{}, arms: map[string]beta{}}
}

// Seen is how many observations were learned: with it and the log, the model of any earlier moment is built again.
func (m *Model) Seen() int64 { return m.seen }

// Learn takes one observation in. Every observation counts as seen, also one that teaches nothing.
func (m *Model) Learn(o Observation) {
	m.seen++
	if o.By == ByAgent || o.By == ByHoldout {
		return
	}
	m.add(o.Cell, o.Arm, o.Kind, one(o.Yes, weight(o.At)))
}

func (m *Model) add(c Cell, arm string, kind Learned, b beta) {
	key := cellArm{c.Reason, c.Tier, arm}
	t := m.cells[key]
	switch kind {
	case Answer:
		t.answers = t.answers.plus(b)
		r := reasonArm{c.Reason, arm}
		m.reason[r] = m.reason[r].plus(b)
	case Lasted:
		t.lasted = t.lasted.plus(b)
		m.arms[arm] = m.arms[arm].plus(b)
	}
	m.cells[key] = t
}

func one(yes bool, w float64) beta {
	if yes {
		return beta{yes: w}
	}
	return beta{no: w}
}

func (b beta) plus(c beta) beta { return beta{b.yes + c.yes, b.no + c.no} }

// minus is b without c; rounding never leaves less than nothing.
func (b beta) minus(c beta) beta { return beta{max(0, b.yes-c.yes), max(0, b.no-c.no)} }

func (b beta) times(f float64) beta { return beta{b.yes * f, b.no * f} }

// belief is what is believed of one arm in one cell: that a customer says yes, and that the yes lasts. Cells of the
// same reason share what they know of answers, cells of the same offer what they know of lasting.
func (m *Model) belief(c Cell, o Offer, now time.Time) (accept, stick beta) {
	fresh := 1 / weight(now)
	t := m.cells[cellArm{c.Reason, c.Tier, o.Code}]
	accept, stick = m.prior.answer(c.Reason, o), m.prior.lasting(o)
	if m.prior.Pooled {
		accept = accept.plus(m.reason[reasonArm{c.Reason, o.Code}].minus(t.answers).times(fresh)).atMost(m.prior.AcceptPoolMax)
		stick = stick.plus(m.arms[o.Code].minus(t.lasted).times(fresh)).worth(m.prior.StickPool)
	}
	accept, stick = accept.plus(t.answers.times(fresh)), stick.plus(t.lasted.times(fresh))
	return accept, stick
}

// stored is a model's row for one cell's arm, in weights from the landmark.
type stored struct {
	Cell
	Arm     string  `json:"arm"`
	Yes     float64 `json:"yes"`
	No      float64 `json:"no"`
	Lasted  float64 `json:"lasted"`
	Left    float64 `json:"left"`
	compare string
}

type storedModel struct {
	Seen  int64    `json:"seen"`
	Cells []stored `json:"cells"`
}

// MarshalJSON writes what was learned, not the prior; rows are ordered, so that equal models write equal bytes.
func (m *Model) MarshalJSON() ([]byte, error) {
	out := storedModel{Seen: m.seen, Cells: make([]stored, 0, len(m.cells))}
	for k, t := range m.cells {
		out.Cells = append(out.Cells, stored{
			Cell: Cell{k.reason, k.tier}, Arm: k.arm, Yes: t.answers.yes, No: t.answers.no, Lasted: t.lasted.yes, Left: t.lasted.no,
			compare: strings.Join([]string{k.reason, k.tier, k.arm}, "\x00"),
		})
	}
	slices.SortFunc(out.Cells, func(a, b stored) int { return strings.Compare(a.compare, b.compare) })
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON wrote into a model made by NewModel.
func (m *Model) UnmarshalJSON(raw []byte) error {
	var in storedModel
	if err := json.Unmarshal(raw, &in); err != nil {
		return err
	}
	fresh := NewModel(m.prior)
	fresh.seen = in.Seen
	for _, s := range in.Cells {
		fresh.add(s.Cell, s.Arm, Answer, beta{s.Yes, s.No})
		fresh.add(s.Cell, s.Arm, Lasted, beta{s.Lasted, s.Left})
	}
	*m = *fresh
	return nil
}
