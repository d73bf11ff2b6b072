package control

import (
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
