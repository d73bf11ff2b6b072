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
	} {
		events, _, err := eventsFor(linked(), tc.request)
		if err != nil || len(events) != 1 || events[0] != tc.want {
			t.Errorf("%+v: %v, %v; want %v", tc.request, events, err, tc.want)
		}
	}
	if _, _, err := eventsFor(linked(), Request{Do: "takeover", Ticket: "other"}); err == nil {
		t.Error("an offer that is not there was taken over")
	}
}
