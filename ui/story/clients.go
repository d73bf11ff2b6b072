package story

import (
	"permanence/clients"
)

// The clients of the stories.
const (
	Durand clients.ID = "01930000-0000-7000-8000-00000000d001"
	Petit  clients.ID = "01930000-0000-7000-8000-00000000d002"
	Roc    clients.ID = "01930000-0000-7000-8000-00000000d003"
)

// Clients are a lawyer, a doctor and a plumber.
func Clients() []clients.Client { return []clients.Client{durand(), petit(), roc()} }

func durand() clients.Client {
	return clients.Client{
		ID: Durand, Name: "Maître Durand", Trade: "avocat · Toulouse", Color: "#7a2c39", Version: 1,
		DIDs:      []string{"+33561123456"},
		Greetings: []clients.Greeting{{Text: "Cabinet de Maître Durand, bonjour\u00a0!"}},
		Instructions: "Demander le **nom** et le **numéro de dossier**.\n\n" +
			"Ne jamais donner le portable.\n\n" +
			"**Garde à vue, urgence pénale**\u00a0: prévenir Me Caron, sinon SMS.\n\n" +
			"Rendez-vous\u00a0: 20 minutes, jamais le mercredi matin.\n\n" +
			"Confrères\u00a0: toujours prendre le message, objet complet.\n\n" +
			"Démarchage\u00a0: «\u00a0Maître Durand n’est pas disponible, merci.\u00a0»",
		CallTypes: []clients.CallType{
			{Key: "client", Label: "Client", Questions: []string{"Quel est votre numéro de dossier\u00a0?", "À quel numéro vous rappeler\u00a0?"}},
			{Key: "prospect", Label: "Prospect", Questions: []string{"De quel domaine s’agit-il\u00a0?", "Qui vous a recommandé le cabinet\u00a0?"}},
			{Key: "urgent", Label: "Urgent", Urgent: true, Questions: []string{"La personne est-elle en garde à vue\u00a0?", "Dans quel commissariat\u00a0?"}},
			{Key: "confrere", Label: "Confrère"},
			{Key: "demarchage", Label: "Démarchage", Unwanted: true},
		},
		Fields:     []clients.Field{{Key: "dossier", Label: "Dossier", Required: true}},
		Contacts:   []clients.Contact{{Name: "Me Caron", Role: "associé", Number: "06 98 76 54 32", When: "urgences pénales"}, {Name: "Mme Roy", Role: "assistante", Number: "05 61 12 34 57"}},
		FAQ:        []clients.FAQ{{Question: "Où se garer\u00a0?", Answer: "Parking Jean-Jaurès, à cinq minutes."}, {Question: "Aide juridictionnelle\u00a0?", Answer: "Oui, apporter l’avis d’imposition."}},
		Recipients: []clients.Recipient{{Name: "Me Durand", Channel: "mail", Address: "durand@cabinet-durand.example"}},
		Agenda: clients.AgendaRules{
			Hours: week(clients.Range{From: 540, To: 720}, clients.Range{From: 840, To: 1020}), Duration: 20,
			Emergency: []clients.Range{{From: 660, To: 700}, {From: 960, To: 980}},
		},
	}
}

func petit() clients.Client {
	return clients.Client{
		ID: Petit, Name: "Dr Petit", Trade: "médecin généraliste · Blagnac", Color: "#1f6fb2", Version: 1,
		DIDs:         []string{"+33561801122"},
		Greetings:    []clients.Greeting{{Text: "Cabinet du docteur Petit, bonjour\u00a0!"}},
		Instructions: "Première visite\u00a0: prendre la **date de naissance**.\n\nDouleur dans la poitrine, détresse\u00a0: le **15**, tout de suite.",
		CallTypes:    []clients.CallType{{Key: "rdv", Label: "Rendez-vous"}, {Key: "ordonnance", Label: "Ordonnance"}, {Key: "urgent", Label: "Urgent", Urgent: true}},
		Fields:       []clients.Field{{Key: "naissance", Label: "Date de naissance", Required: true}, {Key: "mutuelle", Label: "Mutuelle"}},
		Recipients:   []clients.Recipient{{Name: "Dr Petit", Channel: "mail", Address: "petit@exemple.example"}, {Name: "Secrétariat", Channel: "mail", Address: "s@exemple.example"}},
		Agenda:       clients.AgendaRules{Hours: week(clients.Range{From: 510, To: 1110}), Duration: 15},
	}
}

func roc() clients.Client {
	return clients.Client{
		ID: Roc, Name: "Plomberie Roc", Trade: "plombier · Muret", Color: "#5d8a1f", Version: 1,
		DIDs:         []string{"+33561909192"},
		Instructions: "Fuite d’eau\u00a0: demander si l’arrivée est coupée.\n\nDevis\u00a0: adresse, étage, photos par SMS.",
		CallTypes:    []clients.CallType{{Key: "fuite", Label: "Fuite", Urgent: true}, {Key: "devis", Label: "Devis"}},
	}
}

// week gives the same hours from Monday to Friday.
func week(ranges ...clients.Range) clients.Week {
	var w clients.Week
	for day := 1; day <= 5; day++ {
		w[day] = ranges
	}
	return w
}
