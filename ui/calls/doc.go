// Package calls is the list of all calls: one order, newest first, narrowed by
// kind, by client or by words, read in pages as it is scrolled. One key calls
// back; another shows all that is known of a call, down to the request that began
// it, for whoever must find out what a telephone network did.
package calls
