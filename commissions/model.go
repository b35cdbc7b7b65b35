package commissions

import (
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/jobs"
	"saveline/internal/live"
	"saveline/internal/pg"
)

// Names of this package's rows.
type (
	// PlanID names what is paid for what; it has versions.
	PlanID int64
	// VersionID names one version of a plan.
	VersionID int64
	// AssignmentID names a person's plan from a date on.
	AssignmentID int64
	// CreditID names who contributed to a result.
	CreditID int64
	// EntryID names one transfer between two accounts.
	EntryID int64
	// PeriodID names the days that a run pays for.
	PeriodID int64
	// RunID names one calculation of a period.
	RunID int64
	// StatementID names one person's part of a run.
	StatementID int64
	// AdjustmentID names an amount that no rule gave.
	AdjustmentID int64
	// DisputeID names an objection to one line.
	DisputeID int64
	// NoticeID names what an agent was told.
	NoticeID int64
	// ExceptionID names a fact that could not be credited.
	ExceptionID int64
)

// Service keeps the books of pay.
type Service struct {
	db  *sqlx.DB
	now func() time.Time
	log *slog.Logger
	pub live.Publisher

	queue     *jobs.Client // nil: long work is done on the spot
	parsed    parsed
	workbooks sync.Map // of *Workbook, by client
	teams     sync.Map // of teams, by *Workbook
	expected  sync.Map // of *expectedBook, by *Workbook
}

// New makes the service. pub hears of every change of an agent's pay (topic "agent:7", event "pay").
func New(db *sqlx.DB, now func() time.Time, log *slog.Logger, pub live.Publisher) *Service {
	return &Service{db: db, now: now, log: log, pub: pub}
}

// The kinds of entries.
const (
	kindAccrue       = "accrue"        // a credit's pay: expense to advance
	kindEarn         = "earn"          // the hold has passed: advance to earned
	kindReverse      = "reverse"       // mirrors an accrual or an earning
	kindRetro        = "retro"         // a cap takes what no one line gave: advance to expense
	kindDraw         = "draw"          // pay in advance of earnings: draw_receivable, or expense, to earned
	kindRecover      = "recover"       // what a run nets against what the agent owes: earned to receivable
	kindDrawRecovery = "draw_recovery" // earnings repay a draw
	kindPayout       = "payout"        // what a run pays: earned to the run's clearing account
	kindReconcile    = "reconcile"     // payroll confirmed the file: clearing to liability
	kindAdjust       = "adjust"        // what two people agreed on: expense to earned, or back
	kindWriteOff     = "writeoff"      // what a leaver owes and nobody collects: write-off to receivable
	kindHold         = "hold"          // a holdback keeps it: expense to advance to reserve
	kindRelease      = "release"       // the holdback's window has passed: reserve to advance
	kindCarry        = "carry"         // what a run has not taken back: receivable to earned, for the next run
)

// Period is a stretch of days of a client's pay in the client's zone.
type Period struct {
	ID       PeriodID      `db:"id" json:"id"`
	Client   auth.ClientID `db:"client_id" json:"clientId"`
	Calendar string        `db:"calendar" json:"calendar" doc:"monthly, semimonthly, 15-14 and the like, or weekly and biweekly with the first day of some period" example:"monthly"`
	StartsOn rules.Date    `db:"starts_on" json:"startsOn"`
	EndsOn   rules.Date    `db:"ends_on" json:"endsOn" doc:"the first day after it"`
	Zone     string        `db:"zone" json:"zone"`
	State    string        `db:"state" json:"state" doc:"open or closed"`
	ClosedAt *time.Time    `db:"closed_at" json:"closedAt,omitempty"`
}

// page is a slice of a list.
type page struct{ Limit, Offset int }

// notFound turns "no row" into the sentence for it; every query is scoped, so another client's row is not there either.
func notFound[ID ~int64](err error, what string, id ID) error {
	if pg.None(err) {
		return errs.Newf(errs.NotFound, "there is no %s %d here", what, id)
	}
	return fmt.Errorf("%s %d: %w", what, id, err)
}

func int64s[T ~int64](ids []T) any {
	out := make([]int64, len(ids))
	for i, id := range ids {
		out[i] = int64(id)
	}
	return pq.Array(out)
}
