package retention

import (
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"saveline/campaigns"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/phone"
)

// ImportInput is a file of requests to cancel: CSV with a header. It needs customer_id, phone and monthly_charge. It may
// have request_id, requested_at (RFC 3339), name, email, region, postal_code, language, subscription_id, contract,
// currency, value_tier, reason_code, reason_text and saveable (0: moved away, deceased); any other column is kept as the
// customer's data.
type ImportInput struct {
	Client   auth.ClientID
	Campaign campaigns.ID // 0: the client's running save campaign
	File     io.Reader
}

// CaseImport says what became of the rows.
type CaseImport struct {
	Rows       int          `json:"rows"`
	Opened     int          `json:"opened" doc:"new cases"`
	Unsaveable int          `json:"unsaveable" doc:"of these: the cancellation went ahead at once, nobody is called"`
	Duplicates int          `json:"duplicates" doc:"known requests, and further ones of customers with an open case"`
	Refused    int          `json:"refused"`
	Rejected   []CaseReject `json:"rejected" doc:"the first 1,000 refused rows"`
}

// CaseReject is a row that could not be read as a request.
type CaseReject struct {
	Row    int    `json:"row" doc:"line of the file, the header is 1"`
	Reason string `json:"reason"`
}

const (
	importRowsMax  = 50_000
	rejectsMax     = 1000
	columnsMax     = 100
	valueCharsMax  = 2000
	byteOrderMark  = "\ufeff"
	saveableColumn = "saveable"
)

var (
	neededColumns = []string{"customer_id", "phone", "monthly_charge"}
	// knownColumns go to fields of their own; what is not among them is the customer's data.
	knownColumns = append([]string{
		"request_id", "requested_at", "name", "email", "region", "postal_code", "language", "subscription_id", "currency",
		"value_tier", "reason_code", "reason_text", saveableColumn,
	}, neededColumns...)
)

// ImportCases opens a case for each row of a file. Every row is a transaction of its own: an import that was cut off is
// finished by importing the file again, and the same file twice changes nothing. A row that cannot be read is reported
// and the others go on.
//
// Codes: invalid (no CSV, or a needed column is missing), limited (too many rows), not_found, conflict (the campaign).
func (s *Service) ImportCases(ctx context.Context, by auth.Actor, in ImportInput) (CaseImport, error) {
	rep := CaseImport{Rejected: []CaseReject{}}
	client, err := by.ClientFor(in.Client)
	if err != nil {
		return rep, err
	}
	campaign, err := s.saveCampaign(ctx, client, in.Campaign)
	if err != nil {
		return rep, err
	}
	rows := csv.NewReader(in.File)
	rows.FieldsPerRecord = -1
	header, err := readHeader(rows)
	if err != nil {
		return rep, err
	}
	for {
		record, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return rep, nil
		}
		if rep.Rows++; rep.Rows > importRowsMax {
			return rep, errs.Newf(errs.Limited, "a file may have %d rows; the first ones were imported, split the rest", importRowsMax)
		}
		line := 0
		if err == nil {
			line, _ = rows.FieldPos(0)
			err = s.importRow(ctx, by, row{header, record}, NewCase{Client: client, Campaign: campaign}, &rep)
		}
		var parse *csv.ParseError
		switch {
		case err == nil:
		case errors.As(err, &parse):
			rep.reject(parse.StartLine, "this line is not CSV: "+parse.Err.Error())
		case errs.Is(err, errs.Invalid), errs.Is(err, errs.Conflict), errs.Is(err, errs.NotFound):
			rep.reject(line, sentence(err))
		default:
			return rep, errs.Wrap(err, "import cases")
		}
	}
}

func (rep *CaseImport) reject(line int, why string) {
	rep.Refused++
	if len(rep.Rejected) < rejectsMax {
		rep.Rejected = append(rep.Rejected, CaseReject{Row: line, Reason: why})
	}
}

// sentence is the part of an error that a person may read, with every faulty field.
func sentence(err error) string {
	var e *errs.Error
	if !errors.As(err, &e) {
		return "this row could not be read"
	}
	if len(e.Fields) < 2 {
		return e.Message
	}
	parts := make([]string, 0, len(e.Fields))
	for _, f := range e.Fields {
		parts = append(parts, f.Path+": "+f.Message)
	}
	return strings.Join(parts, "; ")
}

