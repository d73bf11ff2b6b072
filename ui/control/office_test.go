package control

import (
	"fmt"
	"testing"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
)

func linked() *desk.State {
	s := &desk.State{Directory: desk.NewDirectory([]clients.Client{{ID: "durand", Name: "Maître Durand"}})}
	s.Office.OfficeLink = desk.OfficeLink{Phase: desk.OfficeCutOff, Bureau: "Midi", Unsent: 2}
	s.Office.Away = &desk.Away{Reason: "pause"}
	s.Office.Desks = []desk.Presence{{Desk: "d2", Name: "Julie", Standing: desk.StandingCall, Client: "durand"}}
	s.Offers = []desk.Offer{{Desk: "d3", Name: "Anne", Draft: desk.RemoteDraft{Ticket: "t", Message: clients.Message{Client: "durand"}}}}
	s.Front = "f"
	return s
}

func TestStatusOfTheOffice(t *testing.T) {
	nobody := func(phone.CallID) (phone.MediaStats, bool) { return phone.MediaStats{}, false }
	st := StatusOf(*linked(), nobody)
	o := st.Office
	if o.Phase != "cut-off" || o.Unsent != 2 || st.Unsent.Office != 2 || o.Away != "pause" {
		t.Errorf("office %+v, unsent %+v", o, st.Unsent)
	}
	if o.Desks[0].Client != "Maître Durand" || o.Offers[0].From != "Anne" {
		t.Errorf("desks %+v, offers %+v", o.Desks, o.Offers)
	}
	if alone := StatusOf(desk.State{Directory: desk.NewDirectory(nil)}, nobody); alone.Office != nil {
		t.Errorf("a desk alone has the office %+v", alone.Office)
	}
}

func TestWatchTellsOfTheOffice(t *testing.T) {
	nobody := func(phone.CallID) (phone.MediaStats, bool) { return phone.MediaStats{}, false }
	alone, joined := &desk.State{Directory: desk.NewDirectory(nil)}, linked()
	call := joined.Office.Desks[0]
	for _, tc := range []struct {
		name   string
		before *desk.State
		change func(*desk.State)
		want   string
	}{
		{"nothing", joined, func(*desk.State) {}, ""},
		{"joined", alone, func(s *desk.State) { s.Office.Phase = desk.OfficeCopying }, "office:copying"},
		{"rows of a copy", joined, func(s *desk.State) { s.Office.Done++ }, ""},
		{"in step", joined, func(s *desk.State) { s.Office.Phase = desk.OfficeInStep }, "office:in-step"},
		{"left", joined, func(s *desk.State) { s.Office = desk.OfficeState{Desks: s.Office.Desks} }, "office:"},
		{"back", joined, func(s *desk.State) { s.Office.Away = nil }, "office:cut-off"},
		{"lost", joined, func(s *desk.State) {
			call.Standing = desk.StandingLost
			s.Office.Desks = []desk.Presence{call}
		}, "presence:Julie lost"},
		{"typing", joined, func(s *desk.State) {
			typing := joined.Office.Desks[0]
			typing.Drafts = []desk.RemoteDraft{{Ticket: "u"}}
			s.Office.Desks = []desk.Presence{typing}
		}, ""},
		{"may be taken over", joined, func(s *desk.State) {
			s.Offers = append(linked().Offers, desk.Offer{Desk: "d3", Name: "Anne", Draft: desk.RemoteDraft{Ticket: "u"}})
		}, "takeover:Anne u"},
		{"to settle", joined, func(s *desk.State) { s.Office.Conflicts = make([]clients.Conflict, 2) }, "conflicts:2"},
	} {
		after := *tc.before
		tc.change(&after)
		got := ""
		for _, h := range between(tc.before, &after, nobody) {
			if h.Event != "unsent" {
				got += h.Event + ":" + aboutOffice(h)
			}
		}
		if got != tc.want {
			t.Errorf("%s: %q; want %q", tc.name, got, tc.want)
		}
	}
}

// aboutOffice is what a line tells of the bureau.
func aboutOffice(h Happening) string {
	switch {
	case h.Office != nil:
		return h.Office.Phase
	case h.Desk != nil:
		return h.Desk.Operator + " " + h.Desk.Standing
	case h.Offer != nil:
		return h.Offer.From + " " + h.Offer.Ticket
	case h.Conflicts != nil:
		return fmt.Sprint(*h.Conflicts)
	}
	return ""
}

func TestCommandsAboutTheOffice(t *testing.T) {
	for _, tc := range []struct {
		request Request
		want    desk.Event
	}{
		{Request{Do: "away", Reason: "pause"}, desk.AwayPressed{Reason: "pause"}},
		{Request{Do: "back"}, desk.BackPressed{}},
		{Request{Do: "takeover"}, desk.TakeOverPressed{Desk: "d3", Ticket: "t"}},
		{Request{Do: "takeover", Ticket: "t"}, desk.TakeOverPressed{Desk: "d3", Ticket: "t"}},
		{Request{Do: "pair", Address: "bureau:1", Code: "K", Name: "Accueil"}, desk.PairAsked{Address: "bureau:1", Code: "K", DeskName: "Accueil"}},
		{Request{Do: "login", Name: "Claire", Password: "p"}, desk.LoginAsked{Name: "Claire", Password: "p"}},
		{Request{Do: "open", Client: "durand"}, desk.ClientOpened{Client: "durand"}},
		{Request{Do: "type", Text: "Rappeler"}, desk.DraftTyped{Ticket: "f", Field: "text", Value: "Rappeler"}},
		{Request{Do: "send"}, desk.SendPressed{Ticket: "f"}},
	} {
		events, _, err := eventsFor(linked(), tc.request)
		if err != nil || len(events) != 1 || events[0] != tc.want {
			t.Errorf("%+v: %v, %v; want %v", tc.request, events, err, tc.want)
		}
	}
	for _, r := range []Request{
		{Do: "takeover", Ticket: "other"}, {Do: "pair", Address: "bureau"}, {Do: "pair", Code: "K"}, {Do: "login"}, {Do: "book"}, {Do: "open", Client: "x"},
	} {
		if _, _, err := eventsFor(linked(), r); err == nil {
			t.Errorf("%+v was taken", r)
		}
	}
	if events, _, err := eventsFor(linked(), Request{Do: "book", Name: "Mme L"}); err != nil || len(events) != 3 {
		t.Errorf("booking: %v, %v", events, err)
	}
	idle := linked()
	idle.Front = ""
	if _, _, err := eventsFor(idle, Request{Do: "send"}); err == nil {
		t.Error("a message was sent from no card")
	}
}
