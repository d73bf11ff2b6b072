package storetest

import (
	"slices"
	"time"

	"permanence/clients"
	"permanence/ui/desk"
)

// found lists kind and ID of the hits of a query.
func (b *bench) found(query string) (list []string) {
	b.Helper()
	hits, err := b.Search(b.ctx, query, 20)
	b.ok(err)
	for _, h := range hits {
		list = append(list, string(h.Kind)+" "+h.ID)
	}
	return list
}

func (b *bench) findable() {
	b.Helper()
	b.withClients()
	b.apply(
		clients.CreateClient{Client: clients.Client{
			ID: "soeurs", Name: "Œuvre des Sœurs", Trade: "couvent · L'Haÿ", DIDs: []string{"+33142000000"},
			Contacts: []clients.Contact{{Name: "Mère Ælis", Number: "07 00 00 00 01"}},
		}},
		clients.CreateClient{Client: clients.Client{ID: "dupont", Name: "Étude Dupont-Durand", Trade: "notaire"}},
		clients.TakeMessage{Message: lefevre()},
		clients.BookAppointment{Appointment: clients.Appointment{
			ID: "appt", Client: "durand", Name: "M. N'Guyên", Number: "+33 7 11 22 33 44", Note: "Durand contre Bœuf",
			Start: noon, End: noon.Add(time.Hour),
		}},
	)
	b.journal(desk.JournalEnded, "", desk.Entry{
		Call: "c1", Client: "petit", Number: "+33499887766", Name: "GARAGE ROCHE", ArrivedAt: noon, EndedAt: noon.Add(time.Minute),
	})
}

func search(b *bench) {
	b.findable()
	for query, want := range map[string][]string{
		"lefevre":           {"caller +33612345678", "message msg-1"},
		"LEFÈVRE mme":       {"caller +33612345678", "message msg-1"},
		"renouv":            {"message msg-1"},
		"rappeler lef":      {"message msg-1"},
		"rappeler dupont":   nil,
		"2026":              {"message msg-1"},
		"2026-12":           {"message msg-1"},
		"2026 1":            {"message msg-1"},
		"durand":            {"client dupont", "client durand", "appointment appt"},
		"maître du":         {"client durand"},
		"etude":             {"client dupont"},
		"notaire":           {"client dupont"},
		"oeuvre":            {"client soeurs"},
		"œuv":               {"client soeurs"},
		"soeur":             {"client soeurs"},
		"aelis":             {"client soeurs"},
		"l'hay":             {"client soeurs"},
		"boeuf":             {"appointment appt"},
		"n guyen":           {"appointment appt"},
		"roche":             {"caller +33499887766"},
		"":                  nil,
		" - ":               nil,
		`"*) OR (`:          nil,
		"words:maitre":      nil,
		"NEAR(maitre) AND":  nil,
		"xyz\x00":           nil,
		"ﬁ":                 nil,
		"Ｄｒ ｐｅｔｉｔ":          {"client petit"},
		"petit 05 61 99 99": {"client petit"},
	} {
		if got := b.found(query); !slices.Equal(got, want) {
			b.Errorf("%q found %q; want %q", query, got, want)
		}
	}
}

// searchHits looks at what hits show, and at how many there are of each kind.
func searchHits(b *bench) {
	b.findable()
	hits, err := b.Search(b.ctx, "lefèvre", 20)
	b.ok(err)
	b.equal(hits[1].At.Equal(noon), true)
	hits[1].At = time.Time{}
	b.equal(hits[1], desk.Hit{
		Kind: desk.HitMessage, ID: "msg-1", Client: "durand", Title: "Mme Lefèvre",
		Detail: "Rappeler au sujet du renouvellement.", Number: "+33612345678",
	})
	for i := range 30 {
		m := lefevre()
		m.ID, m.Number, m.Text = clients.ID(rune('A'+i)), "", "Durand"
		b.apply(clients.TakeMessage{Message: m})
	}
	hits, err = b.Search(b.ctx, "durand", 5)
	b.ok(err)
	b.equal(len(hits), 5)
	b.equal([]string{hits[0].ID, hits[1].ID, hits[2].ID}, []string{"dupont", "durand", string(rune('A' + 29))})
}

func searchNumber(b *bench) {
	b.findable()
	caller, message := "caller +33612345678", "message msg-1"
	for query, want := range map[string][]string{
		"06 12":             {caller, message},
		"0612":              {caller, message},
		"06.12.34.56.78":    {caller, message},
		"+33612":            {caller, message},
		"+33 6 12 34":       {caller, message},
		"+33 (0)6 12":       {caller, message},
		"0033 6 12":         {caller, message},
		"33612":             {caller, message},
		"345678":            {caller, message},
		"34 56 78":          {caller, message},
		"lefevre 0612":      {caller, message},
		"0612 lef 99":       nil,
		"345 678":           {caller, message},
		"678":               nil, // too short for the middle of a number
		"0711223344":        {"appointment appt"},
		"05 61 12":          {"client durand"},
		"+33561":            {"client petit", "client durand"},
		"0700000001":        {"client soeurs"},
		"06 12 34 56 79":    nil,
		"04 99 88":          {"caller +33499887766"},
		"0499887766":        {"caller +33499887766"},
		"00 33 4 99 887766": {"caller +33499887766"},
	} {
		if got := b.found(query); !slices.Equal(got, want) {
			b.Errorf("%q found %q; want %q", query, got, want)
		}
	}
}

func searchFollows(b *bench) {
	b.findable()
	b.apply(Patch("petit", 0, "name", "Dr Grand"))
	b.equal(b.found("grand"), []string{"client petit"})
	b.equal(b.found("petit"), []string(nil))
	b.apply(Patch("petit", 0, "archived", true))
	b.equal(b.found("grand"), []string(nil))

	b.apply(clients.CancelAppointment{Appointment: "appt"})
	b.equal(b.found("boeuf"), []string(nil))
	b.apply(clients.CancelAppointment{Appointment: "appt", Restore: true})
	b.equal(b.found("boeuf"), []string{"appointment appt"})

	m := lefevre()
	m.ID, m.Number, m.Name = "msg-2", "04 99 88 77 66", "Garage Rôche"
	b.apply(clients.TakeMessage{Message: m})
	b.equal(b.found("roche"), []string{"caller +33499887766", "message msg-2"})
	hits, err := b.Search(b.ctx, "roche", 1)
	b.ok(err)
	b.equal(hits[0].Title, "Garage Rôche")
}
