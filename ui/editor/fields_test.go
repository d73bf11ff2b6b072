package editor

import (
	"reflect"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"permanence/clients"
	"permanence/ui/sheet"
)

// edits are one change each, as typed, and what becomes of the card.
var edits = []struct {
	name string
	page int
	do   func(b *bench)
	want func(c *clients.Client)
}{
	{"name", 0, func(b *bench) { b.Fill(labelName, "Cabinet D.") }, func(c *clients.Client) { c.Name = "Cabinet D." }},
	{"trade", 0, func(b *bench) { b.Fill(labelTrade, "notaire") }, func(c *clients.Client) { c.Trade = "notaire" }},
	{
		"numbers in any spelling", 0,
		func(b *bench) { b.Fill(labelDIDs, "05.61.23.45.69\n\n+33 5 61 23 45 67") },
		func(c *clients.Client) { c.DIDs = []string{"+33561234569", "+33561234567"} },
	},
	{"colour by its code", 0, func(b *bench) { b.Fill("Code", "#1f5f99") }, func(c *clients.Client) { c.Color = "#1f5f99" }},
	{"colour by the arrows", 0, func(b *bench) {
		b.Focus(b.panel.parts.palette)
		b.Key(fyne.KeyRight, 0)
		b.Key(fyne.KeyRight, 0)
		b.Key(fyne.KeyLeft, 0)
	}, func(c *clients.Client) { c.Color = swatches[1] }},
	{"archived", 0, func(b *bench) { b.Press("Archivé : ses appels ne sont plus reconnus") }, func(c *clients.Client) { c.Archived = true }},
	{"a greeting's hours", 1, func(b *bench) { b.Fill("De", "19h30") }, func(c *clients.Client) { c.Greetings[0].From = 19*60 + 30 }},
	{"a greeting all day", 1, func(b *bench) { b.Fill("De", ""); b.Fill("À", "") }, func(c *clients.Client) { c.Greetings[0].From, c.Greetings[0].To = 0, 0 }},
	{"a greeting when open too", 1, func(b *bench) { b.Press("seulement hors des heures d'ouverture") }, func(c *clients.Client) { c.Greetings[0].Closed = false }},
	{"hours as they are said", 1, func(b *bench) { b.Fill("mardi", "9h-12h30 et 14h-18h") }, func(c *clients.Client) {
		c.Hours[time.Tuesday] = []clients.Range{{From: 540, To: 750}, {From: 840, To: 1080}}
	}},
	{"closed on Monday", 1, func(b *bench) { b.Fill("lundi", "") }, func(c *clients.Client) { c.Hours[time.Monday] = nil }},
	{"Monday for all the week", 1, func(b *bench) { b.Press("Copier lundi sur la semaine") }, func(c *clients.Client) {
		for _, d := range sheet.Weekdays[1:5] {
			c.Hours[d] = c.Hours[time.Monday]
		}
	}},
	{"instructions", 2, func(b *bench) { b.Fill("Consignes", "**Jamais** le portable.\nMerci.") }, func(c *clients.Client) { c.Instructions = "**Jamais** le portable.\nMerci." }},
	{"a call type keeps its key", 3, func(b *bench) { b.Fill("Mot sur le bouton", "Cliente") }, func(c *clients.Client) { c.CallTypes[0].Label = "Cliente" }},
	{"questions", 3, func(b *bench) { b.Fill("Questions, une par ligne", "Votre nom ?\n\n Quel dossier ? ") }, func(c *clients.Client) {
		c.CallTypes[0].Questions = []string{"Votre nom ?", "Quel dossier ?"}
	}},
	{"a field not required", 3, func(b *bench) { b.Press("à remplir avant d'envoyer") }, func(c *clients.Client) { c.Fields[0].Required = false }},
	{"an answer", 4, func(b *bench) { b.Fill("Réponse", "Place du Capitole.") }, func(c *clients.Client) { c.FAQ[0].Answer = "Place du Capitole." }},
	{"a contact's number", 5, func(b *bench) { b.Fill("Téléphone", "07 00 00 00 01") }, func(c *clients.Client) { c.Contacts[0].Number = "+33700000001" }},
	{"a recipient's calls", 6, func(b *bench) { b.Press("Client") }, func(c *clients.Client) { c.Recipients[0].CallTypes = []string{"client"} }},
	{"duration", 7, func(b *bench) { b.Fill("Durée d'un rendez-vous, en minutes", "30") }, func(c *clients.Client) { c.Agenda.Duration = 30 }},
	{"emergencies", 7, func(b *bench) { b.Fill("Plages réservées", "11-12") }, func(c *clients.Client) {
		c.Agenda.Emergency = []clients.Range{{From: 660, To: 720}}
	}},
	{"agenda hours", 7, func(b *bench) { b.Fill("vendredi", "8-10") }, func(c *clients.Client) {
		c.Agenda.Hours[time.Friday] = []clients.Range{{From: 480, To: 600}}
	}},
	{"address", 8, func(b *bench) { b.Fill("Adresse où les secours doivent aller", "4 place des Arts, Blagnac") }, func(c *clients.Client) { c.Address = "4 place des Arts, Blagnac" }},
	{"automatic answer", 8, func(b *bench) { b.Press("ses appels se décrochent seuls quand vous êtes libre") }, func(c *clients.Client) { c.AutoAnswer = true }},
	{"an agreement", 8, func(b *bench) {
		b.Fill("Numéro montré", "05 61 23 45 67")
		b.Fill("Accord du", "2026-11-02")
		b.Fill("Signé par", "Me Durand")
		b.Fill("Où est classé le document", "accord.pdf")
	}, func(c *clients.Client) {
		c.CallerID = clients.CallerID{Number: "+33561234567", AgreedOn: "2026-11-02", By: "Me Durand", Document: "accord.pdf"}
	}},
	{"a forward with its hours", 8, func(b *bench) {
		b.Press("Ajouter un renvoi")
		b.Fill("Vers", "06 12 34 56 78")
		b.Fill("Qui est là", "Claire")
		b.Fill("Après, en secondes", "25")
		b.Fill("Seulement", "lun 9h-12h")
	}, func(c *clients.Client) {
		c.Forwards = []clients.Forward{{
			When: clients.ForwardAlways, After: 25, To: "+33612345678", Name: "Claire",
			Hours: clients.Week{time.Monday: {{From: 540, To: 720}}},
		}}
	}},
}

