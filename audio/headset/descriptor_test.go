package headset

import (
	"errors"
	"maps"
	"testing"
)

func TestParse(t *testing.T) {
	type at struct {
		report uint8
		bit    uint32
	}
	for name, c := range map[string]struct {
		descriptor     []byte
		buttons, lamps map[usage]at
		lengths        map[uint8]int
		numbered       bool
	}{
		"wired": {
			wired,
			map[usage]at{hookSwitch: {2, 0}, phoneMute: {2, 2}},
			map[usage]at{hookLamp: {2, 0}, muteLamp: {2, 1}, ringLamp: {2, 2}, ringer: {2, 5}},
			map[uint8]int{2: 2},
			true,
		},
		"cordless": {
			cordless,
			map[usage]at{hookSwitch: {8, 0}, phoneMute: {9, 0}},
			map[usage]at{muteLamp: {0x17, 0}, hookLamp: {0x18, 0}, ringLamp: {0x19, 0}},
			map[uint8]int{4: 36, 0x17: 1, 0x18: 1, 0x19: 1},
			true,
		},
		"simple": {
			simple,
			map[usage]at{phoneMute: {0, 1}, hookSwitch: {0, 6}},
			map[usage]at{muteLamp: {0, 0}, hookLamp: {0, 1}},
			map[uint8]int{0: 1},
			false,
		},
		"keyboard": {keyboard, map[usage]at{}, map[usage]at{muteLamp: {0, 0}}, map[uint8]int{0: 1}, false},
		"nothing":  {nil, map[usage]at{}, map[usage]at{}, map[uint8]int{}, false},
	} {
		l, err := parse(c.descriptor)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		places := func(all map[usage]field) map[usage]at {
			m := map[usage]at{}
			for u, f := range all {
				m[u] = at{f.report, f.at}
			}
			return m
		}
		if got := places(l.buttons); !maps.Equal(got, c.buttons) {
			t.Errorf("%s: buttons at %v, want %v", name, got, c.buttons)
		}
		if got := places(l.lamps); !maps.Equal(got, c.lamps) {
			t.Errorf("%s: lamps at %v, want %v", name, got, c.lamps)
		}
		if !maps.Equal(l.lengths, c.lengths) || l.numbered != c.numbered || l.isTelephone() != (len(c.buttons) > 0) {
			t.Errorf("%s: lengths %v, numbered %v, telephone %v", name, l.lengths, l.numbered, l.isTelephone())
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for name, b := range map[string][]byte{
		"an item cut short":          {0x05},
		"a long item cut short":      {0xfe, 0x05, 0x00},
		"a long item without length": {0xfe},
		"a report without a number":  {0x85, 0x00},
		"a report number too high":   {0x86, 0x00, 0x01},
		"a pop of nothing":           {0xb4},
		"a report of 4 GB":           {0x77, 0xff, 0xff, 0xff, 0xff, 0x95, 0x01, 0x81, 0x02},
		"and so by overflow":         {0x77, 0x00, 0x00, 0x01, 0x00, 0x97, 0x00, 0x00, 0x01, 0x00, 0x81, 0x02},
		"many reports' worth":        append([]byte{0x75, 0xff, 0x95, 0x1f}, 0x81, 0x01, 0x81, 0x01),
		"pushed for ever":            {0xa4, 0xa4, 0xa4, 0xa4, 0xa4, 0xa4, 0xa4, 0xa4, 0xa4, 0xa4, 0xa4, 0xa4, 0xa4, 0xa4, 0xa4, 0xa4, 0xa4},
		"endless":                    make([]byte, maxDescriptor+1),
	} {
		if _, err := parse(b); !errors.Is(err, errDescriptor) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzDescriptor takes anything for a descriptor and for a report of that device.
func FuzzDescriptor(f *testing.F) {
	for _, d := range [][]byte{wired, cordless, simple, keyboard} {
		f.Add(d, []byte{2, 0xff, 0xff})
	}
	f.Fuzz(func(t *testing.T, descriptor, report []byte) {
		l, err := parse(descriptor)
		if err != nil {
			return
		}
		for number, r := range l.reports(State{true, true, true}.lit()) {
			if r[0] != number || len(r) > 1+maxReportBits/8 {
				t.Errorf("report %d has %d bytes", number, len(r))
			}
		}
		newButtons(l).take(report, noon)
	})
}
