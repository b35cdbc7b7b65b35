// Package rules decides what a credit earns: credits, plan versions and assignments in, lines out.
//
// It is pure: the same Book gives the same lines in the same order on any machine in any year, so that a statement can
// be recomputed from its inputs. All money is whole minor units and is rounded half-up once a line, by package money.
package rules
