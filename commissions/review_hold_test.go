package commissions_test

import (
	"fmt"
	"testing"

	"saveline/commissions"
	"saveline/internal/errs"
	"saveline/internal/facts"
	"saveline/internal/pg"
	"saveline/retention"
)

// review posts what a reviewer's word about a result means to pay.
func (h *house) review(result int64, state string) {
	h.t.Helper()
	h.must(pg.InTx(h.ctx(), h.db, func(tx *pg.Tx) error {
		return facts.AppendTx(h.ctx(), tx, facts.Fact{
			Kind: retention.FactResultReview, Key: fmt.Sprintf("result:%d:%d", result, h.serial()), Client: int64(h.client),
			EffectiveAt: h.now(), RecordedAt: h.now(),
		}, retention.ResultReviewFact{Result: result, State: state})
	}))
	h.drain()
}

func TestPayUnderReviewWaits(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 2)
	h.plan(saves(0), h.agents...)
	h.happened(
		result{ID: 1, Agent: h.agents[0], Kind: "save", At: "2026-11-02T18:00:00Z"},
		result{ID: 2, Agent: h.agents[0], Kind: "save", At: "2026-11-03T18:00:00Z"},
		result{ID: 3, Agent: h.agents[1], Kind: "save", At: "2026-11-03T18:00:00Z"},
	)
	h.setClock("2026-12-01T18:00:00Z")
	h.review(1, "opened")

	run := h.locked("2026-11-10")
	if run.Total.String() != "30.00" {
		t.Fatalf("the run pays %s, want two of the three saves", run.Total)
	}
	held, err := h.pay.Held(t.Context(), h.ana, run.ID)
	h.must(err)
	if len(held) != 1 || held[0].Result != 1 || held[0].Amount != usd(1500) || held[0].Reason != "review" || held[0].User != h.agents[0].User {
		t.Fatalf("held by the run: %+v", held)
	}
	mine, err := h.pay.OwnHeld(t.Context(), h.agents[0])
	h.must(err)
	if len(mine) != 1 || mine[0].Amount != usd(1500) || !mine[0].Since.Equal(h.now()) {
		t.Fatalf("the agent sees %+v", mine)
	}
	if others, err := h.pay.OwnHeld(t.Context(), h.agents[1]); err != nil || len(others) != 0 {
		t.Fatalf("the other agent sees %+v (%v)", others, err)
	}
	statements, _, err := h.pay.OwnStatements(t.Context(), h.agents[0], 10, 0)
	h.must(err)
	if left, err := h.pay.OwnStatementHeld(t.Context(), h.agents[0], statements[0].ID); err != nil || len(left) != 1 {
		t.Fatalf("left out of the statement: %+v (%v)", left, err)
	}
	_, err = h.pay.OwnStatementHeld(t.Context(), h.agents[1], statements[0].ID)
	if errs.CodeOf(err) != errs.NotFound {
		t.Fatalf("somebody else's statement: %v", err)
	}

	h.review(1, "cleared")
	h.setClock("2027-01-02T18:00:00Z")
	if run := h.locked("2026-12-10"); run.Total.String() != "15.00" {
		t.Fatalf("once cleared, the next run pays %s", run.Total)
	}
	if mine, err := h.pay.OwnHeld(t.Context(), h.agents[0]); err != nil || len(mine) != 0 {
		t.Fatalf("after it was let go the agent sees %+v (%v)", mine, err)
	}
}

func TestConfirmedPayIsTakenBack(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 1)
	h.plan(saves(0), h.agents[0])
	h.happened(result{ID: 1, Agent: h.agents[0], Kind: "save", At: "2026-11-02T18:00:00Z"})
	h.setClock("2026-12-01T18:00:00Z")
	h.review(1, "opened")
	h.reversal(1, "2026-11-02T18:00:00Z") // what was gamed was never earned
	h.review(1, "confirmed")
	if run := h.locked("2026-11-10"); run.Total.Minor != 0 {
		t.Fatalf("the run pays %s for what was taken back", run.Total)
	}
	if owed := h.balance(h.agent(0, "earned")); owed != "0.00" {
		t.Fatalf("the agent's account holds %s", owed)
	}
}

// A review that opens between the calculation and the approval sends the run back to be calculated.
func TestAReviewMovesTheBooks(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 1)
	h.plan(saves(0), h.agents[0])
	h.happened(
		result{ID: 1, Agent: h.agents[0], Kind: "save", At: "2026-11-02T18:00:00Z"},
		result{ID: 2, Agent: h.agents[0], Kind: "save", At: "2026-11-02T19:00:00Z"},
	)
	h.setClock("2026-12-01T18:00:00Z")
	run := h.openRun("2026-11-10")
	for _, step := range []func() (commissions.Run, error){
		func() (commissions.Run, error) { return h.pay.Calculate(t.Context(), h.ana, run.ID) },
		func() (commissions.Run, error) { return h.pay.Review(t.Context(), h.ana, run.ID) },
	} {
		_, err := step()
		h.must(err)
	}
	h.review(2, "opened")
	if _, err := h.pay.Approve(t.Context(), h.ben, run.ID); errs.CodeOf(err) != errs.Conflict {
		t.Fatalf("approved with a line under review: %v", err)
	}
	if run, err := h.pay.Calculate(t.Context(), h.ana, run.ID); err != nil || run.Total.String() != "15.00" {
		t.Fatalf("calculated again it pays %s (%v)", run.Total, err)
	}
}
