package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"saveline/cmd/saveline/rehearsal"
	"saveline/dialer/sim"
	"saveline/internal/auth"
	"saveline/internal/config"
	"saveline/internal/httpx"
	"saveline/internal/live"
	"saveline/internal/obs"
)

const (
	drainCallsMax  = 10 * time.Minute // live conversations are let to their end
	stopWorkersMax = 30 * time.Second
)

// runServe is `saveline serve`.
func runServe(ctx context.Context, e env, args []string) error {
	cfg, err := config.Load(e.getenv)
	if err != nil {
		return err
	}
	fs := e.flags("serve")
	fs.StringVar(&cfg.Addr, "addr", cfg.Addr, "address to listen on")
	roles := fs.String("roles", join(cfg.Roles), "what this node does: api, scheduler, dialer")
	if _, err := parse(fs, args, 0); err != nil {
		return err
	}
	cfg.Roles = nil
	for r := range strings.SplitSeq(*roles, ",") {
		cfg.Roles = append(cfg.Roles, config.Role(strings.TrimSpace(r)))
	}
	if err := cfg.Validate(); err != nil {
		return err
	}
	log := e.logger(cfg)
	d, err := openDatabase(ctx, cfg, log)
	if err != nil {
		return err
	}
	n, err := newNode(ctx, cfg, d, log, sim.DefaultWorld())
	if err != nil {
		return errors.Join(err, d.close())
	}
	ctx, stop := httpx.Signals(ctx, os.Exit)
	defer stop()
	return n.run(ctx)
}

// node is one running process of the service.
type node struct {
	*house
	cfg    config.Config
	d      *database
	log    *slog.Logger
	hub    *live.Hub
	ears   *rehearsal.Ears // a demo's agents listen here
	sw     *sim.Switch
	server *httpx.Server
	extra  []func(context.Context) error // a demo's floor
	till   till                          // a demo's billing system

	drain func(context.Context) error // lets conversations end when the node stops

	rehearsals *rehearsal.Service
}

// newNode migrates, wires and listens; nothing runs yet.
func newNode(ctx context.Context, cfg config.Config, d *database, log *slog.Logger, world sim.World) (*node, error) {
	if err := d.migrate(ctx); err != nil {
		return nil, err
	}
	key, err := secretKey(cfg)
	if err != nil {
		return nil, err
	}
	n := &node{cfg: cfg, d: d, log: log, hub: live.NewHub(d.DB, d.dsn, time.Now, log)}
	n.sw = sim.New(sim.Config{Seed: uint64(time.Now().UnixNano()), Now: time.Now, World: world})
	n.ears = rehearsal.NewEars(n.hub)
	g := ground{db: d.DB, now: time.Now, log: log, sw: n.sw, pub: n.ears, node: cfg.Node, key: key, billing: n.till.allows}
	n.house = build(g)
	n.drain = n.dialer.Drain
	n.rehearsals = rehearsal.NewService(d.DB, time.Now, log, n.campaigns, n.jobs, n.hub, func(ctx context.Context, c rehearsal.Config, progress func(float64)) (*rehearsal.DayResult, error) {
		return rehearse(ctx, d.dsn, log, c, progress)
	})
	n.openTopics()
	handler, _ := n.front(log, n.hub, n.rehearsals, health{d, cfg})
	n.server, err = httpx.NewServer(cfg.Addr, n.outer(handler), log)
	return n, err
}

// outer adds the pages for machines: health, readiness, metrics.
func (n *node) outer(api http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", api)
	mux.Handle("GET /healthz", obs.Alive())
	mux.Handle("GET /readyz", obs.Ready(n.log, n.checks()...))
	mux.Handle("GET /metrics", obs.Metrics(n.metrics()))
	return mux
}

// run starts what the node's roles say, serves, and stops in written order: refuse new dials, let conversations end,
// stop the workers, close the front door, close the database.
func (n *node) run(ctx context.Context) error {
	n.log.Info("serving", "address", n.server.Addr().String(), "node", n.cfg.Node, "roles", join(n.cfg.Roles), "version", version)
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	group, work := errgroup.WithContext(work)
	start := func(run func(context.Context) error) { group.Go(func() error { return run(work) }) }
	start(n.hub.Run)
	start(n.sw.Run)
	if n.plays(config.RoleScheduler) {
		start(n.facts.Run)
		start(n.schedule.Run)
		start(n.jobs.Run)
	}
	if n.plays(config.RoleDialer) {
		start(n.dialer.Run)
	}
	for _, run := range n.extra {
		start(run)
	}
	if n.d.private != nil {
		start(n.d.private.Run)
	}
	serve, broken := context.WithCancel(ctx)
	defer broken()
	go func() {
		<-work.Done() // a worker that fails takes the node down in order
		broken()
	}()
	err := n.server.Run(
		serve,
		httpx.Step{Name: "let conversations end", Max: drainCallsMax, Do: n.drain},
		httpx.Step{Name: "end event streams", Max: stopWorkersMax, Do: func(context.Context) error { n.hub.Close(); return nil }},
		n.server.CloseDoor(),
		httpx.Step{Name: "stop workers", Max: stopWorkersMax, Do: func(context.Context) error { cancel(); return group.Wait() }},
	)
	return errors.Join(err, n.sw.Close(), n.d.close())
}

func (n *node) plays(r config.Role) bool { return slices.Contains(n.cfg.Roles, r) }

// metrics are read from their owners at each scrape.
func (n *node) metrics() *prometheus.Registry {
	return obs.Register(obs.Readings{
		Calls: obs.Counts(n.dialer.EndedLastHour), Agents: obs.Counts(n.dialer.AgentCounts), AbandonRate: n.dialer.AbandonRates,
		FactsLag: obs.Counts(n.facts.Lag), JobAges: obs.Durations(n.jobs.Ages),
	}, n.d.DB.DB, version, n.log)
}

func (n *node) checks() []obs.Check {
	return []obs.Check{
		{Name: "database", Run: n.d.PingContext},
		{Name: "draining", Run: func(context.Context) error {
			if n.server.Draining() {
				return errors.New("this node is stopping")
			}
			return nil
		}},
	}
}

// secretKey is the configured one; the private installation keeps its own in its data directory.
func secretKey(cfg config.Config) (auth.SecretKey, error) {
	raw, err := cfg.Key()
	if err != nil {
		return auth.SecretKey{}, err
	}
	return auth.SecretKey(raw), nil // config gives as many bytes as the key has
}

func join(roles []config.Role) string {
	s := make([]string, len(roles))
	for i, r := range roles {
		s[i] = string(r)
	}
	return strings.Join(s, ",")
}
