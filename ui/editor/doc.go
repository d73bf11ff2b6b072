// Package editor is the sheet on which a client's card is written: who it is,
// how it is greeted for, what to do and to ask, who gets its messages, when it
// takes appointments, and what was changed before.
//
// The sheet edits a copy. Every entry owns what is typed in it; the copy is read
// from the entries, checked at each key by clients.Client.Validate, and sent as
// one desk.ClientSaved. When the stored card changes meanwhile, on this desk or
// another, the fields that were not touched follow it and the others stay
// (merge.go). Where she and another wrote the same field, the other's words are shown
// beside hers (under.go): she takes one, both, or leaves it, and then both are kept
// as a conflict. A card is said to be saved only once the directory holds it.
package editor
