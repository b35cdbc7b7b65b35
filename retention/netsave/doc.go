// Package netsave decides what saves add up to: gross, net on days 30, 60 and 90, and incremental against a holdout, each
// beside its denominator (retention design 2.1 and 2.2). It is pure: a fold over cases as the log and the verdicts have
// left them.
package netsave
