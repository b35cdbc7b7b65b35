package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"saveline/internal/auth"
	"saveline/internal/config"
	"saveline/internal/doctor"
	"saveline/internal/errs"
	"saveline/internal/httpx"
	"saveline/migrations"
	"saveline/web"
)

// runDoctor is `saveline doctor`: status 1 if something does not work.
func runDoctor(ctx context.Context, e env, args []string) error {
	if _, err := parse(e.flags("doctor"), args, 0); err != nil {
		return err
	}
	return e.withDatabase(ctx, func(d *database, cfg config.Config, _ *slog.Logger) error {
		findings := doctor.Run(ctx, d.patient(cfg))
		if _, err := fmt.Fprint(e.stdout, doctor.Print(findings)); err != nil {
			return err
		}
		if doctor.Worst(findings) == doctor.Fail {
			return errs.Newf(errs.Unavailable, "something does not work")
		}
		return nil
	})
}

// patient is this installation, for the doctor.
func (d *database) patient(cfg config.Config) doctor.Deps {
	return doctor.Deps{
		DB: d.DB.DB, Now: time.Now, DataDir: cfg.DataDir, Pool: cfg.DatabasePool, Pages: web.Built,
		Pending: func(ctx context.Context) (int, error) { return migrations.Pending(ctx, d.DB.DB) },
		Switch:  func(context.Context) (string, error) { return "sim (the simulator: nobody is really called)", nil },
		Needed: map[string]bool{
			"DATABASE_URL": cfg.DatabaseURL != "", "SAVELINE_SECRET_KEY": cfg.SecretKey != "",
		},
	}
}

// health is the doctor's page.
type health struct {
	d   *database
	cfg config.Config
}

type healthOut struct {
	Body httpx.List[doctor.Finding]
}

// Routes registers the doctor's operation.
func (h health) Routes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "system-health", Method: http.MethodGet, Path: "/v1/system/health", Tag: "system", Permission: auth.SystemRead,
		Summary: "What the doctor finds in this installation, and what to do about it",
	}, func(ctx context.Context, _ *struct{}) (*healthOut, error) {
		findings := doctor.Run(ctx, h.d.patient(h.cfg))
		return &healthOut{httpx.List[doctor.Finding]{Items: findings, Total: len(findings)}}, nil
	})
}
