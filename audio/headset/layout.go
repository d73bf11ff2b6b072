package headset

// usage is a page and a number of the HID usage tables.
type usage uint32

// The controls that matter here: buttons, lamps, and the ringer that a headset may
// have instead of a lamp.
const (
	hookSwitch usage = 0x0b0020
	phoneMute  usage = 0x0b002f
	muteLamp   usage = 0x080009
	hookLamp   usage = 0x080017
	ringLamp   usage = 0x080018
	ringer     usage = 0x0b009e
)

// field is where a control stands.
type field struct {
	report uint8
	at     uint32 // its lowest bit, after the report's number
	flags  uint32 // of its main item
}

// layout tells where a device's controls stand. The zero value is no telephone.
type layout struct {
	numbered bool // its reports begin with their number
	buttons  map[usage]field
	lamps    map[usage]field
	lengths  map[uint8]int // of its output reports, without their number
}

func newLayout() layout {
	return layout{buttons: map[usage]field{}, lamps: map[usage]field{}, lengths: map[uint8]int{}}
}

// add keeps a control if it matters; the first of a kind counts.
func (l *layout) add(u usage, output bool, f field) {
	of := l.buttons
	switch u {
	case hookSwitch, phoneMute:
		if output {
			return
		}
	case muteLamp, hookLamp, ringLamp, ringer:
		if !output {
			return
		}
		of = l.lamps
	default:
		return
	}
	if _, twice := of[u]; !twice {
		of[u] = f
	}
}

// isTelephone tells whether there is a button to press. Without one, lamps alone are a
// keyboard's.
func (l *layout) isTelephone() bool { return len(l.buttons) > 0 }

// read tells a button's bit; false when the report, which begins with its number, is
// not the one that has it.
func (l *layout) read(u usage, report []byte) (on, there bool) {
	f, ok := l.buttons[u]
	if !ok || len(report) == 0 || report[0] != f.report || int(f.at/8)+1 >= len(report) {
		return false, false
	}
	return report[1+f.at/8]>>(f.at%8)&1 == 1, true
}

// reports are the output reports for these lamps, each with its number first.
func (l *layout) reports(lit map[usage]bool) map[uint8][]byte {
	all := map[uint8][]byte{}
	for u, f := range l.lamps {
		b := all[f.report]
		if b == nil {
			b = make([]byte, 1+l.lengths[f.report])
			b[0] = f.report
			all[f.report] = b
		}
		if lit[u] {
			b[1+f.at/8] |= 1 << (f.at % 8)
		}
	}
	return all
}
