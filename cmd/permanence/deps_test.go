package main_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// allowance says what the packages of a pattern may import beside the standard
// library, and why no more. "x/..." stands for x and all below it.
type allowance struct {
	of  string
	may string // patterns, separated by spaces
	why string
}

// allowances in the order in which they are looked up: the first that fits holds.
var allowances = []allowance{
	{
		"cmd/permanence", "...",
		"it wires the others together, so it is the only one that may know them all",
	},
	{
		"cmd/permanence/locale", "",
		"it must be initialised before Fyne is, and whatever it imported would be initialised before it",
	},
	{
		"assets", "",
		"it is files and nothing else; whoever shows them knows what they mean",
	},
	{
		"clients/dispatch/...", "clients/... phone github.com/wneessen/go-mail/... github.com/emersion/go-smtp/... github.com/emersion/go-sasl github.com/google/uuid",
		"delivering a message knows the message and a mail library, not the store it waits in nor the window",
	},
	{
		"clients/...", "clients/... phone",
		"the domain must be readable and testable without any machinery: what a telephone number is, and else the standard library only",
	},
	{
		"phone/sipua", "phone audio github.com/emiago/... github.com/pion/... github.com/miekg/dns github.com/icholy/digest github.com/google/uuid",
		"nothing of SIP may leave this package, and nothing of clients or windows may enter it",
	},
	{
		"phone/simulator", "phone audio audio/wav github.com/emiago/...",
		"a caller must not be built from the desk's own user agent: it is the second opinion",
	},
	{
		"phone/fake", "phone audio github.com/google/uuid",
		"a scripted telephone is not a telephone: no SIP library",
	},
	{
		"phone/phonetest", "phone audio audio/audiotest github.com/google/uuid",
		"one suite judges every user agent, so it may know none of them",
	},
	{
		"phone", "",
		"what a telephone does is said without saying how: standard library only",
	},
	{
		"audio/codec", "audio github.com/zaf/g711",
		"the codecs in pure Go; Opus has cgo and stands apart",
	},
	{
		"audio/opus", "audio github.com/hraban/opus",
		"the one door to libopus",
	},
	{
		"audio/sound", "audio audio/opus audio/wav github.com/jfreymuth/vorbis github.com/tosone/minimp3",
		"recorded sounds are files in one format; the decoders of the others stay here",
	},
	{
		"audio/device/realtime", "github.com/godbus/dbus/v5 golang.org/x/sys/unix",
		"the one door to the system's scheduler; RealtimeKit, which grants real time on a desktop, is only reached by D-Bus",
	},
	{
		"audio/device/...", "audio/... github.com/gen2brain/malgo",
		"the one door to the sound card",
	},
	{
		"audio/headset", "golang.org/x/sys/windows",
		"the one door to a headset's buttons; on Windows they are behind system libraries that Go's own does not call",
	},
	{
		"audio/...", "audio/...",
		"the voice path has no cgo and no other purpose",
	},
	{
		"store/exchange", "store clients/... phone ui/desk github.com/goccy/go-yaml/... github.com/google/uuid",
		"one readable file in and out: the store's types and a YAML parser",
	},
	{
		"store/boot", "golang.org/x/sys/unix",
		"desk and office measure leases by the same clock, which the standard library does not read",
	},
	{
		"store/secret", "phone ui/desk github.com/zalando/go-keyring",
		"passwords stay apart from everything that is exported, searched or shared",
	},
	{
		"store/office/pgtest", "",
		"it starts a database server and knows nothing of what is kept there",
	},
	{
		"store/office/door", "store/office store/shared store/wire/... clients golang.org/x/crypto/argon2 golang.org/x/text/unicode/norm",
		"who may come in is decided apart from what is kept; passwords want argon2id, and an accent to be one sign however it was typed",
	},
	{
		"store/office/...", "store/... clients/... phone modernc.org/sqlite/... github.com/jackc/pgx/v5/... github.com/pressly/goose/v3/... github.com/google/uuid golang.org/x/text/unicode/norm",
		"the server has no window, no sound and no core of a desk: it builds on a machine that has neither; who is to be erased is found without her accents",
	},
	{
		"store/wire/...", "store/wire store/shared clients phone golang.org/x/crypto/argon2",
		"what is said between office and desk is known to both, so it may know neither; a pairing code is made strong by argon2id, which is not in the standard library",
	},
	{
		"store/...", "store/... clients/... phone ui/desk modernc.org/sqlite/... github.com/pressly/goose/v3/... github.com/google/uuid golang.org/x/text/...",
		"the store keeps the core's types (ui/desk has the ports) and knows no window, telephone or sound",
	},
	{
		"ui/desk", "clients/... phone",
		"the core decides purely: no window, telephone, database, sound or network",
	},
	{
		"ui/control", "ui/desk clients/... phone",
		"another program is a window without drawing: it sees State and sends Events",
	},
	{
		"ui/...", "ui/... clients/... phone audio assets fyne.io/fyne/v2/...",
		"windows draw State and send Events; they never decide and never do I/O",
	},
}

// banned are imports that are refused though an allowance would take them.
var banned = []allowance{
	{"ui/desk", "net net/http database/sql os os/exec", "Step is pure; what it needs from outside comes in events"},
	{"clients", "net net/http database/sql os os/exec", "the domain does no I/O; parsing an address is none"},
	{"phone", "net net/http database/sql os os/exec", "the types of the telephone do no I/O"},
	{"ui/...", "fyne.io/fyne/v2/app", "with the real driver a package needs a screen to be tested; only cmd opens windows"},
}

