// Package headset is the telephone's side of a headset: its hook and mute buttons,
// its lamps and its ringer, as USB HID describes them (HID 1.11; HID Usage Tables,
// telephony page 0x0B and LED page 0x08). Its sound is audio/device's.
//
// Words:
//
//   - bus: where this computer's HID devices are found and opened.
//   - report: a few bytes one way or the other; its first is its number, 0 when the
//     device has but one kind.
//   - usage: what a bit of a report means; layout: where the usages that matter here
//     stand, as the device's report descriptor tells.
//   - switch: a control whose bit is a state; push button: one whose bit says that a
//     finger is on it.
//
// What headsets do with the hook is a state shared with the computer: who wears one
// changes it by the button, the computer by the off-hook lamp, and the headset then
// reports the state that it was just told. So a hook that says what we told is an
// echo, and one that says otherwise was pressed. Mute is a push button on most.
//
// Every headset that is plugged in serves, and one that goes is taken back when it
// returns. Promises: no bytes of a device, however wrong, end the program or cost
// more than a few kilobytes; Show never waits for a device; Close ends every
// goroutine and leaves the lamps dark.
package headset
