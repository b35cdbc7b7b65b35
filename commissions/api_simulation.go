package commissions

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"saveline/internal/auth"
	"saveline/internal/httpx"
)

type (
	simulationID struct {
		ID SimulationID `path:"id"`
	}
	simulationOut struct{ Body Simulation }
)

// simulationRoutes let somebody see what a plan would have paid before anybody approves it.
func (s *Service) simulationRoutes(api huma.API) {
	httpx.Register(api, httpx.Operation{
		ID: "simulate-plan", Method: http.MethodPost, Path: "/v1/plans/{id}/simulations", Tag: "pay", Permission: auth.PlansWrite, Status: http.StatusCreated,
		Summary: "Work out what a plan's draft, or a version that waits, would have paid over past months; nothing is posted",
	}, func(ctx context.Context, in *struct {
		ID   PlanID `path:"id"`
		Body NewSimulation
	},
	) (*simulationOut, error) {
		out, err := s.Simulate(ctx, auth.ActorFrom(ctx), in.ID, in.Body)
		return &simulationOut{out}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "list-plan-simulations", Method: http.MethodGet, Path: "/v1/plans/{id}/simulations", Tag: "pay", Permission: auth.PlansRead,
		Summary: "A plan's simulations, newest first",
	}, func(ctx context.Context, in *struct {
		ID PlanID `path:"id"`
		httpx.Page
	},
	) (*struct {
		Body httpx.List[SimulationHead]
	}, error,
	) {
		items, total, err := s.Simulations(ctx, auth.ActorFrom(ctx), in.ID, in.Size, in.Offset())
		return &struct {
			Body httpx.List[SimulationHead]
		}{httpx.List[SimulationHead]{Items: items, Total: total}}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "get-plan-simulation", Method: http.MethodGet, Path: "/v1/plan-simulations/{id}", Tag: "pay", Permission: auth.PlansRead,
		Summary: "Who would have had more or less, what it would have cost, and which thresholds decided",
	}, func(ctx context.Context, in *simulationID) (*simulationOut, error) {
		out, err := s.SimulationFor(ctx, auth.ActorFrom(ctx), in.ID)
		return &simulationOut{out}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "get-plan-simulation-csv", Method: http.MethodGet, Path: "/v1/plan-simulations/{id}/people.csv", Tag: "pay", Permission: auth.PlansRead,
		Summary: "The people of a simulation as CSV",
	}, func(ctx context.Context, in *simulationID) (*fileOut, error) {
		body, err := s.SimulationCSV(ctx, auth.ActorFrom(ctx), in.ID)
		if err != nil {
			return nil, err
		}
		return attachment("text/csv; charset=utf-8", fmt.Sprintf("plan-simulation-%d.csv", in.ID), body), nil
	})
}
