package headset

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"unsafe"

	"golang.org/x/sys/windows"
)

// windowsBus is the HID class driver. It does not show report descriptors: where a
// control stands is found by having it set in an empty report. Each top collection is
// a device of its own.
type windowsBus struct{}

func systemBus() bus { return windowsBus{} }

// telephony is the usage page of a headset's own collection.
const telephony = 0x0b

// hidInterface is GUID_DEVINTERFACE_HID.
var hidInterface = windows.GUID{
	Data1: 0x4d1e55b2, Data2: 0xf16f, Data3: 0x11cf,
	Data4: [8]byte{0x88, 0xcb, 0x00, 0x11, 0x11, 0x00, 0x00, 0x30},
}

var (
	hid              = windows.NewLazySystemDLL("hid.dll")
	getPreparsedData = hid.NewProc("HidD_GetPreparsedData")
	freePreparsed    = hid.NewProc("HidD_FreePreparsedData")
	getProductString = hid.NewProc("HidD_GetProductString")
	getCaps          = hid.NewProc("HidP_GetCaps")
	getButtonCaps    = hid.NewProc("HidP_GetButtonCaps")
	setUsages        = hid.NewProc("HidP_SetUsages")
)

const hidpSuccess = 0x00110000 // HIDP_STATUS_SUCCESS

// caps is HIDP_CAPS.
type caps struct {
	usage, usagePage                       uint16
	inputLength, outputLength, featureSize uint16 // in bytes, with the number
	_                                      [17]uint16
	_                                      uint16
	inputButtons, inputValues, _           uint16
	outputButtons, outputValues, _         uint16
	_                                      [3]uint16
}

// buttonCaps is HIDP_BUTTON_CAPS: some controls in a row.
type buttonCaps struct {
	usagePage          uint16
	report             uint8
	_                  uint8
	flags              uint16 // of the main item
	_                  [3]uint16
	isRange, _, _, _   uint8
	_                  [10]uint32
	usageMin, usageMax uint16
	_, _, _, _, _, _   uint16
}

func (windowsBus) list() ([]found, error) {
	paths, err := windows.CM_Get_Device_Interface_List("", &hidInterface, windows.CM_GET_DEVICE_INTERFACE_LIST_PRESENT)
	if err != nil {
		return nil, fmt.Errorf("HID devices: %w", err)
	}
	var all []found
	for _, path := range paths {
		if f, ok := look(path); ok {
			all = append(all, f)
		}
	}
	return all, nil
}

// look tells whether a device is a telephone. One that goes meanwhile is none.
func look(path string) (found, bool) {
	h, err := create(path, 0, 0) // asking needs no access
	if err != nil {
		return found{}, false
	}
	defer func() { _ = windows.CloseHandle(h) }()
	var data uintptr
	if ok, _, _ := getPreparsedData.Call(uintptr(h), uintptr(unsafe.Pointer(&data))); ok&0xff == 0 {
		return found{}, false
	}
	defer func() { _, _, _ = freePreparsed.Call(data) }()
	var c caps
	if status, _, _ := getCaps.Call(data, uintptr(unsafe.Pointer(&c))); status != hidpSuccess || c.usagePage != telephony {
		return found{}, false
	}
	l := layoutOf(data, &c)
	return found{path: path, name: productOf(h), layout: l}, l.isTelephone()
}

func productOf(h windows.Handle) string {
	var name [127]uint16
	ok, _, _ := getProductString.Call(uintptr(h), uintptr(unsafe.Pointer(&name)), unsafe.Sizeof(name))
	if ok&0xff == 0 {
		return "USB"
	}
	return printable(windows.UTF16ToString(name[:]))
}

// layoutOf asks where the controls of a telephone stand.
func layoutOf(data uintptr, c *caps) layout {
	l := newLayout()
	l.numbered = true
	l.addAll(data, false, c.inputButtons, c.inputLength)
	l.addAll(data, true, c.outputButtons, c.outputLength)
	return l
}

func (l *layout) addAll(data uintptr, output bool, n, length uint16) {
	if n == 0 || length == 0 {
		return
	}
	all := make([]buttonCaps, n)
	if status, _, _ := getButtonCaps.Call(direction(output), uintptr(unsafe.Pointer(&all[0])),
		uintptr(unsafe.Pointer(&n)), data); status != hidpSuccess {
		return
	}
	for _, c := range all[:min(int(n), len(all))] {
		last := c.usageMin // which holds the only usage, where there is no range
		if c.isRange != 0 {
			last = c.usageMax
		}
		for u := uint32(c.usageMin); u <= uint32(last); u++ {
			f := field{report: c.report, flags: uint32(c.flags)}
			if at, ok := bitOf(data, output, c, uint16(u), length); ok {
				f.at = at
				l.add(usage(uint32(c.usagePage)<<16|u), output, f)
			}
		}
		if output {
			l.lengths[c.report] = int(length) - 1
		}
	}
}

