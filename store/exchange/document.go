package exchange

import (
	"cmp"
	"fmt"
	"strings"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
)

// Document is the content of an exchange file. What is nil was not in the file.
type Document struct {
	Operator *clients.Operator
	Lines    []phone.Line
	Mail     *desk.MailSettings
	Desk     *Desk
	Clients  []Card
	// Secrets are the passwords found in the file, by the names under which they
	// are kept: "line:<id>" and "mail". Write never writes them.
	Secrets map[string]string
}

// Card is a client as the file has it.
type Card struct {
	clients.Client
	Given []string // the JSON names of the fields that the file mentions, in its order
	Line  int      // where the card begins

	lines map[string]int // where each value stands, by its path in the client's JSON
}

// NewCard makes the card that says everything about a client.
func NewCard(c clients.Client) Card { return Card{Client: c, Given: allFields} }

// allFields are the keys of a client's card in the order in which they are written.
var allFields = []string{
	"id", "name", "trade", "color", "language", "dids", "greetings", "instructions", "faq", "call_types",
	"fields", "contacts", "hours", "recipients", "agenda",
	"address", "caller_id", "forwards", "auto_answer", "voice", "health", "archived",
}

// lineOf finds where a value stands; for one that has no place of its own, such
// as a missing key, where the thing around it begins.
func (c Card) lineOf(path string) int {
	return cmp.Or(lineUnder(c.lines, path), c.Line)
}

// Problem is one thing wrong with a file.
type Problem struct {
	Line int    // 1 is the first; 0 when it has no place
	Path string // of the value at fault: "clients[2].dids[0]"
	Code string // "import.unknown-key", "client.did-bad", ...
	Text string // the sentence, in French
}

// String writes the problem as one line for the terminal.
func (p Problem) String() string {
	var b strings.Builder
	if p.Line > 0 {
		fmt.Fprintf(&b, "ligne %d : ", p.Line)
	}
	if p.Path != "" {
		b.WriteString(p.Path + " : ")
	}
	return b.String() + p.Text
}

// Problems is everything wrong with a file, in the order of its lines.
type Problems []Problem

// Error writes one problem per line.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i := range p {
		lines[i] = p[i].String()
	}
	return strings.Join(lines, "\n")
}

// Code is the word by which the window finds the sentence for the operator.
func (p Problems) Code() string { return "import.problems" }