// engines, each with all below it, are imported by these packages and no other,
// so that one can be replaced by changing one package.
var engines = map[string]string{
	"fyne.io/fyne/v2/app":           "cmd/permanence",
	"github.com/go-gl/glfw":         "cmd/permanence",
	"github.com/gen2brain/malgo":    "audio/device",
	"github.com/godbus/dbus":        "audio/device/realtime",
	"github.com/hraban/opus":        "audio/opus",
	"github.com/jfreymuth/vorbis":   "audio/sound",
	"github.com/tosone/minimp3":     "audio/sound",
	"github.com/zaf/g711":           "audio/codec",
	"modernc.org/sqlite":            "store store/office",
	"github.com/pressly/goose/v3":   "store store/office",
	"github.com/jackc/pgx/v5":       "store/office",
	"github.com/goccy/go-yaml":      "store/exchange",
	"github.com/zalando/go-keyring": "store/secret",
	"github.com/emiago/diago":       "phone/simulator phone/sipua",
	"github.com/emiago/sipgo":       "phone/simulator phone/sipua",
	"github.com/wneessen/go-mail":   "clients/dispatch/mail",
	"github.com/emersion/go-smtp":   "clients/dispatch/postbox",
}

const module = "permanence/"

// source is a package of this module as its non-test files tell it.
type source struct {
	imports   map[string]string // import path → the file that has it
	commented bool
}

func TestWhoMayImportWhom(t *testing.T) {
	for dir, pkg := range packages(t) {
		i := slices.IndexFunc(allowances, func(a allowance) bool { return matches(dir, a.of) })
		if i < 0 {
			t.Errorf("%s stands in no line of this table: where does it belong?", dir)
			continue
		}
		for imported, file := range pkg.imports {
			if inStandardLibrary(imported) {
				continue
			}
			if rule := allowances[i]; !matchesAny(local(imported), rule.may) {
				t.Errorf("%s imports %q in %s, and may import only [%s]: %s", dir, imported, file, rule.may, rule.why)
			}
		}
		for _, rule := range banned {
			for imported, file := range pkg.imports {
				if matches(dir, rule.of) && matchesAny(local(imported), rule.may) {
					t.Errorf("%s imports %q in %s: %s", dir, imported, file, rule.why)
				}
			}
		}
	}
}

func TestEachEngineHasOneHome(t *testing.T) {
	all := packages(t)
	for engine, homes := range engines {
		var found []string
		for dir, pkg := range all {
			if slices.ContainsFunc(slices.Collect(maps.Keys(pkg.imports)), func(i string) bool { return matches(i, engine+"/...") }) {
				found = append(found, dir)
			}
		}
		slices.Sort(found)
		if got := strings.Join(found, " "); got != homes {
			t.Errorf("%s is imported by [%s]; its home is [%s]", engine, got, homes)
		}
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	for dir, pkg := range packages(t) {
		if !pkg.commented {
			t.Errorf("%s has no package comment: what is it, and what does it promise?", dir)
		}
	}
}

// packages reads all packages of the module, by folder.
func packages(t *testing.T) map[string]*source {
	t.Helper()
	root := filepath.Join("..", "..")
	found := map[string]*source{}
	err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			if file != root && skipped(entry.Name()) {
				return fs.SkipDir
			}
			return nil
		case !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go"):
			return nil
		}
		name, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		return read(found, filepath.ToSlash(name), file)
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		t.Fatal("no packages found")
	}
	return found
}

func skipped(dir string) bool {
	return strings.HasPrefix(dir, ".") || slices.Contains([]string{"testdata", "bin", "out"}, dir)
}

func read(found map[string]*source, name, file string) error {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		return err
	}
	dir := path.Dir(name)
	pkg := found[dir]
	if pkg == nil {
		pkg = &source{imports: map[string]string{}}
		found[dir] = pkg
	}
	pkg.commented = pkg.commented || parsed.Doc != nil
	maps.Copy(pkg.imports, importsOf(parsed, path.Base(name)))
	return nil
}

func importsOf(file *ast.File, name string) map[string]string {
	imports := map[string]string{}
	for _, spec := range file.Imports {
		if imported, err := strconv.Unquote(spec.Path.Value); err == nil {
			imports[imported] = name
		}
	}
	return imports
}

// inStandardLibrary goes by the rule of the go command: a module's path has a
// dot in its first element, ours is the exception.
func inStandardLibrary(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	return !strings.Contains(first, ".") && !strings.HasPrefix(imported, module)
}

func local(imported string) string { return strings.TrimPrefix(imported, module) }

func matchesAny(name, patterns string) bool {
	return slices.ContainsFunc(strings.Fields(patterns), func(p string) bool { return matches(name, p) })
}

func matches(name, pattern string) bool {
	base, tree := strings.CutSuffix(pattern, "...")
	if !tree {
		return name == pattern
	}
	base = strings.TrimSuffix(base, "/")
	return base == "" || name == base || strings.HasPrefix(name, base+"/")
}

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		name, pattern string
		want          bool
	}{
		{"ui/desk", "ui/desk", true},
		{"ui/desk", "ui/...", true},
		{"ui", "ui/...", true},
		{"uikit", "ui/...", false},
		{"ui/desk/x", "ui/desk", false},
		{"anything", "...", true},
	} {
		if got := matches(c.name, c.pattern); got != c.want {
			t.Errorf("matches(%q, %q) = %v", c.name, c.pattern, got)
		}
	}
}