// direction is HIDP_REPORT_TYPE.
func direction(output bool) uintptr {
	if output {
		return 1
	}
	return 0
}

// bitOf has a usage set in an empty report, and looks which bit that is.
func bitOf(data uintptr, output bool, c buttonCaps, u uint16, length uint16) (at uint32, ok bool) {
	report := make([]byte, length)
	report[0] = c.report
	one := uint32(1)
	if status, _, _ := setUsages.Call(direction(output), uintptr(c.usagePage), 0, uintptr(unsafe.Pointer(&u)),
		uintptr(unsafe.Pointer(&one)), data, uintptr(unsafe.Pointer(&report[0])), uintptr(length)); status != hidpSuccess {
		return 0, false
	}
	for i := range 8 * (uint32(length) - 1) {
		if report[1+i/8]>>(i%8)&1 == 1 {
			return i, true
		}
	}
	return 0, false
}

func create(path string, access, flags uint32) (windows.Handle, error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return 0, err
	}
	return windows.CreateFile(name, access, windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE, nil, windows.OPEN_EXISTING, flags, 0)
}

func (windowsBus) open(f found) (io.ReadWriteCloser, error) {
	h, err := create(f.path, windows.GENERIC_READ|windows.GENERIC_WRITE, windows.FILE_FLAG_OVERLAPPED)
	if err != nil {
		return nil, fmt.Errorf("opening a headset: %w", err)
	}
	quit, err := windows.CreateEvent(nil, 1, 0, nil)
	if err != nil {
		_ = windows.CloseHandle(h)
		return nil, fmt.Errorf("opening a headset: %w", err)
	}
	return &conn{handle: h, quit: quit}, nil
}

// writeLimit is how long a headset may take to take a report, in milliseconds.
const writeLimit = 2000

// conn is an open device. Its transfers are overlapped, so that Close can end them.
type conn struct {
	handle windows.Handle
	quit   windows.Handle // an event: it is being closed
	once   sync.Once
	using  sync.RWMutex // held by transfers; Close waits for them
	closed bool
}

// transfer is one operation under way. It lives on the heap: Windows writes to it.
type transfer struct {
	overlapped windows.Overlapped
	data       []byte
	done       uint32
}

// Read implements io.Reader: one report.
func (c *conn) Read(b []byte) (int, error) {
	t := &transfer{data: make([]byte, len(b))}
	err := c.carry(t, windows.INFINITE, windows.ReadFile)
	return copy(b, t.data[:t.done]), err
}

// Write implements io.Writer: one report.
func (c *conn) Write(b []byte) (int, error) {
	t := &transfer{data: append([]byte(nil), b...)}
	err := c.carry(t, writeLimit, windows.WriteFile)
	return int(t.done), err
}

// carry begins a transfer and waits for its end, the limit, or Close.
func (c *conn) carry(t *transfer, limit uint32, begin func(windows.Handle, []byte, *uint32, *windows.Overlapped) error) error {
	c.using.RLock()
	defer c.using.RUnlock()
	if c.closed {
		return os.ErrClosed
	}
	event, err := windows.CreateEvent(nil, 1, 0, nil)
	if err != nil {
		return err
	}
	defer func() { _ = windows.CloseHandle(event) }()
	t.overlapped.HEvent = event
	if err := begin(c.handle, t.data, nil, &t.overlapped); err != nil && !errors.Is(err, windows.ERROR_IO_PENDING) {
		return err
	}
	if over, err := windows.WaitForMultipleObjects([]windows.Handle{event, c.quit}, false, limit); over != windows.WAIT_OBJECT_0 || err != nil {
		_ = windows.CancelIoEx(c.handle, &t.overlapped)
	}
	return windows.GetOverlappedResult(c.handle, &t.overlapped, &t.done, true)
}

// Close implements io.Closer.
func (c *conn) Close() error {
	err := os.ErrClosed
	c.once.Do(func() {
		_ = windows.SetEvent(c.quit)
		c.using.Lock()
		c.closed = true
		c.using.Unlock()
		err = errors.Join(windows.CloseHandle(c.handle), windows.CloseHandle(c.quit))
	})
	return err
}
