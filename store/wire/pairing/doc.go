// Package pairing is how a machine becomes a desk of an office: what both sides prove
// to each other with a short code that one person reads and another types.
//
// Words:
//
//   - Code: fifty random bits that the office shows once. It is good for ten minutes
//     and for one machine, and void after five wrong proofs.
//   - Key: what both sides derive from the code. The derivation is slow on purpose
//     (argon2id, RFC 9106): who has overheard a proof must still guess the code, and
//     has minutes for it.
//   - Proof: an HMAC under the key. It covers the office's certificate authority, so
//     one that was made for a stranger's authority is worth nothing at the office.
//
// The first connection is to a server that nobody vouches for yet. A man in the middle
// may pass everything on unchanged, and then has learnt and won nothing: from then on
// the desk believes only the authority that the proof covers. With an authority of his
// own he can neither use the desk's proof nor make the office's.
//
// The package is pure: it reads no clock and opens no connection.
package pairing
