package commissions

// BuildEvidence makes the evidence of a run again, for tests that compare it with what was kept.
var BuildEvidence = buildEvidence

// SlipLanguages are the words of statements on paper.
var SlipLanguages = slipLanguages
