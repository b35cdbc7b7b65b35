package law

import (
	"slices"
	"strings"
)

// Date is a day, "2026-11-30".
type Date string

// Rule is one row: what a check says, where, since when and by what right. A rule that changes gets another row with the
// same id and a later From; a run is judged by the row in force on its last day.
type Rule struct {
	ID           string // "L9"
	Jurisdiction string // "US", "US-CA", "US-NY", "PH", "KR"; "*" is everywhere
	From         Date   // the version
	Until        Date   // exclusive; "" while it is in force
	Title        string
	Source       string
	check        func(*inquiry)
}

// Rules are all rows. Days are those of the text or the ruling; where only its year is settled, the first of that year.
var Rules = []Rule{
	{"L1", "US", "1968-01-26", "", "Commissions are in the regular rate", "29 CFR 778.117", feedIsComplete},
	{"L2", "US", "1968-01-26", "", "The premium is half of the regular rate", "29 CFR 778.118, .110(b)", premiumIsPaid},
	{"L3", "US", "1968-01-26", "", "Overtime is trued up once a commission is known", "29 CFR 778.119, .106", trueUpIsDue},
	{"L4", "US", "1968-01-26", "", "A commission is spread over its workweeks by a stated method", "29 CFR 778.120", methodIsStated},
	{"L5", "US", "1968-01-26", "", "Late credits and debits count in the period that pays them", "29 CFR 778.121", lateGoesToOpen},
	{"L6", "US", "2017-01-01", "", "A commission is spread over the weeks it was earned in, no others", "Freixa v. Prestige Cruise Services (11th Cir. 2017)", weeksAreThePeriods},
	{"L7", "US", "1968-01-26", "", "Announced bonuses, prizes and night differentials are in the regular rate", "29 CFR 778.207(b), .208-.211, .331", includedUnlessSaid},
	{"L8", "US", "1961-09-03", "", "The retail or service exemption has two tests", "29 USC 207(i), 29 CFR 779.410-.421", retailExemption},
	{"L9", "US", "2017-10-12", "", "The minimum wage is free and clear each workweek, draws included", "29 USC 206, Stein v. hhgregg (6th Cir. 2017)", minimumWage},
	{"L10", "US-CA", "2013-01-01", "", "Commissions need a written contract, signed and received", "Cal. Labor Code 2751", californiaContract},
	{"L11", "US-CA", "1995-01-01", "", "A chargeback takes back an advance on one's own sale", "Cal. Labor Code 221, 223; Hudgins v. Neiman Marcus (1995); Steinhebel v. L.A. Times (2005); DeLeon v. Verizon (2012)", chargebacks},
	{"L12", "US-CA", "2014-07-14", "", "The inside-sales exemption is tested as paid", "Cal. Wage Orders 4 and 7, s. 3(D); Peabody v. Time Warner Cable (2014)", insideSales},
	{"L13", "US-CA", "2018-03-05", "", "A flat sum is divided by the hours that are not overtime", "Alvarado v. Dart Container (Cal. 2018)", flatSums},
	{"L14", "US-NY", "2007-10-16", "", "Commissions need a signed writing with its five terms", "N.Y. Labor Law 191(1)(c), 193; Pachter v. Bernard Hodes (2008)", newYorkWriting},
	{"L15", "PH", "1975-12-16", "", "13th-month pay counts commissions that are part of basic salary", "PD 851; Phil. Duplicators v. NLRC (1995); Boie-Takeda v. De la Serna (1993); Labor Code 97(f)", thirteenthMonth},
	{"L16", "KR", "1997-03-13", "", "Wages are paid in full; a statement shows each item", "Labor Standards Act 43, 48", koreaFullPayment},
	{"L17", "*", "2018-01-01", "", "An incremental commission is an asset over its benefit", "ASC 340-40-25-1 to 25-4", capitalise},
	{"L18", "*", "2002-07-30", "", "Whoever calculates neither approves nor is paid", "Sarbanes-Oxley Act 404", separation},
}

// InForce are the rows of a day, by the order of Rules.
func InForce(day Date) []Rule {
	return slices.DeleteFunc(slices.Clone(Rules), func(r Rule) bool { return r.From > day || r.Until != "" && r.Until <= day })
}

// Covers reports whether a rule is for people of a jurisdiction: the law of the United States is for California too.
func (r Rule) Covers(jurisdiction string) bool {
	return r.Jurisdiction == "*" || r.Jurisdiction == jurisdiction || strings.HasPrefix(jurisdiction, r.Jurisdiction+"-")
}

// retention is for how many years the records of pay are kept.
var retention = map[string]int{
	"US":    3, // 29 CFR 516.5
	"US-CA": 4, // Cal. Labor Code 226(a) asks for 3; claims reach back 4 (Bus. & Prof. Code 17208)
	"US-NY": 6, // N.Y. Labor Law 195(4)
	"PH":    3, // Labor Code 306: money claims
	"KR":    3, // Labor Standards Act 42
}

// HouseYears is for how many years this house keeps records of pay, whatever less a law asks for.
const HouseYears = 7

// RetentionYears is what a jurisdiction asks for; unknown ones get the house's.
func RetentionYears(jurisdiction string) int {
	if n, ok := retention[jurisdiction]; ok {
		return n
	}
	country, _, _ := strings.Cut(jurisdiction, "-")
	if n, ok := retention[country]; ok {
		return n
	}
	return HouseYears
}
