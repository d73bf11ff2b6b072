// Package clients holds the customers of the answering service and the rules
// they give: who they are, on which numbers they are called, what is said for
// them, what is asked, whom a message goes to, when an appointment may be set.
// It is the domain and nothing else: the standard library and package phone, for
// what a number is; no clock, no I/O.
//
// Words:
//
//   - Client: a customer of the service (Cabinet Durand), never a network peer.
//   - DID: a number dedicated to one client, in E.164 ("SDA" on screen).
//   - Greeting: the sentence said at pick-up, by hour and language.
//   - Instructions: what to do and not to do, in Markdown ("consignes").
//   - CallType: how a call is qualified (client, prospect, urgent, démarchage).
//   - Script: the questions to ask for one call type.
//   - Field: one thing this client wants in each message.
//   - Recipient: who receives messages, and how.
//   - Contact: somebody at the client's to whom calls may be put through.
//   - Forward: a rule by which calls go elsewhere while the operator is away.
//   - CallerID: the agreement that the client's number is shown on calls out.
//   - Voice: what callers hear that is recorded, and what is recorded of them.
//   - Machine: a rule by which an answering machine takes calls.
//   - Recording: whether conversations are recorded, why, and for how long.
//   - Sound: one recorded sound, by its ID; the store has the file.
//   - Operator: the télésecrétaire.
//
// Everything shared between desks changes only through a Change, a named
// mutation that carries a UUID; changes are patches of named fields, so that an
// old desk never erases what it does not know.
//
// Telephone numbers in this package are strings in the form of phone.Number.
package clients
