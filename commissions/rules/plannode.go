package rules

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"saveline/internal/errs"
)

// Limits of a plan's text.
const (
	planBytesMax = 256 << 10
	planDepthMax = 12
	planListMax  = 200
)

// nodeReader fills planDoc from YAML and names every fault with its line. It takes no anchors, no merges, no unknown or
// repeated keys, and no bare numbers where money, a rate or a date stands: a parser may have rounded those.
type nodeReader struct{ faults errs.Faults }

func readPlanDoc(text []byte) (planDoc, error) {
	var doc planDoc
	if len(text) > planBytesMax {
		return doc, errs.Newf(errs.Invalid, "a plan may have at most %d kB", planBytesMax>>10)
	}
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		return doc, errs.WithCause(errs.Invalid, err, "the plan is not YAML: look for a quote that is not closed, a colon without a space after it, or a tab at the beginning of a line")
	}
	if len(root.Content) != 1 {
		return doc, errs.Newf(errs.Invalid, "the plan is empty")
	}
	var r nodeReader
	r.read(root.Content[0], reflect.ValueOf(&doc).Elem(), "", "", 0)
	return doc, sayAll(r.faults)
}

// sayAll is Faults.Err with every fault in the message: a plan's author reads it in a terminal.
func sayAll(f errs.Faults) error {
	if len(f) == 0 {
		return nil
	}
	lines := make([]string, len(f))
	for i, x := range f {
		lines[i] = x.Path + ": " + x.Message
	}
	e := errs.Newf(errs.Invalid, "%s", strings.Join(lines, "\n"))
	e.Fields = f
	return e
}

func (r *nodeReader) read(n *yaml.Node, v reflect.Value, path, as string, depth int) {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		r.addf(n, path, "anchors and aliases are not part of the plan language: write it out")
		return
	case depth > planDepthMax:
		r.addf(n, path, "is nested too deeply")
		return
	}
	if t, ok := reflect.TypeAssert[*tableDoc](v.Addr()); ok {
		r.table(n, t, path)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		r.mapping(n, v, path, depth)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		r.read(n, v.Elem(), path, as, depth)
	case reflect.Slice:
		r.list(n, v, path, as, depth)
	case reflect.Map:
		r.named(n, v, path, depth)
	default:
		r.scalar(n, v, path, as)
	}
}

func (r *nodeReader) addf(n *yaml.Node, path, format string, args ...any) {
	r.faults.Addf(path, "%s (line %d)", fmt.Sprintf(format, args...), n.Line)
}

func (r *nodeReader) mapping(n *yaml.Node, v reflect.Value, path string, depth int) {
	if n.Kind != yaml.MappingNode {
		r.addf(n, path, "must be a set of keys")
		return
	}
	keys := map[string]int{}
	for i := range v.NumField() {
		keys[v.Type().Field(i).Tag.Get("yaml")] = i
	}
	if line := v.FieldByName("Line"); line.IsValid() {
		line.SetInt(int64(n.Line))
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i].Value
		at := join(path, key)
		index, known := keys[key]
		switch {
		case !known || key == "-":
			r.addf(n.Content[i], at, "unknown key %q; known here: %s", key, knownKeys(keys))
			continue
		case seen[key]:
			r.addf(n.Content[i], at, "the key %q is there twice", key)
			continue
		}
		seen[key] = true
		field := v.Type().Field(index)
		r.read(n.Content[i+1], v.Field(index), at, field.Tag.Get("as"), depth+1)
		r.oneOf(n.Content[i+1], v.Field(index), field, at)
	}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if key := f.Tag.Get("yaml"); f.Tag.Get("need") != "" && !seen[key] {
			r.addf(n, join(path, key), "is missing")
		}
	}
}

