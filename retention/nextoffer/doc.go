// Package nextoffer decides which of the offers a customer may be given is tried next: the one that is expected to
// leave the most net margin with us, never the one that is accepted most often.
//
// Pure. The champion is a routing table that people write. The challenger is Thompson sampling on expected net retained
// margin, warm-started with published figures: it draws how likely the customer says yes and how likely the yes lasts
// 90 days, and takes the best score. Who is held out is decided first, by hash. A Choice carries all that is needed to
// make it again: seed, candidates, versions, and how many observations had been learned from.
//
// Statistics are in floating point and money in minor units of one currency; no amount that is paid comes from here.
package nextoffer
