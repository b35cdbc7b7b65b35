// Package policy decides what the law of a place lets an agent say to somebody who wants to cancel.
//
// Pure: rules are dated rows, Decide adds up those that bind at an instant, and Policy.May answers whether an offer may
// be presented now. Where several places may be the customer's, all of them bind: the strictest wins field by field,
// and Why names the row that decided each. A place nobody knows is read the strict way. The rows are the house's
// reading of the sources they cite, to be reviewed by a lawyer of the place before they are relied on.
package policy
