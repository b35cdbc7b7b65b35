package campaigns

import (
	"context"

	"github.com/lib/pq"

	"saveline/internal/errs"
	"saveline/internal/pg"
)

const (
	phonesMax = 10 // of one person
	nameMax   = 200
)

// Validate names what is wrong with a person.
func (p NewPerson) Validate() error {
	var f errs.Faults
	f.Check(p.Client > 0, "clientId", "say which client this person belongs to")
	f.Check(len(p.Phones) > 0 || p.MayLackPhone, "phones", "give at least one phone number")
	f.Check(len(p.Phones) <= phonesMax, "phones", "a person has at most 10 phone numbers")
	f.Check(len(p.Name) <= nameMax, "name", "the name is longer than 200 bytes")
	return f.Err()
}

// upsertPerson finds a person by the client's external id and refreshes what is known of them; blanks do not erase.
const upsertPerson = `
INSERT INTO people (client_id, external_id, name, email, region, postal_code, language, data, synthetic, created_at, updated_at)
VALUES ($1, NULLIF($2, ''), $3, $4, $5, $6, $7, $8, $9, $10, $10)
ON CONFLICT (client_id, external_id) WHERE external_id IS NOT NULL DO UPDATE SET
    name = COALESCE(NULLIF(excluded.name, ''), people.name), email = COALESCE(NULLIF(excluded.email, ''), people.email),
    region = COALESCE(NULLIF(excluded.region, ''), people.region),
    postal_code = COALESCE(NULLIF(excluded.postal_code, ''), people.postal_code),
    language = COALESCE(NULLIF(excluded.language, ''), people.language),
    data = people.data || excluded.data, synthetic = people.synthetic AND excluded.synthetic, updated_at = excluded.updated_at
RETURNING id`

// insertPhones adds numbers after those the person has; a number they have already keeps its place and its fate.
const insertPhones = `
INSERT INTO phones (person_id, number, rank)
SELECT $1, n.number, n.rank + COALESCE((SELECT max(rank) FROM phones WHERE person_id = $1), 0)
FROM unnest($2::text[]) WITH ORDINALITY AS n(number, rank)
ON CONFLICT ON CONSTRAINT phones_person_number_key DO NOTHING`

// UpsertPersonTx adds a person, or refreshes the one the client's external id names. Without an external id it always
// adds one: equal numbers never merge people.
//
// Codes: invalid.
func (s *Service) UpsertPersonTx(ctx context.Context, tx *pg.Tx, in NewPerson) (PersonID, error) {
	if err := in.Validate(); err != nil {
		return 0, err
	}
	data := in.Data
	if len(data) == 0 {
		data = []byte("{}")
	}
	var id PersonID
	err := tx.GetContext(ctx, &id, upsertPerson, in.Client, in.ExternalID, in.Name, in.Email, in.Region, in.PostalCode,
		in.Language, []byte(data), in.Synthetic, in.Now)
	if err != nil {
		return 0, errs.Wrap(err, "store person")
	}
	numbers := make([]string, len(in.Phones))
	for i, n := range in.Phones {
		numbers[i] = string(n)
	}
	if _, err := tx.ExecContext(ctx, insertPhones, id, pq.Array(numbers)); err != nil {
		return 0, errs.Wrap(err, "store phones")
	}
	return id, nil
}
