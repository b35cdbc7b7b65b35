// Package offerworld is a made-up save desk on which policies of the next offer are measured.
//
// 15 kinds of customer (five groups of reasons, three value tiers) and eight arms. How many there are and what they pay
// is from published totals of saveable requests; how often they say yes and stay is drawn around published anchors, anew
// for each seed. Policies see what a desk would see: the case, what may be offered, the answer at once, and after 90
// days whether a yes lasted. The truth stays in here.
package offerworld
