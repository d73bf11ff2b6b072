// Package fake is a telephone without a network: agents on an exchange in memory,
// for tests and for prepared screens. It passes the same suite as the real one.
//
// Agents of one Exchange call each other by the address "sip:NAME@fake". Any
// number that is dialled reaches the outside world, which the test plays with the
// methods whose names begin with Outside; OutsideCalls rings an agent from there.
//
// Nobody has a voice here, so recorded sounds are their events: SoundLasts says which
// there are and how long each takes, DiskFails that none can be recorded.
//
// LineIs, LampIs and MailboxIs play what a server tells, OutsideSounds how well a call
// is heard.
//
// Events come from one goroutine of each agent, in order, as from the real one.
package fake
