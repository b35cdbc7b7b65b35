// Package law decides what the law says of a pay run: the checks L1 to L18, each a dated row with its jurisdiction and its
// source, over facts that somebody else has gathered. It computes what the checks need (the regular rate, premiums, minimum
// wages, limits of recovery) exactly, and writes nothing.
//
// It is never silent: a rule that could not be checked says which facts it misses. It is advice by a program and no legal
// advice; counsel has to confirm what matters.
package law
