package ui

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
	"permanence/ui/words"
)

// said finds the keys that screens name as they are.
var said = regexp.MustCompile(`\.(?:T|N)\("([a-z][\w.-]*)"[,)]`)

// codes find what the program reports to the operator: notices of the core and
// errors with a code.
var codes = []*regexp.Regexp{
	regexp.MustCompile(`\b(?:warn|remark)\([^,()]+, "([a-z-]+\.[\w.-]+)"`),
	regexp.MustCompile(`Notice\{[^{}]*Code: "([a-z-]+\.[\w-]*[a-z])"`),
	regexp.MustCompile(`Code\(\) string \{ return "([a-z-]+\.[\w.-]+)" \}`),
	regexp.MustCompile(`\bproblem\w*\([^()]+, "([a-z-]+\.[\w.-]+)"\)`),
	regexp.MustCompile(`(?m)^\s*[cC]ode\w+\s+= "([a-z-]+\.[\w.-]+)"`),
}

// TestEverySentenceExists reads the sources: a key that no file has would be
// shown to the operator as it is.
func TestEverySentenceExists(t *testing.T) {
	books := []*words.Book{words.New(words.French), words.New(words.English)}
	found := 0
	each := func(key, where string) {
		found++
		for _, b := range books {
			if !b.Has(key) {
				t.Errorf("%s: no sentence for %q in %s", where, key, b.Language())
			}
		}
	}
	for _, name := range sources(t, "..", "ui") {
		for _, m := range said.FindAllStringSubmatch(read(t, name), -1) {
			each(m[1], name)
		}
	}
	for _, key := range composed() {
		each(key, "composed")
	}
	if found < 200 {
		t.Errorf("only %d keys were found: the search does not see them", found)
	}
}

// TestEveryCodeHasASentence keeps the core and the adapters from reporting what
// the window cannot say.
func TestEveryCodeHasASentence(t *testing.T) {
	book, found := words.New(words.French), 0
	for _, dir := range []string{"ui/desk", "store", "phone", "clients", "audio"} {
		for _, name := range sources(t, "..", dir) {
			for _, re := range codes {
				for _, m := range re.FindAllStringSubmatch(read(t, name), -1) {
					found++
					if !book.Has("notice."+m[1]) && !book.Has("problem."+m[1]) && !book.Has("settings.check."+m[1]) {
						t.Errorf("%s: no sentence for code %q", name, m[1])
					}
				}
			}
		}
	}
	if found < 10 {
		t.Errorf("only %d codes were found: the search does not see them", found)
	}
}

// composed are the keys that screens put together, from the words of the types.
func composed() []string {
	keys := []string{"found.did-diversion", "found.did", "found.diversion", "found.disagree", "found.none", "found.by-hand"}
	add := func(prefix string, names ...string) {
		for _, n := range names {
			keys = append(keys, prefix+n)
		}
	}
	add("phase.", string(desk.Ringing), string(desk.Dialing), string(desk.Talking), string(desk.Held), string(desk.Back), string(desk.Machine))
	add("pending.", "answer", "hold", "resume", "hangup", "reject", "transfer", "connect", "conference", "attend")
	add("advice.", string(phone.SideHere), string(phone.SideThere), string(phone.NoSide))
	for _, k := range announceKinds {
		add("announce.", string(k))
	}
	add("passing.", string(phone.TransferAsked), string(phone.TransferRinging), string(phone.TransferDone), string(phone.TransferFailed))
	add("lamp.", string(phone.LampUnknown), string(phone.LampFree), string(phone.LampRinging), string(phone.LampBusy))
	add("security.", string(phone.Clear), string(phone.Encrypted), string(phone.Protected))
	add("diversion.", diversionReasons...)
	add("forward.when.", string(clients.ForwardAlways), string(clients.ForwardBusy), string(clients.ForwardNoAnswer))
	add("undo.", "booked", "moved", "cancelled")
	add("channel.", "mail")
	for _, s := range []phone.LineState{
		phone.LineOff, phone.LineRegistering, phone.LineRegistered, phone.LineListening,
		phone.LineRefused, phone.LineUnreachable, phone.LineFailed,
	} {
		add("line.state.", string(s))
	}
	for _, c := range []phone.EndCause{phone.HungUpThere, phone.AnsweredElsewhere, phone.Busy, phone.Declined, phone.NoAnswer, phone.UnknownNumber, phone.Failed, phone.MediaLost} {
		add("notice.dial.", string(c))
	}
	for _, c := range []phone.EndCause{phone.HungUpThere, phone.Busy, phone.Declined, phone.NoAnswer, phone.UnknownNumber, phone.Failed, phone.MediaLost, phone.RejectedHere} {
		add("notice.transfer.", string(c))
		add("problem.transfer.", string(c))
	}
	for _, r := range desk.Roles {
		add("notice.sound.lost-", string(r))
	}
	add("notice.line.", string(phone.LineRefused), string(phone.LineUnreachable), string(phone.LineFailed))
	add("promise.", string(desk.PromiseAsked), string(desk.PromiseConfirmed), string(desk.PromiseLeased), string(desk.PromiseOpen), string(desk.PromiseContested))
	add("work.promise.", string(desk.PromiseOpen), string(desk.PromiseContested))
	add("settings.office.step.", "1", "2", "3")
	for _, phase := range []desk.OfficePhase{
		desk.OfficeLogin, desk.OfficeCopying, desk.OfficeInStep, desk.OfficeBehind, desk.OfficeCutOff, desk.OfficeRevoked, desk.OfficeTooOld,
	} {
		add("settings.office.phase.", string(phase))
	}
	for _, k := range footKeys {
		keys = append(keys, k.label)
	}
	return append(keys, "notice."+(&clients.OverlapError{}).Code(), "notice."+(&clients.DIDTakenError{}).Code())
}

// sources lists the Go files below a folder of the repository, without tests.
func sources(t *testing.T, root, dir string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(filepath.Join(root, dir), func(path string, d os.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
