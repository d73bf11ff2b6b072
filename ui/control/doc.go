// Package control drives the running desk from other programs (CRM, tel: links,
// acceptance tests) over a local socket that only the user can open. It sends the
// core the same events as the window, and reads the same State.
//
// The protocol is one JSON object a line. A request is {"do":"answer","call":"…"};
// the answer is one line {"ok":true,…} or {"ok":false,"error":"…"}. After
// {"do":"watch"} lines come until the program hangs up: first the whole status,
// then one line for each thing that happens.
package control
