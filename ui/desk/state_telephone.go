package desk

import (
	"permanence/clients"
	"permanence/phone"
)

// Transfer is F4: a call waits while somebody is found to take it.
type Transfer struct {
	Call    phone.CallID // who is put through
	Typed   string       // in the panel's entry: a number, or a name to look for
	Targets []Target     // that fit what was typed; the client's contacts first
	With    phone.CallID // the consultation call, "" before there is one
	Problem Problem      // why the last try failed; zero when none did

	chosen *TransferChosen // before the call's answer had gone through
}

// Target is somebody to whom a call can be put through, or who takes calls for us.
type Target struct {
	Key    string // one digit; F4 then this key puts through at once
	Name   string
	Role   string
	Number string          // as it is dialled
	When   string          // the contact's own words on when to call
	Lamp   phone.LampState // "" when nobody watches it
}

// Emergency is what the operator must be able to say at once.
type Emergency struct {
	Call    phone.CallID
	Number  phone.Number
	Address string // where this desk is, "" when nobody filled it in
	Client  clients.ID
	Place   string // the client's address, "" when the call is for none
}

// CallFilter narrows the list of all calls. The zero value shows everything.
type CallFilter struct {
	Kind   CallKind
	Client clients.ID
	Query  string // part of a number, of a caller's or a client's name
}

// CallKind is one of the list's four views.
type CallKind string

// The views of the call list; "" is all of them in one order.
const (
	CallsMissed      CallKind = "missed"
	CallsIncoming    CallKind = "incoming"
	CallsOutgoing    CallKind = "outgoing"
	CallsTransferred CallKind = "transferred"
)

// CallList is the chronological list of all calls, newest first, read in pages.
type CallList struct {
	Filter  CallFilter
	Entries []Entry
	More    bool // the store has older ones
	Pending bool
	Problem Problem
	Open    *CallRecord // the call looked at, nil when none
}

// CallRecord is one past call with all that is known of it.
type CallRecord struct {
	Entry      Entry
	Steps      []JournalEntry // oldest first
	Raw        []byte         // the first request; it may hold control characters
	Diversions []phone.Diversion
	Sounds     []clients.Sound // what was recorded of it and is still kept
}
