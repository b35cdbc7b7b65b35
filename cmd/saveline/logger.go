package main

import (
	"log/slog"

	"saveline/internal/config"
	"saveline/internal/httpx"
	"saveline/internal/obs"
)

// logger writes to stderr, so that what a command prints stays clean.
func (e env) logger(cfg config.Config) *slog.Logger {
	return slog.New(httpx.Logs(obs.NewHandler(e.stderr, cfg.Level(), cfg.LogFormat == "json")))
}
