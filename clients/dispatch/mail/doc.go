// Package mail carries messages to their recipients as electronic mail.
//
// A Sender opens one SMTP session per message (RFC 5321), over STARTTLS or TLS,
// with the settings of that moment: what is changed in the window holds at once.
// Each step of the session knows what a refusal there means, so that a wrong
// password keeps messages waiting while an unknown mailbox fails its message.
//
// The mail itself is composed so that it is read on a telephone without opening
// anything: who, which number, what about, and then the rest. What was spoken on an
// answering machine is attached. Nothing a caller says can become a header.
package mail
