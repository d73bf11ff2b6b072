//go:build !office

package main_test

import (
	"testing"

	"permanence/store/office/service"
)

// TestE2EOfficeHeld: what a desk wrote while it was cut off, and brings up after it was
// revoked, waits until somebody lets it in or discards it; then all desks are the same.
func TestE2EOfficeHeld(t *testing.T) {
	p := newPremises(t, 2)
	a, b := p.desks[0], p.desks[1]
	p.office.cut(b)
	p.writes(b, "du poste perdu")
	p.writes(b, "d'une main étrangère")
	p.office.order(service.Request{Do: "revoke", Desk: b.name})
	p.office.mend(b)

	held := func() service.Reply { return p.office.order(service.Request{Do: "held"}) }
	eventually(t, "the office holds both", func() bool { return len(held().Held) == 2 })
	list := held().Held
	if list[0].Operator != "Claire" || list[0].Desk != b.name || list[0].ClientName != "Maître Durand" {
		t.Errorf("held: %+v", list[0])
	}
	if a.has("du poste perdu") {
		t.Fatal("it came in by itself")
	}
	p.office.says("du poste perdu", "held")
	p.office.says("Admis", "held", "admit", string(list[0].ID))
	p.office.says("Écarté", "held", "discard", string(list[1].ID), "--reason", "poste volé")
	p.office.says("Rien à vérifier", "held")
	eventually(t, "A has what was let in", func() bool { return a.has("du poste perdu") })
	if a.has("d'une main étrangère") {
		t.Error("what was discarded came in")
	}
	p.desks = p.desks[:1]
	p.same()
}
