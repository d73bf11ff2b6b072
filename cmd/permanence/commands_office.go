//go:build office

package main

// commands of a server, which has neither window nor sound: no graphics library is
// linked, and none is needed. Without a word it serves.
func commands() []command {
	return []command{
		officeCommand(),
		{name: "version", summary: "dit la version", run: runVersion},
	}
}
