// Package planted names mistakes that can be planted in the shared data's code, to see
// whether the simulation finds them. Without the build tag "planted" none ever is, and
// the compiler leaves the places out.
package planted

// Fault is a mistake.
type Fault string

// The mistakes, each with the promise that it breaks.
const (
	AckUnseen      Fault = "acknowledged without a look at the log"
	CursorFirst    Fault = "the cursor is stored before the rows"
	OverlayStale   Fault = "what is pending is not carried out again"
	SawIgnored     Fault = "what an author saw does not matter"
	DoubleApply    Fault = "a known UUID is carried out again"
	LeaseReused    Fault = "a slot is lent again before its lease is over"
	TombstoneLost  Fault = "a tombstone is skipped"
	RightsIgnored  Fault = "rows go to everybody"
	OrderReversed  Fault = "a batch is pushed with its newest first"
	ErasureLeaves  Fault = "erasure leaves the arguments"
	AgainIgnored   Fault = "after a restore nothing is brought again"
	NotContested   Fault = "an overlap is not marked"
	BaseStale      Fault = "the office's newer row is not kept under the desk's"
	BureausMixed   Fault = "a feed has the rows of all bureaus"
	ChainBroken    Fault = "the log is not chained"
	RefusalDropped Fault = "what is refused is not kept"
	BackupWhole    Fault = "what was erased comes back with a backup"
	ClockTrusted   Fault = "a slot has begun when a clock says so that anybody may set"
	GrantForGood   Fault = "a draft that was given is never taken back"
	OrphansGone    Fault = "a draft goes when its desk knows nothing of it"
)

// All lists them.
var All = []Fault{
	AckUnseen, CursorFirst, OverlayStale, SawIgnored, DoubleApply, LeaseReused, TombstoneLost, RightsIgnored, OrderReversed,
	ErasureLeaves, AgainIgnored, NotContested, BaseStale, BureausMixed, ChainBroken, RefusalDropped, BackupWhole,
	ClockTrusted,
	GrantForGood, OrphansGone,
}
