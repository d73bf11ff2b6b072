package sipua

import "testing"

func TestSummaries(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		want waiting
		ok   bool
	}{
		"as RFC 3842 has it": {"Messages-Waiting: yes\r\nMessage-Account: sip:alice@vmail.example.com\r\nVoice-Message: 2/8 (0/2)\r\n", waiting{2, 8}, true},
		"as Asterisk has it": {"Messages-Waiting: no\r\nMessage-Account: sip:asterisk@127.0.0.1\r\nVoice-Message: 0/3 (0/0)\r\n", waiting{0, 3}, true},
		"bare LF":            {"messages-waiting: YES\nvoice-message: 1/0\n", waiting{1, 0}, true},
		"no end":             {"Voice-Message:12/34", waiting{12, 34}, true},
		"spaces":             {"Messages-Waiting : yes\r\nVoice-Message :  4 / 5 ( 1 / 1 )\r\n", waiting{4, 5}, true},
		"no counts":          {"Messages-Waiting: yes\r\n", waiting{1, 0}, true},
		"nothing waits":      {"Messages-Waiting: no\r\n", waiting{}, true},
		"a fax":              {"Messages-Waiting: no\r\nFax-Message: 3/4\r\n", waiting{}, true},
		"counts of nobody":   {"Messages-Waiting: yes\r\nVoice-Message: many\r\n", waiting{1, 0}, true},
		"below nothing":      {"Voice-Message: -1/2\r\n", waiting{}, false},
		"too many":           {"Voice-Message: 99999999999999999999/2\r\n", waiting{}, false},
		"empty":              {"", waiting{}, false},
		"garbage":            {"\x00\xff:::\n\n", waiting{}, false},
	} {
		if got, ok := readSummary([]byte(c.body)); got != c.want || ok != c.ok {
			t.Errorf("%s: %+v, %t, want %+v, %t", name, got, ok, c.want, c.ok)
		}
	}
}

func FuzzSummary(f *testing.F) {
	for _, s := range []string{"Messages-Waiting: yes\r\nVoice-Message: 2/8 (0/2)\r\n", "", "voice-message: /", "Voice-Message: 1/(", ":\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		w, ok := readSummary(b)
		if w.fresh < 0 || w.old < 0 || w.fresh > maxWaiting || w.old > maxWaiting || (!ok && w != waiting{}) {
			t.Errorf("%+v, %t", w, ok)
		}
	})
}
