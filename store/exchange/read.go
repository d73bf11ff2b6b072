package exchange

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// format is the version of the file's form.
const format = 1

// maxSize bounds a file: ten thousand rich cards fit in.
const maxSize = 32 << 20

// reader collects what is wrong with a file, and where its values stand.
type reader struct {
	problems Problems
	lines    map[string]int
}

// Read reads a file. The error is Problems when the file is at fault, and
// otherwise what r said.
func Read(r io.Reader) (Document, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxSize+1))
	if err != nil {
		return Document{}, fmt.Errorf("exchange: reading: %w", err)
	}
	rd := &reader{lines: map[string]int{}}
	var doc Document
	if body := rd.parse(text); body != nil {
		doc = rd.document(value{r: rd, node: body, line: 1}.open())
		rd.check(doc)
	}
	if len(rd.problems) > 0 {
		slices.SortStableFunc(rd.problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
		return Document{}, rd.problems
	}
	return doc, nil
}

func (r *reader) add(line int, path, code string, args ...any) {
	r.problems = append(r.problems, Problem{Line: line, Path: path, Code: code, Text: sentence(code, args...)})
}

// parse gives the body of the file's one document; nil when there is none, which
// has been noted then.
func (r *reader) parse(text []byte) ast.Node {
	switch {
	case len(text) > maxSize:
		r.add(0, "", "import.too-large", maxSize>>20)
		return nil
	case !utf8.Valid(text):
		r.add(0, "", "import.not-utf8")
		return nil
	}
	file, err := parseYAML(text)
	if err != nil {
		r.syntax(err)
		return nil
	}
	var body ast.Node
	for _, doc := range file.Docs {
		if _, directive := doc.Body.(*ast.DirectiveNode); doc.Body == nil || directive {
			continue
		}
		if body != nil {
			r.add(lineOf(doc.Body), "", "import.two-documents")
			return nil
		}
		body = doc.Body
	}
	if body == nil {
		r.add(0, "", "import.empty")
	}
	return body
}

// parseYAML turns a panic of the parser, which it was seen to have on damaged
// files, into an error.
func parseYAML(text []byte) (file *ast.File, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("exchange: the parser failed: %v", p)
		}
	}()
	return parser.ParseBytes(text, 0, parser.AllowDuplicateMapKey())
}

func (r *reader) syntax(err error) {
	var ye yaml.Error
	if !errors.As(err, &ye) {
		r.add(0, "", "import.syntax", err.Error())
		return
	}
	line := 0
	if tk := ye.GetToken(); tk != nil && tk.Position != nil {
		line = tk.Position.Line
	}
	r.add(line, "", "import.syntax", ye.GetMessage())
}

func (r *reader) document(v value) (doc Document) {
	doc.Secrets = map[string]string{}
	v.object(map[string]func(value){
		"permanence": func(v value) {
			if n := v.integer(); n > format {
				v.problem("import.newer", n, format)
			}
		},
		"operator": func(v value) { doc.Operator = v.operator() },
		"lines": func(v value) {
			v.list(func(v value) { doc.Lines = append(doc.Lines, v.phoneLine(doc.Secrets)) })
		},
		"mail": func(v value) { doc.Mail = v.mail(doc.Secrets) },
		"desk": func(v value) { doc.Desk = v.desk() },
		"clients": func(v value) {
			v.list(func(v value) { doc.Clients = append(doc.Clients, v.card()) })
		},
	})
	return doc
}
