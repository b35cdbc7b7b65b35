package commissions

import (
	"saveline/internal/errs"
)

// slipWords are the words of a statement on paper, in one language.
type slipWords struct {
	Title, Period, Employee, Number, Run, Total, Carried  string
	When, What, Component, How, Call, Amount, Plan, Rules string
	Kinds                                                 map[string]string
	RateOf, Each                                          string // with {rate}, {value}, {amount}
	Rounding, Made                                        string
}

// slipLanguages are the languages that statements are printed in.
var slipLanguages = map[string]slipWords{
	"en": {
		Title: "Pay statement", Period: "Period", Employee: "Name", Number: "Employee no.", Run: "Pay run", Total: "Total", Carried: "carried to the next run",
		When: "Date", What: "Entry", Component: "Component", How: "How it came about", Call: "Call", Amount: "Amount", Plan: "Plan", Rules: "Plan versions",
		Kinds:  map[string]string{kindEarn: "Earned", kindReverse: "Taken back", kindAdjust: "Adjusted", kindWriteOff: "Written off", kindAccrue: "Paid in advance", kindCarry: "Carried", kindRetro: "Bounded", kindDraw: "Draw", kindDrawRecovery: "Draw repaid"},
		RateOf: "{rate} of {value}", Each: "{amount} each", Rounding: "Rounding: half up to the cent, each line.",
		Made: "Every line can be traced to its call: ask for the explanation of its entry number.",
	},
	"ko": {
		Title: "급여 명세서", Period: "기간", Employee: "이름", Number: "사원 번호", Run: "급여 지급", Total: "합계", Carried: "다음 지급으로 이월",
		When: "날짜", What: "항목", Component: "구성", How: "산출 근거", Call: "통화", Amount: "금액", Plan: "보상 계획", Rules: "보상 계획 버전",
		Kinds:  map[string]string{kindEarn: "확정", kindReverse: "환수", kindAdjust: "조정", kindWriteOff: "상각", kindAccrue: "선지급", kindCarry: "이월", kindRetro: "한도 조정", kindDraw: "선급금", kindDrawRecovery: "선급금 상환"},
		RateOf: "{value}의 {rate}", Each: "건당 {amount}", Rounding: "반올림: 줄마다 최소 화폐 단위에서 반올림합니다.",
		Made: "모든 줄은 통화까지 확인할 수 있습니다. 항목 번호로 설명을 요청하세요.",
	},
	"fil": {
		Title: "Pahayag ng sahod", Period: "Panahon", Employee: "Pangalan", Number: "Blg. ng empleyado", Run: "Takbo ng sahod", Total: "Kabuuan", Carried: "inilipat sa susunod",
		When: "Petsa", What: "Tala", Component: "Bahagi", How: "Paano nakuha", Call: "Tawag", Amount: "Halaga", Plan: "Plano", Rules: "Mga bersiyon ng plano",
		Kinds:  map[string]string{kindEarn: "Kinita", kindReverse: "Binawi", kindAdjust: "Inayos", kindWriteOff: "Pinatawad", kindAccrue: "Paunang bayad", kindCarry: "Inilipat", kindRetro: "Nilimitahan", kindDraw: "Draw", kindDrawRecovery: "Bayad sa draw"},
		RateOf: "{rate} ng {value}", Each: "{amount} bawat isa", Rounding: "Pag-round: kalahati pataas sa sentimo, bawat linya.",
		Made: "Masusundan ang bawat linya hanggang sa tawag nito: hingin ang paliwanag gamit ang numero ng tala.",
	},
}

// wordsIn is the words of a language; "" is English.
//
// Codes: invalid.
func wordsIn(language string) (slipWords, error) {
	if language == "" {
		language = "en"
	}
	w, ok := slipLanguages[language]
	if !ok {
		return slipWords{}, errs.Newf(errs.Invalid, "statements are printed in en, ko and fil, not in %q", language)
	}
	return w, nil
}
