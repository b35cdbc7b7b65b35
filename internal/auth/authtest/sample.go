package authtest

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"

	"github.com/danielgtaylor/huma/v2"
)

var parameters = regexp.MustCompile(`\{[^}]+\}`)

const jsonType = "application/json"

func contentType(op *huma.Operation) string {
	if op.RequestBody == nil || op.RequestBody.Content[jsonType] != nil {
		return jsonType
	}
	return slices.Sorted(maps.Keys(op.RequestBody.Content))[0]
}

// sampleBody is the least body that an operation's schema takes: required fields alone, each with its first fit value.
// What a schema does not say (a pattern, a rule between fields) it cannot know.
func sampleBody(api huma.API, op *huma.Operation) string {
	if op.RequestBody == nil {
		return ""
	}
	media := op.RequestBody.Content[jsonType]
	if media == nil {
		return "sample"
	}
	raw, err := json.Marshal(sample(api.OpenAPI().Components.Schemas, media.Schema))
	if err != nil {
		return "{}" // a value of no JSON form cannot come from a schema
	}
	return string(raw)
}

func sample(all huma.Registry, s *huma.Schema) any {
	if s.Ref != "" {
		s = all.SchemaFromRef(s.Ref)
	}
	switch {
	case len(s.Examples) > 0:
		return s.Examples[0]
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.Type == huma.TypeObject:
		out := map[string]any{}
		for _, name := range s.Required {
			out[name] = sample(all, s.Properties[name])
		}
		return out
	case s.Type == huma.TypeArray:
		if s.MinItems != nil && *s.MinItems > 0 {
			return []any{sample(all, s.Items)}
		}
		return []any{}
	case s.Type == huma.TypeBoolean:
		return false
	case s.Type == huma.TypeInteger || s.Type == huma.TypeNumber:
		if s.Minimum != nil {
			return *s.Minimum
		}
		return 1
	case s.Format == "date-time":
		return "2026-11-23T15:00:00Z"
	case s.Format == "date":
		return "2026-11-23"
	}
	return "sample"
}
