package main

import (
	"log/slog"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"saveline/cmd/saveline/rehearsal"
	"saveline/dialer/sim"
	"saveline/internal/auth"
	"saveline/internal/live"
)

// describe registers every operation of the service without a database under it: only what an operation looks like
// is asked for.
func describe() huma.API {
	log := slog.New(slog.DiscardHandler)
	h := build(ground{now: time.Now, log: log, sw: sim.New(sim.Config{Now: time.Now}), pub: live.Nowhere{}, node: "none", key: auth.NewSecretKey()})
	rehearsals := rehearsal.NewService(nil, time.Now, log, h.campaigns, h.jobs, live.Nowhere{}, nil)
	_, api := h.front(log, live.NewHub(nil, "", time.Now, log), rehearsals, health{})
	return api
}
