package rules_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"saveline/commissions/rules"
)

// docs/plan.schema.json is the golden copy of what the types say: saveline plan schema > docs/plan.schema.json.
func TestTheSchemaIsPublished(t *testing.T) {
	t.Parallel()
	golden, err := os.ReadFile("../../docs/plan.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(golden), string(rules.PlanSchema())); diff != "" {
		t.Errorf("docs/plan.schema.json (-golden +now)\n%s", diff)
	}
	var schema map[string]any
	if err := json.Unmarshal(golden, &schema); err != nil || schema["additionalProperties"] != false {
		t.Errorf("the schema takes unknown keys: %v", err)
	}
}