func knownKeys(keys map[string]int) string {
	var out []string
	for k := range keys {
		if k != "-" {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func (r *nodeReader) oneOf(n *yaml.Node, v reflect.Value, f reflect.StructField, path string) {
	words := f.Tag.Get("one")
	if words == "" || v.Kind() != reflect.String || n.Kind != yaml.ScalarNode {
		return
	}
	if !slices.Contains(strings.Split(words, "|"), v.String()) {
		r.addf(n, path, "%q is not one of %s", v.String(), strings.ReplaceAll(words, "|", ", "))
	}
}

func (r *nodeReader) list(n *yaml.Node, v reflect.Value, path, as string, depth int) {
	if n.Kind != yaml.SequenceNode {
		r.addf(n, path, "must be a list")
		return
	}
	if len(n.Content) > planListMax {
		r.addf(n, path, "may have at most %d items", planListMax)
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, item := range n.Content {
		r.read(item, v.Index(i), join(path, strconv.Itoa(i)), as, depth+1)
	}
}

// named reads a map from names that the author chose.
func (r *nodeReader) named(n *yaml.Node, v reflect.Value, path string, depth int) {
	if n.Kind != yaml.MappingNode || len(n.Content) > 2*planListMax {
		r.addf(n, path, "must be a set of at most %d names", planListMax)
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, item := n.Content[i].Value, reflect.New(v.Type().Elem()).Elem()
		at := join(path, key)
		if !componentID.MatchString(key) {
			r.addf(n.Content[i], at, "a name is lower-case letters, digits, - and _, beginning with a letter")
		}
		if v.MapIndex(reflect.ValueOf(key)).IsValid() {
			r.addf(n.Content[i], at, "the name %q is there twice", key)
		}
		r.read(n.Content[i+1], item, at, "", depth+1)
		v.SetMapIndex(reflect.ValueOf(key), item)
	}
}

var wholeNumber = regexp.MustCompile(`^-?[0-9]{1,9}$`)

func (r *nodeReader) scalar(n *yaml.Node, v reflect.Value, path, as string) {
	if n.Kind != yaml.ScalarNode {
		r.addf(n, path, "must be a single value")
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		if n.Tag != "!!bool" {
			r.addf(n, path, "must be true or false")
			return
		}
		v.SetBool(n.Value == "true" || n.Value == "True" || n.Value == "TRUE")
	case reflect.Int:
		if n.Tag != "!!int" || !wholeNumber.MatchString(n.Value) {
			r.addf(n, path, "must be a whole number")
			return
		}
		i, _ := strconv.ParseInt(n.Value, 10, 64)
		v.SetInt(i)
	default:
		v.SetString(n.Value)
		if why := bareFault(n, as); why != "" {
			r.addf(n, path, "%s", why)
		}
	}
}

// bareFault says why a scalar may not stand where text of this kind is read.
func bareFault(n *yaml.Node, as string) string {
	switch {
	case n.Tag == "!!str", n.Tag == "!!timestamp" && as == "date":
		return ""
	case n.Tag == "!!int" && as == "decimal" && wholeNumber.MatchString(n.Value):
		return ""
	case n.Tag == "!!int" || n.Tag == "!!float":
		return fmt.Sprintf("the number %s must be a string in quotes (%q): a float or bare number may have been rounded", n.Value, n.Value)
	}
	return fmt.Sprintf("%q must be text", n.Value)
}

// table reads both spellings of a step table.
func (r *nodeReader) table(n *yaml.Node, t *tableDoc, path string) {
	t.Line = n.Line
	if len(n.Content) > 2*planListMax {
		r.addf(n, path, "may have at most %d rows", planListMax)
		return
	}
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			row := tableRow{From: n.Content[i].Value, Line: n.Content[i].Line}
			r.tableKey(n.Content[i], path)
			r.scalar(n.Content[i+1], reflect.ValueOf(&row.Value).Elem(), join(path, row.From), "money")
			if slices.ContainsFunc(t.Rows, func(x tableRow) bool { return x.From == row.From }) {
				r.addf(n.Content[i], path, "the key %q is there twice", row.From)
			}
			t.Rows = append(t.Rows, row)
		}
	case yaml.SequenceNode:
		for i, item := range n.Content {
			t.Rows = append(t.Rows, r.tableItem(item, join(path, strconv.Itoa(i))))
		}
	default:
		r.addf(n, path, "must be a list of {from, to?, amount} or a set of bounds with their values")
	}
}

func (r *nodeReader) tableKey(n *yaml.Node, path string) {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!float" {
		r.addf(n, path, "the key %s must be a string in quotes: a float may have been rounded", n.Value)
	}
}

func (r *nodeReader) tableItem(n *yaml.Node, path string) tableRow {
	row := tableRow{Line: n.Line}
	if n.Kind != yaml.MappingNode {
		r.addf(n, path, "must have the keys from, to and amount")
		return row
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i].Value
		into, as := &row.Value, "money"
		switch key {
		case "from", "value":
			into, as = &row.From, "decimal"
		case "to":
			into, as = &row.To, "decimal"
		case "amount", "rate", "factor", "share":
			key = "amount"
		default:
			r.addf(n.Content[i], join(path, key), "unknown key %q; known here: from, to, amount, rate, factor, share", key)
			continue
		}
		if seen[key] {
			r.addf(n.Content[i], join(path, key), "the key %q is there twice", key)
		}
		seen[key] = true
		r.scalar(n.Content[i+1], reflect.ValueOf(into).Elem(), join(path, key), as)
	}
	if !seen["amount"] {
		r.addf(n, path, "has no amount")
	}
	return row
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
