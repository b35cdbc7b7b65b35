package retention

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
)

// NewMirror is a customer with a subscription, as a client's file or system tells of them.
type NewMirror struct {
	Client       auth.ClientID
	Customer     NewCustomer
	Subscription NewSubscription
	TermMonths   int
	HasLeft      bool
}

// Validate names every fault of the input.
func (in NewMirror) Validate() error {
	var f errs.Faults
	checkExternal(&f, "customer.externalId", in.Customer.ExternalID)
	checkExternal(&f, "subscription.externalId", in.Subscription.ExternalID)
	checkText(&f, "customer.name", in.Customer.Name, nameCharsMax)
	f.Check(in.Subscription.Price.Minor >= 0, "subscription.price", "must not be below nothing")
	_, err := money.Exponent(in.Subscription.Price.Currency)
	f.Check(err == nil, "subscription.price", "say what it costs a month and in which currency")
	f.Check(in.TermMonths > 0 && in.TermMonths <= termMonthsMax, "termMonths", "must be from 1 to 120")
	f.Check(!holdsCardNumber(string(in.Customer.Data)), "customer.data", cardWords)
	return f.Err()
}

const termMonthsMax = 120

// What billing said of a subscription is not overwritten by a file: its price and status stay.
const upsertMirror = `
INSERT INTO subscriptions (client_id, customer_id, external_id, plan, price_minor, currency, status, started_on, term_months, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (client_id, external_id) DO UPDATE SET
    plan = CASE WHEN subscriptions.billed_at IS NULL THEN excluded.plan ELSE subscriptions.plan END,
    price_minor = CASE WHEN subscriptions.billed_at IS NULL THEN excluded.price_minor ELSE subscriptions.price_minor END,
    currency = CASE WHEN subscriptions.billed_at IS NULL THEN excluded.currency ELSE subscriptions.currency END,
    status = CASE WHEN subscriptions.billed_at IS NULL THEN excluded.status ELSE subscriptions.status END,
    term_months = CASE WHEN subscriptions.billed_at IS NULL THEN excluded.term_months ELSE subscriptions.term_months END,
    started_on = coalesce(excluded.started_on, subscriptions.started_on), updated_at = excluded.updated_at
    WHERE subscriptions.customer_id = excluded.customer_id
RETURNING (xmax = 0) AS is_new`

// MirrorCustomer adds a customer with a subscription to the mirror, or refreshes the ones that their ids name.
//
// Codes: invalid, not_found (the client is not theirs), conflict (the subscription is another customer's).
func (s *Service) MirrorCustomer(ctx context.Context, by auth.Actor, in NewMirror) (id CustomerID, err error) {
	client, err := by.ClientFor(in.Client)
	if err != nil {
		return 0, err
	}
	if in.Client = client; in.TermMonths == 0 {
		in.TermMonths = 1
	}
	if err := in.Validate(); err != nil {
		return 0, err
	}
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		id, _, err = s.mirrorCustomerTx(ctx, tx, in, now)
		if err != nil {
			return err
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{Client: client, Act: "customer.mirror", Object: customerObject(id)})
	})
	return id, err
}

func (s *Service) mirrorCustomerTx(ctx context.Context, tx *pg.Tx, in NewMirror, now time.Time) (id CustomerID, isNew bool, err error) {
	person, err := s.people.UpsertPersonTx(ctx, tx, personOf(in, now))
	if err != nil {
		return 0, false, errs.Wrap(err, "mirror person")
	}
	err = tx.GetContext(ctx, &id, upsertCustomer, in.Client, person, in.Customer.ExternalID, in.Customer.ValueTier, now)
	if err != nil {
		return 0, false, errs.Wrap(err, "mirror customer")
	}
	status := subActive
	if in.HasLeft {
		status = subCancelled
	}
	p := in.Subscription
	err = tx.GetContext(ctx, &isNew, upsertMirror, in.Client, id, p.ExternalID, p.Plan, p.Price.Minor, p.Price.Currency, status,
		p.StartedOn, in.TermMonths, now)
	if pg.None(err) {
		return 0, false, errs.Newf(errs.Conflict, "subscription %s belongs to another customer", p.ExternalID)
	}
	return id, isNew, errs.Wrap(err, "mirror subscription")
}

// CustomerImport says what became of the rows of a file.
type CustomerImport struct {
	Rows     int          `json:"rows"`
	Added    int          `json:"added"`
	Known    int          `json:"known" doc:"subscriptions that were in the mirror and were refreshed"`
	Refused  int          `json:"refused"`
	Rejected []CaseReject `json:"rejected" doc:"the first 1,000 refused rows, each with its reason"`
}

// CustomerPreview is what the beginning of a file looks like, and a guess at what its columns are.
type CustomerPreview struct {
	Columns []string        `json:"columns"`
	Sample  [][]string      `json:"sample"`
	Guess   CustomerMapping `json:"guess"`
}

const (
	customerBatchMax    = 200 // rows of one transaction
	customerSampleMax   = 20
	customerPreviewSize = 256 << 10
)

// PreviewCustomers reads the first part of a file.
//
// Codes: invalid (no CSV with a header).
func PreviewCustomers(r io.Reader) (CustomerPreview, error) {
	rows := csv.NewReader(io.LimitReader(r, customerPreviewSize))
	rows.FieldsPerRecord = -1
	columns, err := headerOf(rows)
	if err != nil {
		return CustomerPreview{}, err
	}
	out := CustomerPreview{Columns: columns, Sample: [][]string{}, Guess: guessCustomers(columns)}
	for len(out.Sample) < customerSampleMax {
		record, err := rows.Read()
		if err != nil {
			return out, nil //nolint:nilerr // the end of what was sent may stand within a row
		}
		out.Sample = append(out.Sample, record)
	}
	return out, nil
}

