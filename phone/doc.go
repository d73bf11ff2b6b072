// Package phone says what a telephone does, without saying how. It holds the
// types of the trade's telephone and no SIP library: the user agent that speaks
// SIP is phone/sipua, a scripted one for tests is phone/fake, and both must pass
// the one suite in phone/phonetest.
//
// Words:
//
//   - UserAgent: the telephone itself (RFC 3261 §6), with several lines.
//   - Line: one account at a registrar, or a direct line bound to an address.
//   - Registration: a line's binding at its registrar, alive until it expires.
//   - Call: one conversation with one other party, from its first INVITE to its end.
//   - DID: a number dedicated to one client ("SDA" in the French window).
//   - Diversion: the forwarding that brought a call here (RFC 5806, RFC 7044).
//   - Hold: the other party waits and hears silence or music, never the room.
//   - Announcement: recorded sounds that the other party hears in place of the
//     operator; Music: what it hears while it waits.
//   - Aside: answered without the operator, who may attend later.
//   - BlindTransfer: the other party is asked to call a third (RFC 3515).
//   - AttendedTransfer: we speak with the third first, then put both through
//     (RFC 5589 §7).
//   - Conference: several parties and perhaps the operator, mixed on this desk.
//   - Lamp: whether a colleague's extension is free, ringing or busy.
//   - DTMF: the keys pressed during a call (RFC 4733, or SIP INFO).
//
// Promise: every call that an agent announces with CallArrived, CallReferred or
// CallReplaced, or accepts from Dial, is ended by exactly one CallEnded, whatever the network does, and no event
// of that call follows it. Times inside events are those of the agent's clock.
package phone