func TestEveryFieldReachesTheCard(t *testing.T) {
	for _, tt := range edits {
		b := open(t, "light", "durand", durand(), petit())
		b.turn(tt.page)
		tt.do(b)
		b.save()
		want := durand()
		tt.want(&want)
		if got := b.saved().Client; !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", tt.name, got, want)
		}
	}
}

// slips are things typed that no card can hold, and what is said beside the entry.
var slips = []struct {
	name   string
	page   int
	label  string
	typed  string
	remark string
}{
	{"no name", 0, labelName, "", "le nom manque"},
	{"no number", 0, labelDIDs, "05 61", "« 05 61 » n'est pas un numéro"},
	{"a number twice", 0, labelDIDs, "05 61 23 45 67\n0561234567", "+33561234567 est là deux fois"},
	{"another client's number", 0, labelDIDs, "05 61 80 11 22", "05 61 80 11 22 est déjà le numéro de Dr Petit"},
	{"a colour by name", 0, "Code", "rouge", "écrire #7a2c39"},
	{"no greeting", 1, "Ce que l'on dit en décrochant", "", "la phrase manque"},
	{"no time", 1, "De", "midi", "« midi » n'est pas une heure"},
	{"no hours", 1, "mardi", "matin", "« matin » : écrire 9h-12h30"},
	{"hours backwards", 1, "mardi", "9-12, 18-14", "« 18-14 » : écrire 9h-12h30"},
	{"no label", 3, "Mot sur le bouton", "", ""},
	{"a contact's address", 5, "E-mail", "caron@", "« caron@ » n'est pas une adresse e-mail"},
	{"a contact's number", 5, "Téléphone", "poste douze", "« poste douze » n'est pas un numéro"},
	{"a contact's key", 5, "Touche après F4", "12", "un chiffre seul"},
	{"a recipient's address", 6, "Adresse e-mail", "cabinet", "« cabinet » n'est pas une adresse e-mail"},
	{"a duration", 7, "Durée d'un rendez-vous, en minutes", "vingt", "« vingt » n'est pas un nombre de minutes"},
	{"a date", 8, "Accord du", "hier", "« hier » n'est pas une date, écrire 2026-11-02"},
	{"a number to show", 8, "Numéro montré", "poste douze", "« poste douze » n'est pas un numéro"},
	{"a zone", 7, "Fuseau horaire", "Europe/Toulouse", "« Europe/Toulouse » n'est pas un fuseau, écrire Europe/Paris"},
}

func TestWrongEntriesAreSaidAndNotSent(t *testing.T) {
	for _, tt := range slips {
		b := open(t, "light", "durand", durand(), petit())
		b.turn(tt.page)
		b.Fill(tt.label, tt.typed)
		if got := b.Remark(tt.label); got != tt.remark {
			t.Errorf("%s: beside the entry stands %q; want %q", tt.name, got, tt.remark)
		}
		if tt.remark == "" {
			continue // its key keeps it legal
		}
		b.turn(10)
		b.panel.sheet.Save()
		if b.saves() != 0 {
			t.Errorf("%s: was sent", tt.name)
		}
		if got := b.panel.sheet.Page(); got != tt.page {
			t.Errorf("%s: saving turned to page %d; want %d", tt.name, got, tt.page)
		}
		if !b.Shows("1 point à corriger") {
			t.Errorf("%s: the foot says %q", tt.name, b.panel.sheet.Said())
		}
	}
}
