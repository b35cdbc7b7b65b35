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
	Rounding, Order, Made                                 string
	Modes, Scopes                                         map[string]string // of rounding
	Operations                                            map[string]string
}

// slipLanguages are the languages that statements are printed in.
var slipLanguages = map[string]slipWords{
	"en": {
		Title: "Pay statement", Period: "Period", Employee: "Name", Number: "Employee no.", Run: "Pay run", Total: "Total", Carried: "carried to the next run",
		When: "Date", What: "Entry", Component: "Component", How: "How it came about", Call: "Call", Amount: "Amount", Plan: "Plan", Rules: "Plan versions",
		Kinds:  map[string]string{kindEarn: "Earned", kindReverse: "Taken back", kindAdjust: "Adjusted", kindWriteOff: "Written off", kindAccrue: "Paid in advance", kindCarry: "Carried", kindRetro: "Bounded", kindDraw: "Draw", kindDrawRecovery: "Draw repaid"},
		RateOf: "{rate} of {value}", Each: "{amount} each", Rounding: "Rounding", Order: "Order of operations",
		Modes:  map[string]string{"half_up": "half up", "half_even": "half to even", "floor": "down"},
		Scopes: map[string]string{"line_telescoped": "each line is the rounded sum up to it less the one before it", "line": "each line by itself", "total": "the sum, cut over its lines"},
		Operations: map[string]string{
			"eligibility": "Eligibility", "base": "Base", "tier": "Tiers", "product_rate": "Product rate", "kickers": "Kickers",
			"shift_premium": "Shift premium", "gate": "Conditions", "component_cap": "Cap of a part", "plan_cap": "Cap of the plan", "spiff": "Contests",
			"override": "Override of a lead", "clawback_and_retro": "Taken back and corrected", "draw_and_reserve": "Draw and reserve", "floor_and_true_up": "Floor and guarantee",
		},
		Made: "Every line can be traced to its call: ask for the explanation of its entry number.",
	},
	"ko": {
		Title: "급여 명세서", Period: "기간", Employee: "이름", Number: "사원 번호", Run: "급여 지급", Total: "합계", Carried: "다음 지급으로 이월",
		When: "날짜", What: "항목", Component: "구성", How: "산출 근거", Call: "통화", Amount: "금액", Plan: "보상 계획", Rules: "보상 계획 버전",
		Kinds:  map[string]string{kindEarn: "확정", kindReverse: "환수", kindAdjust: "조정", kindWriteOff: "상각", kindAccrue: "선지급", kindCarry: "이월", kindRetro: "한도 조정", kindDraw: "선급금", kindDrawRecovery: "선급금 상환"},
		RateOf: "{value}의 {rate}", Each: "건당 {amount}", Rounding: "반올림", Order: "계산 순서",
		Modes:  map[string]string{"half_up": "반올림", "half_even": "짝수 반올림", "floor": "버림"},
		Scopes: map[string]string{"line_telescoped": "각 줄은 그 줄까지의 반올림 합계에서 앞줄까지의 합계를 뺀 값", "line": "줄마다 따로", "total": "합계를 반올림해 줄에 나눔"},
		Operations: map[string]string{
			"eligibility": "자격", "base": "기본", "tier": "구간", "product_rate": "상품 요율", "kickers": "가산",
			"shift_premium": "교대 할증", "gate": "조건", "component_cap": "항목 한도", "plan_cap": "계획 한도", "spiff": "대회",
			"override": "팀장 수당", "clawback_and_retro": "환수와 정정", "draw_and_reserve": "선지급과 적립", "floor_and_true_up": "하한과 보장",
		},
		Made: "모든 줄은 통화까지 확인할 수 있습니다. 항목 번호로 설명을 요청하세요.",
	},
	"fil": {
		Title: "Pahayag ng sahod", Period: "Panahon", Employee: "Pangalan", Number: "Blg. ng empleyado", Run: "Takbo ng sahod", Total: "Kabuuan", Carried: "inilipat sa susunod",
		When: "Petsa", What: "Tala", Component: "Bahagi", How: "Paano nakuha", Call: "Tawag", Amount: "Halaga", Plan: "Plano", Rules: "Mga bersiyon ng plano",
		Kinds:  map[string]string{kindEarn: "Kinita", kindReverse: "Binawi", kindAdjust: "Inayos", kindWriteOff: "Pinatawad", kindAccrue: "Paunang bayad", kindCarry: "Inilipat", kindRetro: "Nilimitahan", kindDraw: "Draw", kindDrawRecovery: "Bayad sa draw"},
		RateOf: "{rate} ng {value}", Each: "{amount} bawat isa", Rounding: "Pag-round", Order: "Ayos ng pagkalkula",
		Modes:  map[string]string{"half_up": "kalahati pataas", "half_even": "kalahati sa pantay", "floor": "pababa"},
		Scopes: map[string]string{"line_telescoped": "bawat linya ay ang ni-round na kabuuan hanggang dito bawas ang nauna", "line": "bawat linya nang hiwalay", "total": "ang kabuuan, hinati sa mga linya"},
		Operations: map[string]string{
			"eligibility": "Karapatan", "base": "Batayan", "tier": "Mga antas", "product_rate": "Rate ng produkto", "kickers": "Mga dagdag",
			"shift_premium": "Premium sa shift", "gate": "Mga kondisyon", "component_cap": "Limit ng bahagi", "plan_cap": "Limit ng plano", "spiff": "Mga paligsahan",
			"override": "Bahagi ng lider", "clawback_and_retro": "Binawi at itinama", "draw_and_reserve": "Paunang bayad at reserba", "floor_and_true_up": "Pinakamababa at garantiya",
		},
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
