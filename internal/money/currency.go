package money

import (
	"strings"

	"saveline/internal/errs"
)

// usual lists the ISO 4217 currencies with two decimals.
const usual = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY " +
	"COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR " +
	"IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD " +
	"NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC " +
	"SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG"

// unusual lists the others by their number of decimals.
var unusual = map[int]string{
	0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
	3: "BHD IQD JOD KWD LYD OMR TND",
	4: "CLF UYW",
}

var exponents = func() map[string]int {
	m := map[string]int{}
	for c := range strings.FieldsSeq(usual) {
		m[c] = 2
	}
	for exp, codes := range unusual {
		for c := range strings.FieldsSeq(codes) {
			m[c] = exp
		}
	}
	return m
}()

// Exponent is the number of decimals of a currency: 2 for USD, 0 for JPY and KRW, 3 for KWD (ISO 4217).
//
// Codes: invalid (there is no such currency).
func Exponent(currency string) (int, error) {
	exp, ok := exponents[currency]
	if !ok {
		return 0, errs.Newf(errs.Invalid, "%q is no currency we know; use an ISO 4217 code such as USD", currency)
	}
	return exp, nil
}

// decimals is Exponent for printing: what has no known currency is written with two.
func decimals(currency string) int {
	if exp, ok := exponents[currency]; ok {
		return exp
	}
	return 2
}
