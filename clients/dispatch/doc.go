// Package dispatch carries messages from the outbox to their recipients.
//
// The outbox is a Queue of deliveries kept by the store. A Runner takes what is
// due, gives each Job to the Sender of its channel, and writes down what came of
// it. It promises:
//
//   - A delivery is sent at least once, always under one Message-ID. When the
//     program dies between the server's acceptance and the commit that records
//     it, the delivery is in doubt and leaves again, and the recipient's mailbox
//     recognises the Message-ID.
//   - "Sent" is recorded only after the recipient's server accepted.
//   - A passing fault (network down, server busy, wrong password) keeps the
//     delivery waiting, for GiveUpAfter at least, with the server's words; a
//     refusal for good (no such mailbox) fails it at once.
//   - No delivery holds up another: each is sent on its own goroutine, has its
//     own deadline and its own next try.
//
// Senders live in the sub-packages, one per channel.
package dispatch
