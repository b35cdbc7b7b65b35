package auth

import "saveline/internal/httpx"

// What can be done here. One name per kind of act, not per endpoint.
const (
	CampaignsRead  httpx.Permission = "campaigns.read"
	CampaignsWrite httpx.Permission = "campaigns.write"
	LeadsRead      httpx.Permission = "leads.read"
	LeadsImport    httpx.Permission = "leads.import"
	SuppressWrite  httpx.Permission = "suppressions.write" // do-not-call: agents add, never remove
	SuppressRemove httpx.Permission = "suppressions.remove"
	DialStop       httpx.Permission = "dial.stop"   // the switch that stops all dialing
	DialResume     httpx.Permission = "dial.resume" // and the one that lets it go on
	DeskWork       httpx.Permission = "desk.work"   // be an agent: states, calls, offers, outcomes
	FloorRead      httpx.Permission = "floor.read"
	FloorAct       httpx.Permission = "floor.act" // change other people's states, resolve incidents
	CallsRead      httpx.Permission = "calls.read"
	OffersRead     httpx.Permission = "offers.read"
	OffersWrite    httpx.Permission = "offers.write"
	CasesRead      httpx.Permission = "cases.read"
	CasesWrite     httpx.Permission = "cases.write"
	MessagesRead   httpx.Permission = "messages.read"   // the outbox: what was written to whom
	MessagesWrite  httpx.Permission = "messages.write"  // words, senders, sending again
	BookingsRead   httpx.Permission = "bookings.read"   // appointments
	BookingsWrite  httpx.Permission = "bookings.write"  // say what became of one: never the one who made it
	CustomersRead  httpx.Permission = "customers.read"  // agents see an account on a call, once the caller is verified
	CustomersWrite httpx.Permission = "customers.write" // import, answers to the questions
	GamingRead     httpx.Permission = "gaming.read"     // what stands out about people
	GamingDecide   httpx.Permission = "gaming.decide"   // clear or confirm it: never about oneself
	BillingWrite   httpx.Permission = "billing.write"   // connection, comparison, limits, questions
	PlansRead      httpx.Permission = "plans.read"
	PlansWrite     httpx.Permission = "plans.write"
	PlansApprove   httpx.Permission = "plans.approve"
	PayOwn         httpx.Permission = "pay.own" // my pay, my statements
	PayRead        httpx.Permission = "pay.read"
	PayRun         httpx.Permission = "pay.run"    // calculate, review, lock, export, reconcile
	PayAdjust      httpx.Permission = "pay.adjust" // enter an amount that no rule gave, for somebody else to approve
	PayApprove     httpx.Permission = "pay.approve"
	RehearsalsRun  httpx.Permission = "rehearsals.run"
	ReportsRead    httpx.Permission = "reports.read"
	UsersRead      httpx.Permission = "users.read"
	UsersWrite     httpx.Permission = "users.write"
	ClientsWrite   httpx.Permission = "clients.write"
	TokensWrite    httpx.Permission = "tokens.write"
	AuditRead      httpx.Permission = "audit.read"
	SystemRead     httpx.Permission = "system.read" // doctor's findings, lag, jobs
)

// granted is the whole permission table. Admin has everything but pay approval: nobody approves by being administrator.
var granted = map[Role][]httpx.Permission{
	Admin: {
		CampaignsRead, CampaignsWrite, LeadsRead, LeadsImport, SuppressWrite, SuppressRemove, DialStop, DialResume,
		FloorRead, FloorAct, CallsRead, OffersRead, OffersWrite, CasesRead, CasesWrite, CustomersRead, CustomersWrite, BillingWrite,
		MessagesRead, MessagesWrite, BookingsRead, BookingsWrite, PlansRead, PayRead, RehearsalsRun, ReportsRead, UsersRead, UsersWrite,
		ClientsWrite, TokensWrite, AuditRead, SystemRead, GamingRead,
	},
	Manager: {
		CampaignsRead, CampaignsWrite, LeadsRead, LeadsImport, SuppressWrite, DialStop, DialResume, FloorRead, FloorAct,
		CallsRead, OffersRead, OffersWrite, CasesRead, CasesWrite, CustomersRead, CustomersWrite, BillingWrite, MessagesRead,
		MessagesWrite, BookingsRead, BookingsWrite, PlansRead, PlansWrite, PayAdjust, RehearsalsRun, ReportsRead, UsersRead,
		GamingRead, GamingDecide,
	},
	Supervisor: {
		CampaignsRead, LeadsRead, SuppressWrite, DialStop, FloorRead, FloorAct, CallsRead, OffersRead, CasesRead, CasesWrite,
		CustomersRead, MessagesRead, BookingsRead, BookingsWrite, ReportsRead, UsersRead, GamingRead, GamingDecide,
	},
	Agent: {
		CampaignsRead, SuppressWrite, DeskWork, OffersRead, CustomersRead, PayOwn,
	},
	Payroll: {
		PlansRead, PlansApprove, PayRead, PayRun, PayAdjust, PayApprove, PayOwn, ReportsRead, UsersRead,
	},
	Compliance: {
		CampaignsRead, LeadsRead, SuppressWrite, SuppressRemove, DialStop, DialResume, CallsRead, CasesRead, CustomersRead,
		OffersRead, MessagesRead, BookingsRead, ReportsRead, AuditRead, GamingRead, GamingDecide,
	},
	Integrator: {
		CampaignsRead, LeadsRead, LeadsImport, SuppressWrite, CasesRead, CasesWrite, CustomersRead, CustomersWrite, OffersRead,
		CallsRead, BookingsRead, BookingsWrite,
	},
}
