//go:build !office

package main

import (
	"strings"
	"time"

	"permanence/ui/control"
)

// action is one word of `permanence ctl`: how many arguments follow it, and what
// request they make.
type action struct {
	least, most int
	request     func(args []string) (control.Request, error)
}

// actions are all of them but watch, which makes no single request.
var actions = map[string]action{
	"status":     {0, 0, bare("status")},
	"answer":     {0, 1, ofCall("answer")},
	"reject":     {0, 1, ofCall("reject")},
	"hangup":     {0, 1, ofCall("hangup")},
	"hold":       {0, 1, ofCall("hold")},
	"resume":     {0, 1, ofCall("resume")},
	"wait":       {0, 1, ofCall("wait")},
	"speak":      {0, 1, ofCall("speak")},
	"recording":  {0, 1, ofCall("recording")},
	"callback":   {0, 1, ofCall("callback")},
	"call":       {1, 1, ofCall("call")},
	"dial":       {1, 1, ofNumber("dial")},
	"offer":      {1, 1, ofNumber("offer")},
	"transfer":   {1, 2, ofNumber("transfer")},
	"consult":    {1, 2, ofNumber("consult")},
	"complete":   {0, 0, bare("complete")},
	"swap":       {0, 0, bare("swap")},
	"cancel":     {0, 0, bare("cancel")},
	"dtmf":       {1, 1, func(a []string) (control.Request, error) { return control.Request{Do: "dtmf", Digits: a[0]}, nil }},
	"conference": {0, 1, conference},
	"dnd":        {1, 1, doNotDisturb},
	"away":       {0, 1, away},
	"back":       {0, 0, bare("back")},
	"takeover":   {0, 1, takeover},
	"pair":       {2, 3, pair},
	"login":      {1, 1, func(a []string) (control.Request, error) { return control.Request{Do: "login", Name: a[0]}, nil }},
	"open":       {1, 1, func(a []string) (control.Request, error) { return control.Request{Do: "open", Client: a[0]}, nil }},
	"type":       {1, 1, func(a []string) (control.Request, error) { return control.Request{Do: "type", Text: a[0]}, nil }},
	"send":       {0, 0, bare("send")},
	"book":       {1, 1, func(a []string) (control.Request, error) { return control.Request{Do: "book", Name: a[0]}, nil }},
	"forward":    {1, 3, forward},
	"calls":      {0, 1 << 10, pastCalls},
}

// ctlRequest reads an action and its arguments.
func ctlRequest(name string, args []string) (control.Request, error) {
	a, known := actions[name]
	switch {
	case !known:
		return control.Request{}, usageError{"action inconnue « " + name + " »"}
	case len(args) < a.least:
		return control.Request{}, usageError{name + " demande un argument"}
	case len(args) > a.most:
		return control.Request{}, usageError{name + " : « " + args[a.most] + " » est de trop"}
	}
	return a.request(args)
}

func bare(do string) func([]string) (control.Request, error) {
	return func([]string) (control.Request, error) { return control.Request{Do: do}, nil }
}

// ofCall takes a call, or leaves the choice to the desk.
func ofCall(do string) func([]string) (control.Request, error) {
	return func(args []string) (control.Request, error) {
		r := control.Request{Do: do}
		if len(args) > 0 {
			r.Call = args[0]
		}
		return r, nil
	}
}

// ofNumber takes a number, and for some actions the call that it is for.
func ofNumber(do string) func([]string) (control.Request, error) {
	return func(args []string) (control.Request, error) {
		if args[0] == "" {
			return control.Request{}, usageError{do + " demande un numéro"}
		}
		r, err := ofCall(do)(args[1:])
		r.Number = args[0]
		return r, err
	}
}

func conference(args []string) (control.Request, error) {
	if len(args) == 0 {
		return control.Request{Do: "conference"}, nil
	}
	switch args[0] {
	case "leave", "join", "end":
		return control.Request{Do: "conference-" + args[0]}, nil
	}
	return control.Request{}, usageError{"conference : leave, join ou end"}
}

func away(args []string) (control.Request, error) {
	return control.Request{Do: "away", Reason: strings.Join(args, " ")}, nil
}

// pair takes the office's address and its code, and what the desk is to be called.
func pair(args []string) (control.Request, error) {
	return control.Request{Do: "pair", Address: args[0], Code: args[1], Name: strings.Join(args[2:], "")}, nil
}

func takeover(args []string) (control.Request, error) {
	return control.Request{Do: "takeover", Ticket: strings.Join(args, "")}, nil
}

func doNotDisturb(args []string) (control.Request, error) {
	on, err := onOff("dnd", args[0])
	return control.Request{Do: "dnd", On: on}, err
}

// forward switches the forwards of every line, of one, or of a client.
func forward(args []string) (control.Request, error) {
	on, err := onOff("forward", args[0])
	r := control.Request{Do: "forward", On: on}
	if err != nil || len(args) == 1 {
		return r, err
	}
	switch {
	case len(args) == 3 && args[1] == "line":
		r.Line = args[2]
	case len(args) == 3 && args[1] == "client":
		r.Client = args[2]
	default:
		return r, usageError{"forward : on ou off, puis line LIGNE ou client CLIENT"}
	}
	return r, nil
}

func onOff(name, word string) (*bool, error) {
	on := word == "on"
	if !on && word != "off" {
		return nil, usageError{name + " : on ou off"}
	}
	return &on, nil
}

// pastCalls reads what the list of all calls is narrowed to.
func pastCalls(args []string) (control.Request, error) {
	r := control.Request{Do: "calls"}
	f := flags("ctl calls")
	f.StringVar(&r.Kind, "kind", "", "")
	f.StringVar(&r.Client, "client", "", "")
	f.IntVar(&r.Limit, "limit", 0, "")
	before := f.String("before", "", "")
	if err := f.Parse(args); err != nil {
		return r, usageError{err.Error()}
	}
	switch r.Kind {
	case "", "missed", "incoming", "outgoing", "transferred":
	default:
		return r, usageError{"calls : --kind missed, incoming, outgoing ou transferred"}
	}
	if *before != "" {
		at, err := time.Parse(time.RFC3339Nano, *before)
		if err != nil {
			return r, usageError{"calls : --before demande un instant comme 2026-11-26T14:32:00+01:00"}
		}
		r.Before = at
	}
	r.Query = strings.Join(f.Args(), " ")
	return r, nil
}
