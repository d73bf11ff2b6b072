// Package door is the way into an office: TLS, who may come in, and how a machine
// becomes a desk. The office behind it (package office) knows only who asks.
//
// Words:
//
//   - Authority: the bureau's own certificate authority, made at the first start. It
//     vouches for the office's server and for each desk; its organisation is the
//     bureau's ID.
//   - Desk: a paired machine. Its certificate names it (common name) and its bureau
//     (organisation), and counts only as long as the desk stands in the list unrevoked.
//   - Invitation: a pairing code that is open. There is one at a time.
//   - Login: an operator's name and password. A session follows, on that desk only.
//
// Promises:
//
//   - TLS 1.3 or nothing. Every request, not every connection, is asked who sends it:
//     a desk that was revoked a moment ago reads nothing more.
//   - Codes, passwords and sessions are not in the database: what is made of them is.
//   - A name that does not exist takes as long as a wrong password. Who guesses waits
//     longer and longer.
//   - A peer that says nothing, says it slowly, or says too much is hung up on.
package door
