package commissions

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"

	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/facts"
	"saveline/internal/money"
	"saveline/internal/pg"
	"saveline/retention"
	"saveline/retention/appointment"
)

// factEvent begins the event of a fact.
func factEvent(f facts.Fact, typ rules.EventType, id string, ref int64, attrs map[string]any) (payEvent, error) {
	raw, err := json.Marshal(attrs)
	if err != nil {
		return payEvent{}, fmt.Errorf("attributes of %s: %w", id, err)
	}
	return payEvent{ID: id, Type: typ, Ref: refOf(ref), Attrs: raw, EffectiveAt: f.EffectiveAt, RecordedAt: f.RecordedAt, Source: sourceFact}, nil
}

func refOf(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}

// When a conversation began, or else its call.
const selectCallStart = `SELECT COALESCE(connected_at, answered_at, placed_at) FROM calls WHERE id = $1 AND client_id = $2`

// callStart is when the conversation of a fact began; the fact's own time, its conclusion, where nobody knows the call.
func callStart(ctx context.Context, db pg.DB, f facts.Fact, call int64) (at time.Time, err error) {
	if err = db.GetContext(ctx, &at, selectCallStart, call, f.Client); pg.None(err) {
		return f.EffectiveAt, nil
	}
	if err != nil {
		return at, fmt.Errorf("start of call %d: %w", call, err)
	}
	return at, nil
}

// outcomeEvent is a result as an event, of a call that began at start.
func outcomeEvent(f facts.Fact, o retention.OutcomeFactV2, r retention.ResultFactV2, start time.Time) (payEvent, error) {
	amount := func(minor int64) string { return money.Amount{Minor: minor, Currency: r.Currency}.String() }
	attrs := map[string]any{
		"type": r.Kind, "value": amount(r.ValueMinor), "currency": r.Currency,
		"call": map[string]any{"id": refOf(o.Call), "campaign": refOf(o.Campaign), "start": start.UTC()},
		"data": map[string]any{"code": o.Code, "reason": o.ReasonCode, "evidence": r.Evidence, "offer_kind": r.OfferKind},
	}
	if r.MRRBeforeMinor != 0 || r.MRRAfterMinor != 0 {
		attrs["mrr_before"], attrs["mrr_after"], attrs["first_year_value"] = amount(r.MRRBeforeMinor), amount(r.MRRAfterMinor), amount(12*r.MRRAfterMinor)
	}
	if r.Kind == "upsell" { // its value is what it adds a month
		attrs["first_year_value"] = amount(12 * r.ValueMinor)
	}
	if r.Offer != 0 {
		attrs["offer"] = map[string]any{"id": refOf(r.Offer), "family": r.OfferFamily, "depth": depthText(r.DepthBP), "campaign": refOf(o.Campaign)}
	}
	e, err := factEvent(f, rules.EventOutcome, fmt.Sprintf("outcome:%d", r.Result), r.Result, attrs)
	e.User = auth.UserID(o.Agent)
	return e, err
}

// depthText is hundredths of a percent as a percentage: "12.5".
func depthText(bp int64) string {
	text := fmt.Sprintf("%d.%02d", bp/100, bp%100)
	return strings.TrimRight(strings.TrimRight(text, "0"), ".")
}

// causeWords are the causes of the language for what the product calls them.
var causeWords = map[string]string{"cancelled": "customer", "customer_cancelled": "customer", "unpaid": "nonpay"}

func causeWord(code string) string {
	if word, ok := causeWords[code]; ok {
		return word
	}
	return code
}

// OnOutcome keeps each result of a conversation as an event and gives its agent a credit for it, exactly once. What it pays
// is computed when this has been committed. Seen twice, a fact changes nothing.
func (s *Service) OnOutcome(ctx context.Context, tx *pg.Tx, f facts.Fact) error {
	body, err := retention.ReadOutcome(f)
	if err != nil || body.Agent == 0 {
		return err
	}
	var paid []retention.ResultFactV2
	for _, r := range body.Results {
		// Made-up evidence counts, and is not paid. An appointment is credited when it was held: OnAppointment.
		if r.Payable && r.Kind != retention.ResultAppointment {
			paid = append(paid, r)
		}
	}
	body.Results = paid
	if err := s.creditTx(ctx, tx, f, body); err != nil {
		return fmt.Errorf("outcome %d: %w", body.Outcome, err)
	}
	return nil
}

// OnAppointment gives the agent who made an appointment their credit once it was held and counts for them, at the time
// when that was said. No-shows, duplicates and the rest are worth nothing; a rejected one comes as a reversal.
func (s *Service) OnAppointment(ctx context.Context, tx *pg.Tx, f facts.Fact) error {
	body, err := facts.Decode[retention.AppointmentFact](f)
	if err != nil || body.State != string(appointment.Held) || !body.Credited || body.Agent == 0 {
		return err
	}
	err = s.creditTx(ctx, tx, f, retention.OutcomeFactV2{Call: body.Call, Agent: body.Agent, Results: []retention.ResultFactV2{{
		Result: body.Result, Kind: retention.ResultAppointment, ValueMinor: body.ValueMinor, Currency: body.Currency, Payable: true, Offer: body.Offer,
	}}})
	if err != nil {
		return fmt.Errorf("appointment %d: %w", body.Appointment, err)
	}
	return nil
}

