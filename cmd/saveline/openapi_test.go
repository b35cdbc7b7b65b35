package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"saveline/internal/auth/authtest"
)

const golden = "../../docs/openapi.yaml"

func TestTheDescriptionInDocsIsWhatTheCodeSays(t *testing.T) {
	t.Parallel()
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	code, first, errs := saveline(t, "", "openapi")
	if code != 0 {
		t.Fatalf("status %d: %s", code, errs)
	}
	if _, again, _ := saveline(t, "", "openapi"); again != first {
		t.Error("two printings differ")
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(first, "\n")); diff != "" {
		t.Errorf("docs/openapi.yaml is not what the code says (make openapi writes it anew), -docs +code:\n%.4000s", diff)
	}
}

var (
	operationID = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	schemaName  = regexp.MustCompile(`^[A-Z][A-Za-z]*$`)
)

// A generated client has these names in it, for years.
func TestNamesInTheDescriptionAreFitToBeSeen(t *testing.T) {
	t.Parallel()
	api := describe()
	for _, op := range authtest.Operations(api) {
		if !operationID.MatchString(op.ID) || op.Described.Summary == "" || len(op.Described.Tags) != 1 {
			t.Errorf("%s %s: id %q, summary %q, tags %v", op.Method, op.Path, op.ID, op.Described.Summary, op.Described.Tags)
		}
		if !strings.HasPrefix(op.Path, "/v1/") && !strings.HasPrefix(op.Path, "/p/") { // a customer's own pages stand in links for years
			t.Errorf("%s is not under /v1, nor a page under /p", op.Path)
		}
	}
	for name := range api.OpenAPI().Components.Schemas.Map() {
		if !schemaName.MatchString(name) || strings.HasSuffix(name, "InBody") || strings.HasSuffix(name, "Struct") {
			t.Errorf("schema %q has a name of the code's, not of the API's", name)
		}
	}
}
