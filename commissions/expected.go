package commissions

import (
	"context"
	"fmt"
	"sync"
	"time"

	"saveline/commissions/rules"
	"saveline/internal/facts"
	"saveline/internal/money"
	"saveline/internal/pg"
	"saveline/retention"
)

// expectedDays is how far ahead a save that lasts is looked at: beyond its last verification, on day 90 with its grace.
const expectedDays = 100

// verifiedDays is when a save that lasts is verified, by its stage.
var verifiedDays = map[int]int{30: 33, 60: 63, 90: 93}

// expectedBook is a client's rules as they will be when a save of today has been verified.
type expectedBook struct {
	mu   sync.Mutex
	day  rules.Date
	book *rules.Rulebook
}

// ExpectedPayTx is what each of some saves that have not happened would pay an agent if it lasted, under the plan in force
// now, in minor units of the save's own currency. Each is valued alone, as the first of its period: tiers, gates and caps
// that hang on other results are not in it, nor what the agent shares with others. Somebody on no plan is paid nothing, and
// what the rules cannot value counts as nothing. It reads within the transaction and writes nothing.
func (s *Service) ExpectedPayTx(ctx context.Context, tx *pg.Tx, of retention.SupposedSaves) ([]int64, error) {
	out := make([]int64, len(of.Saves))
	w, err := s.workbook(ctx, tx, of.Client)
	if err != nil || len(w.Plans) == 0 {
		return out, err
	}
	b, err := s.expectedBookOf(w, of.At)
	if err != nil {
		s.unexpected(ctx, of, err)
		return out, nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, save := range of.Saves {
		pay, err := expectedOf(b.book, of, save)
		if err != nil {
			s.unexpected(ctx, of, err)
			continue
		}
		out[i] = pay
	}
	return out, nil
}

// unexpected notes that the rules cannot value what is supposed. Pay that cannot be computed waits for somebody to look at it
// as an exception when it is due; nobody with a customer on the line waits for that.
func (s *Service) unexpected(ctx context.Context, of retention.SupposedSaves, err error) {
	s.log.WarnContext(ctx, "what a save would pay is not known", "client", of.Client, "agent", of.Agent, "error", err)
}

func (s *Service) expectedBookOf(w *Workbook, at time.Time) (*expectedBook, error) {
	day := rules.DateOf(at, w.Zone)
	if kept, ok := s.expected.Load(w); ok && kept.(*expectedBook).day == day {
		return kept.(*expectedBook), nil
	}
	book, err := w.Rulebook(w.Plans, at.AddDate(0, 0, expectedDays))
	if err != nil {
		return nil, err
	}
	s.expected.Range(func(other, _ any) bool { // workbooks of the client that are no more
		if other.(*Workbook).Client == w.Client {
			s.expected.Delete(other)
		}
		return true
	})
	out := &expectedBook{day: day, book: book}
	s.expected.Store(w, out)
	return out, nil
}

func expectedOf(book *rules.Rulebook, of retention.SupposedSaves, save retention.ResultFactV2) (sum int64, err error) {
	f := facts.Fact{Client: int64(of.Client), EffectiveAt: of.At, RecordedAt: of.At}
	save.Result = supposedResult
	outcome, err := outcomeEvent(f, retention.OutcomeFactV2{Agent: int64(of.Agent), Code: retention.CodeSave, ReasonCode: of.Reason}, save, of.At)
	if err != nil {
		return 0, err
	}
	supposed := []payEvent{outcome}
	for stage, days := range verifiedDays {
		f.EffectiveAt = of.At.AddDate(0, 0, days)
		f.RecordedAt = f.EffectiveAt
		e, err := factEvent(f, rules.EventVerification, fmt.Sprintf("supposed:%d", stage), supposedResult, map[string]any{"stage": stage, "result": "pass"})
		if err != nil {
			return 0, err
		}
		supposed = append(supposed, e)
	}
	events := make([]*rules.Event, len(supposed))
	for i, x := range supposed {
		e, err := x.event()
		if err != nil {
			return 0, err
		}
		events[i] = &e
	}
	pay, err := book.Agent(agentOf(of.Agent), inTime(events), nil)
	if err != nil {
		return 0, err
	}
	total := money.Amount{Currency: save.Currency}
	for i := range pay.Lines {
		if a := pay.Lines[i].Amount; a.Currency == save.Currency {
			if total, err = total.Add(a); err != nil {
				return 0, err
			}
		}
	}
	return total.Minor, nil
}

// supposedResult is the number of a result that has not happened.
const supposedResult = -1
