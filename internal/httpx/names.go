package httpx

import (
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// named is the API with names for the bodies that have none in Go: those are written where they are used, and the
// description calls them after their operation (StartImportRequest).
type named struct {
	huma.API
	names *schemaNames
}

// schemaNames knows which operation is being registered. Registration is single-threaded.
type schemaNames struct {
	operation string // in camel case
	request   reflect.Type
	response  reflect.Type
}

// register notes whose bodies come next.
func (n *schemaNames) register(id string, in, out reflect.Type) {
	n.operation, n.request, n.response = camel(id), bodyOf(in), bodyOf(out)
}

// name is huma's namer: named types keep their names.
func (n *schemaNames) name(t reflect.Type, hint string) string {
	of := t
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	switch {
	case strings.HasPrefix(of.Name(), "List[") && strings.HasPrefix(of.PkgPath(), "saveline/"):
		return strings.TrimPrefix(huma.DefaultSchemaNamer(t, hint), "List") + "List" // CampaignList, not ListCampaign
	case of.Kind() != reflect.Struct || of.Name() != "":
		return huma.DefaultSchemaNamer(t, hint)
	case of == n.request:
		return n.operation + "Request"
	case of == n.response:
		return n.operation + "Response"
	}
	return n.operation + strings.TrimSuffix(huma.DefaultSchemaNamer(t, hint), "Struct")
}

func bodyOf(t reflect.Type) reflect.Type {
	if t.Kind() != reflect.Struct {
		return nil
	}
	body, ok := t.FieldByName("Body")
	if !ok {
		return nil
	}
	return body.Type
}

// camel makes StartImport of start-import.
func camel(id string) string {
	var out strings.Builder
	for word := range strings.SplitSeq(id, "-") {
		if word != "" {
			out.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return out.String()
}
