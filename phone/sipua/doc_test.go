package sipua

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestDocNamesWhatExists holds the package's comment to its word: the tests and the
// files that it names are there.
func TestDocNamesWhatExists(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	tests := testsHere(t)
	named := regexp.MustCompile(`\b(Test|Fuzz)[A-Z]\w*`).FindAllString(string(doc), -1)
	for _, name := range named {
		if !strings.Contains(tests, "\nfunc "+name+"(") {
			t.Errorf("there is no %s", name)
		}
	}
	for _, file := range regexp.MustCompile(`\b[a-z]\w*\.go\b`).FindAllString(string(doc), -1) {
		if _, err := os.Stat(file); err != nil {
			t.Error(err)
		}
	}
	if len(named) == 0 {
		t.Error("it names no test")
	}
}

func testsHere(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(b)
	}
	return all.String()
}
