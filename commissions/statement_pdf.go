package commissions

import (
	_ "embed"
	"fmt"
	"strings"
	"time"

	"github.com/johnfercher/maroto/v2"
	rule "github.com/johnfercher/maroto/v2/pkg/components/line"
	"github.com/johnfercher/maroto/v2/pkg/components/text"
	"github.com/johnfercher/maroto/v2/pkg/config"
	"github.com/johnfercher/maroto/v2/pkg/consts/align"
	"github.com/johnfercher/maroto/v2/pkg/consts/fontstyle"
	"github.com/johnfercher/maroto/v2/pkg/core"
	"github.com/johnfercher/maroto/v2/pkg/props"
	"github.com/johnfercher/maroto/v2/pkg/repository"
)

// The font has Latin, the currency signs and the 2,350 syllables of KS X 1001. It is a subset of Noto Sans KR under the SIL
// Open Font License (fonts/LICENSE.txt).
//
//go:embed fonts/NotoSansKR-subset.ttf
var slipFont []byte

const (
	slipFontName  = "NotoSansKR"
	slipLinesMax  = 2000 // lines on paper; a statement with more says so and has the rest in its CSV
	slipRowHeight = 5.0  // millimetres
)

// slip is a statement on its way to paper. Text sizes are points.
type slip struct {
	core.Maroto
	words slipWords
}

// printStatement is a statement as PDF, A4. The same statement and language give the same pages; its creation date is the
// period's end.
func printStatement(st Statement, words slipWords) ([]byte, error) {
	fonts, err := repository.New().AddUTF8FontFromBytes(slipFontName, fontstyle.Normal, slipFont).AddUTF8FontFromBytes(slipFontName, fontstyle.Bold, slipFont).Load()
	if err != nil {
		return nil, fmt.Errorf("font of statements: %w", err)
	}
	made, err := time.Parse(time.DateOnly, string(st.Period.EndsOn))
	if err != nil {
		return nil, fmt.Errorf("statement %d: %w", st.ID, err)
	}
	cfg := config.NewBuilder().WithCustomFonts(fonts).WithDefaultFont(&props.Font{Family: slipFontName, Size: 8}).
		WithCreationDate(made).WithTitle(words.Title, true).WithPageNumber(props.PageNumber{Pattern: "{current} / {total}", Size: 7, Family: slipFontName}).Build()
	s := slip{maroto.New(cfg), words}
	if err := s.head(st); err != nil {
		return nil, err
	}
	s.lines(st.Lines[:min(len(st.Lines), slipLinesMax)])
	s.foot(st)
	doc, err := s.Generate()
	if err != nil {
		return nil, fmt.Errorf("print statement %d: %w", st.ID, err)
	}
	return doc.GetBytes(), nil
}

func (s slip) head(st Statement) error {
	last, err := st.Period.lastDay()
	if err != nil {
		return err
	}
	w := s.words
	s.AddRow(10, text.NewCol(12, w.Title, props.Text{Size: 16}))
	for _, pair := range [][4]string{
		{w.Employee, st.Name, w.Period, fmt.Sprintf("%s – %s (%s)", st.Period.StartsOn, last, st.Period.Zone)},
		{w.Number, st.EmployeeNo, w.Run, fmt.Sprint(st.Run)},
	} {
		s.AddRow(slipRowHeight, text.NewCol(2, pair[0]), text.NewCol(4, pair[1]), text.NewCol(2, pair[2]), text.NewCol(4, pair[3]))
	}
	total := st.Amount.String() + " " + st.Amount.Currency
	if st.Carried {
		total += " (" + st.Left.String() + " " + w.Carried + ")"
	}
	s.AddRow(9, text.NewCol(2, w.Total, props.Text{Size: 11, Top: 1}), text.NewCol(10, total, props.Text{Size: 11, Top: 1}))
	return nil
}

func (s slip) lines(lines []StatementLine) {
	w, right := s.words, props.Text{Align: align.Right}
	s.AddRow(2, rule.NewCol(12))
	s.AddRow(slipRowHeight, text.NewCol(2, w.When), text.NewCol(2, w.What), text.NewCol(2, w.Component), text.NewCol(3, w.How),
		text.NewCol(1, w.Call), text.NewCol(2, w.Amount, right))
	s.AddRow(2, rule.NewCol(12))
	step := 0
	for _, l := range lines {
		if l.Step != step {
			step = l.Step
			s.AddRow(slipRowHeight+1, text.NewCol(12, fmt.Sprintf("%d. %s", step, w.Operations[l.Operation]), props.Text{Size: 9, Top: 1}))
		}
		call := ""
		if l.Call != 0 {
			call = fmt.Sprint(l.Call)
		}
		s.AddRow(slipRowHeight, text.NewCol(2, l.EffectiveAt.UTC().Format(time.DateOnly)), text.NewCol(2, fmt.Sprintf("%s %d", w.kind(l.Kind), l.Entry)),
			text.NewCol(2, strings.ReplaceAll(l.Component, "_", " ")), text.NewCol(3, w.how(l)), text.NewCol(1, call),
			text.NewCol(2, l.Amount.String(), right))
	}
	s.AddRow(2, rule.NewCol(12))
}

func (s slip) foot(st Statement) {
	if more := len(st.Lines) - slipLinesMax; more > 0 {
		s.AddRow(slipRowHeight, text.NewCol(12, fmt.Sprintf("+ %d (CSV)", more)))
	}
	small := props.Text{Size: 7}
	s.AddRow(slipRowHeight, text.NewCol(12, s.words.Rules+": "+strings.Join(versionsOf(st), "; "), small))
	for _, r := range st.Roundings {
		s.AddRow(slipRowHeight, text.NewCol(12, s.words.rounding(r), small))
	}
	s.AddRow(2*slipRowHeight, text.NewCol(12, s.words.order(st), small))
	s.AddRow(slipRowHeight, text.NewCol(12, s.words.Made, small))
}
