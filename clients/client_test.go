package clients

import (
	"reflect"
	"testing"
	"time"
)

func TestRecipientsFor(t *testing.T) {
	all := Recipient{Name: "Cabinet", Address: "cabinet@example.fr"}
	urgent := Recipient{Name: "Astreinte", Address: "astreinte@example.fr", CallTypes: []string{"urgent", "garde"}}
	c := Client{Recipients: []Recipient{all, urgent}}
	tests := map[string][]Recipient{
		"urgent":   {all, urgent},
		"garde":    {all, urgent},
		"prospect": {all},
		"":         {all},
	}
	for callType, want := range tests {
		if got := c.RecipientsFor(callType); !reflect.DeepEqual(got, want) {
			t.Errorf("RecipientsFor(%q) = %v; want %v", callType, got, want)
		}
	}
}

func TestCallTypeByKey(t *testing.T) {
	c := Client{CallTypes: []CallType{{Key: "client"}, {Key: "urgent", Label: "Urgent", Urgent: true}}}
	if got, ok := c.CallType("urgent"); !ok || got.Label != "Urgent" {
		t.Errorf("CallType(urgent) = %v, %v", got, ok)
	}
	if got, ok := c.CallType("Urgent"); ok {
		t.Errorf("keys are compared as they are, yet CallType(Urgent) = %v", got)
	}
}

func TestMessageEmpty(t *testing.T) {
	tests := []struct {
		name string
		m    Message
		want bool
	}{
		{"nothing", Message{}, true},
		{"what the call itself tells", Message{Number: "+33612345678", Called: "+33561000000", Urgent: true}, true},
		{"a blank field", Message{Fields: map[string]string{"dossier": ""}}, true},
		{"a name", Message{Name: "Mme Lefèvre"}, false},
		{"a text", Message{Text: "rappeler"}, false},
		{"a field", Message{Fields: map[string]string{"dossier": "2026/12"}}, false},
	}
	for _, tt := range tests {
		if got := tt.m.Empty(); got != tt.want {
			t.Errorf("%s: Empty() = %v; want %v", tt.name, got, tt.want)
		}
	}
}

func TestMessageMissing(t *testing.T) {
	c := Client{Fields: []Field{
		{Key: "dossier", Label: "N° de dossier", Required: true},
		{Key: "partie", Label: "Partie adverse"},
		{Key: "audience", Label: "Date d'audience", Required: true},
	}}
	m := Message{Fields: map[string]string{"dossier": "2026/12"}}
	if got, want := m.Missing(&c), []string{"Date d'audience"}; !reflect.DeepEqual(got, want) {
		t.Errorf("Missing() = %q; want %q", got, want)
	}
	m.Fields["audience"] = "12 janvier"
	if got := m.Missing(&c); got != nil {
		t.Errorf("Missing() = %q; want nothing", got)
	}
}

func TestAppointmentOverlaps(t *testing.T) {
	base := Appointment{ID: "a", Client: "durand", Start: on(9, 0), End: on(9, 20)}
	other := func(change func(*Appointment)) Appointment {
		b := Appointment{ID: "b", Client: "durand", Start: on(9, 10), End: on(9, 30)}
		change(&b)
		return b
	}
	tests := []struct {
		name string
		b    Appointment
		want bool
	}{
		{"a shared part", other(func(*Appointment) {}), true},
		{"one within the other", other(func(b *Appointment) { b.Start, b.End = on(8, 0), on(12, 0) }), true},
		{"end to start", other(func(b *Appointment) { b.Start = on(9, 20) }), false},
		{"start to end", other(func(b *Appointment) { b.Start, b.End = on(8, 40), on(9, 0) }), false},
		{"another client's agenda", other(func(b *Appointment) { b.Client = "petit" }), false},
		{"itself, moved", other(func(b *Appointment) { b.ID = "a" }), false},
		{"a cancelled one", other(func(b *Appointment) { b.Cancelled = true }), false},
		{"written in another zone", other(func(b *Appointment) { b.Start, b.End = b.Start.UTC(), b.End.UTC() }), true},
	}
	for _, tt := range tests {
		if got, back := base.Overlaps(tt.b), tt.b.Overlaps(base); got != tt.want || back != tt.want {
			t.Errorf("%s: %v, and seen from the other side %v; want %v", tt.name, got, back, tt.want)
		}
	}
}

func TestAgendaEnabled(t *testing.T) {
	hours := Week{time.Monday: {{From: 540, To: 720}}}
	tests := []struct {
		rules AgendaRules
		want  bool
	}{
		{AgendaRules{}, false},
		{AgendaRules{Duration: 20}, false},
		{AgendaRules{Hours: hours}, false},
		{AgendaRules{Hours: hours, Duration: 20}, true},
	}
	for _, tt := range tests {
		if got := tt.rules.Enabled(); got != tt.want {
			t.Errorf("%+v: Enabled() = %v; want %v", tt.rules, got, tt.want)
		}
	}
}
