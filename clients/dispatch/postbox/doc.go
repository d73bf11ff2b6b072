// Package postbox is a small mail server: it speaks real SMTP with STARTTLS or
// TLS and authentication, and keeps what it receives in memory. The demo sends
// its messages to it, and the tests of the mail sender run against it.
//
// It can be told to misbehave: to hang up, to defer, to refuse, to take no
// password, to say nothing at all.
package postbox
