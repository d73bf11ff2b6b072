package sipua

import (
	"fmt"
	"strings"
	"testing"

	"permanence/phone"
)

// aboutDialogs is a document with dialogs, each "id direction state".
func aboutDialogs(version int, state string, dialogs ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0"?>
<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="%d" state="%s" entity="sip:201@here">
`, version, state)
	for _, d := range dialogs {
		f := strings.Fields(d)
		direction := ""
		if f[1] != "-" {
			direction = fmt.Sprintf(" direction=%q", f[1])
		}
		fmt.Fprintf(&b, "<dialog id=%q%s><state code=\"180\">\n %s </state><remote><identity>sip:x@y</identity></remote></dialog>\n", f[0], direction, f[2])
	}
	return b.String() + "</dialog-info>\n"
}

func TestLampOfOneDocument(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		want phone.LampState // "" when it cannot be read
	}{
		"no dialogs":         {aboutDialogs(0, "full"), phone.LampFree},
		"called":             {aboutDialogs(0, "full", "a recipient early"), phone.LampRinging},
		"called, not so far": {aboutDialogs(0, "full", "a recipient trying"), phone.LampRinging},
		"who knows":          {aboutDialogs(0, "full", "a - early"), phone.LampRinging},
		"calls":              {aboutDialogs(0, "full", "a initiator early"), phone.LampBusy},
		"talks":              {aboutDialogs(0, "full", "a recipient confirmed"), phone.LampBusy},
		"has talked":         {aboutDialogs(0, "full", "a recipient terminated"), phone.LampFree},
		"talks, and called":  {aboutDialogs(0, "full", "a - confirmed", "b recipient early"), phone.LampBusy},
		"called, and talks":  {aboutDialogs(0, "full", "b recipient early", "a - confirmed"), phone.LampBusy},
		"upper case":         {aboutDialogs(0, "FULL", "a RECIPIENT Confirmed"), phone.LampBusy},
		"with a prefix":      {`<d:dialog-info xmlns:d="urn:ietf:params:xml:ns:dialog-info" version="1" state="full"><d:dialog id="x"><d:state>confirmed</d:state></d:dialog></d:dialog-info>`, phone.LampBusy},
		"latin":              {`<?xml version="1.0" encoding="ISO-8859-1"?><dialog-info version="1" state="full"/>`, phone.LampFree},
		"no state attribute": {`<dialog-info version="1"><dialog id="x"><state>confirmed</state></dialog></dialog-info>`, phone.LampBusy},
		"unknown state":      {aboutDialogs(0, "full", "a - dreaming"), phone.LampUnknown},
		"only changes":       {aboutDialogs(0, "partial", "a - confirmed"), phone.LampUnknown},
		"a document type":    {`<!DOCTYPE d [<!ENTITY a "b">]>` + aboutDialogs(0, "full")[22:], ""},
		"another document":   {`<presence/>`, ""},
		"two documents":      {`<dialog-info version="1" state="full"/><dialog-info version="1" state="full"/>`, ""},
		"cut short":          {aboutDialogs(0, "full", "a - confirmed")[:150], ""},
		"no number":          {`<dialog-info version="x" state="full"/>`, ""},
		"too deep":           {`<dialog-info version="1">` + strings.Repeat("<a>", 50) + strings.Repeat("</a>", 50) + `</dialog-info>`, ""},
		"too many":           {aboutDialogs(0, "full", make65()...), ""},
		"too long":           {aboutDialogs(0, "full") + strings.Repeat(" ", maxNews), ""},
		"an unknown entity":  {`<dialog-info version="1" state="full"><dialog id="&x;"/></dialog-info>`, ""},
		"nothing":            {"", ""},
		"garbage":            {"\xff\x00<", ""},
	} {
		d, err := readDialogInfo([]byte(c.body))
		if c.want == "" {
			if err == nil {
				t.Errorf("%s: read as %+v", name, d)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var table lampTable
		table.take(d)
		if got := table.lamp(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func make65() (all []string) {
	for i := range 65 {
		all = append(all, fmt.Sprint("d", i, " - confirmed"))
	}
	return all
}

// TestLampOfChanges: partial documents change what the full one told, in order.
func TestLampOfChanges(t *testing.T) {
	var table lampTable
	for i, step := range []struct {
		body  string
		whole bool
		want  phone.LampState
	}{
		{aboutDialogs(4, "partial", "a - confirmed"), false, phone.LampUnknown}, // before anything
		{aboutDialogs(5, "full", "a - early"), true, phone.LampRinging},
		{aboutDialogs(6, "partial", "a - confirmed"), true, phone.LampBusy},
		{aboutDialogs(7, "partial", "b recipient early"), true, phone.LampBusy},
		{aboutDialogs(8, "partial", "a - terminated"), true, phone.LampRinging},
		{aboutDialogs(8, "partial", "b - confirmed"), true, phone.LampRinging}, // old
		{aboutDialogs(10, "partial", "b - terminated"), false, phone.LampRinging},
		{aboutDialogs(0, "full"), true, phone.LampFree}, // a server that began to count anew
		{aboutDialogs(1, "partial", "c - confirmed"), true, phone.LampBusy},
	} {
		d, err := readDialogInfo([]byte(step.body))
		if err != nil {
			t.Fatal(err)
		}
		if whole := table.take(d); whole != step.whole || table.lamp() != step.want {
			t.Errorf("step %d: %t and %s, want %t and %s", i, whole, table.lamp(), step.whole, step.want)
		}
	}
}

func TestLampsAreBounded(t *testing.T) {
	var table lampTable
	table.take(&dialogInfo{full: true})
	for i := range 10 * maxWatched {
		table.take(&dialogInfo{version: uint64(i + 1), dialogs: []watched{{id: fmt.Sprint(i), lamp: phone.LampRinging}}})
	}
	if len(table.dialogs) > maxWatched {
		t.Errorf("%d dialogs are kept", len(table.dialogs))
	}
}

func FuzzDialogInfo(f *testing.F) {
	f.Add([]byte(aboutDialogs(0, "full", "a recipient early", "b - confirmed")), []byte(aboutDialogs(1, "partial", "a - terminated")))
	f.Add([]byte(`<!DOCTYPE x><dialog-info/>`), []byte(`<dialog-info version="1"><dialog><state/></dialog>`))
	f.Fuzz(func(t *testing.T, one, two []byte) {
		var table lampTable
		for _, b := range [][]byte{one, two} {
			d, err := readDialogInfo(b)
			if err != nil {
				continue
			}
			if len(d.dialogs) > maxWatched {
				t.Fatalf("%d dialogs", len(d.dialogs))
			}
			table.take(d)
			switch table.lamp() {
			case phone.LampUnknown, phone.LampFree, phone.LampRinging, phone.LampBusy:
			default:
				t.Fatalf("lamp %q", table.lamp())
			}
		}
	})
}