func readHeader(rows *csv.Reader) ([]string, error) {
	header, err := rows.Read()
	if err != nil {
		return nil, errs.WithCause(errs.Invalid, err, "this is not a CSV file with a header line")
	}
	if len(header) > columnsMax {
		return nil, errs.Newf(errs.Invalid, "a file may have at most %d columns", columnsMax)
	}
	for i, name := range header {
		header[i] = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, byteOrderMark)))
	}
	for _, name := range neededColumns {
		if !slices.Contains(header, name) {
			return nil, errs.Newf(errs.Invalid, "the file has no column %q; it needs %s", name, strings.Join(neededColumns, ", "))
		}
	}
	return header, nil
}

// row is one line under its header.
type row struct {
	header, values []string
}

func (r row) get(column string) string {
	if i := slices.Index(r.header, column); i >= 0 && i < len(r.values) {
		return strings.TrimSpace(r.values[i])
	}
	return ""
}

func (r row) or(column, other string) string {
	if v := r.get(column); v != "" {
		return v
	}
	return other
}

func (s *Service) importRow(ctx context.Context, by auth.Actor, r row, in NewCase, rep *CaseImport) error {
	now := s.now()
	if err := r.read(&in, now); err != nil {
		return err
	}
	if err := in.Validate(); err != nil {
		return err
	}
	opened, err := s.openCase(ctx, by, in)
	if err != nil {
		return err
	}
	switch {
	case opened.Duplicate:
		rep.Duplicates++
	default:
		rep.Opened++
		if in.Unsaveable {
			rep.Unsaveable++
		}
	}
	return nil
}

// read turns the row into a request.
func (r row) read(in *NewCase, now time.Time) error {
	var f errs.Faults
	for i, v := range r.values {
		f.Check(len(v) <= valueCharsMax, columnName(r.header, i), "is longer than 2,000 characters")
	}
	f.Check(len(r.values) == len(r.header), "row", "has another number of fields than the header")
	country, _, _ := strings.Cut(r.or("region", "US"), "-")
	number, err := phone.Parse(r.get("phone"), country)
	f.Check(err == nil, "phone", "is not a phone number")
	price, err := money.Parse(r.get("monthly_charge"), r.or("currency", currencyDefault))
	f.Check(err == nil, "monthly_charge", "is not an amount of money")
	in.RequestedAt, in.DueAt = now, now.AddDate(0, 0, caseDueDays)
	if at := r.get("requested_at"); at != "" {
		in.RequestedAt, err = time.Parse(time.RFC3339, at)
		f.Check(err == nil, "requested_at", "is not an RFC 3339 time")
	}
	customer := r.get("customer_id")
	in.ExternalID, in.Source = r.or("request_id", r.fingerprint()), "csv"
	in.Unsaveable = r.get(saveableColumn) == "0"
	in.ReasonCode, in.ReasonText = r.get("reason_code"), r.get("reason_text")
	in.Customer = NewCustomer{
		ExternalID: customer, Name: r.get("name"), Phones: []phone.E164{number}, Email: r.get("email"), Region: r.get("region"),
		PostalCode: r.get("postal_code"), Language: r.get("language"), ValueTier: r.get("value_tier"), Data: r.data(),
	}
	in.Subscription = NewSubscription{
		ExternalID: r.or("subscription_id", customer), Plan: r.get("contract"), Price: price,
	}
	return f.Err()
}

func columnName(header []string, i int) string {
	if i < len(header) {
		return header[i]
	}
	return "row"
}

// fingerprint names a request that has no id of its own: the customer and all that the row says. The same row is the
// same request; a customer who asks again later comes with another row.
func (r row) fingerprint() string {
	sum := sha256.Sum256([]byte(strings.Join(r.values, "\x1f")))
	return "csv:" + r.get("customer_id") + ":" + hex.EncodeToString(sum[:8])
}

// data is every further column that has a value.
func (r row) data() json.RawMessage {
	out := map[string]string{}
	for i, name := range r.header {
		if i < len(r.values) && name != "" && !slices.Contains(knownColumns, name) && strings.TrimSpace(r.values[i]) != "" {
			out[name] = strings.TrimSpace(r.values[i])
		}
	}
	raw, err := json.Marshal(out)
	if err != nil {
		return nil // a map of strings always marshals
	}
	return raw
}