const insertCredits = `
INSERT INTO credits (client_id, result_id, user_id, role, kind, value_minor, currency, call_id, effective_at, recorded_at)
SELECT $1, r.result_id, $2, $3, r.kind, r.value_minor, r.currency, $4, $5, $6
FROM unnest($7::bigint[], $8::text[], $9::bigint[], $10::text[]) AS r(result_id, kind, value_minor, currency)
ORDER BY r.result_id
ON CONFLICT (result_id, user_id, role) DO NOTHING`

// roleOwner is the role of the agent who had the conversation.
const roleOwner = "owner"

// creditTx credits the agent with each result, exactly once, and keeps it as an event.
func (s *Service) creditTx(ctx context.Context, tx *pg.Tx, f facts.Fact, body retention.OutcomeFactV2) error {
	var ids, values []int64
	var kinds, currencies []string
	var events []payEvent
	start, err := callStart(ctx, tx, f, body.Call)
	if err != nil {
		return err
	}
	for _, r := range body.Results {
		e, err := outcomeEvent(f, body, r, start)
		if err != nil {
			return err
		}
		ids, kinds, values, currencies = append(ids, r.Result), append(kinds, r.Kind), append(values, r.ValueMinor), append(currencies, r.Currency)
		events = append(events, e)
	}
	if len(ids) == 0 {
		return nil
	}
	_, err = tx.ExecContext(ctx, insertCredits, f.Client, body.Agent, roleOwner, body.Call, f.EffectiveAt, s.now(),
		pq.Array(ids), pq.Array(kinds), pq.Array(values), pq.Array(currencies))
	if err != nil {
		return fmt.Errorf("credits: %w", err)
	}
	return s.hear(ctx, tx, f, events...)
}

// hear keeps the events of a fact. One that the rules cannot read is an exception for somebody to look at: a fact is never
// refused for it, because that would hold up everybody's pay.
func (s *Service) hear(ctx context.Context, tx *pg.Tx, f facts.Fact, events ...payEvent) error {
	client := auth.ClientID(f.Client)
	readable := events[:0:0]
	for _, e := range events {
		if _, err := e.event(); err != nil {
			if err := noteUnreadable(ctx, tx, client, s.now(), e, err); err != nil {
				return err
			}
			continue
		}
		readable = append(readable, e)
	}
	_, err := addEvents(ctx, tx, client, sourceFact, readable)
	return err
}

const insertReversal = `
INSERT INTO credit_reversals (result_id, client_id, cause, effective_at, recorded_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (result_id) DO NOTHING`

const selectCreditIDs = `SELECT id FROM credits WHERE result_id = $1 AND client_id = $2 ORDER BY id`

// OnReversal keeps that a result did not last. What its plan takes back for it is computed when this has been committed;
// what two people agreed on about the result goes the way of the result at once.
func (s *Service) OnReversal(ctx context.Context, tx *pg.Tx, f facts.Fact) error {
	body, err := facts.Decode[retention.ReversalFact](f)
	if err != nil {
		return err
	}
	now, client := s.now(), auth.ClientID(f.Client)
	if _, err := tx.ExecContext(ctx, insertReversal, body.Result, client, body.Cause, f.EffectiveAt, now); err != nil {
		return fmt.Errorf("reversal of result %d: %w", body.Result, err)
	}
	var credits []int64
	if err := tx.SelectContext(ctx, &credits, selectCreditIDs, body.Result, client); err != nil {
		return fmt.Errorf("credits of result %d: %w", body.Result, err)
	}
	if len(credits) == 0 {
		if err := noteUncredited(ctx, tx, client, now, body.Result); err != nil {
			return err
		}
	} else {
		b, err := openBooks(ctx, tx, client, now)
		if err != nil {
			return err
		}
		if err := b.reverseAdjustments(ctx, credits, body.Cause, f.EffectiveAt); err != nil {
			return fmt.Errorf("reverse result %d: %w", body.Result, err)
		}
	}
	e, err := factEvent(f, rules.EventCancel, fmt.Sprintf("reversal:%d", body.Result), body.Result, map[string]any{"cause": causeWord(body.Cause)})
	if err != nil {
		return err
	}
	return s.hear(ctx, tx, f, e)
}

// onSmaller keeps facts that are one event each: a removal of a part of an upsell, a verification, a survey.
func (s *Service) onSmaller(ctx context.Context, tx *pg.Tx, f facts.Fact) error {
	e, err := smallerEvent(f)
	if err != nil || e.ID == "" {
		return err
	}
	return s.hear(ctx, tx, f, e)
}

func smallerEvent(f facts.Fact) (payEvent, error) {
	id := string(f.Kind) + ":" + f.Key
	switch f.Kind {
	case retention.FactUpsellRemoval:
		b, err := facts.Decode[retention.UpsellRemovalFact](f)
		if err != nil || b.FractionPPM <= 0 {
			return payEvent{}, err
		}
		return factEvent(f, rules.EventCancel, id, b.Result, map[string]any{"cause": "customer", "fraction": fmt.Sprintf("%d/1000000", b.FractionPPM)})
	case retention.FactVerification:
		b, err := facts.Decode[retention.VerificationFact](f)
		if err != nil {
			return payEvent{}, err
		}
		return factEvent(f, rules.EventVerification, id, b.Result, map[string]any{"stage": b.Stage, "result": b.Verdict})
	}
	b, err := facts.Decode[retention.SurveyFact](f)
	if err != nil || b.Agent == 0 {
		return payEvent{}, err
	}
	e, err := factEvent(f, rules.EventSurvey, id, 0, map[string]any{"score": strconv.Itoa(b.Score), "call": refOf(b.Call)})
	e.Ref, e.User = b.Form, auth.UserID(b.Agent)
	return e, err
}
