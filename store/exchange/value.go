package exchange

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"permanence/phone"
)

// value is a place in the file: a YAML node with the path that leads to it.
type value struct {
	r    *reader
	node ast.Node // nil when there is nothing
	path string
	line int
}

// problem notes what is wrong with this value.
func (v value) problem(code string, args ...any) {
	v.r.add(v.line, v.path, code, args...)
}

func (v value) at(node ast.Node, path string) value {
	line := v.line
	if l := lineOf(node); l > 0 {
		line = l
	}
	return value{r: v.r, node: node, path: path, line: line}.open()
}

// open steps over what YAML may put around a value. References are refused: a
// small file could swell to any size with them.
func (v value) open() value {
	switch n := v.node.(type) {
	case *ast.TagNode:
		v.node = n.Value
		return v.open()
	case *ast.AnchorNode, *ast.AliasNode:
		v.problem("import.reference")
		v.node = nil
	}
	return v
}

// empty reports whether the key stands there without a value.
func (v value) empty() bool {
	_, null := v.node.(*ast.NullNode)
	return null || v.node == nil
}

// object reads a mapping, each key with its function, and returns the keys that
// were there.
func (v value) object(keys map[string]func(value)) (given []string) {
	for _, pair := range v.pairs() {
		key := keyOf(pair.Key)
		path := strings.TrimPrefix(v.path+"."+key, ".")
		at := value{r: v.r, path: path, line: lineOf(pair.Key)}
		read, known := keys[key]
		switch {
		case !known:
			at.problem("import.unknown-key", key, strings.Join(sortedKeys(keys), ", "))
		case slices.Contains(given, key):
			at.problem("import.key-twice", key)
		default:
			given = append(given, key)
			v.r.lines[path] = at.line
			read(at.at(pair.Value, path))
		}
	}
	return given
}

func (v value) pairs() []*ast.MappingValueNode {
	switch n := v.node.(type) {
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	}
	if !v.empty() {
		v.problem("import.want-keys")
	}
	return nil
}

// list reads a sequence. One single value where a list is wanted is taken as a
// list of one.
func (v value) list(read func(value)) {
	n, ok := v.node.(*ast.SequenceNode)
	if !ok {
		if !v.empty() {
			v.item(0, v.node, read)
		}
		return
	}
	for i, node := range n.Values {
		v.item(i, node, read)
	}
}

func (v value) item(i int, node ast.Node, read func(value)) {
	path := v.path + "[" + strconv.Itoa(i) + "]"
	item := v.at(node, path)
	v.r.lines[path] = item.line
	read(item)
}

// isText reports whether the value is one text.
func (v value) isText() bool {
	switch v.node.(type) {
	case *ast.StringNode, *ast.LiteralNode:
		return true
	}
	return false
}

// text reads a scalar as it is written: 0561123456 stays that, and not a number.
func (v value) text() string {
	switch n := v.node.(type) {
	case nil, *ast.NullNode:
		return ""
	case *ast.StringNode:
		return n.Value
	case *ast.LiteralNode:
		return n.Value.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value
	}
	v.problem("import.want-text")
	return ""
}

// word reads a text that is one of a few.
func (v value) word(allowed ...string) string {
	s := v.text()
	for _, w := range allowed {
		if strings.EqualFold(s, w) {
			return w
		}
	}
	if !v.empty() {
		v.problem("import.want-word", s, strings.Join(allowed, ", "))
	}
	return ""
}

func (v value) boolean() bool {
	switch strings.ToLower(v.text()) {
	case "true", "oui", "yes":
		return true
	case "", "false", "non", "no":
		return false
	}
	v.problem("import.want-boolean", v.text())
	return false
}

func (v value) integer() int {
	if v.empty() {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimSpace(v.text()))
	if err != nil {
		v.problem("import.want-number", v.text())
	}
	return n
}

// minutes reads "20" or "20 min" as minutes.
func (v value) minutes() int {
	if v.empty() {
		return 0
	}
	s := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(v.text()), "min"))
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		v.problem("import.want-minutes", v.text())
		return 0
	}
	return n
}

// duration reads minutes, or a duration with its units: "90s", "1m30s".
func (v value) duration() time.Duration {
	if d, err := time.ParseDuration(strings.TrimSpace(v.text())); err == nil && d > 0 {
		return d
	}
	n := v.minutes()
	if d := time.Duration(n) * time.Minute; d/time.Minute == time.Duration(n) {
		return d
	}
	v.problem("import.want-minutes", v.text())
	return 0
}

// number reads a telephone number however it is typed. What is none is kept, for
// the check of the whole card to name.
func (v value) number() string {
	s := v.text()
	if n := phone.ParseNumber(s); n != "" {
		return string(n)
	}
	return s
}

func (v value) texts() (list []string) {
	v.list(func(v value) { list = append(list, v.text()) })
	return list
}

func keyOf(key ast.MapKeyNode) string {
	switch n := key.(type) {
	case *ast.StringNode:
		return n.Value
	case *ast.MappingKeyNode:
		if s, ok := n.Value.(*ast.StringNode); ok {
			return s.Value
		}
	}
	if tk := key.GetToken(); tk != nil {
		return tk.Value
	}
	return ""
}

// lineOf is where a node begins. A mapping says where its first colon is, so its
// first key is asked.
func lineOf(node ast.Node) int {
	switch n := node.(type) {
	case nil:
		return 0
	case *ast.MappingNode:
		if len(n.Values) > 0 && !n.IsFlowStyle {
			return lineOf(n.Values[0])
		}
	case *ast.MappingValueNode:
		return lineOf(n.Key)
	}
	if tk := node.GetToken(); tk != nil && tk.Position != nil {
		return tk.Position.Line
	}
	return 0
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
