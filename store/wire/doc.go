// Package wire is what an office and its desks say to each other: HTTPS requests with
// JSON bodies under /v1, each bound to a desk by its certificate and, but for the
// first three, to an operator by a session.
//
//	GET  /v1/pair     Invitation   the office's CA, and what the proof is made with
//	POST /v1/pair     PairRequest → PairAnswer
//	POST /v1/login    LoginRequest → LoginAnswer
//	POST /v1/logout   ends the session
//	POST /v1/password PasswordRequest   ends the other sessions of whose it is
//	GET  /v1/hello    Hello
//	POST /v1/push     PushRequest → PushAnswer      at most MaxPush, oldest first
//	POST /v1/pull     PullRequest → PullAnswer      at most MaxPage rows
//	POST /v1/presence PresenceRequest → PresenceAnswer
//	POST /v1/takeover TakeoverRequest → TakeoverAnswer
//	GET  /v1/events   server-sent events: "poke" (a hint to pull), "presence"
//	PUT, GET /v1/sounds/ID    Ogg Opus
//
// What the protocol promises:
//
//   - A mutation counts once, by its UUID, however often it is pushed.
//   - A desk's mutations are carried out in the order in which it made them.
//   - Pull gives whole rows as they are now, in the order of their numbers. A row that
//     changed between two pages comes again, later.
//   - The cursor is the office's alone to read. It carries the incarnation of the
//     office's data and the rights of the operator: when either changed (a backup was
//     restored, a client was added) the answer says Reset, and the desk takes everything
//     anew; what it has not sent is not touched.
//   - Acknowledged means: the rows that contain this mutation are in this page or in an
//     earlier one. Acknowledgement is by UUID and comes on the last page.
//   - Fields and kinds that one side does not know are kept and passed on.
//   - Below the protocol's minimum push still works, so that nothing is locked in.
//
// A refusal is a status and an Error: 401 no-session, 403 revoked, forbidden, 409
// code-used, restored, 413 too-large, 426 too-old, 429 slow-down, 503 not-ready.
package wire
