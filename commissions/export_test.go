package commissions

// BuildEvidence makes the evidence of a run again, for tests that compare it with what was kept.
var BuildEvidence = buildEvidence

// SlipLanguages are the words of statements on paper.
var SlipLanguages = slipLanguages

// PayableMinor is what a settled entry is worth to its agent.
const PayableMinor = payableMinor
