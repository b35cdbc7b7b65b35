package obs

import (
	"context"
	"database/sql"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// readTimeout bounds one reading, so that a slow database makes a metric absent, not a scrape hang.
const readTimeout = 3 * time.Second

// A Reading asks an owner for its current values by label.
type Reading func(context.Context) (map[string]float64, error)

// Counts makes a Reading of what counts in whole numbers.
func Counts[K ~string, N ~int | ~int64](read func(context.Context) (map[K]N, error)) Reading {
	return func(ctx context.Context) (map[string]float64, error) {
		counts, err := read(ctx)
		out := make(map[string]float64, len(counts))
		for k, n := range counts {
			out[string(k)] = float64(n)
		}
		return out, err
	}
}

// Durations makes a Reading, in seconds, of what is measured in time.
func Durations[K ~string](read func(context.Context) (map[K]time.Duration, error)) Reading {
	return func(ctx context.Context) (map[string]float64, error) {
		spans, err := read(ctx)
		out := make(map[string]float64, len(spans))
		for k, d := range spans {
			out[string(k)] = d.Seconds()
		}
		return out, err
	}
}

// Readings are the metrics of the business, read from their owners at each scrape. They come from the database, so
// every node says the same; one that a process cannot read is left nil and not exported.
type Readings struct {
	Calls       Reading // calls of the last hour by disposition
	Agents      Reading // agents now by state
	AbandonRate Reading // abandoned / answered by people, by campaign, over the campaign's own window
	FactsLag    Reading // facts not yet handled, by consumer
	JobAges     Reading // seconds that the oldest job is overdue, by kind
}

// Register adds the business's metrics, the pool's and the process's to a new registry.
func Register(r Readings, db *sql.DB, version string, log *slog.Logger) *prometheus.Registry {
	reg := prometheus.NewRegistry()
	reg.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		collectors.NewDBStatsCollector(db, "saveline"))
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "saveline_build_info", Help: "Always 1; the version is the label."}, []string{"version"})
	build.WithLabelValues(version).Set(1)
	failures := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "saveline_metric_failures_total", Help: "Readings that failed, so that the metric was absent.",
	}, []string{"metric"})
	reg.MustRegister(build, failures)
	for _, m := range []struct {
		name, label, help string
		read              Reading
	}{
		{"saveline_calls_last_hour", "disposition", "Calls that ended within the last hour.", r.Calls},
		{"saveline_agents", "state", "Agents by their state now.", r.Agents},
		{"saveline_abandon_ratio", "campaign", "Calls abandoned per call that a person answered.", r.AbandonRate},
		{"saveline_facts_lag", "consumer", "Facts that the consumer has not handled yet.", r.FactsLag},
		{"saveline_job_overdue_seconds", "kind", "How long the oldest job of the kind has been due.", r.JobAges},
	} {
		if m.read != nil {
			reg.MustRegister(&gauge{
				desc: prometheus.NewDesc(m.name, m.help, []string{m.label}, nil), read: m.read,
				failed: failures.WithLabelValues(m.name), log: log.With("metric", m.name),
			})
		}
	}
	return reg
}

// gauge reads its values when it is scraped.
type gauge struct {
	desc   *prometheus.Desc
	read   Reading
	failed prometheus.Counter
	log    *slog.Logger
}

var _ prometheus.Collector = (*gauge)(nil)

func (g *gauge) Describe(ch chan<- *prometheus.Desc) { ch <- g.desc }

func (g *gauge) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), readTimeout)
	defer cancel()
	values, err := g.read(ctx)
	if err != nil {
		g.failed.Inc()
		g.log.WarnContext(ctx, "metric not read", "error", err)
		return
	}
	for label, v := range values {
		ch <- prometheus.MustNewConstMetric(g.desc, prometheus.GaugeValue, v, label)
	}
}

// Metrics answers /metrics.
func Metrics(reg *prometheus.Registry) http.Handler {
	return promhttp.HandlerFor(reg, promhttp.HandlerOpts{Registry: reg, MaxRequestsInFlight: 4})
}
