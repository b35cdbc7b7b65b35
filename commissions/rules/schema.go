package rules

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// PlanSchema is the JSON Schema (2020-12) of plan.yaml, made of the types that read it.
func PlanSchema() []byte {
	root := schemaOf(reflect.TypeFor[planDoc](), "", "")
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "Saveline pay plan"
	raw, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		panic(fmt.Sprintf("rules: schema: %v", err)) // maps of text: cannot fail
	}
	return append(raw, '\n')
}

// patterns are how text of a kind looks.
var patterns = map[string]string{
	"money":   `^[+-]?[0-9]+([.][0-9]+)?$`,
	"rate":    `^-?[0-9]+([.][0-9]+)?(%|/[0-9]+)?$`,
	"decimal": `^-?[0-9]+([.][0-9]+)?(%|/[0-9]+)?$`,
	"path":    `^(event|outcome|offer|call|qa|survey|agent)[.]`,
}

func schemaOf(t reflect.Type, as, one string) map[string]any {
	if t == reflect.TypeFor[tableDoc]() {
		return tableSchema()
	}
	switch t.Kind() {
	case reflect.Pointer:
		return schemaOf(t.Elem(), as, one)
	case reflect.Slice:
		return map[string]any{"type": "array", "items": schemaOf(t.Elem(), as, one)}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": schemaOf(t.Elem(), "", ""), "propertyNames": map[string]any{"pattern": componentID.String()}}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int:
		return map[string]any{"type": "integer"}
	case reflect.Struct:
		return objectSchema(t)
	}
	return textSchema(as, one)
}

func textSchema(as, one string) map[string]any {
	out := map[string]any{"type": "string"}
	if one != "" {
		out["enum"] = strings.Split(one, "|")
	}
	switch as {
	case "date":
		out["format"] = "date"
	case "decimal":
		out["type"] = []string{"string", "integer"}
		out["pattern"] = patterns[as]
	case "":
	default:
		if p, ok := patterns[as]; ok {
			out["pattern"] = p
		}
	}
	return out
}

func objectSchema(t reflect.Type) map[string]any {
	properties, required := map[string]any{}, []string{}
	for f := range t.Fields() {
		key := f.Tag.Get("yaml")
		if key == "-" || key == "" {
			continue
		}
		s := schemaOf(f.Type, f.Tag.Get("as"), f.Tag.Get("one"))
		if doc := f.Tag.Get("doc"); doc != "" {
			s["description"] = doc
		}
		properties[key] = s
		if f.Tag.Get("need") != "" {
			required = append(required, key)
		}
	}
	out := map[string]any{"type": "object", "additionalProperties": false, "properties": properties}
	if len(required) > 0 {
		out["required"] = required
	}
	return out
}

// tableSchema is of both spellings of a step table.
func tableSchema() map[string]any {
	value := textSchema("rate", "")
	row := map[string]any{
		"type": "object", "additionalProperties": false,
		"properties": map[string]any{
			"from": textSchema("decimal", ""), "value": map[string]any{"type": "string"}, "to": textSchema("decimal", ""),
			"amount": value, "rate": value, "factor": value, "share": value,
		},
	}
	return map[string]any{"oneOf": []any{
		map[string]any{"type": "array", "items": row},
		map[string]any{"type": "object", "additionalProperties": value},
	}}
}
