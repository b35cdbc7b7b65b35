package nextoffer

// Fit is what people who know the business say about an offer for a reason.
type Fit int

// The fits. What nobody said anything about is plausible.
const (
	Plausible Fit = iota
	Match
	Poor // not a candidate: it is not tried
)

// Prior is what is believed before anything was learned. Strengths are counts of made-up cases.
type Prior struct {
	Accept         map[Fit]float64 // mean of P(yes)
	AcceptNone     float64         // of the arm without an offer
	AcceptStrength float64
	Stick          map[string]float64 // mean of P(a yes lasts) by family
	StickOther     float64            // of a family that Stick does not name
	StickStrength  float64
	Fits           map[string]map[string]Fit // reason -> offer's code -> fit
	// Pooled lets cells learn from each other: of answers, the tiers of a reason, worth AcceptPoolMax cases at most; of
	// lasting, all cells of an offer, worth StickPool cases.
	Pooled        bool
	AcceptPoolMax float64
	StickPool     float64
}

// Published are the figures to begin with: 28 and 15 % say yes to a matching and a plausible offer; after 90 days 85 %
// of smaller plans, 60 of fixes, 54 of pauses, 50 of those who were given nothing are still there, and of discounts the
// fewer the deeper they were. Offers say their own figure in Offer.Stick where the family's is too coarse.
//
// Source: retention.md 0.4 and 4.2 (2).
func Published(fits map[string]map[string]Fit) Prior {
	return Prior{
		Accept:         map[Fit]float64{Match: 0.28, Plausible: 0.15, Poor: 0.05},
		AcceptNone:     0.08,
		AcceptStrength: 8,
		Stick:          map[string]float64{"plan": 0.85, "fix": 0.60, "pause": 0.54, None: 0.50, "discount": 0.45, "free_month": 0.35},
		StickOther:     0.45,
		StickStrength:  10,
		Fits:           fits,
		Pooled:         true,
		AcceptPoolMax:  30,
		StickPool:      20,
	}
}

// Flat believes nothing: any probability is as likely as any other, and cells learn nothing from each other. It is the
// cold start that Published is measured against.
func Flat() Prior {
	return Prior{
		Accept: map[Fit]float64{Match: 0.5, Plausible: 0.5, Poor: 0.5}, AcceptNone: 0.5, AcceptStrength: 2,
		StickOther: 0.5, StickStrength: 2,
	}
}

func (p Prior) fit(reason, code string) Fit { return p.Fits[reason][code] }

func (p Prior) answer(reason string, o Offer) beta {
	mean := p.Accept[p.fit(reason, o.Code)]
	if o.Code == None {
		mean = p.AcceptNone
	}
	return beta{mean, 1 - mean}.times(p.AcceptStrength)
}

func (p Prior) lasting(o Offer) beta {
	mean, named := p.Stick[o.Family]
	switch {
	case !p.Pooled: // knows nothing of offers
		mean = p.StickOther
	case o.Stick > 0:
		mean = o.Stick
	case !named:
		mean = p.StickOther
	}
	return beta{mean, 1 - mean}.times(p.StickStrength)
}
