// Package eligibility decides which offers a customer may be given, and says of every other one why not.
//
// Pure. An offer has a condition in CEL over the facts of Facts (whole numbers, texts, yes or no, and money; there are
// no floats), and guardrails that are typed: families and cool-downs, redemptions, caps, budgets, dates, regions, the
// ladder. Guardrails are filters, never penalties. Whether an offer may be made at all is package policy's.
package eligibility
