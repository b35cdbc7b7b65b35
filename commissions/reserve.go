package commissions

import (
	"saveline/commissions/rules"
)

// What a holdback keeps back stands in the reserve: it is an advance that nobody is paid (expense to advance to reserve) until
// its day has come. Then the line that earns it takes it out of there (reserve to advance), and is earned as any other.

// release makes of lines that have come due what takes them out of the reserve, and returns what is left to post.
func (p *poster) release(delta []rules.PayLine) (rest []rules.PayLine, out []posting) {
	kept := map[string]*rules.PayLine{}
	for i := range delta {
		if l := &delta[i]; l.Kind == rules.KindReserve && l.Amount.Minor < 0 {
			kept[l.Key()] = l
		}
	}
	if len(kept) == 0 {
		return delta, nil
	}
	for i := range delta {
		l := &delta[i]
		r := kept[rules.ReserveKey(l.Key())]
		if l.Kind != rules.KindEarn || r == nil {
			continue
		}
		if part := min(l.Amount.Minor, -r.Amount.Minor); part > 0 {
			released := *l
			released.Amount.Minor = part
			out = append(out, p.released(released))
			l.Amount.Minor -= part
			r.Amount.Minor += part
			l.Seq++ // what is more than was kept is a line beside it
		}
	}
	for _, l := range delta {
		if l.Amount.Minor != 0 {
			rest = append(rest, l)
		}
	}
	return rest, out
}

// released takes a line out of the reserve.
func (p *poster) released(l rules.PayLine) posting {
	out := p.accrual(l)
	q := p.base(&l, kindRelease)
	out.Kind, out.Key, out.Debit = q.Kind, q.Key, accountReserve(p.user)
	return out
}

// reserve keeps an amount back, or gives up some of what was kept.
func (p *poster) reserve(l rules.PayLine) []posting {
	in, keep := p.base(&l, kindHold), p.base(&l, kindHold)
	in.Key, in.Line = "hold:in:"+in.Key, lineOf{On: l.Date}
	in.Debit, in.Credit = accountExpense(l.Component), accountAdvance(p.user)
	keep.Debit, keep.Credit = accountAdvance(p.user), accountReserve(p.user)
	if l.Amount.Minor > 0 {
		return []posting{in, keep}
	}
	in.Debit, in.Credit, keep.Debit, keep.Credit = in.Credit, in.Debit, keep.Credit, keep.Debit
	return []posting{keep, in}
}