// headerOf reads the header as it is written.
func headerOf(rows *csv.Reader) ([]string, error) {
	header, err := rows.Read()
	if err != nil {
		return nil, errs.WithCause(errs.Invalid, err, "this is not a CSV file with a header line")
	}
	if len(header) > columnsMax {
		return nil, errs.Newf(errs.Invalid, "a file may have at most %d columns", columnsMax)
	}
	out := make([]string, len(header))
	for i, name := range header {
		out[i] = strings.TrimSpace(strings.TrimPrefix(name, byteOrderMark))
	}
	return out, nil
}

// ImportCustomers mirrors every row of a file: a customer and their subscription. Rows go in batches; a row that cannot
// be read is reported with its reason and the others go on, and the same file twice changes nothing. A nil mapping is
// guessed from the header.
//
// Codes: invalid (no CSV, or the mapping names what is not there), limited (too many rows), not_found (client).
func (s *Service) ImportCustomers(ctx context.Context, by auth.Actor, client auth.ClientID, m *CustomerMapping, r io.Reader) (CustomerImport, error) {
	im := customerImport{s: s, by: by, now: s.now(), rep: CustomerImport{Rejected: []CaseReject{}}}
	var err error
	if im.client, err = by.ClientFor(client); err != nil {
		return im.rep, err
	}
	rows := csv.NewReader(r)
	rows.FieldsPerRecord = -1
	if im.header, err = headerOf(rows); err != nil {
		return im.rep, err
	}
	im.mapping = guessCustomers(im.header)
	if m != nil {
		im.mapping = *m
	}
	if err := im.mapping.check(im.header); err != nil {
		return im.rep, err
	}
	if err := im.run(ctx, rows); err != nil {
		return im.rep, err
	}
	return im.rep, im.audit(ctx)
}

// customerImport is one import under way.
type customerImport struct {
	s       *Service
	by      auth.Actor
	client  auth.ClientID
	now     time.Time
	header  []string
	mapping CustomerMapping
	batch   []mirrorLine
	rep     CustomerImport
}

// mirrorLine is a row that was read.
type mirrorLine struct {
	NewMirror
	line int
}

func (im *customerImport) run(ctx context.Context, rows *csv.Reader) error {
	for {
		record, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return im.flush(ctx)
		}
		if im.rep.Rows++; im.rep.Rows > importRowsMax {
			return errs.Newf(errs.Limited, "a file may have %d rows; the first ones were imported, split the rest", importRowsMax)
		}
		if parse, ok := errors.AsType[*csv.ParseError](err); ok {
			im.reject(parse.StartLine, "this line is not CSV: "+parse.Err.Error())
			continue
		}
		if err != nil {
			return errs.Wrap(err, "read file")
		}
		line, _ := rows.FieldPos(0)
		in, err := im.mapping.read(row{im.header, record}, im.now)
		in.Client = im.client
		if err == nil {
			err = in.Validate()
		}
		if err != nil {
			im.reject(line, sentence(err))
			continue
		}
		if im.batch = append(im.batch, mirrorLine{in, line}); len(im.batch) == customerBatchMax {
			if err := im.flush(ctx); err != nil {
				return err
			}
		}
	}
}

func (im *customerImport) reject(line int, why string) {
	im.rep.Refused++
	if len(im.rep.Rejected) < rejectsMax {
		im.rep.Rejected = append(im.rep.Rejected, CaseReject{Row: line, Reason: why})
	}
}

// flush writes the batch; if one of its rows is refused, each goes in by itself.
func (im *customerImport) flush(ctx context.Context) error {
	batch := im.batch
	im.batch = nil
	// In one order everywhere, so that two imports at once do not wait for each other in a circle.
	slices.SortStableFunc(batch, func(a, b mirrorLine) int { return strings.Compare(a.Customer.ExternalID, b.Customer.ExternalID) })
	err := im.write(ctx, batch)
	if !isRefusal(err) {
		return err
	}
	for _, one := range batch {
		if err := im.write(ctx, []mirrorLine{one}); isRefusal(err) {
			im.reject(one.line, sentence(err))
		} else if err != nil {
			return err
		}
	}
	return nil
}

func isRefusal(err error) bool {
	return errs.Is(err, errs.Invalid) || errs.Is(err, errs.Conflict) || errs.Is(err, errs.NotFound)
}

func (im *customerImport) write(ctx context.Context, batch []mirrorLine) error {
	added := 0
	err := pg.InTx(ctx, im.s.db, func(tx *pg.Tx) error {
		added = 0
		for _, in := range batch {
			_, isNew, err := im.s.mirrorCustomerTx(ctx, tx, in.NewMirror, im.now)
			if err != nil {
				return err
			}
			if isNew {
				added++
			}
		}
		return nil
	})
	if err == nil {
		im.rep.Added += added
		im.rep.Known += len(batch) - added
	}
	return err
}

func (im *customerImport) audit(ctx context.Context) error {
	return pg.InTx(ctx, im.s.db, func(tx *pg.Tx) error {
		return auth.AuditTx(ctx, tx, im.by, im.now, auth.Change{
			Client: im.client, Act: "customers.import", Object: "customers", Data: map[string]int{"added": im.rep.Added, "known": im.rep.Known, "refused": im.rep.Refused},
		})
	})
}

// kept is the values of the columns that are kept as the customer's data.
func (r row) kept(columns []string) json.RawMessage {
	out := map[string]string{}
	for _, c := range columns {
		if v := r.get(c); v != "" {
			out[c] = v
		}
	}
	raw, err := json.Marshal(out)
	if err != nil {
		return nil // a map of strings always marshals
	}
	return raw
}
