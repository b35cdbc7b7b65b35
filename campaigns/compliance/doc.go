// Package compliance decides whether a person may be called now, and if not, when and why not.
//
// It is pure: whoever dials gathers the facts (Subject) under the locks that make them true, asks Check, and stores
// the Verdict with the attempt as proof. Rules are dated data. Whatever is not known is read the narrow way: a person
// in one of several zones may be called only when all of them allow it, and an unknown zone is treated as all of them.
package compliance
