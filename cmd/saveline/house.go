package main

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/jmoiron/sqlx"

	"saveline/campaigns"
	"saveline/cmd/saveline/rehearsal"
	"saveline/commissions"
	"saveline/dialer"
	"saveline/dialer/sim"
	"saveline/dialer/telephony"
	"saveline/internal/auth"
	"saveline/internal/facts"
	"saveline/internal/httpx"
	"saveline/internal/jobs"
	"saveline/internal/live"
	"saveline/internal/schedule"
	"saveline/retention"
	"saveline/retention/delivery"
	"saveline/web"
)

// house is every service over one database, one clock and one switch.
type house struct {
	db          *sqlx.DB
	now         func() time.Time
	auth        *auth.Service
	campaigns   *campaigns.Service
	dialer      *dialer.Service
	retention   *retention.Service
	commissions *commissions.Service
	facts       *facts.Log
	jobs        *jobs.Client
	schedule    *schedule.Scheduler
}

// ground is what a house stands on.
type ground struct {
	db   *sqlx.DB
	now  func() time.Time
	log  *slog.Logger
	sw   telephony.Switch
	pub  live.Publisher
	node string
	key  auth.SecretKey
	// billing lets addresses of private networks be called as billing systems: a demo's own.
	billing func(netip.AddrPort) bool
	// inline runs scheduled jobs on the spot instead of through the queue: virtual time.
	inline bool
}

// build is the whole wiring: who knows whom.
func build(g ground) *house {
	h := &house{db: g.db, now: g.now, auth: auth.NewService(g.db, g.now, g.log, g.key)}
	h.jobs = jobs.New(g.db, quieter(g.log)) // the queue counts its jobs aloud every few seconds
	h.campaigns = campaigns.New(g.db, g.now, g.log, g.pub)
	h.dialer = dialer.New(g.db, g.now, g.log, h.campaigns, g.sw, g.pub, g.node)
	h.retention = retention.New(g.db, g.now, g.log, h.dialer, h.campaigns, g.pub)
	h.retention.SetKey(g.key)
	if g.sw != nil && !g.sw.Live() {
		h.retention.SetRecorder(retention.SimulatedRecorder{})
	}
	h.dialer.SetWrapUpExpired(h.retention.ExpireWrapUp)
	h.dialer.SetMayKnow(h.retention.MayKnow)
	h.followUp(g)
	h.useBilling(g)
	h.commissions = commissions.New(g.db, g.now, g.log, g.pub)
	if !g.inline {
		h.commissions.SetQueue(h.jobs)
	}
	h.retention.SetPayCost(h.commissions)
	h.retention.SetExpectedPay(h.commissions)
	h.facts = facts.NewLog(g.db, g.now, g.log)
	for _, c := range h.commissions.Consumers() {
		h.facts.Register(c)
	}
	var queue schedule.Queue = h.jobs
	if g.inline {
		queue = nil
	}
	h.schedule = schedule.New(g.db, g.now, g.log, queue)
	h.jobs.HandleTicks(h.schedule.Tick)
	for _, list := range [][]schedule.Job{h.campaigns.Jobs(), h.retention.Jobs(), h.commissions.Jobs(), h.housekeeping()} {
		h.schedule.Register(list...)
	}
	return h
}

// followUp lets messages out: by the queue where one runs, never from a rehearsal.
func (h *house) followUp(g ground) {
	if g.inline {
		h.retention.SetFollowUp(g.key, nil, nil)
		return
	}
	h.retention.SetFollowUp(g.key, h.jobs, delivery.New(delivery.Options{}))
}

// housekeeping is what the ground floor wants done now and then.
func (h *house) housekeeping() []schedule.Job {
	return []schedule.Job{{
		Name: "auth.prune", Spec: "*/5 * * * *", Once: true,
		Run: func(ctx context.Context, _ time.Time) error { return h.auth.Prune(ctx, h.now()) },
	}}
}

// wire is build for a rehearsal. What it seals can be opened with the key.
func wire(log *slog.Logger, key auth.SecretKey) rehearsal.Wire {
	return func(db *sqlx.DB, now func() time.Time, sw *sim.Switch, pub live.Publisher) rehearsal.Services {
		h := build(ground{db: db, now: now, log: log, sw: sw, pub: pub, node: "rehearsal", key: key, inline: true})
		return h.services(sw)
	}
}

func (h *house) services(sw *sim.Switch) rehearsal.Services {
	return rehearsal.Services{
		DB: h.db, Auth: h.auth, Campaigns: h.campaigns, Dialer: h.dialer, Retention: h.retention, Commissions: h.commissions,
		Facts: h.facts, Schedule: h.schedule, Switch: sw, Now: h.now,
	}
}

// routed is a part of the house that has operations.
type routed interface{ Routes(api huma.API) }

// front is the engine with every operation of the house and the pages behind it.
func (h *house) front(log *slog.Logger, more ...routed) (http.Handler, huma.API) {
	cfg := httpx.Config{Title: "Saveline", Version: version, UI: web.Handler()}
	engine, api := httpx.New(cfg, h.auth, h.auth, log)
	parts := append([]routed{h.auth, h.campaigns, h.dialer, h.retention, h.commissions}, more...)
	for _, p := range parts {
		p.Routes(api)
	}
	return engine, api
}
