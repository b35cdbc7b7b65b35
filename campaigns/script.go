package campaigns

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// Script is what the agent says, in its newest version. Versions never change: a call shows what was said at the time.
type Script struct {
	ID        ScriptID  `json:"id" db:"id"`
	Name      string    `json:"name" db:"name"`
	Version   int       `json:"version" db:"version"`
	Body      string    `json:"body" db:"body"`
	CreatedBy string    `json:"createdBy" db:"created_by"`
	CreatedAt time.Time `json:"createdAt" db:"created_at"`
}

const (
	scriptBodyMax = 20_000 // bytes
	dataPrefix    = "data."
	dataKeysMax   = 500
)

// Merge fields that every person, agent and campaign has. Fields data.… are the further columns of the lists.
var mergeFields = []string{
	"agent.name", "campaign.name", "client.name", "person.email", "person.externalId", "person.firstName", "person.language",
	"person.name", "person.number", "person.postalCode", "person.region",
}

// mergeField finds {{ field }}.
var mergeField = regexp.MustCompile(`\{\{\s*([^{}]*?)\s*\}\}`)

// unknownFields lists the merge fields of body that nothing will fill. dataKeys are the columns known so far; while
// there are none, because nothing was imported yet, every data field is believed.
func unknownFields(body string, dataKeys []string) []string {
	var out []string
	for _, m := range mergeField.FindAllStringSubmatch(body, -1) {
		name := m[1]
		key, isData := strings.CutPrefix(name, dataPrefix)
		known := slices.Contains(mergeFields, name)
		if isData && key != "" {
			known = len(dataKeys) == 0 || slices.Contains(dataKeys, key)
		}
		if !known && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// Render fills the merge fields of a script. A field without a value shows as a dash, so that nobody reads a gap aloud.
func Render(body string, values map[string]string) string {
	return mergeField.ReplaceAllStringFunc(body, func(m string) string {
		name := mergeField.FindStringSubmatch(m)[1]
		if v := values[name]; v != "" {
			return v
		}
		return "–"
	})
}

// validateScript names the faults of a script; what is left of its braces once the fields are gone is a typing error.
func validateScript(name, body string, dataKeys []string) error {
	var f errs.Faults
	f.Check(strings.TrimSpace(name) != "", "name", "give the script a name")
	f.Check(len(name) <= campaignNameMax, "name", "the name is longer than 80 characters")
	f.Check(strings.TrimSpace(body) != "", "body", "write what the agent is to say")
	f.Check(len(body) <= scriptBodyMax, "body", "the script is longer than 20,000 bytes")
	if unknown := unknownFields(body, dataKeys); len(unknown) > 0 {
		known := slices.Clone(mergeFields)
		for _, k := range dataKeys {
			known = append(known, dataPrefix+k)
		}
		f.Addf("body", "nothing fills {{%s}}; the fields are: %s", strings.Join(unknown, "}}, {{"), strings.Join(known, ", "))
	}
	if rest := mergeField.ReplaceAllString(body, ""); strings.Contains(rest, "{{") || strings.Contains(rest, "}}") {
		f.Addf("body", "a merge field is not closed: write it like {{person.name}}")
	}
	return f.Err()
}

// dataKeysOf are the columns that imports of a campaign's lists brought.
const dataKeysOf = `
SELECT DISTINCT k FROM imports i JOIN lists li ON li.id = i.list_id
CROSS JOIN LATERAL jsonb_array_elements_text(COALESCE(i.mapping->'data', '[]')) AS k
WHERE li.campaign_id = $1 ORDER BY k LIMIT $2`

const upsertScript = `
INSERT INTO scripts (client_id, name, created_at) VALUES ($1, $2, $3)
ON CONFLICT ON CONSTRAINT scripts_name_key DO UPDATE SET name = excluded.name RETURNING id`

const insertScriptVersion = `
INSERT INTO script_versions (script_id, version, body, created_by, created_at)
SELECT $1, COALESCE(max(version), 0) + 1, $2, $3, $4 FROM script_versions WHERE script_id = $1
ON CONFLICT ON CONSTRAINT script_versions_key DO NOTHING
RETURNING version`

const useScript = `UPDATE campaigns SET script_id = $2, version = version + 1, updated_at = $3 WHERE id = $1`

// SetScript saves a new version of the named script and makes the campaign use it.
//
// Codes: invalid (unknown merge fields are listed with the known ones), not_found, conflict (two saved at once).
func (s *Service) SetScript(ctx context.Context, by auth.Actor, id ID, name, body string) (Script, error) {
	now := s.now()
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		c, err := scopedCampaign(ctx, tx, campaignForUpdate, by, id)
		if err != nil {
			return err
		}
		var keys []string
		if err := tx.SelectContext(ctx, &keys, dataKeysOf, id, dataKeysMax); err != nil {
			return errs.Wrap(err, "columns of the lists")
		}
		if err := validateScript(name, body, keys); err != nil {
			return err
		}
		var script ScriptID
		if err := tx.GetContext(ctx, &script, upsertScript, c.Client, strings.TrimSpace(name), now); err != nil {
			return errs.Wrap(err, "save script")
		}
		var version int
		err = tx.GetContext(ctx, &version, insertScriptVersion, script, body, by.Name, now)
		if pg.None(err) {
			return errs.Newf(errs.Conflict, "somebody saved this script at the same moment; look at it again, then save")
		}
		if err != nil {
			return errs.Wrap(err, "save script")
		}
		if _, err := tx.ExecContext(ctx, useScript, id, script, now); err != nil {
			return errs.Wrap(err, "use script")
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: c.Client, Act: "campaign.script", Object: c.object(), Data: map[string]any{"script": script, "version": version},
		})
	})
	if err != nil {
		return Script{}, err
	}
	s.tell(id, "changed", map[string]any{"id": id})
	return s.ScriptOf(ctx, by, id)
}

const scriptOf = `
SELECT sc.id, sc.name, v.version, v.body, v.created_by, v.created_at
FROM campaigns c JOIN scripts sc ON sc.id = c.script_id
JOIN script_versions v ON v.script_id = sc.id
WHERE c.id = $1 AND c.client_id = ANY ($2) ORDER BY v.version DESC LIMIT 1`

// ScriptOf reads the newest version of a campaign's script.
//
// Codes: not_found (no such campaign, or it has no script).
func (s *Service) ScriptOf(ctx context.Context, by auth.Actor, id ID) (Script, error) {
	var out Script
	err := s.db.GetContext(ctx, &out, scriptOf, id, by.Scope())
	return out, noneAs(err, "campaign %d has no script", id)
}
