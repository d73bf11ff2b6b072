// Package sipua is the SIP user agent: phone.UserAgent over UDP, TCP and TLS.
//
// Words:
//
//   - endpoint: one line's socket, or its TCP or TLS connections, with the
//     transactions on them.
//   - peer: an address that may ring a line; stranger: any other. The gate keeps
//     strangers from costing more than a bounded part of this computer.
//   - hop: one address of a server, as RFC 3263 finds it; tiers say which are to be
//     preferred. flow: one way to one peer, as a transaction uses it.
//   - inspection: the look at a server's certificate (RFC 5922).
//   - mapping: how a router shows us to the registrar (RFC 3581); outside: how it
//     shows a call's voice (RFC 8489).
//   - watch: what a line looks at while it rests: sleep, another network, a lost
//     connection, a first server that is back.
//   - line: an account and its registration, or a direct line.
//   - binding: what the registrar knows of a line: one Contact with a random user.
//   - call: one conversation; dialog: its SIP side (RFC 3261 §12).
//   - negotiation: its offers and answers (RFC 3264); agreement: what came of them.
//   - fork: one of the telephones that a call of ours rings: an early dialog with
//     its own numbers and its own answer to our offer.
//   - showing: which number a call of ours shows, or that it shows none.
//   - certainty: a 180 that must be confirmed by PRACK (RFC 3262).
//   - subscription: news that a line asks for (RFC 6665): message summaries (RFC
//     3842) for its mailbox, and the dialogs of colleagues (RFC 4235) for lamps.
//   - voice: its media: a speaker, the one writer of all its RTP, and a hearer.
//   - broadcast: what the speaker says: the room, which is the operator's microphone,
//     an announcement of recorded sounds in place of it, or music for who waits.
//   - aside: answered without the operator, who neither hears the call nor is heard.
//   - recording: what is kept of a call, on a tape (package audio) that joins what is
//     said on its two sides.
//   - verdict: how well a call is heard, and whose side spoils it, by what was counted
//     in the last seconds (a tally), by the E-model (G.107), and by how the other calls
//     fare and how fast the line's server answers (its access).
//   - transfer: a REFER of ours under way; referral: one of the other side, which we
//     carry out (RFC 3515); place: a dialog as another names it to take it over
//     (RFC 3891); detour: where a 3xx sent a call of ours.
//   - conference: the calls that hear each other, mixed by package audio.
//   - secrecy: what a call wants of encryption, and what it may not fall below;
//     protection: the keys agreed on (SDES, RFC 4568); sealer and opener: SRTP.
//
// Who owns what: an endpoint's reading goroutine sorts messages and never waits.
// A line's goroutine owns its binding, and each subscription of a line has its
// own. A call's goroutine owns the call: commands, requests, responses and timers
// are functions posted to it, so there is no lock around a call's state. The
// console's goroutines call Hear and Speak; the voice's own read RTP and RTCP and
// keep time. A conference's goroutine owns who is in it, but only a call moves its
// own voice there. Agent.Close ends them all and waits.
//
// Promises: no message from the network ends the program (guard stands around
// every handler and goroutine, and fuzz_test.go fails on each panic it catches); a
// caller who is held, aside or being greeted never hears the room
// (TestRoomIsHeardOnlyWhenItMay), and no disk keeps a caller or a voice waiting
// (TestSlowDiskDoesNotKeepTheCallerWaiting, TestRecordingThatCannotBeCompleted);
// calls, transactions and connections are bounded in number and messages in size
// (config.go); only peers begin anything, and a flood of others leaves calls their
// sound (gate.go; TestFlood); no text of the network reaches an event or a log as it
// came (wash.go; TestEventsAreWashed).
//
// # What is used of the libraries, and what was replaced
//
// Of sipgo v1.7.2: the parser, the messages, and the state machines of client and
// server transactions. Of diago v0.31.0 (package media): the RTP packetizer, the
// coding of telephone events and of their seven packets, NTP time, and reading
// RTP and RTCP. Of pion: sdp, rtp, rtcp, srtp and stun. Of miekg/dns: NAPTR. Each
// part that was replaced follows, with the test that shows why.
//
// sipgo's transport layer keeps connections by the peer's address alone, so that
// two lines at one registrar answer from each other's socket, and for ever, so
// that every address a stranger invents costs memory; its readers do not recover;
// UDP ends at 1300 bytes. (endpoint.go, stream.go, large.go, keepalive.go, tls.go;
// TestLargeRequestsGoOverTCP, TestPingsAreAnswered, TestPongThatIsMissed,
// TestCertificatesThatAreRefused, TestKamailioOverTLS, TestLinesAnswerFromTheirOwnSockets,
// TestLargeMessages, FuzzDatagram)
//
// sipgo's parser writes methods in capitals, keeps the spaces around parameters, so
// that a tag is not found, and takes one of two lengths or senders that differ; its
// reader of streams takes as many headers as come. (judge.go, shape.go, framing.go;
// TestTortureMessages with all of RFC 4475, TestFramer, TestHeadersAreBounded)
//
// sipgo's transaction layer gives each message a goroutine of its own, so that a
// BYE may overtake an ACK, and answers a CANCEL itself with another To tag.
// (request.go, client.go; TestCANCEL)
//
// sipgo's dialogs: a missing ACK blocks for 32 s and nothing follows; a 200 that
// crosses our CANCEL gets neither ACK nor BYE; the eleventh response to an INVITE
// fails it. (acks.go, outbound.go; TestACKThatNeverComesEndsTheCall,
// TestCANCELCrossesThe200, TestTwelveRingingResponses, TestForkedAnswers, and the
// same by SIPp in interop_dialog_test.go)
//
// sipgo's digest takes only the first challenge, and answers for a URI without its
// parameters. (auth.go, on icholy/digest; TestRegistersAndRemovesOnlyItsOwnContact,
// TestChallengedInvite)
//
// diago's registration ignores the expiry granted to the contact, removes all
// contacts of the account, and knows no 423. (binding.go, line.go;
// TestRegistersAndRemovesOnlyItsOwnContact, TestGrantedExpiryCountsAndIsRefreshed,
// TestIntervalTooBrief)
//
// diago's offer and answer refuse a second media line, Opus on any type but 96,
// G.722, telephone-event on any type but 101, and drop a last line without an end;
// pion's reader refuses the kinds of media line it does not know. (sdp.go,
// negotiation.go; TestAnswers)
//
// diago's hold keeps sending the microphone, and does not know c=0.0.0.0.
// (reinvite.go, speaker.go; TestHeldCallersNeverHearTheRoom, TestHoldByTheOtherSide)
//
// diago's DTMF writer is a second writer beside the voice's. (speaker.go;
// TestKeysShareTheVoicesSequence) Its INFO handler needs a Content-Type, or ends
// the program. (indialog.go; TestINFO)
//
// diago's RTP session hears any source, and its reports count without sequence
// cycles and in 65356ths of a second. (latch.go, reception.go, reports.go;
// TestOnlyThePeerIsHeard, TestReception, TestRoundTrip)
//
// diago's SRTP knows one suite, and its hold offers plain RTP. (crypto.go, secrecy.go;
// TestOffersWithKeys, TestNeverWeaker, and by a real peer in TestBaresip) Its
// sequence numbers may begin just below their wrap, which a receiver that misses
// the first packets cannot see. (speaker.go, srtp.go; TestNumbersWrap)
//
// pion's SRTP remembers each source that a packet names before it has proved
// itself, so that a stranger fills the memory. (srtp.go; TestStrangersCostNoMemory)
//
// Neither knows comfort noise. (hearer.go, and package audio; TestPausesOfAPeerAreHeard)
//
// sipgo and diago have no 100rel, and diago answers an UPDATE with 405. (reliable.go,
// forks.go, glare.go; TestReliableRinging, TestForksAreConfirmedEach,
// TestUpdateWhileItRings, and SIPp both ways in interop_prack_test.go) A Require is
// not looked at. (handle.go; TestUnknownExtensions, TestCapabilitiesAreTrue) An
// in-dialog NOTIFY without Content-Type ends a diago process. (notify.go;
// TestMailbox, FuzzSummary, FuzzDialogInfo)
//
// diago puts the Replaces of a REFER into the Request-URI, takes an INVITE with
// Replaces for a new call, and believes a NOTIFY 100 that comes after the 200.
// (referral.go, replaces.go, transfer.go; TestReferredToSomebodysPlace, TestReplaced,
// TestTransferNews, TestConnect)
//
// sipgo's transport layer knows no NAPTR and no second server, and diago registers
// at one. (names.go, servers.go, failover.go, watch.go; TestServersAreFoundByRFC3263,
// TestBackupStandsInUntilTheFirstIsBack, TestCallsGoToTheNextServer,
// TestCallsMoveToAnotherNetwork) Neither asks where it is seen. (mapping.go, stun.go;
// TestAddressThatTheRouterShowsIsRegistered, TestVoiceIsToldAsItIsSeenFromOutside)
//
// Not there yet: ICE, and keys by DTLS. What a peer requires of these is refused
// with the response that lets it go on without. A direct line listens without TLS:
// it has no certificate.
package sipua
