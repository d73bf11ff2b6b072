package headset

import (
	"errors"
	"fmt"
)

// The bounds of a descriptor: what Linux takes, and far more than a headset has.
const (
	maxDescriptor = 4096
	maxReportBits = 8 * 1024
	maxNesting    = 16
)

// errDescriptor is what is wrong with a report descriptor.
var errDescriptor = errors.New("headset: not a HID report descriptor")

// Items of a report descriptor, tag and type (HID 1.11 §6.2.2.4, .7, .8).
const (
	itemInput         = 0x80
	itemOutput        = 0x90
	itemUsagePage     = 0x04
	itemReportSize    = 0x74
	itemReportID      = 0x84
	itemReportCount   = 0x94
	itemPush          = 0xa4
	itemPop           = 0xb4
	itemUsage         = 0x08
	itemUsageMinimum  = 0x18
	itemUsageMaximum  = 0x28
	itemDelimiter     = 0xa8
	longItem          = 0xfe // §6.2.2.3
	maskTagAndType    = 0xfc
	typeMain, typeAll = 0x00, 0x0c
)

// Flags of an input or output item (§6.2.2.5).
const (
	flagConstant    = 1 << 0
	flagVariable    = 1 << 1
	flagRelative    = 1 << 2
	flagNoPreferred = 1 << 5
)

// globals are the items that hold until they are changed (§6.2.2.7).
type globals struct {
	page        uint32
	size, count uint32
	report      uint8
}

// span are usages in a row; one alone is its own minimum and maximum.
type span struct {
	min, max uint32
	paged    bool // they have their page with them
}

// parser reads a report descriptor, keeping of it what a telephone needs.
type parser struct {
	globals
	stack  []globals
	usages []span
	least  uint32 // a usage minimum that waits for its maximum
	inSet  bool   // between delimiters: usages for one and the same control
	set    int    // of these seen
	bits   map[stretch]uint32
	layout layout
}

// stretch names a report and its direction.
type stretch struct {
	output bool
	report uint8
}

// parse finds the controls of a telephone in a report descriptor.
func parse(descriptor []byte) (layout, error) {
	if len(descriptor) > maxDescriptor {
		return layout{}, fmt.Errorf("%w: %d bytes", errDescriptor, len(descriptor))
	}
	p := parser{bits: map[stretch]uint32{}, layout: newLayout()}
	for rest := descriptor; len(rest) > 0; {
		kind, value, size, next, err := nextItem(rest)
		if err == nil {
			err = p.item(kind, value, size)
		}
		if err != nil {
			return layout{}, err
		}
		rest = next
	}
	for s, bits := range p.bits {
		if s.output {
			p.layout.lengths[s.report] = int(bits+7) / 8
		}
	}
	return p.layout, nil
}

// nextItem cuts an item off: its tag and type, and its data as a number of so many
// bytes. A long item is none that means anything yet.
func nextItem(b []byte) (kind uint8, value uint32, size int, rest []byte, err error) {
	size = int(b[0] & 3)
	if size == 3 {
		size = 4
	}
	if b[0] == longItem && len(b) > 1 {
		size = 2 + int(b[1])
	}
	if len(b) < 1+size {
		return 0, 0, 0, nil, fmt.Errorf("%w: it ends within an item", errDescriptor)
	}
	if b[0] == longItem {
		return typeAll, 0, 0, b[1+size:], nil
	}
	for i := range size {
		value |= uint32(b[1+i]) << (8 * i)
	}
	return b[0] & maskTagAndType, value, size, b[1+size:], nil
}

func (p *parser) item(kind uint8, value uint32, size int) error {
	switch kind {
	case itemUsagePage:
		p.page = value & 0xffff
	case itemReportSize:
		p.size = value
	case itemReportCount:
		p.count = value
	case itemReportID:
		if value == 0 || value > 255 {
			return fmt.Errorf("%w: report number %d", errDescriptor, value)
		}
		p.report, p.layout.numbered = uint8(value), true
	case itemPush, itemPop:
		return p.pushOrPop(kind == itemPush)
	case itemUsage, itemUsageMinimum, itemUsageMaximum, itemDelimiter:
		p.local(kind, value, size)
	default:
		if kind&typeAll == typeMain {
			return p.main(kind, value)
		}
	}
	return nil
}

func (p *parser) pushOrPop(push bool) error {
	n := len(p.stack)
	switch {
	case push && n < maxNesting:
		p.stack = append(p.stack, p.globals)
	case !push && n > 0:
		p.globals, p.stack = p.stack[n-1], p.stack[:n-1]
	default:
		return fmt.Errorf("%w: its stack is %d deep", errDescriptor, n)
	}
	return nil
}

// local takes the items that name the next controls (§6.2.2.8). A usage of four bytes
// has its page with it; others get the page that holds at the main item. Of the usages
// between delimiters the first is the best.
func (p *parser) local(kind uint8, value uint32, size int) {
	paged := size == 4
	switch kind {
	case itemDelimiter:
		p.inSet, p.set = value&1 == 1, 0
	case itemUsageMinimum:
		p.least = value
	case itemUsageMaximum:
		p.name(span{p.least, value, paged})
	case itemUsage:
		p.name(span{value, value, paged})
	}
}

func (p *parser) name(s span) {
	p.set++
	if p.inSet && p.set > 1 || s.max < s.min {
		return
	}
	p.usages = append(p.usages, s)
}

// main ends the controls that were named, and the names with them.
func (p *parser) main(kind uint8, flags uint32) error {
	usages := p.usages
	p.usages, p.least, p.inSet, p.set = nil, 0, false, 0
	if kind != itemInput && kind != itemOutput {
		return nil
	}
	where := stretch{output: kind == itemOutput, report: p.report}
	begin := p.bits[where]
	if p.size > maxReportBits || p.count > maxReportBits || begin+p.size*p.count > maxReportBits {
		return fmt.Errorf("%w: a report of %d times %d bits", errDescriptor, p.count, p.size)
	}
	p.bits[where] = begin + p.size*p.count
	if flags&flagVariable == 0 || flags&flagConstant != 0 || p.size == 0 {
		return nil // padding, or an array: keys to dial with
	}
	for i := range p.count {
		if u, ok := nth(usages, i, p.page); ok {
			p.layout.add(u, where.output, field{report: p.report, at: begin + i*p.size, flags: flags})
		}
	}
	return nil
}

// nth is the usage of the n-th control; the last one is for all that follow.
func nth(spans []span, n, page uint32) (usage, bool) {
	for i, s := range spans {
		if last := i == len(spans)-1; n <= s.max-s.min || last {
			u := s.min + min(n, s.max-s.min)
			if !s.paged {
				u = page<<16 | u&0xffff
			}
			return usage(u), true
		}
		n -= s.max - s.min + 1
	}
	return 0, false
}
