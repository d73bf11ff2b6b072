package main

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"permanence/clients"
	"permanence/store/office"
	"permanence/store/office/service"
	"permanence/store/wire"
)

// The report names desks as one revokes them, one under the other; identifiers only
// where a name does not tell.
func TestOfficeReport(t *testing.T) {
	now := time.Date(2026, 11, 26, 14, 32, 0, 0, time.UTC)
	s := &service.Status{Name: "Permanence de Toulouse", Address: "192.168.1.10:7443", Free: 48_800_000_000, Total: 270_600_000_000}
	for i, name := range []string{"Accueil", "Poste à domicile", "Fond", "fond"} {
		var d office.DeskStatus
		d.ID, d.Name = clients.ID("d"+strconv.Itoa(i+1)), name
		s.Desks = append(s.Desks, d)
	}
	seen := now.Add(-2 * time.Second)
	s.Desks[0].Standing, s.Desks[0].Operator, s.Desks[0].Heard, s.Desks[0].InStep = wire.Here, "Sophie", seen, seen
	s.Desks[2].Standing, s.Desks[2].Heard = wire.Off, now.Add(-time.Hour)
	s.Desks[3].Revoked = now
	want := []string{
		"Permanence de Toulouse, sur 192.168.1.10:7443.",
		"  Accueil           présent, Sophie, vu il y a 2 s, à jour il y a 2 s",
		"  Poste à domicile  relié ; personne ne s'y est encore identifié",
		"  Fond (d3)         fermé, vu il y a 1 h, pas encore à jour",
		"  fond (d4)         révoqué",
	}
	got := officeReport(s, now)
	for _, line := range want {
		if !strings.Contains(got, line+"\n") {
			t.Errorf("there is no line %q in\n%s", line, got)
		}
	}
}
